"""Whose pod it is: orphans, strangers, and pods that leave."""

from __future__ import annotations

from conformance.invariants import Invariants
from stsconf.check import expect, expect_always, guarantee, scenario
from stsconf.judge import adoption, order, ownership, rollout, status
from stsconf.model.capability import Capability
from stsconf.model.history import History
from stsconf.scenario.ends import ask_deletion, await_end, await_set_gone, end_by_itself
from stsconf.scenario.rollout import Rollout
from stsconf.scenario.shape import Shape, by_expression
from stsconf.scenario.stage import Stage
from stsconf.scenario.strays import await_owner, make_pod, orphan, quarantine, relabel, respell
from stsconf.scenario.workload import Workload


class TestAdoption(Invariants):
    """Two pods, one of which loses its owner and its labels, beside strangers with the same labels."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Take the owner off, take the label off and put it on again, take it off and delete the pod."""
        web = Workload(stage, Shape(replicas=2, labels={"tier": "web"}, spec=by_expression()))
        web.await_ready()
        web.await_status(readyReplicas=2)
        make_pod(web, "stray")
        make_pod(web, f"{web.name}-more-7")  # which begins and ends as the set's own do
        make_pod(web, "web-7", owner=stage.kube.get("ConfigMap", "nginx-conf", stage.namespace))
        orphan(web, 1)
        await_owner(web, 1)
        relabel(web, 1, "label-off", app="released")
        await_owner(web, 1, owned=False)
        web.settle()
        relabel(web, 1, "label-on", app="nginx")
        await_owner(web, 1)
        relabel(web, 1, "label-off-again", tier="released")
        await_owner(web, 1, owned=False)
        web.replace(1)
        web.await_status(replicas=2, readyReplicas=2)
        web.settle()

    @guarantee("OWN-1")
    def test_an_orphan_is_adopted(self, history: History) -> None:
        """A pod without owner that has name and labels of the set MUST be adopted as it is."""
        expect(history.between("orphan", "label-off"), adoption.orphan_adopted)

    @guarantee("OWN-2")
    def test_a_pod_without_the_labels_is_released(self, history: History) -> None:
        """A pod whose labels cease to match SHOULD be released and run on, and keep its name."""
        expect(history.between("label-off", "label-on"), adoption.released_and_left_running)

    @guarantee("OWN-1", "OWN-2")
    def test_a_pod_that_matches_again_is_adopted(self, history: History) -> None:
        """A released pod whose labels match again MUST be adopted as it is."""
        expect(history.between("label-on", "label-off-again"), adoption.orphan_adopted)

    @guarantee("OWN-2")
    def test_a_released_pod_is_replaced_once_it_is_gone(self, history: History) -> None:
        """Once a released pod is gone, the set SHOULD create the pod that its name kept out."""
        expect(history.since("label-off-again"), adoption.name_taken_again, ownership.at_most_one)

    @guarantee("OWN-3")
    def test_a_pod_of_another_name_is_left_alone(self, history: History) -> None:
        """A pod with the set's labels and another name SHOULD be neither adopted nor removed."""
        expect_always(history, adoption.misnamed_left_alone)

    @guarantee("OWN-4")
    def test_a_pod_of_another_controller_is_left_alone(self, history: History) -> None:
        """A pod that somebody else controls MUST be neither adopted nor removed."""
        expect_always(history, adoption.foreign_left_alone)


class TestSurplusOrphans(Invariants):
    """Pods made by hand beyond the set's size: one with its labels, one that gets them later, one of somebody else."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Have the set at rest, and see each go: as it is made, once it is labelled, once its controller lets go."""
        web = Workload(stage, Shape(replicas=1))
        web.await_ready()
        web.await_status(readyReplicas=1)
        web.settle()
        make_pod(web, "web-3")
        web.await_gone(3)
        make_pod(web, "web-5", labels={"app": "somebody"})
        web.settle()
        relabel(web, 5, "label-on", app="nginx")
        web.await_gone(5)
        make_pod(web, "web-7", owner=stage.kube.get("ConfigMap", "nginx-conf", stage.namespace))
        web.settle()
        orphan(web, 7)
        web.await_gone(7)

    @guarantee("OWN-1")
    def test_it_is_adopted_and_removed(self, history: History) -> None:
        """An orphan beyond the set's size whose labels match MUST be adopted, and be removed as surplus."""
        expect(history, adoption.surplus_adopted)


class TestBarePod(Invariants):
    """A pod made by hand where the set is to have one: nobody knows of which revision it is."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Make web-1 by hand while the set has no room for it, scale up, and wait for one of the set's own making."""
        web = Workload(stage, Shape(replicas=1))
        web.await_ready()
        web.await_status(readyReplicas=1)
        make_pod(web, "web-1", labels={"app": "somebody"})
        web.scale(2)
        web.await_status()
        bare = web.uid(1)
        relabel(web, 1, "label-on", app="nginx")
        web.await_ready(1, replaced=[bare])
        web.await_status(replicas=2, readyReplicas=2, updatedReplicas=2)
        web.settle()

    @guarantee("STA-4", "OWN-1")
    def test_it_is_updated_as_any_other(self, history: History) -> None:
        """A pod that is adopted and of no revision MUST be replaced by one of the set's revision."""
        expect(history.since("label-on"), rollout.ends_on_one_version, status.ends_on_one_revision)


