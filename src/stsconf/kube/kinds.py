"""The kinds of objects the suite touches, and where the API serves them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: its name, API version (`v1`, `apps/v1`), plural, and whether it lives in a namespace."""

    name: str
    api_version: str
    plural: str
    namespaced: bool = True

    @property
    def group(self) -> str:
        """The API group, empty for the core one."""
        return self.api_version.rpartition("/")[0]

    def path(self, namespace: str = "", name: str = "", subresource: str = "") -> str:
        """Return the URL path of the collection, of one object, or of its subresource."""
        root = f"/api/{self.api_version}" if "/" not in self.api_version else f"/apis/{self.api_version}"
        scope = f"/namespaces/{namespace}" if self.namespaced and namespace else ""
        parts = (root + scope, self.plural, name, subresource)
        return "/".join(part for part in parts if part)


KINDS = {
    kind.name: kind
    for kind in (
        Kind("Namespace", "v1", "namespaces", namespaced=False),
        Kind("Node", "v1", "nodes", namespaced=False),
        Kind("PersistentVolume", "v1", "persistentvolumes", namespaced=False),
        Kind("StorageClass", "storage.k8s.io/v1", "storageclasses", namespaced=False),
        Kind("Pod", "v1", "pods"),
        Kind("Service", "v1", "services"),
        Kind("ServiceAccount", "v1", "serviceaccounts"),
        Kind("ConfigMap", "v1", "configmaps"),
        Kind("PersistentVolumeClaim", "v1", "persistentvolumeclaims"),
        Kind("Event", "v1", "events"),
        Kind("StatefulSet", "apps/v1", "statefulsets"),
        Kind("Deployment", "apps/v1", "deployments"),
        Kind("ControllerRevision", "apps/v1", "controllerrevisions"),
        Kind("PodDisruptionBudget", "policy/v1", "poddisruptionbudgets"),
        Kind("ResourceQuota", "v1", "resourcequotas"),
        Kind("EndpointSlice", "discovery.k8s.io/v1", "endpointslices"),
        Kind("SelfSubjectAccessReview", "authorization.k8s.io/v1", "selfsubjectaccessreviews", namespaced=False),
        Kind("SelfSubjectReview", "authentication.k8s.io/v1", "selfsubjectreviews", namespaced=False),
    )
}
"""Every kind in use, by name."""
