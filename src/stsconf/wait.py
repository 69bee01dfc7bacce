"""The only clock of the project, and every deadline in one place."""

from __future__ import annotations

import time
from dataclasses import dataclass, fields
from datetime import UTC, datetime


class Clock:
    """Tells the time. Nothing else in the project does (ruff's banned-api rule sees to it)."""

    @staticmethod
    def now() -> float:
        """Return seconds since an arbitrary moment; never goes backwards."""
        return time.monotonic()

    @staticmethod
    def utc() -> datetime:
        """Return the date and time, for what a person reads and for expiry."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long the suite waits for what, in seconds. All of them are patience, none is part of a promise."""

    controller: float = 30.0
    """A controller creates, deletes or counts something that the API alone can show."""
    retry: float = 180.0
    """A controller tries again what was refused: it pauses longer each time, and all its objects share ten a second."""
    pod: float = 90.0
    """A pod gets Running and Ready from the moment it exists, its volume and image included."""
    gone: float = 60.0
    """A pod whose deletion was asked for disappears."""
    claim: float = 60.0
    """A claim gets bound once a pod needs it."""
    dns: float = 60.0
    """The cluster's DNS says what the API says: longer than a negative answer may be cached."""
    lost: float = 20.0
    """The API server does not answer at all before the cluster is taken for lost."""
    namespace: float = 120.0
    """A namespace and everything in it disappears."""

    def scaled(self, factor: float) -> Deadlines:
        """Return all deadlines multiplied by `factor`, for slow machines."""
        return Deadlines(**{f.name: getattr(self, f.name) * factor for f in fields(self)})
