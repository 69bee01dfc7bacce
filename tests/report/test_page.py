"""The page of a run, read by a parser that is not ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import pytest

from stsconf.model.finding import Finding
from stsconf.model.guarantee import Level, Profile
from stsconf.model.history import History
from stsconf.model.result import RunResult
from stsconf.model.verdict import Verdict
from stsconf.report.page import render_page, write_page
from tests.report.samples import FINDING, broken_start, check, every_outcome, history, large, pod, run

SCENARIO = "TestOrderedStartup[kubia]"
HISTORIES = {SCENARIO: broken_start()}
EVIL = "</script></style><script>alert('x')</script><img src=x onerror=alert(1)>"
_EMPTY = frozenset({"meta", "link", "input", "img", "br"})


@dataclass(repr=False)
class Element:
    """One element of a page: what it is, and the text and elements in it."""

    tag: str
    attributes: dict[str, str]
    content: list[str | Element] = field(default_factory=list)

    @property
    def children(self) -> list[Element]:
        """The elements right in it."""
        return [part for part in self.content if isinstance(part, Element)]

    @property
    def text(self) -> str:
        """The text right in it."""
        return "".join(part for part in self.content if isinstance(part, str))

    def all(self, tag: str = "", name: str = "") -> Iterator[Element]:
        """Yield the elements within, of a tag and a class."""
        for child in self.children:
            if tag in {"", child.tag} and (not name or name in child.attributes.get("class", "").split()):
                yield child
            yield from child.all(tag, name)

    @property
    def words(self) -> str:
        """All text within, on one line."""
        parts = (part if isinstance(part, str) else f" {part.words} " for part in self.content)
        return " ".join("".join(parts).split())


class Reader(HTMLParser):
    """Reads a page, and takes note of elements that are not closed where they should be."""

    def __init__(self) -> None:
        """Begin with nothing read."""
        super().__init__()
        self.root = Element("page", {})
        self.open = [self.root]
        self.astray: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the beginning of an element."""
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].content.append(element)
        if tag not in _EMPTY:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an element that holds nothing."""
        self.handle_starttag(tag, attrs)
        if tag not in _EMPTY:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        """Take the end of an element."""
        if self.open[-1].tag == tag:
            self.open.pop()
        else:
            self.astray.append(tag)

    def handle_data(self, data: str) -> None:
        """Take text."""
        self.open[-1].content.append(data)


def read(result: RunResult, histories: dict[str, History] | None = None) -> Element:
    """Render a page and read it."""
    reader = Reader()
    reader.feed(render_page(result, HISTORIES if histories is None else histories))
    assert reader.astray == []
    return reader.root


def one(page: Element, tag: str = "", name: str = "") -> Element:
    """Return the first element of a tag and a class."""
    return next(page.all(tag, name))


def ids(page: Element) -> list[str]:
    """Return all ids of a page."""
    return [element.attributes["id"] for element in page.all() if "id" in element.attributes]


# ------------------------------------------------------------------------------------------------------------- the top
def test_the_verdict_stands_at_the_top() -> None:
    """Verdict, numbers, and what was run against what."""
    header = one(read(every_outcome()), "header")
    assert one(header, "h1").words == "NOT conformant"
    assert one(header, "p", "totals").words.startswith("1 passed, 1 failed, 1 inconclusive, 2 not supported, 1 skipped")
    facts = [fact.words for fact in one(header, "dl").children]
    assert {"Target embedded", "Kubernetes v1.37.1", "Run r1", "Started 2026-11-21 02:00 UTC"} <= set(facts)


def test_profiles_and_areas_are_seen_at_a_glance() -> None:
    """Each profile with its verdict and numbers, each guarantee with its outcome, in words as well as in colour."""
    page = read(every_outcome())
    assert [card.words for card in page.all("div", "card")] == [
        "core failed 1 failed, 1 inconclusive, 1 known issue, 1 healed, 1 noted, 1 passed, 1 skipped",
        "storage not supported 2 not supported",
    ]
    tiles = [(tile.words, tile.attributes.get("href")) for tile in page.all("a", "tile")]
    assert tiles[0] == ("ORD-2 failed", "#ORD-2")
    assert ("STO-1 not supported", "#STO-1") in tiles


def test_an_incomplete_run_says_so_first() -> None:
    """Before anything else, with the reason; no verdict is claimed."""
    page = read(run(check(), expected=3, interrupted="Ctrl-C"))
    alert = next(element for element in page.all() if element.attributes.get("role") == "alert")
    assert alert.words == "Incomplete interrupted: Ctrl-C; 2 of 3 announced checks said nothing."
    assert one(page, "h1").words == "Incomplete"
    order = [element for element in page.all() if element is alert or element.tag == "h1"]
    assert order[0] is alert


def test_a_complete_run_raises_no_alarm() -> None:
    """Nothing cries for attention on a green page."""
    page = read(run(check()))
    assert [element for element in page.all() if element.attributes.get("role") == "alert"] == []
    assert one(page, "h1").words == "Conformant"


def test_a_run_without_checks_has_a_page() -> None:
    """It says that it is half a run, and that nothing was judged."""
    page = read(run(expected=5, interrupted="the cluster was lost"), {})
    assert one(page, "h1").words == "Incomplete"
    assert "No check ran." in page.words


def test_nothing_but_not_supported() -> None:
    """No scenario was played: no timeline, a reason for each check, and no claim of conformance."""
    checks = [check(n, Verdict.NOT_SUPPORTED, reason="no dns", history="", profiles=(Profile.DNS,)) for n in range(4)]
    page = read(run(*checks), {})
    assert one(page, "h1").words == "Could not judge"
    assert list(page.all("figure")) == []
    assert [reason.words for reason in page.all("p", "reason")] == ["no dns"] * 4
    assert one(page, "div", "card").words == "dns not supported 4 not supported"


# ----------------------------------------------------------------------------------------------------------- the checks
def test_each_check_is_there_with_its_promise() -> None:
    """Title, guarantee, level, and a link to where the promise is documented; the worst checks first."""
    articles = list(read(every_outcome()).all("article"))
    assert [article.attributes["data-o"] for article in articles] == [
        *("failed", "inconclusive", "known-issue", "healed", "noted", "passed", "skipped"),
        *("not-supported", "not-supported"),
    ]
    first = articles[0]
    assert one(first, "h4").words == "failed: a pod waits for its predecessor"
    assert one(first, "span", "level").words == "MUST"
    source = one(first, "a", "source")
    assert source.words == "StatefulSets: Deployment and Scaling Guarantees"
    assert source.attributes["href"].startswith(
        "https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/"
    )


def test_a_finding_leads_to_its_instant() -> None:
    """The link at the finding names an element of the chart, and the text below the chart says the same."""
    page = read(every_outcome())
    article = next(article for article in page.all("article", "failed"))
    pennant = one(article, "a", "pennant")
    assert pennant.words == "see it in the timeline: A · 0.750 s"
    target = next(e for e in page.all() if e.attributes.get("id") == pennant.attributes["href"].removeprefix("#"))
    assert target.attributes["aria-label"] == f"A, at 0.750 s: {FINDING.sentence}"
    assert one(article, "span", "code").words == f"{FINDING.code} web-1 rv 812"
    assert FINDING.sentence in one(page, "ul", "flags").words


def test_how_to_see_it_again() -> None:
    """A check that failed has its command and its evidence."""
    article = one(read(every_outcome()), "article", "failed")
    identifier = every_outcome().checks[1].id
    assert one(article, "pre").words == f".venv/bin/stsconf run --cluster embedded '{identifier}'"
    assert "evidence/test_00001/test_00001_waits.txt" in {link.attributes["href"] for link in article.all("a")}


def test_every_id_is_one_and_every_link_leads_somewhere() -> None:
    """No two elements share an id; each link within the page has its target."""
    second = replace(check(9, Verdict.FAILED, findings=(FINDING,)), scenario="TestScaling[web]", app="web")
    result = every_outcome()
    both = RunResult(replace(result.header, checks_expected=8), (*result.checks, second))
    page = read(both, {SCENARIO: broken_start(), "TestScaling[web]": broken_start()})
    known = ids(page)
    assert len(known) == len(set(known))
    inside = {e.attributes["href"][1:] for e in page.all() if e.attributes.get("href", "").startswith("#")}
    assert inside - set(known) == set()


def test_a_guarantee_that_is_not_known_here_is_named_all_the_same() -> None:
    """A stream of another catalogue has a page."""
    page = read(run(check(guarantees=("XYZ-1",), title="a promise of tomorrow")))
    assert one(page, "a", "tile").words == "XYZ-1 passed"
    assert "a promise of tomorrow" in one(page, "article").words


# --------------------------------------------------------------------------------------------------------- what is safe
def test_nothing_of_a_cluster_becomes_markup() -> None:
    """Whatever stands in names, reasons, findings, replies and versions is text."""
    finding = Finding(EVIL, EVIL, (EVIL,), (EVIL,), (0,))
    everything = dict.fromkeys(("title", "reason", "id", "app", "scenario", "evidence"), EVIL)
    bad = check(0, Verdict.FAILED, findings=(finding,), guarantees=(EVIL,), **everything)
    header = replace(run(bad).header, target=EVIL, kubernetes_version=EVIL, storage_class=EVIL, options={EVIL: EVIL})
    record = history(("Pod", "ADDED", pod(EVIL, "u", 1, EVIL)), ("Act", "a", {"sentence": EVIL}))
    text = render_page(RunResult(header, (bad,), 1.0, EVIL), {EVIL: record})
    page = read(RunResult(header, (bad,), 1.0, EVIL), {EVIL: record})
    assert "<script>alert" not in text
    assert "<img" not in text
    assert len(list(page.all("script"))) == len(list(page.all("style"))) == 1
    assert one(page, "h4").words.endswith(" ".join(EVIL.split()))


def test_the_page_needs_nothing_else() -> None:
    """No element asks for anything, and the page's own policy forbids it."""
    page = read(every_outcome())
    asking = {"src", "srcset", "data", "action", "poster", "background"}
    assert [e.tag for e in page.all() if asking & e.attributes.keys()] == []
    links = [e.attributes["href"] for e in page.all("link")]
    assert links == ["data:,"]
    policy = next(e for e in page.all("meta") if e.attributes.get("http-equiv") == "Content-Security-Policy")
    assert policy.attributes["content"].startswith("default-src 'none';")
    assert not re.search(r"url\((?!#)|@import|@font-face", one(page, "style").text)


