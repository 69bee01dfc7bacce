"""Claims, volumes and the data on them."""

from __future__ import annotations

from conformance.invariants import Invariants
from stsconf.check import expect, guarantee, scenario
from stsconf.judge import data, identity, storage
from stsconf.model.capability import Capability
from stsconf.model.history import History
from stsconf.scenario.claims import Claims
from stsconf.scenario.shape import READY, Shape
from stsconf.scenario.stage import Stage
from stsconf.scenario.workload import Workload


class TestClaims(Invariants):
    """Three pods with claims; kubia names the default class, nginx names none."""

    @scenario(needs=[Capability.STORAGE], long=True)
    def history(stage: Stage) -> None:
        """Release one pod after the other, store a token in each and read all of them."""
        named = stage.context.storage_class if stage.app.name == "kubia" else None
        web = Workload(stage, Shape(storage=True, storage_class=named, hold=[READY]))
        web.release_each(3)
        web.look_up_volumes()
        for ordinal in range(3):
            web.read(ordinal)
        for ordinal in range(2):  # the third stays empty: what it shows is nobody else's
            web.write_token(ordinal)
        for ordinal in range(3):
            web.read(ordinal)

    @guarantee("STO-1", shows=[40])
    def test_each_pod_has_its_claim(self, history: History) -> None:
        """Each pod MUST have one claim per template, named template-set-ordinal, and there MUST be no others."""
        expect(history, storage.one_claim_each, storage.no_other_claims)

    @guarantee("STO-14", shows=[41])
    def test_claims_are_bound_as_asked(self, history: History) -> None:
        """Each claim MUST end Bound, with the size and access mode that were asked for."""
        expect(history, storage.bound_as_asked)

    @guarantee("STO-2", shows=[42])
    def test_claims_have_the_class_named_or_the_default(self, history: History, storage_class: str) -> None:
        """A claim MUST have the class that its template names, or the default class."""
        expect(history, storage.of_class(storage_class))

    @guarantee("STO-3", shows=[43])
    def test_no_two_claims_share_a_volume(self, history: History) -> None:
        """Each claim MUST have a volume of its own."""
        expect(history, storage.own_volume)

    @guarantee("STO-16", shows=[43])
    def test_volumes_point_back_to_their_claims(self, history: History) -> None:
        """The volume of a claim MUST name that claim."""
        expect(history, storage.volume_points_back)

    @guarantee("STO-1", shows=[44])
    def test_claims_carry_the_selectors_labels(self, history: History) -> None:
        """A claim MUST carry the labels of the set's selector."""
        expect(history, storage.labelled_like_selector)

    @guarantee("STO-15", shows=[45])
    def test_claims_appear_with_their_pods(self, history: History) -> None:
        """A claim SHOULD be made when its pod is due, in the order of the ordinals."""
        expect(history, storage.claims_in_order, storage.claims_with_pods)

    @guarantee("STO-17", shows=[51])
    def test_claims_are_mounted_where_the_template_says(self, history: History) -> None:
        """The claim's volume MUST be mounted at the template's path, and data stored there MUST be read back."""
        expect(history, storage.mounted_as_templated, data.confirms_write, data.reads_what_was_written)

    @guarantee("STO-3", shows=[52], needs=[Capability.DATA])
    def test_data_of_one_pod_is_unseen_by_the_others(self, history: History) -> None:
        """What one pod stores MUST NOT be seen by another."""
        expect(history, data.unseen_by_others)


