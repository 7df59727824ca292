"""Read and write the subset of marshal's version 2 that indexes of schema 1 to 3 used, without `marshal`. Pure.

Python's own decoder trusts its input: hostile bytes can crash it or make it run code. This one reads None, booleans,
integers, floats, strings, bytes, tuples and lists only; any other type is an error, and so is a length that is beyond
the end of the data. The encoder is needed to check the seals of old rows.
"""

from __future__ import annotations

import struct
from typing import Any

_DEEPEST = 16  # a packet of a post has four levels
_INT = range(-(2**31), 2**31)
_DIGIT = 15  # bits of a digit of a long integer
_MOST_DIGITS = 64


def read_value(data: bytes) -> Any:
    """Return the value in `data`.

    Raises:
        ValueError: the data is not one value of the known types.
    """
    try:
        value, end = _decoded(data, 0, 0)
    except (struct.error, IndexError) as error:
        raise ValueError(f"truncated: {error}") from None
    if end != len(data):
        raise ValueError("there are bytes behind the value")
    return value


def _decoded(data: bytes, at: int, depth: int) -> tuple[Any, int]:
    """Return the value at a position and the position after it."""
    kind = data[at : at + 1]
    at += 1
    if kind in _CONSTANTS:
        return _CONSTANTS[kind], at
    if kind == b"g":
        return struct.unpack_from("<d", data, at)[0], at + 8
    number = struct.unpack_from("<i", data, at)[0]
    at += 4
    if kind == b"i":
        return number, at
    if kind == b"l":
        return _long(data, at, number)
    if kind not in (b"s", b"u", b"(", b"["):
        raise ValueError(f"unknown type {kind!r}")
    # Every value takes at least one byte: a length cannot request more memory than the data itself takes.
    if not 0 <= number <= len(data) - at:
        raise ValueError("a length is beyond the end")
    if kind in (b"s", b"u"):
        part = data[at : at + number]
        return part if kind == b"s" else part.decode("utf-8", "surrogatepass"), at + number
    if depth == _DEEPEST:
        raise ValueError("nested too deeply")
    values = []
    for _ in range(number):
        value, at = _decoded(data, at, depth + 1)
        values.append(value)
    return tuple(values) if kind == b"(" else values, at


_CONSTANTS = {b"N": None, b"T": True, b"F": False}


def _long(data: bytes, at: int, count: int) -> tuple[int, int]:
    """Return an integer beyond 32 bits: `count` digits of 15 bits, the lowest first; a negative count negates it."""
    if abs(count) > _MOST_DIGITS:
        raise ValueError("an integer is too long")
    digits = struct.unpack_from(f"<{abs(count)}H", data, at)
    value = sum(digit << _DIGIT * place for place, digit in enumerate(digits))
    return -value if count < 0 else value, at + 2 * len(digits)


def write_value(value: Any) -> bytes:  # noqa: PLR0911 # a case for every type
    """Return what `marshal.dumps(value, 2)` returns for a value of these types. Raises TypeError for other types."""
    if value is None:
        return b"N"
    if isinstance(value, bool):
        return b"T" if value else b"F"
    if isinstance(value, int):
        return b"i" + struct.pack("<i", value) if value in _INT else _encoded_long(value)
    if isinstance(value, float):
        return b"g" + struct.pack("<d", value)
    if isinstance(value, str):
        text = value.encode("utf-8", "surrogatepass")
        return b"u" + struct.pack("<i", len(text)) + text
    if isinstance(value, bytes):
        return b"s" + struct.pack("<i", len(value)) + value
    if isinstance(value, tuple | list):
        kind = b"(" if isinstance(value, tuple) else b"["
        return kind + struct.pack("<i", len(value)) + b"".join(map(write_value, value))
    raise TypeError(f"unknown type {type(value).__name__}")


def _encoded_long(value: int) -> bytes:
    digits = []
    rest = abs(value)
    while rest:
        digits.append(rest & 0x7FFF)
        rest >>= _DIGIT
    count = -len(digits) if value < 0 else len(digits)
    return b"l" + struct.pack(f"<i{len(digits)}H", count, *digits)
