"""Decode the bytes of a file: byte order marks, UTF-8, the configured encoding."""

from __future__ import annotations

import codecs

from posts.model import ReportProblem

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MARKED = frozenset(mark[:1] for mark, _ in _BOMS)
_WIDE_FENCES = (b"-\0-\0", b"\0-\0-")  # UTF-16 without a byte order mark


def decode_exactly(data: bytes) -> str | None:
    r"""Return the text of a file that is UTF-8 with `\n` as line ends and no byte order mark; None for other files.

    The bytes of the file are then the UTF-8 form of the text, which need not be encoded again for hashing.
    """
    if data[:1] in _MARKED or data[:4] in _WIDE_FENCES or b"\r" in data:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def decode_text(data: bytes, report: ReportProblem, encoding: str = "utf-8") -> str:
    r"""Return the text of a file with `\n` as line ends. Invalid bytes become U+FFFD and are reported."""
    for mark, name in _BOMS if data[:1] in _MARKED else ():
        if data.startswith(mark):
            return _decoded(data[len(mark) :], name, report)
    if data[:4] in _WIDE_FENCES:
        return _decoded(data, "utf-16-le" if data[0] else "utf-16-be", report)
    try:
        return _lines(data.decode("utf-8"))
    except UnicodeDecodeError:
        return _decoded(data, encoding, report)


def _decoded(data: bytes, encoding: str, report: ReportProblem) -> str:
    try:
        return _lines(data.decode(encoding))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        report(line, "undecodable", f"invalid {encoding} bytes were replaced by U+FFFD; set [posts] encoding")
        return _lines(data.decode(encoding, "replace"))


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
