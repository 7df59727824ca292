"""Decode front matter to typed fields; one table has the keys of each field. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from posts.model import Enclosure, Person
from posts.text import plain, unescape, write_powers

# The keys of each field, in order of precedence.
KEYS: dict[str, tuple[str, ...]] = {
    "title": ("title",),
    "date": ("date",),
    "updated": ("last_modified_at", "updated", "modified", "lastmod"),
    "publishes": ("publishdate", "publishDate", "publish_date", "pubdate", "pubDate"),
    "expires": ("expirydate", "expiryDate", "expiry_date", "unpublishdate", "unpublishDate"),
    "source": ("source", "source_url", "original_url", "external_url", "canonical_url", "fromurl"),
    "link": ("link",),
    "id": ("guid", "uuid", "id"),
    "authors": ("author", "authors"),
    "language": ("lang", "language", "locale"),
    "summary": ("description", "excerpt", "summary"),
    "deck": ("deck", "subtitle"),
    "image": ("image",),
    "media": ("enclosure", "audio", "video"),
    "source_title": ("source_title", "source_name"),
}

# Media types by suffix. Python's `mimetypes` is not used: it depends on tables of the operating system.
TYPES = {
    "avif": "image/avif",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "svg": "image/svg+xml",
    "webp": "image/webp",
    "aac": "audio/aac",
    "flac": "audio/flac",
    "m4a": "audio/mp4",
    "mp3": "audio/mpeg",
    "oga": "audio/ogg",
    "ogg": "audio/ogg",
    "opus": "audio/ogg",
    "wav": "audio/wav",
    "m4v": "video/mp4",
    "mov": "video/quicktime",
    "mp4": "video/mp4",
    "ogv": "video/ogg",
    "webm": "video/webm",
    "pdf": "application/pdf",
}
_MEDIA_KEYS = frozenset(KEYS["media"])
# Words for "no", "yes" and "nothing" that some themes accept in place of a name or an address.
_WORDS = frozenset(("false", "true", "no", "yes", "off", "on", "none", "null", "nil", "~"))
_GROUPED = re.compile(r"\d{1,3}(?:[,._ ]\d{3})+|\d+")
_MAIL = re.compile(r"([^<>@\s]+)@[^<>@\s]+\.[^<>@\s]+")
_LINE_BREAK = re.compile(r"<br\s*+/?>", re.IGNORECASE)
_INLINE_TAG = re.compile(
    r"</?(?:a|abbr|b|bdi|bdo|cite|code|del|dfn|em|i|img|ins|kbd|mark|q|s|samp|small|span|strike|strong|sub|sup|time|"
    r"tt|u|var|wbr)(?:\s[^<>]*+)?/?>",
    re.IGNORECASE,
)
LONGEST_LINK = 2048
_UNKNOWN_TYPE = "application/octet-stream"
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")
_NAME_AND_MAIL = re.compile(r"(.+?)\s*<([^<>@\s]+@[^<>\s]+)>")


def first_text(metadata: Mapping[str, Any], field: str) -> str:
    """Return the first text among the keys of `field`, as written, or ""."""
    for key in KEYS[field]:
        if key in metadata:
            value = metadata[key]
            if isinstance(value, str) and value.strip():
                return value
    return ""


def first_key(metadata: Mapping[str, Any], field: str) -> str:
    """Return the key whose value `first_text` returns, for messages."""
    return next((key for key in KEYS[field] if isinstance(value := metadata.get(key), str) and value.strip()), "")


def http_links(metadata: Mapping[str, Any], field: str) -> list[str]:
    """Return the values of the keys of `field` that look like http(s) links, in the order of the keys."""
    values = [metadata[key] for key in KEYS[field] if key in metadata]
    return [value.strip() for value in values if isinstance(value, str) and _is_link(value.strip())]


def parse_authors(metadata: Mapping[str, Any]) -> tuple[Person, ...]:
    """Return the authors in a name, a list of names, or mappings with name, email and uri or url."""
    found = [person for key in KEYS["authors"] for person in _people(metadata.get(key))]
    return tuple(dict.fromkeys(found))


def _people(value: Any) -> list[Person]:
    if isinstance(value, list):
        return [person for one in value for person in _people(one)]
    if isinstance(value, Mapping):
        name, email = (plain(str(value.get(key) or "")) for key in ("name", "email"))
        uri = plain(str(value.get("uri") or value.get("url") or ""))
        name = "" if name.lower() in _WORDS else name
        if not name and (match := _MAIL.fullmatch(email)):
            name = match[1]
        return [Person(name, email, uri if _is_link(uri) else "")] if name else []
    if not isinstance(value, str) or not (name := plain(value)) or name.lower() in _WORDS:
        return []
    if match := _MAIL.fullmatch(name.strip("<>")):
        return [Person(match[1], match[0])]
    match = _NAME_AND_MAIL.fullmatch(name)
    return [Person(match[1], match[2]) if match else Person(name)]


def html_title(title: str) -> str:
    """Return the text of a title in HTML: references decoded, inline elements removed; other `<x>` is text."""
    if "<" not in title and "&" not in title:
        return title
    return unescape(_INLINE_TAG.sub("", _LINE_BREAK.sub(" ", write_powers(title))))


def parse_image(metadata: Mapping[str, Any], absolute: Callable[[str], str]) -> str:
    """Return the address of the first picture that the front matter names, or "".

    Args:
        metadata: The front matter.
        absolute: Returns the absolute form of an address, "" if it is not http(s).
    """
    values = (value for key in KEYS["image"] if key in metadata for value in _listed(metadata[key]))
    return next(filter(None, (absolute(address) for value in values if (address := _address(value)))), "")


def parse_enclosures(
    metadata: Mapping[str, Any], absolute: Callable[[str], str], size: Callable[[str], int]
) -> tuple[Enclosure, ...]:
    """Return the media files in the front matter: `enclosure`, `audio`, `video`.

    An address in `audio` or `video` is a media file only if its suffix or a `type` says so: most others are pages with
    a player.

    Args:
        metadata: The front matter.
        absolute: Returns the absolute form of an address, "" if it is not http(s).
        size: Returns the length in bytes of the local file at an address as written, 0 if there is none.
    """
    if metadata.keys().isdisjoint(_MEDIA_KEYS):
        return ()
    found = [
        enclosure
        for key in KEYS["media"]
        for value in _listed(metadata.get(key))
        if (enclosure := _enclosure(key, value, absolute, size))
    ]
    unique: dict[str, Enclosure] = {}
    for enclosure in found:
        unique.setdefault(enclosure.url, enclosure)
    return tuple(unique.values())


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _enclosure(key: str, value: Any, absolute: Callable[[str], str], size: Callable[[str], int]) -> Enclosure | None:
    parts = value if isinstance(value, Mapping) else {}
    written = _address(value)
    if not written:
        return None
    address, *rest = _split_wordpress(written)
    url = absolute(address)
    if not url:
        return None
    kind = next((part for part in _texts(parts.get("type"), *rest) if _MEDIA_TYPE.fullmatch(part)), "")
    kind = kind or enclosure_type(url)
    if key in ("audio", "video") and kind.partition("/")[0] not in ("audio", "video"):
        return None
    written_length = str(parts.get("length", "")).strip()
    length = next((part for part in _texts(written_length, *rest) if _GROUPED.fullmatch(part)), "")
    title = parts.get("alt") or parts.get("title") or ""
    return Enclosure(
        url=url,
        type=kind,
        length=int(re.sub(r"\D", "", length)[:18]) if length else size(address),
        title=plain(title) if isinstance(title, str) else "",
    )


def _address(value: Any) -> str:
    """Return the address in a text or a mapping; "" for words such as `false`."""
    if isinstance(value, Mapping):
        values = [value[key] for key in ("url", "path", "src", "href") if key in value]
    else:
        values = [value]
    found = (one.strip() for one in values if isinstance(one, str))
    return next((one for one in found if one and one.lower() not in _WORDS), "")


def _split_wordpress(written: str) -> list[str]:
    """Split `address length type`, which WordPress writes as one text. An address may contain spaces too."""
    address, *rest = written.split()
    is_wordpress = rest and all(_GROUPED.fullmatch(part) or _MEDIA_TYPE.fullmatch(part) for part in rest)
    return [address, *rest] if is_wordpress else [written.strip()]


def _texts(*values: Any) -> list[str]:
    return [value for value in values if isinstance(value, str)]


def enclosure_type(url: str) -> str:
    """Return the media type for the suffix of an address; application/octet-stream for an unknown one."""
    suffix = url.partition("?")[0].partition("#")[0].rpartition("/")[2].rpartition(".")[2].lower()
    return TYPES.get(suffix, _UNKNOWN_TYPE)


def _is_link(value: str) -> bool:
    begins = value[:8].lower().startswith(("http://", "https://", "//"))
    return begins and len(value) <= LONGEST_LINK and " " not in value
