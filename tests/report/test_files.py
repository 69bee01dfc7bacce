"""Files whole or not at all, and within bounds."""

import io
from pathlib import Path

import pytest

from stsconf.report import files
from stsconf.report.files import bounded_lines, parse, reason, write_atomically


@pytest.mark.parametrize("content", ["text \N{PRIME}", "text \N{PRIME}".encode()], ids=["text", "bytes"])
def test_content_and_folders_are_made(tmp_path: Path, content: str | bytes) -> None:
    """The file holds what was given, below folders that did not exist."""
    path = tmp_path / "a" / "b.txt"
    write_atomically(path, content)
    assert path.read_text(encoding="utf-8") == "text \N{PRIME}"


def test_a_former_file_is_replaced(tmp_path: Path) -> None:
    """Writing again leaves the new content, readable by others, and nothing beside it."""
    path = tmp_path / "junit.xml"
    write_atomically(path, "a long former content")
    write_atomically(path, "new")
    assert (path.read_text(), path.stat().st_mode & 0o777, list(tmp_path.iterdir())) == ("new", 0o644, [path])


def test_a_refused_write_leaves_nothing(tmp_path: Path) -> None:
    """When the file cannot be put in place, no partial file remains."""
    (tmp_path / "taken").mkdir()
    with pytest.raises(OSError, match="taken"):
        write_atomically(tmp_path / "taken", "content")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_lines_keep_their_ends() -> None:
    """A last line that was cut can be told from one that was not."""
    assert list(bounded_lines(io.BytesIO(b"a\n\nb"))) == [b"a\n", b"\n", b"b"]


@pytest.mark.parametrize(("content", "why"), [(b"x" * 2**20, "the line is"), (b"x\n" * 2**21, "the file is")])
def test_what_no_run_writes_is_refused(monkeypatch: pytest.MonkeyPatch, content: bytes, why: str) -> None:
    """A line or a file that is too large ends the reading."""
    monkeypatch.setattr(files, "LONGEST_LINE", 2**19)
    monkeypatch.setattr(files, "LARGEST_FILE", 2**21)
    with pytest.raises(ValueError, match=why):
        list(bounded_lines(io.BytesIO(content)))


@pytest.mark.parametrize("line", [b"", b"{", b"[NaN]", b"[-Infinity]", b"[" * 10**5, b"9" * 5000, b"\xff"])
def test_only_json_is_parsed(line: bytes) -> None:
    """One kind of error tells all that is none."""
    with pytest.raises(ValueError, match="the line is"):
        parse(line)


def test_a_reason_fits_a_screen() -> None:
    """Whatever a foreign file holds: a word without end is cut, and what moves the cursor is a space."""
    assert reason(ValueError("a\033[2J\nb")) == "a [2J b"
    assert len(reason(ValueError("x" * 10**6))) == 300
