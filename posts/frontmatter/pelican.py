"""Split a post of Pelican into front matter and body, as Pelican's readers do (`pelican/readers.py`). Pure.

Markdown begins with lines `Title: …` (Python-Markdown's extension `meta`; lines `---` around them are ignored),
reStructuredText with a title and fields, HTML with `<title>` and `<meta>` in a `<head>`.
"""

from __future__ import annotations

import html
import re
from typing import Any

from posts.errors import PostError
from posts.frontmatter.decode import decode_exactly, decode_text
from posts.frontmatter.restructured import is_lone_title, read_rest_header
from posts.frontmatter.split import MAX_FRONT_MATTER, ParsedFile
from posts.model import ReportProblem
from posts.text import lazy_pattern, legal

_FENCE = lazy_pattern(r"---(?:[ \t][^\n]*+)?(?:\n|\Z)")
_END = lazy_pattern(r"(?:---|\.\.\.)(?:[ \t][^\n]*+)?(?:\n|\Z)|[ \t]*+(?:\n|\Z)")
_LINE = lazy_pattern(r" {0,3}([A-Za-z0-9_-]++):[ \t]*+([^\n]*+)(?:\n|\Z)")
_MORE = lazy_pattern(r"(?: {4}| {0,3}\t)[ \t]*+([^\n]*+)(?:\n|\Z)")
_BLANKS = lazy_pattern(r"(?:[ \t]*+\n)*+")
# Of these Pelican takes the first line; `summary` is a text of several lines.
_SINGLE = frozenset(("tags", "date", "modified", "status", "category", "author", "save_as", "url", "authors", "slug"))
_LISTS = frozenset(("tags", "authors"))

