"""Render a text: plain ones in the short way, which needs few modules, and the others by the parser."""

from __future__ import annotations

from posts.markup.kramdown.model import MAX_TEXT, TooComplexError
from posts.markup.kramdown.plain import render_plain
from posts.markup.options import KramdownOptions


def render(text: str, options: KramdownOptions) -> str:
    """Return the HTML of a Markdown text in kramdown's dialect; it is not clean.

    Raises:
        TooComplexError: the text is too long, too deeply nested, or needs too much work.
    """
    if len(text) > MAX_TEXT:
        raise TooComplexError
    source = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"
    plain = render_plain(source, options)
    if plain is not None:
        return plain
    from posts.markup.kramdown.document import parse

    return parse(source, options)
