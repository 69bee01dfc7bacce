"""Acknowledged data survives; what was not acknowledged is found whole or not at all."""

import os
import random
import signal
import sys
import textwrap
from concurrent.futures import Future, ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path
from threading import Semaphore

import pytest

from apps.kubia.tests.process import APP, COMMAND, Kubia

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounting a file system takes root")
WRITERS = ("anna", "bert")
PADDING = b"." * 65536


def body(writer: str, number: int) -> bytes:
    """Return a body that names its write at both ends, so that a mixture of two shows."""
    mark = f"{writer}-{number}".encode()
    return mark + PADDING + mark


def parse(data: bytes) -> tuple[str, int]:
    """Return the writer and number of a body; a body that is not whole fails the test."""
    mark, padding, end = data.partition(PADDING)
    assert padding == PADDING
    assert mark == end
    writer, number = mark.decode().split("-")
    return writer, int(number)


def write(kubia: Kubia, writer: str, first: int, acknowledged: Semaphore) -> int:
    """Write numbered bodies until the server goes away; return the last number that was acknowledged."""
    connection = kubia.connect()
    number = first
    try:
        while True:
            connection.request("POST", "/", body(writer, number + 1))
            response = connection.getresponse()
            response.read()
            assert response.status == 200
            number += 1
            acknowledged.release()
    except (OSError, HTTPException):
        return number
    finally:
        connection.close()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Where kubia keeps its data; the folder is the volume."""
    return tmp_path / "kubia.txt"


def test_kill_at_any_moment_loses_no_acknowledged_write(data: Path) -> None:
    """After SIGKILL under load, each round finds a whole body that no acknowledged write of its writer had replaced."""
    moments = random.Random(20)  # noqa: S311 - a repeatable spread, no secret
    last = dict.fromkeys(WRITERS, 0)
    with ThreadPoolExecutor(len(WRITERS)) as pool:
        for _ in range(12):
            acknowledged = Semaphore(0)
            with Kubia(data) as kubia:
                running: dict[str, Future[int]] = {
                    writer: pool.submit(write, kubia, writer, last[writer], acknowledged) for writer in WRITERS
                }
                for _ in range(moments.randrange(1, 30)):
                    assert acknowledged.acquire(timeout=30)
                # The writer that was not just acknowledged is somewhere in the middle of its write.
                kubia.stop(signal.SIGKILL)
            last = {writer: future.result() for writer, future in running.items()}
            with Kubia(data) as kubia:
                writer, number = parse(kubia.stored())
            assert number in (last[writer], last[writer] + 1)
            assert [file.name for file in data.parent.iterdir()] == ["kubia.txt"]
            last[writer] = number


def test_two_writers_at_once_never_mix(data: Path) -> None:
    """While two clients overwrite each other, every read sees one whole body."""
    with ThreadPoolExecutor(len(WRITERS)) as pool, Kubia(data) as kubia:
        acknowledged = Semaphore(0)
        kubia.ask("POST", body("anna", 0))
        futures = [pool.submit(write, kubia, writer, 0, acknowledged) for writer in WRITERS]
        seen = {parse(kubia.stored())[0] for _ in range(200)}
        kubia.stop()
        assert all(future.result() > 0 for future in futures)
        assert seen == set(WRITERS)


def wrapped(change: str) -> list[str]:
    """Return a command that runs kubia with `os` changed by a piece of Python first."""
    program = "import os, runpy, signal, sys\n" + textwrap.dedent(change)
    return [sys.executable, "-c", program + f"\nrunpy.run_path({str(APP)!r}, run_name='__main__')"]


DIE_AT_CALL = """
    calls = []
    def die_at(number, original):
        def step(*arguments, **options):
            calls.append(original.__name__)
            if len(calls) == number:
                os.kill(os.getpid(), signal.SIGKILL)
            return original(*arguments, **options)
        return step
    os.fsync, os.replace = die_at({number}, os.fsync), die_at({number}, os.replace)
