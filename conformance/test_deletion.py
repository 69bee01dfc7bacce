"""How sets, and pods, end."""

from __future__ import annotations

from conformance.invariants import Invariants
from stsconf.check import expect, guarantee, scenario
from stsconf.judge import deletion, identity, order
from stsconf.model.history import History
from stsconf.scenario.ends import ask_deletion, await_set_gone, end_by_itself, force, hold_set, let_set_go
from stsconf.scenario.shape import GONE, Shape
from stsconf.scenario.stage import Stage
from stsconf.scenario.workload import Workload


class TestDeletion(Invariants):
    """A set is deleted in the foreground, then, made anew, in the background; its pods are let go by hand."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Let go of one pod while the set is being deleted, then of the other; then the same in the background."""
        web = Workload(stage, Shape(replicas=2, hold=[GONE]))
        web.await_ready()
        web.await_status(readyReplicas=2)
        ask_deletion(web, "Foreground", "foreground")
        web.let_go(0)  # the lowest: no pod below it keeps a controller that creates pods from doing so
        web.settle()
        stage.reached("one-left", "one pod is gone, the set has been seen")
        web.let_go(1)
        await_set_gone(web)
        web.create(mark="recreate")
        web.await_ready()
        ask_deletion(web, "Background", "background")
        await_set_gone(web)
        stage.reached("set-gone", "the set is gone")
        web.let_go_each(2)

    @guarantee("OWN-6")
    def test_in_the_foreground_the_set_goes_last(self, history: History) -> None:
        """A set that is deleted in the foreground MUST be there until its pods are gone."""
        expect(history.between("foreground", "one-left"), deletion.set_goes_last)

    @guarantee("OWN-6")
    def test_in_the_background_the_set_goes_first(self, history: History) -> None:
        """A set that is deleted in the background MUST go at once, and its pods MUST follow."""
        expect(history.between("background", "set-gone"), deletion.set_goes_at_once)
        expect(history.since("background"), deletion.pods_follow)

    @guarantee("OWN-14")
    def test_no_pod_is_created_meanwhile(self, history: History) -> None:
        """A set that is being deleted SHOULD NOT create pods."""
        expect(history.between("foreground", "one-left"), deletion.none_created)


class TestKeptSet(Invariants):
    """A set that is deleted, and kept by a finalizer that is neither Kubernetes' own nor its controller's."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Delete one of its two pods meanwhile, then let the set go."""
        web = Workload(stage, Shape(replicas=2))
        web.await_ready()
        web.await_status(readyReplicas=2)
        hold_set(web)
        ask_deletion(web, "Background", "delete")
        (uid,) = web.kill(0)
        web.await_gone(0, uid)
        web.settle()
        let_set_go(web)
        await_set_gone(web)

    @guarantee("OWN-14")
    def test_no_pod_is_created_any_more(self, history: History) -> None:
        """A set that is being deleted SHOULD NOT create pods, whatever keeps it."""
        expect(history.between("delete", "settled"), deletion.none_created)


class TestSuddenEnds(Invariants):
    """Pods that end by themselves, and one that is deleted by force."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Let one pod fail and the other succeed, wait for both to be replaced, then use force."""
        web = Workload(stage, Shape(replicas=2))
        web.await_ready()
        web.await_status(readyReplicas=2)
        for ordinal, phase in enumerate(("Failed", "Succeeded")):
            uid = end_by_itself(web, ordinal, phase)
            web.await_ready(ordinal, replaced=[uid])
            web.await_status(readyReplicas=2)
        web.settle()
        stage.reached("replaced", "both pods were replaced")
        uid = force(web, 1)
        web.await_ready(1, replaced=[uid])
        web.await_status(readyReplicas=2)

    @guarantee("ORD-10")
    def test_pods_that_ended_are_replaced_once(self, history: History) -> None:
        """A pod that is Failed or Succeeded MUST be replaced under its name, once for each end."""
        expect(history.until("replaced"), order.ended_replaced_once, order.replaced_after_gone)

    @guarantee("OWN-9")
    def test_force_frees_the_name_at_once(self, history: History) -> None:
        """A pod that is deleted by force MUST be gone at once, and its name MUST be free."""
        expect(history.since("force"), deletion.forced_at_once, identity.comes_back)
