"""Make a post's summary, and the title of an untitled post: plain text from clean HTML. Pure, linear."""

from __future__ import annotations

import re
from collections.abc import Iterator

from posts.html.limits import strip_invisible
from posts.text import lazy_pattern, plain, shorten, unescape, write_powers

SUMMARY_LENGTH = 200  # graphemes
_TITLE = 80
_PARAGRAPH = 400
_MARKED = 2_000
_LONGEST_SEPARATOR = 200  # characters
_LOOKS = (2_000, 20_000, 200_000)  # characters of HTML
_TORN = lazy_pattern(r"<[^<>]*+\Z|&[^&;]{0,40}\Z")

_TAG = lazy_pattern(r"</?([a-zA-Z][^\s/<>]*+)[^<>]*+>")
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark q ruby s samp small span strike "
    "strong sub sup time tt u var wbr".split()
)
_ASIDE = lazy_pattern(r"<(pre|rt|rp|figcaption|h[1-6])(?=[\s>]).*?</\1>", re.DOTALL)
_LEADING_HEADING = lazy_pattern(r"\s*+<h([1-6])(?=[\s>])[^<>]*+>(.*?)</h\1>\s*+", re.DOTALL)
# The marks of notes, and the notes themselves: cmark and kramdown name both so.
_TO_NOTE = r'<a\b[^<>]*?href="[^"<>]*#(?:fn|footnote)[^<>]*+>'
_NOTE_MARK = lazy_pattern(
    rf"<sup\b[^<>]*+>\s*+{_TO_NOTE}[^<>]*+</a>\s*+</sup>|{_TO_NOTE}\s*+<sup\b[^<>]*+>[^<>]*+</sup>\s*+</a>"
)
_HEADING = lazy_pattern(r"<h([1-6])(?=[\s>]).*?</h\1>", re.DOTALL)
_NOTE = lazy_pattern(r'<li\b[^<>]*?\bid="(?:fn|footnote)[^<>]*+>.*?</li>', re.DOTALL)
_PARAGRAPHS = lazy_pattern(r"<(p|li|blockquote)(?=[\s>]).*?</\1>", re.DOTALL)


def html_to_text(html: str) -> str:
    """Return the text of `html` on one line: entities decoded, a space where a block or a line ends."""
    return _shown(strip_invisible(html))


def find_excerpt(body: str, separator: str) -> str | None:
    """Return the raw `body` (Markdown or HTML) before `separator`, or None if it does not occur.

    A separator that is a comment, `<!--more-->`, may be written with other blanks or capitals. One of blanks alone, as
    Jekyll's, ends the first paragraph: that needs no part of the body (`summarize`). One of more than 200 characters
    is a mistake, and counts as none.
    """
    mark = separator.strip()
    if not mark or len(separator) > _LONGEST_SEPARATOR:
        return None
    if not (mark.startswith("<!--") and mark.endswith("-->") and len(mark) >= len("<!---->")):
        place = body.find(separator)
    else:
        inside = re.escape(mark.removeprefix("<!--").removesuffix("-->").strip())
        found = re.search(rf"<!--\s*+{inside}\s*+-->" if inside else r"<!--\s*+-->", body, re.IGNORECASE)
        place = found.start() if found else -1
    return body[:place] if place >= 0 else None


def summarize(own: str, html: str, excerpt_html: str | None = None, *, paragraph: bool = False) -> str:
    """Return the summary, plain text on one line: the post's `own`, else `excerpt_html`, else the beginning of `html`.

    `own` may hold tags and entities. `excerpt_html` is what stands before the separator, rendered. With `paragraph`
    (Jekyll's default separator) the summary is the first paragraph that has text. Otherwise it is the first 200
    graphemes, cut at the end of a sentence or word; code, captions and ruby readings are left out.
    """
    if shown := _shown(own):
        return shorten(shown, _MARKED)
    if excerpt_html is not None:
        text = _HEADING.sub(" ", _without_notes(excerpt_html))
        if shown := html_to_text(text) or html_to_text(excerpt_html):
            return shorten(shown, _MARKED)
    if paragraph and (shown := next(filter(None, map(_prose, _first_paragraphs(html))), "")):
        return shorten(shown, _PARAGRAPH)
    return shorten(_beginning(html), SUMMARY_LENGTH)


def title_from_body(html: str) -> str:
    """Return the first words of clean `html`, at most 80 graphemes: the title of a post without one."""
    return shorten(_beginning(html), _TITLE)


def split_heading(html: str) -> tuple[str, str]:
    """Return the text of a heading that clean `html` begins with, and the rest; a heading below h1 stays in it."""
    match = _LEADING_HEADING.match(html)
    text = shorten(_shown(_NOTE_MARK.sub("", match[2])), _MARKED) if match else ""
    if not match or not text:
        return "", html
    return text, html[match.end() :] if match[1] == "1" else html


def _shown(html: str) -> str:
    return plain(unescape(_TAG.sub(_space, write_powers(html))))


def _space(tag: re.Match[str]) -> str:
    return "" if tag[1].lower() in _INLINE else " "


def _prose(html: str) -> str:
    return _shown(_ASIDE.sub(" ", _without_notes(html)))


def _without_notes(html: str) -> str:
    if "#fn" in html or "#footnote" in html:
        return _NOTE.sub(" ", _NOTE_MARK.sub("", html))
    return html


def _first_paragraphs(html: str) -> Iterator[str]:
    return (match[0] for match in _PARAGRAPHS.finditer(html))


def _beginning(html: str) -> str:
    """Return the text of clean `html`, or enough of its beginning."""
    for size in _LOOKS:
        if len(html) > size and len(text := _prose(_head(html, size))) > SUMMARY_LENGTH * 3:
            return text
    # A body that is code and nothing else still has a beginning.
    return _prose(html) or _shown(html)


def _head(html: str, size: int) -> str:
    """Return the first `size` characters without an incomplete tag, reference or code block at the end."""
    head = _TORN.sub("", html[:size])
    return head[: head.rfind("<pre")] if head.rfind("<pre") > head.rfind("</pre") else head
