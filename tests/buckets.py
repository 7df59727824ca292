"""A bucket in moto's S3 server, in this process: what is asked of it is recorded, and answers can be damaged."""

from __future__ import annotations

import logging
import socket
import struct
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.needs import lacking

Fault = Callable[[str, str], str]
"""Return how to damage the answer to a request ("" for not at all): (kind, path below the bucket) -> fault."""


class Bucket:
    """A bucket `bucket`.

    Attributes:
        asked: The requests since the last `clear`: `list` and the prefix, or `get` and the path.
        fault: Damages answers: "reset", "403", "404", "500" or "cut".
        before: Called before every answer.
    """

    name = "bucket"

    def __init__(self, app: Any) -> None:
        self.app = app
        self.asked: list[tuple[str, str]] = []
        self.fault: Fault = lambda *_: ""
        self.before: Callable[[str, str], object] = lambda *_: None

    @property
    def objects(self) -> Any:
        from moto.s3.models import s3_backends

        return s3_backends["123456789012"]["aws"]

    def put(self, files: Mapping[str, str | bytes], prefix: str = "site/") -> None:
        for path, text in files.items():
            value = text if isinstance(text, bytes) else text.encode()
            self.objects.put_object(self.name, prefix + path, value)

    def upload(self, folder: Path, prefix: str = "site/") -> None:
        self.put({path.relative_to(folder).as_posix(): path.read_bytes() for path in files_in(folder)}, prefix)

    def remove(self, *paths: str, prefix: str = "site/") -> None:
        for path in paths:
            self.objects.delete_object(self.name, prefix + path)

    def clear(self) -> None:
        """Empty the bucket, and forget requests and faults."""
        if self.name in self.objects.buckets:
            for key in list(self.objects.buckets[self.name].keys):
                self.objects.delete_object(self.name, key)
        else:
            self.objects.create_bucket(self.name, "us-east-1")
        self.asked, self.fault, self.before = [], lambda *_: "", lambda *_: None

    def contents(self) -> dict[str, bytes]:
        return {path: key.value for path, key in self.objects.buckets[self.name].keys.items()}

    def kinds(self) -> dict[str, int]:
        found = [kind for kind, _ in self.asked]
        return {kind: found.count(kind) for kind in sorted({*found})}

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"].encode("latin-1").decode().removeprefix(f"/{self.name}").lstrip("/")
        kind = environ["REQUEST_METHOD"].lower() if path else "list"
        self.asked.append((kind, path))
        self.before(kind, path)
        fault = self.fault(kind, path)
        if fault == "reset":
            connection = environ["werkzeug.socket"]
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
            return []
        if fault in ("403", "404", "500"):
            code = {"403": "AccessDenied", "404": "NoSuchKey", "500": "InternalError"}[fault]
            start(f"{fault} X", [("Content-Type", "application/xml")])
            return [f"<Error><Code>{code}</Code><Message>https://u:VERYSECRET@x/</Message></Error>".encode()]
        answer: list[Any] = []

        def started(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
            answer[:] = [status, headers]

        body = b"".join(self.app(environ, started))
        status, headers = answer
        headers = [(name, value) for name, value in headers if name.lower() != "content-length"]
        start(status, [*headers, ("Content-Length", str(len(body)))])
        return [body[: len(body) // 2] if fault == "cut" else body]


def files_in(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


@contextmanager
def s3_bucket() -> Iterator[Bucket]:
    """Serve a bucket; the environment must be set with `use`."""
    try:
        import obstore  # noqa: F401
        from moto.moto_server.threaded_moto_server import ThreadedMotoServer
        from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
        from werkzeug.serving import WSGIRequestHandler, make_server
    except ImportError:
        lacking("moto[s3,server] and obstore")
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)

    class Handler(WSGIRequestHandler):
        protocol_version = "HTTP/1.1"

    class Server(ThreadedMotoServer):
        def _server_entry(self) -> None:
            self.bucket = Bucket(DomainDispatcherApplication(create_backend_app))
            self._server = make_server("127.0.0.1", 0, self.bucket, threaded=True, request_handler=Handler)
            self._server_ready_event.set()
            self._server.serve_forever(0.01)

    server = Server("127.0.0.1", 0, verbose=False)
    server.start()
    server.bucket.endpoint = f"http://127.0.0.1:{server.get_host_and_port()[1]}"
    yield server.bucket
    server.stop()


def use(bucket: Bucket, patch: pytest.MonkeyPatch, home: Path) -> None:
    """Set the environment so that the bucket is that of `s3://bucket`, and have failed requests repeated quickly."""
    from posts.objects.connect import Patience
    from posts.objects.store import open_store
    from tests.remotes.object_stores import clean_environment

    clean_environment(patch, home)
    patch.setenv("AWS_ENDPOINT_URL", bucket.endpoint)
    patch.setenv("AWS_ACCESS_KEY_ID", "AKIASECRET")
    patch.setenv("AWS_SECRET_ACCESS_KEY", "VERYSECRET")
    quick = partial(open_store, patience=Patience(1, 0.01, 0.02, 2, 4))
    patch.setattr("feedmill.run.bucket_copy.open_store", quick)
