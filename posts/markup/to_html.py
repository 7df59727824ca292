"""Render a post's body (Markdown or HTML, with Liquid or shortcodes) to HTML. Pure.

The order is that of the generators: dialect, shortcodes and Liquid, then Markdown. The result is not sanitized yet.
What most bodies do not have is imported with the first one that has it.
"""

from __future__ import annotations

import html
import re
from typing import Literal

from msgspec.structs import replace

from posts.html.limits import MAX_BYTES, is_too_large
from posts.html.weight import without_data
from posts.markup.dialects import BodyScope, expand_dialect, resolve_links
from posts.markup.holes import without_holes
from posts.markup.kramdown.model import TooComplexError
from posts.markup.kramdown.render import render as render_kramdown
from posts.markup.liquid.scope import LiquidScope
from posts.markup.options import Dialect, MarkdownOptions
from posts.model import ReportProblem
from posts.text import lazy_pattern, legal

# cmark-gfm needs up to 2 µs and 300 bytes for each of these characters: a body of nothing else takes seconds.
_DENSE = "\n[]*_<>`~&|!:w\\\"'.@"
_MOST_MARKS = 100_000
# cmark-gfm fills up each row of a table to the width of its head: 300 bytes a cell.
_MOST_CELLS = 100_000
# Each reference to one footnote gets a way back, with its own number in it.
_MOST_FOOTNOTES = 2_000
_NESTED = lazy_pattern(r"\n(?:[ \t]*(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))){100}")
# What is left of a link whose address could not be resolved: to a reader it would be one to the post itself.
_NOWHERE = '<a href="">'
_SIMPLE_LINK = lazy_pattern(r"!?\[([^\[\]\n]{1,300}+)\]\(([^\s()<>\"]{1,2000}+)\)")
_LINE_END = lazy_pattern(r"(?<=\S)[ \t]*+\n(?=[ \t]*+\S)")
_BLOCK_TAG = lazy_pattern(r"\{%-?[ \t]*+(?:codeblock|blockquote|pullquote)\b")
# Definition lists, abbreviations, attribute lists, Markdown in HTML: https://michelf.ca/projects/php-markdown/extra/
_EXTRA = lazy_pattern(r"^ {0,3}:[ \t]+\S|^\*\[[^\]\n]+\]:|\{:?[ \t]*[.#][\w-]|\{:[ \t]*[\w-]|\smarkdown=", re.MULTILINE)
_BLANK_LINES = lazy_pattern(r"\n[ \t\r]*\n\s*")


# Dialects that expand all tags of bodies, or in which they are text.
_WITH_TAGS: frozenset[Dialect] = frozenset(("astro", "eleventy", "hexo", "zola"))
_WITHOUT_SHORTCODES: frozenset[Dialect] = frozenset(("astro", "eleventy"))
_DEFAULTS = MarkdownOptions()
_NO_SCOPE = BodyScope()


def markup_to_html(
    body: str,
    *,
    markdown: bool,
    liquid: LiquidScope | None,
    report: ReportProblem,
    options: MarkdownOptions = _DEFAULTS,
    scope: BodyScope = _NO_SCOPE,
    rest: bool = False,
) -> str:
    """Return the HTML of a body of any size and content. Nothing is raised.

    Hugo's shortcodes are replaced in every case: embeds leave a link or picture, paired ones what is between them. A
    body of more than 1 MiB, `data:` addresses not counted, is not rendered: `posts.html.clean` reports it and publishes
    its text.

    Args:
        body: the text after the front matter.
        markdown: whether it is Markdown, not HTML.
        liquid: what Liquid can see; without it (a plain folder) braces are text, except for tags that embed something
            and stand alone on a line.
        report: called with (line of the body counted from 1 or 0, code, message) for everything that was left out.
        options: how the site renders Markdown.
        scope: what the dialect of the site can refer to.
        rest: whether the body is reStructuredText.
    """
    if is_too_large(body):
        body = without_data(body)
        if is_too_large(body):
            return _with_lines_and_links(body[: MAX_BYTES * 2]) if markdown else body
    text = _encodable(body)
    if rest:
        from posts.markup.restructured import render_rest

        if "{{%" in text:
            from posts.markup.shortcodes import strip_shortcodes

            text = strip_shortcodes(text, report)
        return resolve_links(render_rest(text, report), options, scope, report)
    if options.dialect:
        text = _encodable(expand_dialect(text, options.dialect, scope, report))
    if ("{{<" in text or "{{%" in text) and options.dialect not in _WITHOUT_SHORTCODES:
        from posts.markup.shortcodes import strip_shortcodes

        text = strip_shortcodes(text, report)
    if liquid is not None and ("{{" in text or "{%" in text):
        from posts.markup.liquid import render_liquid
        from posts.markup.tag_plugins import replace_blocks

        text = replace_blocks(text, markdown=markdown) if _BLOCK_TAG.search(text) else text
        seen = replace(liquid, markdownify=lambda part: _markdown(_encodable(part), options, _ignore))
        text = _encodable(render_liquid(text, seen, report))
    elif "{%" in text and options.dialect not in _WITH_TAGS:
        from posts.markup.tag_plugins import replace_tags

        text = replace_tags(text, report, markdown=markdown)
    text = _markdown(text, options, report).replace(_NOWHERE, "<a>") if markdown else text
    text = resolve_links(text, options, scope, report)
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


def _markdown(text: str, options: MarkdownOptions, report: ReportProblem) -> str:
    rendered = _rendered(text, options, report)
    if options.emoji and text.count(":") > 1:
        from posts.markup.emoji import with_emoji

        return with_emoji(rendered)
    return rendered


def _rendered(text: str, options: MarkdownOptions, report: ReportProblem) -> str:
    if options.renderer == "extra":
        from posts.markup.python_markdown import without_attributes, without_marks

        text = without_attributes(text)
        renderer: Literal["cmark", "kramdown"] = "kramdown" if _EXTRA.search(text) else "cmark"
        return without_marks(_rendered(text, replace(options, renderer=renderer), report))
    if options.renderer == "kramdown" and text.count("[^") <= _MOST_FOOTNOTES:
        try:
            return render_kramdown(text, options.kramdown)
        except TooComplexError:  # cmark shows the same words, without kramdown's typography
            pass
    return _with_cmark(text, options, report)


def _with_cmark(text: str, options: MarkdownOptions, report: ReportProblem) -> str:
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
    from posts.markup.addresses import bound_addresses
    from posts.markup.cmark import cmark_renderer
    from posts.markup.cmark_additions import render_with_additions

    cmark = cmark_renderer(replace(options.cmark, footnotes=options.cmark.footnotes and footnotes))
    if "autolink" not in options.cmark.extensions:
        return render_with_additions(text, cmark)
    return render_with_additions(text, lambda marked: bound_addresses(marked, cmark))


def _cells(text: str) -> int:
    """Return an upper bound of the cells of tables: each line up to a blank one has as many as its longest has bars."""
    if text.count("|") * (text.count("\n") + text.count("\r")) <= _MOST_CELLS:
        return 0
    blocks = _BLANK_LINES.split(text.replace("\r\n", "\n").replace("\r", "\n"))
    return sum((max(line.count("|") for line in lines) + 1) * len(lines) for lines in map(_lines, blocks))


def _lines(block: str) -> list[str]:
    return block.split("\n")


def _paragraphs(text: str) -> str:
    escaped = html.escape(text.strip(), quote=False)
    return "".join([f"<p>{part}</p>\n" for part in _BLANK_LINES.split(escaped) if part])
