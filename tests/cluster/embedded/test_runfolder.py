"""Where one cluster keeps its files."""

from pathlib import Path

import pytest

from stsconf.cluster.embedded.runfolder import RunFolder


def test_the_folder_names_the_cluster(tmp_path: Path) -> None:
    """And what it makes outside of the folder can be told from what others make."""
    folder = RunFolder(tmp_path / "one")
    assert (folder.name, folder.label) == ("one", "stsconf-one")


@pytest.mark.parametrize("part", ["pki", "logs", "volumes"])
def test_nobody_else_may_look_inside(tmp_path: Path, part: str) -> None:
    """Keys, and what logs may say of them."""
    folder = RunFolder(tmp_path)
    folder.make()
    path: Path = getattr(folder, part)
    assert path.stat().st_mode & 0o777 == 0o700
