"""Waiting for objects that no history records: list, then watch, until time is up."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import requests

from stsconf.kube.client import CONNECT_SECONDS, READ_SECONDS, Kube, lines
from stsconf.kube.errors import ApiError, UnreachableError
from stsconf.kube.kinds import KINDS
from stsconf.wait import Clock

Json = dict[str, Any]


def follow(
    kube: Kube, kind: str, seconds: float, clock: Clock, namespace: str = "", **selectors: str
) -> Iterator[list[Json]]:
    """Yield the objects of a kind, now and after each change, for `seconds`; then end.

    `selectors` are the API's `fieldSelector` and `labelSelector`. A watch that breaks off is begun again from a
    new list, which loses nothing here: only the present state counts.
    """
    end = clock.now() + seconds
    while (left := end - clock.now()) > 0:
        listing = kube.list(kind, namespace, **selectors)
        objects = {item["metadata"]["uid"]: item for item in listing["items"]}
        yield list(objects.values())
        query = {"resourceVersion": listing["metadata"]["resourceVersion"], **selectors}
        for event in _events(kube, KINDS[kind].path(namespace), query, left):
            uid = event["object"]["metadata"]["uid"]
            objects[uid] = event["object"]
            if event["type"] == "DELETED":
                del objects[uid]
            yield list(objects.values())


def _events(kube: Kube, path: str, query: dict[str, str], seconds: float) -> Iterator[Json]:
    """Yield the events of one watch, which the server itself ends after `seconds`, or which breaks off."""
    limit = math.ceil(seconds)
    path += "?" + urlencode({**query, "watch": "1", "timeoutSeconds": str(limit)})
    with kube.send("GET", path, stream=True, timeout=(CONNECT_SECONDS, limit + READ_SECONDS)) as response:
        if not response.ok:
            _stop_unless_expired(path, {"code": response.status_code, "message": response.text})
            return
        try:
            for event in lines(response):
                if event["type"] == "ERROR":
                    _stop_unless_expired(path, event["object"])
                    return
                yield event
        except UnreachableError:
            return


def _stop_unless_expired(path: str, status: Json) -> None:
    """Raise `ApiError` for a refused watch, unless a new list cures it."""
    if status.get("code") != requests.codes.gone:
        raise ApiError(f"watch {path}", status.get("code", 0), status.get("reason", ""), status.get("message", ""))
