"""Observer: answers questions about DNS and HTTP from inside the cluster, as JSON. README.md states the contract.

A question that was asked gets status 200 whatever came of it: "no answer" is an answer, told in its `error`. Status 400
means that the question itself makes no sense.
"""

from __future__ import annotations

import os
import signal
from types import FrameType


def stop(_signal: int, _frame: FrameType | None) -> None:
    """End the process at once, with exit code 0: it holds nothing that could be lost."""
    os._exit(0)


# Before the slow imports: the kernel drops a SIGTERM sent to process 1 while no handler is installed.
signal.signal(signal.SIGTERM, stop)
signal.signal(signal.SIGINT, stop)

import json  # noqa: E402 - after the signal handlers
import select  # noqa: E402 - after the signal handlers
import socket  # noqa: E402 - after the signal handlers
import threading  # noqa: E402 - after the signal handlers
import time  # noqa: E402 - after the signal handlers
from collections.abc import Callable, Iterable  # noqa: E402 - after the signal handlers
from contextlib import suppress  # noqa: E402 - after the signal handlers
from http.client import HTTPConnection, HTTPException  # noqa: E402 - after the signal handlers
from http.server import BaseHTTPRequestHandler  # noqa: E402 - after the signal handlers
from socketserver import ThreadingTCPServer  # noqa: E402 - after the signal handlers
from typing import Any  # noqa: E402 - after the signal handlers
from urllib.parse import parse_qs, urlsplit  # noqa: E402 - after the signal handlers

import dns.inet  # noqa: E402 - after the signal handlers
import dns.message  # noqa: E402 - after the signal handlers
import dns.name  # noqa: E402 - after the signal handlers
import dns.query  # noqa: E402 - after the signal handlers
import dns.resolver  # noqa: E402 - after the signal handlers

RESOLV_CONF = os.environ.get("OBSERVER_RESOLV_CONF", "/etc/resolv.conf")
DNS_PORT = int(os.environ.get("OBSERVER_DNS_PORT", "53"))

TYPES = ("A", "AAAA", "SRV", "PTR")
DNS_SECONDS = 2.0
"""How long a name server may take: once over UDP, and once more over TCP if the answer was cut short."""
HTTP_SECONDS = 5.0
"""How long a whole HTTP exchange may take, looking up the name included."""
HTTP_TOO_LATE = f"no complete reply within {HTTP_SECONDS:g} s"
AGAIN_SECONDS, STEADY = 0.1, 16
"""Distance of two questions about a watched name, and pause before a new try to reach one; after how many answers in a
row without a change that is told."""
MAX_SECONDS = 3600.0

Answer = dict[str, Any]
Question = dict[str, list[str]]


class QuestionError(Exception):
    """A question that makes no sense: one line saying why."""


def one(question: Question, key: str, default: str | None = None) -> str:
    """Return the one value of a parameter. Raises QuestionError when it is missing or given twice."""
    values = question.get(key, [] if default is None else [default])
    if len(values) != 1:
        raise QuestionError(f"give exactly one {key}")
    return values[0]


def record_type(question: Question) -> str:
    """Return the type of record asked for, A if none is given."""
    wanted = one(question, "type", "A").upper()
    if wanted not in TYPES:
        raise QuestionError(f"type must be one of {', '.join(TYPES)}")
    return wanted


def parse_name(text: str, wanted: str, origin: dns.name.Name | None = dns.name.root) -> dns.name.Name:
    """Return the name to ask for, below `origin` unless that is None; for PTR an address stands for its reverse name.

    Raises QuestionError for what DNS cannot ask.
    """
    if wanted == "PTR" and dns.inet.is_address(text):
        return dns.reversename.from_address(text)
    try:
        return dns.name.from_text(text, origin)
    except dns.exception.DNSException as error:
        raise QuestionError(f"{text!r} is no name: {error}") from error


