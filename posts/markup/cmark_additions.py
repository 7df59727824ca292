"""Add to cmark what many posts use that were written for kramdown: attribute lists, extensions, heading ids. Pure.

This serves plain folders, and bodies that are too complex for `posts.markup.kramdown`. It also makes CJK text strong.

A Markdown parser that does not know them shows them as text. So whatever could be one is marked before the parser
runs, and where its mark comes out says what it was: code keeps it, where kramdown reads an attribute list it goes,
anywhere else it is text again. https://kramdown.gettalong.org/syntax.html, kramdown 2.4 with its GFM parser.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from urllib.parse import quote

from posts.text import lazy_pattern

MAX_MARKS = 1_000  # lists and extensions in one body; a body with more of them keeps them all as text

# Two characters for the parser's eyes only; a text that has one itself goes without. A mark is `{`, SIGN, its kind,
# its number, SIGN, `}`: for the parser a punctuation mark at either end, as what it stands for.
_SIGN = "\U000f5eed"
_WEDGE = "\u2e0e"

# `{:/name}`, `{:name: …}`, `{::name …}`, or braces with a word in them: `{: )` stays text.
_MARKABLE = lazy_pattern(r"\{:(?:/[a-z]*|(?=[^}\n]{0,100}[A-Za-z])(?:\\\}|[^}\n]){1,300})\}")
_KINDS = (
    ("s", lazy_pattern(r"\{:/(?:comment|nomarkdown)?\}")),
    ("c", lazy_pattern(r"\{::comment\}")),
    ("n", lazy_pattern(r"\{::(?:nomarkdown|options)\b.*\}")),
    ("x", lazy_pattern(r"\{:[:/].*\}")),  # an extension that kramdown does not know
    ("t", lazy_pattern(r"\{:(?:.*\s)?toc(?:\s.*)?\}")),
    ("v", lazy_pattern(r"\{:(?:\s*(?:[.#][\w:-]+|[\w-]+=(?:\"[^\"]*\"|'[^']*')))+\s*\}")),
    ("a", lazy_pattern(r".*")),
)
_LIST = rf"(?:\{{{_SIGN}[tva]\d+{_SIGN}\}})"
_LISTS = rf"(?:{_LIST}[ \t]*)+"
_CELL = r"<td(?: align=\"[a-z]+\")?>"
_BLOCK = r"<(?:p|li|dd|h[1-6]|blockquote)>"

# Where kramdown reads a list, in the parser's output: in this order, each replaced by its first group.
_PLACES = tuple(
    lazy_pattern(pattern, re.MULTILINE)
    for pattern in (
        rf"()<([uo])l>\n<li>[^<]*\{{{_SIGN}t\d+{_SIGN}\}}\s*</li>\n</\2l>\n?",  # the list that a `{:toc}` replaces
        rf"()<p>\{{{_SIGN}t\d+{_SIGN}\}}</p>\n<([uo])l>\n<li>[^<]*</li>\n</\2l>\n?",
        rf"()<tr>\n{_CELL}{_LISTS}</td>\n(?:{_CELL}</td>\n)*</tr>\n?",  # a line below a table
        rf"()<p>{_LISTS}(?:\n{_LISTS})*</p>\n?",  # a line of its own
        rf"(^|{_BLOCK})[ \t]*{_LISTS}\n",
        rf"()\n[ \t]*{_LISTS}(?=</|$)",
        rf"()(?<=>)(?<!<p>)(?<!<t[dh]>)(?<!<h[1-6]>){_LIST}+",  # right behind an element
        rf"() ?\{{{_SIGN}v\d+{_SIGN}\}}(?=</h[1-6]>)",  # kramdown shows these; nobody means them to be seen
    )
)
_CODE_OR_MARK = lazy_pattern(rf"<(?P<end>/?)(?:pre|code)\b|\{{{_SIGN}[a-z](?P<number>\d+){_SIGN}\}}")
_MARK = lazy_pattern(rf"\{{{_SIGN}[a-z](\d+){_SIGN}\}}")
_ADDRESS_MARK = lazy_pattern(rf"%7B{quote(_SIGN)}[a-z](\d+){quote(_SIGN)}%7D")
_DROPPED = lazy_pattern(rf"\{{{_SIGN}[ns]\d+{_SIGN}\}}")
_COMMENT = lazy_pattern(rf"\{{{_SIGN}c\d+{_SIGN}\}}")
_EXTENSION = lazy_pattern(rf"\{{{_SIGN}n\d+{_SIGN}\}}")
_STOP = lazy_pattern(rf"\{{{_SIGN}s\d+{_SIGN}\}}")
_HEADING_ID = lazy_pattern(r" \{#[A-Za-z][\w:-]*\}(?=</h[1-6]>)")
_MARKDOWN_INSIDE = lazy_pattern(
    r"^( {0,3}<[A-Za-z]\w*[^>\n]{0,200}\smarkdown=[\"']?(?:1|block|span)\b[\"']?[^>\n]{0,200}>)[ \t]*", re.MULTILINE
)

# A comment of one word at the start of a line, `<!--more-->` above all: CommonMark takes what follows it on the line
# for HTML as well, kramdown does not.
_EXCERPT = lazy_pattern(r"^( {0,3}<!-- ?\w{1,20} ?-->)[ \t]*(?=\S)", re.MULTILINE)

# CommonMark does not close `**重点。**后面`: punctuation before the asterisks, a letter behind them. kramdown does, as
# text without spaces needs; with a punctuation mark on their other side, so does CommonMark.
_CLOSING = lazy_pattern(r"\*\*(?<=[^\w\s*\\]\*\*)\*?(?=\w)")
_OPENING = lazy_pattern(r"\*\*(?<=\w\*\*)\*?(?=[^\w\s*])")


def render_with_additions(text: str, parse: Callable[[str], str]) -> str:
    """Return the HTML that `parse` makes of the Markdown `text`, with kramdown's additions to the language."""
    if "markdown=" in text:
        text = _MARKDOWN_INSIDE.sub(r"\1\n\n", text)
    if "<!--" in text:
        text = _EXCERPT.sub(r"\1\n\n", text)
    if "{:" in text and _SIGN not in text and text.count("{:") <= MAX_MARKS:
        output = _with_lists(text, parse)
    else:
        output = _with_strong(text, parse)
    return _HEADING_ID.sub("", output) if "{#" in output else output


