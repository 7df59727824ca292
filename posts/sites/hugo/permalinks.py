"""Compute the addresses of pages of a Hugo site: patterns of `[permalinks]`, `url`, `slug`, ugly addresses. Pure.

https://gohugo.io/configuration/permalinks/, https://gohugo.io/content-management/urls/
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from msgspec import Struct

from posts.sites.hugo.config import table_of, tables_of
from posts.sites.hugo.content import ContentPath
from posts.sites.hugo.go_time import format_go_time
from posts.sites.hugo.paths import PathStyle, escaped_path, glob_pattern, query_unescaped
from posts.sites.permalinks import PermalinkError
from posts.sites.settings_file import is_true, text_of
from posts.text import lazy_pattern

_TOKEN = lazy_pattern(r":\w+(?:\[.+?\])?")
_SLICE = lazy_pattern(r"\[\s*(\d*|last)\s*(?:(:)\s*(\d*|last)\s*)?\]", re.IGNORECASE)

_LONGEST = 4096


class Rule(Struct, frozen=True):
    """A pattern for the pages whose path matches a glob."""

    glob: str
    pattern: str
    languages: tuple[str, ...] = ()

    def applies(self, place: ContentPath) -> bool:
        """Return whether the pattern makes the address of a page."""
        if self.languages and not any(glob_pattern(one).fullmatch(place.language) for one in self.languages):
            return False
        return bool(glob_pattern(self.glob).fullmatch(place.key))


class PageValues(NamedTuple):
    """What the tokens of a pattern stand for.

    Attributes:
        place: The place of the page.
        title: Its title, "" for none; `slug` likewise.
        at: Its date.
        section: The folder of the section that it is in, as written.
        slugs: The slugs or titles of the sections from the top down.
    """

    place: ContentPath
    title: str
    slug: str
    at: datetime
    section: str = ""
    slugs: Sequence[str] = ()


class AddressRules(Struct, frozen=True):
    """What a site's configuration says of addresses.

    Attributes:
        rules: The patterns; the first that applies counts.
        style: How paths are written.
        ugly: The sections whose pages have addresses that end in `.html`; "" stands for all.
        needs_sections: Whether a pattern has the sections of the page.
    """

    rules: tuple[Rule, ...] = ()
    style: PathStyle = PathStyle()
    ugly: frozenset[str] = frozenset()
    needs_sections: bool = False

    def path_of(self, page: PageValues, url: str, prefix: str) -> str:
        """Return the path of a page below the address of the site, escaped.

        Args:
            page: The values of the page.
            url: The `url` of its front matter, "" for none.
            prefix: The prefix of its language.

        Raises:
            PermalinkError: A pattern has an unknown token, or the path is too long.
        """
        if max(len(url), len(page.slug)) > _LONGEST:
            raise PermalinkError(f"url or slug is longer than {_LONGEST} characters; shorten it")
        path = self._own(page, url, prefix) if url else prefix + self._usual(page)
        if len(path) > _LONGEST:
            raise PermalinkError(f"permalink is longer than {_LONGEST} characters; shorten it")
        return escaped_path(path.replace("#", "%23"))

    def list_path(self, place: ContentPath, url: str, prefix: str) -> str:
        """Return the path of the page of a section, or of the home page, without patterns for lists."""
        if url:
            at = datetime(1, 1, 1, tzinfo=UTC)
            return escaped_path(self._own(PageValues(place, "", "", at), url, prefix).replace("#", "%23"))
        path = self.style.sanitized(self.style.normalized(place.inside))
        return escaped_path(f"{prefix}/{path}/" if path else f"{prefix}/")

    def _own(self, page: PageValues, url: str, prefix: str) -> str:
        if ":" in url:
            url = query_unescaped(self.expanded(url, page)) or url
        below = "" if url.startswith("/") else prefix
        if ".." in url:
            url = posixpath.normpath(f"/{url}")
        path = "/" + "/".join(part for part in url.split("/") if part)
        is_folder = url.endswith("/") or "." not in url
        path = path.removesuffix("/index.html") + "/" if path.endswith("/index.html") else path
        return below + (f"{path.rstrip('/')}/" if is_folder else path)

    def _usual(self, page: PageValues) -> str:
        place = page.place
        rule = next((one for one in self.rules if one.applies(place)), None)
        expanded = query_unescaped(self.expanded(rule.pattern, page)) if rule else ""
        if expanded:
            parts = [posixpath.normpath(expanded)]
        else:
            parts = [self.style.normalized(place.folder), page.slug or self.style.normalized(place.name)]
        path = "/".join(self.style.sanitized(part).strip("/") for part in parts if part.strip("/"))
        is_ugly = "" in self.ugly or self.style.normalized(place.section) in self.ugly
        return f"/{path}.html" if is_ugly else f"/{path}/" if path else "/"

    def expanded(self, pattern: str, page: PageValues) -> str:
        r"""Return a pattern with its tokens replaced; `\:` is a colon.

        Raises:
            PermalinkError: It has an unknown token.
        """
        pieces: list[str] = []
        end = 0
        written = pattern.replace("\\:", "\0")
        for found in _TOKEN.finditer(written):
            pieces += (written[end : found.start()], self._value(found[0][1:], page))
            end = found.end()
        return "".join((*pieces, written[end:])).replace("\0", ":")

    def _value(self, name: str, page: PageValues) -> str:
        if make := _VALUES.get(name):
            return make(self.style, page)
        if name.startswith("sections["):
            return "/".join(_sliced(_sections(self.style, page), name[len("sections") :]))
        if name.startswith("sectionslugs["):
            slugs = [self.style.urlized(one) for one in page.slugs]
            return "/".join(_sliced(slugs, name[len("sectionslugs") :]))
        if format_go_time(name, _OTHER) != name:
            return format_go_time(name, page.at)
        raise PermalinkError(f"unknown token :{name} in permalink; use one of Hugo's tokens")


_OTHER = datetime(2019, 11, 9, 23, 1, 42)  # noqa: DTZ001 # every part differs from Go's reference time


def decode_address_rules(settings: Mapping[str, Any], style: PathStyle) -> AddressRules:
    """Return what a site's configuration says of addresses."""
    ugly = settings.get("uglyurls")
    sections = {str(name).lower() for name, one in ugly.items() if is_true(one)} if isinstance(ugly, Mapping) else ()
    rules = tuple(_rules(settings))
    all_sections = frozenset(sections) | ({""} if is_true(ugly) else set())
    return AddressRules(rules, style, all_sections, any(":section" in rule.pattern for rule in rules))


