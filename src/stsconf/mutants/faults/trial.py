"""One fault on one cluster: broken, shown to the suite, healed, judged."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from stsconf.mutants.exam import Exam
from stsconf.mutants.fault import Fault, Site
from stsconf.mutants.faults.judgement import Judgement, judged


def tried(fault: Fault, site: Site, exam: Exam, folder: Path) -> Judgement:
    """Hold the suite against a cluster with a fault, and return whether it noticed; the report is in `folder`.

    `exam` says how; the way in is the fault's. Raises `StsconfError` when the fault could not be injected or healed,
    or the suite did not begin: no verdict follows then.
    """
    with fault.injected(site) as kubeconfig:
        result = replace(exam, kubeconfig=kubeconfig).sit(folder)
    return judged(fault, result)
