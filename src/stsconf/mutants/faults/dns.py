"""DNS: a server that gets one thing wrong takes the place of the cluster's own, and asks that for all the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from stsconf.cluster.embedded import readiness
from stsconf.cluster.preflight import DNS_NAMESPACE, DNS_SERVICE
from stsconf.cluster.rootfs import PYTHON
from stsconf.cluster.system_images import OBSERVER
from stsconf.errors import StsconfError
from stsconf.kube.client import Kube
from stsconf.model.catalogue import GUARANTEES
from stsconf.mutants.fault import EMBEDDED, Expected, Fault, Harm, Site
from stsconf.mutants.faults import answers
from stsconf.scenario.follow import follow
from stsconf.scenario.labels import NAMESPACE_PREFIX
from stsconf.wait import Clock

Json = dict[str, Any]

_NAME, _TRUE, _SCRIPT = "faulty-dns", "true-dns", "answers.py"
_SECONDS = 60
"""How long the other server may take to be the one that is asked."""


def misanswering(fault: str) -> Harm:
    """Return the harm that a DNS server does; `fault` is how `answers` calls it."""

    @contextmanager
    def harm(site: Site) -> Iterator[None]:
        kube = site.kube
        spec = kube.get("Service", DNS_SERVICE, DNS_NAMESPACE)["spec"]
        usual = {"selector": spec["selector"], "ports": spec["ports"]}
        with ExitStack() as undo:
            for obj in _objects(usual):
                undo.callback(kube.delete, obj["kind"], obj["metadata"]["name"], DNS_NAMESPACE)
                kube.create(obj, DNS_NAMESPACE)
            true = kube.get("Service", _TRUE, DNS_NAMESPACE)["spec"]["clusterIP"]
            undo.callback(kube.delete, "Pod", _NAME, DNS_NAMESPACE, gracePeriodSeconds=0)
            kube.create(_pod(fault, true), DNS_NAMESPACE)
            readiness.await_object(kube, "Pod", _NAME, DNS_NAMESPACE, readiness.is_ready)
            undo.callback(_lead, kube, usual, lambda name: name != _NAME)
            ports = [{**port, "targetPort": answers.PORT} for port in usual["ports"]]
            _lead(kube, {"selector": {"k8s-app": _NAME}, "ports": ports}, lambda name: name == _NAME)
            yield

    return harm


def _objects(usual: Json) -> list[Json]:
    """Return the server's program, and the Service by which it reaches the cluster's own server."""
    program = {_SCRIPT: Path(answers.__file__).read_text()}
    return [
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": _NAME}, "data": program},
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": _TRUE}, "spec": usual},
    ]


def _pod(fault: str, true: str) -> Json:
    container = {
        "name": "dns",
        "image": OBSERVER,
        "imagePullPolicy": "Never",
        "command": [PYTHON, "-E", "-s", "-S", "-B", "-u", f"/fault/{_SCRIPT}", fault, true, NAMESPACE_PREFIX],
        "readinessProbe": {"tcpSocket": {"port": answers.PORT}, "periodSeconds": 1},
        "volumeMounts": [{"name": "fault", "mountPath": "/fault"}],
    }
    spec = {
        "serviceAccountName": "coredns",  # may list what a DNS server has to know
        "terminationGracePeriodSeconds": 0,
        "containers": [container],
        "volumes": [{"name": "fault", "configMap": {"name": _NAME}}],
    }
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": _NAME, "labels": {"k8s-app": _NAME}}, "spec": spec}


def _lead(kube: Kube, spec: Json, right: Callable[[str], bool]) -> None:
    """Lead the Service that pods ask to other pods, and wait until it has exactly those."""
    kube.patch("Service", DNS_SERVICE, {"spec": spec}, DNS_NAMESPACE)
    label = f"kubernetes.io/service-name={DNS_SERVICE}"
    for slices in follow(kube, "EndpointSlice", _SECONDS, Clock(), DNS_NAMESPACE, labelSelector=label):
        ends = [end for one in slices for end in one.get("endpoints") or []]
        if ends and all(end["conditions"]["ready"] and right(end["targetRef"]["name"]) for end in ends):
            return
    raise StsconfError(f"the Service {DNS_SERVICE} did not change its endpoints within {_SECONDS} s")


def _fault(
    name: str,
    breaks: str,
    twist: str,
    *kills: Expected,
    may_fail: frozenset[str] = frozenset(),
    withholds: tuple[str, ...] = (),
) -> Fault:
    return Fault(name, breaks, misanswering(twist), (EMBEDDED,), kills, may_fail, withholds)


FAITHFUL = _fault("dns-replaced", "Nothing: the server that stands in for the cluster's own gets all right.", "none")

_NAMES = frozenset(id_ for id_ in GUARANTEES if id_.startswith("DNS-"))
"""All guarantees about names: each is judged by some pod's."""
_FOUND, _LOST = ("the address",), ("no address", "the address")

FAULTS = (
    FAITHFUL,
    _fault(
        "dns-no-pod-records",
        "No pod has a name.",
        "no-pod-records",
        Expected("DNS-1", "dns.pod-address"),
        may_fail=_NAMES,
        withholds=_FOUND,
    ),
    _fault(
        "dns-unready-pods",
        "Names have the addresses of unready pods, too.",
        "unready-pods",
        Expected("DNS-4", "dns.unready"),
        withholds=_LOST,
    ),
    _fault(
        "dns-stale",
        "Names keep an old address for a minute.",
        "stale",
        Expected("DNS-8", "dns.outdated"),
        may_fail=_NAMES,
        withholds=_LOST,
    ),
    _fault(
        "dns-nobodys-ipv6",
        "Names, and what is no name too, have IPv6 addresses that nobody has, others each time.",
        "nobodys-ipv6",
        Expected("DNS-1", "dns.pod-address"),
        Expected("DNS-1", "dns.distinct"),
        Expected("DNS-2", "dns.service"),
        Expected("DNS-3", "dns.vanishes"),
        Expected("DNS-4", "dns.unready"),
        Expected("DNS-5", "dns.published"),
        Expected("DNS-7", "dns.short"),
        Expected("DNS-7", "dns.short-full"),
        Expected("DNS-8", "dns.follows"),
        Expected("DNS-9", "dns.scaled"),
        Expected("DNS-11", "dns.own-name"),
        Expected("DNS-14", "dns.no-service"),
        Expected("DNS-17", "dns.stray"),
        Expected("SVC-1", "dns.virtual"),
        may_fail=_NAMES | {"SVC-2"},  # nobody answers there
    ),
    _fault(
        "dns-ipv6-denied",
        "Who asks for an IPv6 address that there is not is told that there is no such name.",
        "ipv6-denied",
        Expected("DNS-19", "dns.denied"),
    ),
    _fault("dns-srv-missing", "There are no SRV records.", "srv-missing", Expected("DNS-6", "dns.srv")),
    _fault("dns-srv-wrong-target", "SRV records lead to no pod.", "srv-wrong-target", Expected("DNS-6", "dns.srv")),
    _fault(
        "dns-short-names-only",
        "Full names do not exist.",
        "short-names-only",
        Expected("DNS-1", "dns.pod-address"),
        Expected("DNS-2", "dns.service"),
        may_fail=_NAMES,
        withholds=_FOUND,
    ),
)
"""The faults of DNS."""
