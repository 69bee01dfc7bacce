"""A cluster that is a fake API server: checks run against it, through all parts of the suite."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from stsconf.cluster.target import Access, Say, Target
from tests.fake_api import REVIEWS, Answer, FakeApi, listing, serve

NODE = {"metadata": {"name": "n"}, "status": {"conditions": [{"type": "Ready", "status": "True"}]}}
TRIED: dict[str, Answer] = {
    "-observer/persistentvolumeclaims": {"spec": {"storageClassName": "standard"}},
    "-observer/statefulsets": lambda request: request.body,
}
"""What comes of what is tried in a run's own namespace, by how the path ends."""
SERVED: list[FakeApi] = []
"""The API servers that are up, for a scenario that takes its cluster away."""


class Answers(dict[str, Answer]):
    """What a cluster answers that allows everything; each namespace has its service account at once."""

    def __init__(self) -> None:
        super().__init__(
            {
                "GET /version": {"gitVersion": "v1.37.1"},
                "GET /api/v1/nodes": {"items": [NODE]},
                f"POST {REVIEWS}": {"status": {"allowed": True}},
            }
        )

    def get(self, key: str, default: Answer | None = None) -> Answer | None:  # type: ignore[override] # one form of it
        """Answer for every namespace alike."""
        if key.endswith("/serviceaccounts"):
            return listing({"metadata": {"name": "default", "uid": "a", "resourceVersion": "1"}})
        found = (answer for end, answer in TRIED.items() if key.startswith("POST ") and key.endswith(end))
        tried = next(found, default)
        return super().get(key, tried)


class FakeTarget(Target):
    """A cluster whose pods run no containers; at its end it tells in `closed` what it was asked.

    `answers` are those in which it differs from the one above.
    """

    def __init__(self, closed: Path, answers: Mapping[str, Answer] | None = None, *, disposable: bool = True) -> None:
        self._closed, self._answers, self._disposable = closed, answers or {}, disposable

    @contextmanager
    def open(self, folder: Path, say: Say) -> Iterator[Access]:
        """Serve the fake API."""
        with serve() as api:
            api.answers = Answers()
            api.answers.update(self._answers)
            SERVED.append(api)
            say("the fake answers")
            try:
                path = api.kubeconfig(folder / "kubeconfig")
                yield Access(path, disposable=self._disposable, simulated=True)
            finally:
                SERVED.remove(api)
                self._closed.write_text("\n".join(f"{one.method} {one.path}" for one in api.requests))
