"""Faults of storage: the provisioner's scripts run here, the policies as far as they can be seen without a cluster."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from stsconf.mutants.fault import Fault, Site
from stsconf.mutants.faults import storage
from tests.fake_api import FakeApi
from tests.mutants.playing import played, site

SCRIPTS = "/api/v1/namespaces/local-path-storage/configmaps/local-path-config"
USUAL = {"setup": "make", "teardown": "remove"}


def scripts(fault: Fault, folder: Path) -> dict[str, str]:
    """Play a fault and return the scripts that it gives to the provisioner."""
    with site(folder) as (api, broken):
        patches = _patched(api, broken, fault)
    assert patches[-1] == USUAL
    return patches[0]


def _patched(api: FakeApi, broken: Site, fault: Fault) -> list[dict[str, Any]]:
    api.answers[f"GET {SCRIPTS}"] = {"data": USUAL}
    api.answers[f"PATCH {SCRIPTS}"] = {}
    with fault.harm(broken):
        assert len(api.asked("PATCH")) == 1
    return [request.body["data"] for request in api.asked("PATCH")]


def run(script: str, folder: Path) -> None:
    """Run a script as the provisioner's helper does."""
    subprocess.run(["/bin/sh", "-c", script], env={**os.environ, "VOL_DIR": str(folder)}, check=True)


def test_claims_of_a_namespace_share_a_folder(tmp_path: Path) -> None:
    """What is stored on a volume is seen on another of the same namespace, and in no other; nothing is left."""
    made = scripts(storage.SHARED, tmp_path)
    folders = [tmp_path / "volumes" / name for name in ("pvc-1_shop_www-web-0", "pvc-2_shop_www-web-1", "pvc-3_bar_a")]
    (tmp_path / "volumes").mkdir()
    for folder in folders:
        run(made["setup"], folder)
    (folders[0] / "token").write_text("x")
    assert (folders[1] / "token").read_text() == "x"
    assert not (folders[2] / "token").exists()
    for folder in folders:
        run(made["teardown"], folder)
    assert list((tmp_path / "volumes").iterdir()) == []


def test_a_read_only_volume_is_one_that_nobody_may_write(tmp_path: Path) -> None:
    """The folder gives no right to write, to anybody."""
    run(scripts(storage.READ_ONLY, tmp_path)["setup"], tmp_path / "volume")
    assert stat.S_IMODE((tmp_path / "volume").stat().st_mode) == 0o555


def test_a_used_volume_holds_what_was_stored_on_the_one_before(tmp_path: Path) -> None:
    """At first it is others' data; a claim of the same name gets its own again, and another claim does not."""
    made = scripts(storage.USED, tmp_path)
    (tmp_path / "volumes").mkdir()
    first, again, other = (
        tmp_path / "volumes" / name for name in ("pvc-1_shop_www-web-0", "pvc-2_shop_www-web-0", "pvc-3_shop_www-web-1")
    )
    run(made["setup"], first)
    assert (first / "kubia.txt").read_text() == "others\n"
    (first / "kubia.txt").write_text("token")
    run(made["teardown"], first)
    assert not first.is_symlink()
    run(made["setup"], again)
    run(made["setup"], other)
    assert (again / "kubia.txt").read_text() == "token"
    assert (other / "kubia.txt").read_text() == "others\n"
    assert stat.S_IMODE((other / "kubia.txt").stat().st_mode) == 0o666


@pytest.mark.parametrize(
    ("fault", "place"),
    [(storage.WIPED, "rm -rf /wipe/*/*"), (storage.FRESH, "subPathExpr")],
    ids=lambda value: value.name if isinstance(value, Fault) else "",
)
def test_pods_with_claims_find_nothing(fault: Fault, place: str, tmp_path: Path) -> None:
    """Only pods that use a claim are changed."""
    (spec,) = played(fault.harm, tmp_path).values()
    assert "persistentVolumeClaim" in spec["matchConditions"][1]["expression"]
    assert place in spec["mutations"][0]["jsonPatch"]["expression"]


def test_kubia_forgets_what_is_written(tmp_path: Path) -> None:
    """The app of the image runs, with another way to save; pods of other apps stay as they are."""
    (spec,) = played(storage.FORGOTTEN.harm, tmp_path).values()
    assert any("'kubia'" in one["expression"] for one in spec["matchConditions"])
    command = spec["mutations"][0]["jsonPatch"]["expression"].split('"')[1]
    folder, program = (
        Path(__file__).parents[3] / "apps" / "kubia",
        command.replace("kubia.main()", "print(kubia.STORE.save(b''))"),
    )
    said = subprocess.run(
        [sys.executable, "-c", program.replace("/app", str(folder))],
        env={**os.environ, "KUBIA_DATA": str(tmp_path / "data")},
        check=True,
        capture_output=True,
        text=True,
    )
    assert said.stdout == "None\n"
    assert not (tmp_path / "data").exists()
