"""Options of Markdown: which renderer a site uses, and what its configuration says to it. Pure.

The module of a site generator (`posts.sites`) fills them in; `repr` of them is part of the cache key of contents.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from posts.markup.slugs import SlugRules


class KramdownOptions(Struct, frozen=True):
    """Options of kramdown (https://kramdown.gettalong.org/options.html), with the defaults of Jekyll.

    Attributes:
        gfm: the input is GitHub's flavour (`input: GFM`), not kramdown's own.
        hard_wrap: every line break in a paragraph is one in the page.
        quotes: the characters for quotes (`smart_quotes`): left single, right single, left double, right double.
        typographic: dashes, ellipses and guillemets are made (`gfm_quirks` without `no_auto_typographic`).
        symbols: other texts for some of them (`typographic_symbols`), by kramdown's names.
        paragraph_end: lists, quotes, headings and fences need no blank line before them (`gfm_quirks`).
        parse_block_html: Markdown is read inside of block elements.
        parse_span_html: Markdown is read inside of elements in a paragraph.
        math: `$$…$$` is written for MathJax (`math_engine`), not shown between dollar signs.
        auto_ids: headings have ids; a table of contents leads only to headings that have one.
        toc_levels: the levels of headings that a table of contents has.
        first_note: the number of the first footnote (`footnote_nr`).
        backlink: the text of the link from a note back to its mark, or nothing (`footnote_backlink`).
        links: name, address and title of links that are defined for all texts (`link_defs`).
    """

    gfm: bool = True
    hard_wrap: bool = False
    quotes: tuple[str, str, str, str] = ("‘", "’", "“", "”")
    typographic: bool = True
    symbols: tuple[tuple[str, str], ...] = ()
    paragraph_end: bool = True
    parse_block_html: bool = False
    parse_span_html: bool = True
    math: bool = True
    auto_ids: bool = True
    toc_levels: tuple[int, ...] = (1, 2, 3, 4, 5, 6)
    first_note: int = 1
    backlink: str = "&#8617;"
    links: tuple[tuple[str, str, str | None], ...] = ()


class CmarkOptions(Struct, frozen=True):
    """Options of cmark-gfm, the renderer of every site that does not use kramdown.

    Attributes:
        smart: quotes, dashes and ellipses are made.
        hard_breaks: every line break in a paragraph is one in the page.
        footnotes: `[^1]` is a reference to a footnote.
        extensions: those of GitHub's flavour that are attached.
    """

    smart: bool = False
    hard_breaks: bool = False
    footnotes: bool = True
    extensions: tuple[str, ...] = ("table", "autolink", "strikethrough")


class LinkOptions(Struct, frozen=True):
    """How a site generator finds what links such as Pelican's `{filename}` lead to.

    Attributes:
        content: The folder of content below the site, which paths with a leading slash begin at.
        pages: The folders of pages below the folder of content.
        patterns: The patterns of addresses: `page`, `page_lang`, `static`, `category`, `tag`, `author`, `index`.
        slugs: How the slugs of categories, tags, authors and pages are made.
        language: The language of the site.
        moved: The paths of files below the folder of content, and the paths that they have on the site.
        attach_below: Whether an address without a slash at its end is that of a folder, where attached files are.
    """

    content: str = ""
    pages: tuple[str, ...] = ()
    patterns: tuple[tuple[str, str], ...] = ()
    slugs: tuple[tuple[str, SlugRules], ...] = ()
    language: str = ""
    moved: tuple[tuple[str, str], ...] = ()
    attach_below: bool = False


Dialect = Literal[
    "",
    "astro",
    "eleventy",
    "hexo",
    "hugo",
    "nikola",
    "pelican",
    "wiki",
    "zola",
]
"""What a site generator adds to the markup of bodies.

`astro`: MDX. `eleventy`: templates in Liquid or Nunjucks. `hexo`: tag plugins and templates, pictures beside posts.
`hugo`: its own shortcodes, attributes and definition lists. `nikola`, `pelican`: links to files by their paths. `wiki`:
Obsidian's comments and links between notes. `zola`: shortcodes and links to files by their paths.
"""


class MarkdownOptions(Struct, frozen=True):
    """The renderer of a site's Markdown and its options, and what the site generator adds to the markup of bodies.

    Attributes:
        renderer: `extra` stands for Python-Markdown with its extension of this name: cmark, and kramdown for bodies
            with definition lists, abbreviations, attribute lists or Markdown in HTML, which both have from PHP Markdown
            Extra.
        emoji: The name of an emoji between colons is the emoji.
        settings: What the configuration of the site says to the dialect, as names and values.
        links: How links to files of the site are resolved.
    """

    renderer: Literal["cmark", "kramdown", "extra"] = "cmark"
    kramdown: KramdownOptions = KramdownOptions()
    cmark: CmarkOptions = CmarkOptions()
    dialect: Dialect = ""
    emoji: bool = False
    settings: tuple[tuple[str, str], ...] = ()
    links: LinkOptions = LinkOptions()
