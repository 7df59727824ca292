"""The options of `[site]`, `[posts]`, `[clean]` and `[identity]`, decoded strictly and with all mistakes at once."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Mapping
from datetime import UTC, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from posts.config.key_path import Location
from posts.config.table import Table
from posts.errors import Problem
from posts.frontmatter.dates import Zones
from posts.model import ClosingLink, Credit, Person, Rewrite, Site
from posts.problems import make_problem
from posts.text import escape_uri, lazy_pattern, plain

SITE_KINDS = (  # the names of `posts.sites.detect.KINDS`
    "zola",
    "hugo",
    "hexo",
    "pelican",
    "nikola",
    "astro",
    "eleventy",
    "jekyll",
    "folder",
)

_OFFSET = lazy_pattern(r"([-+])(\d\d):(\d\d)")
# BCP 47 (RFC 5646, section 2.1) as far as feeds use it: language, script, region, variants.
_LANGUAGE = lazy_pattern(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_LOCAL = frozenset(("localhost", "0.0.0.0", "[::1]", "[::]"))  # noqa: S104 # nothing is bound
_URL = lazy_pattern(r"https?://[^\s/?#@\\]+(?:/[^\s?#\\]*)?", re.IGNORECASE)


class EpisodeOptions(Struct, frozen=True):
    """How episodes of a podcast are read, as `[podcast]` sets it.

    `media_url` is the address that the names of media files are relative to, "" for the site's; `people` has people by
    the names by which posts refer to them.
    """

    media_url: str = ""
    people: Mapping[str, Credit] = {}


class ReadOptions(Struct, frozen=True):
    """All that the reader is told. `permalink` is a template or a built-in style, "" for the kind's own default.

    `exclude` and `include` are patterns as in Jekyll's `_config.yml`. The last four are None, false or empty unless
    what feeds show needs them, so that nothing else depends on those keys: `episodes` of a podcast, `comments`, the
    `markdown` of bodies, and the folded names of the `collections` that feeds ask for ("*" for all).
    """

    site: Site
    base_path: str
    zones: Zones
    folders: tuple[str, ...] = ()
    encoding: str = "utf-8"
    permalink: str = ""
    future: bool = False
    unpublished: bool = False
    expired: bool = False
    drafts: bool = False
    exclude: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    excerpt_separator: str = ""
    remove: tuple[str, ...] = ()
    rewrites: tuple[Rewrite, ...] = ()
    closing_link: ClosingLink = "auto"
    episodes: EpisodeOptions | None = None
    comments: bool = False
    markdown: bool = False
    collections: tuple[str, ...] = ()


def decode(data: Mapping[str, Any], mistakes: list[tuple[str, str]]) -> ReadOptions:
    """Return the options in the sections of `data`; append mistakes as (key path, what was expected)."""
    site_table = Table(data.get("site", {}), "site", mistakes)
    posts_table = Table(data.get("posts", {}), "posts", mistakes)
    clean_table = Table(data.get("clean", {}), "clean", mistakes)
    identity_table = Table(data.get("identity", {}), "identity", mistakes)
    site, base_path = _site(site_table)
    options = ReadOptions(
        site=site,
        base_path=base_path,
        zones=Zones(site.zone, _naive(posts_table), _abbreviations(posts_table)),
        folders=posts_table.texts("folders"),
        encoding=_encoding(posts_table),
        permalink=posts_table.raw("permalink"),
        future=posts_table.flag("future"),
        unpublished=posts_table.flag("unpublished"),
        expired=posts_table.flag("expired"),
        drafts=posts_table.flag("drafts"),
        exclude=posts_table.texts("exclude"),
        include=posts_table.texts("include"),
        excerpt_separator=posts_table.raw("excerpt_separator"),
        remove=_selectors(clean_table),
        rewrites=tuple(_rewrite(table) for table in identity_table.tables("rewrite")),
        closing_link=_closing_link(identity_table),
    )
    for table in (site_table, posts_table, clean_table, identity_table):
        table.done()
    return options


def _site(table: Table) -> tuple[Site, str]:
    zone, url, base_path = _zone(table), _url(table), _base_path(table)
    table.choice("kind", "", SITE_KINDS)  # read before: it decides how the site's own configuration is read
    site = Site(
        title=table.text("title") or url.partition("://")[2],
        url=url + base_path,
        description=table.text("description"),
        language=_language(table),
        authors=_authors(table, url + base_path),
        rights=table.text("rights"),
        icon=_address(table, "icon", url + base_path),
        logo=_address(table, "logo", url + base_path),
        zone=zone,
        favicon=_address(table, "favicon", url + base_path),
    )
    return site, base_path


def _url(table: Table) -> str:
    from posts.identity.urls import shown

    written = table.text("url")
    if not written:
        table.wrong("url", 'is missing or empty; set it to the address of the site, such as "https://example.org"')
    elif not _URL.fullmatch(written) or not shown(written):
        table.wrong("url", f'expected an absolute address such as "https://example.org", not {written!r}')
    return (shown(written) or "").rstrip("/") or "https://invalid.invalid"


def local_url_problems(url: str, locate: Callable[[], Location]) -> tuple[Problem, ...]:
    """Return a warning if `url`, which is set where `locate` says, is an address of this machine or its network."""
    from posts.identity.urls import host

    name = host(url) or ""
    if not (name in _LOCAL or name.startswith("127.") or name.endswith((".localhost", ".local"))):
        return ()
    message = f'the address of the site is "{url}", where no subscriber gets; set `url` to its public address'
    where = locate()
    return (make_problem(where.file, where.line, "local-url", message),)


def _base_path(table: Table) -> str:
    path = table.text("baseurl").strip("/")
    if "://" in path or not re.fullmatch(r"[^\s?#\\]*", path):
        table.wrong("baseurl", f'expected the path of the site below its url, such as "/blog", not {path!r}')
        return ""
    return escape_uri(f"https://site/{path}").removeprefix("https://site") if path else ""


def _address(table: Table, key: str, base: str) -> str:
    """Return an address that may be relative to the site's home page."""
    return _absolute(table.text(key), base)


