"""Encode posts, heads, metadata and contents as packets for the index and for worker processes, and decode them. Pure.

A packet is a checksum of eight bytes (BLAKE2b) and a MessagePack map of named fields. Fields that have their default
are left out: a new field of a record that is stored (`Post`, `Head`, `Content`, `Person`, …) needs a default and
nothing else, since older packets decode to that default and keep their bytes when they are encoded again.

A packet may come from a damaged or hostile index. Its fields are checked for their types, and whatever is wrong with
it, the decoder returns None. Decoding never runs code.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar, get_type_hints

import msgspec

from posts.errors import Severity
from posts.model import Content, Head, Post, PostMetadata

_T = TypeVar("_T")

CHECKSUM_SIZE = 8
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCHS: dict[int, datetime] = {}  # 1970 by offset in minutes

Instant = tuple[int, int]
"""Microseconds since 1970 and the offset in minutes. MessagePack's own timestamps have no offset."""

Complaint = tuple[int, str, Severity, str]
"""A problem of a file without its path: (line, code, severity, message)."""


class FileFacts(NamedTuple):
    """The result of scanning one post file.

    Attributes:
        head: Its head; None if it is unreadable.
        complaints: What is wrong with it.
        held: The state in which its author holds back an unreadable post, or "".
    """

    head: Head | None
    complaints: tuple[Complaint, ...] = ()
    held: str = ""


class LoadedFacts(NamedTuple):
    """The result of loading one post.

    Attributes:
        metadata: Its metadata.
        complaints: What is wrong with it.
        media: The sizes of local media, by address.
        played: The size and time of the local media whose durations were read, by address (`media_stamp`).
    """

    metadata: PostMetadata
    complaints: tuple[Complaint, ...] = ()
    media: tuple[tuple[str, int], ...] = ()
    played: tuple[tuple[str, str], ...] = ()


def _stored(record: Any, replaced: Mapping[str, Any]) -> Any:
    """Return a struct type with the fields and defaults of a record, for encoding without the defaults.

    Args:
        record: a named tuple.
        replaced: the types of fields that are stored in another form.
    """
    defaults = record._field_defaults
    types = {**get_type_hints(record), **replaced}
    columns = [(name, kind, defaults[name]) if name in defaults else (name, kind) for name, kind in types.items()]
    return msgspec.defstruct(f"Stored{record.__name__}", columns, omit_defaults=True, gc=False)


_StoredPost = _stored(Post, {"date": Instant, "updated": Instant | None})
_StoredMetadata = _stored(PostMetadata, {"post": _StoredPost})
_StoredHead = _stored(Head, {"post": _StoredPost})
_StoredFile = _stored(FileFacts, {"head": _StoredHead | None})
_StoredLoaded = _stored(LoadedFacts, {"metadata": _StoredMetadata})

# Where a post has the fields that are stored in another form.
_DATE, _UPDATED = map(Post._fields.index, ("date", "updated"))
_post_values = attrgetter(*Post._fields)
_head_values = attrgetter(*Head._fields)
_metadata_values = attrgetter(*PostMetadata._fields)
_encoder = msgspec.msgpack.Encoder()
_post_decoder = msgspec.msgpack.Decoder(_StoredPost)
_file_decoder = msgspec.msgpack.Decoder(_StoredFile)
_loaded_decoder = msgspec.msgpack.Decoder(_StoredLoaded)
_content_decoder = msgspec.msgpack.Decoder(Content)
# The errors of damaged or hostile bytes: wrong types (ValueError), nesting, and times outside the calendar.
_INVALID = (msgspec.MsgspecError, ValueError, RecursionError, OverflowError)


def signature(packet: bytes) -> str:
    """Return a short name for the contents of a packet: its checksum in hexadecimal."""
    return packet[:CHECKSUM_SIZE].hex()


def encode_post(post: Post) -> bytes:
    """Return a post as a packet."""
    return _packet(_stored_post(post))


def decode_post(packet: bytes) -> Post | None:
    """Return the post in a packet, or None if the packet is damaged."""
    return _decoded(packet, _post_decoder, _post)


def encode_file(facts: FileFacts) -> bytes:
    """Return what a scan found in a post file as a packet."""
    known = facts.head
    stored = known and _StoredHead(_stored_post(known.post), *known[1:])
    return _packet(_StoredFile(stored, facts.complaints, facts.held))


def decode_file(packet: bytes) -> FileFacts | None:
    """Return what a scan found in a post file, or None if the packet is damaged."""
    return _decoded(packet, _file_decoder, _file)