class TestDataSurvives(Invariants):
    """Two pods with data go through all that a set can go through."""

    @scenario(needs=[Capability.STORAGE], long=True)
    def history(stage: Stage) -> None:
        """Store tokens; delete a pod, scale down and up, delete the set and create it again; read every time."""
        web = Workload(stage, Shape(replicas=2, storage=True))
        web.await_ready()
        for ordinal in range(2):
            web.read(ordinal)
            web.write_token(ordinal)
            web.read(ordinal)
        web.replace(1)
        web.read(0)
        web.read(1)
        stage.reached("read-again", "the data was read again")
        web.scale(1, mark="scale-down")
        web.await_gone(1)
        web.await_status(replicas=1)
        web.scale(2, mark="scale-up")
        web.await_ready(1)
        web.read(1)
        stage.reached("scaled-back", "both pods are back")
        web.delete()
        stage.reached("deleted", "the set and its pods are gone")
        web.create(mark="recreate")
        web.await_ready()
        web.read(0)
        web.read(1)

    @guarantee("STO-4", shows=[53], needs=[Capability.DATA])
    def test_data_survives_the_pod(self, history: History) -> None:
        """Data MUST survive the deletion of its pod."""
        expect(history.between("kill", "read-again"), data.survives_pod)

    @guarantee("STO-4", shows=[54])
    def test_the_claim_is_the_same_after_the_pod_returned(self, history: History) -> None:
        """A pod that comes back MUST mount the same claim on the same volume."""
        expect(history.between("kill", "read-again"), storage.same_claim_again)

    @guarantee("STO-6", shows=[57])
    def test_scaling_down_keeps_the_claims(self, history: History) -> None:
        """Claims MUST be kept when the set is scaled down."""
        expect(history.between("scale-down", "scaled-back"), storage.claims_kept)

    @guarantee("STO-6", "IDN-3", shows=[58])
    def test_scaling_up_again_restores_identity_and_claim(self, history: History) -> None:
        """Scaling up again MUST bring back the same identity on the same claim."""
        expect(history.between("scale-down", "scaled-back"), storage.same_claim_again, identity.same_after_return)

    @guarantee("STO-6", "STO-4", shows=[58], needs=[Capability.DATA])
    def test_scaling_up_again_restores_the_data(self, history: History) -> None:
        """Scaling up again MUST bring back the data."""
        expect(history.between("scale-down", "scaled-back"), data.survives_pod)

    @guarantee("STO-7", shows=[59])
    def test_deleting_the_set_keeps_the_claims(self, history: History) -> None:
        """Claims MUST be kept when the set is deleted."""
        expect(history.since("delete"), storage.claims_kept)

    @guarantee("STO-7")
    def test_a_new_set_of_that_name_finds_the_claims(self, history: History) -> None:
        """A new set with the same name MUST use the claims that are there."""
        expect(history.since("delete"), storage.same_claim_again)

    @guarantee("STO-7", "STO-4", needs=[Capability.DATA])
    def test_a_new_set_of_that_name_finds_the_data(self, history: History) -> None:
        """A new set with the same name MUST find the data."""
        expect(history.since("delete"), data.survives_pod)


class TestKubiaReplies(Invariants):
    """What kubia answers, word for word."""

    @scenario(apps=["kubia"], needs=[Capability.STORAGE, Capability.DATA])
    def history(stage: Stage) -> None:
        """Ask an empty pod, store, ask again, delete the pod and ask once more."""
        kubia = Workload(stage, Shape(replicas=1, storage=True))
        kubia.await_ready()
        kubia.read(0)
        kubia.write_token(0)
        kubia.read(0)
        kubia.replace(0)
        kubia.read(0)

    @guarantee("APP-1", shows=[47])
    def test_an_empty_volume_holds_no_data(self, history: History) -> None:
        """Before anything is stored kubia MUST answer `No data posted yet`."""
        expect(history, data.empty_at_first)

    @guarantee("APP-2", shows=[48])
    def test_a_write_is_confirmed_by_the_pod(self, history: History) -> None:
        """A POST MUST be answered with `Data stored on` and the pod's name."""
        expect(history, data.confirms_write)

    @guarantee("APP-3", shows=[49])
    def test_a_read_returns_what_was_written(self, history: History) -> None:
        """A GET MUST return what was posted."""
        expect(history, data.reads_what_was_written)

    @guarantee("APP-4", shows=[50])
    def test_the_reply_names_the_pod(self, history: History) -> None:
        """The first line of a reply MUST name the pod that answers."""
        expect(history, data.names_itself)

    @guarantee("STO-18", shows=[13])
    def test_data_tells_a_restart_from_a_first_start(self, history: History) -> None:
        """Data on the volume MUST tell a first start from a restart."""
        expect(history, data.tells_first_start)


class TestPremadeClaim(Invariants):
    """A claim of the right name exists before its pod."""

    @scenario(needs=[Capability.STORAGE])
    def history(stage: Stage) -> None:
        """Create the claim of ordinal 0 by hand, then the set."""
        Claims(stage).premake(0)
        Workload(stage, Shape(replicas=1, storage=True)).await_ready()

    @guarantee("STO-9", shows=[46])
    def test_the_claim_is_used(self, history: History) -> None:
        """A claim that exists beforehand SHOULD be used, not replaced."""
        expect(history, storage.premade_used)