class TestQuarantine(Invariants):
    """A pod that is taken out of its set for somebody to look into it: labels and owner go at once."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Take pod 1 out, and delete it once the set no longer counts it."""
        web = Workload(stage, Shape(replicas=2))
        web.await_ready()
        web.await_status(readyReplicas=2)
        quarantine(web, 1)
        web.await_status(replicas=1, readyReplicas=1)
        stage.reached("counted", "the controller has seen it")
        web.await_created(1, replaced=web.kill(1), refused=True)
        web.await_ready(1)
        web.await_status(replicas=2, readyReplicas=2)

    @guarantee("OWN-2", "STA-2")
    def test_it_is_no_longer_counted(self, history: History) -> None:
        """A pod that has neither the labels nor the owner any more MUST NOT be counted, and is left alone."""
        expect(
            history.between("quarantine", "counted"), adoption.released_and_left_running, status.counts_what_is_there
        )

    @guarantee("OWN-2")
    def test_it_is_replaced_once_it_is_gone(self, history: History) -> None:
        """Once the pod is gone, the set SHOULD create another one."""
        expect(history.since("counted"), adoption.name_taken_again)


class TestOrphans(Invariants):
    """A set that is deleted without its pods, and created again."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Update and take that back, for there to be two revisions; orphan the pods, then create the same set."""
        web = Workload(stage, Shape(replicas=2))
        web.await_ready()
        web.await_status(readyReplicas=2)
        web.await_updated(web.update())
        web.await_updated(web.update(1, mark="undo"), mark="undone")
        ask_deletion(web, "Orphan", "orphan-all")
        await_set_gone(web)
        stage.reached("orphaned", "the set is gone")
        web.create(mark="recreate")
        for ordinal in range(2):
            await_owner(web, ordinal)
        web.await_status(replicas=2, readyReplicas=2)
        web.settle()

    @guarantee("OWN-5")
    def test_orphans_run_on(self, history: History) -> None:
        """Pods and revisions of a set that is deleted without them MUST stay as they are."""
        expect(history.between("orphan-all", "recreate"), adoption.orphans_kept)

    @guarantee("OWN-5")
    def test_a_new_set_takes_them_over(self, history: History) -> None:
        """A new set of the same name and template MUST adopt pods and revisions without a restart."""
        expect(history.since("recreate"), adoption.readopted_without_restart)


class TestLeftOrphans(Invariants):
    """Orphans of which one has failed, and one is more than the new set of their name asks for."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Orphan three pods, let one fail, and create the set with two."""
        web = Workload(stage, Shape())
        web.await_ready()
        web.await_status(readyReplicas=3)
        ask_deletion(web, "Orphan", "orphan-all")
        await_set_gone(web)
        failed = end_by_itself(web, 1, "Failed")
        await_end(web, 1)
        web.create(mark="recreate", replicas=2)
        web.await_ready(1, replaced=[failed])
        web.await_gone(2)
        web.await_status(replicas=2, readyReplicas=2)

    @guarantee("ORD-10", "OWN-1")
    def test_one_that_failed_is_replaced(self, history: History) -> None:
        """An orphan that has failed MUST be replaced under its name by the set that finds it."""
        expect(history.since("end"), order.ended_replaced_once)

    @guarantee("OWN-1")
    def test_one_too_many_goes(self, history: History) -> None:
        """An orphan beyond the size of the set that finds it MUST be adopted, and go as surplus."""
        expect(history.since("recreate"), adoption.leftovers_go, status.ends_complete)


class TestRevisionOfFormerRelease(Invariants):
    """A set whose revision a former release wrote: in other words, for the same template."""

    @scenario(apps=["nginx"], needs=[Capability.API])
    def history(stage: Stage) -> None:
        """Orphan pods and revision, put the former release's in its place, create the same set, and update it."""
        web = Rollout(stage, Shape(replicas=2))
        web.await_ready()
        web.await_status(readyReplicas=2)
        revision = web.revision()
        ask_deletion(web, "Orphan", "orphan-all")
        await_set_gone(web)
        respell(web, revision)
        web.await_bystander()  # a controller that does not know the revision yet meets it as a collision of names
        web.create(mark="recreate")
        for ordinal in range(2):
            await_owner(web, ordinal)
        web.await_status(replicas=2, readyReplicas=2)
        web.settle()
        web.await_updated(web.restart())

    @guarantee("UPD-31")
    def test_it_leads_to_no_update(self, history: History) -> None:
        """The set SHOULD go on with pods and revision as they are, without an update."""
        expect(history.between("recreate", "restart"), adoption.readopted_without_restart)

    @guarantee("STA-4", "UPD-4")
    def test_it_is_updated_as_any_other(self, history: History) -> None:
        """A change of its template MUST replace every pod once, and leave all on one revision."""
        expect(history.since("restart"), rollout.replaces_once, status.ends_on_one_revision)