def _absolute(value: str, base: str) -> str:
    if not value:
        return ""
    if value.startswith("//"):
        value = f"https:{value}"
    return escape_uri(value if value.startswith(("https://", "http://")) else f"{base}/{value.lstrip('/')}")


def _language(table: Table) -> str:
    language = table.text("language").replace("_", "-")
    if language and not _LANGUAGE.fullmatch(language):
        table.wrong("language", f'expected a language tag such as "en" or "zh-CN", not {language!r}')
        return ""
    return language


def _authors(table: Table, base: str) -> tuple[Person, ...]:
    value = table.anything("author")
    people = value if isinstance(value, list) else [value] if value else []
    authors = []
    for person in people:
        if isinstance(person, str):
            person = {"name": person}  # noqa: PLW2901 # the short form of the same
        known = isinstance(person, Mapping) and all(isinstance(person.get(key, ""), str) for key in person)
        if not known or not person.get("name") or set(person) - {"name", "email", "uri"}:
            table.wrong("author", 'expected a name, or {name = "…", email = "…", uri = "…"}, or a list of those')
            return ()
        name, email, uri = (plain(person.get(key, "")) for key in ("name", "email", "uri"))
        authors.append(Person(name, email, _absolute(uri, base)))
    return tuple(authors)


def _zone(table: Table) -> tzinfo:
    name = table.text("timezone")
    if not name or name in ("UTC", "Etc/UTC"):
        return UTC
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        table.wrong("timezone", f'expected the name of a time zone such as "Asia/Shanghai", not {name!r}')
        return UTC


def _naive(table: Table) -> Any:
    return table.choice("naive", "site", ("site", "utc"))


def _abbreviations(table: Table) -> dict[str, timezone]:
    zones = {}
    for name, offset in table.mapping("zones").items():
        match = _OFFSET.fullmatch(offset)
        size = timedelta(hours=int(match[2]), minutes=int(match[3])) if match else timedelta(days=1)
        if not match or size > timedelta(hours=14):
            table.wrong(("zones", name), f'expected an offset such as "+02:00", not {offset!r}')
            continue
        zones[name] = timezone(-size if match[1] == "-" else size)
    return zones


def _encoding(table: Table) -> str:
    name = table.text("encoding", "utf-8")
    try:
        known = codecs.lookup(name)
        b"a".decode(known.name)  # a codec of texts, and not one such as "hex"
    except (LookupError, ValueError):
        table.wrong("encoding", f'expected the name of an encoding such as "gb18030", not {name!r}')
        return "utf-8"
    return name


def _selectors(table: Table) -> tuple[str, ...]:
    selectors = table.texts("remove")
    if selectors:
        from posts.html.clean import invalid_selectors

        for selector, message in invalid_selectors(selectors):
            table.wrong("remove", f"{selector!r} is no CSS selector: {message}")
    return selectors


def _closing_link(table: Table) -> ClosingLink:
    value = table.anything("closing_link")
    if value is None or value == "auto":
        return "auto"
    if not isinstance(value, bool):
        table.wrong("closing_link", f'expected "auto", true or false, not {value!r:.60}')
        return "auto"
    return "always" if value else "never"


def _rewrite(table: Table) -> Rewrite:
    pattern, replace = table.raw("match"), table.raw("replace")
    table.done()
    if not pattern or not replace:
        table.wrong("", "expected both match and replace")
        return Rewrite(re.compile("(?!)"), "")
    try:
        rule = Rewrite(re.compile(pattern), replace)
        re.compile(f"(?:{pattern})|").match("").expand(replace)  # type: ignore[union-attr] # it matches ""
    except (re.error, IndexError) as error:
        table.wrong("match", f"{pattern!r} and {replace!r} are no pattern and replacement: {error}")
        return Rewrite(re.compile("(?!)"), "")
    return rule
