"""Parse the address of a remote: `s3://bucket/prefix`, `ssh://user@host/path`, `git:origin#branch` and others."""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import SplitResult, unquote, urlsplit

from msgspec import Struct

Scheme = Literal["s3", "gs", "az", "ssh", "git"]
OBJECT_STORES: tuple[Scheme, ...] = ("s3", "gs", "az")
EXPECTED = "s3://bucket/prefix, gs://bucket/prefix, az://container/prefix, ssh://host/path or git:origin#branch"

_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,254}")
# What git-check-ref-format(1) allows below refs/heads/, without names that git itself reads in another way.
_BRANCH = re.compile(
    r"(?!-|refs/|HEAD$|@$)(?!.*(?:\.\.|@\{|\.lock(?:/|$)|//|/\.|[/.]$))(?![./])[^\s~^:?*\[\\\x00-\x1f\x7f]+"
)


class Address(Struct, frozen=True):
    """The address of a remote.

    Attributes:
        scheme: The kind of remote.
        text: The address as written, without slashes at its end. It contains no credentials.
        host: The bucket or container, the host, or the repository: a name such as `origin`, an address or a path.
        path: The folder below it: a prefix without slashes at its ends, for ssh an absolute path, for git the branch.
        user: The user at the host, "" for the one that the ssh configuration names.
        port: The port of the host, 0 for the one that the ssh configuration names.
    """

    scheme: Scheme
    text: str
    host: str
    path: str
    user: str = ""
    port: int = 0


def parse_address(text: str) -> Address:
    """Return the parts of an address.

    Raises:
        ValueError: It is not the address of a remote; the message says what is expected.
    """
    if text.startswith("git:"):
        return _git_address(text)
    try:
        parts = urlsplit(text)
        port = parts.port or 0
    except ValueError:
        raise ValueError(f"expected an address such as {EXPECTED}") from None
    if parts.password is not None:
        raise ValueError("an address must not contain a password; use keys or the environment")
    if parts.query or parts.fragment or not parts.hostname:
        raise ValueError(f"expected an address such as {EXPECTED}, not {text!r}")
    text, folders = text.rstrip("/"), unquote(parts.path)
    if any(part in (".", "..") for part in folders.split("/")) or not folders.isprintable():
        raise ValueError(f"expected a path without `.` and `..` in {text!r}")
    if parts.scheme == "ssh":
        return _ssh_address(text, parts, folders, port)
    for scheme in OBJECT_STORES:
        if parts.scheme == scheme:
            website = (scheme, parts.netloc) == ("az", "$web")  # the container of Azure's static websites
            if parts.username or port or not (website or _BUCKET.fullmatch(parts.netloc)):
                raise ValueError(f"expected {scheme}:// and the name of a bucket in {text!r}")
            return Address(scheme, text, parts.netloc, folders.strip("/"))
    raise ValueError(f"expected an address such as {EXPECTED}, not {text!r}")


def _ssh_address(text: str, parts: SplitResult, folder: str, port: int) -> Address:
    start = parts.netloc.lower().rindex(parts.hostname or "")
    host = parts.netloc[start : start + len(parts.hostname or "")]  # aliases of ssh_config(5) differ in case
    user = unquote(parts.username or "")
    # The programs ssh and rsync would take a name that begins with a hyphen for an option.
    if host.startswith("-") or user.startswith("-") or not folder.strip("/"):
        raise ValueError(f"expected ssh://user@host/path with an absolute path in {text!r}")
    return Address("ssh", text, host, "/" + folder.strip("/"), user, port)


def _git_address(text: str) -> Address:
    repository, mark, branch = text.removeprefix("git:").partition("#")
    if not repository or repository.startswith("-") or not mark or not _BRANCH.fullmatch(branch):
        raise ValueError(f"expected git:, a repository, # and a branch, such as git:origin#gh-pages, not {text!r}")
    if "://" in repository and urlsplit(repository).password is not None:
        raise ValueError("an address must not contain a password; use a credential helper of git")
    if repository.startswith(("https://", "http://")) and urlsplit(repository).username is not None:
        # Hosts accept a token as the name of the user.
        raise ValueError("an address must not contain a password or token; use a credential helper of git")
    return Address("git", text, repository, branch)
