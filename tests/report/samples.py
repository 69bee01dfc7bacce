"""Hand-made runs and histories that the report's tests render."""

from dataclasses import replace
from typing import Any

from stsconf.model.capability import Absence, Capability
from stsconf.model.finding import Finding
from stsconf.model.guarantee import Level, Profile
from stsconf.model.history import Event, History, Stall, Subject
from stsconf.model.result import CheckResult, RunHeader, RunResult
from stsconf.model.verdict import Verdict
from stsconf.report.redact import Redactor

PRIME = "\N{PRIME}"

HEADER = RunHeader(
    run="r1",
    suite_version="0.1.0",
    target="embedded",
    kubernetes_version="v1.37.1",
    nodes=1,
    storage_class="standard",
    checks_expected=1,
    catalogue="sha256:4f1c",
    started="2026-11-21T02:00:00Z",
    capabilities={"storage": "server dry-run"},
    absences=(Absence(Capability.DNS, "no pod can be asked"),),
    options={"scale": "1"},
)

FINDING = Finding(
    "order.create-before-ready",
    "web-1 was created while web-0 had never been Running and Ready",
    ("web-1",),
    ("812",),
    (3,),
)


_STORAGE = (Profile.STORAGE,)


def check(number: int = 0, verdict: Verdict = Verdict.PASSED, **changed: Any) -> CheckResult:
    """Make a check's result: the `number`th of a class, about ORD-2 unless told otherwise."""
    sample = CheckResult(
        id=f"conformance/test_ordering.py::TestOrderedStartup::test_{number:05}_waits[kubia]",
        title="a pod waits for its predecessor",
        guarantees=("ORD-2",),
        observations=(3, 4),
        level=Level.MUST,
        app="kubia",
        scenario="TestOrderedStartup[kubia]",
        verdict=verdict,
        profiles=(Profile.CORE,),
        history="histories/TestOrderedStartup-kubia.jsonl.gz",
    )
    return replace(sample, **changed)


def run(*checks: CheckResult, expected: int | None = None, interrupted: str = "", seconds: float = 12.34) -> RunResult:
    """Make a run of these checks, complete unless more of them are `expected`."""
    header = replace(HEADER, checks_expected=len(checks) if expected is None else expected)
    return RunResult(header, checks, seconds, interrupted)


def issues() -> tuple[CheckResult, CheckResult]:
    """Make a check that is broken as its known issue says, and one that is kept all the same."""
    return (
        check(7, Verdict.FAILED, guarantees=("UPD-13",), findings=(FINDING,), known_issue="#1"),
        check(8, guarantees=("UPD-6",), known_issue="#2"),
    )


def every_outcome() -> RunResult:
    """Make a run that has a check of each outcome, of several areas."""
    return run(
        check(0),
        check(1, Verdict.FAILED, findings=(FINDING,), evidence="evidence/test_00001"),
        check(2, Verdict.INCONCLUSIVE, guarantees=("UPD-2",), reason="the watch of Pod missed something"),
        check(
            3,
            Verdict.NOT_SUPPORTED,
            guarantees=("STO-1",),
            profiles=_STORAGE,
            reason="there is no default StorageClass",
        ),
        check(4, Verdict.SKIPPED, guarantees=("OWN-4", "OWN-5"), reason="not chosen: disruptive"),
        check(5, Verdict.FAILED, guarantees=("DNS-10",), level=Level.REPORT, findings=(FINDING,)),
        *issues(),
        check(
            6,
            Verdict.NOT_SUPPORTED,
            guarantees=("STO-2",),
            profiles=_STORAGE,
            reason="there is no default StorageClass",
        ),
    )


def large(number: int = 10_000) -> RunResult:
    """Make a run of so many checks, of all verdicts in turn."""
    verdicts = list(Verdict)
    checks = (
        check(place, verdicts[place % len(verdicts)], guarantees=(f"A{place % 9}-{place % 7}",), reason="so it is")
        for place in range(number)
    )
    return run(*checks)


def pod(name: str, uid: str, version: int, phase: str = "Pending", **more: Any) -> dict[str, Any]:
    """Make a version of a pod; `ready` sets its condition, all else goes into its metadata."""
    ready = more.pop("ready", None)
    status: dict[str, Any] = {"phase": phase}
    if ready is not None:
        status["conditions"] = [{"type": "Ready", "status": str(ready)}]
    return {"metadata": {"name": name, "uid": uid, "resourceVersion": str(version)} | more, "status": status}


def endpoints(service: str, *ready: str, **unready: str) -> dict[str, Any]:
    """Make an EndpointSlice of a Service that shows these pods as ready, and those named by keyword as not ready."""
    shown = [{"targetRef": {"name": name}, "conditions": {"ready": True}} for name in ready]
    hidden = [{"targetRef": {"name": name}, "conditions": {"ready": False}} for name in unready.values()]
    labels = {"kubernetes.io/service-name": service}
    return {"metadata": {"name": f"{service}-x1", "uid": "e", "labels": labels}, "endpoints": shown + hidden}


def history(*told: tuple[str, str, dict[str, Any]], stall: Stall | None = None, every: float = 0.25) -> History:
    """Make a history of (kind, type, object), one event per quarter of a second."""
    events = tuple(Event(index, index * every, *event) for index, event in enumerate(told))
    return History(events, Subject("ns", "web", "web", "kubia"), stall=stall)


def broken_start() -> History:
    """Make the history that shows `FINDING`: web-1 is created too early, deleted and made anew."""
    return history(
        ("Act", "deploy", {"sentence": "create web with 2 replicas"}),
        ("Pod", "ADDED", pod("web-0", "u0", 810)),
        ("Pod", "MODIFIED", pod("web-0", "u0", 811, "Running")),
        ("Pod", "ADDED", pod("web-1", "u1", 812)),
        ("Pod", "MODIFIED", pod("web-0", "u0", 813, "Running", ready=True)),
        ("Pod", "MODIFIED", pod("web-1", "u1", 814, "Running", ready=True)),
        ("Pod", "MODIFIED", pod("web-1", "u1", 815, "Running", ready=True, labels={"a": "b"})),
        ("Act", "kill", {"sentence": "delete web-1"}),
        ("Pod", "MODIFIED", pod("web-1", "u1", 816, "Running", ready=False, deletionTimestamp="now")),
        ("Pod", "DELETED", pod("web-1", "u1", 817, "Running", ready=False, deletionTimestamp="now")),
        ("Pod", "ADDED", pod("web-1", "u2", 818)),
    )


def redacted(original: History) -> History:
    """Make the history whose objects are all redacted, with one set of numbers."""
    redactor = Redactor()
    events = tuple(replace(event, object=redactor.clean(event.kind, event.object)) for event in original.events)
    return replace(original, events=events)
