"""How sets and pods end in other ways than by scaling and plain deletion."""

from __future__ import annotations

from stsconf.kube.client import STRATEGIC
from stsconf.model import objects
from stsconf.model.capability import Capability
from stsconf.record import View
from stsconf.scenario.labels import FINALIZER, UNHELD
from stsconf.scenario.waits import Waits


def end_by_itself(web: Waits, ordinal: int, phase: str) -> str:
    """Let a pod end as Failed or Succeeded, and return its UID.

    A kubelet lets a pod fail whose time is up. That a pod succeeded which its controller keeps running, and anything of
    a node that nobody is behind, can only be written into its status: a kubelet that knows better may take it back.
    """
    pod, uid, stage = web.pod(ordinal), web.uid(ordinal), web.stage
    if phase == "Failed" and stage.can(Capability.CONTAINERS):
        stage.act("end", f"let the time of {pod} be up")
        stage.kube.patch("Pod", pod, {"spec": {"activeDeadlineSeconds": 1}}, stage.namespace)
    else:
        stage.act("end", f"let {pod} end as {phase}", wrote={pod: phase})
        patch = {"status": {"phase": phase}}
        stage.kube.patch("Pod", pod, patch, stage.namespace, subresource="status", content_type=STRATEGIC)
    return uid


def await_end(web: Waits, ordinal: int) -> None:
    """Wait until a pod that ends by itself has ended."""
    pod = web.pod(ordinal)

    def ended(view: View) -> bool:
        return objects.has_ended(view.get("Pod", pod) or {})

    web.stage.until("Pod", pod, ended, "its end", web.stage.deadlines.pod)


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


def hold_set(web: Waits) -> None:
    """Put our finalizer on the set: once it is deleted it stays, and goes on being told of, until it is let go."""
    web.stage.act("hold", f"put a finalizer on StatefulSet {web.name}")
    web.stage.kube.patch("StatefulSet", web.name, {"metadata": {"finalizers": [FINALIZER]}}, web.stage.namespace)


def let_set_go(web: Waits) -> None:
    """Take our finalizer off the set."""
    web.stage.act("let-go", f"let StatefulSet {web.name} go")
    patch = {"metadata": UNHELD}
    web.stage.kube.patch("StatefulSet", web.name, patch, web.stage.namespace, content_type=STRATEGIC)


def await_set_gone(web: Waits) -> None:
    """Wait until the set is gone."""
    web.stage.until(
        "StatefulSet",
        web.name,
        lambda view: view.get("StatefulSet", web.name) is None,
        "being gone",
        web.stage.deadlines.gone,
    )
