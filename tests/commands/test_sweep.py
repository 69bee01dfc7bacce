"""`stsconf sweep`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stsconf import cli
from stsconf.errors import ExitCode


def test_what_is_asked_for_is_swept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Target, kubeconfig and the two switches are handed on as they are given."""
    asked = list[Any]()
    monkeypatch.setattr(
        "stsconf.commands.sweep.sweep_target", lambda *words, **switches: asked.append((words[:2], switches))
    )
    assert cli.main(["sweep"]) == ExitCode.CONFORMANT
    words = ["sweep", "--cluster=context:a", "--kubeconfig=b", "--force", "--dry-run"]
    assert cli.main(words) == ExitCode.CONFORMANT
    assert asked == [
        (("", None), {"force": False, "dry_run": False}),
        (("context:a", Path("b")), {"force": True, "dry_run": True}),
    ]
