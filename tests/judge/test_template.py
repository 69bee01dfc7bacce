"""What pods and claims have to have of their templates, and what admission may do to them."""

from __future__ import annotations

from typing import Any

import pytest

from stsconf.judge import template
from stsconf.model.finding import NothingToJudge
from tests.judge.builder import Script
from tests.judge.cases import Case, assert_judged, condemned, spared

PROBE = {"httpGet": {"path": "/", "port": 8080}}
MAIN: dict[str, Any] = {
    "name": "main",
    "image": "registry.example/team/image:1",
    "command": ["serve", "--all"],
    "env": [{"name": "MODE", "value": "x"}],
    "volumeMounts": [{"name": "www", "mountPath": "/var/data"}],
    "readinessProbe": PROBE,
    "resources": {"requests": {"cpu": "1m"}},
}
TEMPLATE: dict[str, Any] = {
    "metadata": {"labels": {"app": "nginx"}, "annotations": {"for": "all"}},
    "spec": {
        "restartPolicy": "Always",
        "terminationGracePeriodSeconds": 2,
        "containers": [MAIN],
        "volumes": [{"name": "conf", "configMap": {"name": "conf"}}, {"name": "www", "emptyDir": {}}],
    },
}
CLAIM = {"name": "www", "persistentVolumeClaim": {"claimName": "www-web-0"}}
CONF = {"name": "conf", "configMap": {"name": "conf", "defaultMode": 420}}
OWNER = {"kind": "StatefulSet", "name": "web", "uid": "set-1", "controller": True}


def made(main: dict[str, Any] | None = None, metadata: dict[str, Any] | None = None, **spec: Any) -> Script:
    """A pod of the template, with a claim in the place of the volume that is called like it; changed as given."""
    body = {"data": {"spec": {"template": TEMPLATE}}, "revision": 1, "metadata": {"ownerReferences": [OWNER]}}
    marks = {"annotations": {"for": "all"}, "labels": {}} | (metadata or {})
    asked = {**TEMPLATE["spec"], "containers": [MAIN | (main or {})], "volumes": [CONF, CLAIM], **spec}
    script = Script().add("ControllerRevision", "web-a", body)
    return script.pending("web-0", **asked, labels=marks["labels"], annotations=marks["annotations"])


def restarted(revision: str) -> Script:
    """A pod with an annotation that only the template of web-b has, made from a revision."""
    script = made()
    template = {**TEMPLATE, "metadata": {**TEMPLATE["metadata"], "annotations": {"for": "all", "again": "1"}}}
    script.add(
        "ControllerRevision",
        "web-b",
        {"data": {"spec": {"template": template}}, "metadata": {"ownerReferences": [OWNER]}},
    )
    asked = {**TEMPLATE["spec"], "volumes": [CONF, CLAIM]}
    return script.pending("web-1", revision=revision, annotations={"for": "all", "again": "1"}, **asked)


ASKED = {"accessModes": ["ReadWriteOnce"], "selector": {"matchLabels": {"tier": "fast"}}}


def claimed(**spec: Any) -> Script:
    """A claim made from a template that asks for a volume of its own kind; with this spec."""
    script = Script(volumeClaimTemplates=[{"metadata": {"name": "www"}, "spec": ASKED}])
    return script.claim("www-web-0", **spec)


