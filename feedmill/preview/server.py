"""The web server of a preview: the output folder on one address, over HTTP/1.1, a thread for every connection.

For previews only: files are read anew for every request, and there is no end to the connections that it takes.
"""

from __future__ import annotations

import errno
import socket
import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from feedmill.preview.live_reload import EVENTS, Bulletin
from feedmill.preview.responses import Response, plain, respond
from posts.errors import FeedmillError

HOST, PORT = "127.0.0.1", 8000
_PATIENCE = 15.0  # seconds after which a silent stream says something, so that it is noticed when nobody listens
_TRIES = 100


class Server(ThreadingHTTPServer):
    """Serves `root` at `address`; `bulletin` has the news for its pages. `log` is told of every request."""

    daemon_threads = True

    def __init__(self, host: str, port: int, root: Path, log: Callable[[str], None] = lambda _: None) -> None:
        """Takes the address, so that connections wait from now on.

        Raises:
            OSError: the address cannot be had.
        """
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.root, self.log, self.bulletin = root, log, Bulletin()
        super().__init__((host, port), _Handler)

    @property
    def address(self) -> str:
        """Where it is to be found, such as http://127.0.0.1:8000/."""
        host, port = self.server_address[:2]
        name = f"[{host!s}]" if ":" in str(host) else str(host)
        return f"http://{name}:{port}/"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Somebody who hangs up is no error."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


def bind(host: str | None, port: int | None, root: Path, log: Callable[[str], None] = lambda _: None) -> Server:
    """A server for `root`, not yet serving: at the port that is asked for, else at 8000 or the next free one.

    Raises:
        FeedmillError: the address cannot be had.
    """
    wanted = [port] if port is not None else range(PORT, PORT + _TRIES)
    for one in wanted:
        try:
            return Server(host or HOST, one, root, log)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise FeedmillError(
                    f"{host or HOST}:{one} cannot be served at ({error.strerror}): give another --host or --port"
                ) from None
    raise FeedmillError(
        f"port {wanted[0]} is taken{'' if port is not None else ', and so are the next ones'}: give another --port"
    )


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "feedmill", ""
    timeout = 60  # seconds that a connection may be idle
    server: Server

    def do_GET(self) -> None:  # http.server calls it so
        if urlsplit(self.path).path == EVENTS and self.command == "GET":
            self._stream()
        else:
            self._send(self._answer())

    do_HEAD = do_GET  # noqa: N815

    def _refuse(self) -> None:
        self.close_connection = True  # the body of the request is not read
        self._send(plain(405, "This is for looking only.", Allow="GET, HEAD"))

    do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_TRACE = do_CONNECT = _refuse  # noqa: N815

    def _answer(self) -> Response:
        try:
            path = urlsplit(self.path).path
        except ValueError:
            return plain(400, "This is no address.")
        bulletin = self.server.bulletin
        asked = {name.title(): value for name, value in self.headers.items()}
        return bulletin.respond(path, asked) or respond(self.server.root, self.path, asked, bulletin.tag())

    def _send(self, response: Response) -> None:
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        if response.status != 304:
            self.send_header("Content-Length", str(len(response.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)

    def _stream(self) -> None:
        self.close_connection = True
        self.send_response(200)
        for name, value in (
            ("Content-Type", "text/event-stream"),
            ("Cache-Control", "no-store"),
            ("Connection", "close"),
        ):
            self.send_header(name, value)
        self.end_headers()
        seen = ""
        while news := self.server.bulletin.event(seen, _PATIENCE):
            seen, event = news
            self.wfile.write(event)
            self.wfile.flush()

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 # its name where it comes from
        self.server.log(format % arguments)
