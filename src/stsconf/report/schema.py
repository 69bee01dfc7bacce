"""The form of a stream's lines as JSON Schema, made from the model: what other programs may rely on."""

from __future__ import annotations

import json
import sys
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from types import MappingProxyType
from typing import Any, Union, get_args, get_origin, get_type_hints

from stsconf.model.result import CheckResult, RunHeader
from stsconf.report.stream import SCHEMA, Footer

_SCALARS: Mapping[Any, str] = {str: "string", int: "integer", float: "number", bool: "boolean"}
_RECORDS: Mapping[str, type] = {"header": RunHeader, "check": CheckResult, "footer": Footer}


def stream_schema() -> dict[str, Any]:
    """Return the schema of one line of a stream: a header, a check or a footer."""
    definitions: dict[str, Any] = {}
    lines = [_line(record, kind, definitions) for record, kind in _RECORDS.items()]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "One line of stream.jsonl",
        "description": "The first line is the header, the last the footer; between them stands a line per check.",
        "oneOf": lines,
        "$defs": dict(sorted(definitions.items())),
    }


def schema_text() -> str:
    """Return the schema as it is committed."""
    return json.dumps(stream_schema(), indent=2, ensure_ascii=False) + "\n"


def _line(record: str, kind: type, definitions: dict[str, Any]) -> dict[str, Any]:
    first: dict[str, Any] = {"record": {"const": record}}
    if record == "header":
        first["schema"] = {"const": SCHEMA}
    first["run"] = {"type": "string"}
    last = {"sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"}} if record == "footer" else {}
    return _object(kind, first, definitions, last)


def _object(
    kind: type, first: Mapping[str, Any], definitions: dict[str, Any], last: Mapping[str, Any] = MappingProxyType({})
) -> dict[str, Any]:
    hints = get_type_hints(kind)
    own = {field.name: _of(hints[field.name], definitions) for field in fields(kind)}
    properties = {**first, **own, **last}
    return {
        "type": "object",
        "description": _first_paragraph(kind),
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _of(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of one field's type."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in {Union, types.UnionType}:
        return {"anyOf": [_of(one, definitions) for one in arguments]}
    if origin is tuple:
        return {"type": "array", "items": _of(arguments[0], definitions)}
    if origin is not None:
        return {"type": "object", "additionalProperties": _of(arguments[1], definitions)}
    if kind is types.NoneType:
        return {"type": "null"}
    if kind in _SCALARS:
        return {"type": _SCALARS[kind]}
    return _named(kind, definitions)


def _named(kind: type, definitions: dict[str, Any]) -> dict[str, Any]:
    name = kind.__name__
    if name not in definitions:
        if is_dataclass(kind):
            definitions[name] = _object(kind, {}, definitions)
        elif issubclass(kind, Enum):
            definitions[name] = {
                "description": _first_paragraph(kind),
                "enum": [member.value for member in kind],
            }
        else:
            raise TypeError(f"{kind} has no form in JSON")
    return {"$ref": f"#/$defs/{name}"}


def _first_paragraph(kind: type) -> str:
    return " ".join((kind.__doc__ or "").partition("\n\n")[0].split())


if __name__ == "__main__":
    sys.stdout.write(schema_text())
