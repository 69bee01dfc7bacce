"""In which order pods come and go."""

from __future__ import annotations

from stsconf.check import expect, guarantee, scenario
from stsconf.judge import order
from stsconf.model.history import History
from stsconf.scenario.shape import READY
from stsconf.scenario.stage import Stage
from stsconf.scenario.workload import Workload
from stsconf.scenario.shape import Shape


class TestOrderedStartup:
    """Three replicas that become Ready only when told to."""

    @scenario()
    def history(stage: Stage) -> None:
        web = Workload(stage, Shape(hold=READY))
        for ordinal in range(3):
            web.release(ordinal)

    @guarantee("ORD-1", shows=[2])
    def test_pods_are_created_in_ordinal_order(self, history: History) -> None:
        """Pods MUST be created in the order 0..N-1."""
        expect(history, order.created_ascending)

    @guarantee("ORD-2", shows=[3])
    def test_each_waits_for_its_predecessor(self, history: History) -> None:
        """A pod MUST NOT be created before all lower ordinals are Running and Ready."""
        expect(history, order.waits_for_ready)
