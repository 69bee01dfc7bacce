"""`stsconf images`."""

from __future__ import annotations

from pathlib import Path

import pytest

from stsconf import cli
from stsconf.cluster.images import DESCRIPTION, Entry, Image, Layer, write_archive
from stsconf.errors import ExitCode


def test_images_are_listed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The archive's path comes first, then each image with its size and what it is for."""
    archive = tmp_path / "apps.tar"
    layer = Layer.of(Entry("/app/kubia.py", b"x" * 1_234_567))
    write_archive([Image("localhost/stsconf/kubia:1", [layer], ["kubia"], labels={DESCRIPTION: "the app"})], archive)
    monkeypatch.setattr("stsconf.commands.images.ensure_app_images", lambda _cache, _say: archive)
    assert cli.main(["images"]) == ExitCode.CONFORMANT
    assert capsys.readouterr().out.splitlines() == [
        str(archive),
        "  localhost/stsconf/kubia:1               1.2 MB  the app",
    ]
