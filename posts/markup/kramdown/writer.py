"""Elements to HTML."""

from __future__ import annotations

import html
from collections.abc import Iterable
from itertools import islice

from posts.markup.kramdown.model import Element, State
from posts.markup.kramdown.raw_html import VOID
from posts.text import lazy_pattern

_ENTITY = lazy_pattern(r"&(?:[\w:][-\w.:]*|#\d+|#x[0-9a-fA-F]+);")
_MARKUP = lazy_pattern("[&<>]")
_SIMPLE = frozenset("p blockquote ul ol li dl dt dd em strong del thead tbody tfoot tr".split())
_BLOCKS = frozenset("p blockquote ul ol li dl dt dd table thead tbody tfoot tr".split())


def write(state: State, root: Element) -> str:
    """Return the HTML of a document, with its footnotes at the end."""
    out: list[str] = []
    _children(state, root, out)
    written = 0
    notes: list[str] = []
    while written < len(state.marks):  # notes may have notes
        name = next(islice(state.marks, written, None))
        written += 1
        inside: list[str] = []
        _children(state, state.footnotes[name], inside)
        notes.append(_note(name, state.marks[name], "".join(inside), _escaped(state.options.backlink)))
    if notes:
        out.append(f'<div class="footnotes">\n<ol>\n{"".join(notes)}</ol>\n</div>\n')
    return "".join(out)


def _note(name: str, marks: int, text: str, sign: str) -> str:
    name = html.escape(name)
    if not sign:
        return f'<li id="fn:{name}">\n{text}</li>\n'
    links = [f'<a href="#fnref:{name}" class="reversefootnote">{sign}</a>']
    links += [
        f'<a href="#fnref:{name}:{mark}" class="reversefootnote">{sign}<sup>{mark + 1}</sup></a>'
        for mark in range(1, marks)
    ]
    back = "\xa0".join(links)
    text = f"{text[:-5]} {back}</p>\n" if text.endswith("</p>\n") else f"{text}<p>{back}</p>\n"
    return f'<li id="fn:{name}">\n{text}</li>\n'


def _children(state: State, element: Element, out: list[str]) -> None:
    for child in element.children:
        _write(state, child, element, out)


def _attributes(attributes: dict[str, str]) -> str:
    if not attributes:
        return ""
    return "".join(f' {key}="{_escaped(value, quote=True)}"' for key, value in attributes.items())


def _escaped(value: str, *, quote: bool = False) -> str:
    """Escape what is markup; references stay."""
    if "&" not in value:
        return html.escape(value, quote)
    parts: list[str] = []
    place = 0
    for entity in _ENTITY.finditer(value):
        parts += (html.escape(value[place : entity.start()], quote), entity[0])
        place = entity.end()
    return "".join(parts) + html.escape(value[place:], quote)


def _text(value: str) -> str:
    return html.escape(value, quote=False) if _MARKUP.search(value) else value


def _write(state: State, element: Element, parent: Element, out: list[str]) -> None:
    kind = element.type
    if kind in ("text", "raw_text"):
        written = _escaped(element.value) if parent.options.get("model") == "raw" else _text(element.value)
        line = "\n" if state.options.hard_wrap else "\\\n"
        if state.options.gfm and line in written and not state.in_html:
            written = written.replace(line, "<br />\n")
        out.append(written)
    elif kind in ("blank", "comment", "eob"):
        out.append("\n" if kind == "blank" else "")
    elif kind in ("raw", "character"):
        out.append(element.value if kind == "raw" else _text(element.value))
    elif kind == "br":
        out.append("<br />")
    elif kind == "hr":
        out.append("<hr />\n")
    elif kind == "html":
        _html(state, element, parent, out)
    elif kind == "p" and element.options.get("transparent"):
        _children(state, element, out)
    elif kind in _SIMPLE:
        _tag(state, element, kind, out)
    else:
        _OTHERS[kind](state, element, out)


def _tag(state: State, element: Element, name: str, out: list[str]) -> None:
    if name in ("ul", "ol") and "toc" in element.options.get("ial", {}).get("refs", ()):
        out.append(_contents(state, name))
        return
    out.append(f"<{name}{_attributes(element.attributes)}>")
    if name in ("ul", "ol", "dl", "blockquote", "thead", "tbody", "tfoot", "tr"):
        out.append("\n")
    _children(state, element, out)
    out.append(f"</{name}>" + ("\n" if name in _BLOCKS else ""))


def _html(state: State, element: Element, parent: Element, out: list[str]) -> None:
    out.append(f"<{element.value}{_attributes(element.attributes)}")
    if element.value in VOID:
        out.append(" />")
    else:
        out.append(">")
        state.in_html += 1  # a backslash at the end of a line is no line break there
        _children(state, element, out)
        state.in_html -= 1
        out.append(f"</{element.value}>")
    # Inside of other HTML, a line break would show as a blank: between Chinese characters, say.
    if element.options.get("block") and parent.options.get("model") != "raw":
        out.append("\n")


