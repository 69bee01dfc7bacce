"""The table of reasons is read strictly."""

from pathlib import Path

import pytest

from stsconf.errors import StsconfError
from stsconf.mutants.reasons import Kind, Reason, read_idle, read_reasons


def test_a_reason_per_mutant(tmp_path: Path) -> None:
    """Sections are kinds, lines are mutants."""
    path = tmp_path / "reasons.toml"
    path.write_text('[equivalent]\n"a.b.c.1" = "the loop ends anyway"\n[needs]\n"a.b.c.2" = "UPD-5: partition"\n')
    assert read_reasons(path) == {
        "a.b.c.1": Reason(Kind.EQUIVALENT, "the loop ends anyway"),
        "a.b.c.2": Reason(Kind.NEEDS, "UPD-5: partition"),
    }


@pytest.mark.parametrize(
    "text",
    ['[dunno]\n"m" = "x"\n', '[needs]\n"m" = " "\n', '[needs]\n"m" = "x"\n[equivalent]\n"m" = "y"\n', "m = 1\n", "[["],
    ids=["kind", "empty", "twice", "flat", "no-toml"],
)
def test_what_is_no_reason_is_refused(tmp_path: Path, text: str) -> None:
    """Unknown kinds, empty sentences and contradictions are errors, in three lines."""
    path = tmp_path / "reasons.toml"
    path.write_text(text)
    with pytest.raises(StsconfError, match="is no table of reasons"):
        read_reasons(path)


def test_a_missing_table_is_told(tmp_path: Path) -> None:
    """It is an error and not an empty table."""
    with pytest.raises(StsconfError, match="No such file"):
        read_reasons(tmp_path / "none.toml")


def test_idle_checks(tmp_path: Path) -> None:
    """One section, one line per check; anything else is refused."""
    path = tmp_path / "idle.toml"
    path.write_text('[checks]\n"TestX.test_it" = "the API server keeps it"\n')
    assert read_idle(path) == {"TestX.test_it": "the API server keeps it"}
    for text in ('[check]\n"x" = "y"\n', '[checks]\n"x" = ""\n', "", "checks = 1\n"):
        path.write_text(text)
        with pytest.raises(StsconfError, match="is no table of reasons"):
            read_idle(path)
