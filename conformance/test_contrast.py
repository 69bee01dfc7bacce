"""What a StatefulSet is not: the same app under a Deployment."""

from __future__ import annotations

from stsconf.check import expect, guarantee, scenario
from stsconf.judge import pods
from stsconf.model.history import History
from stsconf.scenario.contrast import Replicas
from stsconf.scenario.stage import Stage


class TestDeployment:
    """Three interchangeable pods that nobody lets become Ready."""

    @scenario()
    def history(stage: Stage) -> None:
        """Create a Deployment of the app, and delete one of its pods."""
        replicas = Replicas(stage, 3)
        replicas.await_pods()
        replicas.replace_one()

    @guarantee("CTR-1", shows=[65])
    def test_its_pods_have_no_order(self, history: History) -> None:
        """A Deployment's pods are created without waiting for one another, and are not numbered."""
        expect(history, pods.deployment_unordered)

    @guarantee("CTR-2", shows=[65])
    def test_its_pods_have_no_stable_names(self, history: History) -> None:
        """A deleted pod of a Deployment is replaced by one of another name."""
        expect(history.since("kill"), pods.deployment_renames)
