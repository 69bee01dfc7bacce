"""Text in columns."""

import json
import subprocess
import sys

import pytest

from stsconf.report.text import command, folded, path_lines, printable, shorten, span

LONG = "conformance/test_ordering.py::TestOrderedStartup::test_each_waits_for_its_predecessor[kubia]"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("short", "short"), ("exactly 10", "exactly 10"), ("more than ten", "more than…"), ("a\nb", "a b"), ("", "")],
)
def test_text_is_cut_at_its_end(text: str, expected: str) -> None:
    """What is too wide ends in an ellipsis, within the width."""
    assert shorten(text, 10) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0.2, "0 s"), (59.4, "59 s"), (59.6, "1 min 0 s"), (151.4, "2 min 31 s"), (3600, "60 min 0 s")],
)
def test_a_length_of_time(seconds: float, expected: str) -> None:
    """Whole seconds, and minutes if there are any."""
    assert span(seconds) == expected


@pytest.mark.parametrize("width", [-3, 0, 1])
def test_no_room_is_no_error(width: int) -> None:
    """Where nothing fits, the ellipsis stands for all."""
    assert shorten("text", width) == "…"


def test_control_characters_become_spaces() -> None:
    """Nothing that moves a cursor or rings a bell passes."""
    assert printable("a\033[2J\a\t\u202eb") == "a [2J   b"


def test_folded_text_keeps_its_words_whole() -> None:
    """Lines break between words, not at the hyphens of names."""
    assert folded("web-0 " * 20, "- ", "  ") == ["- " + "web-0 " * 12 + "web-0", "  " + "web-0 " * 6 + "web-0"]


def test_folded_nothing_keeps_what_begins_it() -> None:
    """An empty text still has its label."""
    assert folded("", "reason ") == ["reason"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("reports/r1", ["at: reports/r1"]),
        (LONG, ["at: conformance/test_ordering.py::TestOrderedStartup", f"  {LONG[LONG.index('::test') :]}"]),
        (f"/{'d' * 70}/{'e' * 90}", [f"at: /{'d' * 70}", f"  /{'e' * 75}", f"  {'e' * 15}"]),
        ("", ["at: "]),
    ],
)
def test_paths_break_where_they_can(path: str, expected: list[str]) -> None:
    """Ids and paths break before a part, within one only when no line holds it."""
    assert path_lines(path, "at: ", "  ") == expected


@pytest.mark.parametrize(
    "words",
    [
        ["make", "conformance"],
        ["make", "conformance", "CLUSTER=context:staging-eu", f"CHECK={LONG}", "SCALE=2", "OUT=it's here"],
        ["pytest", LONG * 3, "-q"],
        ["pytest", "two  spaces " * 12],
        [LONG],
        [*("word" for _ in range(40))],
    ],
    ids=["short", "usual", "longer", "spaces", "alone", "many"],
)
def test_a_folded_command_is_the_same_command_to_a_shell(words: list[str]) -> None:
    """A shell that is given the lines calls the command with exactly these words, and each line fits."""
    lines = command(words)
    show = f"{sys.executable} -c 'import json, sys; print(json.dumps(sys.argv[1:]))'"
    script = "\n".join(lines).replace("  ", f"{show} ", 1)
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == words
    assert max(map(len, lines)) <= 80


def test_a_long_word_of_a_command_breaks_between_its_names() -> None:
    """A check's id is cut before its function, where a person would."""
    assert command(["stsconf", "run", LONG]) == [
        "  stsconf run \\",
        "    conformance/test_ordering.py::TestOrderedStartup\\",
        "'::test_each_waits_for_its_predecessor[kubia]'",
    ]
