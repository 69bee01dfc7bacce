"""Many runs as a page."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

from stsconf.model.verdict import Verdict
from stsconf.report.matrix import matrix
from stsconf.report.matrix_page import html
from tests.report.samples import check, large, run


class Reader(HTMLParser):
    """Keeps the tags that are open, and what would be fetched."""

    def __init__(self) -> None:
        """Begin outside of everything."""
        super().__init__()
        self.open: list[str] = []
        self.fetched: list[str] = []
        self.cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in a tag."""
        self.fetched += [str(value) for name, value in attrs if name in {"src", "href"}]
        self.cells += tag == "td"
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost tag, which has to be this one."""
        assert self.open.pop() == tag


def test_the_page_is_whole_and_fetches_nothing() -> None:
    """Every tag is closed, and no address stands in it."""
    runs = [run(check(0)), run(check(0, Verdict.FAILED)), run(check(1, guarantees=("STO-1",)))]
    reader = Reader()
    page = html(matrix(runs))
    reader.feed(page)
    assert (reader.open, reader.fetched, reader.cells) == ([], [], 2 * 4)
    assert '<abbr title="failed">F</abbr>' in page
    assert '<abbr title="no check of it was made">' in page
    assert "Pods MUST" in html(matrix([run(check(0, guarantees=("ORD-1",)))] * 3))


def test_what_a_run_says_is_text() -> None:
    """Markup in a stream stays visible."""
    odd = run(check(0, Verdict.FAILED, guarantees=("<b>",)))
    page = html(matrix([replace(odd, header=replace(odd.header, target="<script>")), odd, odd]))
    assert "<script>" not in page
    assert "&lt;b&gt;" in page


def test_ten_thousand_checks_make_a_small_page() -> None:
    """The page grows with guarantees and runs, not with checks."""
    assert len(html(matrix([large(), large(), large()]))) < 100_000
