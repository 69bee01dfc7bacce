"""Storage: volumes that are shared, empty again, cannot be written, or forget what is written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from stsconf.cluster.system_images import BUSYBOX
from stsconf.mutants.fault import EMBEDDED, Expected, Fault, Harm, Site
from stsconf.mutants.faults.identity import CLAIMED, KUBIA, of_pods
from stsconf.mutants.faults.policy import admission

_CONFIG, _NAMESPACE = "local-path-config", "local-path-storage"
_SHARED = 'name="${VOL_DIR##*/}" && space="${name#*_}" && shared="shared-${space%%_*}"'
"""A volume's folder is named after its uid, namespace and claim: one folder for all claims of a namespace."""


def provisioned(**scripts: str) -> Harm:
    """Return the harm that the provisioner does with other scripts to make and remove a volume's folder."""

    @contextmanager
    def harm(site: Site) -> Iterator[None]:
        usual = site.kube.get("ConfigMap", _CONFIG, _NAMESPACE)["data"]
        site.kube.patch("ConfigMap", _CONFIG, {"data": scripts}, _NAMESPACE)
        try:
            yield
        finally:
            site.kube.patch("ConfigMap", _CONFIG, {"data": usual}, _NAMESPACE)

    return harm


SHARED = Fault(
    "volumes-shared",
    "All claims of a namespace are given one folder.",
    provisioned(
        setup=f'{_SHARED} && mkdir -m 0777 -p "${{VOL_DIR%/*}}/$shared" && ln -s "$shared" "$VOL_DIR"',
        teardown=f'{_SHARED} && rm -rf "$VOL_DIR" "${{VOL_DIR%/*}}/$shared"',
    ),
    kinds=(EMBEDDED,),
    kills=(Expected("STO-3", "data.private"),),
    may_fail=frozenset({"STO-4", "STO-7", "STO-17", "APP-5"}),  # the other pod writes over what was stored
)

READ_ONLY = Fault(
    "volumes-read-only",
    "Volumes cannot be written.",
    provisioned(setup='mkdir -m 0555 -p "$VOL_DIR"'),
    kinds=(EMBEDDED,),
    kills=(Expected("STO-17", "data.stored"), Expected("APP-2", "data.stored")),
    may_fail=frozenset({"STO-4", "STO-5", "STO-6", "STO-7", "STO-18", "RET-9", "APP-3"}),  # there is nothing to lose
)

_LOST = (Expected("STO-4", "data.survives"), Expected("STO-18", "data.first-start"), Expected("APP-5", "data.version"))

_VOLUMES = "object.spec.volumes.filter(v, has(v.persistentVolumeClaim))"
_WIPE = f"""[JSONPatch{{op: 'add', path: '/spec/initContainers', value: [Object.spec.initContainers{{
  name: 'wipe', image: '{BUSYBOX}', imagePullPolicy: 'Never', command: ['/bin/sh', '-c', 'rm -rf /wipe/*/*'],
  securityContext: object.spec.containers[0].securityContext,
  volumeMounts: {_VOLUMES}.map(v, Object.spec.initContainers.volumeMounts{{name: v.name, mountPath: '/wipe/' + v.name}})
}}]}}]"""

WIPED = Fault(
    "volumes-wiped",
    "What a pod stored is gone when its successor begins.",
    admission(of_pods("volumes-wiped", _WIPE, claimed=CLAIMED)),
    kinds=(EMBEDDED,),
    kills=_LOST,
)

_MOUNT = "object.spec.containers[0].volumeMounts"
_FRESH = f"""[JSONPatch{{op: 'add', path: '/spec/containers/0/env', value: [Object.spec.containers.env{{
  name: 'POD_UID', valueFrom: Object.spec.containers.env.valueFrom{{
    fieldRef: Object.spec.containers.env.valueFrom.fieldRef{{apiVersion: 'v1', fieldPath: 'metadata.uid'}}}}}}]}}]
+ {_MOUNT}.filter(m, {_VOLUMES}.exists(v, v.name == m.name)).map(m, JSONPatch{{op: 'add',
  path: '/spec/containers/0/volumeMounts/' + string({_MOUNT}.map(n, n.name).indexOf(m.name)) + '/subPathExpr',
  value: '$(POD_UID)'}})"""

FRESH = Fault(
    "volumes-fresh",
    "A pod that comes back to its claim is given another folder.",
    admission(of_pods("volumes-fresh", _FRESH, claimed=CLAIMED)),
    kinds=(EMBEDDED,),
    kills=_LOST,
    may_fail=frozenset({"IDN-15"}),  # their templates ask for the whole volume
)

_KEPT = 'name="${VOL_DIR##*/}" && kept="kept-${name#*_}" && dir="${VOL_DIR%/*}/$kept"'
"""One folder for all volumes that a claim of this name ever gets."""

USED = Fault(
    "volumes-used",
    "A new volume holds what somebody stored before.",
    provisioned(
        setup=f'{_KEPT} && ln -s "$kept" "$VOL_DIR" && {{ [ -e "$dir" ] || {{ mkdir -m 0777 "$dir" '
        '&& echo others > "$dir/kubia.txt" && chmod 0666 "$dir/kubia.txt"; }; }',
        teardown='rm -f "$VOL_DIR"',
    ),
    kinds=(EMBEDDED,),
    kills=(
        Expected("APP-1", "data.empty"),
        Expected("RET-9", "data.forgotten"),
        Expected("STO-18", "data.first-start"),
    ),
)

_KUBIA = "import sys; sys.path.insert(0, '/app'); import kubia; kubia.STORE.save = lambda data: None; kubia.main()"
_FORGETFUL = f"""[JSONPatch{{op: 'add', path: '/spec/containers/0/command', value: ['python3', '-c', "{_KUBIA}"]}}]"""

FORGOTTEN = Fault(
    "writes-forgotten",
    "Pods confirm what they do not store.",
    admission(of_pods("writes-forgotten", _FORGETFUL, claimed=CLAIMED, kubia=KUBIA)),
    kinds=(EMBEDDED,),
    kills=(Expected("APP-3", "data.read-back"), *_LOST),
)

FAULTS = (SHARED, WIPED, FRESH, READ_ONLY, USED, FORGOTTEN)
"""The faults of storage."""
