"""Read the media file of an episode from front matter: keys that only podcasts have, lengths and durations. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from posts.frontmatter.fields import KEYS, NO_VALUES
from posts.frontmatter.media import LONGEST_DURATION, UNKNOWN_TYPE, LocalMedia, ReportKey, enclosure_type
from posts.model import Enclosure
from posts.text import lazy_pattern, plain, shorten

_SECONDS = lazy_pattern(r"(\d{1,9})(?:\.\d{1,9})?")
_CLOCK = lazy_pattern(r"(?:(\d{1,3}):)?(\d{1,4}):(\d\d)(?:\.\d{1,9})?")
_ISO_8601 = lazy_pattern(r"PT(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,7})(?:\.\d{1,9})?S)?", re.IGNORECASE)
_WORDS = lazy_pattern(
    r"(?:(\d{1,4}) ?(?:h|hr|hrs|hours?))? ?(?:(\d{1,5}) ?(?:m|min|mins|minutes?))? ?"
    r"(?:(\d{1,7}) ?(?:s|sec|secs|seconds?))?",
    re.IGNORECASE,
)
_BYTES = lazy_pattern(r"\d{1,15}|\d{1,3}(?:[,._ ]\d{3}){1,4}")


def parse_duration(value: Any) -> int | None:
    """Return a duration in whole seconds; None if it is none.

    The forms are seconds, `MM:SS`, `HH:MM:SS`, `PT1H2M3S` (ISO 8601) and `1 h 2 min 3 s`.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    written = str(value).strip()[:60]
    if match := _SECONDS.fullmatch(written):
        seconds = int(match[1])
    elif match := _CLOCK.fullmatch(written) or _ISO_8601.fullmatch(written) or _WORDS.fullmatch(written):
        if not any(match.groups()):
            return None
        hours, minutes, rest = (int(part or 0) for part in match.groups())
        seconds = hours * 3600 + minutes * 60 + rest
    else:
        return None
    return seconds if seconds <= LONGEST_DURATION else None


def parse_episode_media(
    metadata: Mapping[str, Any],
    enclosures: Sequence[Enclosure],
    absolute: Callable[[str], str],
    files: LocalMedia,
    report: ReportKey,
) -> tuple[Enclosure, ...]:
    """Return the media files of a post with the file that only podcasts name, and with length and duration.

    Length and duration are those of the first file with sound.

    Args:
        metadata: the front matter.
        enclosures: the media files that other keys name (`posts.frontmatter.media.parse_media`).
        absolute: returns the absolute form of an address, "" if it is not http(s). It raises ValueError for an invalid
            one.
        files: looks up local files by their absolute addresses.
        report: called for values that are ignored.
    """
    found = [*enclosures, *_named_files(metadata, absolute, report)]
    unique = list({one.url: one for one in reversed(found)}.values())[::-1]
    place = next((place for place, one in enumerate(unique) if one.medium in ("audio", "video")), -1)
    if place >= 0:
        one = unique[place]
        unique[place] = replace(
            one,
            length=one.length or _length(metadata) or files.size(one.url),
            duration=_duration(metadata, report) or files.duration(one.url),
        )
    return tuple(unique)


def _named_files(metadata: Mapping[str, Any], absolute: Callable[[str], str], report: ReportKey) -> Iterator[Enclosure]:
    for key in (*KEYS["episode_media"], *KEYS["episode_file"]):
        address = metadata.get(key)
        if not isinstance(address, str) or address.strip().lower() in ("", *NO_VALUES):
            continue
        try:
            url = absolute(address.strip())
        except ValueError:
            url = ""
        kind = enclosure_type(url)
        # Services that count downloads have addresses without a suffix; a `file` can be anything.
        kind = "audio/mpeg" if kind == UNKNOWN_TYPE and key in KEYS["episode_media"] else kind
        if url and kind.partition("/")[0] in ("audio", "video"):
            yield Enclosure(url, kind)
        elif not url or key in KEYS["episode_media"]:
            report_ignored(key, address, "the http(s) address of an audio or video file", report)


def _length(metadata: Mapping[str, Any]) -> int:
    values = (str(metadata[key]).strip() for key in KEYS["episode_length"] if key in metadata)
    return next((int(re.sub(r"\D", "", value)) for value in values if _BYTES.fullmatch(value)), 0)


def _duration(metadata: Mapping[str, Any], report: ReportKey) -> int:
    pairs = [(key, value["duration"]) for key, value in metadata.items() if _has_duration(key, value)]
    pairs += [(key, metadata[key]) for key in KEYS["duration"] if metadata.get(key) not in (None, "")]
    for key, value in pairs:
        duration = parse_duration(value)
        if duration is not None:
            return duration
        report_ignored(key, value, "a duration such as 1:02:03, or the number of seconds", report)
    return 0


def _has_duration(key: str, value: Any) -> bool:
    return key in KEYS["media"] and isinstance(value, Mapping) and value.get("duration") not in (None, "")


def report_ignored(key: str, value: Any, expected: str, report: ReportKey) -> None:
    """Report a value of an episode that is not what its key is for, and what is expected."""
    report(key, "bad-episode", f"`{key}`: {shorten(plain(str(value)), 40)!r} is ignored; write {expected}")
