"""Responses to requests for output files: media types, validators, compression (RFC 9110).

Only files below the folder are found, and none whose name is hidden.
"""

from __future__ import annotations

import gzip
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC
from email.utils import formatdate, parsedate_to_datetime
from html import escape
from pathlib import Path
from stat import S_ISREG
from urllib.parse import quote, unquote, urlsplit

from msgspec import Struct, field

from feeds.build.headers import CROSS_ORIGIN
from feeds.formats.table import FORMATS, OPML_FILE, OPML_TYPE
from posts.files.stat import digest

FILES = {**{row.file: row.served_type for row in FORMATS.values()}, OPML_FILE: OPML_TYPE}
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
_GZIP = re.compile(r"(?:^|,)\s*(?:gzip|\*)\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?(?=,|$)", re.IGNORECASE)
_BODY_ENDS = re.compile(rb"</body\s*>(?=\s*(?:</html\s*>\s*)?$)", re.IGNORECASE)


class Response(Struct, frozen=True):
    """An HTTP response: status, headers except Content-Length, and the body (not sent for HEAD)."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def media_type(name: str) -> str:
    """Return the Content-Type for a file name; all output is UTF-8 (JSON has no charset: RFC 8259, section 11)."""
    found = FILES.get(name) or SUFFIXES.get(os.path.splitext(name)[1].lower(), _ANYTHING)  # noqa: PTH122 # a name, not a path
    return f"{found}; charset=utf-8" if _TEXT.match(found) and not _JSON.match(found) else found


def respond(root: Path, target: str, asked: Mapping[str, str], injected: bytes = b"") -> Response:
    """Return the response to a GET or HEAD request.

    Args:
        root: the output folder.
        target: the request's target, undecoded.
        asked: the request's headers.
        injected: markup to insert at the end of every HTML page.
    """
    parts = _parts(target)
    if parts is None:
        return text_response(404, "Not found.")
    path = root.joinpath(*parts)
    with suppress(OSError, ValueError):
        if not path.resolve().is_relative_to(root.resolve()):
            return text_response(404, "Not found.")
        if path.is_dir():
            return _folder(path, parts, target, asked, injected)
        if not urlsplit(target).path.endswith("/"):
            return _file(path, asked, injected)
    return text_response(404, "Not found.")


def html_response(body: str, asked: Mapping[str, str], injected: bytes = b"") -> Response:
    """Return a generated HTML page."""
    data = f'<!DOCTYPE html>\n<html lang="en">\n<meta charset="utf-8">\n<body>\n{body}\n</body>\n</html>\n'.encode()
    return _sent(_with(data, injected), "text/html; charset=utf-8", asked)


def text_response(status: int, text: str, **headers: str) -> Response:
    """Return one line of text; names of `headers` have underscores for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, {"Content-Type": "text/plain; charset=utf-8", **named}, f"{text}\n".encode())


def _parts(target: str) -> list[str] | None:
    """Return the path segments of a target, None if one is hidden or cannot be in the output."""
    try:
        path = unquote(urlsplit(target).path, errors="strict")
    except ValueError:
        return None
    parts = path.strip("/").split("/") if path.strip("/") else []
    wrong = any(not part or part.startswith(".") or re.search(r"[\\:\x00-\x1f]", part) for part in parts)
    return None if wrong or not path.startswith("/") else parts


def _folder(path: Path, parts: list[str], target: str, asked: Mapping[str, str], injected: bytes) -> Response:
    if not urlsplit(target).path.endswith("/"):
        there = quote("/" + "/".join(parts) + "/")  # from the segments: a request cannot inject `//host`
        return text_response(301, there, Location=there)
    index = path / "index.html"
    return _file(index, asked, injected) if index.is_file() else html_response(_listing(path, parts), asked, injected)


def _listing(path: Path, parts: list[str]) -> str:
    names = sorted(entry.name + ("/" if entry.is_dir() else "") for entry in path.iterdir())
    shown = ["../"] * bool(parts) + [name for name in names if not name.startswith(".")]
    items = "\n".join(f'<li><a href="./{quote(name)}">{escape(name)}</a></li>' for name in shown)
    return f"<h1>{escape('/' + '/'.join(parts))}</h1>\n<ul>\n{items}\n</ul>"


def _file(path: Path, asked: Mapping[str, str], injected: bytes) -> Response:
    # Opening a FIFO would block.
    with open(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:  # noqa: PTH123 # Path has no such flag
        status = os.fstat(file.fileno())
        if not S_ISREG(status.st_mode):
            return text_response(404, "Not found.")
        data = file.read()
    kind = media_type(path.name)
    data = _with(data, injected) if kind.startswith("text/html") else data
    return _sent(data, kind, asked, int(status.st_mtime), is_shared=path.name in CROSS_ORIGIN)


def _with(data: bytes, injected: bytes) -> bytes:
    """Insert markup before `</body>`; a fragment has none and is unchanged."""
    return _BODY_ENDS.sub(lambda end: injected + end[0], data, count=1) if injected else data


def _sent(
    data: bytes, kind: str, asked: Mapping[str, str], modified: int | None = None, *, is_shared: bool = False
) -> Response:
    zipped = bool(_TEXT.match(kind)) and _wants_gzip(asked.get("Accept-Encoding", ""))
    # A strong validator identifies the bytes, so the compressed form has another one (section 8.8.3.3).
    tag = f'"{digest(data).hex()}{"-gzip" if zipped else ""}"'
    headers = {"Content-Type": kind, "ETag": tag, "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    if modified is not None:
        headers["Last-Modified"] = formatdate(modified, usegmt=True)
    if _TEXT.match(kind):
        headers["Vary"] = "Accept-Encoding"
    if is_shared:
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
    """Return whether the client has it; If-None-Match overrides If-Modified-Since (section 13.2.2)."""
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
