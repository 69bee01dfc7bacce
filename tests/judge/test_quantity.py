"""Quantities as Kubernetes writes them."""

from decimal import Decimal

import pytest

from stsconf.judge.quantity import amount


@pytest.mark.parametrize(
    ("text", "value"),
    [("1Gi", 1024**3), ("1G", 10**9), ("500M", 5 * 10**8), ("1e3", 1000), ("0", 0), ("1500m", Decimal("1.5"))],
)
def test_amount(text: str, value: Decimal) -> None:
    """Binary and decimal units, exponents and fractions are understood."""
    assert amount(text) == value


@pytest.mark.parametrize("text", ["", "Gi", "1X", "1 Gi"])
def test_what_is_no_quantity_is_refused(text: str) -> None:
    """A text that is no quantity is not read as 0."""
    with pytest.raises(ValueError, match="is no quantity"):
        amount(text)
