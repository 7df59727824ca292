"""Take out of a body what is dropped or shows nothing anyway, before its size is judged. Pure, linear.

A picture that is written into the page as `data:` may be a megabyte, and a highlighter wraps every word of a program
into a `<span>`: neither may cost the rest of the post.
"""

from __future__ import annotations

import re

from posts.html.lazy import CUT_DATA
from posts.text import lazy_pattern

# A quoted attribute, and an address without quotes or in Markdown or CSS; what is short may stay.
_QUOTED = tuple(lazy_pattern(rf"=\s*{quote}\s*data:[^{quote}]{{100,}}+{quote}", re.IGNORECASE) for quote in "\"'")
_BARE = lazy_pattern(
    r"(?<=[\"'(=<\s])data:[a-z]{1,20}/[\w.+-]{1,60}(?:;[\w=.-]{1,60}){0,4},[^\s\"'()<>]{100,}+", re.IGNORECASE
)
_SPAN = lazy_pattern(r"<(/?)span\b([^<>]*+)>", re.IGNORECASE)
_TELLING = lazy_pattern(r"\b(?:dir|lang|title|hidden|display|visibility)\b|[&\\]|/\*", re.IGNORECASE)


def without_data(text: str) -> str:
    """Cut the long `data:` addresses in Markdown or HTML down to a few characters."""
    if "data:" not in text.lower():
        return text
    for pattern in _QUOTED:
        text = pattern.sub(lambda found: f"={found[0][-1]}{CUT_DATA}{found[0][-1]}", text)
    return _BARE.sub(CUT_DATA, text)


def lightened(html: str) -> str:
    """Return `html` without long `data:` addresses and without the `<span>` tags that only style."""
    html = without_data(html)
    return _without_spans(html, collapse=True) if "<span" in html.lower() else html


def without_visual_math(html: str) -> str:
    """Remove the second form of a formula, which KaTeX hides from screen readers: MathML has the text already."""
    return _without_spans(html, collapse=False) if "katex-html" in html and "katex-mathml" in html else html


def _without_spans(html: str, *, collapse: bool) -> str:
    out: list[str] = []
    stays: list[bool] = []  # of the spans that are open
    place = level = start = 0
    for tag in _SPAN.finditer(html):
        if level:
            level += -1 if tag[1] else 1
            place = place if level else tag.end()
            continue
        out.append(html[place : tag.start()])
        place = tag.end()
        if tag[1]:
            out.append(tag[0] if not stays or stays.pop() else "")
        elif "katex-html" in tag[2]:
            level, start = 1, tag.start()
            place = tag.start()
        else:
            stays.append(not collapse or bool(_TELLING.search(tag[2])))
            out.append(tag[0] if stays[-1] else "")
    return "".join(out) + html[start if level else place :]
