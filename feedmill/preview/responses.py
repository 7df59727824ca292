"""What a web server has to say to a request for a file of the output: types, validators, compression. Follows RFC 9110.

Only what lies below the folder is found, and nothing whose name is hidden.
"""

from __future__ import annotations

import gzip
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import formatdate, parsedate_to_datetime
from html import escape
from pathlib import Path
from stat import S_ISREG
from urllib.parse import quote, unquote, urlsplit

from feeds.formats.table import FORMATS, OPML_FILE, OPML_TYPE
from posts.files.stat import digest

FILES = {**{row.file: row.media_type for row in FORMATS.values()}, OPML_FILE: OPML_TYPE}
"""Media types by file name."""

SUFFIXES = {
    ".css": "text/css",
    ".gif": "image/gif",
    ".gz": "application/gzip",
    ".html": "text/html",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".webp": "image/webp",
    ".xml": "application/xml",
}
_ANYTHING = "application/octet-stream"
_TEXT = re.compile(r"text/|application/javascript|.*[/+](?:xml|json)")
_JSON = re.compile(r".*[/+]json")
# What other sites may read: feeds and the widget. Pages are for looking at.
_SHARED = re.compile(r"text/javascript|text/x-opml|.*[/+](?:xml|json)")
_GZIP = re.compile(r"(?:^|,)\s*(?:gzip|\*)\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?(?=,|$)", re.IGNORECASE)
_BODY_ENDS = re.compile(rb"</body\s*>(?=\s*(?:</html\s*>\s*)?$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Response:
    """A status code, the headers beside Content-Length, and the body, which a HEAD request does not get."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def media_type(name: str) -> str:
    """The Content-Type of a file by its name; everything we write is in UTF-8 (JSON has no charset: RFC 8259, 11)."""
    found = FILES.get(name) or SUFFIXES.get(os.path.splitext(name)[1].lower(), _ANYTHING)  # noqa: PTH122 # a name, no path
    return f"{found}; charset=utf-8" if _TEXT.match(found) and not _JSON.match(found) else found


def respond(root: Path, target: str, asked: Mapping[str, str], injected: bytes = b"") -> Response:
    """The answer to a GET or HEAD request.

    Args:
        root: the output folder.
        target: the request's target, as it came.
        asked: the request's headers.
        injected: markup to put at the end of every HTML page.
    """
    parts = _parts(target)
    if parts is None:
        return plain(404, "There is no such file.")
    path = root.joinpath(*parts)
    with suppress(OSError, ValueError):
        if not path.resolve().is_relative_to(root.resolve()):
            return plain(404, "There is no such file.")
        if path.is_dir():
            return _folder(path, parts, target, asked, injected)
        if not urlsplit(target).path.endswith("/"):
            return _file(path, asked, injected)
    return plain(404, "There is no such file.")


def page(body: str, asked: Mapping[str, str], injected: bytes = b"") -> Response:
    """An HTML page that is in no file."""
    data = f'<!DOCTYPE html>\n<html lang="en">\n<meta charset="utf-8">\n<body>\n{body}\n</body>\n</html>\n'.encode()
    return _sent(_with(data, injected), "text/html; charset=utf-8", asked)


def plain(status: int, text: str, **headers: str) -> Response:
    """A line of text for people; `headers` with underscores for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, {"Content-Type": "text/plain; charset=utf-8", **named}, f"{text}\n".encode())


def _parts(target: str) -> list[str] | None:
    """The names in a request's target; None if one of them names nothing in the output, or is hidden."""
    try:
        path = unquote(urlsplit(target).path, errors="strict")
    except ValueError:
        return None
    parts = path.strip("/").split("/") if path.strip("/") else []
    wrong = any(not part or part.startswith(".") or re.search(r"[\\:\x00-\x1f]", part) for part in parts)
    return None if wrong or not path.startswith("/") else parts


def _folder(path: Path, parts: list[str], target: str, asked: Mapping[str, str], injected: bytes) -> Response:
    if not urlsplit(target).path.endswith("/"):
        there = quote("/" + "/".join(parts) + "/")  # made of the names: no `//host` can come in from the request
        return plain(301, there, Location=there)
    index = path / "index.html"
    return _file(index, asked, injected) if index.is_file() else page(_listing(path, parts), asked, injected)


def _listing(path: Path, parts: list[str]) -> str:
    names = sorted(entry.name + ("/" if entry.is_dir() else "") for entry in path.iterdir())
    shown = ["../"] * bool(parts) + [name for name in names if not name.startswith(".")]
    items = "\n".join(f'<li><a href="./{quote(name)}">{escape(name)}</a></li>' for name in shown)
    return f"<h1>{escape('/' + '/'.join(parts))}</h1>\n<ul>\n{items}\n</ul>"


def _file(path: Path, asked: Mapping[str, str], injected: bytes) -> Response:
    # What is no regular file could make the reader wait for ever.
    with open(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:  # noqa: PTH123 # Path has no such flag
        status = os.fstat(file.fileno())
        if not S_ISREG(status.st_mode):
            return plain(404, "There is no such file.")
        data = file.read()
    kind = media_type(path.name)
    return _sent(_with(data, injected) if kind.startswith("text/html") else data, kind, asked, int(status.st_mtime))


def _with(data: bytes, injected: bytes) -> bytes:
    """A page with something put in before its body ends; a fragment has no such place, and stays as it is."""
    return _BODY_ENDS.sub(lambda end: injected + end[0], data, count=1) if injected else data


def _sent(data: bytes, kind: str, asked: Mapping[str, str], modified: int | None = None) -> Response:
    zipped = bool(_TEXT.match(kind)) and _wants_gzip(asked.get("Accept-Encoding", ""))
    # A strong validator names the very bytes: those of the compressed form are others (section 8.8.3.3).
    tag = f'"{digest(data).hex()}{"-gzip" if zipped else ""}"'
    headers = {"Content-Type": kind, "ETag": tag, "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    if modified is not None:
        headers["Last-Modified"] = formatdate(modified, usegmt=True)
    if _TEXT.match(kind):
        headers["Vary"] = "Accept-Encoding"
    if _SHARED.match(kind):
        headers["Access-Control-Allow-Origin"] = "*"
    if _is_known(tag, modified, asked):
        del headers["Content-Type"]
        return Response(304, headers)
    if zipped:
        headers["Content-Encoding"] = "gzip"
        data = gzip.compress(data, 6, mtime=0)
    return Response(200, headers, data)


def _wants_gzip(accepted: str) -> bool:
    named = _GZIP.search(accepted)
    return named is not None and float(named[1] or 1) > 0


def _is_known(tag: str, modified: int | None, asked: Mapping[str, str]) -> bool:
    """Whether the one who asks has it already; If-Modified-Since counts without If-None-Match only (13.2.2)."""
    tags = asked.get("If-None-Match")
    if tags is not None:
        return tags.strip() == "*" or tag in re.findall(r'"[^"]*"', tags)
    since = asked.get("If-Modified-Since")
    if since is None or modified is None:
        return False
    try:
        moment = parsedate_to_datetime(since)
    except ValueError:
        return False
    return modified <= (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
