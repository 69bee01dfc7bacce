"""What the apps answer over HTTP, and what that says about who answered and what is stored."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from stsconf.model.history import HTTP, Event, History

EMPTY = "No data posted yet"
"""What kubia says in place of data when nothing was stored."""

_KUBIA = re.compile(r"You've hit (?P<host>\S+)\n(?P<version>v\S+, )?Data stored on this Pod: (?P<data>.*)\n", re.DOTALL)
_KUBIA_STORED = re.compile(r"(?P<version>v\S+, )?Data stored on (?P<host>\S+)\n")
_DATA_PATHS = {"kubia": "/", "nginx": "/index.html"}

_NOBODY = {HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT}
"""The API server's own words for a request that it could not lead to the app."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP exchange with an app.

    `host` is who the reply says it is from, `data` what it says is stored, `version` its prefix such as `v2, `;
    each is None where the reply does not say so in the app's exact words.
    """

    event: Event
    host: str | None = None
    data: str | None = None
    version: str | None = None

    @property
    def pod(self) -> str:
        """The pod that was asked, empty if a Service was."""
        return str(self.event.object.get("pod", ""))

    @property
    def uid(self) -> str:
        """The UID of the pod that was asked, empty if it is not known."""
        return str(self.event.object.get("uid", ""))

    @property
    def sent(self) -> str | None:
        """The body that was sent."""
        value = self.event.object.get("sent")
        return None if value is None else str(value)

    @property
    def writes(self) -> bool:
        """Tell whether it was a request to store something."""
        return self.sent is not None and self.event.type in {"POST", "PUT"}

    @property
    def good(self) -> bool:
        """Tell whether the app did what it was asked."""
        return HTTPStatus.OK <= (self.event.object.get("status") or 0) < HTTPStatus.MULTIPLE_CHOICES

    @property
    def via(self) -> str:
        """Who asked: `proxy` for the API server, or else the name of a pod."""
        return str(self.event.object.get("via", "proxy"))

    @property
    def direct(self) -> bool:
        """Tell whether the API server led the request to the pod, rather than a name in the cluster."""
        return self.via == "proxy"

    @property
    def url(self) -> str:
        """The address that was asked."""
        return str(self.event.object.get("url", ""))

    @property
    def body(self) -> str:
        """The reply's body."""
        return str(self.event.object.get("body", ""))

    @property
    def connected_to(self) -> str:
        """The address that a name led to, empty if nobody was reached or if it is not known."""
        return str(self.event.object.get("connected_to") or "")

    @property
    def shown(self) -> str:
        """The reply in short, for a sentence."""
        if self.event.object.get("status") is None:
            return f"nothing ({self.event.object.get('error')})"
        return f"{self.event.object.get('status')} {self.body[:80]!r}"


def replies(history: History) -> list[Reply]:
    """Return the window's HTTP exchanges that say something, read in the words of the app under test.

    Where the API server leads nobody to a pod that says nothing of the app. A name that was tried for long in vain does
    say something of the name.
    """
    read = [_read(event, history.subject.app) for event in history.of(HTTP)]
    return [reply for reply in read if not reply.direct or reply.event.object.get("status") not in {None, *_NOBODY}]


def _read(event: Event, app: str) -> Reply:
    reply = Reply(event)
    path = urlsplit(reply.url).path or "/"
    if not reply.good:
        return reply
    if app == "nginx":
        host = reply.body.removesuffix("\n") if path == "/hostname" else None
        return Reply(event, host, reply.body if path == _DATA_PATHS[app] and not reply.writes else None)
    match = (_KUBIA_STORED if reply.writes else _KUBIA).fullmatch(reply.body)
    if match is None:
        return reply
    return Reply(event, match["host"], match.groupdict().get("data"), match["version"] or "")


def writes(history: History) -> list[Reply]:
    """Return the exchanges in which a pod was asked to store something."""
    return [reply for reply in replies(history) if reply.writes and reply.pod]


def asks_for_data(reply: Reply, app: str) -> bool:
    """Tell whether a request asked a named pod for what it has stored."""
    path = urlsplit(reply.url).path or "/"
    return bool(reply.pod) and not reply.writes and path == _DATA_PATHS.get(app, "/")


def reads(history: History) -> list[Reply]:
    """Return the exchanges in which a pod was asked for what it has stored, those with a bad status too."""
    return [reply for reply in replies(history) if asks_for_data(reply, history.subject.app)]
