"""Convert the packets of schemas 1 to 3, which were marshalled tuples. Used by migrations, salvage and imports.

They are read with `posts.store.marshal_v2`, which never runs code: the version in a hostile index can be any.
"""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from posts.model import Content, Post
from posts.store import codec, marshal_v2

# The fields of the old positional packets, in their order. New fields never join them.
_POST = (
    *("path", "state", "id", "title", "date", "permalink", "updated", "source", "source_title", "categories"),
    *("tags", "authors", "language", "summary", "enclosures"),
)
_PERSON = ("name", "email", "uri")
_ENCLOSURE = ("url", "type", "length", "title")
_CONTENT = ("html", "summary", "opening", "image", "source_title")


def post_from_positions(values: Any) -> Post:
    """Return the post in the values of an old packet, or of an old export. Raises ValueError for other values."""
    return codec.post_from_builtins(_named_post(values))


def convert_post(packet: bytes) -> bytes:
    """Return the packet of a post that an old packet holds. Raises ValueError for a damaged one."""
    return codec.encode_post(post_from_positions(_old_values(packet)))


def convert_content(packet: bytes) -> bytes:
    """Return the packet of a content that an old packet holds. Raises ValueError as above."""
    values = _sequence(_old_values(packet), len(_CONTENT))
    return codec.encode_content(msgspec.convert(dict(zip(_CONTENT, values, strict=True)), Content))


def _old_values(packet: bytes) -> Any:
    data = packet[codec.CHECKSUM_SIZE :]
    if hashlib.blake2b(data, digest_size=codec.CHECKSUM_SIZE).digest() != packet[: codec.CHECKSUM_SIZE]:
        raise ValueError("the checksum is wrong")
    return marshal_v2.read_value(data)


def _sequence(values: Any, count: int) -> Any:
    if not isinstance(values, tuple | list) or len(values) != count:
        raise ValueError(f"expected {count} values")
    return values


def _named_post(values: Any) -> dict[str, Any]:
    named = dict(zip(_POST, _sequence(values, len(_POST)), strict=True))
    for name, columns in (("authors", _PERSON), ("enclosures", _ENCLOSURE)):
        records = _sequence(named[name], len(named[name]) if isinstance(named[name], tuple | list) else -1)
        named[name] = [dict(zip(columns, _sequence(one, len(columns)), strict=True)) for one in records]
    return named
