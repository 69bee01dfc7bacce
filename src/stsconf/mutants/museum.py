"""The museum: bugs of the StatefulSet controller that past releases of Kubernetes had, each with what must catch it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from stsconf.mutants.exhibit import Catch, Exhibit

_ALL = (
    Exhibit(
        "missing-claim-left",
        "#113139",
        "v1.26.0",
        "v1.27.0",
        "The claim of a pending pod was not made again when it was lost, and the pod waited for ever.",
        (Catch("test_claims.py::TestClaimLostWhilePending::test_the_claim_is_made_again", "storage.remade"),),
    ),
    Exhibit(
        "parallel-held-back",
        "#111778",
        "v1.27.0",
        "v1.28.0",
        "A pod of a Parallel set that could not be created held back all pods above it.",
        (Catch("test_parallel.py::TestBlockedName::test_the_next_pod_is_created", "parallel.next"),),
    ),
    Exhibit(
        "partition-crossed",
        "#119685",
        "v1.28.0",
        "v1.28.4",
        "An update behind a partition was taken for done while a lower pod was missing, which came back updated.",
        (
            Catch(
                "test_partition.py::TestLossBesidePartition::test_the_update_stays_behind_its_partition",
                "partition.promoted",
            ),
        ),
    ),
    Exhibit(
        "succeeded-left",
        "#121389",
        "v1.28.0",
        "v1.28.5",
        "A pod that ended as Succeeded, as after an eviction, was never replaced.",
        (Catch("test_deletion.py::TestSuddenEnds::test_pods_that_ended_are_replaced_once", "order.ended"),),
    ),
    Exhibit(
        "claim-seized",
        "#122400",
        "v1.28.0",
        "v1.28.13",
        "The retention policy put its owners on claims that somebody else controlled, and took them along.",
        (
            Catch(
                "test_claim_owners.py::TestPremadeUnderPolicy::test_a_foreign_claim_is_left_alone", "retention.foreign"
            ),
        ),
    ),
    Exhibit(
        "parallel-update-hasty",
        "#112307",
        "v1.28.0",
        "v1.34.0",
        "The update of a Parallel set did not wait for minReadySeconds.",
        (
            Catch(
                "test_min_ready_seconds.py::TestSlowParallelUpdate::test_the_next_pod_waits_for_the_time",
                "ready-seconds.update",
            ),
        ),
    ),
    Exhibit(
        "scale-down-stuck",
        "#123918",
        "v1.28.0",
        "v1.34.0",
        "A pod that was Ready, but not yet for minReadySeconds, could not be scaled away.",
        (
            Catch(
                "test_min_ready_seconds.py::TestScaleDownBeforeTime::test_the_only_pod_goes_before_its_time",
                "scaling.down-top",
            ),
        ),
    ),
    Exhibit(
        "upgrade-restarts",
        "#134773",
        "v1.34.0",
        "v1.34.2",
        "The upgrade from 1.33 restarted all pods, as a revision was written in other words than before.",
        (
            Catch(
                "test_adoption.py::TestRevisionOfFormerRelease::test_it_leads_to_no_update",
                "adoption.readopted",
            ),
        ),
    ),
    Exhibit(
        "on-delete-never-done",
        "#73492, #106055",
        "v1.28.0",
        "v1.37.0",
        "Under OnDelete the status kept the former revision as the current one for ever.",
        (Catch("test_status.py::TestOnDeleteStatus::test_it_ends_on_the_new_revision", "status.one-revision"),),
    ),
    Exhibit(
        "parallel-not-mended",
        "#137409",
        "v1.35.2",
        "v1.35.4",
        "Pods of a broken template were not replaced when the template was good again, in a Parallel set.",
        (Catch("test_parallel.py::TestParallelUpdate::test_a_good_template_mends_it", "parallel.mend"),),
    ),
)

EXHIBITS: Mapping[str, Exhibit] = MappingProxyType({exhibit.name: exhibit for exhibit in _ALL})
"""The exhibits by name, in the order of the releases that had them."""
