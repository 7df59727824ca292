"""A web server for tests: serves an output as docs/how-to/hosting.md asks for it, and records what it was asked."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

TYPES = {
    "rss.xml": "application/xml; charset=utf-8",
    "atom.xml": "application/xml; charset=utf-8",
    "feed.json": "application/feed+json",
}


@dataclass
class Asked:
    """A request, what it was conditional on, and how it was answered."""

    path: str
    conditional: bool
    status: int


@dataclass
class Web:
    url: str
    requests: list[Asked] = field(default_factory=list)


@contextmanager
def web(folder: Path) -> Iterator[Web]:
    """Serves `folder` while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:  # the library asks for the name
            path = folder / unquote(self.path).lstrip("/")
            twin = path.with_name(f"{path.name}.gz")
            takes = "gzip" in self.headers.get("Accept-Encoding", "") and twin.is_file()
            sent = twin if takes else path
            data = sent.read_bytes() if path.is_file() else b""
            etag = f'"{hashlib.sha256(data).hexdigest()[:16]}"'
            modified = int(sent.stat().st_mtime) if data else 0
            status = 404 if not data else 304 if self._has(etag, modified) else 200
            named = {"ETag": etag, "Last-Modified": formatdate(modified, usegmt=True), "Vary": "Accept-Encoding"}
            if status == 200:
                named["Content-Type"] = TYPES.get(path.name, "application/xml")
                named |= {"Content-Encoding": "gzip"} if takes else {}
            self.send_response(status)
            for name, value in named.items():
                self.send_header(name, value)
            if status != 304:
                self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data if status == 200 else b"")
            conditional = {"If-None-Match", "If-Modified-Since"} & set(self.headers)
            served.requests.append(Asked(self.path, bool(conditional), status))

        def _has(self, etag: str, modified: int) -> bool:
            """Whether the client has this already; its ETag counts before its time (RFC 9110, section 13.2.2)."""
            if "If-None-Match" in self.headers:
                return etag in self.headers["If-None-Match"]
            since = self.headers.get("If-Modified-Since")
            return since is not None and parsedate_to_datetime(since).timestamp() >= modified

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        served = Web(f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield served
        finally:
            server.shutdown()
            thread.join()
