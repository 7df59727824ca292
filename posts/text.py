"""Clean, fold, shorten and escape text; compile regular expressions late. Used by `posts` and `feeds`. Pure."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Any, AnyStr, cast
from urllib.parse import quote

_MEMBERS = (
    *("match", "fullmatch", "search", "sub", "subn", "finditer", "findall", "split"),
    *("pattern", "flags", "groups", "groupindex"),
)


class _LazyPattern:
    """Stand for a compiled pattern: the first use compiles it, and later ones find the methods in the instance.

    feedmill has some 400 patterns. Compiling all takes longer than publishing one post, and most posts need few.
    """

    def __init__(self, source: Any, options: int) -> None:
        self._source, self._options = source, options

    def __getattr__(self, name: str) -> Any:
        if name not in _MEMBERS:
            raise AttributeError(name)
        compiled = re.compile(self._source, self._options)
        self.__dict__.update({member: getattr(compiled, member) for member in _MEMBERS})
        return self.__dict__[name]


def lazy_pattern(source: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return what `re.compile` returns, but compile it when it is first used. Not for texts of users.

    Raises:
        re.error: When it is first used, and `source` is not a regular expression.
    """
    return cast("re.Pattern[AnyStr]", _LazyPattern(source, flags))


# XML 1.0 (5th ed.), section 2.2 `Char`, without the noncharacters of Unicode (section 23.7), which it discourages.
# Plane by plane: a class of a few ranges is ten times as fast as one with 34 exceptions, and this runs on every body.
_PLANES = "".join(f"{chr(plane << 16)}-{chr(plane << 16 | 0xFFFD)}" for plane in range(1, 17))
_ILLEGAL = lazy_pattern(f"[^\t\n\r\x20-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd{_PLANES}]+")
_BLANKS = lazy_pattern(r"[^\S\xa0\u202f]+")
_CLOSED_BY = {
    **dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c"),
    **dict.fromkeys("\u2066\u2067\u2068", "\u2069"),
}
_BIDI_CONTROLS = frozenset((*_CLOSED_BY, *_CLOSED_BY.values()))
_BIDI = lazy_pattern("[\u202a-\u202e\u2066-\u2069]")
_POWER = lazy_pattern(r"<sup>([0-9n+\u2212-]{1,20})</sup>")
_SUPERSCRIPTS = str.maketrans("0123456789n+-\u2212", "⁰¹²³⁴⁵⁶⁷⁸⁹ⁿ⁺⁻⁻")
_HYPHENS = lazy_pattern(r"[\s_-]+")
# Runs of characters each of which is a grapheme: ASCII and Chinese. They need no segmentation.
_SINGLE = lazy_pattern(r"[\x20-\x7e\u3001-\u3029\u4e00-\u9fff\uff01-\uff5e\xb7“”‘’…—]*+")
_SENTENCE_END = lazy_pattern(r"(?:[.!?…]+[\"'”’)\]]*(?=\s)|[。！？；]+[”’」』）》\"']*)")
_INITIAL = lazy_pattern(r"(?:^|[^\w])[^\W\d_]\.$")

# RFC 3986: a scheme, an authority (brackets are those of an IPv6 address), then path, query and fragment.
_URI = lazy_pattern(r"[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9._~:/?@!$&'()*+,;=-]*+(?:#[A-Za-z0-9._~:/?@!$&'()*+,;=-]*+)?")
_URI_HEAD = lazy_pattern(r"([A-Za-z][A-Za-z0-9+.-]*:(?://(?:[^/?#@]*+@)?)?)(\[[0-9A-Fa-f:.]*+\](?=[:/?#]|\Z))?")
_NOT_IN_URI = lazy_pattern(r"%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9._~:/?@!$&'()*+,;=%-]+")


def legal(text: str) -> str:
    r"""Replace each character that XML forbids, and each noncharacter, by U+FFFD.

    They are replaced, never deleted: deleting turns `java\x01script:` into a live link.
    """
    # Illegal characters are not printable, and this test is ten times as fast as the regular expression.
    if text.replace("\n", "").replace("\u3000", "").replace("\t", "").replace("\xa0", "").isprintable():
        return text
    return _ILLEGAL.sub(lambda run: "\ufffd" * len(run[0]), text)