def configuration() -> dns.resolver.Resolver:
    """Return what the pod's resolv.conf says, read anew. Raises QuestionError when there is no name server in it."""
    try:
        return dns.resolver.Resolver(RESOLV_CONF)
    except dns.resolver.NoResolverConfiguration as error:
        raise QuestionError(f"{RESOLV_CONF}: {error}") from error


def first_server(resolver: dns.resolver.Resolver) -> str:
    """Return the address of the name server that is asked first."""
    return str(resolver.nameservers[0])


def records(section: Iterable[dns.rrset.RRset]) -> list[Answer]:
    """Return the records of one section, sorted, as servers shuffle them."""
    found = [
        {
            "name": rrset.name.to_text(),
            "type": dns.rdatatype.to_text(rrset.rdtype),
            "ttl": rrset.ttl,
            "data": rdata.to_text(),
        }
        for rrset in section
        for rdata in rrset
    ]
    return sorted(found, key=lambda record: (record["name"], record["type"], record["data"]))


def ask(name: dns.name.Name, wanted: str, server: str) -> Answer:
    """Put one question to one name server: no search list, no cache, no second try."""
    answer: Answer = {"name": name.to_text(), "type": wanted, "server": server, "rcode": None}
    answer |= {"answers": [], "additional": [], "ttl": None, "error": None}
    begin = time.monotonic()
    try:
        query = dns.message.make_query(name, wanted)
        response, _ = dns.query.udp_with_fallback(query, server, DNS_SECONDS, DNS_PORT)
    except dns.exception.Timeout:
        answer["error"] = f"no answer within {DNS_SECONDS:g} s"
    except (dns.exception.DNSException, OSError, EOFError) as error:
        answer["error"] = f"{type(error).__name__}: {error}"
    else:
        answer["rcode"] = dns.rcode.to_text(response.rcode())
        kept = response.answer or response.authority  # without records, the zone's SOA says for how long
        answer["ttl"] = min((rrset.ttl for rrset in kept), default=None)
        answer["answers"] = records(response.answer)
        answer["additional"] = records(response.additional)
    answer["milliseconds"] = round((time.monotonic() - begin) * 1000, 1)
    return answer


def answer_dns(question: Question) -> Answer:
    """`/dns`: exactly this name, from exactly this server."""
    wanted = record_type(question)
    name = parse_name(one(question, "name"), wanted)
    server = one(question, "server", first_server(configuration()))
    if not dns.inet.is_address(server):
        raise QuestionError("server must be an IP address")
    return ask(name, wanted, server)


def candidates(name: dns.name.Name, resolver: dns.resolver.Resolver) -> list[dns.name.Name]:
    """Return the absolute names that a resolver tries for `name`, in its order (resolv.conf(5), `ndots`)."""
    if name.is_absolute():
        return [name]
    searched = []
    for suffix in resolver.search:
        with suppress(dns.name.NameTooLong):
            searched.append(name.concatenate(suffix))
    absolute = name.concatenate(dns.name.root)
    ndots = 1 if resolver.ndots is None else resolver.ndots
    return [absolute, *searched] if len(name.labels) - 1 >= ndots else [*searched, absolute]


def answer_resolve(question: Question) -> Answer:
    """`/resolve`: through the search list, on to the next candidate only if this one has no such record."""
    wanted = record_type(question)
    text = one(question, "name")
    resolver = configuration()
    tried = []
    for candidate in candidates(parse_name(text, wanted, None), resolver):
        tried.append(ask(candidate, wanted, first_server(resolver)))
        if tried[-1]["answers"] or tried[-1]["rcode"] not in ("NXDOMAIN", "NOERROR"):
            break
    answered_by = tried[-1]["name"] if tried[-1]["answers"] else None
    return {**tried[-1], "name": text, "answered_by": answered_by, "tried": tried}


