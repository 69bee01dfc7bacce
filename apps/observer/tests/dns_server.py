"""A DNS server on loopback whose zone a test can change at any time, and which can fall silent."""

import socket
import struct
from socketserver import BaseRequestHandler, ThreadingTCPServer, ThreadingUDPServer
from threading import Semaphore, Thread
from typing import Self

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

UDP_BYTES = 512
"""Without EDNS a longer answer does not fit into UDP and is cut short."""


class TcpServer(ThreadingTCPServer):
    """Takes a port that a closed connection still lingers on."""

    allow_reuse_address = True


class DnsServer:
    """Answers from `zone`: name to record type to data. `rcodes` overrides by name; `silent` ends all answers.

    `soa` is for how many seconds an answer without records may be kept; 0 lets it say nothing of that. `asked` counts
    the questions that arrived over UDP, `questions` lists their names.
    """

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Open one port on UDP and on TCP."""
        self.zone: dict[str, dict[str, list[str]]] = {}
        self.rcodes: dict[str, dns.rcode.Rcode] = {}
        self.ttl = 5
        self.soa = 0
        self.silent = False
        self.asked = Semaphore(0)
        self.questions: list[str] = []
        self.over_tcp: list[str] = []
        server = self

        class Udp(BaseRequestHandler):
            def handle(self) -> None:
                wire, sender = self.request
                reply = server.answer(wire, server.questions)
                server.asked.release()
                if reply is not None:
                    sender.sendto(server.fit(reply), self.client_address)

        class Tcp(BaseRequestHandler):
            def handle(self) -> None:
                with self.request.makefile("rb") as stream:
                    (length,) = struct.unpack("!H", stream.read(2))
                    reply = server.answer(stream.read(length), server.over_tcp)
                if reply is not None:
                    self.request.sendall(struct.pack("!H", len(reply.to_wire())) + reply.to_wire())

        # TCP first: the kernel's free TCP port is almost always free on UDP too, but not the other way round.
        self.tcp = TcpServer((host, port), Tcp)
        self.host, self.port = self.tcp.server_address[:2]
        self.udp = ThreadingUDPServer((host, self.port), Udp)
        self.threads = [Thread(target=one.serve_forever, args=(0.01,)) for one in (self.udp, self.tcp)]

    def __enter__(self) -> Self:
        """Start to answer."""
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop and free the port."""
        for server in (self.udp, self.tcp):
            server.shutdown()
            server.server_close()
        for thread in self.threads:
            thread.join()

    def answer(self, wire: bytes, log: list[str]) -> dns.message.Message | None:
        """Return the reply to one question, None for silence."""
        query = dns.message.from_wire(wire)
        question = query.question[0]
        name = question.name.to_text()
        log.append(name)
        if self.silent:
            return None
        response = dns.message.make_response(query)
        found = self.zone.get(name)
        if name in self.rcodes:
            response.set_rcode(self.rcodes[name])
        elif found is None:
            response.set_rcode(dns.rcode.NXDOMAIN)
        else:
            wanted = dns.rdatatype.to_text(question.rdtype)
            self.add(response.answer, name, wanted, found)
            if wanted == "SRV":
                for target in (data.split()[-1] for data in found.get("SRV", [])):
                    self.add(response.additional, target, "A", self.zone.get(target, {}))
        if self.soa and not response.answer:
            soa = f"ns.{name} admin.{name} 1 2 3 4 {self.soa}"
            response.authority.append(dns.rrset.from_text(name, self.soa, "IN", "SOA", soa))
        return response

    def add(self, section: list[dns.rrset.RRset], name: str, wanted: str, found: dict[str, list[str]]) -> None:
        """Add the records of one type, if there are any."""
        if found.get(wanted):
            section.append(dns.rrset.from_text_list(name, self.ttl, "IN", wanted, found[wanted]))

    @staticmethod
    def fit(reply: dns.message.Message) -> bytes:
        """Return the reply's bytes, without records and marked as cut short if they are too many for UDP."""
        wire = reply.to_wire()
        if len(wire) <= UDP_BYTES:
            return wire
        reply.answer.clear()
        reply.additional.clear()
        reply.flags |= dns.flags.TC
        return reply.to_wire()


def free_address() -> tuple[str, int]:
    """Return a loopback address and a TCP port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        host, port = server.getsockname()
        return host, port
