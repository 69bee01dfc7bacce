"""The page of the catalogue."""

from dataclasses import replace

import pytest

from stsconf.model.capability import Capability
from stsconf.model.guarantee import UNREPORTED, Guarantee, Level, Profile
from stsconf.report.guarantees import GuaranteeRow, guarantee_tables, kind

PAGE = "Kubernetes documentation, Concepts, StatefulSets: Limitations"
ADDRESS = "https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#:~:text=Limitations"
ORDER = Guarantee("ORD-2", Level.MUST, Profile.CORE, "Pods MUST <wait>.", PAGE)
UPDATE = Guarantee("UPD-1", Level.SHOULD, Profile.UPDATES, "It SHOULD go on.", "behaviour", known_issue="#67250")


def row(guarantee: Guarantee, *checks: str, **noticed: int) -> GuaranteeRow:
    """Make a row."""
    return GuaranteeRow(guarantee, checks, noticed)


def lines(*rows: GuaranteeRow) -> list[str]:
    """Return the rows of the page's tables."""
    page = guarantee_tables(rows)
    return [line for line in page.splitlines() if line.startswith("| ") and not line.startswith(("| ---", "| Guar"))]


def test_a_row_has_the_promise_and_its_checks() -> None:
    """The source can be opened, what each check noticed stands behind it, and text is shown as it is."""
    (line,) = lines(row(ORDER, "T.test_a", "test", test=3))
    assert line.split(" | ") == [
        "| ORD-2",
        "Pods MUST &lt;wait>.",
        "MUST, core",
        f"[StatefulSets: Limitations]({ADDRESS})",
        "",
        "T.test\\_a, test (3) |",
    ]


def test_a_check_that_noticed_nothing_is_told_from_one_never_tried() -> None:
    """None of what was broken is a number too."""
    assert lines(row(ORDER, "t", t=0))[0].endswith("| t (0) |")
    assert lines(row(ORDER, "t"))[0].endswith("| t |")


@pytest.mark.parametrize(
    ("issue", "shown"),
    [
        ("", "| behaviour |  |"),
        ("#67250", "| behaviour | [\\#67250](https://github.com/kubernetes/kubernetes/issues/67250) |"),
        (UNREPORTED, "| behaviour | unreported |"),
    ],
)
def test_a_known_issue_can_be_opened(issue: str, shown: str) -> None:
    """One without a number, and a source that is no page, have nothing to open."""
    assert shown in lines(row(replace(UPDATE, known_issue=issue), "t"))[0]


def test_an_issue_of_older_releases_says_until_when() -> None:
    """The first release without it stands behind it."""
    assert "issues/67250), before 1.37 | t |" in lines(row(replace(UPDATE, fixed="1.37"), "t"))[0]


def test_areas_come_in_the_order_of_the_reports() -> None:
    """Each has a table; within it, promises are sorted by number."""
    rows = [row(UPDATE, "t"), row(replace(ORDER, id="ORD-10"), "t"), row(ORDER, "t")]
    assert [line.split(" ")[1] for line in lines(*rows)] == ["ORD-2", "ORD-10", "UPD-1"]
    page = guarantee_tables(rows)
    assert [line for line in page.splitlines() if line.startswith("#")] == [
        "## ORD: order of start and removal",
        "## UPD: updates",
    ]
    assert page.endswith("\n3 of 3 promises have a check.\n")


def test_what_is_not_judged_counts_among_the_promises() -> None:
    """The page ends with how many there are."""
    assert guarantee_tables([row(ORDER), row(UPDATE, "t")]).endswith("\n1 of 2 promises have a check.\n")


def test_kind() -> None:
    """Level and profile always, the rest where there is any."""
    assert kind(ORDER) == "MUST, core"
    full = replace(ORDER, since="1.24", needs=frozenset({Capability.STORAGE, Capability.DNS}))
    assert kind(full) == "MUST, core; since 1.24; needs dns, storage"
