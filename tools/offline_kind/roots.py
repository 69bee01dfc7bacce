"""Debian file systems as archives, made by mmdebstrap with this machine's own package sources."""

from pathlib import Path

from stsconf.cluster.cache import ensure, key_of
from stsconf.cluster.embedded.build import run_tied
from stsconf.cluster.images import architecture
from stsconf.cluster.target import Say
from stsconf.errors import StsconfError
from tools.offline_kind.parts import SUITE, Root

CONTAINED = ("unshare", "--mount", "--pid", "--fork", "--kill-child=SIGKILL", "--mount-proc")
"""Stands before a command whose mounts and children must not outlive it, however it ends."""

_ARCHIVE = "root.tar"
_IN_MEMORY = 'mount -t tmpfs scratch "$0" && TMPDIR="$0" exec mmdebstrap "$@"'
"""dpkg waits for the disk after every file; half a gigabyte of memory spares minutes of that."""


def ensure_root(root: Root, cache_dir: Path, say: Say) -> Path:
    """Return the archive of a file system, made if the cache does not have it; raises `StsconfError`."""

    def fill(folder: Path) -> None:
        say(f"fetching the Debian packages of the {root.name}, about a minute")
        log, scratch = folder / "mmdebstrap.log", folder / "scratch"
        scratch.mkdir()
        options = ["--mode=root", "--variant=minbase", f"--include={root.packages}"]
        with log.open("wb") as stream:
            arguments = [str(scratch), *options, SUITE, str(folder / _ARCHIVE)]
            code = run_tied([*CONTAINED, "sh", "-c", _IN_MEMORY, *arguments], folder, stream)
        scratch.rmdir()
        if code:
            said = log.read_text(errors="replace").strip().splitlines()
            raise StsconfError(
                f"mmdebstrap could not make the {root.name}'s file system",
                " / ".join(said[-3:]),
                "can apt-get fetch packages here?",
            )

    key = key_of(SUITE, architecture(), root.packages)
    return ensure(cache_dir / "kind", root.name, key, fill, say) / _ARCHIVE


def unpack(archive: Path, folder: Path) -> None:
    """Unpack a file system into a new folder; raises `StsconfError`."""
    folder.mkdir()
    log = folder.with_suffix(".log")
    with log.open("wb") as stream:
        code = run_tied(["tar", "--extract", "--numeric-owner", "--file", archive], folder, stream)
    if code:
        raise StsconfError(f"could not unpack {archive}", log.read_text(errors="replace").strip()[-200:])
    log.unlink()