def _rules(settings: Mapping[str, Any]) -> list[Rule]:
    written = settings.get("permalinks")
    if not isinstance(written, Mapping):
        return [
            Rule(text_of(target, "path") or "**", text_of(one, "pattern"), _languages(target))
            for one in tables_of(settings, "permalinks")
            for target in [table_of(one, "target")]
            if text_of(one, "pattern") and glob_pattern(text_of(target, "kind") or "**").fullmatch("page")
        ]
    own = written.get("page")
    named = {key: one for key, one in written.items() if isinstance(one, str)}
    if isinstance(own, Mapping):
        named |= own
    # Deeper sections first: Hugo's own order is by chance where several patterns match.
    order = sorted(named.items(), key=lambda item: -str(item[0]).strip(" /").count("/"))
    return [Rule(_glob_of(str(section)), text_of({"": one}, "")) for section, one in order if text_of({"": one}, "")]


def _languages(target: Mapping[str, Any]) -> tuple[str, ...]:
    matrix = table_of(table_of(target, "sites"), "matrix").get("languages")
    codes = [*(matrix if isinstance(matrix, list) else [matrix]), target.get("lang")]
    return tuple(str(one) for one in codes if one)


def _glob_of(section: str) -> str:
    name = section.strip(" /")
    return f"/{{{name},{name}/**}}" if name else "/*"


def _sliced(parts: Sequence[str], cut: str) -> Sequence[str]:
    """Return some parts: `[1]`, `[last]`, `[1:]`, `[:last]`."""
    found = _SLICE.fullmatch(cut)
    if not found:
        return ()
    last = len(parts) - 1

    def number(text: str, default: int) -> int:
        return default if not text else last if text.lower() == "last" else int(text)

    if not found[2]:
        place = number(found[1], 0)
        return parts[place : place + 1] if 0 <= place <= last else ()
    return parts[number(found[1], 0) : number(found[3], len(parts))]


def _sections(style: PathStyle, page: PageValues) -> list[str]:
    return [style.normalized(part) for part in page.section.split("/") if part]


def _file_name(style: PathStyle, page: PageValues) -> str:
    return style.urlized(page.place.name if page.place.kind == "leaf" else page.place.file_name)


_VALUES: Mapping[str, Callable[[PathStyle, PageValues], str]] = {
    "year": lambda _, page: f"{page.at.year}",
    "month": lambda _, page: f"{page.at.month:02}",
    "monthname": lambda _, page: format_go_time("January", page.at),
    "day": lambda _, page: f"{page.at.day:02}",
    "weekday": lambda _, page: f"{page.at.isoweekday() % 7}",
    "weekdayname": lambda _, page: format_go_time("Monday", page.at),
    "yearday": lambda _, page: f"{page.at.timetuple().tm_yday}",
    "section": lambda style, page: style.normalized(page.place.section),
    "sections": lambda style, page: "/".join(_sections(style, page)),
    "sectionslug": lambda style, page: style.urlized(page.slugs[0]) if page.slugs else "",
    "sectionslugs": lambda style, page: "/".join(style.urlized(one) for one in page.slugs),
    "title": lambda style, page: style.urlized(page.title),
    "slug": lambda style, page: style.urlized(page.slug or page.title),
    "slugorfilename": lambda style, page: style.urlized(page.slug) if page.slug else _file_name(style, page),
    "filename": _file_name,
    "contentbasename": lambda style, page: style.urlized(page.place.name),
    "slugorcontentbasename": lambda style, page: style.urlized(page.slug or page.place.name),
}
