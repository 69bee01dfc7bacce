"""The API as raw JSON: requests, refusals, repetitions, watches, the pod proxy."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from urllib3.exceptions import InsecureRequestWarning

from stsconf.cluster.embedded.pki import Authority
from stsconf.errors import StsconfError
from stsconf.kube.client import MERGE, STRATEGIC, Kube, NamedServer, lines
from stsconf.kube.errors import ApiError, ExpiredError, UnreachableError
from tests.fake_api import DROP, REVIEWS, FakeApi, Json, Plain, Request, kubeconfig, listing, refusal, serve

POD = "/api/v1/namespaces/shop/pods/web-0"
PODS = "/api/v1/namespaces/shop/pods"
OBJECT: Json = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web-0"}}
CALLS: dict[str, Callable[[Kube], Any]] = {
    f"GET {POD}": lambda kube: kube.get("Pod", "web-0", "shop"),
    f"GET {PODS}": lambda kube: kube.list("Pod", "shop"),
    f"POST {PODS}": lambda kube: kube.create(OBJECT, "shop"),
    f"PATCH {POD}": lambda kube: kube.patch("Pod", "web-0", {}, "shop"),
    f"DELETE {POD}": lambda kube: kube.delete("Pod", "web-0", "shop"),
}
ATTEMPTS = 4


@pytest.fixture
def api() -> Iterator[FakeApi]:
    """Return a fake API server."""
    with serve() as api:
        yield api


@pytest.fixture
def kube(api: FakeApi, tmp_path: Path) -> Iterator[Kube]:
    """Return a client of the fake API server."""
    kube = Kube.from_kubeconfig(api.kubeconfig(tmp_path / "kubeconfig"))
    yield kube
    kube.close()


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the seconds waited between attempts; none of them passes."""
    pauses: list[float] = []
    monkeypatch.setattr("tenacity.nap.time", SimpleNamespace(sleep=pauses.append))
    return pauses


def after(*first: Plain) -> Callable[[Request], Plain]:
    """Answer with these first, and with an empty object from then on."""
    left = list(first)
    return lambda _: left.pop(0) if left else OBJECT


# ------------------------------------------------------------------------------------------------------- refusals
def test_refusal(api: FakeApi, kube: Kube) -> None:
    """What the API server says of a refusal is told."""
    api.answers[f"POST {PODS}"] = refusal(403, "no right to create pods")
    with pytest.raises(ApiError) as caught:
        kube.create(OBJECT, "shop")
    assert str(caught.value) == f"the API server refused POST {PODS}\n403 Refused: no right to create pods"
    assert caught.value.status == 403


@pytest.mark.parametrize(("body", "message"), [("upstream is down", "upstream is down"), ("[1]", "[1]"), ("", "")])
def test_refusal_by_somebody_else(api: FakeApi, kube: Kube, body: str, message: str) -> None:
    """A refusal in other words than the API's is told as it is, with HTTP's reason."""
    api.answers[f"GET {POD}"] = (502, body)
    with pytest.raises(ApiError) as caught:
        kube.get("Pod", "web-0", "shop")
    assert (caught.value.reason, caught.value.message) == ("Bad Gateway", message)


def test_expired_version(api: FakeApi, kube: Kube) -> None:
    """410 has an error of its own."""
    api.answers[f"GET {PODS}"] = refusal(410, "too old")
    with pytest.raises(ExpiredError, match="too old"):
        kube.list("Pod", "shop")


def test_answer_that_is_no_json(api: FakeApi, kube: Kube, pauses: list[float]) -> None:
    """A login page in front of the API server is no answer of the API server."""
    api.answers[f"GET {POD}"] = "<html>please log in</html>"
    with pytest.raises(UnreachableError, match="something else than an API server\n<html>please log in"):
        kube.get("Pod", "web-0", "shop")
    assert len(pauses) == ATTEMPTS - 1


# ---------------------------------------------------------------------------------------------------- repetitions
@pytest.mark.parametrize("call", CALLS)
def test_only_reads_are_repeated_when_the_connection_drops(
    api: FakeApi, kube: Kube, pauses: list[float], call: str
) -> None:
    """Nobody knows whether a write was carried out when its answer is lost."""
    api.answers[call] = after(DROP, DROP)
    if call.startswith("GET"):
        assert CALLS[call](kube) == OBJECT
    else:
        with pytest.raises(UnreachableError, match=f"no answer to {call}"):
            CALLS[call](kube)
    assert len(api.requests) == (3 if call.startswith("GET") else 1)
    assert len(pauses) == len(api.requests) - 1