CASES = (
    spared(template.claims_made_from_template, "as it says", claimed(**ASKED).history()),
    spared(template.claims_made_from_template, "and more", claimed(**ASKED, volumeMode="Block").history()),
    condemned(template.claims_made_from_template, "any volume", claimed().history(), "www-web-0"),
    condemned(
        template.claims_made_from_template,
        "another",
        claimed(selector={"matchLabels": {"tier": "slow"}}).history(),
        "www-web-0",
    ),
    spared(template.made_from_template, "of two revisions the one that has it", restarted("web-b").history()),
    condemned(template.made_from_template, "of two revisions the other", restarted("web-a").history(), "web-1"),
    spared(template.made_from_template, "as it says", made().history()),
    *(
        spared(template.made_from_template, what, script.history())
        for what, script in (
            ("an image of another registry", made({"image": "mirror.example/image:1"})),
            ("an image by its digest", made({"image": "registry.example/team/image@sha256:0"})),
            ("a variable more", made({"env": [{"name": "PROXY", "value": "y"}, *MAIN["env"]]})),
            ("a mount more", made({"volumeMounts": [{"name": "t", "mountPath": "/t"}, *MAIN["volumeMounts"]]})),
            ("a volume more", made(volumes=[{"name": "t", "emptyDir": {}}, CONF, CLAIM])),
            ("a container more", made(containers=[{"name": "sidecar", "image": "s"}, MAIN])),
            ("a probe through a sidecar", made({"readinessProbe": {"httpGet": {"path": "/ready", "port": 15021}}})),
            ("other resources", made({"resources": {}})),
            ("a label more", made(metadata={"labels": {"mesh": "in"}})),
        )
    ),
    *(
        condemned(template.made_from_template, what, script.history(), "web-0")
        for what, script in (
            ("another image", made({"image": "image:2"})),
            ("another variable", made({"env": [{"name": "MODE", "value": "y"}]})),
            ("no variable", made({"env": []})),
            ("other arguments", made({"command": ["serve"]})),
            ("another place", made({"volumeMounts": [{"name": "conf", "mountPath": "/var/data"}]})),
            ("a part of its volume", made({"volumeMounts": [{**MAIN["volumeMounts"][0], "subPath": "old"}]})),
            ("no probe", made({"readinessProbe": None})),
            ("no container", made(containers=[])),
            ("no volume", made(volumes=[CLAIM])),
            ("another volume", made(volumes=[{"name": "conf", "emptyDir": {}}, CLAIM])),
            (
                "a claim to read",
                made(volumes=[CONF, {**CLAIM, "persistentVolumeClaim": {"claimName": "x", "readOnly": True}}]),
            ),
            ("another policy", made(restartPolicy="Never")),
            ("less time", made(terminationGracePeriodSeconds=1)),
            ("another label", made(metadata={"labels": {"app": "else"}})),
            ("no annotation", made(metadata={"annotations": {}})),
        )
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_judgement(case: Case) -> None:
    """All that the template says, and more if admission wants it."""
    assert_judged(case)


def test_the_finding_tells_where_and_what() -> None:
    """In terms of the template."""
    (finding,) = template.made_from_template(made({"env": [{"name": "MODE", "value": "y"}]}).history())
    assert finding.sentence == "web-0 was made with main.env.MODE.value y, not x"


def test_a_pod_without_a_known_revision() -> None:
    """Nothing tells what it was made from."""
    with pytest.raises(NothingToJudge, match="no pod was made from a revision on record"):
        template.made_from_template(Script().start("web-0").history())


def test_no_claim() -> None:
    """Nothing was made from a claim template."""
    with pytest.raises(NothingToJudge, match="no claim was made"):
        template.claims_made_from_template(Script(volumeClaimTemplates=[{"metadata": {"name": "www"}}]).history())


@pytest.mark.parametrize(
    ("actual", "wanted", "same"),
    [
        ("a:1", "a:1", True),
        ("mirror/x/a:1", "other.example/b/a:1", True),
        ("a@sha256:9", "a:1", True),
        ("a:1@sha256:9", "a:1", True),
        ("a:2@sha256:9", "a:1", False),
        ("a:2", "a:1", False),
        ("b:1", "a:1", False),
        ("", "a:1", False),
    ],
)
def test_images(actual: str, wanted: str, same: bool) -> None:  # noqa: FBT001 -- a table's column
    """The same image may come from elsewhere, or be pinned."""
    assert template.same_image(actual, wanted) is same
