"""Folders that are whole or absent. What interrupts making one is tested where binaries are built."""

import errno
import os
import signal
import threading
from pathlib import Path

import pytest

from stsconf.cluster.cache import cache_home, ensure, find, key_of, termination_unwinds
from stsconf.errors import StsconfError


def put_file(folder: Path) -> None:
    """Fill a folder with one file in another."""
    (folder / "sub").mkdir()
    (folder / "sub" / "file").write_text("content")


def test_cache_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The cache lies where the user's other caches do, which one variable moves."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_home() == tmp_path / "stsconf"
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    assert cache_home() == tmp_path / "me" / ".cache" / "stsconf"


def test_keys() -> None:
    """A key depends on each part and on where one ends, and on nothing else."""
    assert key_of("a", b"b") == key_of("a", "b")
    assert len({key_of("ab"), key_of("a", "b"), key_of("b", "a"), key_of("ab", ""), key_of()}) == 5


def test_made_once(tmp_path: Path) -> None:
    """A folder that is there is not made again, and bears sums that sha256sum can check."""
    folder = ensure(tmp_path, "thing", key_of("1"), put_file, print)
    assert (folder / "SHA256SUMS").read_text().endswith("  sub/file\n")
    assert find(tmp_path, "thing", key_of("1"), print) == folder
    assert find(tmp_path, "thing", key_of("2"), print) is None

    def refuse(_folder: Path) -> None:
        raise AssertionError(_folder)

    assert ensure(tmp_path, "thing", key_of("1"), refuse, print) == folder


def test_failure_leaves_nothing(tmp_path: Path) -> None:
    """An error of the maker is passed on, and its half-made folder is gone."""

    def fail(folder: Path) -> None:
        put_file(folder)
        raise KeyError("why")

    with pytest.raises(KeyError, match="why"):
        ensure(tmp_path, "thing", key_of(), fail, print)
    assert [path.name for path in tmp_path.iterdir()] == ["thing.lock"]


@pytest.mark.parametrize(("number", "do"), [(errno.ENOSPC, "free some disk"), (errno.EROFS, "that can be written")])
def test_disk_trouble_is_told(tmp_path: Path, number: int, do: str) -> None:
    """A disk that is full or read-only is an error that says what to do."""

    def fail(_folder: Path) -> None:
        raise OSError(number, os.strerror(number))

    with pytest.raises(StsconfError, match=os.strerror(number)) as caught:
        ensure(tmp_path, "thing", key_of(), fail, print)
    assert do in caught.value.do


def test_other_names_are_left_alone(tmp_path: Path) -> None:
    """Cleaning up after one name does not touch what another is just making."""
    other = tmp_path / f"thing-more-{key_of()}.partial"
    mine = tmp_path / f"thing-{key_of('old')}.partial"
    other.mkdir()
    mine.mkdir()
    ensure(tmp_path, "thing", key_of(), put_file, print)
    assert (other.exists(), mine.exists()) == (True, False)


def test_termination_unwinds() -> None:
    """A SIGTERM inside the block unwinds it; afterwards it is the system's again."""
    with pytest.raises(SystemExit) as caught, termination_unwinds():
        os.kill(os.getpid(), signal.SIGTERM)
    assert caught.value.code == 128 + signal.SIGTERM
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_termination_by_the_callers_own_handler() -> None:
    """A handler that the caller has set is called, not replaced; a thread, which may set none, is let be."""
    received: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _frame: received.append(number))
    try:
        with termination_unwinds():
            os.kill(os.getpid(), signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)

    def elsewhere() -> None:
        with termination_unwinds():
            received.append(0)

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert received == [signal.SIGTERM, 0]
