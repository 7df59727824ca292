"""Object stores on this machine, for tests: moto's S3 server, gcp-storage-emulator and azurite."""

from __future__ import annotations

import base64
import hmac
import importlib.util
import json
import logging
import os
import re
import shutil
import socket
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from hashlib import md5
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, quote, unquote, urlsplit

import pytest

from posts.objects.connect import Patience
from tests.needs import lacking

AZURITE = Path(__file__).parent / "node_modules" / ".bin"

QUICK = Patience(retries=2, first_pause=0.01, longest_pause=0.02, timeout=5, total=10)


def clean_environment(patch: pytest.MonkeyPatch, home: Path) -> None:
    """Take away what the environment says about clouds, and the home folder."""
    for name in os.environ:
        if name.startswith(("AWS_", "AZURE_", "GOOGLE_", "GCS_", "IDENTITY_")):
            patch.delenv(name)
    patch.setenv("HOME", str(home))
    patch.setenv("NO_PROXY", "127.0.0.1,localhost")
    patch.setenv("no_proxy", "127.0.0.1,localhost")
    patch.setattr("posts.objects.connect._is_cloud_machine", lambda: False)


@contextmanager
def s3_server() -> Iterator[str]:
    """Yield the endpoint of moto's S3 server, with the bucket `bucket`: one for all servers of a process."""
    try:
        import obstore  # noqa: F401
        from moto.server import ThreadedMotoServer
    except ImportError:
        lacking("moto and obstore: install feedmill[readers]")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    endpoint = f"http://127.0.0.1:{server.get_host_and_port()[1]}"
    request("PUT", f"{endpoint}/bucket")
    yield endpoint
    server.stop()


def request(method: str, address: str, body: bytes | None = None, **headers: str) -> bytes:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    made = urllib.request.Request(address, data=body, method=method, headers=named)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(made, timeout=10) as answer:
        return answer.read()


AZURE_ACCOUNT = "devstoreaccount1"
# The key of every azurite, as documented: https://learn.microsoft.com/azure/storage/common/storage-use-azurite
AZURE_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


