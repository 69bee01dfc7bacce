"""Waiting for a cluster that is being started: by watch, once there is an API to watch."""

from collections.abc import Callable
from typing import Any

import requests
import tenacity

from stsconf.errors import StsconfError
from stsconf.kube.client import Kube, lines
from stsconf.kube.errors import UnreachableError

_ANSWER_SECONDS = 60
_PAUSE_SECONDS = 0.05

Json = dict[str, Any]


class _NotReadyError(Exception):
    """The API server answers, and says that it is not ready yet."""


def await_api(kube: Kube, check: Callable[[], None]) -> None:
    """Return once the API server says that it is ready; `check` raises if that can no longer happen.

    The one place that asks again and again: before there is an API server nothing can tell that there is one.
    """

    def ask() -> None:
        check()
        answer = kube.send("GET", "/readyz", timeout=(1, 5))
        if answer.status_code != requests.codes.ok:
            raise _NotReadyError(answer.text)

    retry = tenacity.Retrying(
        retry=tenacity.retry_if_exception_type((UnreachableError, _NotReadyError)),
        stop=tenacity.stop_after_delay(_ANSWER_SECONDS),
        wait=tenacity.wait_fixed(_PAUSE_SECONDS),
        reraise=True,
    )
    try:
        retry(ask)
    except (UnreachableError, _NotReadyError) as error:
        raise StsconfError(
            f"the API server was not ready after {_ANSWER_SECONDS} s",
            str(error),
            "is the machine busy or out of memory?",
        ) from error


def await_object(kube: Kube, kind: str, name: str, namespace: str, good: Callable[[Json], bool]) -> Json:
    """Return the object once it is good; raises `StsconfError` telling what was last seen of it.

    Waits for as long as the API server keeps one watch open.
    """
    listed = kube.list(kind, namespace)
    seen: Json = {}
    for item in listed["items"]:
        if item["metadata"]["name"] == name:
            seen = item
    if seen and good(seen):
        return seen
    for response in kube.watch(kind, namespace, listed["metadata"]["resourceVersion"]):
        for event in lines(response):
            if event["object"]["metadata"].get("name") == name:
                seen = event["object"]
                if good(seen):
                    return seen
    raise StsconfError(
        f"{kind} {name} did not get ready in time",
        f"last seen: {_summary(seen)}" if seen else "nothing was seen of it",
        "is the machine busy or out of memory?",
    )


def _summary(obj: Json) -> str:
    """Return what an object's status says, in a line that a person reads."""
    status = obj.get("status", {})
    conditions = [f"{each['type']} is {each['status']}" for each in status.get("conditions", [])]
    phase = [f"phase {status['phase']}"] if "phase" in status else []
    return ", ".join(phase + conditions) or "no status yet"


def is_ready(obj: Json) -> bool:
    """Tell whether a pod or node is Ready."""
    conditions = obj.get("status", {}).get("conditions", [])
    return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)


def takes_pods(node: Json) -> bool:
    """Tell whether the scheduler may use a node: Ready, and the taint that it was born with gone."""
    return is_ready(node) and not node["spec"].get("taints")
