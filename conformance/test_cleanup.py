"""What the tests themselves leave."""

from __future__ import annotations

from conformance.invariants import Invariants
from stsconf.check import expect, guarantee, scenario
from stsconf.judge import pods
from stsconf.model.history import History
from stsconf.scenario.shape import Shape
from stsconf.scenario.stage import Stage
from stsconf.scenario.workload import Workload


class TestNothingLeft(Invariants):
    """Everything that a scenario creates is deleted again."""

    @scenario()
    def history(stage: Stage) -> None:
        """Deploy a pod, then delete all that was created and wait until it is gone."""
        web = Workload(stage, Shape(replicas=1))
        web.await_ready()
        stage.act("clean-up", "delete everything that was created")
        web.delete(propagation="Foreground")
        web.delete_service()

    @guarantee("RUN-2", shows=[66])
    def test_no_object_of_the_test_is_left(self, history: History) -> None:
        """After the clean-up no object of the test SHOULD be left."""
        expect(history.since("clean-up"), pods.nothing_left)