@pytest.mark.parametrize("call", CALLS)
def test_busy_server_is_asked_again_by_every_verb(api: FakeApi, kube: Kube, pauses: list[float], call: str) -> None:
    """429 says that nothing was done, and after how many seconds to come again."""
    api.answers[call] = after(refusal(429, "busy", retry_after=3), refusal(429, "busy", retry_after=500))
    assert CALLS[call](kube) in (OBJECT, None)
    assert len(api.requests) == 3
    assert pauses == [3, 30]


def test_busy_server_that_names_no_time(api: FakeApi, kube: Kube, pauses: list[float]) -> None:
    """Without the server's word the pauses grow from one attempt to the next, up to the last."""
    api.answers[f"GET {POD}"] = (429, "too many requests")
    with pytest.raises(ApiError, match="429 Too Many Requests: too many requests"):
        kube.get("Pod", "web-0", "shop")
    assert len(api.requests) == ATTEMPTS
    assert all(least <= pause <= least + 0.2 for least, pause in zip((0.2, 0.4, 0.8), pauses, strict=True))


def test_other_refusals_are_final(api: FakeApi, kube: Kube, pauses: list[float]) -> None:
    """An error of the server is told at once."""
    api.answers[f"GET {POD}"] = after(refusal(500, "out of order"))
    with pytest.raises(ApiError, match="out of order"):
        kube.get("Pod", "web-0", "shop")
    assert (len(api.requests), pauses) == (1, [])


def test_no_server(tmp_path: Path, pauses: list[float]) -> None:
    """A server that is not there is told after the last attempt, with a question to the caller."""
    (tmp_path / "kubeconfig").write_text(yaml.safe_dump(kubeconfig("http://127.0.0.1:9")))
    with pytest.raises(UnreachableError) as caught:
        Kube.from_kubeconfig(tmp_path / "kubeconfig").get("Pod", "web-0", "shop")
    assert (caught.value.what, caught.value.do) == (f"no answer to GET {POD}", "is the cluster still there?")
    assert len(pauses) == ATTEMPTS - 1


# -------------------------------------------------------------------------------------------------------- objects
def sent(api: FakeApi) -> tuple[str, str, Json, Json, str]:
    """Return the only request."""
    (request,) = api.requests
    return request.method, request.path, request.query, request.body, request.content_type


def test_token_goes_along(api: FakeApi, kube: Kube) -> None:
    """Every request says who asks."""
    kube.get("Pod", "web-0", "shop")
    assert api.requests[0].headers["authorization"] == "Bearer a-token"


def test_list(api: FakeApi, kube: Kube) -> None:
    """Selectors go along."""
    api.answers[f"GET {PODS}"] = listing(OBJECT)
    assert kube.list("Pod", "shop", labelSelector="a=b,c") == listing(OBJECT)
    assert sent(api)[:3] == ("GET", PODS, {"labelSelector": "a=b,c"})


@pytest.mark.parametrize("own", ["", "shop"])
def test_create(api: FakeApi, kube: Kube, own: str) -> None:
    """The namespace is given, or the object's own; options go along."""
    obj = {**OBJECT, "metadata": {"name": "web-0", "namespace": own}}
    kube.create(obj, "" if own else "shop", dryRun="All")
    assert sent(api) == ("POST", PODS, {"dryRun": "All"}, obj, "application/json")


@pytest.mark.parametrize("form", [MERGE, STRATEGIC])
def test_patch(api: FakeApi, kube: Kube, form: str) -> None:
    """The form of a patch is its content type."""
    kube.patch("Pod", "web-0", {"status": {}}, "shop", subresource="status", content_type=form)
    assert sent(api) == ("PATCH", f"{POD}/status", {}, {"status": {}}, form)


def test_delete(api: FakeApi, kube: Kube) -> None:
    """Options of a deletion stand in its body."""
    kube.delete("Pod", "web-0", "shop", propagationPolicy="Orphan")
    assert sent(api)[:4] == ("DELETE", POD, {}, {"propagationPolicy": "Orphan"})


def test_delete_all(api: FakeApi, kube: Kube) -> None:
    """All objects of a kind are asked away at once."""
    kube.delete_all("Pod", "shop", gracePeriodSeconds=0)
    assert sent(api)[:4] == ("DELETE", POD.rpartition("/")[0], {}, {"gracePeriodSeconds": 0})


def test_delete_what_is_gone(api: FakeApi, kube: Kube) -> None:
    """What is gone already needs no deletion."""
    api.answers[f"DELETE {POD}"] = refusal(404, "not found")
    kube.delete("Pod", "web-0", "shop")
    assert len(api.asked("DELETE")) == 1


def test_delete_refused(api: FakeApi, kube: Kube) -> None:
    """Any other refusal is told."""
    api.answers[f"DELETE {POD}"] = refusal(409, "conflict")
    with pytest.raises(ApiError, match="conflict"):
        kube.delete("Pod", "web-0", "shop")


