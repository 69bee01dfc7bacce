"""Makes a PersistentVolume for each claim where no pods run: what local-path-provisioner shows of itself in the API.

Run as a program beside the simulated cluster's components. Claims are recognised as any external provisioner does:
the controller manager names the provisioner in an annotation once a claim is ready to be served, which for a
WaitForFirstConsumer class is when its pod has been given a node. Binding is left to the controller manager.
"""

import os
import sys
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path
from typing import Any

from stsconf.cluster.embedded.access import administrator
from stsconf.kube.client import Kube, lines
from stsconf.kube.errors import ApiError

PROVISIONER = "stsconf.dev/simulated"
_ASKED = ("volume.kubernetes.io/storage-provisioner", "volume.beta.kubernetes.io/storage-provisioner")
_MADE_BY = "pv.kubernetes.io/provisioned-by"

Json = dict[str, Any]


def wanted(claim: Json) -> bool:
    """Tell whether the claim waits for a volume of ours."""
    annotations = claim["metadata"].get("annotations", {})
    asked = any(annotations.get(key) == PROVISIONER for key in _ASKED)
    return asked and not claim["spec"].get("volumeName") and "deletionTimestamp" not in claim["metadata"]


def released(volume: Json) -> bool:
    """Tell whether the volume is one of ours whose claim is gone and whose data nobody wants to keep."""
    ours = volume["metadata"].get("annotations", {}).get(_MADE_BY) == PROVISIONER
    unwanted = volume["spec"]["persistentVolumeReclaimPolicy"] == "Delete"
    gone = volume.get("status", {}).get("phase") == "Released" and "deletionTimestamp" not in volume["metadata"]
    return ours and unwanted and gone


def volume_for(claim: Json, storage_class: Json) -> Json:
    """Return the volume that serves the claim; its folder exists nowhere, as the nodes do."""
    metadata, spec = claim["metadata"], claim["spec"]
    reference = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "uid": metadata["uid"]}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": f"pvc-{metadata['uid']}", "annotations": {_MADE_BY: PROVISIONER}},
        "spec": {
            "accessModes": spec["accessModes"],
            "capacity": {"storage": spec["resources"]["requests"]["storage"]},
            "claimRef": {**reference, "name": metadata["name"], "namespace": metadata["namespace"]},
            "hostPath": {"path": f"/simulated/pvc-{metadata['uid']}"},
            "persistentVolumeReclaimPolicy": storage_class["reclaimPolicy"],
            "storageClassName": storage_class["metadata"]["name"],
            "volumeMode": spec.get("volumeMode", "Filesystem"),
        },
    }


class Provisioner:
    """Serves the claims of one cluster."""

    def __init__(self, kube: Kube) -> None:
        self._kube = kube

    def serve_claim(self, claim: Json) -> None:
        """Make the volume that the claim waits for, if it does."""
        if not wanted(claim):
            return
        storage_class = self._kube.get("StorageClass", claim["spec"]["storageClassName"])
        try:
            self._kube.create(volume_for(claim, storage_class))
        except ApiError as error:
            if error.status != HTTPStatus.CONFLICT:
                raise

    def clean_volume(self, volume: Json) -> None:
        """Remove the volume, if its time has come."""
        if released(volume):
            self._kube.delete("PersistentVolume", volume["metadata"]["name"])

    def follow(self, kind: str, act: Callable[[Json], None]) -> None:
        """Call `act` with every object of the kind, now and at each change, without end."""
        while True:
            listed = self._kube.list(kind)
            for item in listed["items"]:
                act(item)
            for response in self._kube.watch(kind, "", listed["metadata"]["resourceVersion"]):
                for event in lines(response):
                    if event["type"] in {"ADDED", "MODIFIED"}:
                        act(event["object"])


def main(kubeconfig: Path) -> None:
    """Serve until killed."""
    provisioner = Provisioner(administrator(kubeconfig))
    with ThreadPoolExecutor() as pool:
        pool.submit(_or_die, provisioner.follow, "PersistentVolume", provisioner.clean_volume)
        pool.submit(_or_die, provisioner.follow, "PersistentVolumeClaim", provisioner.serve_claim)


def _or_die(follow: Callable[..., None], *arguments: Any) -> None:
    """Take the whole process down with one of its threads, so that it is missed at once."""
    try:
        follow(*arguments)
    except BaseException:  # noqa: BLE001 -- whatever it was
        traceback.print_exc()
        os._exit(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
