"""What holds whatever is done to a StatefulSet: judged on every scenario's history."""

from __future__ import annotations

from stsconf.check import expect_always, guarantee
from stsconf.judge.invariants import COURSE, IDENTITY, LIVES
from stsconf.model.history import History


class Invariants:
    """Checks that every scenario about a StatefulSet inherits."""

    @guarantee("OWN-7", "ORD-2", "ORD-11", "OWN-15", "OWN-16", "IDN-7", shows=[1, 18, 19])
    def test_no_identity_twice_and_no_pod_unexplained(self, history: History) -> None:
        """At most one live pod MUST have an identity, and pods MUST come and go by the rules only."""
        expect_always(history, *LIVES)

    @guarantee("IDN-2", "IDN-4", "IDN-5", "IDN-11", "IDN-15", shows=[8])
    def test_every_pod_has_the_marks_of_its_identity(self, history: History) -> None:
        """Every pod MUST carry hostname, subdomain and labels of its identity, and all else from its template."""
        expect_always(history, *IDENTITY)

    @guarantee("STA-1", "STA-2", "STA-3", "STA-17", "POD-1", "POD-3", shows=[5])
    def test_counters_and_phases_stay_sane(self, history: History) -> None:
        """Status counters MUST stay within bounds, and pods MUST go through their phases and get time to end."""
        expect_always(history, *COURSE)
