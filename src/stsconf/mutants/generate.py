"""All mutants of the StatefulSet controller, from its source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

from stsconf.errors import StsconfError, UsageError
from stsconf.mutants.bounds import Bounds
from stsconf.mutants.edits import Edit, Place
from stsconf.mutants.mutant import Mutant
from stsconf.mutants.names import Names
from stsconf.mutants.operators import OPERATORS
from stsconf.mutants.signatures import Signatures, signatures
from stsconf.mutants.syntax import Function, Source, parse, walk

FILES = (
    "stateful_set.go",
    "stateful_set_control.go",
    "stateful_set_status_updater.go",
    "stateful_set_utils.go",
    "stateful_pod_control.go",
)
_DIFF = 160


def generate(sources: Mapping[str, bytes]) -> tuple[Mutant, ...]:
    """Make every mutant of the five files, in the order of the files and of their text.

    Raises `StsconfError` when a file is missing, is none of the five, or is not Go.
    """
    package = _read(sources)
    known = signatures(package)
    return tuple(mutant for source in package for mutant in _mutants(source, known))


def find(mutants: Sequence[Mutant], identifier: str) -> Mutant:
    """Return the mutant of an id.

    Raises `UsageError` that names the nearest ids when there is none.
    """
    by_id = {mutant.id: mutant for mutant in mutants}
    if identifier in by_id:
        return by_id[identifier]
    near = get_close_matches(identifier, by_id, n=3, cutoff=0.5)
    raise UsageError(
        f"there is no mutant {identifier}",
        f"{len(by_id)} were made from this source, and none has this id",
        f"did you mean {', '.join(near)}?" if near else "an id is file.function.operator.position: list them first",
    )


def _read(sources: Mapping[str, bytes]) -> list[Source]:
    wrong = sorted(sources.keys() ^ set(FILES))
    if wrong:
        what = "is no part of the controller" if wrong[0] in sources else "is missing"
        raise StsconfError(
            f"{wrong[0]} {what}",
            f"the mutants are made from {', '.join(FILES)}",
            "give these five files of one Kubernetes release",
        )
    return [parse(file, sources[file]) for file in FILES]


def _mutants(source: Source, known: Signatures) -> Iterator[Mutant]:
    names = Names(source.root)
    for function in source.functions():
        place = Place(known, Bounds(function))
        taken: set[bytes] = set()
        found: list[tuple[str, Edit]] = []
        for operator, edit in _edits(function, place, names):
            faulty = source.text[: edit.start] + edit.after.encode() + source.text[edit.end :]
            if faulty not in taken and faulty != source.text:
                taken.add(faulty)
                found.append((operator, edit))
        yield from _numbered(source, function, found)


def _edits(function: Function, place: Place, names: Names) -> Iterator[tuple[str, Edit]]:
    """Collect what the operators propose, without what is out of bounds or would not compile."""
    nodes = [node for node in walk(function.node) if node.is_named and not place.bounds.forbid(node)]
    for operator in OPERATORS:
        for edit in (edit for node in nodes for edit in operator.edits(node, place)):
            whole = _kept_alive(edit, names)
            if whole and not place.bounds.cover(edit.start, edit.end):
                yield operator.name, whole


def _kept_alive(edit: Edit, names: Names) -> Edit | None:
    """Use the variables that would lose their last reader; None where that cannot be written."""
    orphans = names.orphans(edit.start, edit.end, edit.after)
    if orphans.packages or (orphans.variables and not edit.statement):
        return None
    if not orphans.variables:
        return edit
    kept = f"{', '.join('_' for _ in orphans.variables)} = {', '.join(orphans.variables)}"
    return Edit(edit.start, edit.end, f"{kept}; {edit.after}" if edit.after else kept, statement=True)


def _numbered(source: Source, function: Function, found: list[tuple[str, Edit]]) -> Iterator[Mutant]:
    positions: Counter[str] = Counter()
    for operator, edit in sorted(found, key=lambda one: (one[1].start, one[1].end, one[0], one[1].after)):
        positions[operator] += 1
        stem = source.file.removesuffix(".go")
        yield Mutant(
            id=f"{stem}.{function.name}.{operator}.{positions[operator]}",
            file=source.file,
            function=function.name,
            operator=operator,
            line=source.text.count(b"\n", 0, edit.start) + 1,
            start=edit.start,
            end=edit.end,
            before=source.text[edit.start : edit.end].decode(),
            after=edit.after,
            diff=_diff(source.text, edit),
        )


def _diff(text: bytes, edit: Edit) -> str:
    """Show the lines that change, before and after, folded to one line each."""
    first = text.rfind(b"\n", 0, edit.start if edit.since is None else edit.since) + 1
    last = text.find(b"\n", edit.end)
    head, tail = text[first : edit.start].decode(), text[edit.end : last if last >= 0 else None].decode()
    removed = _short(head + text[edit.start : edit.end].decode() + tail)
    return f"- {removed} + {_short(head + edit.after + tail)}"


def _short(lines: str) -> str:
    folded = " ".join(lines.split())
    return folded if len(folded) <= _DIFF else f"{folded[: _DIFF // 2]} ... {folded[-_DIFF // 2 :]}"
