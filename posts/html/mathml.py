"""Write formulas and drawings as text: MathML as its TeX or with `<sup>` and `<sub>`, SVG as its title. Pure, linear.

Readers remove both elements, most of them with their content.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from posts.html.tags import TAG, VOID
from posts.text import lazy_pattern

_TEX = lazy_pattern(r'<annotation(?: [^>]*?)? encoding="[^"]*tex"[^>]*>([^<]*)</annotation>', re.IGNORECASE)
_TITLE = lazy_pattern(r"<title(?: [^>]*)?>([^<]*)</title>")
_DESCRIPTION = lazy_pattern(r"<desc(?: [^>]*)?>([^<]*)</desc>")
_LABEL = lazy_pattern(r'<svg(?: [^>]*?)? aria-label="([^"]*)"')
_FORMS = {  # by element and the number of its parts; the first, and `whole`, in brackets where they have several signs
    ("mfrac", 2): "{0}/{whole}",
    ("mover", 2): "{0}<sup>{1}</sup>",
    ("mroot", 2): "<sup>{1}</sup>√{0}",
    ("msub", 2): "{0}<sub>{1}</sub>",
    ("msubsup", 3): "{0}<sub>{1}</sub><sup>{2}</sup>",
    ("msup", 2): "{0}<sup>{1}</sup>",
    ("munder", 2): "{0}<sub>{1}</sub>",
    ("munderover", 3): "{0}<sub>{1}</sub><sup>{2}</sup>",
}
_NUMBER = lazy_pattern(r"\d{1,6}(?![\d%])")
_ICON = 64  # pixels
_BETWEEN = {"mtable": "; ", "mtr": ", "}
_ATOM = lazy_pattern(r"&[a-z]+;|\d+(?:\.\d+)?|\([^()]*\)")


def math_to_html(math: str) -> str:
    """Return what canonical `<math>…</math>` says: its TeX annotation as code, else its text."""
    if (tex := _TEX.search(math)) and tex[1].strip():
        return f"<code>{tex[1].strip()}</code>"
    return _presented(math).strip()


def drawing_to_text(svg: str) -> str:
    """Return the label, title or description of canonical `<svg>…</svg>`, or the words in it, as escaped text."""
    for pattern in (_LABEL, _TITLE, _DESCRIPTION):
        if (found := pattern.search(svg)) and found[1].strip():
            return " ".join(found[1].split())
    return " ".join(TAG.sub(" ", svg).split())


def is_large_drawing(attributes: Mapping[str, str]) -> bool:
    """Return whether an `svg` with these attributes is larger than an icon and not hidden from screen readers."""
    width = _NUMBER.match(attributes.get("width", ""))
    return width is not None and int(width[0]) > _ICON and attributes.get("aria-hidden", "").lower() != "true"


def _presented(math: str) -> str:
    """Return presentation MathML (https://www.w3.org/TR/mathml-core/) as text with raised and lowered parts."""
    stack: list[tuple[str, list[str]]] = [("", [])]
    place = 0
    for tag in TAG.finditer(math):
        if text := math[place : tag.start()].strip():
            stack[-1][1].append(text)
        place = tag.end()
        if tag[2] in VOID:
            continue
        if not tag[1]:
            stack.append((tag[2], []))
        elif len(stack) > 1:
            name, parts = stack.pop()
            stack[-1][1].append(_element(name, parts))
    return "".join(stack[0][1])


def _element(name: str, parts: list[str]) -> str:
    if name in ("annotation", "annotation-xml"):
        return ""
    if (form := _FORMS.get((name, len(parts)))) is not None:
        return form.format(_whole(parts[0]), *parts[1:], whole=_whole(parts[-1]))
    if name == "msqrt":
        return f"√{_whole(''.join(parts))}"
    return _BETWEEN.get(name, "").join(parts)


def _whole(part: str) -> str:
    return part if len(part) < 2 or part.isalnum() or _ATOM.fullmatch(part) else f"({part})"