"""


@pytest.mark.parametrize(
    ("number", "expected"),
    [(1, b"old"), (2, b"old"), (3, b"new")],
    ids=["before-file-sync", "before-rename", "before-folder-sync"],
)
def test_kill_at_each_step_leaves_one_whole_value(data: Path, number: int, expected: bytes) -> None:
    """A write killed before its rename leaves the old value, after it the new one; neither leaves a temporary file."""
    data.write_bytes(b"old")
    with Kubia(data, command=wrapped(DIE_AT_CALL.format(number=number))) as kubia:
        with pytest.raises((OSError, HTTPException)):
            kubia.ask("POST", b"new")
        assert kubia.process.wait(30) == -signal.SIGKILL
    with Kubia(data) as kubia:
        assert kubia.stored() == expected
        assert [file.name for file in data.parent.iterdir()] == ["kubia.txt"]


FAIL_AT_SYNC = """
    calls = []
    original = os.fsync
    def sync(descriptor):
        calls.append(descriptor)
        if len(calls) == {number}:
            raise OSError(5, "Input/output error")
        return original(descriptor)
    os.fsync = sync
"""


@pytest.mark.parametrize(("number", "expected"), [(1, b"old"), (2, b"new")], ids=["file", "folder"])
def test_failed_sync_is_not_acknowledged(data: Path, number: int, expected: bytes) -> None:
    """When the disk does not confirm the file or the folder, the reply is 500."""
    data.write_bytes(b"old")
    with Kubia(data, command=wrapped(FAIL_AT_SYNC.format(number=number))) as kubia:
        assert kubia.ask("POST", b"new") == (500, b"Volume error: Input/output error\n")
        assert kubia.stored() == expected
        assert kubia.ask("POST", b"newer").status == 200


def test_leftovers_are_removed_and_never_served(data: Path) -> None:
    """What a killed write left behind goes at the start; files of others on the volume stay."""
    data.with_name("kubia.txt.0123456789abcdef.tmp").write_bytes(b"half a bo")
    data.with_name("lost+found").mkdir()
    with Kubia(data) as kubia:
        assert kubia.stored() == b"No data posted yet"
        assert [file.name for file in data.parent.iterdir()] == ["lost+found"]


def test_missing_volume_is_an_error(tmp_path: Path) -> None:
    """Without its folder kubia says so, reading and writing, instead of "No data posted yet"."""
    with Kubia(tmp_path / "gone" / "kubia.txt") as kubia:
        missing = (500, b"Volume error: No such file or directory\n")
        assert kubia.ask("POST", b"lost") == missing
        assert kubia.ask("GET") == missing


def test_volume_that_is_no_folder_is_an_error(tmp_path: Path) -> None:
    """A file in the place of the volume is reported."""
    (tmp_path / "volume").write_bytes(b"")
    with Kubia(tmp_path / "volume" / "kubia.txt") as kubia:
        assert kubia.ask("POST", b"lost") == (500, b"Volume error: Not a directory\n")


def test_unreadable_file_is_an_error(data: Path) -> None:
    """Data that is there but cannot be read is not the same as no data."""
    data.mkdir()
    with Kubia(data) as kubia:
        assert kubia.ask("GET") == (500, b"Volume error: Is a directory\n")


def on_tmpfs(folder: Path, options: str) -> list[str]:
    """Return a command that runs kubia with a file system of its own on `folder`."""
    script = 'mount -t tmpfs -o "$1" tmpfs "$2" && shift 2 && exec "$@"'
    return ["unshare", "--mount", "sh", "-c", script, "sh", options, str(folder), *COMMAND]


@needs_root
def test_full_volume_is_an_error_and_keeps_the_old_data(data: Path) -> None:
    """When the disk is full nothing is lost, and a body that fits is stored again."""
    with Kubia(data, command=on_tmpfs(data.parent, "size=256k")) as kubia:
        kubia.ask("POST", b"old")
        assert kubia.ask("POST", b"x" * 1048576) == (500, b"Volume error: No space left on device\n")
        assert kubia.stored() == b"old"
        assert kubia.ask("POST", b"y" * 131072).status == 200
        assert kubia.stored() == b"y" * 131072


@needs_root
def test_read_only_volume_is_an_error(data: Path) -> None:
    """A read-only volume can be read; writing is refused."""
    with Kubia(data, command=on_tmpfs(data.parent, "ro")) as kubia:
        assert kubia.ask("POST", b"lost") == (500, b"Volume error: Read-only file system\n")
        assert kubia.stored() == b"No data posted yet"