def _with_strong(text: str, parse: Callable[[str], str]) -> str:
    if "**" not in text or _WEDGE in text:
        return parse(text)
    wedged = _OPENING.sub(rf"{_WEDGE}\g<0>", _CLOSING.sub(rf"\g<0>{_WEDGE}", text))
    return parse(wedged).replace(_WEDGE, "").replace(quote(_WEDGE), "")


def _with_lists(text: str, parse: Callable[[str], str]) -> str:
    written: list[str] = []

    def marked(match: re.Match[str]) -> str:
        written.append(match[0])
        kind = next(name for name, pattern in _KINDS if pattern.fullmatch(match[0]))
        return f"{{{_SIGN}{kind}{len(written) - 1}{_SIGN}}}"

    output = _with_strong(_MARKABLE.sub(marked, text), parse)
    output = _without_extensions(_with_code(output, written))
    for place in _PLACES:
        output = place.sub(r"\1", output)
    output = _MARK.sub(lambda match: html.escape(written[int(match[1])]), output)
    return _ADDRESS_MARK.sub(lambda match: quote(written[int(match[1])], safe="/:;=.,"), output)


def _with_code(output: str, written: list[str]) -> str:
    """`output` with the marks in code replaced by what they stand for."""
    depth = 0

    def replaced(match: re.Match[str]) -> str:
        nonlocal depth
        if match["number"]:
            return html.escape(written[int(match["number"])]) if depth else match[0]
        depth = max(0, depth + (-1 if match["end"] else 1))
        return match[0]

    return _CODE_OR_MARK.sub(replaced, output)


def _without_extensions(output: str) -> str:
    """`output` without comments, from start to end, and without the tags of the other extensions."""
    pieces, position = [], 0
    for start in _COMMENT.finditer(output):
        stop = _STOP.search(output, start.end())
        if not stop:
            break
        if start.start() >= position:
            pieces.append(output[position : start.start()])
            position = stop.end()
    output = "".join(pieces) + output[position:]
    return _DROPPED.sub("", output) if _EXTENSION.search(output) else output
