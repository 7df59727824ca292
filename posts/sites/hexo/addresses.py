"""Expand the permalinks of Hexo, and read names of post files, as Hexo 8 does. Pure.

The names in parentheses are the source files of Hexo and hexo-util that define the behaviour.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from posts.frontmatter.dates import DateError, Zones, parse_date
from posts.frontmatter.scalars import Timestamp
from posts.sites.hexo.config import HexoSettings
from posts.sites.permalinks import PermalinkError
from posts.text import lazy_pattern

_PARAMETER = lazy_pattern(r":(\w*[^_\W])", re.ASCII)
_CONTROLS = lazy_pattern(r"[\0-\x1f]")
_SPECIAL = lazy_pattern(r"[\s\ufeff~`!@#$%^&*()\-_+=\[\]{}|\\;:\"'<>,.?/]+")
# What `encodeURI` leaves as it is, except `?` and `#`: in a path they would end it (RFC 3986, 3.3).
_PATH = "-_.!~*'();,/:@&=+$%"
# js-yaml reads these as dates with an offset. Hexo takes their time in UTC for one without an offset.
_WITH_OFFSET = lazy_pattern(r"\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?)")
_UTC = Zones(UTC)
# Keys of a post that are programs in Hexo, which no permalink may have.
_COMPUTED = frozenset(("asset_dir", "categories", "full_source", "path", "permalink", "tags"))
# Keys that Hexo or a plugin (hexo-abbrlink) makes up while it generates the site.
_MADE_UP = frozenset(("id", "abbrlink"))
_SEGMENTS: Mapping[str, str] = {
    "year": r"(\d{4})",
    "month": r"(\d{2})",
    "day": r"(\d{2})",
    "i_month": r"(\d{1,2})",
    "i_day": r"(\d{1,2})",
    "hash": r"([0-9a-f]{12})",
}
_LONGEST = 500
_LONGEST_PATH = 4096


def slugize(text: str, case: int = 0) -> str:
    """Return Hexo's slug (`slugize.js`): marks of Latin letters and special characters removed.

    Args:
        text: The text.
        case: 1 for lower case, 2 for upper case.
    """
    if not text.isascii():
        from posts.sites.hexo.letters import PLAIN_LETTERS

        text = text.translate(PLAIN_LETTERS)
    slug = _SPECIAL.sub("-", _CONTROLS.sub("", text))
    slug = re.sub("-{2,}", "-", slug).strip("-")
    return slug.lower() if case == 1 else slug.upper() if case == 2 else slug


def parse_post_name(rule: str, path: str) -> dict[str, str]:
    """Return what the name of a post file says, by the placeholders of `new_post_name` (`processor/post.js`).

    Args:
        rule: The pattern `new_post_name`.
        path: The path of the post below `_posts` or `_drafts`.
    """
    names, pattern = _name_pattern(posixpath.splitext(rule)[0])
    stem = posixpath.splitext(path)[0]
    match = pattern.fullmatch(stem)
    found = dict(zip(names, match.groups(), strict=True)) if match else {}
    return found if "title" in found else {**found, "title": slugize(stem)}


@lru_cache(maxsize=16)
def _name_pattern(rule: str) -> tuple[list[str], re.Pattern[str]]:
    names: list[str] = []
    pieces: list[str] = []
    end = 0
    for match in _PARAMETER.finditer(rule[:_LONGEST]):
        names.append(match[1])
        pieces += (re.escape(rule[end : match.start()]), _SEGMENTS.get(match[1], "(.+?)"))
        end = match.end()
    return names, re.compile("".join(pieces) + re.escape(rule[end:_LONGEST]), re.ASCII)


def date_in_name(named: Mapping[str, str]) -> str:
    """Return the date that the name of a file says, as `2024-01-02`; "" if a part is missing."""
    parts = (named.get("year"), named.get("month") or named.get("i_month"), named.get("day") or named.get("i_day"))
    return "-".join(part for part in parts if part) if all(parts) else ""


def date_in_hexo(written: Any) -> Any:
    """Return a date of the front matter as Hexo reads it: of one with an offset, its time in UTC as one without.

    js-yaml makes a date of an unquoted timestamp with an offset, and hexo-front-matter forgets that it had one. Dates
    without an offset are in the `timezone` of the site (`processor/post.js`).
    """
    if not isinstance(written, Timestamp) or not _WITH_OFFSET.fullmatch(written):
        return written
    try:
        at = parse_date(written, _UTC).at.astimezone(UTC)
    except DateError:
        return written
    return at.replace(tzinfo=None).isoformat(" ")


def last_category(value: Any, settings: HexoSettings) -> str:
    """Return what `:category` stands for: the slug of the category that Hexo adds last (`models/post.js`).

    In a list each name is below the one before it, unless the list has lists: then each of its entries is one.

    Args:
        value: The categories as they are written.
        settings: The settings of the site.
    """
    listed = value if isinstance(value, list) else [value] if value else []
    is_nested = any(isinstance(one, list) for one in listed)
    chains = [one if isinstance(one, list) else [one] for one in listed] if is_nested else [listed]
    known: dict[tuple[str, ...], None] = {}
    for chain in chains:
        names = tuple(name for one in chain if (name := as_text(one)))
        known |= {names[: count + 1]: None for count in range(len(names))}
    names_of = dict(settings.category_map)
    last: tuple[str, ...] = next(reversed(known), ())
    return "/".join(slugize(names_of.get(name) or name, settings.filename_case) for name in last) if last else ""


def as_text(value: Any) -> str:
    """Return a value of front matter as JavaScript writes it into a text."""
    if isinstance(value, list):
        return ",".join(map(as_text, value))
    return "[object Object]" if isinstance(value, Mapping) else str(value)


def expand_hexo_permalink(
    rule: str, slug: str, at: datetime, metadata: Mapping[str, Any], settings: HexoSettings
) -> str:
    """Return the path of the page of a post, with a slash at its beginning (`post_permalink.js`).

    Args:
        rule: The permalink, such as `:year/:month/:day/:title/`.
        slug: The slug: what the name of the file says, with the folders below `_posts`.
        at: The time as Hexo reads it, in the time zone of the site.
        metadata: The front matter; each of its keys is a placeholder.
        settings: The settings of the site.

    Raises:
        PermalinkError: A value that only Hexo knows is needed, or the result is too long.
    """
    if len(rule) > _LONGEST or len(slug) > _LONGEST:
        raise PermalinkError(f"permalink or name is longer than {_LONGEST} characters; shorten it")

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name in _VALUES:
            return _VALUES[name](slug, at, metadata)
        if name == "category":
            written = metadata.get("categories") or metadata.get("category")
            return last_category(written, settings) or settings.default_category
        if name in _COMPUTED:
            raise PermalinkError(f"Hexo does not know :{name} in permalinks; use another placeholder")
        if name in metadata:
            return as_text(metadata[name])
        if name in _MADE_UP:
            raise PermalinkError(f"the permalink needs `{name}`, which Hexo makes up; write it into the front matter")
        return dict(settings.permalink_defaults).get(name) or {"layout": "post", "comments": "true"}.get(
            name, "undefined"
        )

    return finish_address(_PARAMETER.sub(value, rule), settings)


def finish_address(path: str, settings: HexoSettings) -> str:
    """Return the path of a page as in its address: escaped, and as short as `pretty_urls` wants it.

    Raises:
        PermalinkError: It is too long.
    """
    if settings.post_asset_folder and not path.endswith(("/", ".html")):
        path += "/"
    if len(path) > _LONGEST_PATH:
        raise PermalinkError(f"permalink is longer than {_LONGEST_PATH} characters; shorten it")
    path = re.sub("/{2,}", "/", "/" + path.replace("\\", "/"))
    is_index = path.endswith("index.html")
    if is_index and not settings.trailing_index:
        path = path.removesuffix("index.html")
    if not is_index and not settings.trailing_html:
        path = path.removesuffix(".html")
    return quote(path, safe=_PATH, errors="replace")


def _hash(slug: str, at: datetime, _: Mapping[str, Any]) -> str:
    return hashlib.sha1(f"{slug}{int(at.timestamp())}".encode("utf-8", "replace")).hexdigest()[:12]  # noqa: S324 # Hexo's


_VALUES: Mapping[str, Callable[[str, datetime, Mapping[str, Any]], str]] = {
    "title": lambda slug, _at, _metadata: slug,
    "name": lambda slug, _at, _metadata: posixpath.basename(slug),
    "post_title": lambda _slug, _at, metadata: slugize(as_text(metadata.get("title") or ""), 1),
    "year": lambda _slug, at, _metadata: f"{at.year:04}",
    "month": lambda _slug, at, _metadata: f"{at.month:02}",
    "day": lambda _slug, at, _metadata: f"{at.day:02}",
    "hour": lambda _slug, at, _metadata: f"{at.hour:02}",
    "minute": lambda _slug, at, _metadata: f"{at.minute:02}",
    "second": lambda _slug, at, _metadata: f"{at.second:02}",
    "i_month": lambda _slug, at, _metadata: f"{at.month}",
    "i_day": lambda _slug, at, _metadata: f"{at.day}",
    "timestamp": lambda _slug, at, _metadata: f"{int(at.timestamp())}",
    "hash": _hash,
}
