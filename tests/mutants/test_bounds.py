"""What is left alone, and why."""

from __future__ import annotations

import pytest

from stsconf.mutants.bounds import FUNCTIONS
from tests.mutants.golang import mutants, reasons

ENABLED = "utilfeature.DefaultFeatureGate.Enabled(features."
MORE = "MaxUnavailableStatefulSet"
RECREATE = "StatefulSetRecreateStrategy"
TALK = "nothing but logging, metrics or events"


def function(*lines: str) -> str:
    """Make a function of some lines, the first of which is line 2."""
    return "\n".join(["func f() error {", *lines, "\treturn nil", "}"])


@pytest.mark.parametrize(
    "line",
    [
        'logger.V(4).Info("n", n+1, true)',
        "klog.Info(n + 1)",
        "utilruntime.HandleError(n + 1)",
        "metrics.Count.With(a, b).Set(n + 1)",
        "ssc.recorder.Event(set, n+1)",
        'spc.recordPodEvent("create", set, pod, n+1)',
        "defer func() { logger.Info(n + 1) }()",
        "if n > 1 { logger.Info(n + 1) }",
        "if n > 1 { klog.Info(1) } else if n < 0 { klog.Info(2) }",
        "if n > 1 { names := list(1); for _, s := range sets { names = append(names, s) }; klog.Info(names) }",
    ],
)
def test_talk_is_left_alone(line: str) -> None:
    """Logging, metrics and events, and what is only computed for them."""
    assert [mutant.diff for mutant in mutants(function(line)) if mutant.operator != "return"] == []
    assert reasons(function(line)) == [f"2-2 {TALK}"]


def test_a_part_within_another_is_none_of_its_own() -> None:
    """What is left alone as a whole has one reason."""
    assert reasons(function("\tif a {", "\t\tlogger.Info(b)", "\t}", "\twork()")) == [f"2-4 {TALK}"]


@pytest.mark.parametrize(
    "line",
    [
        "work(n + 1)",
        "if n > 1 { logger.Info(1); work(2) }",
        "if n > 1 { logger.Info(1) } else { work(2) }",
        "if n > 1 { work = 2; logger.Info(1) }",
        "defer func() { logger.Info(1); work(2) }()",
    ],
)
def test_work_is_not(line: str) -> None:
    """What does something besides talking is broken."""
    assert [mutant.diff for mutant in mutants(function(line)) if mutant.operator != "return"]


def test_the_wrapping_of_an_error_is_left_alone_but_not_the_error() -> None:
    """What an error says is nobody's promise, that there is one is."""
    code = "func f() error {\n\treturn fmt.Errorf(text, n+1)\n}"
    assert [mutant.diff for mutant in mutants(code, "error")] == ["- return fmt.Errorf(text, n+1) + return nil"]
    assert mutants(code, "arithmetic") == ()


@pytest.mark.parametrize(
    ("condition", "dead"),
    [
        (f"{ENABLED}{RECREATE})", "then"),
        (f"!{ENABLED}{MORE})", "then"),
        (f"a && {ENABLED}{RECREATE})", "then"),
        (f"!({ENABLED}{MORE}) || a == apps.RecreateStatefulSetStrategyType)", "then"),
        ("a == apps.RecreateStatefulSetStrategyType", "then"),
        (f"{ENABLED}{MORE})", "other"),
        (f"!{ENABLED}{RECREATE})", "other"),
        (f"a || {ENABLED}{MORE})", "other"),
        (f"a && {ENABLED}{MORE})", ""),
        (f"a || {ENABLED}{RECREATE})", ""),
        (f"{ENABLED}SomethingNewer)", ""),
    ],
)
def test_a_gate_decides_which_branch_runs(condition: str, dead: str) -> None:
    """Where gates as they come decide a condition, the branch that never runs is left alone."""
    code = function(f"\tif {condition} {{", "\t\tthen()", "\t} else {", "\t\tother()", "\t}")
    broken = {mutant.before for mutant in mutants(code, "call")}
    assert broken == {"then()", "other()"} - {f"{dead}()"}


def test_what_follows_a_return_that_always_happens_is_dead() -> None:
    """The older update loop stands below a gate that is on; the reason names the gate."""
    code = function(f"\tif {ENABLED}{MORE}) {{", "\t\treturn work()", "\t}", "\tolder()")
    assert mutants(code, "call")[0].before == "return work()"
    assert len(mutants(code, "call")) == 1
    assert reasons(code) == ["2-2 a feature gate decides it", f"5-6 never runs: {MORE} is on by default"]


def test_a_gate_is_not_mutated_itself() -> None:
    """Which gates are on is a fact of the release."""
    code = function(f"\tif a == 1 || {ENABLED}{RECREATE}) {{", "\t\twork(1, x)", "\t\twork(2, x)", "\t}")
    assert [mutant.after for mutant in mutants(code) if mutant.operator in {"negation", "logical", "operand"}] == [
        f"!(a == 1 || {ENABLED}{RECREATE}))"
    ]


def test_a_block_that_computes_a_metric_is_left_alone() -> None:
    """It is listed by the function that holds it and the gate that guards it."""
    head = "func (ssc *defaultStatefulSetControl) updateStatefulSetStatus() {"
    code = "\n".join([head, f"\tif {ENABLED}{MORE}) {{", "\t\tcount(1)", "\t}", "\tcount(2)", "}"])
    assert [mutant.before for mutant in mutants(code, "call")] == ["count(2)"]
    assert "2-4 computes a metric only" in reasons(code)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_functions_that_no_cluster_reaches_are_named(name: str) -> None:
    """They are listed with their reason instead of being left out in silence."""
    owner, _, bare = name.rpartition(".")
    receiver = f"(x *{owner}) " if owner else ""
    code = f"func {receiver}{bare}(a, b int) bool {{\n\treturn a < b\n}}"
    assert mutants(code) == ()
    assert reasons(code) == [f"1-3 {FUNCTIONS[name]}"]
