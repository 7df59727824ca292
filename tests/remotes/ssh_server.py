"""OpenSSH's server on a port of this machine, with keys of its own, and a wire to it that can be cut."""

from __future__ import annotations

import os
import select
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from feeds.remotes.base import Remote
from feeds.remotes.ssh import ssh_remote
from posts.files.remote_address import parse_address
from tests.needs import needs

_SERVER = """\
ListenAddress 127.0.0.1:{port}
HostKey {keys}/host
AuthorizedKeysFile {keys}/user.pub
PidFile none
UsePAM no
StrictModes no
PermitRootLogin yes
PasswordAuthentication no
KbdInteractiveAuthentication no
Subsystem sftp internal-sftp
{more}
"""
_CLIENT = """\
Host web
    HostName 127.0.0.1
    Port {port}
    HostKeyAlias web
    IdentityFile {keys}/{identity}
    IdentitiesOnly yes
    UserKnownHostsFile {keys}/known_hosts
    GlobalKnownHostsFile /dev/null
    LogLevel ERROR
"""


@dataclass
class Wire:
    """A port that leads to another. After `limit` bytes from the client it is cut."""

    target: int
    limit: int | None = None
    passed: int = 0
    _listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))

    def __post_init__(self) -> None:
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # which ends `accept`
        self._thread.join(10)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        with suppress(OSError), client, socket.create_connection(("127.0.0.1", self.target)) as server:
            while True:
                for one in select.select([client, server], [], [])[0]:
                    data = one.recv(1 << 14)
                    if one is client:
                        self.passed += len(data)
                    if not data or (self.limit is not None and self.passed > self.limit):
                        return
                    (server if one is client else client).sendall(data)


@dataclass
class SshServer:
    """A running server.

    Attributes:
        keys: The folder with the keys and the files that name them.
        folder: The folder to publish to, below which is nothing yet.
        wire: The way to it.
    """

    keys: Path
    folder: Path
    wire: Wire

    def remote(self, folder: str = "") -> Remote:
        return ssh_remote(parse_address(f"ssh://web{folder or self.folder}"))

    def trust(self, key: str = "host") -> None:
        kind, code, *_ = (self.keys / f"{key}.pub").read_text().split()
        (self.keys / "known_hosts").write_text(f"web {kind} {code}\n")

    def login_with(self, identity: str) -> None:
        (self.keys / "config").write_text(_CLIENT.format(port=self.wire.port, keys=self.keys, identity=identity))


@contextmanager
def ssh_server(place: Path, more: str = "") -> Iterator[SshServer]:
    """Run sshd with `more` lines in its configuration; its host key is known, and the user's key is accepted."""
    needs("sshd", "ssh", "ssh-keygen", "rsync")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # it refuses to start without this folder
    keys, folder = place / "keys", place / "www"
    for one in (keys, folder):
        one.mkdir()
    for name in ("host", "user", "other"):
        make = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(keys / name)]
        subprocess.run(make, check=True)
    port = _free_port()
    (keys / "sshd_config").write_text(_SERVER.format(port=port, keys=keys, more=more))
    program = shutil.which("sshd") or "sshd"  # it must be called by its absolute path
    with (keys / "log").open("wb") as log:
        process = subprocess.Popen([program, "-D", "-e", "-f", str(keys / "sshd_config")], stderr=log)
    try:
        _wait(port, keys / "log")
        server = SshServer(keys, folder, Wire(port))
        server.trust()
        server.login_with("user")
        yield server
        server.wire.close()
    finally:
        process.terminate()
        process.wait(10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int, log: Path) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    raise AssertionError(f"sshd did not start:\n{log.read_text('utf-8', 'replace')}")
