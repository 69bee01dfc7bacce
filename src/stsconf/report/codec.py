"""Frozen dataclasses to JSON and back, exactly: the one place that knows how."""

from __future__ import annotations

import json
import types
from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import orjson

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T")


def encode(value: object) -> Any:
    """Return `value` as JSON data: dataclasses become objects, enums their values, tuples lists."""
    if is_dataclass(value):
        return {field.name: encode(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {key: encode(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [encode(item) for item in value]
    return value


def as_line(content: Mapping[str, object]) -> str:
    """Return an object as one line of JSON without its end; what `encode` knows may be in it."""
    try:
        return orjson.dumps(content, default=_encoded).decode()
    except orjson.JSONEncodeError:  # half a character, or a number of more than 64 bits
        return _LINE(content)


def shallow(value: DataclassInstance) -> dict[str, Any]:
    """Return a dataclass as an object for `as_line`, which encodes what is in it."""
    return {name: getattr(value, name) for name in _names(type(value))}


@cache
def _names(kind: type[DataclassInstance]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _encoded(value: object) -> Any:
    """Return JSON data for what JSON does not know by itself."""
    data = encode(value)
    if data is value:
        raise TypeError(f"{value!r} is no data")
    return data


_LINE = json.JSONEncoder(default=_encoded, check_circular=False, separators=(",", ":")).encode


def as_json(content: object) -> str:
    """Return a document as text, for programs and for eyes."""
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def decode(kind: type[T], data: object) -> T:
    """Rebuild a dataclass of type `kind` from what `encode` made of one.

    Raises `ValueError`, naming the field, when a field is missing, unknown or of another type.
    """
    try:
        value: T = _reader(cast("Hashable", kind))(data)
    except _MismatchError as mismatch:
        raise ValueError(f"{kind.__name__}{mismatch}") from None
    return value


class _MismatchError(ValueError):
    """Data is not what its type asks for: where it stands, and what it is not."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(where, what)
        self.where, self.what = where, what

    def __str__(self) -> str:
        return f"{self.where} is {self.what}"

    def below(self, place: str) -> _MismatchError:
        """Return the mismatch as it is told by what holds the data at a place."""
        return _MismatchError(f"{place}{self.where}", self.what)


Reader = Callable[[Any], Any]


@cache
def _reader(kind: Any) -> Reader:
    """Return what rebuilds values of a type; made once for each, since a run has ten thousand records of one."""
    origin = get_origin(kind)
    if kind is Any:
        return lambda data: data
    if origin in {Union, types.UnionType}:
        inner = _reader(next(option for option in get_args(kind) if option is not types.NoneType))
        return lambda data: None if data is None else inner(data)
    if origin is tuple:
        return _list_reader(_reader(get_args(kind)[0]))
    if origin is not None:
        item = get_args(kind)[1]
        return _mapping_reader(None if item is Any else _reader(item))
    if is_dataclass(kind):
        return _dataclass_reader(kind)
    return _enum_reader(kind) if issubclass(kind, Enum) else _scalar_reader(kind)


def _list_reader(inner: Reader) -> Reader:
    def read(data: Any) -> Any:
        _expect(isinstance(data, list), "a list")
        return tuple(_at(inner, f"[{place}]", item) for place, item in enumerate(data))

    return read


def _mapping_reader(inner: Reader | None) -> Reader:
    def read(data: Any) -> Any:
        _expect(isinstance(data, dict), "an object")
        return {key: _at(inner, f".{key}", item) for key, item in data.items()} if inner else data

    return read


def _dataclass_reader(kind: Any) -> Reader:
    hints = get_type_hints(kind)
    readers = {field.name: (f".{field.name}", _reader(hints[field.name])) for field in fields(kind)}

    def read(data: Any) -> Any:
        _expect(isinstance(data, dict), "an object")
        if different := sorted(readers.keys() ^ data.keys()):
            raise _MismatchError(f".{different[0]}", "unknown" if different[0] in data else "missing")
        return kind(**{name: _at(inner, place, data[name]) for name, (place, inner) in readers.items()})

    return read


def _enum_reader(kind: type[Enum]) -> Reader:
    members = {member.value: member for member in kind}

    def read(data: Any) -> Any:
        _expect(isinstance(data, str | int) and data in members, f"a {kind.__name__}")
        return members[data]

    return read


def _scalar_reader(kind: type) -> Reader:
    def read(data: Any) -> Any:
        if kind is float and type(data) is int:
            return float(data)
        _expect(type(data) is kind, f"a {kind.__name__}")
        return data

    return read


def _at(read: Reader, place: str, data: Any) -> Any:
    try:
        return read(data)
    except _MismatchError as mismatch:
        raise mismatch.below(place) from None


def _expect(holds: object, what: str) -> None:
    if not holds:
        raise _MismatchError("", f"not {what}")
