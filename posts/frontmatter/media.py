"""Read pictures and media files from front matter: `image`, `enclosure`, `audio`, `video`. Pure.

Nothing that is written there disappears silently: what is not a media file is a page with a player, which the item
links to, or it is reported.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from msgspec import Struct

from posts.frontmatter.fields import KEYS, NO_VALUES
from posts.model import Enclosure
from posts.text import lazy_pattern, plain, shorten

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
_ADDRESS_KEYS = ("url", "path", "src", "href")
_GROUPED = lazy_pattern(r"\d{1,3}(?:[,._ ]\d{3})+|\d+")
UNKNOWN_TYPE = "application/octet-stream"
LONGEST_DURATION = 10_000_000  # seconds: a longer one is a mistake
_MEDIA_TYPE = lazy_pattern(r"[a-z]+/[a-z0-9.+-]+")

ReportKey = Callable[[str, str, str], None]
"""Take a problem of a value: its key, its code and a message."""


class Media(NamedTuple):
    """The media files of a post, and the addresses of pages that show others."""

    enclosures: tuple[Enclosure, ...] = ()
    pages: tuple[str, ...] = ()


class LocalMedia(NamedTuple):
    """Look up local files by their addresses: their lengths in bytes and durations in seconds, 0 for none."""

    size: Callable[[str], int]
    duration: Callable[[str], int] = lambda _: 0


def _ignore(*_: object) -> None:
    pass


def parse_image(
    metadata: Mapping[str, Any], absolute: Callable[[str], str], report: ReportKey = _ignore, field: str = "image"
) -> str:
    """Return the address of the first picture that the front matter names, or "".

    Args:
        metadata: the front matter.
        absolute: returns the absolute form of an address, "" if it is not http(s). It raises ValueError for an invalid
            one.
        report: called for a value that names no address.
        field: the field of `KEYS`.
    """
    reader = _Reader(absolute, lambda _: 0, report)
    values = ((key, value) for key in KEYS[field] if key in metadata for value in _listed(metadata[key]))
    addresses = (reader.absolute_of(key, address) for key, value in values for address in reader.addresses(key, value))
    return next(filter(None, addresses), "")


def parse_media(
    metadata: Mapping[str, Any],
    absolute: Callable[[str], str],
    size: Callable[[str], int],
    report: ReportKey = _ignore,
) -> Media:
    """Return the media files in the front matter: `enclosure`, `audio`, `video`.

    An address of `audio` or `video` is a medium if its suffix or a `type` says so: most others are pages with a player.

    Args:
        metadata: the front matter.
        absolute: returns the absolute form of an address, "" if it is not http(s). It raises ValueError for an invalid
            one.
        size: returns the length in bytes of the local file at an address as written, 0 if there is none.
        report: called for a value that names no address, and for a length that is not a number.
    """
    if metadata.keys().isdisjoint(_MEDIA_KEYS):
        return Media()
    reader = _Reader(absolute, size, report)
    found = [
        one
        for key in KEYS["media"]
        for value in _listed(metadata.get(key))
        for address in reader.addresses(key, value)
        if (one := reader.medium(key, value if isinstance(value, Mapping) else {}, address))
    ]
    unique: dict[str, Enclosure] = {}
    for one in found:
        if isinstance(one, Enclosure):
            unique.setdefault(one.url, one)
    pages = dict.fromkeys(one for one in found if isinstance(one, str))
    return Media(tuple(unique.values()), tuple(pages))


class _Reader(Struct, frozen=True):
    absolute: Callable[[str], str]
    size: Callable[[str], int]
    report: ReportKey

    def addresses(self, key: str, value: Any) -> Iterator[str]:
        """Yield the addresses in a text or a mapping; none for words such as `false`, and for what is reported."""
        if isinstance(value, Mapping):
            named = [value[name] for name in _ADDRESS_KEYS if name in value]
            # `{mp3: a.mp3, ogg: a.ogg}`: one file in several formats.
            several = [one for one in value.values() if isinstance(one, str) and enclosure_type(one) != UNKNOWN_TYPE]
            found = [address for one in named if (address := _address(one))][:1] or several
            if not found and not (named and all(map(_is_nothing, named))):
                self._refuse(key, ", ".join(map(str, value)) or "{}")
            yield from found
        elif address := _address(value):
            yield address
        elif not _is_nothing(value):
            self._refuse(key, str(value))

    def medium(self, key: str, values: Mapping[str, Any], written: str) -> Enclosure | str:
        """Return a media file, or the address of a page; "" for what is reported."""
        address, *rest = _apart(written)
        url = self.absolute_of(key, address)
        if not url:
            return ""
        kind = next((part for part in _texts(values.get("type"), *rest) if _MEDIA_TYPE.fullmatch(part)), "")
        kind = kind or enclosure_type(url)
        if key in ("audio", "video") and kind.partition("/")[0] not in ("audio", "video"):
            if re.search(r"[/.]", address):
                return url
            self._refuse(key, address)
            return ""
        title = values.get("alt") or values.get("title") or ""
        return Enclosure(
            url=url,
            type=kind,
            length=self._length(key, values.get("length"), rest) or self.size(address),
            title=plain(title) if isinstance(title, str) else "",
        )

    def absolute_of(self, key: str, address: str) -> str:
        """Return an absolute address; "" for one that is invalid or not http(s), which is reported."""
        shown = shorten(plain(address), 80)
        try:
            url = self.absolute(address)
        except ValueError:
            self.report(key, "bad-address", f"`{key}`: {shown!r} is not a valid address and was left out; correct it")
            return ""
        if not url:
            self.report(key, "bad-address", f"`{key}`: {shown!r} is not an http(s) address and was left out")
        return url

    def _length(self, key: str, value: Any, rest: list[str]) -> int:
        written = str(value or "").strip()
        length = next((part for part in (written, *rest) if _GROUPED.fullmatch(part)), "")
        if not length and written and written.lower() not in NO_VALUES:
            shown = shorten(plain(written), 40)
            self.report(key, "bad-length", f"`{key}`: the length {shown!r} is not a number of bytes and is ignored")
        return int(re.sub(r"\D", "", length)[:18]) if length else 0

    def _refuse(self, key: str, value: str) -> None:
        shown = shorten(plain(value), 40)
        self.report(key, "bad-media", f"`{key}` names no file or page ({shown}) and is ignored; write an address")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _is_nothing(value: Any) -> bool:
    return value is None or str(value).strip().lower() in ("", *NO_VALUES)


def _address(value: Any) -> str:
    """Return an address as it is written; "" for anything but a text, and for words such as `false`."""
    address = value.strip() if isinstance(value, str) else ""
    return "" if _is_nothing(address) else address


def _apart(written: str) -> list[str]:
    """Split `address length type`, which WordPress writes into one text; an address may contain spaces too."""
    address, *rest = written.split()
    is_wordpress = rest and all(_GROUPED.fullmatch(part) or _MEDIA_TYPE.fullmatch(part) for part in rest)
    # WordPress adds a serialized array on a fourth line.
    is_wordpress = is_wordpress or ("://" in address and len(rest) > 1 and bool(_MEDIA_TYPE.fullmatch(rest[1])))
    return [address, *rest] if is_wordpress else [written.strip()]


def _texts(*values: Any) -> list[str]:
    return [value for value in values if isinstance(value, str)]


def enclosure_type(url: str) -> str:
    """Return the media type for the suffix of an address; application/octet-stream for an unknown one."""
    suffix = url.partition("?")[0].partition("#")[0].rpartition("/")[2].rpartition(".")[2].lower()
    return TYPES.get(suffix, UNKNOWN_TYPE)
