"""Stored packets: what goes in comes out, old ones are read, and damaged or hostile ones are refused without harm."""

from __future__ import annotations

import hashlib
import json
import marshal
import tracemalloc
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posts.model import Content, Enclosure, Head, Person, Post, PostMetadata
from posts.store import codec, marshal_v2, old_packets

POST = Post(
    path="_posts/a.md",
    state="published",
    id="urn:uuid:1",
    title="金融",
    date=datetime(2024, 1, 2, 3, 4, 5, 678901, timezone(timedelta(hours=8))),
    permalink="https://a.example/a",
    updated=datetime(2024, 2, 2, tzinfo=UTC),
    tags=("x", "y"),
    authors=(Person("A"), Person("B", "b@example.org", "https://b.example/")),
    enclosures=(Enclosure("https://a.example/a.mp3", "audio/mpeg", 2**40, "Sound"),),
)
FACTS = codec.FileFacts(Head(POST, "l", "h", expires=1.5), ((1, "c", "warning", "m"),), "draft")
LOADED = codec.LoadedFacts(PostMetadata(POST, "s", "", "h", kept=3), ((1, "c", "warning", "m"),), (("/a", 2),))
CONTENT = Content("<p>x</p>", "x", image="https://a.example/a.png")
DECODERS = (codec.decode_post, codec.decode_file, codec.decode_loaded, codec.decode_content)
CONVERTERS = (old_packets.convert_post, old_packets.convert_content)


def sealed(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=8).digest() + data


HOSTILE = {
    "nothing": b"",
    "no MessagePack": b"\xc1",
    "nested maps": b"\x81\xa1z" * 200_000,
    "nested lists": b"\x81\xa1z" + b"\x91" * 200_000,
    "a list of four thousand million": b"\x84\xa4path\xdd\xff\xff\xff\xff",
    "a map of four thousand million": b"\xdf\xff\xff\xff\xff",
    "a text of four thousand million": b"\x81\xa4html\xdb\xff\xff\xff\xff",
    "no UTF-8": b"\x82\xa4html\xa1\xff\xa7summary\xa0",
    "wrong types": msgspec.msgpack.encode({"path": 1, "html": [], "metadata": "x"}),
    "a date beyond all years": msgspec.msgpack.encode(
        {"path": "", "state": "draft", "id": "", "title": "", "permalink": "", "date": (2**63, 0)}
    ),
    "an offset of years": msgspec.msgpack.encode(
        {"path": "", "state": "draft", "id": "", "title": "", "permalink": "", "date": (0, 10**6)}
    ),
    "an extension": b"\xc7\x03\x01abc",
    "marshalled code": marshal.dumps(compile("raise SystemExit", "x", "exec"), 2),
    "marshalled nesting": b"(\x01\x00\x00\x00" * 100_000,
    "a marshalled tuple of two thousand million": b"(\xff\xff\xff\x7f",
    "a marshalled text of a negative length": b"u\xff\xff\xff\xff",
    "a marshalled number of two thousand million digits": b"l\xff\xff\xff\x7f",
    "marshalled wrong types": marshal.dumps((None,) * 15, 2),
    "a marshalled reference": b"r\x00\x00\x00\x00",
    "a marshalled set": marshal.dumps({1, 2}, 2),
}


def refused(data: bytes) -> None:
    for packet in (data, sealed(data)):
        for decode in DECODERS:
            assert decode(packet) is None
        for convert in CONVERTERS:
            with pytest.raises(ValueError):  # noqa: PT011 # of any kind
                convert(packet)


def test_what_is_encoded_is_decoded() -> None:
    assert codec.decode_post(codec.encode_post(POST)) == POST
    assert codec.decode_file(codec.encode_file(FACTS)) == FACTS
    assert codec.decode_file(codec.encode_file(codec.FileFacts(None))) == codec.FileFacts(None)
    assert codec.decode_loaded(codec.encode_loaded(LOADED)) == LOADED
    assert codec.decode_content(codec.encode_content(CONTENT)) == CONTENT
    assert codec.post_from_fields(json.loads(json.dumps(codec.post_to_fields(POST)))) == POST
    assert codec.post_to_fields(POST)["date"] == "2024-01-02T03:04:05.678901+08:00"


def test_fields_are_named_and_defaults_are_left_out() -> None:
    fields = msgspec.msgpack.decode(codec.encode_post(POST)[8:])
    assert {"path", "date", "authors"} <= fields.keys()
    assert not {"source", "language", "summary"} & fields.keys()
    assert fields["authors"] == [{"name": "A"}, {"name": "B", "email": "b@example.org", "uri": "https://b.example/"}]
    later = sealed(msgspec.msgpack.encode({**fields, "a field of a later version": [1]}))
    assert codec.decode_post(later) == POST


def test_half_a_surrogate_pair_is_replaced() -> None:
    decoded = codec.decode_post(codec.encode_post(POST._replace(title="a\ud800b")))
    assert decoded is not None
    assert decoded == POST._replace(title="a\ufffdb")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_packets_are_refused(name: str) -> None:
    tracemalloc.start()
    refused(HOSTILE[name])
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 20_000_000


@given(st.binary(max_size=200))
def test_random_bytes_are_refused(data: bytes) -> None:
    refused(data)


@given(st.integers(min_value=8), st.integers(0, 255))
def test_a_packet_with_a_wrong_byte_never_raises(place: int, byte: int) -> None:
    for packet, decode in zip(
        map(bytearray, (codec.encode_post(POST), codec.encode_file(FACTS))), DECODERS, strict=False
    ):
        packet[8 + place % (len(packet) - 8)] = byte
        decode(bytes(packet))
        decode(sealed(bytes(packet[8:])))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.lists(inner, max_size=4).map(tuple),
    max_leaves=12,
)


@given(VALUES)
def test_marshal_is_written_and_read_as_python_does(value: object) -> None:
    assert marshal_v2.write_value(value) == marshal.dumps(value, 2)
    assert repr(marshal_v2.read_value(marshal.dumps(value, 2))) == repr(value)


@given(st.binary(max_size=100))
def test_marshal_of_random_bytes_is_an_error_or_a_plain_value(data: bytes) -> None:
    try:
        value = marshal_v2.read_value(data)
    except ValueError:
        return
    assert isinstance(value, bool | int | float | str | bytes | tuple | list | None)
