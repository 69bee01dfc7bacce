"""Folders and volumes for claims, against a fake API server."""

from pathlib import Path
from typing import Any

import pytest

from stsconf.cluster.embedded.provisioner import PROVISIONER, Provisioner, released, volume_for, wanted
from stsconf.kube.client import Kube
from stsconf.kube.errors import ApiError
from tests.fake_api import FakeApi, refusal

Json = dict[str, Any]

_CLASS = {"metadata": {"name": "local-path"}, "reclaimPolicy": "Delete"}
_CLAIM: Json = {
    "metadata": {
        "name": "data-web-0",
        "namespace": "a",
        "uid": "u-1",
        "annotations": {"volume.kubernetes.io/storage-provisioner": PROVISIONER},
    },
    "spec": {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "1Mi"}},
        "storageClassName": "local-path",
    },
}
_VOLUME: Json = {
    "metadata": {"name": "pvc-u-1", "annotations": {"pv.kubernetes.io/provisioned-by": PROVISIONER}},
    "spec": {"persistentVolumeReclaimPolicy": "Delete"},
    "status": {"phase": "Released"},
}


def _changed(obj: Json, part: str, **changes: Any) -> Json:
    return obj | {part: obj.get(part, {}) | changes}


@pytest.fixture
def provisioner(api: FakeApi, tmp_path: Path) -> Provisioner:
    """Return a provisioner of the fake API server."""
    api.answers["GET /apis/storage.k8s.io/v1/storageclasses/local-path"] = _CLASS
    return Provisioner(Kube.from_kubeconfig(api.kubeconfig(tmp_path / "kubeconfig")))


class TestClaims:
    """Tests for serving claims."""

    def test_a_claim_that_was_handed_to_us_is_wanted(self) -> None:
        """The controller manager's annotation says so."""
        assert wanted(_CLAIM)

    @pytest.mark.parametrize(
        "claim",
        [
            _changed(_CLAIM, "metadata", annotations={}),
            _changed(_CLAIM, "metadata", annotations={"volume.kubernetes.io/storage-provisioner": "another"}),
            _changed(_CLAIM, "metadata", deletionTimestamp="2026-01-01T00:00:00Z"),
            _changed(_CLAIM, "spec", volumeName="pvc-u-1"),
        ],
        ids=["of nobody yet", "of another", "being deleted", "served"],
    )
    def test_other_claims_are_left_alone(self, claim: Json) -> None:
        """Two provisioners that serve one claim leave a volume behind."""
        assert not wanted(claim)

    def test_a_volume_is_made_for_this_claim_and_no_other(self) -> None:
        """A later claim of the same name has another uid."""
        reference = volume_for(_CLAIM, _CLASS)["spec"]["claimRef"]
        assert (reference["namespace"], reference["name"], reference["uid"]) == ("a", "data-web-0", "u-1")

    def test_a_volume_that_is_there_already_is_fine(self, api: FakeApi, provisioner: Provisioner) -> None:
        """The same claim is seen more than once before it is bound."""
        api.answers["POST /api/v1/persistentvolumes"] = refusal(409, "exists")
        provisioner.serve_claim(_CLAIM)
        assert len(api.asked("POST")) == 1

    def test_any_other_refusal_is_not(self, api: FakeApi, provisioner: Provisioner) -> None:
        """A claim that is never served would be found out much later."""
        api.answers["POST /api/v1/persistentvolumes"] = refusal(422, "no capacity")
        with pytest.raises(ApiError, match="refused"):
            provisioner.serve_claim(_CLAIM)


class TestVolumes:
    """Tests for removing volumes."""

    @pytest.mark.parametrize(
        "volume",
        [
            _changed(_VOLUME, "metadata", annotations={}),
            _changed(_VOLUME, "metadata", deletionTimestamp="2026-01-01T00:00:00Z"),
            _changed(_VOLUME, "spec", persistentVolumeReclaimPolicy="Retain"),
            _changed(_VOLUME, "status", phase="Bound"),
        ],
        ids=["of another", "being deleted", "to be retained", "in use"],
    )
    def test_volumes_that_somebody_may_want_stay(self, volume: Json) -> None:
        """Data that is removed too early is what this project looks for in others."""
        assert not released(volume)

    def test_a_released_volume_goes(self, api: FakeApi, provisioner: Provisioner) -> None:
        """As its class asks."""
        provisioner.clean_volume(_VOLUME)
        assert [request.path for request in api.asked("DELETE")] == ["/api/v1/persistentvolumes/pvc-u-1"]
