"""Render a post's body (Markdown or HTML, with Liquid or shortcodes) to HTML. Pure.

The order is that of Jekyll: shortcodes and Liquid first, then Markdown. The result is not sanitized yet.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from posts.html.limits import MAX_BYTES, is_too_large
from posts.html.weight import without_data
from posts.markup.holes import without_holes
from posts.markup.kramdown import render_kramdown
from posts.markup.shortcodes import replace_tags, strip_shortcodes
from posts.model import ReportProblem
from posts.text import legal

if TYPE_CHECKING:
    from posts.markup.liquid.scope import LiquidScope

# cmark-gfm needs up to 2 µs and 300 bytes for each of these characters: a body of nothing else takes seconds.
_DENSE = "\n[]*_<>`~&|!:w\\\"'.@"
_MOST_MARKS = 100_000
# cmark-gfm fills up each row of a table to the width of its head: 300 bytes a cell.
_MOST_CELLS = 100_000
# Each reference to one footnote gets a way back, with its own number in it.
_MOST_FOOTNOTES = 2_000
_NESTED = re.compile(r"\n(?:[ \t]*(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))){100}")
# What is left of a link whose address could not be resolved: to a reader it would be one to the post itself.
_NOWHERE = '<a href="">'
_SIMPLE_LINK = re.compile(r"!?\[([^\[\]\n]{1,300}+)\]\(([^\s()<>\"]{1,2000}+)\)")
_LINE_END = re.compile(r"(?<=\S)[ \t]*+\n(?=[ \t]*+\S)")
_BLANK_LINES = re.compile(r"\n[ \t\r]*\n\s*")


def markup_to_html(body: str, *, markdown: bool, liquid: LiquidScope | None, report: ReportProblem) -> str:
    """Return the HTML of `body`, the text after the front matter, of any size and content.

    `markdown`: GitHub's flavour (https://github.github.com/gfm/) with footnotes, raw HTML and what kramdown adds to
    it; no smart punctuation, so that a feed shows what was written. `liquid`: what Liquid can see; without it (a
    plain folder, no Jekyll site) braces are text, but for tags that embed something and stand alone on a line. Hugo's
    shortcodes are taken out in either case: embeds leave a link or picture, paired ones what is between them.
    `report` gets (line of the body counted from 1 or 0, code, message) for everything that was left out. A body of
    more than 1 MiB, `data:` addresses not counted, is not rendered: `posts.html.clean` reports it and publishes its
    text. Nothing is raised, whatever the body holds.
    """
    if is_too_large(body):
        body = without_data(body)
        if is_too_large(body):
            return _with_lines_and_links(body[: MAX_BYTES * 2]) if markdown else body
    text = _encodable(body)
    if "{{<" in text or "{{%" in text:
        text = strip_shortcodes(text, report)
    if liquid is not None and ("{{" in text or "{%" in text):
        from posts.markup.liquid import render_liquid

        scope = replace(liquid, markdownify=lambda part: _markdown(_encodable(part), _ignore))
        text = _encodable(render_liquid(text, scope, report))
    elif "{%" in text:
        text = replace_tags(text)
    text = _markdown(text, report).replace(_NOWHERE, "<a>") if markdown else text
    return without_holes(text) if liquid is not None else text


def _ignore(*_: object) -> None:
    pass


def _with_lines_and_links(text: str) -> str:
    """Return Markdown of any size with its line breaks and its simplest links as HTML: text is all that it may be."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _SIMPLE_LINK.sub(r'<a href="\2">\1</a>', _LINE_END.sub("<br>\n", lines))


