"""The marks by which everything of ours is known, on every object the suite creates."""

from __future__ import annotations

MANAGED_BY = "app.kubernetes.io/managed-by"
SUITE = "stsconf"
RUN = "stsconf.dev/run"
"""Label: the run that made the object."""
CREATED = "stsconf.dev/created"
EXPIRES = "stsconf.dev/expires"
"""Annotations on namespaces: RFC 3339 times in UTC; `make sweep` leaves a namespace alone until it has expired."""
GATE = "stsconf.dev/released"
"""Type of the readiness gate by which Ready is held."""
FINALIZER = "stsconf.dev/hold"
"""The finalizer by which Gone is held, of pods, claims and sets."""
UNHELD = {"$deleteFromPrimitiveList/finalizers": [FINALIZER]}
"""Metadata of a strategic patch that takes our finalizer off an object, and no other one."""
NOWHERE = "stsconf.dev/nowhere"
"""A node label that no node has: pods that ask for it never run."""
TOUCHED = "stsconf.dev/touched"
"""Annotation: changed to have a controller look at an object again."""
FOR = "stsconf.dev/for"
"""Annotation on templates: the app; what is made from one is made with it."""
NAMESPACE_PREFIX = "stsconf-"
NOBODY_PREFIX = "stsconf-nobody-"
"""What the name of a Node begins with that a scenario made, and that nobody is behind."""


def run_labels(run: str) -> dict[str, str]:
    """Return the labels that every object of a run carries."""
    return {MANAGED_BY: SUITE, RUN: run}
