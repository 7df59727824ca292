"""Expand Jekyll's permalinks: templates, placeholders, slugs and escaping as in Jekyll 4.3 (`url.rb`, `url_drop.rb`).

Pure. A plain folder of posts uses the same templates.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

from posts.config.options import ReadOptions
from posts.text import escape_uri, lazy_pattern

# https://jekyllrb.com/docs/permalinks/#built-in-formats
STYLES = {
    "date": "/:categories/:year/:month/:day/:title:output_ext",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title:output_ext",
    "weekdate": "/:categories/:year/W:week/:short_day/:title:output_ext",
    "none": "/:categories/:title:output_ext",
}

_LONGEST = 500
_LONGEST_PATH = 4096
_PLACEHOLDER = lazy_pattern(r":([a-z_]+)")
_PRETTY = frozenset("._~!$&'()+,;=@")
# Characters that Addressable::URI.encode keeps, except `?`: in an address it would end the path (RFC 3986, 3.3).
_PATH = "!$&'()*+,;=:@/-._~"
_PLAIN_SLUG = lazy_pattern(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*+")
_PLAIN = lazy_pattern(r"[a-zA-Z0-9./-]*")
_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


class PermalinkError(ValueError):
    """A permalink cannot be expanded: it has an unknown placeholder or is too long."""


class PermalinkValues(NamedTuple):
    """Hold the placeholders' values. `at` is local time in the site's zone; `path` is without its suffix."""

    at: datetime
    slug: str
    basename: str
    path: str = ""
    categories: Sequence[str] = ()
    output_ext: str = ".html"
    collection: str = "posts"


Piece = str | Callable[[PermalinkValues], str]
"""A piece of a template: a literal text, or a function that returns the value of a placeholder."""


def expand_permalink(template: str, parts: PermalinkValues) -> str:
    """Return the path of the page of a post: escaped as in Jekyll, with one leading slash.

    Raises:
        PermalinkError: `template` has a placeholder that Jekyll does not have, or it is too long.
    """
    if len(template) > _LONGEST or len(parts.slug) > _LONGEST:
        raise PermalinkError(f"permalink or slug is longer than {_LONGEST} characters; shorten it")
    path = "".join([piece if isinstance(piece, str) else piece(parts) for piece in _pieces_on_day(template, parts)])
    path = f"/{path}".replace("..", "/").replace("./", "")
    if len(path) > _LONGEST_PATH:
        raise PermalinkError(f"permalink is longer than {_LONGEST_PATH} characters; shorten it")
    return re.sub("/{2,}", "/", path) if "//" in path else path


def _pieces_on_day(template: str, parts: PermalinkValues) -> Sequence[Piece]:
    """Return the pieces of a template, with the values that many posts share filled in."""
    template = STYLES.get(template, template)
    if ":" not in template:
        return (template,)
    categories = tuple(parts.categories)
    if sum(map(len, categories)) > _LONGEST:  # what is cached must be small
        return _pieces(template)
    return _filled(template, parts.at.date(), categories, parts.output_ext)


@lru_cache(maxsize=1024)
def _filled(template: str, day: date, categories: tuple[str, ...], output_ext: str) -> tuple[Piece, ...]:
    """Return the pieces of a template, with the values of its day, categories and suffix filled in."""
    shared = PermalinkValues(datetime(day.year, day.month, day.day), "", "", "", categories, output_ext)  # noqa: DTZ001 # only the day is used
    pieces: list[Piece] = []
    for piece in _pieces(template):
        value = piece if isinstance(piece, str) or piece in _OF_ONE_POST else piece(shared)
        if isinstance(value, str) and pieces and isinstance(pieces[-1], str):
            pieces[-1] += value
        else:
            pieces.append(value)
    return tuple(pieces)


@lru_cache(maxsize=256)
def _pieces(template: str) -> tuple[Piece, ...]:
    """Return the pieces of a template."""
    pieces: list[Piece] = []
    end = 0
    for match in _PLACEHOLDER.finditer(template):
        # As in Jekyll, `:month_` is `:month` and an underscore, unless there is such a placeholder.
        name = match[1]
        key = name if name in _VALUES else name.removesuffix("_")
        if key not in _VALUES:
            raise PermalinkError(f"unknown placeholder :{name} in permalink; use one of Jekyll's placeholders")
        pieces += (template[end : match.start()], _VALUES[key], name[len(key) :])
        end = match.end()
    return (*pieces, template[end:])


def permalink_error(template: str) -> str:
    """Return what is wrong with a template, or ""."""
    try:
        expand_permalink(template, PermalinkValues(datetime(2000, 1, 1), "slug", "slug"))  # noqa: DTZ001 # only the placeholders matter
    except PermalinkError as error:
        return str(error)
    return ""


def permalink_mistakes(options: ReadOptions) -> list[tuple[str, str]]:
    """Return what is wrong with `[posts] permalink`: (key path, message), or nothing."""
    message = permalink_error(options.permalink)
    return [("posts.permalink", message)] if message else []


def page_url(site_url: str, path: str) -> str:
    """Return the address of a page in ASCII (RFC 3986); Jekyll leaves a permalink of the front matter as written."""
    return escape_uri(path if is_absolute(path) else site_url + path)


def is_absolute(permalink: str) -> bool:
    """Return whether a permalink of the front matter is an absolute address, not a path or a template."""
    return permalink[:1] != "/" and permalink[:8].lower().startswith(("http://", "https://"))


def slugify(text: str, *, pretty: bool = False, cased: bool = False) -> str:
    """Return Jekyll's slug: all but letters, marks, digits (and `._~!$&'()+,;=@` if `pretty`) becomes a hyphen."""
    if _PLAIN_SLUG.fullmatch(text):
        return text if cased else text.lower()
    kept = "".join(character if _in_slug(character, pretty=pretty) else "\0" for character in text)
    slug = re.sub("\0+", "-", kept)
    slug = slug.removeprefix("-").removesuffix("-")
    return slug if cased else slug.lower()


def _in_slug(character: str, *, pretty: bool) -> bool:
    if character.isascii():
        return character.isalnum() or (pretty and character in _PRETTY)
    category = unicodedata.category(character)
    return category[0] in "LM" or category == "Nd"


def _escape(path: str) -> str:
    return path if _PLAIN.fullmatch(path) else quote(path, safe=_PATH)


def _title(parts: PermalinkValues) -> str:
    slug = parts.slug  # one that is plain needs no escapes
    return slug if _PLAIN_SLUG.fullmatch(slug) else _escape(slugify(slug, pretty=True, cased=True))


def _categories(parts: PermalinkValues) -> str:
    return _escape("/".join(dict.fromkeys([name.lower() for name in parts.categories])))


def _slugified_categories(parts: PermalinkValues) -> str:
    return _escape("/".join(dict.fromkeys([slugify(name) for name in parts.categories])))


def _iso(parts: PermalinkValues) -> tuple[int, int, int]:
    return parts.at.isocalendar()


_VALUES: dict[str, Callable[[PermalinkValues], str]] = {
    "collection": lambda parts: _escape(parts.collection),
    "path": lambda parts: _escape(parts.path),
    "output_ext": lambda parts: parts.output_ext,
    "name": lambda parts: _escape(slugify(parts.basename)),
    "title": _title,
    "slug": lambda parts: _escape(slugify(parts.slug)),
    "categories": _categories,
    "slugified_categories": _slugified_categories,
    "year": lambda parts: f"{parts.at.year:04}",
    "short_year": lambda parts: f"{parts.at.year % 100:02}",
    "month": lambda parts: f"{parts.at.month:02}",
    "i_month": lambda parts: f"{parts.at.month}",
    "short_month": lambda parts: _MONTHS[parts.at.month - 1][:3],
    "long_month": lambda parts: _MONTHS[parts.at.month - 1],
    "day": lambda parts: f"{parts.at.day:02}",
    "i_day": lambda parts: f"{parts.at.day}",
    "y_day": lambda parts: f"{parts.at.timetuple().tm_yday:03}",
    "w_year": lambda parts: f"{_iso(parts)[0]:04}",
    "week": lambda parts: f"{_iso(parts)[1]:02}",
    "w_day": lambda parts: f"{_iso(parts)[2]}",
    "short_day": lambda parts: _DAYS[parts.at.weekday()][:3],
    "long_day": lambda parts: _DAYS[parts.at.weekday()],
    "hour": lambda parts: f"{parts.at.hour:02}",
    "minute": lambda parts: f"{parts.at.minute:02}",
    "second": lambda parts: f"{parts.at.second:02}",
}

_OWN = ("collection", "path", "name", "title", "slug", "hour", "minute", "second")
_OF_ONE_POST = frozenset(_VALUES[name] for name in _OWN)
