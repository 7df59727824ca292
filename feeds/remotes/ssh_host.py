"""Describe a host that is reached by ssh: the options of `ssh`, and what its errors mean."""

from __future__ import annotations

import os
import re

from msgspec import Struct

from posts.errors import RemoteError
from posts.files.remote_address import Address

CONFIG = "FEEDMILL_SSH_CONFIG"
"""The environment variable that names a configuration file for ssh (ssh_config(5)) instead of `~/.ssh/config`."""

CONNECT_SECONDS = 20
ALIVE_SECONDS, ALIVE_COUNT = 15, 4  # a host that answers nothing for a minute is gone

_HOST = re.compile(r"[A-Za-z0-9_:%][A-Za-z0-9._:%-]*")
_USER = re.compile(r"[A-Za-z0-9_.@+$\\][A-Za-z0-9_.@+$\\-]*")
_EMPTY = ("rsync error:", "rsync warning:", "WARNING:", "Please make sure you", "and the repository exists")
_LONGEST = 300  # characters of another program's message

# What a line of the standard error of `ssh` means; the first that matches.
_MEANINGS = (
    (
        "REMOTE HOST IDENTIFICATION HAS CHANGED",
        (
            "its host key differs from the one in known_hosts: another machine may answer in its place. Ask who runs "
            "the host; if the key was replaced, remove the old one with `ssh-keygen -R {key_name}`"
        ),
    ),
    (
        "Host key verification failed",
        (
            "its host key is not in known_hosts. Print it with `ssh-keyscan {scan}`, compare its fingerprint "
            "(`ssh-keygen -lf -`) with the one that the host's owner publishes, and append it to ~/.ssh/known_hosts"
        ),
    ),
    (
        "Permission denied (",
        (
            "it refused the user or the key. Load the key into the agent (`ssh-add`) or name it in ~/.ssh/config, and "
            "try `ssh {login}`; passwords are not asked for"
        ),
    ),
    ("Could not resolve hostname", "its name cannot be resolved; check the address and the network"),
    ("Connection refused", "it refused the connection; check the port, and that sshd runs there"),
    ("timed out", "it did not answer in time; check the network and try again"),
    ("not responding", "it stopped answering; check the network and try again"),
)


class SshHost(Struct, frozen=True):
    """A host and the folder there.

    Attributes:
        name: The address as it is written in the configuration.
        host: The name of the host, or an alias in the configuration of ssh.
        folder: The absolute path of the folder.
        user: The user, "" for the one that the configuration of ssh names.
        port: The port, 0 for the one that the configuration of ssh names.
        config: The configuration file of ssh, "" for the usual ones.
    """

    name: str
    host: str
    folder: str
    user: str = ""
    port: int = 0
    config: str = ""

    def ssh(self) -> list[str]:
        """Return the words of the command `ssh` without the host: it never asks, and ends when the network is dead."""
        words = ["ssh", "-oBatchMode=yes", "-oStrictHostKeyChecking=yes", f"-oConnectTimeout={CONNECT_SECONDS}"]
        words += [f"-oServerAliveInterval={ALIVE_SECONDS}", f"-oServerAliveCountMax={ALIVE_COUNT}"]
        words += ["-F", self.config] if self.config else []
        words += ["-p", str(self.port)] if self.port else []
        return words + (["-l", self.user] if self.user else [])

    def failure(self, errors: str) -> RemoteError:
        """Return the error for what `ssh`, or a program that uses it, wrote to its standard error."""
        login = f"{self.user}@{self.host}" if self.user else self.host
        names = {
            "login": f"-p {self.port} {login}" if self.port else login,
            "scan": f"-p {self.port} {self.host}" if self.port else self.host,
            "key_name": f"'[{self.host}]:{self.port}'" if self.port else self.host,
        }
        for mark, meaning in _MEANINGS:
            if mark in errors:
                return self.error(meaning.format_map(names))
        return self.error(shortened(errors) or "the connection was closed; try again")

    def error(self, what: str) -> RemoteError:
        """Return an error that names this remote."""
        return RemoteError(f"{self.name}: {what}")


def ssh_host(address: Address) -> SshHost:
    """Return the host of an address.

    Raises:
        RemoteError: The name of the host or the user has characters that ssh does not accept.
    """
    if not _HOST.fullmatch(address.host) or (address.user and not _USER.fullmatch(address.user)):
        raise RemoteError(f"{address.text}: the name of a host or user must not have spaces or quotes")
    config = os.environ.get(CONFIG, "")
    return SshHost(address.text, address.host, address.path, address.user, address.port, config)


def shortened(errors: str) -> str:
    """Return the last lines of another program's message as one short printable line."""
    lines = ["".join(filter(str.isprintable, line)).strip() for line in errors.splitlines()]
    told = [line for line in lines if line and not line.startswith(_EMPTY)]
    return "; ".join(told[-2:])[:_LONGEST]