def _file(stored: Any) -> FileFacts:
    head = stored.head
    if head is not None:
        head.post = _post(head.post)
        head = Head._make(_head_values(head))
    return FileFacts(head, stored.complaints, stored.held)


def encode_loaded(facts: LoadedFacts) -> bytes:
    """Return a loaded post as a packet."""
    stored = _StoredMetadata(_stored_post(facts.metadata.post), *facts.metadata[1:])
    return _packet(_StoredLoaded(stored, *facts[1:]))


def decode_loaded(packet: bytes) -> LoadedFacts | None:
    """Return a loaded post, or None if the packet is damaged."""
    return _decoded(packet, _loaded_decoder, _loaded)


def _loaded(stored: Any) -> LoadedFacts:
    metadata = stored.metadata
    metadata.post = _post(metadata.post)
    return LoadedFacts(PostMetadata._make(_metadata_values(metadata)), stored.complaints, stored.media, stored.played)


def encode_content(content: Content) -> bytes:
    """Return a rendered content as a packet."""
    return _packet(content)


def decode_content(packet: bytes) -> Content | None:
    """Return the rendered content in a packet, or None if the packet is damaged."""
    return _decoded(packet, _content_decoder, lambda content: content)


def _decoded(packet: bytes, decoder: msgspec.msgpack.Decoder[Any], restore: Callable[[Any], _T]) -> _T | None:
    """Return the record in a packet, which `restore` makes of its stored form; None if the packet is damaged."""
    try:
        return restore(decoder.decode(data)) if (data := _intact(packet)) else None
    except _INVALID:
        return None


def post_to_fields(post: Post) -> dict[str, Any]:
    """Return a post as a JSON object: named fields without those that have their default, times in ISO 8601."""
    named: dict[str, Any] = msgspec.to_builtins(_stored_post(post))
    times = {name: at.isoformat() for name in ("date", "updated") if (at := getattr(post, name))}
    return {**named, **times}


def post_from_fields(named: Mapping[str, Any]) -> Post:
    """Return the post that `post_to_fields` was called with.

    Raises:
        ValueError: a field is missing or has a value of the wrong type.
    """
    times = {name: _instant(datetime.fromisoformat(named[name])) for name in ("date", "updated") if named.get(name)}
    return post_from_builtins({**named, **times})


def post_from_builtins(named: Mapping[str, Any]) -> Post:
    """Return the post with the fields of a mapping, its times as pairs (`Instant`). Raises ValueError as above."""
    try:
        return _post(msgspec.convert(named, _StoredPost))
    except OverflowError as error:
        raise ValueError(str(error)) from None


def _intact(packet: bytes) -> bytes:
    """Return the data of a packet, b"" if its checksum is wrong."""
    data = packet[CHECKSUM_SIZE:]
    return data if _checksum(data) == packet[:CHECKSUM_SIZE] else b""


def _checksum(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=CHECKSUM_SIZE).digest()


def _packet(stored: Any) -> bytes:
    try:
        data = _encoder.encode(stored)
    except UnicodeEncodeError:  # front matter can have half a surrogate pair as an escape, which UTF-8 cannot encode
        data = _encoder.encode(_without_surrogates(msgspec.to_builtins(stored)))
    return _checksum(data) + data


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, Mapping):
        return {key: _without_surrogates(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_without_surrogates(one) for one in value]
    return value


def _stored_post(post: Post) -> Any:
    values: list[Any] = list(post)  # `_replace` would take three times as long
    values[_DATE] = _instant(post.date)
    if post.updated:
        values[_UPDATED] = _instant(post.updated)
    return _StoredPost(*values)


def _post(stored: Any) -> Post:
    stored.date = _time(stored.date)
    if stored.updated is not None:
        stored.updated = _time(stored.updated)
    return Post._make(_post_values(stored))


def microseconds(at: datetime) -> int:
    """Return an aware time in microseconds since 1970."""
    since = at - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def from_microseconds(at: int) -> datetime:
    """Return the time of `microseconds`, in UTC."""
    return _EPOCH + timedelta(microseconds=at)


def _instant(at: datetime) -> Instant:
    offset = at.utcoffset()
    return (microseconds(at), (offset.days * 86_400 + offset.seconds) // 60 if offset else 0)


def _time(instant: Instant) -> datetime:
    moment, minutes = instant
    epoch = _EPOCHS.get(minutes)
    if epoch is None:
        zone = timezone(timedelta(minutes=minutes)) if minutes else UTC
        epoch = _EPOCHS[minutes] = _EPOCH.astimezone(zone)
    return epoch + timedelta(0, 0, moment)  # the offset of a fixed zone never changes: adding is enough
