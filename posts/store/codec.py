"""PostMetadata and contents to bytes and back, for the index and for other processes. Pure.

`marshal` is the fastest there is for plain tuples (2 µs for the facts of a post), but damaged bytes can crash it:
so every packet begins with its own checksum, and a damaged one is simply not known.
"""

from __future__ import annotations

import hashlib
import marshal
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from posts.model import Content, Enclosure, Person, Post, PostMetadata

_SIZE = 8
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_EPOCHS: dict[int, datetime] = {}  # 1970 by offset in minutes


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
    authors, enclosures = post.authors, post.enclosures
    return (
        *post[:4],
        _from_time(post.date),
        post.permalink,
        _from_time(post.updated) if post.updated else None,
        *post[7:11],
        tuple([(person.name, person.email, person.uri) for person in authors]) if authors else (),
        post.language,
        post.summary,
        tuple([(one.url, one.type, one.length, one.title) for one in enclosures]) if enclosures else (),
    )


def to_post(values: tuple[Any, ...]) -> Post:
    """The post that `from_post` was given."""
    path, state, given, title, date, permalink, updated, source, source_title, categories, tags = values[:11]
    authors, language, summary, enclosures = values[11:]
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
        tuple([Person(*person) for person in authors]) if authors else (),
        language,
        summary,
        tuple([Enclosure(*one) for one in enclosures]) if enclosures else (),
    )


def from_facts(facts: PostMetadata) -> tuple[Any, ...]:
    """PostMetadata as plain values."""
    return (from_post(facts.post), *facts[1:])


def to_facts(values: tuple[Any, ...]) -> PostMetadata:
    """The facts that `from_facts` was given."""
    return PostMetadata(to_post(values[0]), *values[1:])


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
    epoch = _EPOCHS.get(minutes)
    if epoch is None:
        zone = timezone(timedelta(minutes=minutes)) if minutes else UTC
        epoch = _EPOCHS[minutes] = _EPOCH.astimezone(zone)
    return epoch + timedelta(0, 0, moment)  # an offset is fixed: adding is all there is to it
