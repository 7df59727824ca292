"""A WebSub hub, and a subscriber of it: as the recommendation has them; the hub misbehaves as it is told."""

from __future__ import annotations

import hashlib
import hmac
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit
from urllib.request import Request, urlopen


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: Any) -> None:
        """A client that has hung up is what these tests are about."""


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    with Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()


@dataclass
class Hub:
    """What a hub was told, and how it is to behave: an answer for each request, by its path, then 204 for ever.

    An answer is a status with headers, or one of "hang", "reset", "drip" and "garbage".
    """

    url: str = ""
    told: list[str] = field(default_factory=list)
    requests: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)  # method, path, form
    answers: dict[str, list[Any]] = field(default_factory=dict)
    delay: float = 0.0
    subscriptions: dict[tuple[str, str], str] = field(default_factory=dict)  # (topic, callback) to secret
    stop: threading.Event = field(default_factory=threading.Event)
    most: int = 0  # requests at one time
    now: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def topics(self) -> list[str]:
        """The paths of the topics it was told of, sorted; and forgets them."""
        told, self.told = self.told, []
        return sorted(urlsplit(topic).path for topic in told)

    def publish(self, topic: str) -> None:
        """Fetches a topic, and hands it on to all that have subscribed to it."""
        subscribers = [(callback, secret) for (one, callback), secret in self.subscriptions.items() if one == topic]
        if not subscribers:
            return
        with urlopen(topic, timeout=5) as response:
            body, media_type = response.read(), response.headers["Content-Type"]
        for callback, secret in subscribers:
            signature = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
            links = f'<{self.url}>; rel="hub", <{topic}>; rel="self"'
            headers = {"Content-Type": media_type, "Link": links, "X-Hub-Signature": signature}
            with urlopen(Request(callback, body, headers), timeout=5) as response:
                assert 200 <= response.status < 300

    def subscribe(self, form: dict[str, str]) -> None:
        """Verifies the intent of a subscriber (section 5.3), and takes it in."""
        topic, callback = form["hub.topic"], form["hub.callback"]
        challenge = hashlib.sha256(callback.encode()).hexdigest()
        query = {"hub.mode": "subscribe", "hub.topic": topic, "hub.challenge": challenge, "hub.lease_seconds": "864000"}
        with urlopen(f"{callback}?{urlencode(query)}", timeout=5) as response:
            if response.read().decode() == challenge:
                self.subscriptions[topic, callback] = form.get("hub.secret", "")


@contextmanager
def hub() -> Iterator[Hub]:  # noqa: C901 # the handler stands in it, since it belongs to this one hub
    found = Hub()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.answer()

        def do_GET(self) -> None:
            self.answer()

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            form = dict(parse_qsl(body, strict_parsing=bool(body)))
            found.requests.append((self.command, self.path, form))
            # Counted until the answer begins: the client may send the next request before it ends.
            with found.lock:
                found.now += 1
                found.most = max(found.most, found.now)
            time.sleep(found.delay)
            with found.lock:
                found.now -= 1
            answers = found.answers.get(self.path) or found.answers.get("*", [])
            answer = answers.pop(0) if answers else 204
            if isinstance(answer, str):
                return getattr(self, answer)()  # type: ignore[no-any-return]
            status, headers = (answer, {}) if isinstance(answer, int) else answer
            if 200 <= status < 300 and form:
                self.take(form)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            return None

        def take(self, form: dict[str, str]) -> None:
            if form["hub.mode"] == "publish":
                assert self.headers["Content-Type"] == "application/x-www-form-urlencoded"
                assert form.keys() == {"hub.mode", "hub.url"}
                found.told.append(form["hub.url"])
                found.publish(form["hub.url"])
            else:
                found.subscribe(form)

        def hang(self) -> None:
            found.stop.wait(60)

        def drip(self) -> None:
            """A byte of a header at a time, so that no part of the answer is ever late."""
            self.wfile.write(b"HTTP/1.0 204 No Content\r\nX-Slow: ")
            while not found.stop.wait(0.2):
                self.wfile.write(b"x")
                self.wfile.flush()

        def garbage(self) -> None:
            self.wfile.write(b"\x00\xff no HTTP at all\r\n\r\n" * 10)

        def reset(self) -> None:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.wfile = self.rfile  # type: ignore[assignment] # nothing is to be flushed into it

        def log_message(self, *_: object) -> None:
            pass

    with serving(Handler) as url:
        found.url = url
        try:
            yield found
        finally:
            found.stop.set()


@dataclass
class Subscriber:
    """Who is sent what changes: bodies that came, each with its topic; `refused` had a wrong signature."""

    url: str = ""
    secret: str = "a secret of the subscriber's own"
    wanted: set[str] = field(default_factory=set)
    bodies: list[tuple[str, bytes]] = field(default_factory=list)
    refused: list[bytes] = field(default_factory=list)

    def subscribe(self, hub: str, topic: str) -> None:
        self.wanted.add(topic)
        callback = f"{self.url}{len(self.wanted)}"
        form = {"hub.mode": "subscribe", "hub.topic": topic, "hub.callback": callback, "hub.secret": self.secret}
        with urlopen(hub, urlencode(form).encode(), timeout=5) as response:
            assert 200 <= response.status < 300


@contextmanager
def subscriber() -> Iterator[Subscriber]:
    found = Subscriber()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """The hub asks whether the subscription is meant."""
            query = parse_qs(urlsplit(self.path).query)
            meant = query["hub.topic"][0] in found.wanted
            self.send_response(200 if meant else 404)
            self.end_headers()
            self.wfile.write(query["hub.challenge"][0].encode() if meant else b"")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            expected = "sha256=" + hmac.new(found.secret.encode(), body, hashlib.sha256).hexdigest()
            if hmac.compare_digest(expected, self.headers["X-Hub-Signature"]):
                topic = self.headers["Link"].rpartition("<")[2].partition(">")[0]
                found.bodies.append((topic, body))
            else:
                found.refused.append(body)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with serving(Handler) as url:
        found.url = url
        yield found