def _encodable(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:  # surrogates, which no parser takes
        return legal(text)
    return text


def _markdown(text: str, report: ReportProblem) -> str:
    if len(text) > _MOST_MARKS and sum(map(text.count, _DENSE)) > _MOST_MARKS:
        report(0, "dense-markup", f"more than {_MOST_MARKS:,} Markdown characters: shown as plain text")
        return _paragraphs(text)
    if _cells(text) > _MOST_CELLS:
        report(0, "dense-markup", f"more than {_MOST_CELLS:,} cells of tables: shown as plain text")
        return _paragraphs(text)
    nested = _NESTED.search(f"\n{text}")
    if nested:
        line = text.count("\n", 0, nested.start()) + 1
        report(line, "deep-markup", "quotes or lists nested more than 100 deep: shown as plain text")
        return _paragraphs(text)
    footnotes = text.count("[^") <= _MOST_FOOTNOTES
    if not footnotes:
        report(0, "many-footnotes", f"more than {_MOST_FOOTNOTES:,} footnote references: left as they are written")
    parse = _renderer()
    return render_kramdown(text, lambda marked: parse(marked, footnotes))


def _cells(text: str) -> int:
    """An upper bound of the cells that tables have: as many in each line up to a blank one as its longest has bars."""
    if text.count("|") * (text.count("\n") + text.count("\r")) <= _MOST_CELLS:
        return 0
    blocks = _BLANK_LINES.split(text.replace("\r\n", "\n").replace("\r", "\n"))
    return sum((max(line.count("|") for line in lines) + 1) * len(lines) for lines in map(_lines, blocks))


def _lines(block: str) -> list[str]:
    return block.split("\n")


def _paragraphs(text: str) -> str:
    escaped = html.escape(text.strip(), quote=False)
    return "".join([f"<p>{part}</p>\n" for part in _BLANK_LINES.split(escaped) if part])


@lru_cache(maxsize=1)
def _renderer() -> Callable[[str, bool], str]:
    """Markdown to HTML by cmark-gfm.

    cmarkgfm frees neither the tree nor the text that the C library hands out (25 KB for each KB of Markdown, a
    gigabyte for 20,000 posts): what frees them is fetched from the library itself.
    """
    from cmarkgfm import cmark

    library, ffi = cmark._cmark.lib, cmark._cmark.ffi  # noqa: SLF001  (the public functions lose the pointers)
    free_tree, free_text = _freeing(cmark._cmark.__file__)  # noqa: SLF001
    plain = cmark.Options.CMARK_OPT_UNSAFE
    noted = plain | cmark.Options.CMARK_OPT_FOOTNOTES
    cmark.core_extensions_ensure_registered()
    extensions = [cmark.find_syntax_extension(name) for name in ("table", "autolink", "strikethrough")]

    def rendered(text: str, footnotes: bool) -> str:
        options = noted if footnotes else plain
        parser = cmark.parser_new(options)
        for extension in extensions:
            cmark.parser_attach_syntax_extension(parser, extension)
        cmark.parser_feed(parser, text)
        tree = cmark.parser_finish(parser)
        output = library.cmark_render_html(tree, options, cmark.parser_get_syntax_extensions(parser))
        try:
            # Of `&#xFFFE;` the parser makes a byte that is no UTF-8.
            return str(ffi.string(output).decode(errors="replace"))
        finally:
            free_text(int(ffi.cast("uintptr_t", output)))
            free_tree(int(ffi.cast("uintptr_t", tree)))
            cmark.parser_free(parser)

    return rendered


def _freeing(path: str) -> tuple[Callable[[int], object], Callable[[int], object]]:
    """What frees a tree and a text of the C library at `path`; nothing does where its symbols are hidden (Windows)."""
    import ctypes

    class Memory(ctypes.Structure):
        _fields_ = (("calloc", ctypes.c_void_p), ("realloc", ctypes.c_void_p), ("free", ctypes.c_void_p))

    freeing = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
    try:
        library = ctypes.CDLL(path)
        library.cmark_get_default_mem_allocator.restype = ctypes.POINTER(Memory)
        memory = library.cmark_get_default_mem_allocator().contents
        return freeing(("cmark_node_free", library)), freeing(memory.free)
    except (OSError, AttributeError):
        return _kept, _kept


def _kept(_: int) -> None:
    pass
