"""Server, certificates, tokens and proxy of a kubeconfig."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import yaml

from stsconf.errors import StsconfError
from stsconf.kube.credentials import Credentials
from tests.fake_api import Json, kubeconfig

SERVER = "https://127.0.0.1:6443"


def load(
    folder: Path, cluster: Json | None = None, user: Json | None = None, context: str | None = None
) -> Credentials:
    """Load a kubeconfig whose cluster has further settings, and whose user may be another one."""
    config = kubeconfig(SERVER + "/")
    config["clusters"][0]["cluster"] |= cluster or {}
    config["users"][0]["user"] = config["users"][0]["user"] if user is None else user
    path = folder / "kubeconfig"
    path.write_text(yaml.safe_dump(config))
    return Credentials.load(path, context)


def plugin(folder: Path, text: str) -> Json:
    """Return a user whose credential plugin is a script in Python."""
    (folder / "plugin.py").write_text(text)
    command = {"apiVersion": "client.authentication.k8s.io/v1", "command": sys.executable, "args": ["plugin.py"]}
    return {"exec": {**command, "args": [str(folder / "plugin.py")], "interactiveMode": "Never"}}


PLUGIN = """
import json, pathlib
seen = pathlib.Path(__file__).with_name("seen")
seen.write_text(seen.read_text() + "x" if seen.exists() else "x")
status = {"token": f"token-{len(seen.read_text())}", "expirationTimestamp": "2020-01-01T00:00:00Z"}
print(json.dumps({"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": status}))
"""


def test_token(tmp_path: Path) -> None:
    """A token becomes a header, and the server's URL ends without a slash."""
    credentials = load(tmp_path)
    assert credentials.headers() == {"authorization": "Bearer a-token"}
    assert (credentials.server, credentials.certificate, credentials.proxy) == (SERVER, None, "")


def test_certificate(tmp_path: Path) -> None:
    """A client certificate is identity enough, without any header."""
    for name in ("me.crt", "me.key", "ca.crt"):
        (tmp_path / name).write_text(name)
    credentials = load(
        tmp_path, {"certificate-authority": "ca.crt"}, {"client-certificate": "me.crt", "client-key": "me.key"}
    )
    assert credentials.headers() == {}
    assert credentials.certificate == (str(tmp_path / "me.crt"), str(tmp_path / "me.key"))
    assert credentials.verify == str(tmp_path / "ca.crt")


@pytest.mark.parametrize(("skip", "verify"), [(False, True), (True, False)])
def test_checking_of_the_server(tmp_path: Path, skip: bool, verify: bool) -> None:  # noqa: FBT001 -- a table's columns
    """Without a CA the system's are asked; only the kubeconfig can switch checking off."""
    assert load(tmp_path, {"insecure-skip-tls-verify": skip}).verify is verify


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY"])
@pytest.mark.parametrize(
    ("cluster", "proxy"), [({}, ""), ({"proxy-url": "http://10.0.0.1:3128"}, "http://10.0.0.1:3128")]
)
def test_only_the_kubeconfigs_proxy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, cluster: Json, proxy: str
) -> None:
    """A proxy of the environment is meant for the internet, not for a cluster."""
    monkeypatch.setenv(variable, "http://127.0.0.1:9")
    assert load(tmp_path, cluster).proxy == proxy


def test_plugins_token_is_renewed(tmp_path: Path) -> None:
    """A credential plugin is asked again when its token has expired."""
    credentials = load(tmp_path, user=plugin(tmp_path, PLUGIN))
    tokens = [credentials.headers()["authorization"] for _ in range(2)]
    numbers = [int(token.removeprefix("Bearer token-")) for token in tokens]
    assert numbers[0] < numbers[1]


@pytest.mark.parametrize(
    "user",
    [
        {},
        {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "/nonexistent/login"}},
        {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "false"}},
    ],
    ids=["nothing", "plugin-missing", "plugin-fails"],
)
def test_no_identity(tmp_path: Path, user: Json) -> None:
    """Who cannot be known to the cluster is told before the first request, and not by the cluster."""
    with pytest.raises(StsconfError, match="the kubeconfig gives no identity") as caught:
        load(tmp_path, user=user)
    assert caught.value.why.startswith("context (current) of ")
    assert "credential plugin" in caught.value.do


@pytest.mark.parametrize(
    "asked",
    [{"as": "alice"}, {"as": "alice", "as-uid": "7"}, {"as-groups": ["admins"]}, {"as-user-extra": {"reason": ["x"]}}],
)
def test_impersonation_is_refused(tmp_path: Path, asked: Json) -> None:
    """The client does not know it and would act as the user who is to become another."""
    with pytest.raises(StsconfError, match="the kubeconfig asks for impersonation") as caught:
        load(tmp_path, user={"token": "a-token", **asked})
    why = f"the user of context (current) of {tmp_path}/kubeconfig has set {', '.join(asked)}"
    assert caught.value.why == why


def test_a_server_of_another_name(tmp_path: Path) -> None:
    """The name that its certificate is checked for may differ from the host that is asked."""
    assert load(tmp_path).server_name == ""
    assert load(tmp_path, {"tls-server-name": "api.example"}).server_name == "api.example"


def test_unknown_context(tmp_path: Path) -> None:
    """A context that is not in the file is named."""
    with pytest.raises(StsconfError, match="cannot use the kubeconfig") as caught:
        load(tmp_path, context="other")
    assert "other" in caught.value.why


def test_no_file(tmp_path: Path) -> None:
    """A file that is not there is named."""
    with pytest.raises(StsconfError, match=f"cannot use the kubeconfig {tmp_path / 'nothing'}"):
        Credentials.load(tmp_path / "nothing")
