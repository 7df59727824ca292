"""Where feeds are to be found: folders and files of the configuration's own. Pure.

Paths are below the output, with forward slashes. Where there is a web root (`[feeds] root`), the output lies in it, and
a file may have its place there too: its path begins with `../` then.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Places:
    """`folders` go from a feed's key to the folder that it has instead of its own.

    `files` go from a feed's key to the places of single files, by their names in the feed's folder. `prefix` is the way
    from the web root to the output, "" where there is no other root than the output.
    """

    folders: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    prefix: str = ""

    def below_root(self, path: str) -> str:
        """The path below the web root of what is at `path` below the output."""
        return posixpath.normpath(f"{self.prefix}/{path}") if self.prefix else path

    def below_output(self, path: str) -> str:
        """The path below the output, which may begin with `../`, of what is at `path` below the web root."""
        return posixpath.relpath(path, self.prefix) if self.prefix else path


def prefix_of(out: str, root: str) -> str | None:
    """The way from the folder `root` to `out`, "" if they are the same; None if `out` does not lie in it."""
    way = posixpath.relpath(posixpath.join("/_", out), posixpath.join("/_", root))
    return None if way == ".." or way.startswith("../") else way.removeprefix(".")


def address(url: str, path: str) -> str:
    """The address of `path` below the feeds' `url`, percent-encoded in UTF-8 (RFC 3986); `..` leads up from there."""
    while path.startswith("../"):
        url, path = url.rpartition("/")[0], path.removeprefix("../")
    return f"{url}/{quote(path)}" if path else url
