"""An API server that knows policies and stores nothing else, for playing harms against."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from stsconf.kube.client import Kube
from stsconf.mutants.fault import Harm, Site
from tests.fake_api import FakeApi, Request, refusal, serve

Json = dict[str, Any]

POLICIES = "/apis/admissionregistration.k8s.io/v1"
_PROBED = "POST /api/v1/namespaces/default/configmaps"


class Admission:
    """Knows the policies that are there; what they do shows `lag` questions after they came and went."""

    def __init__(self, api: FakeApi, lag: int = 2) -> None:
        """Answer for an API."""
        self.log: list[str] = []
        self.policies: dict[str, Json] = {}
        self._api, self._lag = api, lag
        self._states = [False] * lag
        for plural in ("policies", "policybindings"):
            for kind in ("mutating", "validating"):
                api.answers[f"POST {POLICIES}/{kind}admission{plural}"] = self._make
        api.answers[_PROBED] = self._try

    def spec(self, name: str) -> Json:
        """Return the specification of a policy that was made."""
        (spec,) = (body["spec"] for body in self.policies.values() if _named(body) == name and _is_policy(body))
        return dict(spec)

    def _make(self, request: Request) -> Json:
        path = f"{request.path}/{_named(request.body)}"
        self.log.append(f"made {request.body['kind']} {_named(request.body)}")
        self.policies[path] = request.body
        self._api.answers[f"DELETE {path}"] = self._remove
        return request.body

    def _remove(self, request: Request) -> Json | tuple[int, Json | str]:
        body = self.policies.pop(request.path, None)
        if body is None:
            return refusal(404, "no such policy")
        self.log.append(f"removed {body['kind']} {_named(body)}")
        return {}

    def _try(self, request: Request) -> Json | tuple[int, Json | str]:
        canaries = [body for body in self.policies.values() if _named(body).endswith("canary")]
        self._states.append(not all(map(_is_policy, canaries)))
        acts = self._states[-1 - self._lag]
        self.log.append("acts" if acts else "does not act")
        refuses = any("validations" in body["spec"] for body in canaries)
        if acts and refuses:
            return refusal(422, f"denied request: {_named(request.body)}")
        return {**request.body, "data": {}} if acts else request.body


def _named(body: Json) -> str:
    return str(body["metadata"]["name"])


def _is_policy(body: Json) -> bool:
    return not body["kind"].endswith("Binding")


@contextmanager
def site(folder: Path) -> Iterator[tuple[FakeApi, Site]]:
    """Serve an API, and yield it with the site that leads to it."""
    with serve() as api:
        kubeconfig = api.kubeconfig(folder / "usual.kubeconfig")
        yield api, Site(Kube.from_kubeconfig(kubeconfig), kubeconfig, folder)


def played(harm: Harm, folder: Path) -> dict[str, Json]:
    """Play a harm of admission policies and return the specifications that were in force, by name."""
    with site(folder) as (api, broken):
        admission = Admission(api)
        with harm(broken):
            bodies = [body for body in admission.policies.values() if _is_policy(body)]
            specs = {_named(body): dict(body["spec"]) for body in bodies if not _named(body).endswith("canary")}
        assert admission.policies == {}
    return specs
