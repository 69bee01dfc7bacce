"""The way in for the cluster's own programs."""

import json
from pathlib import Path

from stsconf.cluster.embedded import settings
from stsconf.cluster.embedded.access import administrator
from stsconf.cluster.embedded.runfolder import RunFolder
from tests.fake_api import FakeApi


def test_the_administrator_is_known_by_a_certificate(tmp_path: Path) -> None:
    """The one that was issued for it, and the cluster by its own authority."""
    folder = RunFolder(tmp_path)
    settings.write(folder.kubeconfig, settings.kubeconfig(folder, "admin", "198.18.1.2"))
    credentials = administrator(folder.kubeconfig).credentials
    expected = (str(folder.pki / "ca.crt"), (str(folder.pki / "admin.crt"), str(folder.pki / "admin.key")))
    assert (credentials.verify, credentials.certificate) == expected


def test_it_sends_no_token(api: FakeApi, tmp_path: Path) -> None:
    """And gets its answers all the same."""
    folder = RunFolder(tmp_path)
    folder.make()
    for file in ("admin.crt", "admin.key"):
        (folder.pki / file).touch()
    content = settings.kubeconfig(folder, "admin", "198.18.1.2")
    content["clusters"][0]["cluster"]["server"] = api.url
    folder.kubeconfig.write_text(json.dumps(content))
    kube = administrator(folder.kubeconfig)
    nodes = [node["metadata"]["name"] for node in kube.list("Node")["items"]]
    assert (nodes, kube.credentials.headers()) == (["n"], {})
