"""Starting the observer, and asking it through the API server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from stsconf.errors import StsconfError
from stsconf.kube.client import Kube
from stsconf.scenario.observer import NoImageError, Observer, observer_container, observer_pod
from tests.fake_api import FakeApi, Json, Request, listing, serve
from tests.hand_clock import HandClock

PODS = "/api/v1/namespaces/shop/pods"
PROXY = f"{PODS}/observer:8080/proxy"
NAME = "web-0.nginx.shop.svc.cluster.local."


def seen(*, ready: bool = False, waiting: str = "ContainerCreating") -> Json:
    """Return the observer's pod as the API shows it."""
    container = {"name": "observer", "image": "localhost/stsconf/observer:2", "state": {"waiting": {"reason": waiting}}}
    status = {"conditions": [{"type": "Ready", "status": str(ready)}], "containerStatuses": [container]}
    return {"metadata": {"name": "observer", "uid": "u", "resourceVersion": "1"}, "status": status}


@pytest.fixture
def api() -> Iterator[FakeApi]:
    """Return a fake API server."""
    with serve() as api:
        yield api


@pytest.fixture
def kube(api: FakeApi, tmp_path: Path) -> Kube:
    """Return its client."""
    return Kube.from_kubeconfig(api.kubeconfig(tmp_path / "kubeconfig"))


@pytest.fixture
def observer(kube: Kube) -> Observer:
    """Return an observer that runs."""
    return Observer(kube, "shop")


def test_container() -> None:
    """It is that of the observer's pod, and comes from where the run's images are."""
    container = observer_container("here")
    assert container == observer_pod("r1", "here")["spec"]["containers"][0]
    assert container["image"] == "here/observer:2"


def started_late(api: FakeApi, kube: Kube, *found: Json) -> Observer:
    """Start an observer for which time is up once these pods were listed."""
    clock = HandClock()

    def listed(_: Request) -> Json:
        clock.time = 99.0
        return listing(*found)

    api.answers[f"GET {PODS}"] = listed
    api.scripts[PODS] = [[]]
    return Observer.start(kube, "shop", observer_pod("r1", "here"), clock, 9.0)


def test_pod_of_a_run() -> None:
    """The pod carries the run's id, and its image comes from where the run says."""
    pod = observer_pod("r1", "here")
    assert pod["metadata"]["labels"]["stsconf.dev/run"] == "r1"
    assert [one["image"] for one in pod["spec"]["containers"]] == ["here/observer:2"]
    assert observer_pod("r2", "here")["metadata"]["labels"]["stsconf.dev/run"] == "r2"


def test_start(api: FakeApi, kube: Kube) -> None:
    """The pod is created, and asked as soon as it was seen Ready."""
    api.answers[f"GET {PODS}"] = listing(seen())
    api.emit("MODIFIED", seen(ready=True))
    pod = observer_pod("r1", "here")
    assert Observer.start(kube, "shop", pod, HandClock(), 9.0) == Observer(kube, "shop")
    created, *looks = api.requests
    assert (created.method, created.path, created.body) == ("POST", PODS, pod)
    assert {look.query["fieldSelector"] for look in looks} == {"metadata.name=observer"}


@pytest.mark.parametrize(
    ("found", "why"),
    [([seen()], "{'waiting': {'reason': 'ContainerCreating'}}"), ([], "the pod did not start")],
    ids=["creating", "not-there"],
)
def test_never_ready(api: FakeApi, kube: Kube, found: list[Json], why: str) -> None:
    """When time is up the container's last state is told, in three lines."""
    with pytest.raises(StsconfError) as raised:
        started_late(api, kube, *found)
    expected = ["the observer did not get Ready within 9 s", why, "can the nodes get its image?"]
    assert str(raised.value).split("\n") == expected


def test_no_image(api: FakeApi, kube: Kube) -> None:
    """An image that does not come is not waited for, and is an error of its own."""
    with pytest.raises(NoImageError, match=r"image localhost/stsconf/observer:2\nImagePullBackOff"):
        started_late(api, kube, seen(waiting="ImagePullBackOff"))
    assert api.watched(PODS) == []


def test_ask(api: FakeApi, observer: Observer) -> None:
    """The question is the path, its parts are the query; the answer comes back as it is."""
    api.answers[f"GET {PROXY}/dns"] = {"rcode": "NOERROR", "answers": []}
    assert observer.ask("dns", name=NAME, type="SRV") == {"rcode": "NOERROR", "answers": []}
    assert api.requests[-1].query == {"name": NAME, "type": "SRV"}


def test_query_is_encoded(api: FakeApi, observer: Observer) -> None:
    """What has a meaning in URLs arrives as it was given."""
    url = "http://web-0:8080/a b?c=d&e=%2F#f"
    observer.ask("http", url=url)
    assert (api.requests[-1].path, api.requests[-1].query) == (f"{PROXY}/http", {"url": url})


def test_watch(api: FakeApi, observer: Observer) -> None:
    """All names go into one stream, which the observer ends by itself some day."""
    api.answers[f"GET {PROXY}/watch"] = '{"name": "a."}\n'
    with observer.watch(["a.", "b."], "A") as stream:
        url = urlsplit(stream.url)
        assert stream.text == '{"name": "a."}\n'
    assert url.path == f"{PROXY}/watch"
    assert parse_qs(url.query) == {"name": ["a.", "b."], "type": ["A"], "for": ["1800"]}


@pytest.mark.parametrize("question", ["dns", "watch"])
def test_refusal(api: FakeApi, observer: Observer, question: str) -> None:
    """A question that the observer, or the way to it, refuses is no answer."""
    api.answers[f"GET {PROXY}/{question}"] = (400, {"error": "what?"})
    with pytest.raises(StsconfError, match=r'the observer refused a question\n400: \{"error": "what\?"\}'):
        observer.watch(["a."], "A") if question == "watch" else observer.ask(question, name="a.")
