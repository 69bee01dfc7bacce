"""The marks on everything of ours."""

from __future__ import annotations

import re

import pytest

from stsconf.scenario import labels

QUALIFIED = re.compile(r"([a-z0-9.-]{1,253}/)?[A-Za-z0-9][A-Za-z0-9._-]{0,61}[A-Za-z0-9]")


def test_run_labels() -> None:
    """Everything tells that it is ours, and which run made it."""
    assert labels.run_labels("r1") == {"app.kubernetes.io/managed-by": "stsconf", "stsconf.dev/run": "r1"}


@pytest.mark.parametrize(
    "name", [labels.MANAGED_BY, labels.RUN, labels.CREATED, labels.EXPIRES, labels.GATE, labels.FINALIZER]
)
def test_names_are_valid(name: str) -> None:
    """The API takes every one of them for a label, an annotation, a condition or a finalizer."""
    assert QUALIFIED.fullmatch(name)
