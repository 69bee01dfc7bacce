"""What was asked of names and pods in a history, as lanes: answers that were watched as bars, single ones as dots."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stsconf.model import objects
from stsconf.model.history import DNS, HTTP, Event, History
from stsconf.report.lanes import NAMES, REPLIES, Dot, Lane, Points, bars

_MISSING = frozenset({"NXDOMAIN", "NOERROR"})  # without records: the name is known to have none

_REVERSE = ".in-addr.arpa"


def answer_lanes(history: History, end: float) -> list[Lane]:
    """Return a lane per name and record type that DNS was asked for, and one per host that was asked over HTTP."""
    pods: dict[str, str] = {}
    lanes: dict[tuple[str, str], Lane] = {}
    watched: dict[tuple[str, str], Points] = {}
    for event in history.events:
        if event.kind == "Pod" and (address := objects.status(event.object).get("podIP")):
            pods[str(address)] = event.name
        if event.kind not in {DNS, HTTP}:
            continue
        key = lane_of(event, history.subject.namespace)
        lane = lanes.setdefault(key, Lane(*key))
        look, label = _answer(event, pods)
        if event.object.get("watched"):
            watched.setdefault(key, []).append((event.at, look, label))
        else:
            lane.dots.append(Dot(event.at, look))
    for key, points in watched.items():
        lanes[key].bars += bars(points, end)
    order = {NAMES: 0, REPLIES: 1}
    return sorted(lanes.values(), key=lambda lane: (order[lane.group], not lane.bars, lane.name))


def lane_of(event: Event, namespace: str) -> tuple[str, str]:
    """Return group and name of the lane that a question belongs to."""
    asked = event.object
    if event.kind == HTTP:
        return REPLIES, str(asked.get("pod") or _short(str(asked.get("url") or ""), namespace))
    kind = "" if event.type == "A" else f" {event.type}"
    return NAMES, f"{_short(str(asked.get('name') or ''), namespace)}{kind}"


def _short(name: str, namespace: str) -> str:
    """Return what tells a name from others of the namespace: of a URL the host, of a reverse name the address."""
    host = name.partition("://")[2].partition("/")[0] or name.rstrip(".")
    if host.endswith(_REVERSE):
        return ".".join(reversed(host.removesuffix(_REVERSE).split(".")))
    return host.partition(f".{namespace}.svc.")[0] if namespace else host


def _answer(event: Event, pods: Mapping[str, str]) -> tuple[str, str]:
    """Return look and label of an answer; addresses of pods are told by the pods' names."""
    asked: Mapping[str, Any] = event.object
    if event.kind == HTTP:
        return ("wrong" if asked.get("error") else "some"), str(asked.get("status") or "no answer")
    data = sorted({str(record["data"]) for record in asked.get("answers") or []})
    if data:
        return "some", " ".join(pods.get(address, address) for address in data)
    rcode = str(asked.get("rcode") or "")
    if asked.get("error") or rcode not in _MISSING:
        return "wrong", rcode or "no answer"
    return "none", "no such name" if rcode == "NXDOMAIN" else "no record"
