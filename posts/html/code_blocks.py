"""Bring highlighted code into one form: `<pre><code class="language-x">` without line numbers. Pure, linear.

Highlighters write the language at different places, and line numbers as text in a column of their own, of which readers
make a table: Rouge (Jekyll), Pygments (Pelican, Sphinx, Nikola), Chroma (Hugo), highlight.js (Hexo), GitHub, and
SyntaxHighlighter. The result is sanitized afterwards.
"""

from __future__ import annotations

import re

from msgspec import Struct

from posts.html.tags import TAG, VOID, attributes_of, end_of_element
from posts.text import lazy_pattern

MARKS = ("highlight", "lang-", "data-lang", "lineno", "gutter", "brush:", "enlighter", "sourcecode", "codehilite")

_CLASS = lazy_pattern(r' class="[^"]*+"')
_NAME = r"([A-Za-z][\w+#.-]{0,49})"
_CLASSES = (  # of the language, in the order in which they count
    lazy_pattern(rf"(?:^|\s)lang-{_NAME}(?=\s|$)"),  # of code alone: a box may be one of a page's language
    lazy_pattern(rf"(?:^|\s)language-{_NAME}(?=\s|$)"),
    lazy_pattern(rf"(?:^|\s)highlight-(?:source|text)-{_NAME}(?=\s|$)"),
    lazy_pattern(rf"(?:^|\s)highlight-{_NAME}(?=\s|$)"),
    lazy_pattern(rf"(?:^|[\s;])brush:\s*{_NAME}"),
    lazy_pattern(rf"(?:^|\s)sourceCode\s+{_NAME}(?=\s|$)"),
    lazy_pattern(rf"(?:^|\s)highlight\s+{_NAME}(?=\s|$)"),
)
_NO_LANGUAGE = frozenset(
    "chroma code codehilite default figure-highlight highlight highlighter-rouge hljs linenos none notranslate plain "
    "plaintext rouge table text wrap".split()
)
_LANGUAGE_ATTRIBUTES = ("data-lang", "data-language", "data-enlighter-language")
_BOXES = frozenset(("div", "figure", "pre", "code", "td"))
_HIGHLIGHTED = lazy_pattern(r"highlight|rouge|chroma|lntable|hljs|codehilite|sourceCode|class=\"code\"", re.IGNORECASE)
_GUTTER = lazy_pattern(
    r"(?:^|\s)(?:gutter|gl|rouge-gutter|line-?nos?|linenumbers|linenodiv|lnt?|lntd|hljs-ln-numbers|line-numbers-rows)"
    r"(?=\s|$)",
    re.IGNORECASE,
)
_NUMBERS = lazy_pattern(r"(?:\s++|\d++|&nbsp;|<br>|</?(?:pre|span|div|a|code)(?: [^>]*+)?+>)*+")
_LONGEST = {"div": 60_000, "pre": 60_000, "span": 1_000, "td": 60_000}  # characters of numbers that are looked at
_DIGIT = lazy_pattern(r"\d")
_NEXT_CELL = lazy_pattern(r"\s*+<td(?: [^>]*+)?+>\s*+<(?:code|div|pre)[ >]")
_CODE = lazy_pattern(r"\s*+(?:<span[^>]*+></span>)?<code[ >]")
_TABLE = lazy_pattern(
    r"<table[^>]*+>\s*+<tbody[^>]*+>\s*+<tr[^>]*+>\s*+<td[^>]*+>\s*+"
    r"(<(?:div|pre)(?=[ >])(?:(?!</?t(?:d|r|able)\b).)*+)</td>"
    r"\s*+</tr>\s*+</tbody>\s*+</table>",
    re.DOTALL,
)


def unify_code_blocks(html: str) -> str:
    """Return canonical `html` in which highlighted code is `<pre><code class="language-x">`, and nothing else changed.

    A column or span of line numbers is one by its class, and by having nothing but numbers in it.
    """
    if "<pre" not in html:
        return html
    html = _without_gutters(html)
    return _with_languages(_TABLE.sub(_unwrapped, html) if "<table" in html else html)


class _Open(Struct):
    name: str
    language: str


def _without_gutters(html: str) -> str:
    out: list[str] = []
    place = level = 0  # level: how many `pre` are open
    for tag in TAG.finditer(html):
        if tag[2] == "pre":
            level += -1 if tag[1] else 1
        if tag.start() < place or tag[1] or not _is_gutter(tag, within_code=level > 0):
            continue
        end = end_of_element(html, tag[2], tag.end(), _LONGEST[tag[2]])
        inside = html[tag.end() : end].removesuffix(f"</{tag[2]}>")
        if end < 0 or not _NUMBERS.fullmatch(inside) or not _DIGIT.search(inside):
            continue
        if tag[2] == "td" and not ("<" in inside and _NEXT_CELL.match(html, end)):
            continue
        if "lntd" in tag[3] and 'class="lnt"' not in inside:  # Hugo has the class on both cells
            continue
        out.append(html[place : tag.start()])
        place = end
    return "".join(out) + html[place:]


def _is_gutter(tag: re.Match[str], *, within_code: bool) -> bool:
    name = tag[2]
    if " class=" not in tag[3] or name not in ("td", "span", "pre", "div"):
        return False
    kind = attributes_of(tag).get("class", "")[:1000]
    if name == "div":
        return "linenodiv" in kind or "line-numbers-rows" in kind
    return (within_code or name != "span") and bool(_GUTTER.search(kind))


def _with_languages(html: str) -> str:
    out: list[str] = []
    opened: list[_Open] = [_Open("", "")]
    place = 0
    wraps: list[str] = []  # for each open `pre`: its end
    for tag in TAG.finditer(html):
        out.append(html[place : tag.start()])
        place = tag.end()
        name = tag[2]
        if name in VOID or name not in _BOXES:
            out.append(tag[0])
            continue
        if tag[1]:
            if opened[-1].name == name and len(opened) > 1:
                opened.pop()
            out.append(wraps.pop() if name == "pre" and wraps else tag[0])
            continue
        attributes = attributes_of(tag) if tag[3] else {}
        language = _language(attributes, name) or opened[-1].language
        marked = f' class="language-{language}"'
        rest = _CLASS.sub("", tag[3]) if language else tag[3]
        if name == "pre" and wraps:  # Rouge has a table in the code, with `pre` in its cells
            wraps.append("")
        elif name == "pre":
            is_wrapped = bool(language) and not _CODE.match(html, place)
            wraps.append("</code></pre>" if is_wrapped else "</pre>")
            out.append(f"<pre{rest}><code{marked}>" if is_wrapped else f"<pre{rest}>")
        elif name == "code" and language and opened[-1].name == "pre":
            out.append(f"<code{marked}{rest}>")
        else:
            out.append(tag[0])
        opened.append(_Open(name, language))
    return "".join(out) + html[place:]


def _language(attributes: dict[str, str], element: str) -> str:
    for key in _LANGUAGE_ATTRIBUTES:
        if re.fullmatch(_NAME, attributes.get(key, "")):
            return _known(attributes[key])
    kind = attributes.get("class", "")[:1000]
    for pattern in _CLASSES if element in ("pre", "code") else _CLASSES[1:]:
        if (found := pattern.search(kind)) and (language := _known(found[1])):
            return language
    return ""


def _known(name: str) -> str:
    return "" if name.lower() in _NO_LANGUAGE else name


def _unwrapped(table: re.Match[str]) -> str:
    return table[1] if _HIGHLIGHTED.search(table[0][:2000]) else table[0]
