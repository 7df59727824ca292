"""Resolve the addresses in a body as a browser on the post's page would (WHATWG URL). Pure."""

from __future__ import annotations

from posts.text import escape_uri, lazy_pattern

URL_ATTRIBUTES = frozenset(("href", "src", "poster", "cite", "srcset"))

_LINKED = frozenset(("http:", "https:", "mailto:", "tel:"))
_FETCHED = frozenset(("http:", "https:"))
_CANDIDATE = lazy_pattern(r"[\s,]*(\S++)((?:[^,(]++|\([^)]*+\)?)*+)")  # HTML, 4.8.4.2.2: parsing a srcset attribute
_DESCRIPTOR = lazy_pattern(r"\d{1,9}w|\d{1,9}(?:\.\d{1,9})?x")
_CANDIDATES = 64
_LONGEST_SRCSET = 4_096  # characters


def resolve_url(address: str, base: str, attribute: str = "href") -> str:
    """Return `address`, absolute and escaped (RFC 3986), or "" if a feed must not contain it.

    `base` is absolute. `href` and `cite` may be http, https, mailto or tel; what is fetched, http or https.
    An empty `href` is the page itself; an empty `src` is nothing. Raises ValueError for what the WHATWG parser
    refuses, such as `http://[`.
    """
    if attribute == "srcset":
        return resolve_srcset(address, base)
    if attribute != "href" and not address.strip():
        return ""
    import ada_url

    joined = escape_uri(str(ada_url.join_url(base, address)))
    scheme = joined[: joined.index(":") + 1]
    return joined if scheme in (_LINKED if attribute in ("href", "cite") else _FETCHED) else ""


def resolve_srcset(written: str, base: str) -> str:
    """Return a `srcset` with absolute addresses, without candidates that are invalid or not http(s)."""
    kept = []
    for address, descriptor in parse_srcset(written):
        try:
            resolved = resolve_url(address, base, "src")
        except ValueError:
            continue
        if resolved and (not descriptor or _DESCRIPTOR.fullmatch(descriptor)):
            kept.append(f"{resolved} {descriptor}".rstrip())
    return ", ".join(kept)


def parse_srcset(written: str) -> list[tuple[str, str]]:
    """Return at most 64 addresses of a `srcset` with descriptors ("": none); nothing for more than 4 KiB."""
    if len(written) > _LONGEST_SRCSET:
        return []
    found: list[tuple[str, str]] = []
    place = 0
    while len(found) < _CANDIDATES and (match := _CANDIDATE.match(written, place)):
        address = match[1].rstrip(",")
        ended = address != match[1]
        found.append((address, "" if ended else match[2].strip()))
        place = match.end(1) if ended else match.end()
    return found
