"""One cluster's API: requests in, raw JSON out.

The `kubernetes` package reads the kubeconfig (certificates, tokens, exec plugins); every call goes through
`requests` as raw JSON, because the typed models of that package differ between its majors and reject what they
do not know.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import orjson
import requests
import tenacity
from requests.adapters import HTTPAdapter

from stsconf.kube.credentials import Credentials
from stsconf.kube.errors import ApiError, ExpiredError, UnreachableError, gone_is_fine, root_cause
from stsconf.kube.kinds import KINDS

Json = dict[str, Any]

CONNECT_SECONDS, READ_SECONDS = 5, 30
WATCH_SECONDS = 60
"""How long the server keeps one watch open; the client gives up on a silent connection a little later."""
_JSON = "application/json"
MERGE = "application/merge-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"
_METADATA = f"{_JSON};as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,{_JSON}"
"""The form of a list that has names and versions only, and the usual one where that is not known."""
_EXPIRED, _TOO_MANY = 410, 429
_CONNECTIONS = 256
_ATTEMPTS, _LONGEST_PAUSE = 4, 30
_BACKOFF = tenacity.wait_exponential_jitter(multiplier=0.2, jitter=0.2)


class NamedServer(HTTPAdapter):
    """Connections to a server that is known by another name than its URL's host, if a name is given."""

    def __init__(self, name: str, **options: Any) -> None:
        self._name = name
        super().__init__(**options)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """Ask for that name, and look for it in the certificate."""
        super().init_poolmanager(*arguments, **options, server_hostname=self._name or None)

    def proxy_manager_for(self, *arguments: Any, **options: Any) -> Any:
        """Do so through a proxy as well."""
        return super().proxy_manager_for(*arguments, **options, server_hostname=self._name or None)


