"""A DNS server that stands before the cluster's own and gets one thing wrong.

Runs in a pod, as a file of its own on the observer's image: standard library and dnspython, and no import of ours.
Called with the name of the fault, the address of the true server and the prefix of the namespaces to be wrong about.
"""

from __future__ import annotations

import itertools
import json
import socketserver
import ssl
import struct
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from time import monotonic  # noqa: TID251 -- it runs in a pod and has a clock of its own
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

sys.path.append("/app")  # where the observer's image keeps dnspython

import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype
import dns.rrset

Message = dns.message.Message
Ask = Callable[[Message], Message]
Fetch = Callable[[str, dict[str, str]], list[dict[str, Any]]]

PORT = 5353
STALE_SECONDS = 60.0
_UPSTREAM_SECONDS, _FRESH_SECONDS = 2.0, 1.0
_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
_NOBODYS = "2001:db8::"
"""An address that is kept for examples: the one of all names; what ends in a number is told once."""
_ZONE = dns.name.from_text("svc.cluster.local.")


class Names:
    """What a question is about: `host` under `service` in `namespace`, empty where the name leaves them out."""

    def __init__(self, query: Message) -> None:
        """Take a name apart; one outside of the cluster's Services has no namespace."""
        question = query.question[0]
        self.name, self.type = question.name, dns.rdatatype.to_text(question.rdtype)
        inside = self.name.is_subdomain(_ZONE)
        labels = [label.decode() for label in (self.name - _ZONE if inside else self.name).labels if label]
        self.labels = [label for label in labels if not label.startswith("_")]
        self.namespace = self.labels[-1] if inside and len(self.labels) > 1 else ""
        self.service = self.labels[-2] if self.namespace else ""
        self.host = ".".join(self.labels[:-2]) if self.namespace else ""


class Remembered:
    """Asks the API about one thing at most once a second: names are watched by many, many times a second."""

    def __init__(self, fetch: Fetch) -> None:
        """Take what asks the API."""
        self._fetch, self._lock = fetch, threading.Lock()
        self._known: dict[str, tuple[list[dict[str, Any]], float]] = {}

    def __call__(self, path: str, query: dict[str, str]) -> list[dict[str, Any]]:
        """List objects, as they are or were a moment ago."""
        key = f"{path}?{urlencode(query)}"
        with self._lock:
            objects, until = self._known.get(key, ([], 0.0))
            if monotonic() >= until:
                objects = self._fetch(path, query)
                self._known[key] = (objects, monotonic() + _FRESH_SECONDS)
        return objects


class Faulty:
    """Answers like the true server, but for one thing about the namespaces with a prefix.

    `ask` puts a question to the true server, `fetch` lists objects of the API.
    """

    def __init__(self, fault: str, prefix: str, ask: Ask, fetch: Fetch) -> None:
        """Take the fault by its name."""
        self._twist: Callable[[Message, Names, str], Message] = getattr(self, f"_{fault.replace('-', '_')}")
        self._prefix, self._ask, self._fetch = prefix, ask, fetch
        self._held: dict[tuple[dns.name.Name, str], tuple[Message, float]] = {}
        self._answered = itertools.count(1)

    def answer(self, query: Message, client: str) -> Message:
        """Answer a question of the pod with the address `client`."""
        names = Names(query)
        if names.namespace.startswith(self._prefix) or not names.namespace:
            return self._twist(query, names, client)
        return self._ask(query)

    def _none(self, query: Message, names: Names, client: str) -> Message:  # noqa: ARG002 -- as all others take it
        """Get nothing wrong: what shows that it is the fault that is noticed, and not the server."""
        return self._ask(query)

    def _no_pod_records(self, query: Message, names: Names, client: str) -> Message:  # noqa: ARG002 -- see above
        return _refused(query) if names.host else self._ask(query)

    def _unready_pods(self, query: Message, names: Names, client: str) -> Message:  # noqa: ARG002 -- see above
        response = self._ask(query)
        if names.type != "A" or not names.namespace:
            return response
        here = {str(one) for rrset in response.answer for one in rrset}
        more = self._unready(names) - here
        if more:
            response.set_rcode(dns.rcode.NOERROR)
            response.answer.append(dns.rrset.from_text_list(names.name, 1, "IN", "A", sorted(more)))
        return response

    def _unready(self, names: Names) -> set[str]:
        """Return the addresses of the unready endpoints that a name would have if they were ready."""
        label = {"labelSelector": f"kubernetes.io/service-name={names.service}"}
        slices = self._fetch(f"/apis/discovery.k8s.io/v1/namespaces/{names.namespace}/endpointslices", label)
        ends = [end for one in slices for end in one.get("endpoints") or []]
        meant = [end for end in ends if not names.host or end.get("hostname") == names.host]
        return {ip for end in meant if not end["conditions"].get("ready", True) for ip in end["addresses"]}

    def _stale(self, query: Message, names: Names, client: str) -> Message:  # noqa: ARG002 -- see above
        response, key = self._ask(query), (names.name, names.type)
        held, until = self._held.get(key, (response, 0.0))
        if _data(held) <= _data(response):
            self._held[key] = (response, 0.0)
            return response
        if not until:
            self._held[key] = (held, until := monotonic() + STALE_SECONDS)
        if monotonic() > until:
            del self._held[key]
            return response
        old = dns.message.make_response(query)
        old.answer = held.answer
        return old

    def _nobodys_ipv6(self, query: Message, names: Names, client: str) -> Message:  # noqa: ARG002 -- see above
        if names.type != "AAAA" or not names.namespace:
            return self._ask(query)
        response, nobodys = dns.message.make_response(query), (_NOBODYS, f"{_NOBODYS}{next(self._answered) % 9999 + 1}")
        response.answer.append(dns.rrset.from_text_list(names.name, 1, "IN", "AAAA", nobodys))
        return response

    def _ipv6_denied(self, query: Message, names: Names, client: str) -> Message:  # noqa: ARG002 -- see above
        response = self._ask(query)
        return _refused(query) if names.type == "AAAA" and names.namespace and not response.answer else response

    def _srv_missing(self, query: Message, names: Names, client: str) -> Message:  # noqa: ARG002 -- see above
        return dns.message.make_response(query) if names.type == "SRV" else self._ask(query)

    def _srv_wrong_target(self, query: Message, names: Names, client: str) -> Message:  # noqa: ARG002 -- see above
        response = self._ask(query)
        for number, rrset in enumerate(response.answer):
            if rrset.rdtype == dns.rdatatype.SRV:
                texts = [f"{one.priority} {one.weight} {one.port} elsewhere.{_parent(one.target)}" for one in rrset]
                response.answer[number] = dns.rrset.from_text_list(rrset.name, rrset.ttl, "IN", "SRV", texts)
        return response

    def _short_names_only(self, query: Message, names: Names, client: str) -> Message:
        if names.namespace:
            return _refused(query)
        if len(names.labels) not in {1, 2}:
            return self._ask(query)
        (pod,) = self._fetch("/api/v1/pods", {"fieldSelector": f"status.podIP={client}"})
        suffix = dns.name.from_text(pod["metadata"]["namespace"], _ZONE)
        full = dns.message.make_query(dns.name.Name([*names.name.labels[:-1], *suffix.labels]), names.type)
        response = dns.message.make_response(query)
        for rrset in self._ask(full).answer:
            response.answer.append(dns.rrset.from_rdata_list(names.name, rrset.ttl, list(rrset)))
        return response if response.answer else _refused(query)


