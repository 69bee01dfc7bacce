"""Quantities as Kubernetes writes them: 1Gi, 500M, 1e9."""

from __future__ import annotations

import re
from decimal import Decimal

_UNITS = {unit: Decimal(1024) ** power for power, unit in enumerate(("Ki", "Mi", "Gi", "Ti", "Pi", "Ei"), start=1)}
_UNITS |= {unit: Decimal(1000) ** power for power, unit in enumerate(("k", "M", "G", "T", "P", "E"), start=1)}
_UNITS |= {"": Decimal(1), "m": Decimal("0.001")}
_QUANTITY = re.compile(r"(?P<number>[+-]?[\d.]+(?:[eE][+-]?\d+)?)(?P<unit>[A-Za-z]*)")


def amount(quantity: str) -> Decimal:
    """Return a quantity as a number, bytes for storage.

    Raises:
        ValueError: the text is no quantity.
    """
    match = _QUANTITY.fullmatch(quantity)
    if match is None or match["unit"] not in _UNITS:
        raise ValueError(f"{quantity!r} is no quantity")
    return Decimal(match["number"]) * _UNITS[match["unit"]]
