"""What an open target says of itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from stsconf.cluster.target import Access, Target


def test_a_cluster_is_somebody_elses_unless_it_says_otherwise() -> None:
    """Nothing is thrown away, cut short or taken for simulated by default."""
    access = Access(Path("kubeconfig"))
    assert (access.disposable, access.simulated, access.pace) == (False, False, 1.0)
    assert access.load is None
    assert access.keep is None


def test_a_target_says_how_it_is_opened() -> None:
    """A target that cannot be opened is none."""
    with pytest.raises(TypeError, match="open"):
        Target()  # type: ignore[abstract]  # the point of the test
