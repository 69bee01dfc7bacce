"""Dataclasses to JSON and back."""

import json
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import pytest

from stsconf.report.codec import as_line, decode, encode, shallow


class Colour(StrEnum):
    """An enum to carry."""

    RED = "red"


@dataclass(frozen=True, slots=True)
class Inner:
    """A dataclass within another."""

    colour: Colour
    seconds: float


@dataclass(frozen=True, slots=True)
class Outer:
    """A dataclass with every kind of field that the model has."""

    name: str
    inner: Inner | None
    many: tuple[Inner, ...] = ()
    numbers: dict[str, int] = field(default_factory=dict)
    free: Any = None
    flag: bool = False


FULL = Outer(
    "a\u2028\ud800", Inner(Colour.RED, 0.1 + 0.2), (Inner(Colour.RED, 1e-9),), {"x": 1}, {"k": [1, None]}, flag=True
)


@pytest.mark.parametrize("value", [FULL, Outer("", None)], ids=["full", "empty"])
def test_what_was_encoded_decodes_to_an_equal_value(value: Outer) -> None:
    """A value survives JSON text exactly, floats and odd characters included."""
    assert decode(Outer, json.loads(json.dumps(encode(value)))) == value


def test_whole_numbers_are_taken_for_seconds() -> None:
    """A writer that leaves out `.0` is understood, and the field is a float again."""
    assert repr(decode(Inner, {"colour": "red", "seconds": 3})) == repr(Inner(Colour.RED, 3.0))


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        ([], "Inner is not an object"),
        ({"colour": "red"}, "Inner.seconds is missing"),
        ({"colour": "red", "seconds": 1, "size": 2}, "Inner.size is unknown"),
        ({"colour": "blue", "seconds": 1}, "Inner.colour is not a Colour"),
        ({"colour": [], "seconds": 1}, "Inner.colour is not a Colour"),
        ({"colour": "red", "seconds": "1"}, "Inner.seconds is not a float"),
        ({"colour": "red", "seconds": True}, "Inner.seconds is not a float"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(data: object, complaint: str) -> None:
    """Missing, unknown and mistyped fields are errors that name the field."""
    with pytest.raises(ValueError, match=f"^{complaint}$"):
        decode(Inner, data)


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"many": {}}, "Outer.many is not a list"),
        ({"many": [{"colour": "red"}]}, r"Outer.many\[0\].seconds is missing"),
        ({"numbers": []}, "Outer.numbers is not an object"),
        ({"numbers": {"x": "y"}}, "Outer.numbers.x is not a int"),
        ({"flag": 1}, "Outer.flag is not a bool"),
    ],
)
def test_the_complaint_names_the_place_within(changed: dict[str, object], complaint: str) -> None:
    """A fault deep inside is named by its path."""
    with pytest.raises(ValueError, match=f"^{complaint}$"):
        decode(Outer, encode(FULL) | changed)


@pytest.mark.parametrize("full", [FULL, replace(FULL, name="a\u2028")], ids=["half a character", "characters"])
def test_a_line_says_what_the_data_says(full: Outer) -> None:
    """Plain data is written as it stands, dataclasses and enums below it as they are encoded."""
    content = {"a": full, "b": [Colour.RED, (1, None)], "c": MappingProxyType({"d": full.inner})}
    assert json.loads(as_line(content)) == encode(content)


def test_what_is_no_data_makes_no_line() -> None:
    """It is named; nothing of it is guessed."""
    with pytest.raises(TypeError, match="is no data"):
        as_line({"a": object()})


def test_a_dataclass_makes_a_line() -> None:
    """The same as when all of it is encoded first."""
    assert as_line(shallow(FULL)) == as_line(encode(FULL))
