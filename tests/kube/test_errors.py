"""What the API's refusals and silences are told as."""

from __future__ import annotations

from stsconf.errors import ExitCode
from stsconf.kube.errors import ApiError, ExpiredError, UnreachableError


def test_refusal_tells_request_and_reason() -> None:
    """One line says what was refused, one why; the parts can be asked for."""
    error = ApiError("POST /api/v1/pods", 403, "Forbidden", "no right to\ncreate pods", retry_after=3)
    assert str(error) == "the API server refused POST /api/v1/pods\n403 Forbidden: no right to create pods"
    assert (error.status, error.reason, error.message) == (403, "Forbidden", "no right to\ncreate pods")
    assert error.retry_after == 3


def test_expiry_is_a_refusal() -> None:
    """Whoever does not care about 410 meets it as any other refusal."""
    assert isinstance(ExpiredError("watch Pod", 410, "Expired", "too old"), ApiError)


def test_neither_is_a_verdict() -> None:
    """A cluster that refuses or does not answer cannot be judged."""
    errors = (ApiError("GET /", 500, "", ""), UnreachableError("no answer"))
    assert [error.exit_code for error in errors] == [ExitCode.NOT_JUDGED, ExitCode.NOT_JUDGED]
