"""A run as a short page."""

import pytest

from stsconf.model.result import RunResult
from stsconf.model.verdict import Verdict
from stsconf.report.markdown import code, escape, summary, table
from tests.report.samples import HEADER, check, every_outcome, large, run

PAGE = r"""# StatefulSets: NOT conformant

1 passed, 1 failed, 1 inconclusive, 2 not supported, 1 skipped, 1 noted, 1 known issue, 1 healed of 9 checks in 12.3 s, on `embedded`, Kubernetes v1.37.1, 1 node.

## Failed

- **ORD-2** web-1 was created while web-0 had never been Running and Ready `conformance/test_ordering.py::TestOrderedStartup::test_00001_waits[kubia]`

## Inconclusive

- **UPD-2** the watch of Pod missed something `conformance/test_ordering.py::TestOrderedStartup::test_00002_waits[kubia]`

| Area | What it is | passed | failed | inconclusive | not supported | skipped | noted | known issue | healed |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
| ORD | order of start and removal | 1 | 1 |  |  |  |  |  |  |
| OWN | one pod per identity |  |  |  |  | 1 |  |  |  |
| STO | claims, volumes and data |  |  |  | 2 |  |  |  |  |
| DNS | DNS names of pods |  |  |  |  |  | 1 |  |  |
| UPD | updates |  |  | 1 |  |  |  | 1 | 1 |
| all |  | 1 | 1 | 1 | 2 | 1 | 1 | 1 | 1 |

## Not supported by this target

- 2 checks: there is no default StorageClass

## Skipped

- 1 check: not chosen: disruptive

## Noted, without effect on the verdict

- **DNS-10** web-1 was created while web-0 had never been Running and Ready `conformance/test_ordering.py::TestOrderedStartup::test_00005_waits[kubia]`

## Known issues of Kubernetes, without effect on the verdict

- **UPD-13** \#1: web-1 was created while web-0 had never been Running and Ready `conformance/test_ordering.py::TestOrderedStartup::test_00007_waits[kubia]`

## Healed, the catalogue still knows an issue

- **UPD-6** \#2: a pod waits for its predecessor `conformance/test_ordering.py::TestOrderedStartup::test_00008_waits[kubia]`

Report: `reports/r1/report.html`
"""  # noqa: E501 -- a paragraph of Markdown is one line


def test_the_page_of_a_run() -> None:
    """Verdict, numbers, what failed, the table, reasons and notes."""
    assert summary(every_outcome(), "reports/r1/report.html") == PAGE


def test_the_page_of_a_good_run_is_short() -> None:
    """Sections without content are left out."""
    assert summary(run(check())).splitlines() == [
        "# StatefulSets: conformant",
        "",
        "1 passed of 1 check in 12.3 s, on `embedded`, Kubernetes v1.37.1, 1 node.",
        "",
        "| Area | What it is | passed | failed | inconclusive | not supported | skipped | noted | known issue | healed |",  # noqa: E501 -- a row of Markdown is one line
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
        "| ORD | order of start and removal | 1 |  |  |  |  |  |  |  |",
        "| all |  | 1 |  |  |  |  |  |  |  |",
    ]


def test_the_page_of_no_run_says_so() -> None:
    """Without checks there is no table, but the reason."""
    page = summary(RunResult(HEADER, ()))
    assert page.startswith("# StatefulSets: incomplete\n")
    assert page.endswith("**1 of 1 announced checks said nothing**  \n**no check ran**  \n")


def test_a_large_run_stays_short() -> None:
    """Twenty checks of each kind are told, the others counted."""
    page = summary(large())
    assert page.count("- and 1980 more") == 2
    assert len(page) < 20_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a|b", r"a\|b"), ("<b> & *c*\n_d_", r"&lt;b> &amp; \*c\* \_d\_"), ("`x` [y](z)", r"\`x\` \[y\](z)"), ("", "")],
)
def test_text_is_shown_as_it_is(text: str, expected: str) -> None:
    """Nothing in a sentence becomes markup."""
    assert escape(text) == expected


@pytest.mark.parametrize(("text", "expected"), [("a b", "`a b`"), ("a\nb", "`a b`"), ("a`b", "``a`b``")])
def test_code_is_fenced(text: str, expected: str) -> None:
    """Code is one line, with a fence that its content does not end."""
    assert code(text) == expected


def test_a_table_without_rows_has_its_head() -> None:
    """An empty table is a table."""
    assert table(["a", "b"], []) == "| a | b |\n| --- | --- |"


def test_reasons_are_told_once() -> None:
    """However many checks a reason stands for, it is one line."""
    page = summary(run(*(check(n, Verdict.NOT_SUPPORTED, reason="no storage") for n in range(9))))
    assert page.count("no storage") == 1