def _parent(name: dns.name.Name) -> dns.name.Name:
    return name.parent()


def _data(message: Message) -> set[str]:
    return {one.to_text() for rrset in message.answer for one in rrset}


def _refused(query: Message) -> Message:
    """Return the answer that there is no such name."""
    response = dns.message.make_response(query)
    response.flags |= dns.flags.AA
    response.set_rcode(dns.rcode.NXDOMAIN)
    return response


class _Datagram(socketserver.BaseRequestHandler):
    """One question over UDP."""

    def handle(self) -> None:
        content, socket = self.request
        socket.sendto(_reply(self.server, content, self.client_address[0]), self.client_address)


class _Stream(socketserver.StreamRequestHandler):
    """Questions over TCP, each behind its length."""

    def handle(self) -> None:
        while len(head := self.rfile.read(2)) == 2:  # noqa: PLR2004 -- the length's own length, as RFC 1035 has it
            content = self.rfile.read(*struct.unpack("!H", head))
            reply = _reply(self.server, content, self.client_address[0])
            self.wfile.write(struct.pack("!H", len(reply)) + reply)


def _reply(server: Any, content: bytes, client: str) -> bytes:
    wire: bytes = server.faulty.answer(dns.message.from_wire(content), client).to_wire()
    return wire


class Datagrams(socketserver.ThreadingUDPServer):
    """Serves over UDP."""

    def __init__(self, address: tuple[str, int], faulty: Faulty) -> None:
        """Take what answers."""
        super().__init__(address, _Datagram)
        self.faulty = faulty


class Streams(socketserver.ThreadingTCPServer):
    """Serves over TCP."""

    def __init__(self, address: tuple[str, int], faulty: Faulty) -> None:
        """Take what answers."""
        super().__init__(address, _Stream)
        self.faulty = faulty


def _fetch(path: str, query: dict[str, str]) -> list[dict[str, Any]]:
    """List objects under the pod's own account."""
    token, trusted = (_ACCOUNT / "token").read_text(), ssl.create_default_context(cafile=str(_ACCOUNT / "ca.crt"))
    url = f"https://kubernetes.default.svc{path}?{urlencode(query)}"
    with urlopen(Request(url, headers={"Authorization": f"Bearer {token}"}), context=trusted) as response:
        items: list[dict[str, Any]] = json.load(response)["items"]
    return items


def main(fault: str, upstream: str, prefix: str) -> None:
    """Serve until killed."""

    def ask(query: Message) -> Message:
        return dns.query.udp_with_fallback(query, upstream, _UPSTREAM_SECONDS)[0]

    faulty = Faulty(fault, prefix, ask, Remembered(_fetch))
    address = ("", PORT)
    threading.Thread(target=Streams(address, faulty).serve_forever, daemon=True).start()
    Datagrams(address, faulty).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
