"""What a cluster can really do: found by running the observer in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stsconf.cluster.preflight import Facts
from stsconf.errors import StsconfError
from stsconf.kube.client import Kube
from stsconf.model.capability import Absence, Capability
from stsconf.scenario.namespaces import create_namespace, namespace_name
from stsconf.scenario.observer import Observer, observer_pod
from stsconf.wait import Clock, Deadlines

_PROBE_NAME = "kubernetes.default.svc"


@dataclass(frozen=True, slots=True)
class Trial:
    """What was found: capabilities with how each was found, absences with reasons, the observer and the zone."""

    capabilities: Mapping[Capability, str]
    absences: tuple[Absence, ...]
    observer: Observer | None
    zone: str


def try_out(kube: Kube, run: str, facts: Facts, images: str, clock: Clock, deadlines: Deadlines) -> Trial:  # noqa: PLR0917, E501 -- what a run is made of
    """Start the observer and ask it for the cluster's zone and API server by name.

    An observer that does not start leaves the capabilities as they are: whether pods can run is what the checks
    judge. Only DNS, which is asked through the observer, is then absent.
    """
    if Capability.CONTAINERS not in facts.capabilities:
        return Trial(facts.capabilities, facts.absences, None, "")
    namespace = namespace_name(run, "observer")
    create_namespace(kube, run, namespace, clock, deadlines)
    try:
        observer = Observer.start(kube, namespace, observer_pod(run, images), clock, deadlines.pod)
    except StsconfError as error:
        return _without_dns(facts, str(error), None)
    zone = str(observer.ask("zone").get("zone") or "").rstrip(".")
    answer = observer.ask("dns", name=f"{_PROBE_NAME}.{zone}.", type="A")
    if not answer.get("answers"):
        reason = f"the cluster's DNS does not know {_PROBE_NAME}.{zone}: {answer.get('error') or answer.get('rcode')}"
        return _without_dns(facts, reason, observer)
    found: dict[Capability, str] = {Capability.DNS: f"{_PROBE_NAME}.{zone} was resolved from a pod", Capability.CONTAINERS: "a pod answered"}
    return Trial({**facts.capabilities, **found}, facts.absences, observer, zone)


def _without_dns(facts: Facts, reason: str, observer: Observer | None) -> Trial:
    capabilities: dict[Capability, str] = {key: how for key, how in facts.capabilities.items() if key is not Capability.DNS}
    absences = tuple(absence for absence in facts.absences if absence.capability is not Capability.DNS)
    return Trial(capabilities, (*absences, Absence(Capability.DNS, reason)), observer, "")