# ------------------------------------------------------------------------------------------------------- what is large
def test_two_hundred_scenarios_stay_small() -> None:
    """Each has its checks and a timeline; the page is one that can be mailed."""
    busy = [("Act", "deploy", {"sentence": "create web"})] + [
        ("Pod", "MODIFIED", pod(f"web-{at % 5}", f"u{at // 20}-{at % 5}", at, "Running", ready=at % 3 == 0))
        for at in range(120)
    ]
    names = [f"TestScenario{number:03}[kubia]" for number in range(200)]
    checks = [check(number, scenario=name) for number, name in enumerate(names)]
    checks[150] = replace(checks[150], verdict=Verdict.FAILED, findings=(FINDING,))
    text = render_page(run(*checks), {name: history(*busy) for name in names})
    assert len(text.encode()) < 2_000_000
    assert text.count("<article") == 200
    assert text.count("<figure") + text.count("left out here to keep this page small") == 200
    assert text.index("Scenario150") < text.index("Scenario000")


def test_a_name_of_sixty_three_characters() -> None:
    """It is cut in the column of names, whole where one points, and whole in the text."""
    name = "a" * 61 + "-0"
    page = read(run(check()), {SCENARIO: history(("Pod", "ADDED", pod(name, "u", 1)))})
    (label,) = (span for span in one(page, "div", "names").all("span") if span.attributes.get("title"))
    assert (len(label.text), label.attributes["title"]) == (24, name)
    assert name in one(page, "details", "events").words


