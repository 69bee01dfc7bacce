"""The checks of this checkout, and pytest called on them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from stsconf.errors import ExitCode

CHECKOUT = Path(__file__).parents[3]
CONFORMANCE = CHECKOUT / "conformance"
_PYTESTS_OWN = {4: ExitCode.USAGE, 5: ExitCode.NOT_JUDGED}
"""Exit codes with which pytest ends before a run begins: it was called wrongly, or collected nothing."""


def call_pytest(options: Sequence[str], *plugins: object, root: Path = CHECKOUT, folder: str = "conformance") -> int:
    """Run pytest in this process, all but mute; on all checks of the folder unless some are named."""
    import pytest  # noqa: PLC0415 -- takes a while to load, and only two commands need it

    named = any("::" in option or option.endswith(".py") for option in options)
    quiet = (
        "-qq",
        "--assert=plain",
        "--no-header",
        "--no-summary",
        "--tb=no",
        "-s",
        "-pno:cacheprovider",
        "-ofilterwarnings=default",
    )
    settings = (f"--rootdir={root}", "-c", str(root / "pyproject.toml"))
    code = pytest.main([*settings, *quiet, *options, *([] if named else [str(root / folder)])], plugins=plugins)
    return _PYTESTS_OWN.get(code, code)
