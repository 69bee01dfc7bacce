"""Frozen dataclasses to JSON and back, exactly: the one place that knows how."""

from __future__ import annotations

import json
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, Union, get_args, get_origin, get_type_hints

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
    """Return an object as one line of JSON without its end; what is plain data already is not walked first."""
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


_LINE = json.JSONEncoder(default=_encoded, check_circular=False).encode


def as_json(content: object) -> str:
    """Return a document as text, for programs and for eyes."""
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def decode(kind: type[T], data: object) -> T:
    """Rebuild a dataclass of type `kind` from what `encode` made of one.

    Raises `ValueError`, naming the field, when a field is missing, unknown or of another type.
    """
    value: T = _decode(kind, data, kind.__name__)
    return value


def _decode(kind: Any, data: Any, where: str) -> Any:
    origin = get_origin(kind)
    if kind is Any:
        return data
    if origin in {Union, types.UnionType}:
        return _optional(kind, data, where)
    if origin is tuple:
        _expect(isinstance(data, list), where, "a list")
        return tuple(_decode(get_args(kind)[0], item, f"{where}[{place}]") for place, item in enumerate(data))
    if origin is not None:
        _expect(isinstance(data, dict), where, "an object")
        return {key: _decode(get_args(kind)[1], item, f"{where}.{key}") for key, item in data.items()}
    if is_dataclass(kind):
        return _dataclass(kind, data, where)
    return _scalar(kind, data, where)


def _optional(kind: Any, data: Any, where: str) -> Any:
    inner = next(option for option in get_args(kind) if option is not types.NoneType)
    return None if data is None else _decode(inner, data, where)


def _dataclass(kind: Any, data: Any, where: str) -> Any:
    _expect(isinstance(data, dict), where, "an object")
    hints = _hints(kind)
    if different := sorted(hints.keys() ^ data.keys()):
        word = "unknown" if different[0] in data else "missing"
        raise ValueError(f"{where}.{different[0]} is {word}")
    return kind(**{name: _decode(hint, data[name], f"{where}.{name}") for name, hint in hints.items()})


def _scalar(kind: Any, data: Any, where: str) -> Any:
    if issubclass(kind, Enum):
        _expect(data in [member.value for member in kind], where, f"a {kind.__name__}")
        return kind(data)
    if kind is float and type(data) is int:
        return float(data)
    _expect(type(data) is kind, where, f"a {kind.__name__}")
    return data


def _expect(holds: object, where: str, what: str) -> None:
    if not holds:
        raise ValueError(f"{where} is not {what}")


@cache
def _hints(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}
