"""Compute the paths and addresses of files. Pure.

Paths are below the output, with forward slashes. With a web root (`[feeds] root`), which contains the output, the path
of a file outside the output begins with `../`.
"""

from __future__ import annotations

import posixpath
from urllib.parse import quote


def path_below(out: str, root: str) -> str | None:
    """Return the path from the folder `root` to `out`, "" if they are equal, None if `out` is outside `root`."""
    path = posixpath.relpath(posixpath.join("/_", out), posixpath.join("/_", root))
    if path == ".." or path.startswith("../"):
        return None
    return "" if path == "." else path


def address(url: str, path: str) -> str:
    """Return the address of `path`, percent-encoded in UTF-8 (RFC 3986); `url` is the address of the output."""
    while path.startswith("../"):
        url, path = url.rpartition("/")[0], path.removeprefix("../")
    return f"{url}/{quote(path)}" if path else url
