"""Errors that a user meets."""

from __future__ import annotations

from stsconf.errors import ExitCode, StsconfError, UsageError


def test_three_lines_at_most() -> None:
    """Line breaks inside a part are folded: an error has one line of each."""
    error = StsconfError("it broke", "because\n of  this", "do\nthat")
    assert str(error) == "it broke\nbecause of this\ndo that"


def test_lines_that_say_nothing_are_left_out() -> None:
    """What is not known is not said."""
    assert str(StsconfError("it broke", do="try again")) == "it broke\ntry again"


def test_an_error_is_no_verdict() -> None:
    """Whatever went wrong, the cluster was not judged by it."""
    assert StsconfError("it broke").exit_code is ExitCode.NOT_JUDGED


def test_wrong_words_are_the_callers_error() -> None:
    """Asking for what does not exist has an exit code of its own."""
    assert UsageError("no such thing").exit_code is ExitCode.USAGE


def test_exit_codes_are_a_contract() -> None:
    """Others read these numbers."""
    assert [int(code) for code in ExitCode] == [0, 1, 2, 3]


def test_a_broken_promise_beats_everything() -> None:
    """It is certain, whatever else could not be judged."""
    assert (
        ExitCode.worst([ExitCode.NOT_JUDGED, ExitCode.NOT_CONFORMANT, ExitCode.CONFORMANT]) is ExitCode.NOT_CONFORMANT
    )
    assert ExitCode.worst([ExitCode.CONFORMANT, ExitCode.NOT_JUDGED]) is ExitCode.NOT_JUDGED