def _heading(state: State, element: Element, out: list[str]) -> None:
    _tag(state, element, f"h{element.options['level']}", out)
    out.append("\n")


def _contents(state: State, name: str) -> str:
    """Return a table of contents: nested lists of links to the headings."""
    state.spend(200 * len(state.headings))
    wanted = [one for one in state.headings if _is_in_contents(state, one)]
    out: list[str] = []
    levels: list[int] = []
    for heading in wanted:
        level = heading.options["level"]
        while levels and levels[-1] > level and len(levels) > 1:
            out.append(f"</li>\n</{name}>\n")
            levels.pop()
        if not levels or levels[-1] < level:
            out.append(f"<{name}>\n")
            levels.append(level)
        else:
            out.append("</li>\n")
        inside: list[str] = []
        _children(state, _entry(heading), inside)
        out.append(f'<li><a href="#{html.escape(heading.attributes.get("id", ""))}">{"".join(inside)}</a>')
    out += [f"</li>\n</{name}>\n" for _ in levels]
    return "".join(out)


def _entry(element: Element) -> Element:
    """Return a heading as a table of contents shows it: no marks of footnotes, and links as their text."""
    entry = Element(element.type, element.value, **element.options)
    entry.attributes = element.attributes
    for child in element.children:
        if child.type == "a":
            entry.children += _entry(child).children
        elif child.type != "footnote":
            entry.children.append(_entry(child))
    return entry


def _is_in_contents(state: State, heading: Element) -> bool:
    is_listed = heading.options["level"] in state.options.toc_levels and "id" in heading.attributes
    return is_listed and "no_toc" not in heading.attributes.get("class", "").split()


def _code(_: State, element: Element, out: list[str]) -> None:
    out.append(f"<pre><code{_attributes(element.attributes)}>{html.escape(element.value, quote=False)}</code></pre>\n")


def _codespan(_: State, element: Element, out: list[str]) -> None:
    out.append(f"<code{_attributes(element.attributes)}>{html.escape(element.value, quote=False)}</code>")


def _link(state: State, element: Element, out: list[str]) -> None:
    _tag(state, element, "a", out)


def _image(_: State, element: Element, out: list[str]) -> None:
    out.append(f"<img{_attributes(element.attributes)} />")


def _math(state: State, element: Element, out: list[str]) -> None:
    """Write a formula as kramdown passes it to MathJax, or as it shows it without an engine."""
    value = html.escape(element.value, quote=False)
    if not state.options.math:
        out.append(f"<div>$$\n{value}\n$$</div>\n" if element.options.get("block") else f"<span>${value}$</span>")
        return
    out.append(f"\\[{value}\\]\n" if element.options.get("block") else f"\\({value}\\)")


def _footnote(state: State, element: Element, out: list[str]) -> None:
    again = state.marks.get(element.value, 0)
    state.marks[element.value] = again + 1
    number = list(state.marks).index(element.value) + state.options.first_note
    name = html.escape(element.value)
    mark = f"fnref:{name}:{again}" if again else f"fnref:{name}"
    out.append(f'<sup id="{mark}"><a href="#fn:{name}" class="footnote">{number}</a></sup>')


def _abbreviation(state: State, element: Element, out: list[str]) -> None:
    title = state.abbreviations.get(element.value, "")
    attributes = {"title": title} if title else {}
    out.append(f"<abbr{_attributes(attributes)}>{html.escape(element.value, quote=False)}</abbr>")


def _table(state: State, element: Element, out: list[str]) -> None:
    out.append(f"<table{_attributes(element.attributes)}>\n")
    for part in element.children:
        out.append(f"<{part.type}>\n")
        for row in part.children:
            out.append("<tr>\n")
            out.extend(
                _cells(state, row.children, element.options["alignment"], "th" if part.type == "thead" else "td")
            )
            out.append("</tr>\n")
        out.append(f"</{part.type}>\n")
    out.append("</table>\n")


def _cells(state: State, cells: Iterable[Element], alignment: list[str], name: str) -> Iterable[str]:
    for cell, side in zip(cells, alignment, strict=True):
        inside: list[str] = []
        _children(state, cell, inside)
        yield f"<{name}{f' align={chr(34)}{side}{chr(34)}' if side else ''}>{''.join(inside)}</{name}>\n"


_OTHERS = {
    "heading": _heading,
    "code": _code,
    "codespan": _codespan,
    "a": _link,
    "img": _image,
    "math": _math,
    "footnote": _footnote,
    "abbreviation": _abbreviation,
    "table": _table,
}
