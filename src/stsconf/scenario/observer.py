"""The observer: a pod that asks DNS and HTTP questions from inside the cluster, reached through the API server."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import requests

from stsconf.errors import StsconfError
from stsconf.kube.client import Kube
from stsconf.kube.errors import UnreachableError
from stsconf.kube.kinds import KINDS
from stsconf.model import objects
from stsconf.scenario.apps import manifest
from stsconf.scenario.follow import follow
from stsconf.scenario.hindrance import missing_image
from stsconf.scenario.shape import image, label
from stsconf.wait import Clock

Json = dict[str, Any]

NAME, PORT = "observer", 8080
VERSION = 2
"""Of the image: what the suite understands of the answers, and what older images do not say."""
WATCH_SECONDS = 1800
"""How long one watch of names goes on at most; a scenario ends it earlier."""
REACH_SECONDS = 20
"""For how long a request to a name is tried anew while nobody answers: rules that lead to a new pod or Service may
come a little later than it is Ready. Less than the client waits for the observer."""


def observer_pod(run: str, images: str) -> Json:
    """Return the observer's pod as a run creates it."""
    (pod,) = manifest("observer")
    pod["spec"]["containers"][0]["image"] = image(images, "observer", VERSION)
    return label(pod, run)


def observer_container(images: str) -> Json:
    """Return the observer as a container that takes an app's place."""
    container: Json = observer_pod("", images)["spec"]["containers"][0]
    return container


class NoImageError(StsconfError):
    """The nodes cannot get the suite's images: nothing can be judged, and it is not the cluster's fault."""


@dataclass(frozen=True, slots=True)
class Observer:
    """The observer that runs in one namespace, as a pod of its own or in place of an app."""

    kube: Kube
    namespace: str
    pod: str = NAME

    @classmethod
    def start(cls, kube: Kube, namespace: str, pod: Json, clock: Clock, seconds: float) -> Observer:
        """Create the pod and wait until it is Ready; raises `NoImageError`, or `StsconfError` telling why it is not."""
        kube.create(pod, namespace)
        seen: list[Json] = []
        for seen in follow(kube, "Pod", seconds, clock, namespace, fieldSelector=f"metadata.name={NAME}"):
            if seen and objects.is_ready(seen[0]):
                return cls(kube, namespace)
            _require_image(seen)
        statuses = objects.status(seen[0]).get("containerStatuses", []) if seen else []
        state = ", ".join(str(entry.get("state")) for entry in statuses) or "the pod did not start"
        raise StsconfError(
            f"the observer did not get Ready within {seconds:.0f} s", state, "can the nodes get its image?"
        )

    def ask(self, question: str, **query: Any) -> Json:
        """Ask one question (`dns`, `resolve`, `http`, `zone`) and return the answer."""
        path = f"/{question}?{urlencode(query, doseq=True)}"
        try:
            response = self.kube.proxy(self.namespace, self.pod, PORT, path)
        except UnreachableError as error:
            self.kube.call("GET", "/version")  # raises the same where the cluster is gone
            raise StsconfError("the observer does not answer", error.why, "does the API server reach pods?") from error
        answer: Json = _accepted(response).json()
        return answer

    def watch(self, names: Iterable[str], kind: str) -> requests.Response:
        """Open a stream of answers for names: the first of each, then every change, as JSON lines."""
        query = urlencode({"name": list(names), "type": kind, "for": WATCH_SECONDS}, doseq=True)
        path = f"{KINDS['Pod'].path(self.namespace, f'{self.pod}:{PORT}', 'proxy')}/watch?{query}"
        return _accepted(self.kube.send("GET", path, stream=True))  # never silent for as long as a reply may take


def _accepted(response: requests.Response) -> requests.Response:
    if not response.ok:
        raise StsconfError("the observer refused a question", f"{response.status_code}: {response.text[:200]}")
    return response


def _require_image(pods: list[Json]) -> None:
    """Raise `NoImageError` when a container waits for an image that does not come."""
    for missing, why in map(missing_image, pods):
        if missing:
            raise NoImageError(
                f"the nodes cannot get the image {missing}",
                why,
                "push what `make images` writes to a registry they reach, and name it: --image-registry PREFIX",
            )
