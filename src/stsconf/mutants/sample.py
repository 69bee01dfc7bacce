"""A few mutants that stand for all: spread over files, functions and operators, and the same every time."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence

from stsconf.errors import UsageError
from stsconf.mutants.mutant import Mutant


def sample(mutants: Sequence[Mutant], count: int, seed: int = 0) -> tuple[Mutant, ...]:
    """Choose so many mutants, or all where there are fewer, and keep them in their order.

    Each step takes from the file, function and operator of which the smallest part was taken so far; the seed decides
    between equals. A larger sample of the same seed holds the smaller one.
    Raises `UsageError` when fewer than one is asked for.
    """
    if count < 1:
        raise UsageError(f"a sample of {count} mutants proves nothing", "", "ask for at least one")
    rest = sorted(mutants, key=lambda mutant: _lot(mutant, seed))
    sizes = Counter(group for mutant in mutants for group in _groups(mutant))
    taken: Counter[tuple[str, ...]] = Counter()
    chosen: list[Mutant] = []
    while rest and len(chosen) < count:
        weights = {group: taken[group] / size for group, size in sizes.items()}
        nearest = min(rest, key=lambda mutant: sum(weights[group] for group in _groups(mutant)))
        rest.remove(nearest)
        chosen.append(nearest)
        taken.update(_groups(nearest))
    places = {mutant.id: place for place, mutant in enumerate(mutants)}
    return tuple(sorted(chosen, key=lambda mutant: places[mutant.id]))


def _groups(mutant: Mutant) -> tuple[tuple[str, ...], ...]:
    return ("file", mutant.file), ("function", mutant.file, mutant.function), ("operator", mutant.operator)


def _lot(mutant: Mutant, seed: int) -> str:
    return hashlib.sha256(f"{seed} {mutant.id}".encode()).hexdigest()
