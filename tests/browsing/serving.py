"""A web server for browser tests, for a folder or inline pages, with an origin of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self
from urllib.parse import unquote

from feedmill.preview.responses import media_type


class Server:
    """Serves `folder`, and before it the `files` inline (by path, which begins with a slash).

    `headers` go with every answer; a path in `slow` is answered that many seconds late, one in `held` when `release` is
    set. `types` has media types that are not the usual ones, by suffix. `asked` has every path that was asked for. With
    `validates`, every answer has an ETag, and a request for what has not changed is answered 304; `kept` has the paths
    of those.
    """

    def __init__(
        self,
        folder: Path | None = None,
        files: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self.reset(files, headers)
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def reset(self, files: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None) -> Self:
        """As new, but for the folder."""
        self.files = {"/favicon.ico": "", **(files or {})}
        self.headers = dict(headers or {})
        self.slow: dict[str, float] = {}
        self.held: set[str] = set()
        self.release = threading.Event()
        self.types: dict[str, str] = {}
        self.asked: list[str] = []
        self.validates = False
        self.kept: list[str] = []
        return self

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def find(self, path: str) -> bytes | None:
        if path in self.files:
            return self.files[path].encode()
        target = self.folder / path.lstrip("/") if self.folder else None
        return target.read_bytes() if target and target.is_file() else None

    def _handler(server) -> type[BaseHTTPRequestHandler]:  # noqa: N805 # self is the handler within
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = unquote(self.path.partition("?")[0])
                path += "index.html" if path.endswith("/") else ""
                server.asked.append(path)
                time.sleep(server.slow.get(path, 0))
                if path in server.held:
                    server.release.wait(30)
                data = server.find(path)
                if server.validates:
                    self.protocol_version = "HTTP/1.1"  # browsers ignore an ETag of HTTP/1.0
                etag = f'"{hash(data):x}"'
                if server.validates and self.headers["If-None-Match"] == etag:
                    server.kept.append(path)
                    self.send_response(304)
                    self.send_header("Access-Control-Allow-Origin", "*")
                    self.send_header("Connection", "close")
                    self.end_headers()
                    return
                self.send_response(404 if data is None else 200)
                if server.validates:
                    self.send_header("ETag", etag)
                    self.send_header("Connection", "close")
                self.send_header("Content-Type", server.types.get(Path(path).suffix) or media_type(Path(path).name))
                self.send_header("Content-Length", str(len(data or b"")))
                for name, value in server.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data or b"")

            def log_message(self, *_: object) -> None:
                pass

        return Handler
