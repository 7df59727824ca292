"""Facts and contents to bytes and back, for the index and for other processes. Pure.

`marshal` is the fastest there is for plain tuples (2 µs for the facts of a post), but damaged bytes can crash it:
so every packet begins with its own checksum, and a damaged one is simply not known.
"""

from __future__ import annotations

import hashlib
import marshal
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from posts.facts import Facts
from posts.model import Content, Enclosure, Person, Post

_SIZE = 8
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_ZONES: dict[int, timezone] = {}


def pack(value: Any) -> bytes:
    """Plain values (tuples, lists, texts, bytes, numbers, None) as a packet."""
    data = marshal.dumps(value, 2)
    return hashlib.blake2b(data, digest_size=_SIZE).digest() + data


def unpack(packet: bytes) -> Any:
    """The values of a packet; None for a damaged one."""
    data = packet[_SIZE:]
    if hashlib.blake2b(data, digest_size=_SIZE).digest() != packet[:_SIZE]:
        return None
    return marshal.loads(data)  # noqa: S302 # the checksum says that it is what we wrote


def signature(packet: bytes) -> str:
    """A short name for what is in a packet."""
    return packet[:_SIZE].hex()


def from_post(post: Post) -> tuple[Any, ...]:
    """A post as plain values."""
    return (
        post.path,
        post.state,
        post.id,
        post.title,
        _from_time(post.date),
        post.permalink,
        _from_time(post.updated) if post.updated else None,
        post.source,
        post.source_title,
        post.categories,
        post.tags,
        tuple((person.name, person.email, person.uri) for person in post.authors),
        post.language,
        post.summary,
        tuple((one.url, one.type, one.length, one.title) for one in post.enclosures),
    )


def to_post(values: tuple[Any, ...]) -> Post:
    """The post that `from_post` was given."""
    head, authors, language, summary, enclosures = values[:11], *values[11:]
    path, state, given, title, date, permalink, updated, source, source_title, categories, tags = head
    return Post(
        path,
        state,
        given,
        title,
        _to_time(date),
        permalink,
        _to_time(updated) if updated else None,
        source,
        source_title,
        categories,
        tags,
        tuple(Person(*person) for person in authors),
        language,
        summary,
        tuple(Enclosure(*one) for one in enclosures),
    )


def from_facts(facts: Facts) -> tuple[Any, ...]:
    """Facts as plain values."""
    return (from_post(facts.post), facts.source, facts.literal, facts.body_hash, facts.separator, facts.is_own_source)


def to_facts(values: tuple[Any, ...]) -> Facts:
    """The facts that `from_facts` was given."""
    return Facts(to_post(values[0]), *values[1:])


def from_content(content: Content) -> tuple[str, ...]:
    """A content as plain values."""
    return (content.html, content.summary, content.opening, content.image, content.source_title)


def to_content(values: tuple[str, ...]) -> Content:
    """The content that `from_content` was given."""
    return Content(*values)


def _from_time(at: datetime) -> tuple[int, int]:
    """Microseconds since 1970, and the offset in minutes: all that a date is."""
    offset = at.utcoffset() or timedelta(0)
    return ((at - _EPOCH) // _MICROSECOND, offset // timedelta(minutes=1))


def _to_time(values: tuple[int, int]) -> datetime:
    moment, minutes = values
    zone = _ZONES.get(minutes)
    if zone is None:
        zone = _ZONES[minutes] = timezone(timedelta(minutes=minutes)) if minutes else UTC
    return (_EPOCH + timedelta(microseconds=moment)).astimezone(zone)
