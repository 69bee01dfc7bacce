"""Files whole or not at all."""

from pathlib import Path

import pytest

from stsconf.report.files import write_atomically


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
