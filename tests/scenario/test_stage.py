"""A scenario's stage: what it makes, what it asks, what it puts on record, what it leaves."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from typing import Any

import pytest

from stsconf.errors import StsconfError
from stsconf.kube.errors import UnreachableError
from stsconf.kube.kinds import KINDS as KNOWN
from stsconf.model.capability import Capability
from stsconf.model.history import DNS, HTTP, Stall
from stsconf.record import KINDS, LostError, StalledError
from stsconf.scenario.observer import Observer
from stsconf.scenario.stage import INSIDE, Stage
from stsconf.wait import Deadlines
from tests.fake_api import DROP, Json, Plain, refusal
from tests.scenario.stages import Playhouse, acts, pod, record

SPACE = "/api/v1/namespaces/stsconf-r1-one-nginx"
PROXY = f"{SPACE}/pods/web-0:8080/proxy"
OBSERVER = "/api/v1/namespaces/stsconf-observer/pods/observer:8080/proxy"
INSIDER = f"{SPACE}/pods/observer:8080/proxy"
NAME = "web-0.nginx.stsconf-r1-one-nginx.svc.cluster.local."
ANSWER: Json = {"rcode": "NOERROR", "answers": [{"type": "A", "data": "10.0.0.1"}], "error": None}


def watched(house: Playhouse, **context: Any) -> Stage:
    """Return a stage whose questions an observer answers."""
    return house.stage(house.context(observer=Observer(house.kube, "stsconf-observer"), **context))


def question_to(house: Playhouse) -> dict[str, str]:
    """Return the last question to the observer."""
    return [request.query for request in house.api.requests if request.path.startswith(OBSERVER)][-1]


def noted(stage: Stage, kind: str) -> list[Json]:
    """Return what is on record of answers."""
    return [{**event.object, "type": event.type} for event in stage.history().of(kind)]


def seen(stage: Stage, kind: str, name: str) -> Json:
    """Wait until the recorder has heard of an object, and return it."""
    return dict(stage.until(kind, name, lambda view: view.get(kind, name), "being there", 30))


# ---------------------------------------------------------------------------------------------- opening and closing
def test_recorded_from_the_beginning(house: Playhouse) -> None:
    """First the namespace, then the recorder of every kind, before anything can happen."""
    stage = house.stage()
    asked = [(request.method, request.path.rpartition("/")[2]) for request in house.api.requests]
    assert asked[:2] == [("POST", "namespaces"), ("GET", "serviceaccounts")]
    recorded = {plural for method, plural in asked[2:] if method == "GET"}
    assert recorded == {KNOWN[kind].plural for kind in KINDS}
    assert stage.subject.namespace == stage.namespace == "stsconf-r1-one-nginx"
    assert (stage.subject.name, stage.subject.service, stage.subject.app) == ("web", "nginx", "nginx")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_recorded(house: Playhouse, kind: str) -> None:
    """What happens to an object of any of these kinds is on record."""
    stage = house.stage()
    house.emit(kind, pod("it"))
    assert seen(stage, kind, "it") == pod("it")


def test_close(house: Playhouse) -> None:
    """In the end the recorder is closed and the namespace deleted."""
    stage = house.stage()
    stage.close()
    assert [request.path for request in house.sent("DELETE")] == [SPACE]
    with pytest.raises(LostError):
        stage.until("Pod", "web-0", lambda _: True, "anything", 1)


@pytest.mark.parametrize(("can", "ended"), [(None, ["statefulsets", "pods"]), ({}, [])], ids=["real", "simulated"])
def test_close_on_a_cluster_that_is_thrown_away(
    house: Playhouse, can: dict[Capability, str] | None, ended: list[str]
) -> None:
    """Where the cluster ends with the run, it is enough that no container runs any more."""
    stage = house.stage(replace(house.context(can=can), disposable=True))
    stage.close()
    paths = [request.path.rpartition("/") for request in house.sent("DELETE")]
    assert [kind for _, _, kind in paths] == ended
    assert all(where.endswith(f"/namespaces/{stage.namespace}") for where, _, _ in paths)


def test_stop(house: Playhouse) -> None:
    """A namespace that somebody wants to look at is left as it is."""
    stage = house.stage()
    stage.stop()
    assert house.sent("DELETE") == []


def test_history_tells_how_it_ended(house: Playhouse) -> None:
    """Stall, loss and broken assumptions come along."""
    stall = Stall("Ready", "Pod web-0", 1.0, 1.0, "nothing")
    history = house.stage().history(stall, "no answer", ("it is no set",))
    assert (history.stall, history.lost, history.broken) == (stall, "no answer", ("it is no set",))


# ------------------------------------------------------------------------------------------------ acting and waiting
def test_created_objects_carry_the_run(house: Playhouse) -> None:
    """Whatever a scenario creates is labelled, in the scenario's namespace."""
    house.stage().create({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x"}})
    (request,) = house.sent("POST")
    assert request.path == f"{SPACE}/pods"
    assert request.body["metadata"]["labels"]["stsconf.dev/run"] == "r1"


def test_act(house: Playhouse) -> None:
    """An act is on record with its mark, its sentence and what judges want to know of it."""
    stage = house.stage()
    stage.act("scale", "scale web to 5", replicas=5)
    assert acts(stage) == [("scale", "scale web to 5")]
    assert stage.history().events[0].object["replicas"] == 5


def test_stall_tells_what_was_seen(house: Playhouse) -> None:
    """A wait in vain names the object, and describes it."""
    stage = house.stage()
    record(stage, "Pod", pod(0, ready=False))
    with pytest.raises(StalledError) as caught:
        stage.until("Pod", "web-0", lambda _: None, "Running and Ready", 0)
    assert (caught.value.stall.awaited, caught.value.stall.object) == ("Running and Ready", "Pod web-0")
    assert caught.value.stall.last_seen == "web-0 is Running, not Ready"


@pytest.mark.parametrize(("can", "kinds"), [({Capability.VOLUMES: "tried"}, ["PersistentVolume"]), ({}, [])])
def test_look_up(house: Playhouse, can: dict[Capability, str], kinds: list[str]) -> None:
    """A volume is looked at and put on record, unless volumes may not be read."""
    house.api.answers["GET /api/v1/persistentvolumes/pv-1"] = pod("pv-1")
    stage = house.stage(house.context(can=can))
    stage.look_up("PersistentVolume", "pv-1")
    assert [event.kind for event in stage.history().events] == kinds


def test_logs(house: Playhouse) -> None:
    """The last lines of each container that is there."""
    stage = house.stage()
    two = pod(1)
    two["spec"]["containers"].append({"name": "side"})
    record(stage, "Pod", pod(0), two)
    house.api.answers[f"GET {SPACE}/pods/web-0/log"] = "hello"
    house.api.answers[f"GET {SPACE}/pods/web-1/log"] = lambda request: f"I am {request.query['container']}"
    assert stage.logs() == {
        ("web-0", "nginx"): "hello",
        ("web-1", "nginx"): "I am nginx",
        ("web-1", "side"): "I am side",
    }


# ------------------------------------------------------------------------------------------------------ asking pods
def test_ask(house: Playhouse) -> None:
    """What a pod answers is on record, with whom was asked, how, and what was sent."""
    stage = house.stage()
    record(stage, "Pod", pod(0, uid="u-1"))
    house.api.answers[f"PUT {PROXY}/index.html"] = (201, "stored")
    assert stage.ask("web-0", "PUT", "/index.html", "some text") == "stored"
    question = {"pod": "web-0", "uid": "u-1", "url": "/index.html", "via": "proxy", "sent": "some text", "type": "PUT"}
    assert noted(stage, HTTP) == [question | {"status": 201, "body": "stored", "error": ""}]
    assert house.sent("PUT")[0].text == "some text"


def test_ask_and_be_refused(house: Playhouse) -> None:
    """A refusal is an answer, and says why."""
    stage = house.stage()
    house.api.answers[f"GET {PROXY}/"] = (503, "no endpoints")
    stage.ask("web-0", "GET", "/")
    assert [(one["status"], one["error"], one["uid"]) for one in noted(stage, HTTP)] == [(503, "no endpoints", "")]


def test_ask_and_get_no_answer(house: Playhouse) -> None:
    """A pod that does not answer while the API server does is on record as such."""
    stage = house.stage()
    house.api.answers[f"GET {PROXY}/"] = DROP
    assert stage.ask("web-0", "GET", "/") == ""
    (answer,) = noted(stage, HTTP)
    assert (answer["status"], answer["body"]) == (None, "")
    assert answer["error"]


def test_ask_when_the_cluster_is_gone(house: Playhouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where not even the API server answers, the pod is not to blame."""
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _: None)
    stage = house.stage()
    house.api.stop()
    with pytest.raises(UnreachableError):
        stage.ask("web-0", "GET", "/")
    assert noted(stage, HTTP) == []


def test_nothing_is_asked_of_pods_without_containers(house: Playhouse) -> None:
    """On a simulated node there is nobody to ask, and there are no logs."""
    stage = house.stage(house.context(can={}))
    record(stage, "Pod", pod(0))
    assert (stage.ask("web-0", "GET", "/"), stage.logs(), noted(stage, HTTP)) == ("", {}, [])


def test_manifest_suits_the_cluster(house: Playhouse) -> None:
    """Where pods have no IPv6, nothing that is deployed relies on it."""
    for ipv6 in (True, False):
        assert ("[::]" in str(house.stage(house.context(ipv6=ipv6)).manifest())) == ipv6


def test_ask_by_name(house: Playhouse) -> None:
    """The observer reaches a name, and says by which address."""
    stage = watched(house)
    house.api.answers[f"GET {OBSERVER}/http"] = {"status": 200, "body": "hi", "error": None, "connected_to": "10.0.0.1"}
    stage.ask_by_name("web-0", "/hostname")
    question = {"pod": "", "uid": "", "url": "http://web-0:8080/hostname", "via": "observer", "sent": None}
    answer = {"status": 200, "body": "hi", "error": "", "connected_to": "10.0.0.1", "type": "GET"}
    assert noted(stage, HTTP) == [question | answer]
    assert question_to(house) == {"url": question["url"], "for": "20"}


# ------------------------------------------------------------------------------------------------------- asking DNS
@pytest.mark.parametrize(("search", "question"), [(False, "dns"), (True, "resolve")])
def test_ask_dns(house: Playhouse, search: bool, question: str) -> None:  # noqa: FBT001 -- a table's column
    """An answer is on record with the name as it was asked, by whom, and through which search list."""
    stage = watched(house)
    house.api.answers[f"GET {OBSERVER}/{question}"] = ANSWER
    stage.ask_dns("web-0.nginx", "AAAA", search=search)
    asked = {"name": "web-0.nginx", "type": "AAAA"}
    assert question_to(house) == asked
    assert noted(stage, DNS) == [
        ANSWER | asked | {"additional": [], "error": "", "from": "outside", "search": search, "watched": False}
    ]


def test_ask_dns_inside(house: Playhouse) -> None:
    """The scenario's own observer is started once, and asked when it is Ready."""
    stage = house.stage()
    ready = pod("observer")

    def created(_: object) -> Json:
        house.emit("Pod", ready)
        return ready

    house.api.answers[f"POST {SPACE}/pods"] = created
    house.api.answers[f"GET {INSIDER}/dns"] = ANSWER
    stage.ask_dns(NAME, where=INSIDE)
    stage.ask_dns(NAME, where=INSIDE)
    assert [one["from"] for one in noted(stage, DNS)] == ["inside", "inside"]
    assert len(house.sent("POST")) == 1


def test_observer_that_does_not_start(house: Playhouse) -> None:
    """It is awaited like any pod of the scenario."""
    with pytest.raises(StalledError, match="awaited Ready of Pod observer"):
        house.stage(house.context(Deadlines(pod=0))).ask_dns(NAME, where=INSIDE)


def test_nobody_to_ask(house: Playhouse) -> None:
    """Without an observer no question about names is asked, and none is awaited."""
    stage = house.stage()
    before = len(house.sent("GET"))
    stage.ask_dns(NAME)
    stage.watch_dns(NAME)
    stage.ask_by_name(NAME, "/")
    stage.until_dns(NAME, lambda _: {"10.0.0.1"}, "its address")
    assert stage.history().of(DNS) + stage.history().of(HTTP) == ()
    assert [one for one in house.sent("GET")[before:] if "watch" not in one.query] == []


def test_fqdn(house: Playhouse) -> None:
    """A full name ends with the zone and a dot."""
    assert house.stage().fqdn("web-0", "nginx") == NAME


def test_watched_names(house: Playhouse) -> None:
    """Every change of an answer is on record, and one with the expected addresses ends the waiting once it stays."""
    stage = watched(house)
    empty, full = {"name": NAME, "rcode": "NXDOMAIN", "answers": [], "unchanged": 0}, ANSWER | {"name": NAME}
    house.api.answers[f"GET {OBSERVER}/watch"] = "".join(
        f"{json.dumps(line)}\n" for line in (empty, full | {"unchanged": 0}, full | {"unchanged": 16})
    )
    stage.watch_dns(NAME)
    stage.until_dns(NAME, lambda _: {"10.0.0.1"}, "its address")
    assert [one["rcode"] for one in noted(stage, DNS)] == ["NXDOMAIN", "NOERROR", "NOERROR"]
    assert all(one["watched"] for one in noted(stage, DNS))
    assert question_to(house)["name"] == NAME


def test_a_stream_that_breaks_off_is_opened_anew(house: Playhouse) -> None:
    """What it says then goes on."""
    stage = watched(house)
    said = iter([ANSWER | {"name": NAME, "unchanged": 0}, ANSWER | {"name": NAME, "unchanged": 16}])
    empty = threading.Event()

    def speak(_: object) -> str:
        line = next(said, None)
        if line is None:
            empty.set()
        return f"{json.dumps(line)}\n" if line else ""

    house.api.answers[f"GET {OBSERVER}/watch"] = speak
    stage.watch_dns(NAME)
    stage.until_dns(NAME, lambda _: {"10.0.0.1"}, "its address")
    assert empty.wait(30)
    assert [one["unchanged"] for one in noted(stage, DNS)] == [0, 16]
    assert stage.unheard == ""


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("", "the observer fell silent: its stream ended"),
        (refusal(503, "no such pod"), "the observer fell silent: 503"),
    ],
    ids=["mute", "gone"],
)
def test_an_observer_that_falls_silent_is_told(house: Playhouse, answer: Plain, why: str) -> None:
    """Nothing follows for the cluster's DNS from what nobody could ask."""
    stage = watched(house, deadlines=Deadlines(lost=0.2))
    house.api.answers[f"GET {OBSERVER}/watch"] = f"{json.dumps(ANSWER | {'name': NAME, 'unchanged': 0})}\n"
    stage.watch_dns(NAME)
    house.api.answers[f"GET {OBSERVER}/watch"] = answer
    (thread,) = (one for one in threading.enumerate() if one.name == "watch-dns")
    thread.join(30)
    assert stage.unheard.startswith(why)


@pytest.mark.parametrize(
    ("answer", "last_seen"),
    [
        (None, "no answer"),
        (ANSWER | {"unchanged": 16}, "NOERROR ['10.0.0.1']"),
        (ANSWER | {"unchanged": 1}, "NOERROR ['10.0.0.1'], which changed a moment ago"),
        ({"rcode": "", "error": "timed out", "answers": [], "unchanged": 16}, "timed out []"),
    ],
)
def test_name_that_stays_wrong(house: Playhouse, answer: Json | None, last_seen: str) -> None:
    """The last answer for the name is told; what was asked once, or of another name, is none."""
    stage = watched(house, deadlines=Deadlines(dns=0))
    stage.recorder.note(DNS, "A", ANSWER | {"name": NAME, "watched": False})
    stage.recorder.note(DNS, "A", ANSWER | {"name": "other", "watched": True})
    if answer:
        stage.recorder.note(DNS, "A", {**answer, "name": NAME.rstrip("."), "watched": True})
    with pytest.raises(StalledError) as caught:
        stage.until_dns(NAME, lambda _: {"10.0.0.2"}, "its address")
    assert (caught.value.stall.object, caught.value.stall.last_seen) == (NAME, last_seen)


def test_watch_that_is_refused(house: Playhouse) -> None:
    """An observer that refuses to watch is no observer whose answers are missing."""
    stage = watched(house)
    house.api.answers[f"GET {OBSERVER}/watch"] = refusal(503, "the observer is gone")
    with pytest.raises(StsconfError, match="the observer is gone"):
        stage.watch_dns(NAME)
    assert noted(stage, DNS) == []
