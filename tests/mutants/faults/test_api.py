"""The relay between the suite and the API: slow, or breaking watches off, and else faithful."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from stsconf.cluster.embedded import pki
from stsconf.cluster.embedded.access import administrator
from stsconf.kube.client import Kube, lines
from stsconf.kube.errors import ApiError, UnreachableError
from stsconf.mutants.fault import Harm, Site
from stsconf.mutants.faults import api as faults
from stsconf.wait import Clock
from tests.fake_api import FakeApi, Request, refusal, serve

PODS = "/api/v1/namespaces/shop/pods"


@contextmanager
def relayed(harm: Harm, folder: Path) -> Iterator[tuple[FakeApi, Kube, Path]]:
    """Serve an API over TLS as a cluster of ours does; yield it, its relay's client and that one's kubeconfig."""
    cluster, own = folder / "pki", folder / "own"
    cluster.mkdir()
    own.mkdir()
    authority = pki.Authority(cluster)
    authority.issue("apiserver", "apiserver", hosts=("127.0.0.1",))
    authority.issue("admin", "admin")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(cluster / "ca.crt"))
    context.load_cert_chain(cluster / "apiserver.crt", cluster / "apiserver.key")
    context.verify_mode = ssl.CERT_REQUIRED
    with serve(context) as api:
        config = {
            "clusters": [{"name": "c", "cluster": {"server": api.url, "certificate-authority": f"{cluster}/ca.crt"}}],
            "users": [
                {
                    "name": "u",
                    "user": {"client-certificate": f"{cluster}/admin.crt", "client-key": f"{cluster}/admin.key"},
                }
            ],
        }
        usual = folder / "usual"
        usual.write_text(json.dumps(config))
        with harm(Site(administrator(usual), usual, own)) as kubeconfig:
            assert kubeconfig is not None
            yield api, administrator(kubeconfig), kubeconfig


def test_requests_and_answers_pass_unchanged(tmp_path: Path) -> None:
    """Method, path, query, body and headers reach the API server; status and body come back."""
    with relayed(faults.relayed(), tmp_path) as (api, kube, _):
        api.answers[f"POST {PODS}"] = lambda request: {"echo": request.body, "query": request.query}
        api.answers[f"GET {PODS}/web-0"] = refusal(404, "there is no web-0")
        assert kube.call("POST", PODS, {"a": 1}, dryRun="All") == {"echo": {"a": 1}, "query": {"dryRun": "All"}}
        with pytest.raises(ApiError, match="there is no web-0"):
            kube.get("Pod", "web-0", "shop")
        assert api.requests[0].content_type == "application/json"


def test_a_slow_api_answers_all_the_same(tmp_path: Path) -> None:
    """Each request takes its time, a small one here, and no less."""
    with relayed(faults.relayed(delay=0.2), tmp_path) as (_, kube, _):
        begin = Clock.now()
        kube.list("Pod", "shop")
        assert Clock.now() - begin >= 0.2


def test_a_watch_is_cut_in_its_midst(tmp_path: Path) -> None:
    """What was said until then has arrived; the rest breaks off, and other requests go on."""
    event = {"type": "ADDED", "object": {"metadata": {"name": "web-0"}}}
    seen = []

    def watch(kube: Kube) -> None:
        for response in kube.watch("Pod", "shop", "1"):
            for one in lines(response):
                seen.append(one)  # noqa: PERF402 -- what came before it broke off counts

    with relayed(faults.relayed(patience=1.0), tmp_path) as (api, kube, _):
        api.events.append(("", event))
        with pytest.raises(UnreachableError):
            watch(kube)
        assert kube.list("Pod", "shop")["items"] == []
    assert seen == [event]


def test_a_watch_that_ends_in_time_ends_well(tmp_path: Path) -> None:
    """A relay that is merely slow breaks nothing off."""
    event = {"type": "ADDED", "object": {"metadata": {"name": "web-0"}}}
    with relayed(faults.relayed(), tmp_path) as (api, kube, _):
        api.scripts[PODS] = [[event]]
        assert [one for response in kube.watch("Pod", "shop", "1") for one in lines(response)] == [event]


def test_nobody_else_comes_in(tmp_path: Path) -> None:
    """The relay acts as an administrator: it asks its clients for the certificate that it made for them."""
    with relayed(faults.relayed(), tmp_path) as (api, kube, _):
        with pytest.raises(requests.RequestException):
            requests.get(kube.credentials.server + PODS, verify=str(kube.credentials.verify), timeout=5)
        assert api.requests == []


def test_an_api_that_is_gone_is_told_by_a_closed_connection(tmp_path: Path) -> None:
    """The relay invents no answer."""

    def gone(_: Request) -> tuple[int, str]:
        return (0, "")

    with relayed(faults.relayed(), tmp_path) as (api, kube, _):
        api.answers[f"GET {PODS}"] = gone
        with pytest.raises(UnreachableError):
            kube.send("GET", PODS)
