"""The manifests that every cluster is given."""

import pytest

from stsconf.cluster import system_images
from stsconf.cluster.embedded import addons, settings
from stsconf.cluster.embedded.provisioner import PROVISIONER

_MANIFESTS = ("dns", "nodes", "probe", "simulated-storage", "storage")


@pytest.mark.parametrize(
    ("obj", "path"),
    [
        ({"apiVersion": "v1", "kind": "Node", "metadata": {}}, "/api/v1/nodes"),
        ({"apiVersion": "v1", "kind": "Pod", "metadata": {"namespace": "a"}}, "/api/v1/namespaces/a/pods"),
        (
            {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {}},
            "/apis/storage.k8s.io/v1/storageclasses",
        ),
    ],
)
def test_an_object_is_created_in_its_collection(obj: addons.Json, path: str) -> None:
    """By version, namespace and plural."""
    assert addons.collection(obj) == path


@pytest.mark.parametrize(
    ("manifest", "name", "provisioner"),
    [("storage", "local-path", "rancher.io/local-path"), ("simulated-storage", "simulated", PROVISIONER)],
)
def test_each_kind_of_cluster_has_one_default_class(manifest: str, name: str, provisioner: str) -> None:
    """A claim that names no class is served, by the program that the cluster runs."""
    (storage_class,) = (obj for obj in addons.objects(manifest) if obj["kind"] == "StorageClass")
    metadata = storage_class["metadata"]
    default = metadata["annotations"]["storageclass.kubernetes.io/is-default-class"]
    assert (metadata["name"], storage_class["provisioner"], default) == (name, provisioner, "true")


def test_images_are_those_that_are_loaded() -> None:
    """Nothing is pulled, from anywhere."""
    pods = [
        obj.get("spec", {}).get("template", obj)["spec"]
        for manifest in _MANIFESTS
        for obj in addons.objects(manifest)
        if obj["kind"] in {"Pod", "Deployment"}
    ]
    containers = [container for pod in pods for container in pod["containers"]]
    assert {each["image"] for each in containers} == {system_images.BUSYBOX, system_images.COREDNS}
    assert {each["imagePullPolicy"] for each in containers} == {"Never"}


def test_dns_answers_where_pods_ask() -> None:
    """The kubelet writes this address into every pod."""
    addresses = [obj["spec"]["clusterIP"] for obj in addons.objects("dns") if obj["kind"] == "Service"]
    assert addresses == [settings.DNS_SERVICE]
