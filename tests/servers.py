"""Servers as ordinary processes: nginx and Caddy with the files of docs/how-to/hosting.md, on a port of their own."""

from __future__ import annotations

import gzip
import http.client
import os
import re
import shutil
import socket
import subprocess
import textwrap
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.needs import needs

ROOT = Path(__file__).parent.parent
PAGES = {path.stem: path.read_text("utf-8") for path in (ROOT / "docs" / "how-to").glob("*.md")}


def documented(name: str, kind: str = "file") -> str:
    """The file or the command `name` as a page in docs/how-to has it."""
    pattern = rf"^( *)<!-- {kind}: {name} -->\n *```\w+\n(.*?)^ *```$"
    found = [
        textwrap.dedent(text)
        for page in PAGES.values()
        for _, text in re.findall(pattern, page, re.MULTILINE | re.DOTALL)
    ]
    assert len(found) == 1, name
    return found[0]


def changed(text: str, changes: Mapping[str, str]) -> str:
    """`text` with the few places changed that a test cannot take as they are."""
    for old, new in changes.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


@dataclass
class Answer:
    status: int
    headers: dict[str, str]  # names in lower case
    body: bytes  # as it was sent

    @property
    def content(self) -> bytes:
        return gzip.decompress(self.body) if self.headers.get("content-encoding") == "gzip" else self.body


class Client:
    """Asks a server over one connection."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)

    def get(self, path: str, **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._connection.putrequest("GET", path, skip_accept_encoding=True)
        for name, value in named.items():
            self._connection.putheader(name, value)
        self._connection.endheaders()
        response = self._connection.getresponse()
        body = response.read()
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, body)

    def close(self) -> None:
        self._connection.close()


@contextmanager
def nginx(www: Path, scratch: Path, more: str = "") -> Iterator[int]:
    """nginx with the documented file and `more` before it, for the folder `www`; gives its port."""
    needs("nginx")
    port = _free_port()
    site = changed(documented("nginx"), {"listen 80;": f"listen 127.0.0.1:{port};", "/srv/www;": f"{www};"})
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {scratch}/{kind};\n" for kind in kinds)
    inside = f"include /etc/nginx/mime.types;\naccess_log off;\n{temporary}{more}{site}"
    user = "user root;\n" if os.geteuid() == 0 else ""
    outside = f"{user}daemon off;\npid {scratch}/pid;\nworker_processes 2;\nevents {{}}\n"
    (scratch / "nginx.conf").write_text(f"{outside}http {{\n{inside}}}\n")
    with _running(["nginx", "-c", str(scratch / "nginx.conf"), "-e", str(scratch / "errors")], scratch, port):
        yield port


@contextmanager
def caddy(www: Path, scratch: Path) -> Iterator[int]:
    """Caddy with the documented file, for the folder `www`; gives its port."""
    needs("caddy")
    port = _free_port()
    site = changed(documented("caddy"), {"example.org {": f"http://127.0.0.1:{port} {{", "/srv/www": str(www)})
    (scratch / "Caddyfile").write_text(f"{{\n\tadmin off\n\tauto_https off\n}}\n\n{site}")
    command = ["caddy", "run", "--config", str(scratch / "Caddyfile"), "--adapter", "caddyfile"]
    with _running(command, scratch, port):
        yield port


SERVERS = {"nginx": nginx, "caddy": caddy}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _running(command: list[str], scratch: Path, port: int) -> Iterator[None]:
    log = scratch / "log"
    environment = {"PATH": os.environ["PATH"], "HOME": str(scratch), "XDG_DATA_HOME": str(scratch)}
    program = shutil.which(command[0]) or command[0]
    with log.open("wb") as output:
        process = subprocess.Popen([program, *command[1:]], stdout=output, stderr=output, env=environment, cwd=scratch)
    try:
        _wait(process, port, log)
        yield
    finally:
        process.terminate()
        process.wait(10)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError(f"{process.args!r} did not start:\n{log.read_text('utf-8', 'replace')}")
