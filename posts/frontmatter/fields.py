"""Decode front matter to typed fields; one table has the keys of each field. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from posts.model import Person
from posts.text import lazy_pattern, plain, unescape, write_powers

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
    # Read where `[podcast]` is set: plain names, and those of Jekyll podcast templates and of the Hugo theme castanet.
    "episode_media": ("podcast_file", "podcast_link", "podcast_url", "audio_url", "audio_file", "enclosure_url"),
    "episode_file": ("mp3", "m4a", "file"),
    "episode_length": (
        *("podcast_bytes", "podcast_length", "audio_length", "enclosure_length", "enclosure_length_bytes"),
        *("length", "bytes", "filesize"),
    ),
    "duration": (
        *("duration", "podcast_duration", "audio_duration", "itunes_duration", "itunes_duration_seconds"),
        "episode_duration",
    ),
    "episode": ("episode", "itunes_episode", "episode_number", "podcast_episode"),
    "season": ("season", "itunes_season", "season_number", "podcast_season"),
    "episode_type": (
        *("episode_type", "episodeType", "episodetype", "itunes_episode_type", "itunes_episodeType"),
        "itunes_episodetype",
    ),
    "explicit": ("explicit", "itunes_explicit", "podcast_explicit"),
    "episode_image": ("episode_image", "itunes_image", "itunes_image_url", "podcast_image"),
    "episode_summary": ("itunes_summary", "podcast_summary"),
    "chapters": ("chapters", "podcast_chapters"),
    "transcripts": ("transcript", "transcripts", "podcast_transcript"),
    "people": ("people", "persons", "podcast_person", "hosts", "guests"),
    # Read where `[feeds] comments` is set.
    "comments": ("comments", "comments_url", "comments_link", "discussion", "discussion_url"),
    "comments_feed": ("comments_feed", "comments_rss", "comment_feed"),
    "comment_count": ("comment_count", "comments_count", "comment_total"),
}

_AUTHORS = frozenset(KEYS["authors"])

# Words that themes write for "no", "yes" and "nothing" in place of a name or an address.
NO_VALUES = frozenset(("false", "true", "no", "yes", "off", "on", "none", "null", "nil", "~"))
_MAIL = lazy_pattern(r"([^<>@\s]+)@[^<>@\s]+\.[^<>@\s]+")
_LINE_BREAK = lazy_pattern(r"<br\s*+/?>", re.IGNORECASE)
_INLINE_TAG = lazy_pattern(
    r"</?(?:a|abbr|b|bdi|bdo|cite|code|del|dfn|em|i|img|ins|kbd|mark|q|s|samp|small|span|strike|strong|sub|sup|time|"
    r"tt|u|var|wbr)(?:\s[^<>]*+)?/?>",
    re.IGNORECASE,
)
LONGEST_LINK = 2048
_NAME_AND_MAIL = lazy_pattern(r"(.+?)\s*<([^<>@\s]+@[^<>\s]+)>")


def first_text(metadata: Mapping[str, Any], field: str) -> str:
    """Return the first text among the keys of `field`, as written, or ""."""
    for key in KEYS[field]:
        if key in metadata:
            value = metadata[key]
            if isinstance(value, str) and value.strip():
                return str(value)  # not as a `Timestamp`: packets hold nothing but texts
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
    if _AUTHORS.isdisjoint(metadata):
        return ()
    found = [person for key in KEYS["authors"] for person in _people(metadata.get(key))]
    return tuple(dict.fromkeys(found))


def _people(value: Any) -> list[Person]:
    if isinstance(value, list):
        return [person for one in value for person in _people(one)]
    if isinstance(value, Mapping):
        name, email = (plain(str(value.get(key) or "")) for key in ("name", "email"))
        uri = plain(str(value.get("uri") or value.get("url") or ""))
        name = "" if name.lower() in NO_VALUES else name
        if not name and (match := _MAIL.fullmatch(email)):
            name = match[1]
        return [Person(name, email, uri if _is_link(uri) else "")] if name else []
    if not isinstance(value, str) or not (name := plain(str(value))) or name.lower() in NO_VALUES:
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


def _is_link(value: str) -> bool:
    begins = value[:8].lower().startswith(("http://", "https://", "//"))
    return begins and len(value) <= LONGEST_LINK and " " not in value
