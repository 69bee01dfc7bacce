"""Rolling updates."""

from __future__ import annotations

from conformance.invariants import Invariants
from stsconf.check import expect, guarantee, scenario
from stsconf.judge import data, rollout, status
from stsconf.model.capability import Capability
from stsconf.model.history import History
from stsconf.scenario.shape import READY, Shape
from stsconf.scenario.stage import Stage
from stsconf.scenario.workload import Workload


class TestRollingUpdate(Invariants):
    """A new image for three pods that become Ready only when told to."""

    @scenario(long=True)
    def history(stage: Stage) -> None:
        """Set the image, and release each replaced pod by hand."""
        web = Workload(stage, Shape(hold=[READY]))
        web.release_each(3)
        web.await_status(readyReplicas=3)
        old = web.update()
        web.release_each(3, replaced=old)
        web.await_updated(old)

    @guarantee("UPD-1")
    def test_rolling_is_the_default(self, history: History) -> None:
        """A set whose manifest names no update strategy MUST be updated by RollingUpdate."""
        expect(history.since("rollout"), rollout.rolls_by_default)

    @guarantee("UPD-2", shows=[60])
    def test_pods_are_replaced_in_reverse_order(self, history: History) -> None:
        """A rolling update MUST replace the pods from N-1 down to 0."""
        expect(history.since("rollout"), rollout.descending)

    @guarantee("UPD-3", shows=[61])
    def test_each_waits_for_the_former_to_be_ready(self, history: History) -> None:
        """A pod MUST NOT be replaced before the former's replacement is Ready."""
        expect(history.since("rollout"), rollout.waits_for_replacement)

    @guarantee("UPD-3", shows=[61])
    def test_one_pod_is_unavailable_at_a_time(self, history: History) -> None:
        """A rolling update MUST take one pod at a time."""
        expect(history.since("rollout"), rollout.one_unavailable)

    @guarantee("UPD-4", shows=[62])
    def test_every_pod_is_replaced_exactly_once(self, history: History) -> None:
        """Every pod MUST be replaced, and each exactly once."""
        expect(history.since("rollout"), rollout.replaces_once)

    @guarantee("STA-4", shows=[63])
    def test_it_ends_on_one_version(self, history: History) -> None:
        """A rolling update MUST end with every pod, and the status, on the new revision."""
        expect(history.since("rollout"), rollout.ends_on_one_version, status.ends_on_one_revision)


class TestUpdateWithData(Invariants):
    """Kubia v1 with data becomes v2."""

    @scenario(apps=["kubia"], needs=[Capability.STORAGE, Capability.DATA])
    def history(stage: Stage) -> None:
        """Write under v1, update without holding anything, read under v2."""
        kubia = Workload(stage, Shape(replicas=2, storage=True))
        kubia.await_ready()
        for ordinal in range(2):
            kubia.write_token(ordinal)
        old = kubia.update()
        kubia.await_updated(old)
        for ordinal in range(2):
            kubia.read(ordinal)

    @guarantee("APP-5", shows=[64])
    def test_the_new_version_answers_with_the_old_data(self, history: History) -> None:
        """After the update each pod MUST answer as v2 does, with the data stored under v1."""
        expect(history.since("rolled-out"), data.speaks_v2)

    @guarantee("UPD-2", "UPD-3", shows=[60, 61])
    def test_the_order_holds_without_anything_held(self, history: History) -> None:
        """A rolling update MUST go from N-1 to 0, one by one, at the cluster's own pace."""
        expect(history.since("rollout"), rollout.descending, rollout.waits_for_replacement)
