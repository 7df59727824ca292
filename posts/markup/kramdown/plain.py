"""Render bodies without any Markdown in a fraction of the time: paragraphs of plain text, and lines of simple HTML.

That is what news sites have. Whatever could be markup, or HTML that kramdown might see in another way than a browser,
is left to the parser: the result is the same, which a test holds over real sites.
"""

from __future__ import annotations

from posts.markup.options import KramdownOptions
from posts.text import lazy_pattern

# Nothing in the line may begin a block, or be markup: quotes, dashes, ellipses, breaks.
_LINE = lazy_pattern(
    r"(?![#+:=\s-]|\d+\.)(?:[^\x00-\x1f\x7f\x85\u2028\u2029*_`<>\[\]\"'$&\\|~{}^. -]|\.(?!\.)|-(?!-)| (?! ))++"
)
_BLOCKS = frozenset("blockquote center div figcaption figure h1 h2 h3 h4 h5 h6 li ol p section ul".split())
_SPANS = frozenset("a b em font i span strong sub sup u".split())
_VOID = frozenset(("br", "img"))
_TOKEN = lazy_pattern(
    r"<(?P<end>/?)(?P<name>[a-z][a-z0-9]*)(?:[ ]+[a-z][a-z0-9-]*=\"[^\"<>&]*\")*[ ]*/?>|<!--(?:[^<>-]|-(?!-))*-->"
)
_TEXT = lazy_pattern(r"[^\x00-\x1f\x7f<>&]*")
_MOST_SPACE = 3  # in front of a block


def render_plain(text: str, options: KramdownOptions) -> str | None:
    """Return the HTML of a text whose lines end in a line feed, or None if it is not that plain."""
    if options.hard_wrap or options.parse_block_html or "markdown=" in text:
        return None
    pieces: list[str] = []
    paragraph: list[str] = []
    for line in (*text.split("\n"), ""):
        content = line.strip(" \t")
        if content and content[0] != "<":
            if not _LINE.fullmatch(line):
                return None
            paragraph.append(line)
            continue
        if paragraph:
            pieces += ("<p>", "\n".join(paragraph).rstrip(), "</p>\n")
            paragraph.clear()
        if content:
            if len(line) - len(line.lstrip(" ")) > _MOST_SPACE or line[0] == "\t" or not _is_simple(content):
                return None
            pieces += (content, "\n")
    return "".join(pieces)


def _is_simple(line: str) -> bool:  # noqa: PLR0911 # a list of reasons to say no
    """Return whether a line is a block element, or several, in which every element is closed in order."""
    opened: list[str] = []
    place = 0
    while place < len(line):
        token = _TOKEN.match(line, place)
        if not token:
            return False
        name = token["name"]
        if not name:  # a comment
            pass
        elif name in _VOID:
            if not opened or token["end"]:
                return False
        elif token["end"]:
            if not opened or opened.pop() != name:
                return False
        elif name in _BLOCKS or (opened and name in _SPANS):
            if token[0].endswith("/>"):
                return False
            opened.append(name)
        else:
            return False
        text = _TEXT.match(line, token.end())
        place = text.end() if text else token.end()
        if not opened and place > token.end() and line[token.end() : place].strip(" "):
            return False
    return not opened
