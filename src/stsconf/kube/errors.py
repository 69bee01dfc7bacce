"""What the API, or the way to it, answers instead of an object."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import requests

from stsconf.errors import StsconfError


class ApiError(StsconfError):
    """The API server refused a request: HTTP `status`, machine-readable `reason`, its own message.

    `retry_after` is for how many seconds it wants to be left alone, None if it does not say.
    """

    def __init__(self, request: str, status: int, reason: str, message: str, retry_after: int | None = None) -> None:
        """Tell which request was refused, how and why."""
        super().__init__(f"the API server refused {request}", f"{status} {reason}: {message}")
        self.status, self.reason, self.message, self.retry_after = status, reason, message, retry_after


@contextmanager
def gone_is_fine() -> Iterator[None]:
    """Let an object be gone that something was to be done to."""
    try:
        yield
    except ApiError as error:
        if error.status != requests.codes.not_found:
            raise


class ExpiredError(ApiError):
    """410: the resource version is too old to resume from; what happened since is unknown."""


class UnreachableError(StsconfError):
    """No answer from the API server: connection refused, reset, timed out."""


def root_cause(error: BaseException) -> str:
    """Return what began it, in one line: HTTP libraries wrap "connection refused" four times over."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    return " ".join(str(error).split()) or type(error).__name__
