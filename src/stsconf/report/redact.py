"""Taking out of objects what a report that is mailed around must not carry.

Values of Secrets and of containers' environments become numbered placeholders: equal values get equal
numbers within one record, so that a judge that compares two objects says the same of the redacted record.
Which fields an owner of fields has, and the copy of the last applied manifest, repeat the object and are dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stsconf.model.history import Event
from stsconf.model.objects import Object
from stsconf.report.codec import as_line

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_CONTAINERS = frozenset({"containers", "initContainers", "ephemeralContainers"})
_SECRET_VALUES = frozenset({"data", "stringData"})
_ENVIRONMENT = '"env":['
"""How JSON begins an environment. No string holds these characters: its quotes are escaped."""


class Redactor:
    """Redacts the objects of one record; keeps the numbers that it gave to values."""

    def __init__(self) -> None:
        """Begin with no numbers given."""
        self._numbers: dict[str, int] = {}

    def line(self, event: Event) -> str:
        """Return an event as a line of JSON, its object redacted.

        Few records have an environment in them; in the others nothing is looked for below an object's metadata.
        """
        parts = {"index": event.index, "at": event.at, "kind": event.kind, "type": event.type}
        told = as_line(parts | {"object": self._shallow(event.kind, event.object)})
        return told if _ENVIRONMENT not in told else as_line(parts | {"object": self.clean(event.kind, event.object)})

    def clean(self, kind: str, obj: Object) -> Object:
        """Return an object of this kind redacted; what has nothing to hide is shared with the original."""
        copy: Object = self._walk(self._shallow(kind, obj))
        return copy

    def _shallow(self, kind: str, obj: Object) -> Object:
        """Return the object without what repeats it and, of a Secret, without its values."""
        metadata, copy = obj.get("metadata"), dict(obj)
        if isinstance(metadata, Mapping):
            copy["metadata"] = _metadata(metadata)
        if kind == "Secret":
            for field in _SECRET_VALUES & copy.keys():
                copy[field] = {key: self._placeholder(value) for key, value in sorted((copy[field] or {}).items())}
        return copy

    def _walk(self, value: Any) -> Any:
        if isinstance(value, list | tuple):
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


def _metadata(metadata: Mapping[str, Any]) -> dict[str, Any]:
    copy = dict(metadata)
    if owners := copy.get("managedFields"):
        copy["managedFields"] = [{key: item for key, item in owner.items() if key != "fieldsV1"} for owner in owners]
    if LAST_APPLIED in (copy.get("annotations") or ()):
        copy["annotations"] = {key: item for key, item in copy["annotations"].items() if key != LAST_APPLIED}
    return copy