def test_ten_thousand_checks_render() -> None:
    """A page of synthetic size has every check once."""
    assert render_page(large(), {}).count("<article") == 10_000


def test_only_what_is_wrong_is_open() -> None:
    """A reader who was not there is not shown what went well; what failed is open from the start."""
    bad = replace(check(1, Verdict.FAILED, findings=(FINDING,)), scenario="TestScaling[kubia]")
    page = read(run(check(), bad), {})
    scenes = list(page.all("section", "scene"))
    assert [one(scene, "h3").words for scene in scenes] == ["Scaling kubia", "Ordered startup kubia"]
    assert ["open" in one(scene, "details").attributes for scene in scenes] == [True, False]


def test_noted_deviations_are_told_and_not_red() -> None:
    """A best effort that was not kept stands there, and the verdict with it."""
    noted = check(1, Verdict.FAILED, level=Level.REPORT, findings=(FINDING,))
    page = read(run(check(), noted))
    assert one(page, "h1").words == "Conformant"
    assert one(page, "article", "noted").words.startswith("noted: a pod waits")


def test_it_is_written_whole(tmp_path: Path) -> None:
    """The file is the page."""
    write_page(tmp_path / "new" / "report.html", run(check()), HISTORIES)
    assert (tmp_path / "new" / "report.html").read_text() == render_page(run(check()), HISTORIES)


