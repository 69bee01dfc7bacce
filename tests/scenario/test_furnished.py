"""A pod template that uses what few do."""

from __future__ import annotations

from stsconf.scenario.apps import NGINX
from stsconf.scenario.furnished import BESIDE, furnished
from tests.scenario.stages import Playhouse


def test_furnished(house: Playhouse) -> None:
    """The app is there as it always is, with company from our images only, and ports that do not meet."""
    spec = furnished(house.stage())
    own, beside = spec["containers"]
    (before,) = spec["initContainers"]
    usual = next(obj for obj in NGINX.manifest() if obj["kind"] == "StatefulSet")["spec"]["template"]["spec"]
    assert usual["containers"][0].items() <= own.items()
    assert [one["name"] for one in (own, beside, before)] == ["nginx", BESIDE, "before"]
    assert {one["image"].rpartition("/")[0] for one in (own, beside, before)} == {"localhost/stsconf"}
    assert beside["env"] == [{"name": "KUBIA_PORT", "value": "8081"}]
    assert "volumeMounts" not in beside, "what it stores is not asked for, and would need a claim"
    assert {one["name"] for one in own["env"]} == {"POD", "ORDINAL"}
    assert own["lifecycle"]["preStop"]["exec"]["command"][0] == own["command"][0]


def test_pod_security(house: Playhouse) -> None:
    """Each container keeps to the restricted profile."""
    spec = furnished(house.stage())
    for container in spec["containers"] + spec["initContainers"]:
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        assert container["securityContext"]["allowPrivilegeEscalation"] is False