_HEAD = lazy_pattern(r"<head(?:\s[^<>]*+)?>", re.IGNORECASE)
_HEAD_END = lazy_pattern(r"</head\s*+>", re.IGNORECASE)
_BODY = lazy_pattern(r"<body(?:\s[^<>]*+)?>", re.IGNORECASE)
_BODY_END = lazy_pattern(r"</body\s*+>", re.IGNORECASE)
_COMMENT = lazy_pattern(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TITLE = lazy_pattern(r"<title(?:\s[^<>]*+)?>([^<]*+)</title\s*+>", re.IGNORECASE)
_META = lazy_pattern(r"<meta\s(?:[^<>\"']|\"[^\"]*+\"|'[^']*+')*+>", re.IGNORECASE)
_ATTRIBUTE = lazy_pattern(r"([\w:-]++)\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'<>]++))")

REST = ("rst",)
HTML = ("html", "htm")


def split_pelican(path: str, data: bytes, report: ReportProblem, encoding: str) -> ParsedFile:
    """Return the front matter and the body of a post.

    Args:
        path: The path of the post; its suffix says what it is written in.
        data: The bytes of the file.
        report: Called for problems that do not prevent publication.
        encoding: The encoding of files that are not UTF-8.

    Raises:
        PostError: The front matter is too large, or Pelican would not read it.
    """
    suffix = path.rpartition(".")[2]
    exact = decode_exactly(data)
    text = decode_text(data, report, encoding) if exact is None else exact
    if suffix in REST:
        return _rest(text)
    return _html(text) if suffix in HTML else _markdown(text, report)


def _markdown(text: str, report: ReportProblem) -> ParsedFile:
    parts: dict[str, list[str]] = {}
    lines: dict[str, int] = {}
    opening = _FENCE.match(text)
    place = opening.end() if opening else 0
    number, key = 2 if opening else 1, ""
    while place < len(text) and place <= MAX_FRONT_MATTER:
        if match := _END.match(text, place):
            place = match.end()
            break
        if match := _LINE.match(text, place):
            key = match[1].lower()
            if key in parts and key in _SINGLE:
                message = f"duplicate key `{legal(key)}`, Pelican uses the first value; remove the other"
                report(number, "duplicate-key", message)
            parts.setdefault(key, []).append(match[2].strip())
            lines.setdefault(key, number)
        elif key and (match := _MORE.match(text, place)):
            parts[key].append(match[1].strip())
        else:
            break
        place, number = match.end(), number + 1
    if place > MAX_FRONT_MATTER:
        raise _too_large()
    return _parsed(text, place, _values(parts), lines, present=bool(parts))


def _values(parts: dict[str, list[str]]) -> dict[str, Any]:
    """Return the values of a header; Pelican leaves out those of its own keys that are empty."""
    values: dict[str, Any] = {}
    for key, some in parts.items():
        value = some[0] if key in _SINGLE else " ".join(some).strip()
        if value or key not in _SINGLE:
            values[key] = _listed(value) if key in _LISTS else value
    return values


def _listed(text: str) -> list[str]:
    """Return the names in a list, which is split at semicolons, else at commas."""
    return list(dict.fromkeys(name for part in text.split(";" if ";" in text else ",") if (name := part.strip())))


def _rest(text: str) -> ParsedFile:
    head = text[: MAX_FRONT_MATTER * 2]
    header = read_rest_header(head)
    if header.start > MAX_FRONT_MATTER:
        raise _too_large()
    if not is_lone_title(text, header):
        message = (
            "the title is not the only section of its level, so Pelican reads no metadata; underline it differently"
        )
        raise PostError(header.title_line, "front-matter-format", message)
    parts: dict[str, list[str]] = {}
    lines: dict[str, int] = {}
    for name, value, line in header.fields:
        lines[name] = line
        parts[name] = [re.sub(r"(?:^|\s)[-*]\s", ";", value).strip("; ") if name in _LISTS else value]
    metadata = _values(parts)
    # Titles and summaries are HTML in Pelican, and docutils escapes these.
    if "summary" in metadata:
        metadata["summary"] = html.escape(metadata["summary"], quote=False)
    if header.title is not None:
        metadata.setdefault("title", html.escape(header.title, quote=False))
        lines.setdefault("title", header.title_line)
    return _parsed(text, header.start, metadata, lines, present=bool(metadata))


def _html(text: str) -> ParsedFile:
    whole = text[: MAX_FRONT_MATTER * 2]
    whole = _COMMENT.sub(lambda match: " " * len(match[0]), whole)
    begin = _HEAD.search(whole)
    head = _HEAD_END.search(whole, begin.end()) if begin else None
    metadata: dict[str, Any] = {}
    if begin and head:
        if head.end() > MAX_FRONT_MATTER:
            raise _too_large()
        inside = whole[begin.end() : head.start()]
        metadata = _metas(inside)
        if title := _TITLE.search(inside):
            metadata["title"] = " ".join(title[1].split())
    body = _BODY.search(text, head.end() if head else 0)
    start = body.end() if body else len(text)
    ends = [match.start() for match in _BODY_END.finditer(text, start)]
    cut = text[: ends[-1]] if ends else text
    return _parsed(cut, min(start, len(cut)), metadata, {}, present=bool(head))


def _metas(head: str) -> dict[str, Any]:
    """Return the names and contents of `<meta>`; `keywords` are tags."""
    parts: dict[str, list[str]] = {}
    for meta in _META.finditer(head):
        pairs = {
            one[1].lower(): html.unescape(one[2] or one[3] or one[4] or "") for one in _ATTRIBUTE.finditer(meta[0])
        }
        name = pairs.get("name", "").lower()
        if name:
            key = "tags" if name == "keywords" else name
            parts.setdefault(key, []).append(pairs.get("content") or pairs.get("contents") or "")
    joined = {key: [", ".join(some)] if key in _LISTS else some for key, some in parts.items()}
    return _values(joined)


def _parsed(text: str, start: int, metadata: dict[str, Any], lines: dict[str, int], *, present: bool) -> ParsedFile:
    end = _BLANKS.match(text, start).end()  # type: ignore[union-attr] # matches the empty string
    return ParsedFile(text[end:], text.count("\n", 0, end) + 1, present, metadata, lines)


def _too_large() -> PostError:
    message = f"front matter is longer than {MAX_FRONT_MATTER // 1024} KiB; move text to the body"
    return PostError(1, "matter-too-large", message)
