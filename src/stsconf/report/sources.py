"""From the source of a promise, as the catalogue words it, to the page that a reader can open."""

from __future__ import annotations

import re
from urllib.parse import quote

_DOCUMENTATION = "Kubernetes documentation, "
_SITE = "https://kubernetes.io/"
_PAGES = {
    "Concepts, StatefulSets": "docs/concepts/workloads/controllers/statefulset/",
    "Concepts, Pod Lifecycle": "docs/concepts/workloads/pods/pod-lifecycle/",
    "Concepts, Service": "docs/concepts/services-networking/service/",
    "Concepts, Services, Load Balancing, and Networking": "docs/concepts/services-networking/",
    "Concepts, EndpointSlices": "docs/concepts/services-networking/endpoint-slices/",
    "Concepts, DNS for Services and Pods": "docs/concepts/services-networking/dns-pod-service/",
    "Concepts, Persistent Volumes": "docs/concepts/storage/persistent-volumes/",
    "Concepts, Garbage Collection": "docs/concepts/architecture/garbage-collection/",
    "Concepts, Owners and Dependents": "docs/concepts/overview/working-with-objects/owners-dependents/",
    "Reference, Event v1": "docs/reference/kubernetes-api/cluster-resources/event-v1/",
    "Reference, StatefulSet v1": "docs/reference/kubernetes-api/workload-resources/stateful-set-v1/",
    "Tasks, Debugging DNS Resolution": "docs/tasks/administer-cluster/dns-debugging-resolution/",
    "Tasks, Force Delete StatefulSet Pods": "docs/tasks/run-application/force-delete-stateful-set-pod/",
    "Tutorials, StatefulSet Basics": "docs/tutorials/stateful-application/basic-stateful-set/",
}
_PROPOSALS = "https://github.com/kubernetes/enhancements/blob/master/keps/"
_SPECIFICATIONS = {
    "Kubernetes DNS-Based Service Discovery": "https://github.com/kubernetes/dns/blob/master/docs/specification.md",
    "Kubernetes enhancement proposal 961": f"{_PROPOSALS}sig-apps/961-maxunavailable-for-statefulset/README.md",
    "Kubernetes enhancement proposal 3541": f"{_PROPOSALS}sig-apps/3541-statefulset-recreate-strategy/README.md",
}
_ASIDE = re.compile(r"\s*\([^)]*\)")


def link(source: str) -> str:
    """Return the address of a source, empty if it has none: a page of the documentation, at the words of its section.

    A page that is not known here is searched for by its title.
    """
    page, _, section = _ASIDE.sub("", source).partition(": ")
    found = next((url for name, url in _SPECIFICATIONS.items() if page.startswith(name)), "")
    if page.startswith(_DOCUMENTATION):
        name = page.removeprefix(_DOCUMENTATION)
        found = f"{_SITE}{_PAGES[name]}" if name in _PAGES else f"{_SITE}search/?q={quote(name.rpartition(', ')[2])}"
    return f"{found}#:~:text={quote(section, safe='').replace('-', '%2D')}" if found and section else found


def short(source: str) -> str:
    """Return a source without the words that all have in common."""
    if not source.startswith(_DOCUMENTATION):
        return source
    return source.removeprefix(_DOCUMENTATION).partition(", ")[2] or source
