"""The page in a browser: what a reader does with it, with a mouse, with keys, on a phone and on paper."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from stsconf.model.result import RunResult
from stsconf.report.page import write_page
from stsconf.report.tally import Outcome
from tests.report.browser import NARROW, WIDE, Browser, browser
from tests.report.samples import FINDING, broken_start, check, every_outcome

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine to look at pages with")

QUIET = "TestScaling[nginx]"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with a check of each outcome, of which a quiet scenario is closed."""
    result = every_outcome()
    quiet = [replace(check(20 + n, guarantees=("ORD-4",)), scenario=QUIET, app="nginx", title="down") for n in range(2)]
    header = replace(result.header, checks_expected=len(result.checks) + 2)
    path = tmp_path_factory.mktemp("page") / "report.html"
    scenario = result.checks[0].scenario
    write_page(
        path, RunResult(header, (*result.checks, *quiet), 12.3), {scenario: broken_start(), QUIET: broken_start()}
    )
    return path


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for all tests of this file."""
    with browser(str(CHROMIUM), tmp_path_factory.mktemp("profile")) as running:
        yield running


def shown(chromium: Browser) -> list[str]:
    """Return the outcomes of the checks that a filter leaves."""
    found: list[str] = chromium.run("[...document.querySelectorAll('.check:not([hidden])')].map(c => c.dataset.o)")
    return found


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["desk", "phone"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_opens_without_a_complaint(chromium: Browser, page: Path, size: tuple[int, int], *, dark: bool) -> None:
    """Nothing is asked for but the file, the console stays empty, and nothing is wider than the screen."""
    chromium.show(page, size, dark=dark)
    assert chromium.requests == [page.as_uri()]
    assert chromium.complaints == []
    assert chromium.run("document.documentElement.scrollWidth") == size[0]
    ground = chromium.run("getComputedStyle(document.body).backgroundColor")
    assert ground == ("rgb(20, 21, 24)" if dark else "rgb(245, 244, 240)")


def test_outcomes_filter(chromium: Browser, page: Path) -> None:
    """A pressed outcome shows its checks only, two of them those of both; scenarios without one are hidden."""
    chromium.show(page).run("document.querySelector('[data-kind=failed]').click()")
    assert shown(chromium) == ["failed"]
    assert chromium.run("document.querySelector('.filter > output').textContent") == "1 of 11 checks"
    assert chromium.run("document.querySelectorAll('.scene:not([hidden])').length") == 1
    chromium.run("document.querySelector('[data-kind=passed]').click()")
    assert shown(chromium) == ["failed", "passed", "passed", "passed"]
    chromium.run("document.querySelector('[data-kind=failed]').click()")
    assert shown(chromium) == ["passed"] * 3


@pytest.mark.parametrize(
    ("field", "value", "left"),
    [
        ("area", "STO", 2),
        ("area", "UPD", 3),
        ("text", "ORD-2", 2),
        ("text", "ord-4 nginx", 2),
        ("text", "no default storageclass", 2),
        ("text", "nonsense", 0),
    ],
)
def test_area_and_words_filter(chromium: Browser, page: Path, field: str, value: str, left: int) -> None:
    """By area, by id, by several words in any case; where nothing fits, the page says so."""
    enter = "const f = document.querySelector('.filter'); f.{}.value = '{}'; f.dispatchEvent(new Event('input'))"
    chromium.show(page).run(enter.format(field, value))
    assert len(shown(chromium)) == left
    assert chromium.run("document.querySelector('.nothing').hidden") == (left > 0)


def test_a_finding_leads_to_the_highlighted_instant(chromium: Browser, page: Path) -> None:
    """The link scrolls to the flag, marks it and gives it the focus, so that it is read out."""
    flag = chromium.show(page).run(
        "new Promise(done => { addEventListener('hashchange', () => requestAnimationFrame(() => {"
        "const b = document.querySelector('.flag.hit line').getBoundingClientRect();"
        "done({said: document.activeElement.ariaLabel, top: b.top, bottom: b.bottom}) }), {once: true});"
        "document.querySelector('.finding .pennant').click() })"
    )
    assert flag["said"] == f"A, at 0.750 s: {FINDING.sentence}"
    assert 0 <= flag["top"] < flag["bottom"] <= WIDE[1]


def test_a_link_from_outside_opens_what_is_closed(chromium: Browser, page: Path) -> None:
    """An address with a scenario or a promise behind it leads there, closed or not."""
    quiet = chromium.show(page).run("[...document.querySelectorAll('.scene')].at(-1).id")
    assert chromium.run(f"document.querySelector('#{quiet} details').open") is False
    settled = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done({}))))"
    chromium.show(page, at=f"#{quiet}")
    assert chromium.run(settled.format(f"document.querySelector('#{quiet} details').open")) is True
    chromium.show(page, at="#ORD-2")
    assert chromium.run(settled.format("document.querySelector('.promises').open")) is True


def tip(chromium: Browser) -> Any:
    """Return the text of the tip, nothing when there is none."""
    return chromium.run("(t => t.hidden ? null : t.textContent)(document.querySelector('.tip'))")


def test_keys_go_from_event_to_event(chromium: Browser, page: Path) -> None:
    """Arrows, home and end show one event after the other, and escape leaves."""
    chromium.show(page).run("document.querySelector('.scroll').focus()")
    chromium.press("ArrowRight")
    assert tip(chromium) == "0.000 create web with 2 replicas"
    chromium.press("ArrowRight", "ArrowRight")
    assert tip(chromium) == "0.500 web-0 running"
    assert chromium.run("document.querySelector('.events .now').textContent") == "0.500 web-0 running"
    chromium.press("End")
    assert tip(chromium) == "2.500 web-1\N{PRIME} created"
    chromium.press("ArrowLeft", "Home")
    assert tip(chromium) == "0.000 create web with 2 replicas"
    chromium.press("Escape")
    assert tip(chromium) is None


def test_pointing_shows_the_event(chromium: Browser, page: Path) -> None:
    """The event closest to the pointer is told; far from any, none is."""
    ring = chromium.show(page).run(
        "document.querySelector('.flag .ring, .flag use').scrollIntoView({block: 'center'});"
        "(b => [b.x + b.width / 2, b.y + b.height / 2])(document.querySelector('.flag use').getBoundingClientRect())"
    )
    chromium.send("Input.dispatchMouseEvent", type="mouseMoved", x=ring[0], y=ring[1])
    assert tip(chromium) == "0.750 web-1 created"
    chromium.send("Input.dispatchMouseEvent", type="mouseMoved", x=5, y=5)
    assert tip(chromium) is None


def test_zoom_keeps_words_and_gives_room(chromium: Browser, page: Path) -> None:
    """Twice as wide, with the same size of letters; more labels fit; the rest of the page stays as wide as it was."""
    chromium.show(page)
    wide = "document.querySelector('.plane').offsetWidth"
    before = chromium.run(wide)
    tall = chromium.run("document.querySelector('.chart text').getBoundingClientRect().height")
    chromium.run("document.querySelector('.zoom [data-zoom=\"+\"]').click()")
    assert chromium.run(wide) == 2 * before
    assert chromium.run("document.querySelector('.chart text').getBoundingClientRect().height") == tall
    assert chromium.run("document.querySelector('.zoom output').textContent") == "2\N{MULTIPLICATION SIGN}"
    assert chromium.run("document.documentElement.scrollWidth") == WIDE[0]
    chromium.run("document.querySelector('.zoom [data-zoom=\"-\"]').click()")
    assert chromium.run(wide) == before


def test_a_phone_sees_the_instant(chromium: Browser, page: Path) -> None:
    """Where a chart is wider than the screen it is scrolled to the first finding."""
    seen = chromium.show(page, NARROW).run(
        "(f => { const s = f.closest('.scroll').getBoundingClientRect();"
        "const l = f.querySelector('line').getBoundingClientRect();"
        "return [s.left, l.left, s.right] })(document.querySelector('.flag'))"
    )
    assert seen == sorted(seen)


def test_who_listens_has_names_for_everything(chromium: Browser, page: Path) -> None:
    """Whatever can be operated has a name, and no heading is skipped."""
    chromium.show(page).send("Accessibility.enable")
    nodes = [node for node in chromium.send("Accessibility.getFullAXTree")["nodes"] if not node["ignored"]]
    operated = {"button", "link", "searchbox", "combobox", "region", "DisclosureTriangle", "image", "alert", "figure"}
    nameless = [
        n["role"]["value"] for n in nodes if n["role"]["value"] in operated - {"figure"} and not n["name"]["value"]
    ]
    assert nameless == []
    roles = {node["role"]["value"] for node in nodes}
    assert {"main", "search", "heading", "searchbox", "combobox", "button", "link", "image"} <= roles
    levels = chromium.run("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])")
    assert levels[0] == 1
    assert [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1] == []


def test_it_prints(chromium: Browser, page: Path, tmp_path: Path) -> None:
    """On paper there is no filter, and what was open is there in the light colours."""
    chromium.show(page, dark=True).send("Emulation.setEmulatedMedia", media="print")
    assert chromium.run("getComputedStyle(document.querySelector('.filter')).display") == "none"
    assert chromium.run("getComputedStyle(document.querySelector('.chart')).display") == "block"
    assert chromium.run("getComputedStyle(document.body).color") == "rgb(28, 27, 25)"
    chromium.paper(tmp_path / "report.pdf")
    chromium.send("Emulation.setEmulatedMedia", media="")
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")


def test_a_page_of_an_empty_run_opens(chromium: Browser, tmp_path: Path) -> None:
    """Without a single check there is nothing that the script could stumble over."""
    write_page(tmp_path / "report.html", RunResult(replace(every_outcome().header, checks_expected=3), ()), {})
    chromium.show(tmp_path / "report.html")
    assert chromium.complaints == []
    assert chromium.run("document.querySelector('h1').textContent") == "Incomplete"


def test_what_fails_is_seen_as_failing(chromium: Browser, page: Path) -> None:
    """The sign of a failed check has a shape of its own: colour only repeats it."""
    signs = chromium.show(page).run(
        "[...document.querySelectorAll('.check > .icon use')].map(u => u.getAttribute('href'))"
    )
    assert signs[0] == "#i-failed"
    assert len(set(signs)) == len(Outcome)