def test_half_a_character_does_not_keep_it_from_being_written(tmp_path: Path) -> None:
    """A reply may be cut within a character, and hold what no file can."""
    write_page(tmp_path / "report.html", run(check(0, Verdict.FAILED, reason="half \ud800 a line")), {})
    assert "half ? a line" in (tmp_path / "report.html").read_text()


# ------------------------------------------------------------------------------------------------------------- colours
def colours() -> list[dict[str, str]]:
    """Return the colours of the light and of the dark page."""
    style = (files("stsconf.report") / "assets" / "page.css").read_text()
    light, dark = re.findall(r":root \{(.*?)\n\s*\}", style, re.DOTALL)[:2]
    first, second = (dict(re.findall(r"--([\w-]+): (#\w{6});", block)) for block in (light, dark))
    return [first, first | second]


def contrast(one_colour: str, other: str) -> float:
    """Return the contrast of two colours as WCAG defines it."""

    def luminance(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    lighter, darker = sorted((luminance(one_colour), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


OUTCOMES = ("passed", "failed", "inconclusive", "not-supported", "skipped", "noted")
TEXTS = [
    *((tone, ground) for tone in ("ink", "soft", "link", *OUTCOMES) for ground in ("paper", "ground", "raised")),
    *((f"{look}-ink", look) for look in ("running", "bound", "set", "some", "mixed", "none", "act")),
    ("pending-ink", "pending-1"),
    ("leaving-ink", "leaving-1"),
    ("wrong-ink", "wrong-1"),
    ("on", "failed"),
    ("on", "inconclusive"),
]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_text_can_be_read(scheme: int) -> None:
    """Each pair of text and ground has the contrast that WCAG AA asks for, light and dark."""
    known = colours()[scheme]
    assert [(ink, ground) for ink, ground in TEXTS if contrast(known[ink], known[ground]) < 4.5] == []


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_sign_can_be_seen(scheme: int) -> None:
    """What is drawn to mean something stands out from the paper as WCAG asks of graphics."""
    known = colours()[scheme]
    signs = ("ready", "wrong-2", "none-line", "act-line", "some-dot", "failed")
    assert [sign for sign in signs if contrast(known[sign], known["paper"]) < 3] == []
