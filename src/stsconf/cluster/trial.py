"""What a cluster can really do: found by running the observer in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stsconf.cluster.preflight import Facts
from stsconf.errors import StsconfError
from stsconf.kube.client import Kube
from stsconf.kube.errors import ApiError
from stsconf.model.capability import Absence, Capability
from stsconf.scenario.observer import NoImageError, Observer, observer_pod
from stsconf.wait import Clock, Deadlines

_PROBE_NAME = "kubernetes.default.svc"
_USUAL_ZONE = "cluster.local"
_QUOTA = "exceeded quota"


@dataclass(frozen=True, slots=True)
class Trial:
    """What was found: capabilities with how each was found, absences with reasons, the observer and the zone.

    `ipv6` tells whether a program can listen on such addresses in a pod.
    """

    capabilities: Mapping[Capability, str]
    absences: tuple[Absence, ...]
    observer: Observer | None
    zone: str
    ipv6: bool = True


def try_out(  # noqa: PLR0917 -- what a run is made of
    kube: Kube, run: str, namespace: str, facts: Facts, images: str, clock: Clock, deadlines: Deadlines
) -> Trial:
    """Start the observer in a namespace of the run and ask it for the cluster's zone and API server by name.

    An observer that does not start leaves the capabilities as they are: whether pods can run is what the checks
    judge. Only DNS, which is asked through the observer, is then absent. A DNS that is installed and does not answer
    is not absent but broken: the checks will say so. Raises `NoImageError` when the nodes lack the suite's images,
    `StsconfError` when a quota forbids its pods.
    """
    if Capability.CONTAINERS not in facts.capabilities:
        return Trial(facts.capabilities, facts.absences, None, _USUAL_ZONE)
    try:
        observer = Observer.start(kube, namespace, observer_pod(run, images), clock, deadlines.pod)
        place = observer.ask("zone")
        zone = str(place.get("zone") or _USUAL_ZONE).rstrip(".")
        answer = observer.ask("dns", name=f"{_PROBE_NAME}.{zone}.", type="A")
    except NoImageError:
        raise
    except StsconfError as error:
        _require_quota(error, namespace)
        return _without_dns(facts, " ".join(str(error).split()))
    found = {**facts.capabilities, Capability.CONTAINERS: "a pod answered"}
    if Capability.DNS in found:
        said = f"from a pod, {_PROBE_NAME}.{zone} gave {answer.get('error') or answer.get('rcode')}"
        found[Capability.DNS] = f"{facts.capabilities[Capability.DNS]}; {said}"
    return Trial(found, facts.absences, observer, zone, bool(place.get("ipv6", True)))


def _require_quota(error: StsconfError, namespace: str) -> None:
    """Raise `StsconfError` when a quota forbids the observer: its owner's wish, and no promise broken."""
    if isinstance(error, ApiError) and _QUOTA in error.message:
        raise StsconfError(
            f"a quota leaves no room for the suite's pods in {namespace}",
            error.message,
            "have namespaces named stsconf-* exempted, or their quota raised to a dozen pods",
        ) from error


def _without_dns(facts: Facts, reason: str) -> Trial:
    """Return what is left when nobody can ask: DNS cannot be judged then."""
    left: dict[Capability, str] = {key: how for key, how in facts.capabilities.items() if key is not Capability.DNS}
    absences = tuple(absence for absence in facts.absences if absence.capability is not Capability.DNS)
    return Trial(left, (*absences, Absence(Capability.DNS, f"nobody could ask: {reason}")), None, _USUAL_ZONE)
