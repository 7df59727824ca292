"""Check addresses in front matter: absolute permalinks and the pages of authors. Report invalid ones. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from posts.frontmatter.fields import KEYS, parse_authors
from posts.identity import urls as identity
from posts.model import Person
from posts.sites.permalinks import is_absolute
from posts.text import plain, shorten


def absolute_permalink(
    metadata: Mapping[str, Any], keys: Iterable[str], report: Callable[[str, str, str], None]
) -> tuple[str, Mapping[str, Any]]:
    """Return the address of a post's page if the front matter has an absolute one, else "".

    The address is not changed, because the page may be on another host. The second result is the front matter without
    invalid addresses.

    Args:
        metadata: The front matter.
        keys: The keys for the address, in order of precedence.
        report: Called with (key, code, message).
    """
    for key in keys:
        written = metadata.get(key)
        if not isinstance(written, str) or not written.strip():
            continue
        if not is_absolute(written.strip()):
            break
        if address := identity.shown(written):
            return address, metadata
        report(key, "bad-address", f"`{key}` is not a valid address and is ignored; correct it")
        metadata = {name: value for name, value in metadata.items() if name != key}
    return "", metadata


def valid_authors(metadata: Mapping[str, Any], report: Callable[[str, str, str], None]) -> tuple[Person, ...]:
    """Return the authors in front matter, without invalid addresses of their pages, which are reported.

    Args:
        metadata: The front matter.
        report: Called with (key, code, message).
    """
    found: dict[Person, None] = {}
    for key in KEYS["authors"]:
        for person in parse_authors({key: metadata[key]}) if key in metadata else ():
            uri = identity.shown(person.uri) or "" if person.uri else ""
            if person.uri and not uri:
                shown = shorten(plain(person.uri), 80)
                report(key, "bad-address", f"`{key}`: {shown!r} is not a valid address and was left out; correct it")
            found[Person(person.name, person.email, uri)] = None
    return tuple(found)