def plain(text: str) -> str:
    """Return `text` on one line: illegal characters replaced, runs of white space one space, none at the ends.

    Spaces that do not break (U+00A0, U+202F) stay. Bidirectional controls that are not closed are removed.
    """
    # Nearly every text is in this form already, and this test is ten times as fast as the conversion.
    if text.isprintable() and "  " not in text and text[:1] != " " and text[-1:] != " ":
        return text
    line = _BLANKS.sub(" ", legal(text)).strip()
    # A control is not printable; the test for that is thirty times as fast as looking at each character.
    is_closed = line.isprintable() or _BIDI_CONTROLS.isdisjoint(line) or _is_balanced(line)
    return line if is_closed else _BIDI.sub("", line)


def _is_balanced(text: str) -> bool:
    """Return whether bidirectional embeddings, overrides and isolates are closed in order (UAX #9, section 2)."""
    opened = []
    for character in text:
        if character in _CLOSED_BY:
            opened.append(_CLOSED_BY[character])
        elif character in _BIDI_CONTROLS and (not opened or opened.pop() != character):
            return False
    return not opened


def write_powers(html: str) -> str:
    """Write superscript numbers in HTML (`10<sup>6</sup>`) with superscript digits, so that they need no tags."""
    return _POWER.sub(lambda power: power[1].translate(_SUPERSCRIPTS), html) if "<sup>" in html else html


def domains_of(host: str) -> set[str]:
    """Return the domains of at most four labels that a host is in: of `a.b.example`, also `b.example` and `example`."""
    labels = host.rsplit(".", 4)[-4:]
    return {".".join(labels[place:]) for place in range(len(labels))}


def escape_uri(address: str) -> str:
    """Return an absolute address as a URI (RFC 3986): every character that it does not allow is percent-encoded.

    The WHATWG parser does not encode `{`, `}`, `|`, `^`, brackets and stray percent signs everywhere. Escaping twice
    has the same result as escaping once.
    """
    if _URI.fullmatch(address):
        return address
    head = _URI_HEAD.match(address)
    start, host = (_escaped(head[1]), head[2] or "") if head else ("", "")
    rest, mark, fragment = address[head.end() if head else 0 :].partition("#")
    return f"{start}{host}{_escaped(rest)}{mark}{_escaped(fragment)}"


def _escaped(part: str) -> str:
    return _NOT_IN_URI.sub(lambda run: quote(run[0], safe="", errors="replace"), part)


def fold(name: str) -> str:
    """Return a name in the form for comparison: NFKC, case folded, runs of spaces, `-` and `_` as one hyphen."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return _HYPHENS.sub("-", folded.strip())


def shorten(text: str, limit: int = 200) -> str:
    """Cut `text` (one line) to at most `limit` graphemes, after a sentence, else after a word and with `…`.

    A cut never splits a grapheme (Unicode UAX #29). A sentence end is used if it is in the second half and not behind
    a single letter, which is an initial or an abbreviation. Text without spaces, like Chinese, is cut between
    graphemes.
    """
    if len(text) <= limit:
        return text
    # Graphemes have no maximum length: combining characters must not make a summary of a megabyte.
    head = _graphemes(text[: limit * 40], limit)
    if len(head) == len(text):
        return text
    for end in reversed([match.end() for match in _SENTENCE_END.finditer(text, len(head) // 2, len(head) + 1)]):
        # A combining mark on the full stop belongs to the same grapheme.
        if (
            end <= len(head)
            and not _INITIAL.search(text, max(end - 4, 0), end)
            and len(_graphemes(text[end - 1 : end + 40], 1)) == 1
        ):
            return head[:end]
    head = _graphemes(head, limit - 1)
    word = head.rfind(" ", len(head) // 2)
    return (head[:word] if word > 0 else head).rstrip(" ,;:、，；：（([「『“‘") + "…"


def _graphemes(text: str, most: int) -> str:
    """Return the first `most` graphemes of `text`."""
    head = text[: most + 1]
    if _SINGLE.fullmatch(head):
        return head[:most]
    import regex

    found = regex.match(rf"\X{{0,{most}}}", text)
    return found[0] if found else ""


# A code point has at most seven digits; Python refuses to parse numbers of more than 4,300, leading zeros included.
_LONG_REFERENCE = lazy_pattern(r"&#(?:[xX][0-9a-fA-F]{9,}+|[0-9]{9,}+);?")


def unescape(text: str) -> str:
    """Decode character references (HTML, 13.2.5.72 to 13.2.5.80); invalid ones become U+FFFD."""
    return html.unescape(_LONG_REFERENCE.sub(_short, text) if "&#" in text else text)


def _short(reference: re.Match[str]) -> str:
    prefix = "x" if reference[0][2] in "xX" else ""
    digits = reference[0][2:].strip("xX;").lstrip("0")
    return f"&#{prefix}{digits or 0};" if len(digits) < 9 else "\ufffd"