@pytest.mark.parametrize("allowed", [True, False])
def test_may(api: FakeApi, kube: Kube, allowed: bool) -> None:  # noqa: FBT001 -- a table's column
    """The API server is asked about the very verb, kind and subresource."""
    api.answers[f"POST {REVIEWS}"] = {"status": {"allowed": allowed}}
    assert kube.may("patch", "StatefulSet", "shop", "status") is allowed
    attributes = {"verb": "patch", "group": "apps", "resource": "statefulsets"}
    place = {"subresource": "status", "namespace": "shop"}
    assert api.requests[0].body["spec"] == {"resourceAttributes": attributes | place}


# -------------------------------------------------------------------------------------------------------- streams
def test_watch(api: FakeApi, kube: Kube) -> None:
    """A watch begins at a version, asks for bookmarks and gives its lines as they come; empty ones are none."""
    api.scripts[PODS] = [[{"type": "ADDED", "object": OBJECT}, b"\n", {"type": "DELETED", "object": OBJECT}]]
    types = [line["type"] for response in kube.watch("Pod", "shop", "7") for line in lines(response)]
    assert types == ["ADDED", "DELETED"]
    assert sent(api)[2] == {
        "watch": "1",
        "resourceVersion": "7",
        "allowWatchBookmarks": "true",
        "timeoutSeconds": "60",
    }


def test_refused_watch(api: FakeApi, kube: Kube) -> None:
    """A watch that is refused has no lines; the version may be too old."""
    api.scripts[PODS] = [refusal(410, "too old")]
    with pytest.raises(ExpiredError, match="the API server refused watch Pod"):
        list(kube.watch("Pod", "shop", "7"))


def test_line_that_was_cut_off(api: FakeApi, kube: Kube) -> None:
    """A line that ends in the middle is the end of the stream, not an event."""
    api.scripts[PODS] = [[{"type": "ADDED", "object": OBJECT}, b'{"type":"MOD']]
    for response in kube.watch("Pod", "shop", "7"):
        answers = lines(response)
        assert next(answers)["type"] == "ADDED"
        with pytest.raises(UnreachableError, match="a streamed answer broke off"):
            next(answers)


# ------------------------------------------------------------------------------------------------------ pod proxy
@pytest.mark.parametrize(
    ("path", "asked", "query"),
    [
        ("/", "/", {}),
        ("/index.html", "/index.html", {}),
        ("/a b/%41;c", "/a%20b/%2541%3Bc", {}),
        ("/dns?name=web-0.nginx.&type=A", "/dns", {"name": "web-0.nginx.", "type": "A"}),
        ("/http?url=http%3A%2F%2Fweb-0%3A8080%2F%3Fa%3Db", "/http", {"url": "http://web-0:8080/?a=b"}),
    ],
)
def test_proxy(api: FakeApi, kube: Kube, path: str, asked: str, query: dict[str, str]) -> None:
    """A pod is asked for the very path, whatever characters are in it, and with its query as it stands."""
    api.answers[f"GET {POD}:8080/proxy{asked}"] = "hello"
    assert kube.proxy("shop", "web-0", 8080, path).text == "hello"
    assert sent(api)[:3] == ("GET", f"{POD}:8080/proxy{asked}", query)


def test_proxy_writes(api: FakeApi, kube: Kube) -> None:
    """What is sent to a pod arrives as it is, and its refusal is an answer like any other."""
    api.answers[f"PUT {POD}:8080/proxy/index.html"] = (409, "no room")
    response = kube.proxy("shop", "web-0", 8080, "/index.html", "PUT", b"some text")
    assert (response.status_code, response.text) == (409, "no room")
    assert api.requests[0].text == "some text"


def test_logs(api: FakeApi, kube: Kube) -> None:
    """The last lines of one container."""
    api.answers[f"GET {POD}/log"] = "one\ntwo\n"
    assert kube.logs("shop", "web-0", "main", lines=2) == "one\ntwo\n"
    assert sent(api)[2] == {"container": "main", "tailLines": "2"}


@pytest.mark.parametrize(("answer", "told"), [((400, "it waits to start"), "it waits"), (DROP, "no answer to GET")])
def test_no_logs(api: FakeApi, kube: Kube, answer: Plain, told: str) -> None:
    """Logs are for a person to read: why there are none is told in their place."""
    api.answers[f"GET {POD}/log"] = answer
    assert told in kube.logs("shop", "web-0", "main")