class Kube:
    """The API of one cluster under one identity."""

    def __init__(self, credentials: Credentials) -> None:
        """Prepare a connection; nothing is sent yet."""
        self.credentials = credentials
        self._answering = threading.local()
        self._session = requests.Session()
        self._session.trust_env = False  # a CA bundle or proxy of the environment would beat the kubeconfig's
        self._session.mount("https://", NamedServer(credentials.server_name, pool_maxsize=_CONNECTIONS))
        self._session.mount("http://", HTTPAdapter(pool_maxsize=_CONNECTIONS))
        self._session.proxies = dict.fromkeys(("http", "https"), credentials.proxy) if credentials.proxy else {}
        self._session.verify, self._session.cert = credentials.verify, credentials.certificate

    @classmethod
    def from_kubeconfig(cls, path: Path, context: str | None = None) -> Kube:
        """Read one context of a kubeconfig file; the file's current context if none is named."""
        return cls(Credentials.load(path, context))

    def close(self) -> None:
        """Close idle connections."""
        self._session.close()

    @property
    def answering_seconds(self) -> float:
        """How long the API server took for its answers to this thread so far, those that are streamed left out."""
        return getattr(self._answering, "seconds", 0.0)

    # ------------------------------------------------------------------ requests

    def send(self, method: str, path: str, *, body: bytes | None = None, **options: Any) -> requests.Response:
        """Send one request and return the answer, whatever its status.

        `options` are those of `requests.request` (`headers`, `stream`, `timeout`). Raises `UnreachableError`.
        """
        headers = {**self.credentials.headers(), **options.pop("headers", {})}
        options.setdefault("timeout", (CONNECT_SECONDS, READ_SECONDS))
        request = requests.PreparedRequest()  # by hand: what a session merges in is all known, and costs as much again
        request.prepare(method, self.credentials.server + path, headers, data=body)
        try:
            answer = self._session.send(request, **options)
        except requests.RequestException as error:
            raise UnreachableError(
                f"no answer to {method} {path.partition('?')[0]}", root_cause(error), "is the cluster still there?"
            ) from error
        self._answering.seconds = self.answering_seconds + answer.elapsed.total_seconds()
        return answer

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        content_type: str = _JSON,
        accept: str = _JSON,
        **query: Any,
    ) -> Json:
        """Send one request and return the JSON answer; raises `ApiError` for a refusal.

        Reads that the network dropped and requests that the server turned away for being busy (429) are
        repeated a few times; nothing else is.
        """
        target = path + (f"?{urlencode(query)}" if query else "")
        # as compact as Go writes it: what is kept as it was sent (a revision's data) is compared byte by byte
        data = None if body is None else json.dumps(body, separators=(",", ":")).encode()
        headers = {"Content-Type": content_type, "Accept": accept}

        def once() -> Json:
            response = self.send(method, target, body=data, headers=headers)
            if not response.ok:
                raise _refusal(f"{method} {path}", response)
            try:
                answer: Json = orjson.loads(response.content)
            except ValueError as error:
                raise UnreachableError(
                    f"{method} {path} was answered by something else than an API server", response.text[:300]
                ) from error
            return answer

        retry = tenacity.Retrying(
            retry=tenacity.retry_if_exception(_retriable if method == "GET" else _busy),
            stop=tenacity.stop_after_attempt(_ATTEMPTS),
            wait=_pause,
            reraise=True,
        )
        return retry(once)

    # ------------------------------------------------------------------ objects

    def get(self, kind: str, name: str, namespace: str = "", subresource: str = "") -> Json:
        """Return one object."""
        return self.call("GET", KINDS[kind].path(namespace, name, subresource))

    def list(self, kind: str, namespace: str = "", **query: str) -> Json:
        """Return a list object; its `metadata.resourceVersion` is where a watch goes on."""
        return self.call("GET", KINDS[kind].path(namespace), **query)

    def list_metadata(self, kind: str, namespace: str = "") -> Json:
        """List the objects of a kind, with what is needed to tell how far a record has come."""
        return self.call("GET", KINDS[kind].path(namespace), accept=_METADATA)

    def create(self, obj: Mapping[str, Any], namespace: str = "", **query: str) -> Json:
        """Create an object; its namespace may stand in its metadata."""
        space = namespace or obj.get("metadata", {}).get("namespace", "")
        return self.call("POST", KINDS[obj["kind"]].path(space), obj, **query)

    def patch(
        self,
        kind: str,
        name: str,
        patch: Any,
        namespace: str = "",
        *,
        subresource: str = "",
        content_type: str = MERGE,
    ) -> Json:
        """Patch an object and return it."""
        return self.call("PATCH", KINDS[kind].path(namespace, name, subresource), patch, content_type)

    def delete(self, kind: str, name: str, namespace: str = "", **options: Any) -> None:
        """Ask for an object's deletion; `options` are those of the API's DeleteOptions. Gone already is fine."""
        with gone_is_fine():
            self.call("DELETE", KINDS[kind].path(namespace, name), options or None)

    def delete_all(self, kind: str, namespace: str, **options: Any) -> None:
        """Ask for the deletion of all objects of a kind in a namespace; `options` are as above."""
        self.call("DELETE", KINDS[kind].path(namespace), options or None)

    def watch(self, kind: str, namespace: str, resource_version: str) -> Iterator[requests.Response]:
        """Open one watch; yields the response once, for `lines` to read and for another thread to shut down."""
        query = {
            "watch": "1",
            "resourceVersion": resource_version,
            "allowWatchBookmarks": "true",
            "timeoutSeconds": str(WATCH_SECONDS),
        }
        path = f"{KINDS[kind].path(namespace)}?{urlencode(query)}"
        timeout = (CONNECT_SECONDS, WATCH_SECONDS + READ_SECONDS)
        with self.send("GET", path, stream=True, timeout=timeout) as response:
            if not response.ok:
                raise _refusal(f"watch {kind}", response)
            yield response

    def proxy(  # noqa: PLR0917 -- the API's own coordinates, and what HTTP needs
        self, namespace: str, pod: str, port: int, path: str, method: str = "GET", body: bytes | None = None
    ) -> requests.Response:
        """Ask a pod over HTTP through the API server; `path` begins with a slash and may carry a query."""
        where, _, query = path.partition("?")
        prefix = KINDS["Pod"].path(namespace, f"{pod}:{port}", "proxy")
        return self.send(method, prefix + quote(where) + (f"?{query}" if query else ""), body=body)

    def logs(self, namespace: str, pod: str, container: str, lines: int = 40) -> str:
        """Return the last log lines of a container, or why there are none."""
        query = urlencode({"container": container, "tailLines": lines})
        try:
            return self.send("GET", f"{KINDS['Pod'].path(namespace, pod, 'log')}?{query}").text
        except UnreachableError as error:
            return str(error)

    def may(self, verb: str, kind: str, namespace: str = "", subresource: str = "") -> bool:
        """Ask the API server whether this identity may do `verb` on `kind`."""
        attributes = {
            "verb": verb,
            "group": KINDS[kind].group,
            "resource": KINDS[kind].plural,
            "subresource": subresource,
            "namespace": namespace,
        }
        review = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": attributes},
        }
        return bool(self.create(review).get("status", {}).get("allowed"))


def lines(response: requests.Response) -> Iterator[Json]:
    """Yield the JSON objects of a streamed answer as they arrive; raises `UnreachableError` when it breaks off."""
    try:
        for line in response.iter_lines(chunk_size=None):
            if line:
                yield orjson.loads(line)
    except (requests.RequestException, OSError, ValueError, AttributeError) as error:
        # ValueError: a line that was cut off in the middle; AttributeError: what the HTTP library raises when
        # another thread shuts the connection down
        raise UnreachableError("a streamed answer broke off", str(error)) from error


def _busy(error: BaseException) -> bool:
    return isinstance(error, ApiError) and error.status == _TOO_MANY


def _retriable(error: BaseException) -> bool:
    return isinstance(error, UnreachableError) or _busy(error)


def _pause(state: tenacity.RetryCallState) -> float:
    """Return the seconds to the next attempt: what a busy server asks for, else a little more each time."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after if isinstance(error, ApiError) else None
    return _BACKOFF(state) if asked is None else min(asked, _LONGEST_PAUSE)


def _refusal(request: str, response: requests.Response) -> ApiError:
    try:
        answer = response.json()
    except ValueError:  # a busy API server, and whatever stands before it, answers in plain text
        answer = None
    status: Json = answer if isinstance(answer, dict) else {}
    kind = ExpiredError if response.status_code == _EXPIRED else ApiError
    reason = str(status.get("reason") or response.reason)
    message = str(status.get("message") or response.text[:300])
    after = response.headers.get("Retry-After", "")
    return kind(request, response.status_code, reason, message, int(after) if after.isdecimal() else None)
