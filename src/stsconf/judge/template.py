"""What pods and claims have of the templates that they were made from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stsconf.judge import claims, revisions, sets
from stsconf.judge.base import Offences, found, judge
from stsconf.judge.lives import born
from stsconf.model import objects
from stsconf.model.finding import require
from stsconf.model.history import History
from stsconf.model.objects import Object

_OF_POD = (
    "restartPolicy",
    "terminationGracePeriodSeconds",
    "readinessGates",
    "volumes",
    "tolerations",
    "hostAliases",
    "dnsConfig",
)
_OF_CONTAINER = ("command", "args", "workingDir", "env", "ports", "volumeMounts", "lifecycle")
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
"""What of a template no healthy cluster changes. Admission may choose resources, security, where a pod runs, and lead
probes through a sidecar; that there is a probe stays."""
_KEYS = ("mountPath", "containerPort", "conditionType", "name", "key", "ip")
"""What tells the entries of a list apart, by what they have."""


@judge("template.kept", "Pod", "ControllerRevision")
def made_from_template(history: History) -> Offences:
    """Each pod is made with all that the template of its revision says, and with nothing that only another one says.

    Admission may have added to it.
    """
    templates = {event.name: _template(event.object) for event in revisions.known(history)}
    made = [(life, templates[life.revision]) for life in born(history) if life.revision in templates]
    require(made, "no pod was made from a revision on record")
    added = {name: _additions(template) for name, template in templates.items()}
    replaced = {
        one["metadata"]["name"] for one in objects.spec(sets.current(history)).get("volumeClaimTemplates") or []
    }
    for life, template in made:
        for path, wanted, actual in _missing(template, life.birth.object, replaced):
            yield found(f"{life.name} was made with {path} {actual}, not {wanted}", life.birth)
        foreign = _additions(life.birth.object) - added[life.revision]
        for name, additions in added.items():
            for what in sorted(foreign & additions):
                yield found(
                    f"{life.name} was made with the {what}, which {name} has and {life.revision} not", life.birth
                )


@judge("template.claims", claims.KIND, "StatefulSet")
def claims_made_from_template(history: History) -> Offences:
    """Each claim asks for all that its template asks for; admission may have added to it."""
    made = claims.made(history)
    require(made, "no claim was made")
    for event in made:
        asked = objects.spec(claims.template(history, event.name))
        for path, wanted, actual in _lacking("", asked, objects.spec(event.object)):
            yield found(f"{event.name} was made with {path} {actual}, not {wanted}", event)


def same_image(actual: str, wanted: str) -> bool:
    """Tell whether an image is the wanted one, which admission may fetch from another registry or by its digest."""
    (name, tag, digest), (wanted_name, wanted_tag, _) = map(_parts, (actual, wanted))
    return name == wanted_name and (tag == wanted_tag or (bool(digest) and not tag))


def _parts(image: str) -> tuple[str, str, str]:
    """Return an image's name without registry and folders, its tag, and its digest."""
    path, _, digest = image.partition("@")
    name, _, tag = path.rpartition("/")[2].partition(":")
    return name, tag, digest


def _template(revision: Object) -> Object:
    spec = (revision.get("data") or {}).get("spec") or {}
    return spec.get("template") or {}


def _additions(pod: Object) -> set[str]:
    """Return the annotations and variables that a pod or a template has."""
    annotations = objects.annotations_of(pod)
    containers = objects.spec(pod).get("containers") or []
    variables = (one["name"] for container in containers for one in container.get("env") or [])
    return {f"annotation {key}" for key in annotations} | {f"variable {name}" for name in variables}


_Missing = Iterator[tuple[str, object, object]]


def _missing(template: Object, pod: Object, replaced: set[str]) -> _Missing:
    """Yield what a pod lacks of its template: where, what the template says, and what the pod has."""
    for part in ("labels", "annotations"):
        yield from _lacking(part, objects.metadata(template).get(part) or {}, objects.metadata(pod).get(part) or {})
    spec, actual = objects.spec(template), objects.spec(pod)
    wanted = {key: spec[key] for key in _OF_POD if spec.get(key) is not None}
    # a claim takes the place of a volume that is called like it
    wanted["volumes"] = [one for one in wanted.get("volumes") or [] if one["name"] not in replaced]
    yield from _lacking("", wanted, actual)
    for volume in actual.get("volumes") or []:
        if volume["name"] in replaced and (volume.get("persistentVolumeClaim") or {}).get("readOnly"):
            yield f"volumes.{volume['name']}.readOnly", False, True
    for kind in ("initContainers", "containers"):
        there = _by_key(actual.get(kind) or []) or {}
        for container in spec.get(kind) or []:
            if container["name"] in there:
                yield from _lacking_of_container(container, there[container["name"]])
            else:
                yield kind, container["name"], list(there)


def _lacking_of_container(container: Object, actual: Object) -> _Missing:
    name = container["name"]
    wanted = {key: container[key] for key in _OF_CONTAINER if container.get(key)}
    yield from _lacking(name, _whole_mounts(wanted), _whole_mounts(actual))
    for probe in _PROBES:
        if container.get(probe) and not actual.get(probe):
            yield f"{name}.{probe}", "one", None
    if not same_image(str(actual.get("image", "")), str(container.get("image", ""))):
        yield f"{name}.image", container.get("image"), actual.get("image")


def _whole_mounts(container: Object) -> dict[str, Any]:
    """Return a container whose mounts say which part of their volume they are, all of it too."""
    mounts = [
        {"subPath": "", "subPathExpr": "", "readOnly": False, **one} for one in container.get("volumeMounts") or []
    ]
    return {**container, "volumeMounts": mounts}


def _lacking(path: str, wanted: Any, actual: Any) -> _Missing:
    """Yield what is wanted and not there; what is there besides is no matter."""
    if isinstance(wanted, list) and (known := _by_key(wanted)) is not None:
        wanted, actual = known, _by_key(actual or []) or {}
    if isinstance(wanted, Mapping) and isinstance(actual, Mapping):
        for key, value in wanted.items():
            yield from _lacking(f"{path}.{key}" if path else str(key), value, actual.get(key))
    elif wanted != actual:
        yield path, wanted, actual


def _by_key(entries: list[Any]) -> dict[Any, Any] | None:
    """Return a list's entries by what tells them apart, None if that is not told of all."""
    for key in _KEYS:
        if all(isinstance(one, Mapping) and key in one for one in entries):
            return {one[key]: one for one in entries}
    return None
