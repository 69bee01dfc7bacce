"""Sets whose ordinals start elsewhere than at 0."""

from __future__ import annotations

from conformance.invariants import Invariants
from stsconf.check import expect, guarantee, scenario
from stsconf.judge import identity, order, scaling, start_ordinal
from stsconf.model.history import History
from stsconf.scenario.rollout import rolling
from stsconf.scenario.shape import READY, Shape
from stsconf.scenario.stage import Stage
from stsconf.scenario.workload import Workload

ORDINALS = range(12)
"""All that occur here: some have two digits, for as texts they are in another order."""


def move(web: Workload, start: int | None, mark: str, new: int) -> None:
    """Move the set of two pods to another first ordinal, and release the new pods, whichever come."""
    first = start or 0
    old = [web.uid(ordinal) for ordinal in ORDINALS]
    web.stage.act(mark, f"let the ordinals start at {start}")
    web.patch({"ordinals": None if start is None else {"start": start}})
    web.release_each(new, replaced=filter(None, old))
    for ordinal in set(ORDINALS) - {first, first + 1}:
        web.await_gone(ordinal)
    web.await_status(replicas=2, readyReplicas=2)


class TestStartOrdinal(Invariants):
    """Two pods from 8 on, then from 9, from 7, from 10, and from 0."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Move the start up by one, down by two, up beyond all pods, and away."""
        web = Workload(stage, Shape(replicas=2, hold=[READY], spec={"ordinals": {"start": 8}}))
        web.release_each(2)
        web.await_status(readyReplicas=2)
        move(web, 9, "increase", 1)
        move(web, 7, "decrease", 2)
        move(web, 10, "jump", 2)
        move(web, None, "remove", 2)

    @guarantee("ORN-1")
    def test_pods_are_numbered_from_there(self, history: History) -> None:
        """Pods MUST be numbered from spec.ordinals.start on, in names, labels and hostnames."""
        expect(history.until("increase"), identity.named_by_ordinal, identity.labelled, identity.hostname_is_name)

    @guarantee("ORN-3")
    def test_creation_goes_upward(self, history: History) -> None:
        """With a start ordinal too, pods MUST be created upward, each after the one below is Ready."""
        expect(history.until("increase"), order.created_ascending, order.waits_for_ready)
        expect(history.between("decrease", "jump"), order.created_ascending)

    @guarantee("ORN-3")
    def test_removal_goes_downward(self, history: History) -> None:
        """With a start ordinal too, pods MUST be removed downward, each after the one above is gone."""
        expect(history.between("decrease", "jump"), scaling.down_descending, scaling.down_one_by_one)
        expect(history.between("jump", "remove"), scaling.down_descending, scaling.down_one_by_one)

    @guarantee("ORN-2")
    def test_a_higher_start_moves_the_range(self, history: History) -> None:
        """A higher start MUST remove and add pods at the ends only."""
        expect(history.between("increase", "decrease"), start_ordinal.range_followed)

    @guarantee("ORN-2")
    def test_a_lower_start_moves_the_range(self, history: History) -> None:
        """A lower start MUST add and remove pods at the ends only."""
        expect(history.between("decrease", "jump"), start_ordinal.range_followed)

    @guarantee("ORN-2")
    def test_without_a_start_the_range_is_from_zero(self, history: History) -> None:
        """Without a start ordinal the pods MUST be numbered from 0 again."""
        expect(history.since("remove"), start_ordinal.range_followed)


class TestStartPartition(Invariants):
    """An update under a partition, of pods whose ordinals have four digits and five."""

    @scenario(apps=["nginx"])
    def history(stage: Stage) -> None:
        """Update two pods under a partition of the higher one and delete both; the lower again under one of 1."""
        low, high = 9_999, 10_000
        web = Workload(stage, Shape(replicas=2, spec={"ordinals": {"start": low}, **rolling(partition=high)}))
        web.await_ready(low, high)
        web.await_status(readyReplicas=2)
        web.update()
        web.settle()
        stage.reached("held", "the controller has seen it")
        web.replace(high)
        web.replace(low)
        web.change(rolling(partition=1), "one")
        web.settle()
        web.replace(low)
        web.await_ready(high)

    @guarantee("ORN-4")
    def test_the_partition_is_an_ordinal(self, history: History) -> None:
        """A partition MAY be compared with the ordinal itself."""
        expect(history.between("rollout", "held"), start_ordinal.partition_is_ordinal)

    @guarantee("ORN-1")
    def test_ordinals_have_as_many_digits_as_they_need(self, history: History) -> None:
        """Pods MUST be numbered from spec.ordinals.start on, however high that is."""
        expect(history.until("rollout"), identity.named_by_ordinal, identity.labelled, identity.hostname_is_name)

    @guarantee("UPD-5")
    def test_a_lost_pod_returns_on_its_revision(self, history: History) -> None:
        """Under a partition a pod that is lost MUST come back on the revision it had, wherever the ordinals start."""
        expect(history.between("held", "one"), start_ordinal.returns_to_its_side)
        expect(history.since("one"), start_ordinal.returns_to_its_side)
