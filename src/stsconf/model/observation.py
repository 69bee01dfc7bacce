"""What the tutorials let their readers observe, in the form that holds today, and which promises it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing that a tutorial's reader is to see.

    `tutorials` are the numbers 000 to 004 of those that show or state it; `guarantees` the ids of the
    promises (`stsconf.model.catalogue`) that make it so.
    """

    number: int
    sentence: str
    tutorials: tuple[str, ...]
    guarantees: tuple[str, ...]


# Each row: the sentence, the tutorials' last digits, the guarantees.
_ROWS: tuple[tuple[str, str, str], ...] = (
    ("Pods are named <set>-<ordinal> from 0 on, without gap or repetition.", "01234", "IDN-1 OWN-16"),
    ("Pods are created in ascending order.", "01234", "ORD-1"),
    ("A pod does not exist before the one below it is Running and Ready.", "01234", "ORD-2"),
    ("A pod that runs but is not Ready holds back the pods above it.", "0124", "ORD-6"),
    ("Each pod goes from Pending to Running to Ready.", "134", "POD-1"),
    ("The set is seen part-way, with some of its pods.", "14", "STA-2"),
    ("The set ends with n of n pods Ready.", "12", "STA-2 STA-3"),
    ("A pod's hostname is its name.", "01234", "IDN-2"),
    ("No container is restarted.", "1234", "POD-2"),
    ("Asking for the set's label gives the set's pods and no others.", "234", "IDN-12"),
    ("The order of creation can be read in the set's Events.", "4", "STA-14"),
    ("The pods come from one template: they differ in their identity only.", "4", "IDN-11"),
    ("Data on the volume tells a first start from a restart.", "4", "STO-18"),
    ("A deleted pod returns as another object with the same name.", "01234", "IDN-3"),
    ("The other pods are left as they were.", "14", "IDN-13 OWN-15"),
    (
        "When all pods are deleted they are created again in order, each after the former is Ready.",
        "034",
        "ORD-1 ORD-2",
    ),
    ("A pod that returned has the hostname it had.", "01234", "IDN-3"),
    ("At most one live pod has a given identity.", "1", "OWN-7 ORD-11"),
    ("No claim is ever used by two live pods.", "1", "OWN-7"),
    ("Deleting a pod starts no rolling update.", "4", "UPD-9"),
    ("The governing Service is headless: it has no virtual address.", "01234", "SVC-3"),
    ("The name of a normal Service has one virtual address.", "04", "SVC-1"),
    ("The virtual address leads to one of the pods behind the Service.", "04", "SVC-2"),
    ("The name of the headless Service has the addresses of all Ready pods.", "034", "DNS-2"),
    ("The short name <pod>.<service> resolves within the namespace.", "0234", "DNS-7"),
    ("The full name has the same address as the short one.", "024", "DNS-7"),
    ("Different ordinals have different addresses.", "1234", "DNS-1"),
    ("A pod's name has the address that the pod's status shows.", "04", "DNS-1"),
    ("After a pod's return its name has the new address and no longer the old.", "04", "DNS-8"),
    ("A pod is reached over HTTP by its name, not by its address.", "034", "DNS-16"),
    ("A named port has SRV records that lead to the pods' own names, before and after a return.", "3", "DNS-6"),
    ("The reverse lookup of a pod's address gives its full name.", "3", "DNS-13"),
    ("The Service's endpoints are the Ready pods at their containers' port.", "1", "DNS-15"),
    ("Replacing one pod swaps its endpoint and no other.", "1", "DNS-15"),
    ("When the Service is removed the names vanish; when it is back, so are they.", "4", "DNS-3"),
    ("A set without its Service runs, and its pods have no names.", "1234", "DNS-14"),
    ("A foreign pod with the Service's labels is in the Service's answer but has no name of its own.", "04", "DNS-17"),
    ("The cluster has DNS, and its zone can be read.", "234", "RUN-1"),
    ("The Service and the set are in one namespace.", "2", "SVC-4"),
    ("Each pod has one claim per template, named <template>-<set>-<ordinal>.", "123", "STO-1"),
    ("Each claim is Bound, with the size and access mode that were asked for.", "123", "STO-14"),
    ("A claim has the class that is named, or the default class if none is.", "123", "STO-2"),
    ("Each claim has a volume of its own, which points back to the claim.", "123", "STO-3 STO-16"),
    ("A claim carries the labels of the set's selector.", "3", "STO-1"),
    ("A claim appears with its pod, in order.", "1", "STO-15"),
    ("A claim that exists beforehand is used.", "123", "STO-9"),
    ("On an empty volume kubia says No data posted yet.", "1", "APP-1"),
    ("Kubia confirms a POST with Data stored on and the pod's name.", "1", "APP-2"),
    ("A GET returns what was posted.", "1", "APP-3"),
    ("The first line of a reply names the pod that answers.", "1", "APP-4"),
    ("The data lies on the volume, at the path where it is mounted.", "13", "STO-17"),
    ("The other ordinals do not see it.", "0134", "STO-3"),
    ("Data survives the deletion of its pod.", "01234", "STO-4"),
    ("After the return claim and volume are the same objects.", "123", "STO-4"),
    ("Scaling up adds pods in ascending order and leaves the old ones alone.", "123", "ORD-3"),
    ("Scaling down removes the highest ordinal first, one by one.", "12", "ORD-4 ORD-5"),
    ("Claims are kept when the set is scaled down.", "24", "STO-6"),
    ("Scaling up again brings back the same identity, claim and data.", "4", "STO-6"),
    ("Claims are kept when the set is deleted.", "2", "STO-7"),
    ("A new image replaces the pods from the highest ordinal to the lowest.", "13", "UPD-2"),
    ("The next pod is replaced only when the former is Ready.", "13", "UPD-3"),
    ("Each pod is replaced exactly once.", "1", "UPD-4"),
    ("The update ends on one version, mixed only on the way.", "14", "STA-4"),
    ("The new version answers in its own words, with the old data.", "1", "APP-5"),
    ("By contrast a Deployment's pods have no order and no stable names.", "01234", "CTR-1 CTR-2"),
    ("Afterwards the objects of the test are gone.", "234", "RUN-2"),
)

OBSERVATIONS: Mapping[int, Observation] = MappingProxyType(
    {
        number: Observation(number, sentence, tuple(f"00{digit}" for digit in digits), tuple(ids.split()))
        for number, (sentence, digits, ids) in enumerate(_ROWS, start=1)
    }
)
"""All observations by number, 1 to 66."""
