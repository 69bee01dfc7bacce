"""Kubeconfig files: joined like kubectl does, cut down to one context."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
import yaml

from stsconf.cluster import kubeconfig
from stsconf.errors import StsconfError
from tests.fake_api import kubeconfig as one_context

HERE = Path("/etc/me/.kube/config")


def parsed(name: str, server: str) -> kubeconfig.Json:
    """Return a parsed kubeconfig with one context."""
    return kubeconfig.parse(yaml.safe_dump(one_context(server, name)), HERE)


def test_first_file_wins() -> None:
    """Of entries with one name in two files, the first file's stands."""
    merged = kubeconfig.merge([parsed("a", "https://first"), parsed("b", "https://b"), parsed("a", "https://second")])
    assert [entry["cluster"]["server"] for entry in merged["clusters"]] == ["https://first", "https://b"]


def test_extract_holds_one_context() -> None:
    """The copy holds one cluster, one user, one context, and that one is current."""
    config = kubeconfig.extract(kubeconfig.merge([parsed("a", "https://a"), parsed("b", "https://b")]), "b")
    assert config["current-context"] == "b"
    names = [[entry["name"] for entry in config[section]] for section in ("contexts", "clusters", "users")]
    assert names == [["b"], ["b-cluster"], ["b-user"]]


def test_extract_drops_the_namespace() -> None:
    """A context's default namespace does not come along."""
    config = parsed("a", "https://a")
    config["contexts"][0]["context"]["namespace"] = "team"
    assert kubeconfig.extract(config, "a")["contexts"][0]["context"] == {"cluster": "a-cluster", "user": "a-user"}


def test_unknown_context_lists_the_known() -> None:
    """The error names the contexts that there are."""
    with pytest.raises(StsconfError, match="the kubeconfig holds: a, b"):
        kubeconfig.extract(kubeconfig.merge([parsed("b", "https://b"), parsed("a", "https://a")]), "c")


def test_dangling_context() -> None:
    """A context whose user stands nowhere is told as such."""
    config = parsed("a", "https://a")
    config["users"] = []
    with pytest.raises(StsconfError, match="its user 'a-user' stands in no kubeconfig"):
        kubeconfig.extract(config, "a")


def test_relative_files_count_from_their_kubeconfig() -> None:
    """Relative certificate paths are resolved, absolute ones and data stay."""
    text = """
    clusters: [{name: c, cluster: {server: https://a, certificate-authority: pki/ca.crt}}]
    users: [{name: u, user: {client-certificate: me.crt, client-key: /keys/me.key, tokenFile: t}}]
    """
    config = kubeconfig.parse(text, HERE)
    assert config["clusters"][0]["cluster"]["certificate-authority"] == "/etc/me/.kube/pki/ca.crt"
    assert config["users"][0]["user"] == {
        "client-certificate": "/etc/me/.kube/me.crt",
        "client-key": "/keys/me.key",
        "tokenFile": "/etc/me/.kube/t",
    }


@pytest.mark.parametrize(
    ("command", "kept"), [("aws", "aws"), ("bin/login", "/etc/me/.kube/bin/login"), ("/opt/login", "/opt/login")]
)
def test_plugin_is_kept(command: str, kept: str) -> None:
    """The exec section comes along; a path counts from the kubeconfig, a bare name stays one."""
    config = one_context("https://a", "a")
    config["users"][0]["user"] = {"exec": {"command": command, "args": ["token"]}}
    copy = kubeconfig.extract(kubeconfig.parse(yaml.safe_dump(config), HERE), "a")
    assert copy["users"][0]["user"]["exec"] == {"command": kept, "args": ["token"]}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it is empty"),
        ("a: [", "it is not YAML"),
        ("just words", "it does not hold lists"),
        ("clusters: {a: b}", "it does not hold lists"),
        ("users: [{user: {}}]", "an entry of it has no name"),
    ],
)
def test_unusable_file(text: str, why: str) -> None:
    """A file that is no kubeconfig is named, with what is wrong, in three lines at most."""
    with pytest.raises(StsconfError, match=why) as caught:
        kubeconfig.parse(text, HERE)
    assert str(HERE) in caught.value.what
    assert len(str(caught.value).splitlines()) == 3


class TestFiles:
    """Which files are read."""

    def test_explicit_file_stands_alone(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A named file beats the environment."""
        monkeypatch.setenv("KUBECONFIG", str(tmp_path / "other"))
        (tmp_path / "mine").touch()
        assert kubeconfig.files(tmp_path / "mine") == [tmp_path / "mine"]

    def test_list_in_the_environment(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Files of the list that do not exist are passed over."""
        monkeypatch.setenv("KUBECONFIG", f"{tmp_path / 'a'}::{tmp_path / 'b'}:{tmp_path / 'c'}")
        for name in "ac":
            (tmp_path / name).touch()
        assert kubeconfig.files(None) == [tmp_path / "a", tmp_path / "c"]

    def test_home(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without either, the home folder's is read."""
        monkeypatch.delenv("KUBECONFIG", raising=False)
        monkeypatch.setenv("HOME", str(tmp_path))
        (tmp_path / ".kube").mkdir()
        (tmp_path / ".kube" / "config").touch()
        assert kubeconfig.files(None) == [tmp_path / ".kube" / "config"]

    def test_none(self, tmp_path: Path) -> None:
        """A file that is not there is named."""
        with pytest.raises(StsconfError, match=f"there is no {tmp_path}/absent"):
            kubeconfig.files(tmp_path / "absent")


def test_written_file_is_private(tmp_path: Path) -> None:
    """Nobody else may read the copy."""
    path = kubeconfig.write(parsed("a", "https://a"), tmp_path / "kubeconfig")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert yaml.safe_load(path.read_text())["current-context"] == "a"


def test_missing_plugin_is_named() -> None:
    """A credential plugin that is not on PATH is named, with its own hint for installing it."""
    config = parsed("a", "https://a")
    config["users"][0]["user"] = {"exec": {"command": "no-such-plugin", "installHint": "get it from the shop"}}
    with pytest.raises(StsconfError, match="'no-such-plugin' is not installed") as caught:
        kubeconfig.require_plugin(config)
    assert caught.value.do == "get it from the shop"
