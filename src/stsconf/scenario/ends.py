"""How sets and pods end in other ways than by scaling and plain deletion."""

from __future__ import annotations

from stsconf.kube.client import STRATEGIC
from stsconf.scenario.waits import Waits


def end_by_itself(web: Waits, ordinal: int, phase: str) -> str:
    """Let a pod end as Failed or Succeeded, by its status, and return its UID.

    Nothing else ends a pod by itself that its controller keeps running, on every kind of node and without waiting.
    """
    pod, uid = web.pod(ordinal), web.uid(ordinal)
    web.stage.act("end", f"let {pod} end as {phase}")
    patch = {"status": {"phase": phase}}
    web.stage.kube.patch("Pod", pod, patch, web.stage.namespace, subresource="status", content_type=STRATEGIC)
    return uid


def force(web: Waits, ordinal: int) -> str:
    """Delete a pod without any time to end, and return its UID."""
    pod, uid = web.pod(ordinal), web.uid(ordinal)
    web.stage.act("force", f"delete {pod} by force", pods=[pod])
    web.stage.kube.delete("Pod", pod, web.stage.namespace, gracePeriodSeconds=0)
    return uid


def ask_deletion(web: Waits, propagation: str, mark: str) -> None:
    """Ask for the deletion of the set, without waiting for more than that this is on record before what follows."""
    web.stage.act(mark, f"delete StatefulSet {web.name} ({propagation})")
    web.stage.kube.delete("StatefulSet", web.name, web.stage.namespace, propagationPolicy=propagation)
    web.stage.recorder.catch_up("StatefulSet")


def await_set_gone(web: Waits) -> None:
    """Wait until the set is gone."""
    web.stage.until(
        "StatefulSet",
        web.name,
        lambda view: view.get("StatefulSet", web.name) is None,
        "being gone",
        web.stage.deadlines.gone,
    )
