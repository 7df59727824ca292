"""The web server of a preview: serves the output folder over HTTP/1.1, with a thread for each connection.

For previews only: files are read for every request, and the number of connections is not limited.
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

from feedmill.preview.hosts import is_own_host, split_target
from feedmill.preview.live_reload import EVENTS, LiveReload
from feedmill.preview.responses import Response, respond, text_response
from posts.errors import FeedmillError

HOST, PORT = "127.0.0.1", 8000
_PATIENCE = 15.0  # seconds between comments in an idle stream, which reveal closed connections
_TRIES = 100


class Server(ThreadingHTTPServer):
    """Serves `root` at `address` with `live_reload`; `log` is called for every request."""

    daemon_threads = True

    def __init__(self, host: str, port: int, root: Path, log: Callable[[str], None] = lambda _: None) -> None:
        """Bind the address; connections wait until the server runs.

        Raises:
            OSError: the address cannot be bound.
        """
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.root, self.log, self.live_reload, self.host = root, log, LiveReload(), host
        super().__init__((host, port), _Handler)

    @property
    def address(self) -> str:
        """Return the URL, such as http://127.0.0.1:8000/."""
        host, port = self.server_address[:2]
        name = f"[{host!s}]" if ":" in str(host) else str(host)
        return f"http://{name}:{port}/"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore closed connections."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


def bind(host: str | None, port: int | None, root: Path, log: Callable[[str], None] = lambda _: None) -> Server:
    """Return a server for `root` that is bound to `port`, else to 8000 or the next free port, but not running.

    Raises:
        FeedmillError: the address cannot be bound.
    """
    wanted = [port] if port is not None else range(PORT, PORT + _TRIES)
    for one in wanted:
        try:
            return Server(host or HOST, one, root, log)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise FeedmillError(
                    f"cannot bind {host or HOST}:{one} ({error.strerror}); use another --host or --port"
                ) from None
    raise FeedmillError(
        f"port {wanted[0]} is in use{'' if port is not None else ', and so are the next ones'}; use another --port"
    )


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "feedmill", ""
    timeout = 60  # seconds that a connection may be idle
    server: Server

    def do_GET(self) -> None:  # http.server calls it so
        if refusal := self._wrong_host():
            self._send(refusal)
        elif urlsplit(self.path).path == EVENTS and self.command == "GET":
            self._stream()
        else:
            self._send(self._answer())

    do_HEAD = do_GET  # noqa: N815

    def _refuse(self) -> None:
        self.close_connection = True  # the body of the request is not read
        self._send(text_response(405, "The preview is read-only.", Allow="GET, HEAD"))

    do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_TRACE = do_CONNECT = _refuse  # noqa: N815

    def _wrong_host(self) -> Response | None:
        """Return the response to a request that is not for this server; reduce an absolute target to its path."""
        hosts = self.headers.get_all("Host", [])
        found = split_target(self.path, hosts[0]) if len(hosts) == 1 else None
        if found and is_own_host(found[0], self.server.host, self.server.server_address[1]):
            self.path = found[1]
            return None
        self.close_connection = True
        if len(hosts) != 1:
            return text_response(400, "One Host header is needed.")  # RFC 9112, section 3.2
        if not found:
            return text_response(400, "Invalid address.")
        return text_response(403, "This host is not served; start the preview with --host and --port for it.")

    def _answer(self) -> Response:
        try:
            path = urlsplit(self.path).path
        except ValueError:
            return text_response(400, "Invalid address.")
        live_reload = self.server.live_reload
        asked = {name.title(): value for name, value in self.headers.items()}
        return live_reload.respond(path, asked) or respond(self.server.root, self.path, asked, live_reload.tag())

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
        while news := self.server.live_reload.event(seen, _PATIENCE):
            seen, event = news
            self.wfile.write(event)
            self.wfile.flush()

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 # the name in http.server
        self.server.log(format % arguments)
