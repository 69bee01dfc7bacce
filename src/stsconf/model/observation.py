"""What the tutorials let their readers observe, in the form that holds today, and which promises it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing that a tutorial's reader is to see.

    `guarantees` are the ids of the promises (`stsconf.model.catalogue`) that make it so.
    """

    number: int
    sentence: str
    guarantees: tuple[str, ...]


# Each row: the sentence, the guarantees.
_ROWS: tuple[tuple[str, str], ...] = (
    ("Pods are named <set>-<ordinal> from 0 on, without gap or repetition.", "IDN-1 OWN-16"),
    ("Pods are created in ascending order.", "ORD-1"),
    ("A pod does not exist before the one below it is Running and Ready.", "ORD-2"),
    ("A pod that runs but is not Ready holds back the pods above it.", "ORD-6"),
    ("Each pod goes from Pending to Running to Ready.", "POD-1"),
    ("The set is seen part-way, with some of its pods.", "STA-2"),
    ("The set ends with n of n pods Ready.", "STA-2 STA-3"),
    ("A pod's hostname is its name.", "IDN-2"),
    ("No container is restarted.", "POD-2"),
    ("Asking for the set's label gives the set's pods and no others.", "IDN-12"),
    ("The order of creation can be read in the set's Events.", "STA-14"),
    ("The pods come from one template: they differ in their identity only.", "IDN-11"),
    ("Data on the volume tells a first start from a restart.", "STO-18"),
    ("A deleted pod returns as another object with the same name.", "IDN-3"),
    ("The other pods are left as they were.", "IDN-13 OWN-15"),
    ("When all pods are deleted they are created again in order, each after the former is Ready.", "ORD-1 ORD-2"),
    ("A pod that returned has the hostname it had.", "IDN-3"),
    ("At most one live pod has a given identity.", "OWN-7 ORD-11"),
    ("No claim is ever used by two live pods.", "OWN-7"),
    ("Deleting a pod starts no rolling update.", "UPD-9"),
    ("The governing Service is headless: it has no virtual address.", "SVC-3"),
    ("The name of a normal Service has one virtual address.", "SVC-1"),
    ("The virtual address leads to one of the pods behind the Service.", "SVC-2"),
    ("The name of the headless Service has the addresses of all Ready pods.", "DNS-2"),
    ("The short name <pod>.<service> resolves within the namespace.", "DNS-7"),
    ("The full name has the same address as the short one.", "DNS-7"),
    ("Different ordinals have different addresses.", "DNS-1"),
    ("A pod's name has the address that the pod's status shows.", "DNS-1"),
    ("After a pod's return its name has the new address and no longer the old.", "DNS-8"),
    ("A pod is reached over HTTP by its name, not by its address.", "DNS-16"),
    ("A named port has SRV records that lead to the pods' own names, before and after a return.", "DNS-6"),
    ("The reverse lookup of a pod's address gives its full name.", "DNS-13"),
    ("The Service's endpoints are the Ready pods at their containers' port.", "DNS-15"),
    ("Replacing one pod swaps its endpoint and no other.", "DNS-15"),
    ("When the Service is removed the names vanish; when it is back, so are they.", "DNS-3"),
    ("A set without its Service runs, and its pods have no names.", "DNS-14"),
    ("A foreign pod with the Service's labels is in the Service's answer but has no name of its own.", "DNS-17"),
    ("The cluster has DNS, and its zone can be read.", "RUN-1"),
    ("The Service and the set are in one namespace.", "SVC-4"),
    ("Each pod has one claim per template, named <template>-<set>-<ordinal>.", "STO-1"),
    ("Each claim is Bound, with the size and access mode that were asked for.", "STO-14"),
    ("A claim has the class that is named, or the default class if none is.", "STO-2"),
    ("Each claim has a volume of its own, which points back to the claim.", "STO-3 STO-16"),
    ("A claim carries the labels of the set's selector.", "STO-1"),
    ("A claim appears with its pod, in order.", "STO-15"),
    ("A claim that exists beforehand is used.", "STO-9"),
    ("On an empty volume kubia says No data posted yet.", "APP-1"),
    ("Kubia confirms a POST with Data stored on and the pod's name.", "APP-2"),
    ("A GET returns what was posted.", "APP-3"),
    ("The first line of a reply names the pod that answers.", "APP-4"),
    ("The data lies on the volume, at the path where it is mounted.", "STO-17"),
    ("The other ordinals do not see it.", "STO-3"),
    ("Data survives the deletion of its pod.", "STO-4"),
    ("After the return claim and volume are the same objects.", "STO-4"),
    ("Scaling up adds pods in ascending order and leaves the old ones alone.", "ORD-3"),
    ("Scaling down removes the highest ordinal first, one by one.", "ORD-4 ORD-5"),
    ("Claims are kept when the set is scaled down.", "STO-6"),
    ("Scaling up again brings back the same identity, claim and data.", "STO-6"),
    ("Claims are kept when the set is deleted.", "STO-7"),
    ("A new image replaces the pods from the highest ordinal to the lowest.", "UPD-2"),
    ("The next pod is replaced only when the former is Ready.", "UPD-3"),
    ("Each pod is replaced exactly once.", "UPD-4"),
    ("The update ends on one version, mixed only on the way.", "STA-4"),
    ("The new version answers in its own words, with the old data.", "APP-5"),
    ("By contrast a Deployment's pods have no order and no stable names.", "CTR-1 CTR-2"),
    ("Afterwards the objects of the test are gone.", "RUN-2"),
)

OBSERVATIONS: Mapping[int, Observation] = MappingProxyType(
    {number: Observation(number, sentence, tuple(ids.split())) for number, (sentence, ids) in enumerate(_ROWS, start=1)}
)
"""All observations by number, 1 to 66."""
