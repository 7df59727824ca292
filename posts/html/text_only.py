"""Reduce a body beyond the limits to its text, with its links and line breaks, without a parser. Pure, linear."""

from __future__ import annotations

import html as escapes
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from html.entities import html5

from posts.html.limits import MAX_BYTES, MAX_MARKS, MAX_REFERENCES, strip_invisible
from posts.text import lazy_pattern, legal, unescape

_LINE_TAG = lazy_pattern(  # the commonest first: they are tried in this order
    r"<(?=/?[a-z])/?(?:p|br|div|li|t[dr]|h[1-6]|ul|ol|d[dlt]|hr|pre|table|blockquote|section|article|figure|figcaption"
    r"|address|aside|caption|center|details|fieldset|footer|form|header|main|nav|summary|th)(?=[\s/>])[^<>]*+>?+",
    re.IGNORECASE,
)
_MARKUP = lazy_pattern(r"<[a-zA-Z/!?][^<>]*+>?+")
_REFERENCE = lazy_pattern(r"&(?:#[0-9a-fA-FxX]++|[a-zA-Z][a-zA-Z0-9]{1,31});")
_MOST_DECODED = 50_000  # references in a body that has too many
_CUT = lazy_pattern(r"(?:&[a-z]*+|\s++)\Z")

_MOST_LINKS = 2_000  # in a body of which the text is published
# Signs for the tags that stay in a text; of private use, so that a body has no reason to hold them.
_BREAK, _OPEN, _OPENED, _CLOSED = "\U0010f0e1", "\U0010f0e2", "\U0010f0e3", "\U0010f0e4"
_SIGNS = lazy_pattern(f"[{_BREAK}-{_CLOSED}]")
_SIGNED_LINK = lazy_pattern(f"{_OPEN}(\\d{{1,5}}){_OPENED}([^{_OPEN}-{_CLOSED}]*+){_CLOSED}")
_BREAKS = lazy_pattern(rf" ?{_BREAK}(?: ?{_BREAK})*+ ?")
_LINK = lazy_pattern(r"<(/?)a(?=[\s/>])([^<>]*+)>", re.IGNORECASE)
_HREF = lazy_pattern(r"\bhref\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++))", re.IGNORECASE)
_BR = lazy_pattern(r"<br(?=[\s/>])[^<>]*+>", re.IGNORECASE)
_PRE = lazy_pattern(r"<pre(?=[\s>])[^<>]*+>", re.IGNORECASE)
_WRITTEN = lazy_pattern(r"<[^<>]*+>")


def text_only(html: str, resolve: Callable[[str, str], str] | None = None) -> str:
    """Return the text of the first 1 MiB of `html` without a parser: one `<p>` for each paragraph, at most 1 MiB.

    Without `resolve` no markup is kept, and the result is in the form that the sanitizer returns. With it (see
    `posts.html.sanitize`) links stay, and line breaks as `<br>`; then the result must be sanitized.
    """
    shown = strip_invisible(legal(html[:MAX_BYTES]))
    addresses: list[str] = []
    if resolve:
        shown = _with_breaks(_with_links(shown, addresses, resolve))
    # Among so many it does not matter which of them end a line, and asking takes a microsecond each.
    shown = _MARKUP.sub("", (_LINE_TAG if html.count("<") <= 3 * MAX_MARKS else _MARKUP).sub("\n\n", shown))
    shown = escapes.escape(legal(_decoded(shown)), quote=False)
    paragraphs = (" ".join(part.split()) for part in re.split(r"\n[^\S\n]*+\n\s*+", shown))
    if resolve:
        paragraphs = (_with_tags(part, addresses) for part in paragraphs)
    return "\n".join(_within([f"<p>{part}</p>" for part in paragraphs if part]))


def _with_links(html: str, addresses: list[str], resolve: Callable[[str, str], str]) -> str:
    """Return `html` with signs in the place of the tags of links; their addresses are added to `addresses`."""

    def sign(tag: re.Match[str]) -> str:
        if tag[1]:
            return _CLOSED
        found = _HREF.search(tag[2])
        if not found or len(addresses) >= _MOST_LINKS:
            return ""
        # Before the text is cut: an absolute address is longer.
        address = resolve(unescape(found[1] or found[2] or found[3] or ""), "href")
        if not address:
            return ""
        addresses.append(address)
        return f"{_OPEN}{len(addresses) - 1}{_OPENED}"

    return _LINK.sub(sign, _SIGNS.sub("\ufffd", html))


def _with_breaks(html: str) -> str:
    """Return `html` with a sign in the place of each line break, those of preformatted text included."""
    out: list[str] = []
    place = 0
    for start in _PRE.finditer(html):
        end = html.find("</", start.end()) if start.start() >= place else -1
        while end >= 0 and html[end + 2 : end + 5].lower() != "pre":
            end = html.find("</", end + 2)
        if end < 0:
            continue
        out += html[place : start.end()], html[start.end() : end].strip("\n").replace("\n", _BREAK)
        place = end
    return _BR.sub(_BREAK, "".join(out) + html[place:])


def _with_tags(paragraph: str, addresses: Sequence[str]) -> str:
    """Return an escaped `paragraph` with links and line breaks for the signs; a link that is not whole stays text."""

    def link(found: re.Match[str]) -> str:
        place = int(found[1])
        if place >= len(addresses):
            return found[2]
        return f'<a href="{escapes.escape(addresses[place])}">{found[2]}</a>'

    if _SIGNS.search(paragraph):
        paragraph = _SIGNED_LINK.sub(link, paragraph)
        paragraph = _BREAKS.sub(lambda found: "<br>" * min(2, found[0].count(_BREAK)), paragraph.strip(f" {_BREAK}"))
        paragraph = _SIGNS.sub("", paragraph)
    return paragraph


def _within(paragraphs: Sequence[str]) -> Iterator[str]:
    """Yield as many of the escaped `paragraphs` as 1 MiB has room for, the last of them cut."""
    room = MAX_BYTES
    if sum(map(len, paragraphs)) * 4 + len(paragraphs) < room:  # a character has four bytes at most
        yield from paragraphs
        return
    for paragraph in paragraphs:
        size = len(paragraph.encode()) + 1
        if size > room:
            text = f"<p>{_WRITTEN.sub(' ', paragraph.removeprefix('<p>').removesuffix('</p>'))}</p>"
            cut = text.encode()[: max(0, room - len("</p>\n"))].decode(errors="ignore")
            if len(cut := _CUT.sub("", cut)) > len("<p>"):
                yield f"{cut}</p>"
            return
        room -= size
        yield paragraph


def _decoded(text: str) -> str:
    # `unescape` alone takes 2 microseconds a reference; NUL cannot occur in legal text.
    for reference, sign in (("&amp;", "\0"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&nbsp;", " ")):
        text = text.replace(reference, sign)
    decoded = unescape(text) if text.count("&") <= MAX_REFERENCES else _REFERENCE.sub(_character, text, _MOST_DECODED)
    return decoded.replace("\0", "&")


def _character(reference: re.Match[str]) -> str:
    return _known(reference[0])


@lru_cache(maxsize=4096)
def _known(reference: str) -> str:
    """Return the character; an unknown name stays: `unescape` would try all of its beginnings."""
    return unescape(reference) if reference[1] == "#" or reference[1:] in html5 else reference
