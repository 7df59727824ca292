"""Where feeds are to be found: folders and files of the configuration's own. Pure.

Paths are below the output, with forward slashes. Where there is a web root (`[feeds] root`), the output lies in it, and
a file may have its place there too: its path begins with `../` then.
"""

from __future__ import annotations

import posixpath
from urllib.parse import quote


def prefix_of(out: str, root: str) -> str | None:
    """The way from the folder `root` to `out`, "" if they are the same; None if `out` does not lie in it."""
    way = posixpath.relpath(posixpath.join("/_", out), posixpath.join("/_", root))
    return None if way == ".." or way.startswith("../") else way.removeprefix(".")


def address(url: str, path: str) -> str:
    """The address of `path` below the feeds' `url`, percent-encoded in UTF-8 (RFC 3986); `..` leads up from there."""
    while path.startswith("../"):
        url, path = url.rpartition("/")[0], path.removeprefix("../")
    return f"{url}/{quote(path)}" if path else url