# ----------------------------------------------------------------------------------------------- the way to the API
@pytest.fixture
def secure(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[FakeApi]:
    """Return a fake API server that speaks TLS and knows its clients by certificate; its own is for its address."""
    authority = Authority(tmp_path)
    authority.issue("server", "server", hosts=(getattr(request, "param", "127.0.0.1"),))
    authority.issue("me", "me")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(tmp_path / "server.crt", tmp_path / "server.key")
    tls.load_verify_locations(tmp_path / "ca.crt")
    tls.verify_mode = ssl.CERT_REQUIRED
    with serve(tls) as api:
        yield api


def known(api: FakeApi, folder: Path, **cluster: Any) -> Kube:
    """Return a client with a certificate."""
    config = kubeconfig(api.url)
    config["clusters"][0]["cluster"] |= cluster
    config["users"][0]["user"] = {"client-certificate": "me.crt", "client-key": "me.key"}
    (folder / "kubeconfig").write_text(yaml.safe_dump(config))
    return Kube.from_kubeconfig(folder / "kubeconfig")


def test_certificates_are_the_kubeconfigs(secure: FakeApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both sides are known by the kubeconfig's certificates; proxies and CA bundles of the environment do not count."""
    for variable in ("HTTP_PROXY", "HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(variable, "http://127.0.0.1:9")
    for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(variable, str(tmp_path / "server.crt"))
    kube = known(secure, tmp_path, **{"certificate-authority": "ca.crt"})
    assert kube.list("Pod", "shop")["items"] == []
    assert "authorization" not in secure.requests[0].headers


def test_stranger_is_not_believed(secure: FakeApi, tmp_path: Path, pauses: list[float]) -> None:
    """A server whose certificate nobody vouches for gets no request, and is told as out of reach."""
    with pytest.raises(UnreachableError, match="CERTIFICATE_VERIFY_FAILED"):
        known(secure, tmp_path).list("Pod", "shop")
    assert (secure.requests, len(pauses)) == ([], ATTEMPTS - 1)


@pytest.mark.parametrize("secure", ["api.example"], indirect=True)
def test_a_server_of_another_name(secure: FakeApi, tmp_path: Path, pauses: list[float]) -> None:
    """Behind a tunnel the certificate is for another name than the address: that of the kubeconfig, if it has one."""
    cluster = {"certificate-authority": "ca.crt"}
    with pytest.raises(UnreachableError, match="CERTIFICATE_VERIFY_FAILED"):
        known(secure, tmp_path, **cluster).list("Pod", "shop")
    assert (secure.requests, len(pauses)) == ([], ATTEMPTS - 1)
    assert known(secure, tmp_path, **cluster, **{"tls-server-name": "api.example"}).list("Pod", "shop")["items"] == []


@pytest.mark.parametrize(("name", "asked"), [("api.example", "api.example"), ("", None)])
def test_a_name_is_asked_for_through_a_proxy_too(name: str, asked: str | None) -> None:
    """The way does not change whose certificate is expected at its end."""
    proxy = NamedServer(name).proxy_manager_for("http://10.0.0.1:3128")
    assert proxy.connection_from_host("10.0.0.2", 443, "https").conn_kw.get("server_hostname") == asked


def test_unchecked_server(secure: FakeApi, tmp_path: Path) -> None:
    """A kubeconfig that switches checking off is obeyed; that it is unsafe is said by the HTTP library."""
    kube = known(secure, tmp_path, **{"insecure-skip-tls-verify": True})
    with pytest.warns(InsecureRequestWarning):
        assert kube.list("Pod", "shop")["items"] == []


def test_proxy_of_the_kubeconfig(api: FakeApi, tmp_path: Path) -> None:
    """The kubeconfig's own proxy is the way to its cluster."""
    config = kubeconfig("http://cluster.example:6443")
    config["clusters"][0]["cluster"]["proxy-url"] = api.url
    (tmp_path / "kubeconfig").write_text(yaml.safe_dump(config))
    Kube.from_kubeconfig(tmp_path / "kubeconfig").list("Pod", "shop")
    assert api.requests[0].headers["Host"] == "cluster.example:6443"


def test_kubeconfig_without_identity(tmp_path: Path) -> None:
    """A client is not even made for a kubeconfig whose credential plugin is missing."""
    config = kubeconfig("http://127.0.0.1:9")
    config["users"][0]["user"] = {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "/nonexistent"}}
    (tmp_path / "kubeconfig").write_text(yaml.safe_dump(config))
    with pytest.raises(StsconfError, match="gives no identity"):
        Kube.from_kubeconfig(tmp_path / "kubeconfig")


def test_the_time_of_answers_is_added_up_by_thread(kube: Kube) -> None:
    """What one thread waited for is not another's."""
    assert kube.answering_seconds == 0.0
    kube.get("Pod", "web-0", "shop")
    once = kube.answering_seconds
    kube.get("Pod", "web-0", "shop")
    assert 0.0 < once < kube.answering_seconds
    with ThreadPoolExecutor(1) as other:
        assert other.submit(lambda: kube.answering_seconds).result() == 0.0
