"""Cases for judges: a record and what the judge has to say about it."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from pathlib import Path

import stsconf.judge
from stsconf.judge import storage
from stsconf.judge.base import Judge
from stsconf.model.history import History


@dataclass(frozen=True)
class Case:
    """A `history`, of which `what` tells the point, before a `judge`.

    `names` are the objects that its findings name first, one per finding; none if it is to find nothing.
    """

    judge: Judge
    what: str
    history: History
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Render as `code: what`."""
        return f"{self.judge.code}: {self.what}"


def spared(judge: Judge, what: str, history: History) -> Case:
    """Make a case in which the promise is kept."""
    return Case(judge, what, history)


def condemned(judge: Judge, what: str, history: History, *names: str) -> Case:
    """Make a case in which the promise is broken, as these objects show."""
    return Case(judge, what, history, names)


def assert_judged(case: Case) -> None:
    """Hold a case's judge to what it has to say."""
    findings = case.judge(case.history)
    said = [str(finding) for finding in findings]
    assert [finding.objects[0] for finding in findings] == list(case.names), said
    assert {finding.code for finding in findings} <= {case.judge.code}
    assert all(finding.sentence for finding in findings)


def all_judges() -> dict[str, Judge]:
    """Find every judge of the package, by `module.function`."""
    judges = {"storage.of_class": storage.of_class("standard")}
    for module_info in pkgutil.iter_modules(stsconf.judge.__path__):
        module = importlib.import_module(f"stsconf.judge.{module_info.name}")
        found = {f"{module_info.name}.{name}": one for name, one in vars(module).items() if isinstance(one, Judge)}
        judges |= found
    return judges


def all_cases() -> list[Case]:
    """Collect the cases of every test module in this folder."""
    modules = [importlib.import_module(f"tests.judge.{path.stem}") for path in Path(__file__).parent.glob("test_*.py")]
    return [case for module in modules for case in getattr(module, "CASES", ())]
