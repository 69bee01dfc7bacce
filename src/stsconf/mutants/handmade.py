"""Bugs made by hand: what a person could get wrong in the StatefulSet controller, and no single mutation is.

`bugs/*.toml` has them, by area: what each does, the checks that have to catch it, and its edits of the sources.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from stsconf.cluster.embedded.workshop import CURRENT
from stsconf.errors import StsconfError
from stsconf.mutants.exhibit import BY_HAND, Catch, Exhibit

_BUGS = Path(__file__).parent / "bugs"


@dataclass(frozen=True, slots=True)
class Edit:
    """One place of a source file that a bug changes: `old` stands there once, `new` takes its place."""

    file: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Handmade:
    """A bug of today's controller: what is shown of it, and the edits that make it."""

    exhibit: Exhibit
    edits: tuple[Edit, ...]

    def changes(self, sources: Mapping[str, bytes]) -> dict[str, bytes]:
        """Return the files that it changes, changed; raises `StsconfError` where an edit has no one place."""
        changed = dict[str, bytes]()
        for edit in self.edits:
            text = changed.get(edit.file, sources[edit.file]).decode()
            if (places := text.count(edit.old)) != 1:
                raise StsconfError(
                    f"the bug {self.exhibit.name} cannot be made",
                    f"{edit.file} has {places} places with {edit.old.strip().splitlines()[0]!r}",
                    "fit its edits to the release",
                )
            changed[edit.file] = text.replace(edit.old, edit.new).encode()
        return changed


def read(paths: Iterable[Path]) -> Mapping[str, Handmade]:
    """Return the bugs of some files, by name; raises `StsconfError` where one is not told as it should be."""
    return MappingProxyType({bug.exhibit.name: bug for path in sorted(paths) for bug in _read(path)})


def _read(path: Path) -> Iterator[Handmade]:
    try:
        for name, told in tomllib.loads(path.read_text(encoding="utf-8")).items():
            yield _made(name, told)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StsconfError(f"{path.name} does not tell its bugs", repr(error), "look at its neighbours") from error


def _made(name: str, told: Mapping[str, Any]) -> Handmade:
    catches = tuple(Catch(check, code) for check, code in told["catches"])
    exhibit = Exhibit(name, BY_HAND, name, CURRENT.version, told["did"], catches)
    return Handmade(exhibit, tuple(Edit(**edit) for edit in told["edits"]))


HANDMADE: Mapping[str, Handmade] = read(_BUGS.glob("*.toml"))
"""The bugs by name."""
