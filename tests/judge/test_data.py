"""Judges of what the apps answer."""

import pytest

from stsconf.judge import data
from stsconf.judge.base import Judge
from stsconf.model.finding import NothingToJudge
from tests.judge.builder import Script
from tests.judge.cases import Case, assert_judged, condemned, spared

EMPTY = "No data posted yet"


def kubia() -> Script:
    """Two Ready pods of kubia."""
    return Script(replicas=2).service().start("web-0", "web-1")


def nginx() -> Script:
    """Two Ready pods of nginx."""
    return Script(replicas=2, app="nginx").service().start("web-0", "web-1")


def hit(host: str, text: str, version: str = "") -> str:
    """Kubia's reply to a GET."""
    return f"You've hit {host}\n{version}Data stored on this Pod: {text}\n"


def stored(script: Script, pod: str, text: str) -> Script:
    """Let kubia store something."""
    return script.http(pod, f"Data stored on {pod}\n", sent=text)


def written() -> Script:
    """Kubia with red on web-0."""
    return stored(kubia(), "web-0", "red")


def by_name(host: str, url: str = "http://web-0.nginx.shop.svc.cluster.local:8080/", **fields: object) -> Script:
    """Ask web-0 by its name and be answered by this host."""
    return kubia().http("", hit(host, EMPTY), url=url, via="observer", **fields)


def from_pod(asked: str, **fields: object) -> Script:
    """Let web-0 ask for a pod of its set by its short name."""
    script = kubia()
    url = f"http://{asked}.nginx:8080/"
    return script.http("", "ok\n", url=url, via="web-0", **{"connected_to": script.ip(asked), **fields})


def through_service(host: str, **fields: object) -> Script:
    """Ask a normal Service and be answered by this host."""
    script = kubia().service("front", clusterIP="10.1.0.1")
    return script.http("", hit(host, EMPTY), url="http://front.shop.svc.cluster.local/", via="observer", **fields)


