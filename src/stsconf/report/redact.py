"""Taking out of objects what a report that is mailed around must not carry.

Values of Secrets and of containers' environments become numbered placeholders: equal values get equal
numbers within one record, so that a judge that compares two objects says the same of the redacted record.
Which fields an owner of fields has, and the copy of the last applied manifest, repeat the object and are dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from stsconf.model.history import History
from stsconf.model.objects import Object

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_CONTAINERS = frozenset({"containers", "initContainers", "ephemeralContainers"})
_SECRET_VALUES = frozenset({"data", "stringData"})


class Redactor:
    """Redacts the objects of one record; keeps the numbers that it gave to values."""

    def __init__(self) -> None:
        """Begin with no numbers given."""
        self._numbers: dict[str, int] = {}

    def clean(self, kind: str, obj: Object) -> Object:
        """Return a redacted copy of an object of this kind."""
        copy: dict[str, Any] = self._walk(obj)
        if isinstance(metadata := copy.get("metadata"), dict):
            for owner in metadata.get("managedFields") or []:
                owner.pop("fieldsV1", None)
            (metadata.get("annotations") or {}).pop(LAST_APPLIED, None)
        if kind == "Secret":
            for field in _SECRET_VALUES & copy.keys():
                copy[field] = {key: self._placeholder(value) for key, value in sorted((copy[field] or {}).items())}
        return copy

    def _walk(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._walk(item) for item in value]
        if not isinstance(value, Mapping):
            return value
        copy = {key: self._walk(item) for key, item in value.items()}
        for key in _CONTAINERS & copy.keys():
            copy[key] = [self._container(item) for item in copy[key] or []]
        return copy

    def _container(self, container: Any) -> Any:
        if not isinstance(container, dict) or not container.get("env"):
            return container
        return container | {"env": [self._variable(entry) for entry in container["env"]]}

    def _variable(self, entry: dict[str, Any]) -> dict[str, Any]:
        return entry | {"value": self._placeholder(entry["value"])} if entry.get("value") else entry

    def _placeholder(self, value: object) -> str:
        return f"(redacted {self._numbers.setdefault(str(value), len(self._numbers) + 1)})"


def redacted(history: History) -> History:
    """Return the history with every object redacted."""
    redactor = Redactor()
    events = tuple(replace(event, object=redactor.clean(event.kind, event.object)) for event in history.events)
    return replace(history, events=events)
