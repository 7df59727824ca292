"""Read dates, terms and build options from front matter in the order that a Hugo site configures. Pure.

https://gohugo.io/configuration/front-matter/, https://gohugo.io/content-management/build-options/
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from posts.frontmatter.dates import Zones, parse_date
from posts.sites.hugo.config import table_of
from posts.sites.settings_file import text_of
from posts.sites.terms import flatten, union
from posts.text import lazy_pattern

_ALIASES: Mapping[str, tuple[str, ...]] = {
    "lastmod": ("modified",),
    "publishdate": ("pubdate", "published"),
    "expirydate": ("unpublishdate",),
}
_DEFAULTS: Mapping[str, tuple[str, ...]] = {
    "date": ("date", "publishdate", "lastmod"),
    "lastmod": (":git", "lastmod", "date", "publishdate"),
    "publishdate": ("publishdate", "date"),
    "expirydate": ("expirydate",),
}
_NAMED = lazy_pattern(r"(\d{4}-\d\d-\d\d)(.*)", re.DOTALL)
_TIMED = lazy_pattern(r".(\d\d)-(\d\d)-(\d\d)(.*)", re.DOTALL)


class DateOrder(Struct, frozen=True):
    """Where each date of a page comes from: keys of the front matter, `:filename`, `:filemodtime`, `:git`."""

    date: tuple[str, ...]
    lastmod: tuple[str, ...]
    publishdate: tuple[str, ...]
    expirydate: tuple[str, ...]

    def uses(self, source: str) -> bool:
        """Return whether a date of posts may come from a source such as `:git`."""
        return source in self.date or source in self.lastmod or source in self.publishdate


def decode_date_order(settings: Mapping[str, Any], *, has_git: bool) -> DateOrder:
    """Return the order of `[frontmatter]`. Without `enableGitInfo`, git dates nothing."""
    written = table_of(settings, "frontmatter")

    def order(name: str) -> tuple[str, ...]:
        names = [one.lower() for one in flatten(written.get(name))] if name in written else [*_DEFAULTS[name]]
        names = [inner for one in names for inner in (_DEFAULTS[name] if one == ":default" else (one,))]
        names = [inner for one in names for inner in (one, *_ALIASES.get(one, ()))]
        return tuple(one for one in dict.fromkeys(names) if one != ":git" or has_git)

    return DateOrder(order("date"), order("lastmod"), order("publishdate"), order("expirydate"))


def date_and_slug(name: str) -> tuple[str, str]:
    """Return the date at the beginning of the name of a page, and what follows it; two empty texts without a date."""
    found = _NAMED.fullmatch(name)
    if not found:
        return "", ""
    timed = _TIMED.fullmatch(found[2])
    day = f"{found[1]} {timed[1]}:{timed[2]}:{timed[3]}" if timed else found[1]
    return day, (timed[4] if timed else found[2]).strip(" -_")


def with_dates(metadata: dict[str, Any], order: DateOrder, name: str, source: Callable[[str], str]) -> dict[str, Any]:
    """Return front matter with the dates of the page under the keys that feedmill reads, as far as the order differs.

    Args:
        metadata: The front matter.
        order: Where each date comes from.
        name: The name of the page, which may begin with a date.
        source: Returns the date of the file that `:git` or `:filemodtime` stands for, "" for none.
    """
    found: dict[str, Any] = {}
    for field in ("date", "lastmod", "publishdate", "expirydate"):
        key, value = _first(metadata, getattr(order, field), name, source)
        if key == ":filename" and "slug" not in metadata:
            found["slug"] = date_and_slug(name)[1]
        if value and (field in ("date", "expirydate") or key not in ("date", ":filename")):
            found[field] = value
        elif field in metadata and key != field:
            found[field] = None  # a key that the order does not name
    if found.get("lastmod"):
        found |= dict.fromkeys(("last_modified_at", "updated", "modified"))
    merged = metadata | found
    return {key: value for key, value in merged.items() if value is not None}


def with_offsets(metadata: dict[str, Any], zone: str) -> dict[str, Any]:
    """Return front matter in which dates without an offset have that of a time zone; what is no date stays."""
    try:
        zones = Zones(ZoneInfo(zone))
    except (ValueError, OSError, LookupError):
        return metadata
    found = {}
    for field in _DEFAULTS:
        for key in (field, *_ALIASES.get(field, ())):
            try:
                found[key] = parse_date(metadata[key], zones).at.isoformat(" ")
            except (KeyError, TypeError, AttributeError, ValueError):
                continue
    return metadata | found


def _first(
    metadata: Mapping[str, Any], order: tuple[str, ...], name: str, source: Callable[[str], str]
) -> tuple[str, Any]:
    for key in order:
        if key == ":filename":
            value: Any = date_and_slug(name)[0]
        else:
            value = source(key) if key.startswith(":") else metadata.get(key)
        if isinstance(value, str) and value.strip() and value.lower() not in ("true", "false"):
            return key, value
    return "", ""


def with_build(metadata: dict[str, Any]) -> dict[str, Any]:
    """Return front matter in which a page that only its section lists is one that feeds do not have."""
    for key in ("build", "_build"):
        build = metadata.get(key)
        if isinstance(build, Mapping) and text_of(build, "list").lower() == "local":
            return metadata | {key: {**build, "list": "never"}}
    return metadata


def with_params(metadata: dict[str, Any]) -> dict[str, Any]:
    """Return front matter with the keys of its table `params`, where they have no other meaning."""
    params = metadata.get("params")
    if not isinstance(params, Mapping):
        return metadata
    return {str(key).lower(): value for key, value in params.items()} | metadata


class TermKeys(Struct, frozen=True):
    """The keys of front matter that the taxonomies of a site are read from.

    Attributes:
        categories: The key for categories, "" if the site has no such taxonomy.
        tags: The key for tags, likewise.
        authors: The key for authors if it is an unusual one, else "".
    """

    categories: str = "categories"
    tags: str = "tags"
    authors: str = ""


def decode_term_keys(settings: Mapping[str, Any]) -> TermKeys:
    """Return the keys of the taxonomies (https://gohugo.io/configuration/taxonomies/).

    A site without categories has the first of its other taxonomies in their place, and the next in place of tags.
    """
    written = {one: str(plural).lower() for one, plural in table_of(settings, "taxonomies").items() if plural}
    if not written:
        return TermKeys()
    roles = {}
    for role, names in (("categories", ("category", "categories")), ("tags", ("tag", "tags"))):
        roles[role] = next((key for one, key in written.items() if one in names or key in names), "")
    authors = next((key for one, key in written.items() if "author" in one or "author" in key), "")
    rest = [key for key in dict.fromkeys(written.values()) if key not in (*roles.values(), authors)]
    for role, key in roles.items():
        roles[role] = key or (rest.pop(0) if rest else "")
    return TermKeys(roles["categories"], roles["tags"], "" if authors in ("author", "authors") else authors)


def terms_of(metadata: Mapping[str, Any], key: str) -> list[str]:
    """Return the terms under a key: a text is one term, whatever commas it has."""
    return union(one.strip() for one in flatten(metadata.get(key)) if one.strip()) if key else []