CASES = (
    spared(data.empty_at_first, "says so", kubia().http("web-0", hit("web-0", EMPTY)).history()),
    spared(
        data.empty_at_first,
        "before, not after",
        stored(kubia().http("web-0", hit("web-0", EMPTY)), "web-0", "red").http("web-0", hit("web-0", "red")).history(),
    ),
    condemned(data.empty_at_first, "is not", kubia().http("web-0", hit("web-0", "old")).history(), "web-0"),
    condemned(data.empty_at_first, "other words", kubia().http("web-0", hit("web-0", "nothing")).history(), "web-0"),
    spared(data.confirms_write, "in its own name", written().history()),
    spared(
        data.confirms_write, "nginx creates", nginx().http("web-0", "", sent="red", method="PUT", status=201).history()
    ),
    condemned(
        data.confirms_write,
        "in another name",
        kubia().http("web-0", "Data stored on web-1\n", sent="x").history(),
        "web-0",
    ),
    condemned(
        data.confirms_write,
        "refuses",
        kubia().http("web-0", "Volume error\n", sent="x", status=500, error="Volume error").history(),
        "web-0",
    ),
    condemned(
        data.confirms_write, "other words", kubia().http("web-0", "Data stored on web-0", sent="x").history(), "web-0"
    ),
    spared(data.reads_what_was_written, "the same", written().http("web-0", hit("web-0", "red")).history()),
    spared(
        data.reads_what_was_written,
        "the later of two",
        stored(written(), "web-0", "blue").http("web-0", hit("web-0", "blue")).history(),
    ),
    spared(
        data.reads_what_was_written,
        "either, as the later was not confirmed",
        written().http("web-0", "no", sent="blue", status=500).http("web-0", hit("web-0", "red")).history(),
    ),
    spared(
        data.reads_what_was_written,
        "nginx",
        nginx()
        .http("web-0", "", sent="red", method="PUT", url="/index.html", status=201)
        .http("web-0", "red", url="/index.html")
        .history(),
    ),
    condemned(
        data.reads_what_was_written,
        "the former of two",
        stored(written(), "web-0", "blue").http("web-0", hit("web-0", "red")).history(),
        "web-0",
    ),
    condemned(data.reads_what_was_written, "nothing", written().http("web-0", hit("web-0", EMPTY)).history(), "web-0"),
    condemned(
        data.reads_what_was_written,
        "not found",
        nginx()
        .http("web-0", "", sent="red", method="PUT", url="/index.html", status=201)
        .http("web-0", "no", url="/index.html", status=404, error="no")
        .history(),
        "web-0",
    ),
    spared(data.survives_pod, "there", written().replace("web-0").http("web-0", hit("web-0", "red")).history()),
    spared(
        data.survives_pod,
        "written before the window",
        written().kill("web-0").start("web-0").http("web-0", hit("web-0", "red")).history(since="kill"),
    ),
    condemned(
        data.survives_pod, "lost", written().replace("web-0").http("web-0", hit("web-0", EMPTY)).history(), "web-0"
    ),
    condemned(
        data.survives_pod,
        "another's",
        stored(written(), "web-1", "blue").replace("web-0").http("web-0", hit("web-0", "blue")).history(),
        "web-0",
    ),
    spared(data.forgotten, "empty", written().replace("web-0").http("web-0", hit("web-0", EMPTY)).history()),
    spared(
        data.forgotten,
        "nginx, empty",
        nginx()
        .http("web-0", "", sent="red", method="PUT", url="/index.html", status=201)
        .replace("web-0")
        .http("web-0", "no", url="/index.html", status=403, error="no")
        .history(),
    ),
    condemned(
        data.forgotten, "still there", written().replace("web-0").http("web-0", hit("web-0", "red")).history(), "web-0"
    ),
    spared(data.unseen_by_others, "unseen", written().http("web-1", hit("web-1", EMPTY)).history()),
    condemned(data.unseen_by_others, "seen", written().http("web-1", hit("web-1", "red")).history(), "web-1"),
    spared(data.names_itself, "kubia", kubia().http("web-0", hit("web-0", EMPTY)).history()),
    spared(data.names_itself, "nginx", nginx().http("web-0", "web-0\n", url="/hostname").history()),
    condemned(data.names_itself, "another", kubia().http("web-0", hit("web-1", EMPTY)).history(), "web-0"),
    condemned(
        data.names_itself, "nginx, another", nginx().http("web-0", "web-1\n", url="/hostname").history(), "web-0"
    ),
    condemned(data.names_itself, "a failure", kubia().http("web-0", "oops", status=500).history(), "web-0"),
    spared(
        data.names_itself_again,
        "as before",
        kubia().http("web-0", hit("web-0", EMPTY)).replace("web-0").http("web-0", hit("web-0", EMPTY)).history(),
    ),
    condemned(
        data.names_itself_again,
        "another",
        kubia().http("web-0", hit("web-0", EMPTY)).replace("web-0").http("web-0", hit("web-9", EMPTY)).history(),
        "web-0",
    ),
    spared(
        data.tells_first_start,
        "empty, then not",
        stored(kubia().http("web-0", hit("web-0", EMPTY)), "web-0", "red")
        .replace("web-0")
        .http("web-0", hit("web-0", "red"))
        .history(),
    ),
    condemned(
        data.tells_first_start,
        "empty both times",
        stored(kubia().http("web-0", hit("web-0", EMPTY)), "web-0", "red")
        .replace("web-0")
        .http("web-0", hit("web-0", EMPTY))
        .history(),
        "web-0",
    ),
    condemned(
        data.tells_first_start,
        "not empty at first",
        stored(kubia().http("web-0", hit("web-0", "old")), "web-0", "red")
        .replace("web-0")
        .http("web-0", hit("web-0", "red"))
        .history(),
        "web-0",
    ),
    spared(
        data.speaks_v2,
        "with the data",
        written().update().replace("web-0").http("web-0", hit("web-0", "red", "v2, ")).history(since="rollout"),
    ),
    condemned(
        data.speaks_v2,
        "still v1",
        written().update().http("web-0", hit("web-0", "red")).history(since="rollout"),
        "web-0",
    ),
    condemned(
        data.speaks_v2,
        "without the data",
        written().update().replace("web-0").http("web-0", hit("web-0", EMPTY, "v2, ")).history(since="rollout"),
        "web-0",
    ),
    spared(data.reached_by_name, "by that pod", by_name("web-0").history()),
    condemned(data.reached_by_name, "by another", by_name("web-1").history(), "web-0"),
    condemned(data.reached_by_name, "by nobody", by_name("web-0", status=None, error="refused").history(), "web-0"),
    condemned(data.reached_by_name, "by a failure", by_name("web-0", status=500).history(), "web-0"),
    spared(
        data.reached_by_name,
        "nginx's page",
        nginx()
        .http("", "red", url="http://web-0.nginx.shop.svc.cluster.local:8080/index.html", via="observer")
        .history(),
    ),
    spared(data.reached_through_service, "by one behind it", through_service("web-1").history()),
    condemned(data.reached_through_service, "by another", through_service("x").history(), "front"),
    condemned(data.reached_through_service, "by a failure", through_service("web-0", status=404).history(), "front"),
    condemned(data.reached_through_service, "by nobody", through_service("web-0", status=None).history(), "front"),
    spared(data.reach_one_another, "its peer", from_pod("web-1").history()),
    spared(data.reach_one_another, "itself", from_pod("web-0").history()),
    spared(data.reach_one_another, "the one that came back", from_pod("web-1").replace("web-1").history()),
    condemned(data.reach_one_another, "nobody", from_pod("web-1", status=None, error="refused").history(), "web-0"),
    condemned(data.reach_one_another, "another", from_pod("web-1", connected_to="127.0.0.9").history(), "web-0"),
    condemned(data.reach_one_another, "no address", from_pod("web-1", connected_to=None).history(), "web-0"),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_judgement(case: Case) -> None:
    """What is stored outlives the pod and is its own."""
    assert_judged(case)


@pytest.mark.parametrize("judge", [data.reads_what_was_written, data.names_itself, data.confirms_write])
def test_the_api_servers_own_words_are_no_reply(judge: Judge) -> None:
    """A request that reached no app says nothing about the app."""
    script = kubia().http("web-0", "no endpoints", status=503, sent="red").http("web-0", "no endpoints", status=503)
    with pytest.raises(NothingToJudge):
        judge(script.history())


@pytest.mark.parametrize("judge", [data.empty_at_first, data.tells_first_start, data.speaks_v2])
def test_kubias_words_are_kubias(judge: Judge) -> None:
    """Nginx is not asked for kubia's replies."""
    with pytest.raises(NothingToJudge, match="only kubia"):
        judge(nginx().http("web-0", "red", url="/index.html").history())
