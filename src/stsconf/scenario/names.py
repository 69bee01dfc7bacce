"""What a scenario does with names: asks DNS for them, waits for them, changes the Services behind them."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from stsconf.model import objects
from stsconf.record import View
from stsconf.scenario.apps import of_kind
from stsconf.scenario.shape import image
from stsconf.scenario.stage import INSIDE, OUTSIDE, Stage
from stsconf.scenario.waits import Waits

Json = dict[str, Any]

_VIRTUAL, _STRAY, _SINGLE = "virtual", "stray", "single"
_KINDS = ("A", "AAAA")
"""Both are asked for whatever the cluster's family is: a record of a family that no pod has is wrong, too."""
_VERSIONS = {"A": 4, "AAAA": 6}


class Names:
    """The names of a StatefulSet, the stage's own by default: of its Service, of its pods, and of a stray pod."""

    def __init__(self, stage: Stage, of: Waits | None = None) -> None:
        self._stage = stage
        self._set, self._service = (of.name, of.service) if of else (stage.app.set_name, stage.app.service)
        self._label = (of.shape.name if of else "") or stage.app.name
        self._watched: list[str] = []
        self._kind = _KINDS[0]
        self._unready = False

    def _host(self, which: int | str) -> str:
        """Return a pod's name for an ordinal, and any other host as it is."""
        return f"{self._set}-{which}" if isinstance(which, int) else which

    def full(self, which: int | str | None = None) -> str:
        """Return the full name of a pod, or of the Service."""
        labels = (self._service,) if which is None else (self._host(which), self._service)
        return self._stage.fqdn(*labels)

    # ------------------------------------------------------------------ waiting

    def watch(self, *which: int | str) -> None:
        """Record from now on how the Service's name and those of these pods are answered."""
        self._watched = [self._host(one) for one in which]
        service = self._stage.recorder.now(lambda view: view.get("Service", self._service)) or {}
        self._kind = "AAAA" if objects.spec(service).get("ipFamilies", [])[:1] == ["IPv6"] else "A"
        self._stage.watch_dns(self.full(), *map(self.full, self._watched), kind=self._kind)

    def await_all(self) -> None:
        """Wait until the Service's name and every watched pod's name have the addresses that the API shows."""
        self.await_service()
        for host in self._watched:
            self._stage.until_dns(self.full(host), self._of(host), f"the address of {host}")

    def await_service(self) -> None:
        """Wait until the Service's name has the addresses of all Ready pods it selects."""
        self._stage.until_dns(self.full(), self._selected, "the addresses of all Ready pods")

    def await_only(self, *which: int | str) -> None:
        """Wait as `await_all` does, but until every other watched pod's name has no address."""
        self.await_service()
        named = {self._host(one) for one in which}
        for host in self._watched:
            expected = self._of(host) if host in named else _nothing
            self._stage.until_dns(self.full(host), expected, f"{'the' if host in named else 'no'} address of {host}")

    def await_none(self) -> None:
        """Wait until the Service's name and every watched pod's name have no address."""
        for name in (self.full(), *map(self.full, self._watched)):
            self._stage.until_dns(name, _nothing, "no address")

    def _selected(self, view: View) -> set[str]:
        """Return the addresses of the Ready pods, or of all if they are published so, that carry the set's label."""
        ready = (
            name
            for name, pod in view.all("Pod").items()
            if objects.labels(pod).get("app") == self._label and (self._unready or objects.is_running_and_ready(pod))
        )
        return {address for name in ready for address in self._of(name)(view)}

    def _of(self, host: str) -> Callable[[View], set[str]]:
        """Return what tells a pod's addresses of the family that is watched."""
        return partial(_addresses, host=host, version=_VERSIONS[self._kind])

    # ------------------------------------------------------------------ asking

    def ask(self, *which: int | str) -> None:
        """Ask once for the addresses of the Service and of pods, by full name and from another namespace."""
        for name in (self.full(), *map(self.full, which)):
            self._ask_both(name)

    def ask_one_another(self, *ordinals: int) -> None:
        """Have each of these pods, whose app is the observer, ask for its own name, and reach all by short names."""
        for here in map(self._host, ordinals):
            self._ask_both(self.full(here), where=here)
            for there in map(self._host, ordinals):
                self._stage.ask_by_name(f"{there}.{self._service}", "/", where=here)

    def ask_everything(self) -> None:
        """Ask for every kind of record there is for the Service and the watched pods, and reach each by its name."""
        stage = self._stage
        self._ask_both(f"kubernetes.default.svc.{stage.context.zone}.")
        self.ask(*self._watched)
        stage.ask_dns(f"_{stage.app.port_name}._tcp.{self.full()}", "SRV")
        self._ask_both(self._service, where=INSIDE, search=True)
        for host in self._watched:
            self._ask_both(f"{host}.{self._service}", where=INSIDE, search=True)
            stage.ask_by_name(self.full(host).rstrip("."), stage.app.name_path)
            for address in stage.recorder.now(self._of(host)):
                stage.ask_dns(ipaddress.ip_address(address).reverse_pointer + ".", "PTR")

    def ask_virtual_service(self) -> None:
        """Wait for the normal Service's name, ask for its address, and reach a pod through it."""
        name = self._stage.fqdn(_VIRTUAL)
        self._stage.watch_dns(name, kind=self._kind)
        self._stage.until_dns(name, self._virtual, "the Service's virtual address")
        self._ask_both(name)
        self._stage.ask_by_name(name.rstrip("."), self._stage.app.name_path)

    def _virtual(self, view: View) -> set[str]:
        """Return the normal Service's virtual address of the family that is watched."""
        addresses = objects.spec(view.get("Service", _VIRTUAL) or {}).get("clusterIPs") or []
        return _of_family(addresses, _VERSIONS[self._kind])

    def _ask_both(self, name: str, where: str = OUTSIDE, *, search: bool = False) -> None:
        for kind in _KINDS:
            self._stage.ask_dns(name, kind, where, search=search)

    # ------------------------------------------------------------------ acting

    def create_virtual_service(self) -> None:
        """Create a normal Service beside the headless one, reached at the containers' port."""
        service = self._manifest("Service")
        service["metadata"]["name"] = _VIRTUAL
        del service["spec"]["clusterIP"]
        service["spec"]["ports"][0]["port"] = self._stage.app.port
        self._stage.act("virtual", f"create a normal Service {_VIRTUAL}")
        self._stage.create(service)
        self._stage.until(
            "Service",
            _VIRTUAL,
            lambda view: bool(_endpoints(view, _VIRTUAL)),
            "endpoints",
            self._stage.deadlines.controller,
        )

    def create_service_of_pod(self, ordinal: int) -> None:
        """Create a Service for one pod, selected by its name, and wait until the pod is its endpoint."""
        service = self._manifest("Service")
        service["metadata"]["name"] = _SINGLE
        service["spec"]["selector"] = {objects.POD_NAME_LABEL: self._host(ordinal)}
        self._stage.act("single", f"create a Service {_SINGLE} for {self._host(ordinal)}")
        self._stage.create(service)
        self._stage.until(
            "Service",
            _SINGLE,
            lambda view: self._host(ordinal) in _endpoints(view, _SINGLE),
            f"{self._host(ordinal)} as an endpoint",
            self._stage.deadlines.controller,
        )

    def publish_unready(self, *, publish: bool = True) -> None:
        """Have the governing Service answer with pods that are not Ready as well, or no more."""
        self._unready = publish
        self._stage.act("publish" if publish else "withdraw", f"publishNotReadyAddresses: {publish}")
        patch = {"spec": {"publishNotReadyAddresses": publish}}
        self._stage.kube.patch("Service", self._service, patch, self._stage.namespace)

    def create_stray_pod(self) -> None:
        """Create a pod of the same app and labels that belongs to no StatefulSet, and wait until it is Ready."""
        template = self._manifest("StatefulSet")["spec"]["template"]
        claim = {"name": self._stage.app.claim, "emptyDir": {}}
        template["spec"].setdefault("volumes", []).append(claim)
        template["spec"]["containers"][0]["image"] = image(self._stage.context.images, self._stage.app.name, 1)
        metadata = {**template["metadata"], "name": _STRAY}
        self._stage.act("stray", f"create a pod {_STRAY} with the labels of the set")
        self._stage.create({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]})
        self._stage.until(
            "Pod",
            _STRAY,
            lambda view: objects.is_running_and_ready(view.get("Pod", _STRAY) or {}),
            "Running and Ready",
            self._stage.deadlines.pod,
        )

    def delete_service(self) -> None:
        """Delete the governing Service."""
        self._stage.act("service-removed", f"delete Service {self._service}")
        self._stage.kube.delete("Service", self._service, self._stage.namespace)

    def create_service(self) -> None:
        """Create the governing Service again."""
        self._stage.act("service-restored", f"create Service {self._service}")
        self._stage.create(self._manifest("Service"))

    def _manifest(self, kind: str) -> Json:
        return of_kind(self._stage.manifest(), kind)


def _nothing(_: View) -> set[str]:
    return set()


def _endpoints(view: View, service: str) -> set[str]:
    """Return the names of the pods that are endpoints of a Service."""
    slices = view.all("EndpointSlice").values()
    own = (one for one in slices if objects.labels(one).get("kubernetes.io/service-name") == service)
    return {str((end.get("targetRef") or {}).get("name")) for one in own for end in one.get("endpoints") or []}


def _addresses(view: View, host: str, version: int) -> set[str]:
    """Return a pod's addresses of this version of IP as its status shows them."""
    addresses = (entry["ip"] for entry in objects.status(view.get("Pod", host) or {}).get("podIPs") or [])
    return _of_family(addresses, version)


def _of_family(addresses: Iterable[str], version: int) -> set[str]:
    """Return those addresses that are of this version of IP."""
    return {address for address in addresses if ipaddress.ip_address(address).version == version}
