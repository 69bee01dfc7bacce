"""What holds for every judge, and that each one is shown to condemn and to spare."""

from __future__ import annotations

import pytest

from stsconf.judge.base import Judge, found, judge
from stsconf.model.finding import Finding, NothingToJudge
from stsconf.model.history import History, Subject
from tests.judge.builder import Script
from tests.judge.cases import all_cases, all_judges

JUDGES = all_judges()
EMPTY = History((), Subject("shop", "web", "nginx", "kubia"))


@pytest.mark.parametrize("one", JUDGES.values(), ids=JUDGES.keys())
def test_an_empty_record_is_nothing_to_judge(one: Judge) -> None:
    """No judge passes what it did not see."""
    with pytest.raises(NothingToJudge, match=r"\w+ \w+"):
        one(EMPTY)


@pytest.mark.parametrize("app", ["kubia", "nginx"])
@pytest.mark.parametrize("one", JUDGES.values(), ids=JUDGES.keys())
def test_a_lone_set_is_nothing_to_judge(one: Judge, app: str) -> None:
    """A StatefulSet for which nothing ever happened keeps no promise, except that its zeros are in bounds."""
    history = Script(app=app).history()
    if one.code in {"status.bounds", "status.collisions", "status.complete", "status.one-revision", "run.left-behind"}:
        assert all(finding.objects == ("web",) for finding in one(history))
    else:
        with pytest.raises(NothingToJudge):
            one(history)


@pytest.mark.parametrize("one", JUDGES.values(), ids=JUDGES.keys())
def test_every_judge_is_shown_to_condemn(one: Judge) -> None:
    """A judge without a broken record that it condemns is not known to work."""
    assert [case.what for case in all_cases() if case.judge.code == one.code and case.names]


@pytest.mark.parametrize("one", JUDGES.values(), ids=JUDGES.keys())
def test_every_judge_is_shown_to_spare(one: Judge) -> None:
    """A judge without a good record that it spares may condemn everything."""
    assert [case.what for case in all_cases() if case.judge.code == one.code and not case.names]


@pytest.mark.parametrize("one", JUDGES.values(), ids=JUDGES.keys())
def test_every_judge_says_what_it_reads(one: Judge) -> None:
    """A judge names the kinds of its events: a gap in one of them makes its check inconclusive."""
    assert one.kinds


def test_codes_are_unique() -> None:
    """A finding's code leads to one judge."""
    codes = [one.code for one in JUDGES.values()]
    assert sorted(set(codes)) == sorted(codes)


def test_findings_are_stamped_and_keep_their_witnesses() -> None:
    """A judge gives each finding its code; the witnesses' names, versions and places stay."""
    history = Script().pending("web-0").dns("web-0").http("web-0", "hello").history()

    @judge("some.code", "Pod")
    def everything(record: History) -> list[Finding]:
        """Nothing happens."""
        return [found("it happened", *record.window[1:], about="web-9")]

    (finding,) = everything(history)
    assert finding.code == "some.code"
    assert finding.objects == ("web-9", "web-0", "web-0.nginx.shop.svc.cluster.local.", "web-0")
    assert finding.resource_versions == ("2", "", "")
    assert finding.events == (1, 2, 3)
