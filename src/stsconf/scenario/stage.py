"""One scenario on one cluster: its namespace, its recorder, and the questions it asks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeVar

import requests

from stsconf.errors import StsconfError
from stsconf.kube.client import lines
from stsconf.kube.errors import UnreachableError
from stsconf.model import objects
from stsconf.model.capability import Capability
from stsconf.model.history import ACT, DNS, HTTP, History, Stall, Subject
from stsconf.record import KINDS, Recorder, View
from stsconf.scenario.apps import App
from stsconf.scenario.context import RunContext
from stsconf.scenario.describe import describe
from stsconf.scenario.namespaces import create_namespace, namespace_name
from stsconf.scenario.observer import NAME as OBSERVER
from stsconf.scenario.observer import REACH_SECONDS, Observer, observer_pod
from stsconf.scenario.settling import addresses, answers, settled
from stsconf.scenario.shape import label
from stsconf.scenario.sweep import clear_namespace, remove_namespace

T = TypeVar("T")
Json = dict[str, Any]

INSIDE, OUTSIDE = "inside", "outside"
"""Where a DNS question is asked: in the scenario's namespace, or in another one."""
_ANSWERED = {"NOERROR", "NXDOMAIN"}
"""After anything else, silence included, nobody knows whether the name has an address."""


_PAUSE = 0.5
"""Seconds before a stream of answers that broke off is opened anew."""