def answer_zone(_question: Question) -> Answer:
    """`/zone`: the cluster's zone, which is what follows `svc.` in the search list; null outside of a cluster.

    `ipv6` tells whether a program can listen on such addresses here.
    """
    resolver = configuration()
    search = [suffix.to_text() for suffix in resolver.search]
    zone = next((suffix.removeprefix("svc.") for suffix in search if suffix.startswith("svc.")), None)
    servers = [str(server) for server in resolver.nameservers]
    return {"zone": zone, "nameservers": servers, "search": search, "ipv6": socket.has_dualstack_ipv6()}


def duration(text: str) -> float:
    """Return for how long to go on. Raises QuestionError for what is no such time."""
    with suppress(ValueError):
        if 0 < float(text) <= MAX_SECONDS:
            return float(text)
    raise QuestionError(f"for must be more than 0 and at most {MAX_SECONDS:g} seconds")


def exchange(answer: Answer, host: str, port: int, target: str) -> None:
    """Carry out one HTTP request, follow nothing, and note in `answer` what came of it."""
    connection = HTTPConnection(host, port, timeout=HTTP_SECONDS)
    try:
        connection.connect()
        answer["connected_to"] = connection.sock.getpeername()[0]
        connection.request("GET", target)
        response = connection.getresponse()
        content = response.read()
    except TimeoutError:
        answer["error"] = HTTP_TOO_LATE
    except (OSError, HTTPException, ValueError) as error:
        answer["error"] = f"{type(error).__name__}: {error}"
    else:
        answer |= {"status": response.status, "body": content.decode(errors="backslashreplace")}
    finally:
        connection.close()


def request_once(host: str, port: int, target: str) -> Answer:
    """Return what one HTTP request gives; looking up the name is part of it."""
    answer: Answer = {"status": None, "body": "", "error": None, "connected_to": None}
    # In a thread of its own, which is left alone when it takes too long: looking up a name has no timeout.
    thread = threading.Thread(target=exchange, args=(answer, host, port, target), daemon=True)
    thread.start()
    thread.join(HTTP_SECONDS)
    return {**answer, "error": HTTP_TOO_LATE} if thread.is_alive() else answer


def answer_http(question: Question) -> Answer:
    """`/http`: one request to a URL, tried anew for as long as asked until there is a reply.

    The name is looked up as any program in the pod would.
    """
    end = time.monotonic() + (duration(one(question, "for")) if "for" in question else 0.0)
    try:
        url = urlsplit(one(question, "url"))
        port = url.port or 80
    except ValueError as error:
        raise QuestionError(f"url: {error}") from error
    if url.scheme != "http" or not url.hostname:
        raise QuestionError("url must start with http:// and a host")
    target = (url.path or "/") + (f"?{url.query}" if url.query else "")
    answer, tries = request_once(url.hostname, port, target), 1
    while answer["status"] is None and time.monotonic() < end:
        time.sleep(AGAIN_SECONDS)
        answer, tries = request_once(url.hostname, port, target), tries + 1
    return {**answer, "tries": tries}


class Watch:
    """Asks about names again and again; tells of each the first answer, every change, and that there is none."""

    def __init__(self, tell: Callable[[Answer], None]) -> None:
        """Pass each line to `tell`, one at a time."""
        self.tell = tell
        self.begin = time.monotonic()
        self.telling = threading.Lock()
        self.over = threading.Event()

    def follow(self, name: dns.name.Name, wanted: str, server: str) -> None:
        """Ask until the watch is over. Time to live and duration of an answer are no changes."""
        known: tuple[object, ...] | None = None
        unchanged = 0
        while not self.over.is_set():
            asked = time.monotonic()
            answer = ask(name, wanted, server)
            elapsed = round((time.monotonic() - self.begin) * 1000, 1)
            data = {(record["name"], record["type"], record["data"]) for record in answer["answers"]}
            content = (answer["rcode"], answer["error"], data)
            unchanged = unchanged + 1 if content == known else 0
            with self.telling, suppress(OSError):  # a reader that went away is noticed elsewhere
                if unchanged % STEADY == 0 and not self.over.is_set():
                    self.tell({"elapsed_ms": elapsed, "unchanged": unchanged, **answer})
            known = content
            self.over.wait(asked + AGAIN_SECONDS - time.monotonic())

    def end(self) -> None:
        """Let nothing be told from here on."""
        with self.telling:
            self.over.set()


