"""A proxy in front of a server that damages requests and answers."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

FAULTS = ("refused", "reset", "answer lost", "slow", "500", "403", "truncated", "clock", "damaged")

DROPPED = {"connection", "content-length", "transfer-encoding"}
ANSWERS = {
    "500": (500, "InternalError"),
    "403": (403, "AccessDenied"),
    "clock": (403, "RequestTimeTooSkewed"),
}
ERROR = '<?xml version="1.0"?><Error><Code>{}</Code><Message>AKIASECRET https://u:VERYSECRET@x/?sig=SIGSECRET</Message></Error>'


class FaultProxy(ThreadingHTTPServer):
    """Passes requests on to `target`; those from the number `first` on, `count` of them, meet with `fault`."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, target: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.target = urlsplit(target)
        self.seen: list[str] = []
        self.authorizations: list[str] = []
        self.answers = dict(ANSWERS)
        self.bodies: dict[int, bytes] = {}
        self.observe: Callable[[], None] = lambda: None  # called after each request has reached the server
        self.lock = threading.Lock()
        self.clear()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def clear(self) -> None:
        self.fault, self.first, self.count = "", 0, 0
        self.seen.clear()

    def plan(self, fault: str, first: int, count: int) -> None:
        self.clear()
        self.fault, self.first, self.count = fault, first, count

    def next_fault(self, line: str) -> str:
        with self.lock:
            self.seen.append(line)
            return self.fault if self.first <= len(self.seen) - 1 < self.first + self.count else ""

    def handle_error(self, *_: object) -> None:
        pass


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FaultProxy

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def forward(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.authorizations.append(self.headers.get("Authorization", ""))
        fault = self.server.next_fault(f"{self.command} {self.path}")
        if fault == "refused":
            self.server.socket.shutdown(socket.SHUT_RDWR)
        if fault in {"reset", "refused"}:
            return self.reset()
        if fault == "slow":
            time.sleep(0.8)
            return self.reset()
        if fault in self.server.answers:
            status, code = self.server.answers[fault]
            body = self.server.bodies.get(status, b"SIGSECRET")
            return self.answer(status, [], ERROR.format(code).encode() if code else body)
        if fault == "damaged" and self.command == "PUT":
            body = body[:-1] + bytes([body[-1] ^ 1])
        upstream = HTTPConnection(self.server.target.netloc, timeout=10)
        upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            upstream.putheader(name, value)
        upstream.endheaders(body)
        answer = upstream.getresponse()
        data = answer.read()
        upstream.close()
        self.server.observe()
        if fault == "answer lost":
            return self.reset()
        return self.answer(answer.status, answer.getheaders(), data, fault == "truncated")

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = forward  # noqa: N815 # the names that the library calls

    def answer(self, status: int, headers: list[tuple[str, str]], data: bytes, truncated: bool = False) -> None:
        lines = [f"HTTP/1.1 {status} X"]
        lines += [f"{name}: {value}" for name, value in headers if name.lower() not in DROPPED]
        length = next((value for name, value in headers if name.lower() == "content-length"), "0")
        lines += [f"Content-Length: {length if self.command == 'HEAD' else len(data)}", "", ""]
        whole = "\r\n".join(lines).encode("latin-1") + (b"" if self.command == "HEAD" else data)
        self.connection.sendall(whole[: len(whole) // 2] if truncated else whole)
        if truncated:
            self.close_connection = True

    def reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def fault_proxy(target: str) -> Iterator[FaultProxy]:
    with FaultProxy(target) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield proxy
        proxy.shutdown()
        thread.join()