class Stage:
    """Where a scenario acts. Everything it creates carries the run's id, everything it does is recorded."""

    def __init__(self, context: RunContext, scenario: str, app: App) -> None:
        """Make the namespace and open the recorder, before anything happens in it."""
        self.context, self.app = context, app
        self.kube, self.deadlines = context.kube, context.deadlines
        self.namespace = namespace_name(context.run, f"{scenario}-{app.name}")
        self.subject = Subject(self.namespace, app.set_name, app.service, app.name)
        self.unheard = ""
        """Why nothing more was heard of the names that are watched, empty as long as something is."""
        try:
            create_namespace(self.kube, context.run, self.namespace, context.clock, context.deadlines)
            self.recorder = Recorder(self.kube, self.namespace, self.deadlines, context.clock, KINDS)
        except StsconfError:
            with suppress(StsconfError):  # the first error is the one to tell
                remove_namespace(self.kube, self.namespace)
            raise
        self._inside: Observer | None = None
        self._streams: list[requests.Response] = []
        self._over = threading.Event()

    def close(self) -> None:
        """Stop recording and have the namespace removed; does not wait for it to be gone.

        Where the cluster is thrown away, only what takes room is ended: pods that have containers.
        """
        self.stop()
        if not self.context.disposable:
            remove_namespace(self.kube, self.namespace)
        elif self.can(Capability.CONTAINERS):
            clear_namespace(self.kube, self.namespace)

    def stop(self) -> None:
        """Stop recording and leave the namespace as it is."""
        self.recorder.close()
        self._over.set()
        for stream in self._streams:
            _shut(stream)

    def history(self, stall: Stall | None = None, lost: str = "", broken: tuple[str, ...] = ()) -> History:
        """Return what was recorded so far, and how the scenario ended: see `History`."""
        return replace(self.recorder.history(self.subject, stall, lost), broken=broken)

    def can(self, capability: Capability) -> bool:
        """Tell whether the cluster has a capability."""
        return self.context.can(capability)

    def logs(self) -> dict[tuple[str, str], str]:
        """Return the last log lines of every container that exists now; they are gone with the namespace."""
        if not self.can(Capability.CONTAINERS):
            return {}
        pods = self.recorder.now(lambda view: list(view.all("Pod").values()))
        return {
            (objects.name(pod), one["name"]): self.kube.logs(self.namespace, objects.name(pod), one["name"])
            for pod in pods
            for one in objects.spec(pod).get("containers", [])
        }

    # ------------------------------------------------------------------ acting and waiting

    def act(self, mark: str, sentence: str, **fields: Any) -> None:
        """Record that the suite does something; `mark` is what judges narrow their window by."""
        self.recorder.note(ACT, mark, {"sentence": sentence, **fields})

    def reached(self, mark: str, sentence: str) -> None:
        """Record that a part of the scenario is over, once all that happened in it is on record."""
        self.recorder.catch_up(*(kind for kind in KINDS if kind != "Event"))
        self.act(mark, sentence)

    def manifest(self) -> list[Json]:
        """Return fresh copies of the app's objects, as this cluster can run them."""
        return self.app.manifest(ipv6=self.context.ipv6)

    def create(self, obj: Json) -> Json:
        """Create an object in the scenario's namespace."""
        return self.kube.create(label(obj, self.context.run), self.namespace)

    def until(self, kind: str, name: str, happened: Callable[[View], T | None], awaited: str, deadline: float) -> T:
        """Wait until the record shows what was awaited of an object; raises `StalledError` when time is up."""
        return self.recorder.until(
            happened,
            awaited=awaited,
            object=f"{kind} {name}",
            deadline=deadline,
            last_seen=lambda view: describe(view, kind, name),
        )

    def look_up(self, kind: str, name: str) -> None:
        """Record an object that belongs to no namespace (a PersistentVolume) as it is now."""
        if self.can(Capability.VOLUMES):
            self.recorder.note(kind, "ADDED", self.kube.get(kind, name))

    # ------------------------------------------------------------------ asking over HTTP

    def ask(self, pod: str, method: str, path: str, sent: str | None = None) -> str:
        """Ask a pod over HTTP through the API server, record the answer and return its body.

        On a cluster whose pods run no containers nothing is asked: the checks that need the answer are not
        supported there.
        """
        if not self.can(Capability.CONTAINERS):
            return ""
        uid = self.recorder.now(lambda view: objects.uid(view.get("Pod", pod) or {}))
        answer = self._answer(pod, method, path, None if sent is None else sent.encode())
        self.recorder.note(HTTP, method, {"pod": pod, "uid": uid, "url": path, "via": "proxy", "sent": sent, **answer})
        return str(answer["body"])

    def _answer(self, pod: str, method: str, path: str, body: bytes | None) -> Json:
        """Return a pod's answer; no answer is one too, as long as the API server itself is there."""
        try:
            response = self.kube.proxy(self.namespace, pod, self.app.port, path, method, body)
        except UnreachableError as error:
            self.kube.call("GET", "/version")
            return {"status": None, "body": "", "error": error.why}
        error_text = "" if response.ok else response.text[:300]
        return {"status": response.status_code, "body": response.text, "error": error_text}

    def ask_by_name(self, host: str, path: str, where: str = OUTSIDE) -> None:
        """Have a name asked over HTTP until it is answered, and record the answer; `where` as in `ask_dns`."""
        observer = self._observer(where)
        if observer is None:
            return
        url = f"http://{host}:{self.app.port}{path}"
        answer = observer.ask("http", url=url, **{"for": REACH_SECONDS})
        fields = {key: answer.get(key) for key in ("status", "body", "error", "connected_to")}
        question = {"pod": "", "uid": "", "url": url, "via": observer.pod, "sent": None}
        self.recorder.note(HTTP, "GET", question | fields | {"error": answer.get("error") or ""})

    # ------------------------------------------------------------------ asking DNS

    def fqdn(self, *labels: str) -> str:
        """Return the full name of something in this namespace: `fqdn("web-0", "nginx")`."""
        return ".".join((*labels, self.namespace, "svc", self.context.zone)) + "."

    def inside(self) -> Observer:
        """Return an observer in the scenario's own namespace, started at the first call."""
        if self._inside is None:
            self.kube.create(observer_pod(self.context.run, self.context.images), self.namespace)
            self._inside = Observer(self.kube, self.namespace)

            def ready(view: View) -> bool:
                return objects.is_ready(view.get("Pod", OBSERVER) or {})

            self.until("Pod", OBSERVER, ready, "Ready", self.deadlines.pod)
        return self._inside

    def ask_dns(self, name: str, kind: str = "A", where: str = OUTSIDE, *, search: bool = False) -> None:
        """Ask DNS once and record the answer; with `search`, through the asking pod's search list.

        `where` can also be a pod of the scenario whose app is the observer.
        """
        observer = self._observer(where)
        if observer is not None:
            answer = observer.ask("resolve" if search else "dns", name=name, type=kind)
            self._note_dns(kind, {**answer, "name": name, "from": where, "search": search, "watched": False})

    def _observer(self, where: str) -> Observer | None:
        """Return who asks from there; None on a cluster where nobody can."""
        observer = self.inside() if where == INSIDE else self.context.observer
        if observer is not None and where not in {INSIDE, OUTSIDE}:
            observer = Observer(self.kube, self.namespace, where)
        return observer

    def watch_dns(self, *names: str, kind: str = "A") -> None:
        """Record the address answers for names, and every change of them, from now on."""
        if self.context.observer is None:
            return
        stream = self._open_dns(self.context.observer, names, kind)
        arguments = (self.context.observer, stream, names, kind)
        threading.Thread(target=self._follow_dns, args=arguments, name="watch-dns", daemon=True).start()

    def _open_dns(self, observer: Observer, names: tuple[str, ...], kind: str) -> requests.Response:
        stream = observer.watch(names, kind)
        self._streams.append(stream)
        if self._over.is_set():  # too late for stop() to see it
            _shut(stream)
        return stream

    def _follow_dns(
        self, observer: Observer, stream: requests.Response | None, names: tuple[str, ...], kind: str
    ) -> None:
        """Record answers until the stage is closed. What is on the way may break a stream off: another is opened then.

        Where that brings nothing for as long as a cluster may be silent, nobody can say how names are answered.
        """
        clock, heard = self.context.clock, self.context.clock.now()
        while not self._over.is_set():
            try:
                for answer in lines(stream or self._open_dns(observer, names, kind)):
                    heard = clock.now()
                    self._note_dns(kind, {**answer, "from": OUTSIDE, "search": False, "watched": True})
                trouble = "its stream ended"
            except StsconfError as error:
                trouble = error.why or error.what
            stream = None
            if clock.now() - heard >= self.deadlines.lost:
                self.unheard = f"the observer fell silent: {trouble}"
                return
            self._over.wait(_PAUSE)

    def _note_dns(self, kind: str, answer: Mapping[str, Any]) -> None:
        self.recorder.note(DNS, kind, {"additional": [], **answer, "error": answer.get("error") or ""})

    def until_dns(self, name: str, expected: Callable[[View], set[str]], awaited: str) -> None:
        """Wait until a watched name is answered, by every server, with exactly the addresses that are expected then."""

        def answered(view: View) -> bool:
            told = answers(view, name)
            right = bool(told) and told[-1].object.get("rcode") in _ANSWERED and addresses(told[-1]) == expected(view)
            return right and settled(told)

        def last_seen(view: View) -> str:
            told = answers(view, name)
            if not told:
                return "no answer"
            answer = told[-1].object
            changing = "" if settled(told) else ", which changed a moment ago"
            return f"{answer.get('rcode') or answer.get('error')} {sorted(addresses(told[-1]))}{changing}"

        if self.context.observer is not None:
            self.recorder.until(
                answered, awaited=awaited, object=name, deadline=self.deadlines.dns, last_seen=last_seen
            )


def _shut(stream: requests.Response) -> None:
    with suppress(Exception):  # it may have ended by itself
        stream.raw.shutdown()