PATHS: dict[str, Callable[[Question], Answer]] = {
    "/dns": answer_dns,
    "/resolve": answer_resolve,
    "/zone": answer_zone,
    "/http": answer_http,
}


class Handler(BaseHTTPRequestHandler):
    """Answers the requests of one connection, in a thread of its own."""

    protocol_version = "HTTP/1.1"
    timeout = 60  # seconds without a byte, after which the connection is closed
    # Head and body of a reply are two packets: the second must not wait until the client has confirmed the first.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Answer one question."""
        url = urlsplit(self.path)
        try:
            question = parse_qs(url.query, keep_blank_values=True)
            if url.path == "/":
                self.reply(200, b"ok\n", "text/plain")
            elif url.path == "/watch":
                self.watch(question)
            elif url.path in PATHS:
                self.reply_json(200, PATHS[url.path](question))
            else:
                self.reply_json(404, {"error": f"paths are /, /watch, {', '.join(PATHS)}"})
        except QuestionError as error:
            self.reply_json(400, {"error": str(error)})

    def reply(self, status: int, content: bytes, content_type: str) -> None:
        """Send a whole reply."""
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def reply_json(self, status: int, answer: Answer) -> None:
        """Send a whole reply, one line of JSON."""
        self.reply(status, json.dumps(answer).encode() + b"\n", "application/json")

    def watch(self, question: Question) -> None:
        """`/watch`: stream JSON lines for a number of seconds, or until the client goes away."""
        wanted = record_type(question)
        names = [parse_name(text, wanted) for text in question.get("name", [])]
        seconds = duration(one(question, "for"))
        server = first_server(configuration())
        if not names:
            raise QuestionError("give one name or more")
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        watch = Watch(lambda line: self.chunk(json.dumps(line).encode() + b"\n"))
        for name in names:
            threading.Thread(target=watch.follow, args=(name, wanted, server), daemon=True).start()
        # The client has nothing more to say: what can be read here is that it went away.
        gone, _, _ = select.select([self.connection], [], [], seconds)
        watch.end()
        if not gone:
            self.chunk(b"")

    def chunk(self, data: bytes) -> None:
        """Send one piece of a streamed reply; an empty one says that the reply is complete."""
        self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))

    def handle(self) -> None:
        """Serve the connection; a client that goes away is no error of ours."""
        with suppress(ConnectionError):
            super().handle()

    def log_message(self, *_: object) -> None:
        """Stay silent about single requests: probes arrive every second."""


class Server(ThreadingTCPServer):
    """Listens on IPv4, and on IPv6 where the kernel has it."""

    # Not HTTPServer: that one asks DNS for the host's own name before it listens.
    address_family = socket.AF_INET6 if socket.has_dualstack_ipv6() else socket.AF_INET
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def server_bind(self) -> None:
        """Bind so that one socket serves both families."""
        if self.address_family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        super().server_bind()

    def shutdown_request(self, request: Any) -> None:
        """Read on until the client closes: to close over unread bytes would reset the reply away."""
        with suppress(OSError):
            request.shutdown(socket.SHUT_WR)
            while request.recv(65536):
                pass
        self.close_request(request)


def main() -> None:
    """Serve until a signal ends the process."""
    print("Observer starting...", flush=True)
    with Server(("", int(os.environ.get("OBSERVER_PORT", "8080"))), Handler) as server:
        print(f"Listening on port {server.server_address[1]}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