@contextmanager
def azure_server() -> Iterator[str]:
    """Yield the endpoint of azurite, with the container `bucket`."""
    program = shutil.which("azurite-blob", path=AZURITE) or shutil.which("azurite-blob")
    if not (program and shutil.which("node") and importlib.util.find_spec("obstore")):
        lacking("azurite and obstore: run `npm ci` in tests/remotes, install feedmill[cloud]")
    options = ("--inMemoryPersistence", "--blobPort", "0", "--skipApiVersionCheck", "--disableTelemetry", "--silent")
    with subprocess.Popen([program, *options], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as azurite:
        assert azurite.stdout is not None
        found = next(filter(None, (re.search(r"listens on (http://\S+)", line) for line in azurite.stdout)))
        endpoint = f"{found[1]}/{AZURE_ACCOUNT}"
        try:
            _create_container(endpoint)
            yield endpoint
        finally:
            azurite.terminate()


def _create_container(endpoint: str) -> None:
    """https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key."""
    headers = {"x-ms-date": formatdate(usegmt=True), "x-ms-version": "2023-11-03", "x-ms-blob-public-access": "blob"}
    named = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    signed = "PUT" + "\n" * 12 + f"{named}/{AZURE_ACCOUNT}/{AZURE_ACCOUNT}/bucket\nrestype:container"
    key = hmac.digest(base64.b64decode(AZURE_KEY), signed.encode(), "sha256")
    signature = f"SharedKey {AZURE_ACCOUNT}:{base64.b64encode(key).decode()}"
    request("PUT", f"{endpoint}/bucket?restype=container", **headers, Authorization=signature)


class XmlApi(BaseHTTPRequestHandler):
    """The XML API of Google Cloud Storage, which obstore uses, in front of the JSON API of gcp-storage-emulator.

    Objects, headers and their rules are the emulator's. https://cloud.google.com/storage/docs/xml-api/reference-methods
    """

    protocol_version = "HTTP/1.1"
    json_api = ""

    def do_PUT(self) -> None:
        data = self.rfile.read(int(self.headers["Content-Length"]))
        metadata = {
            name.lower().removeprefix("x-goog-meta-"): value
            for name, value in self.headers.items()
            if name.lower().startswith("x-goog-meta-")
        }
        fields = {
            "name": self.named,
            "contentType": self.headers["Content-Type"],
            "cacheControl": self.headers["Cache-Control"],
            "contentEncoding": self.headers["Content-Encoding"],
            "metadata": metadata,
        }
        if self.headers["x-goog-if-generation-match"] == "0" and self.stored() is not None:
            return self.answer(412, b"<Error><Code>PreconditionFailed</Code></Error>")
        related = f"\r\n--B\r\nContent-Type: application/json\r\n\r\n{json.dumps(fields)}\r\n--B\r\n".encode()
        body = related + f"Content-Type: {fields['contentType']}\r\n\r\n".encode() + data + b"\r\n--B--\r\n"
        upload = f"{self.json_api}/upload/storage/v1/b/{self.bucket}/o?uploadType=multipart"
        try:
            request("POST", upload, body, Content_Type='multipart/related; boundary="B"')
        except HTTPError as error:
            return self.answer(error.code, b"<Error><Code>NoSuchBucket</Code></Error>")
        return self.answer(200, b"", ETag=f'"{md5(data).hexdigest()}"')

    def do_GET(self) -> None:
        if not self.named:
            return self.list()
        stored = self.stored()
        if stored is None:
            return self.answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
        data = request("GET", f"{self.json_api}/{self.bucket}/{quote(self.named)}")
        headers = {
            "Content-Type": stored["contentType"],
            "Cache-Control": stored.get("cacheControl"),
            "Content-Encoding": stored.get("contentEncoding"),
            "ETag": f'"{md5(data).hexdigest()}"',
            "Last-Modified": formatdate(usegmt=True),
            **{f"x-goog-meta-{name}": value for name, value in stored.get("metadata", {}).items()},
        }
        status = 200
        if asked := re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers["Range"] or ""):
            first, last = int(asked[1]), min(int(asked[2]), len(data) - 1)
            if first > last:
                return self.answer(416, b"<Error><Code>InvalidRange</Code></Error>")
            headers["Content-Range"] = f"bytes {first}-{last}/{len(data)}"
            status, data = 206, data[first : last + 1]
        return self.answer(status, data, **{name: value for name, value in headers.items() if value})

    do_HEAD = do_GET  # noqa: N815 # the name that the library calls

    def do_DELETE(self) -> None:
        if self.stored() is None:
            return self.answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
        request("DELETE", f"{self.json_api}/storage/v1/b/{self.bucket}/o/{quote(self.named, safe='')}")
        return self.answer(204, b"")

    def list(self) -> None:
        prefix = parse_qs(urlsplit(self.path).query).get("prefix", [""])[0]
        listed = request("GET", f"{self.json_api}/storage/v1/b/{self.bucket}/o?prefix={quote(prefix)}")
        rows = "".join(
            f"<Contents><Key>{escape(one['name'])}</Key><LastModified>{one['updated']}</LastModified>"
            f'<ETag>"{base64.b64decode(one["md5Hash"]).hex()}"</ETag><Size>{one["size"]}</Size></Contents>'
            for one in json.loads(listed).get("items", [])
        )
        page = f"<ListBucketResult><IsTruncated>false</IsTruncated>{rows}</ListBucketResult>"
        self.answer(200, page.encode())

    @property
    def bucket(self) -> str:
        return urlsplit(self.path).path.split("/")[1]

    @property
    def named(self) -> str:
        return unquote("/".join(urlsplit(self.path).path.split("/")[2:]))

    def stored(self) -> dict[str, Any] | None:
        try:
            address = f"{self.json_api}/storage/v1/b/{self.bucket}/o/{quote(self.named, safe='')}"
            return dict(json.loads(request("GET", address)))
        except HTTPError:
            return None

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def google_server() -> Iterator[str]:
    """Yield the endpoint of gcp-storage-emulator, with the bucket `bucket`."""
    try:
        import obstore  # noqa: F401
        from gcp_storage_emulator.server import create_server
    except ImportError:
        lacking("gcp-storage-emulator and obstore: install feedmill[readers]")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    emulator = create_server("127.0.0.1", port, in_memory=True, default_bucket="bucket")
    emulator.start()
    handler = type("XmlApi", (XmlApi,), {"json_api": f"http://127.0.0.1:{port}"})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as front:
        threading.Thread(target=front.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{front.server_port}"
        front.shutdown()
    emulator.stop()
