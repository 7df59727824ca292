"""Mark what Liquid left out, so that no address is made of the rest. Pure.

An address with a hole in it leads nowhere: a link loses it and keeps its text, a picture leaves its `alt`.
"""

from __future__ import annotations

import re

from posts.text import lazy_pattern

# A character for private use (Unicode, 23.5). Renderers percent-encode it in addresses.
HOLE = "\U0010fff1"
_ENCODED = lazy_pattern("%F4%8F%BF%B1", re.IGNORECASE)
_HOLED_LINE = lazy_pattern(f"[^\n]*{HOLE}[^\n]*")
# What stands before an address in Markdown or HTML.
_ADDRESS = lazy_pattern(r"\]\(|\]:|=|<|://")
_TAG = lazy_pattern(r"""<([a-zA-Z][\w-]*+)((?:[^<>"']++|"[^"]*+"|'[^']*+')*+)>""")
_ATTRIBUTE = lazy_pattern(r"""([^\s"'=<>/]++)\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s"'>]++)""")
_TEXTS = frozenset("alt title class id style name width height lang dir value datetime type rel target".split())


def keep_in_addresses(text: str) -> str:
    """Remove the holes of rendered Liquid but for those in lines where an address may begin before them."""
    return _HOLED_LINE.sub(_kept, text) if HOLE in text else text


def _kept(line: re.Match[str]) -> str:
    written = line[0]
    start = _ADDRESS.search(written)
    end = start.end() if start else len(written)
    return written[:end].replace(HOLE, "") + written[end:]


def without_holes(html: str) -> str:
    """Remove the holes from HTML, and with them each attribute for an address that has one."""
    html = _ENCODED.sub(HOLE, html) if "%F4" in html or "%f4" in html else html
    return _TAG.sub(_closed, html).replace(HOLE, "") if HOLE in html else html


def _closed(tag: re.Match[str]) -> str:
    if HOLE not in tag[2]:
        return tag[0]
    lost: set[str] = set()

    def whole(attribute: re.Match[str]) -> str:
        if HOLE not in attribute[2] or attribute[1].lower() in _TEXTS:
            return attribute[0]
        lost.add(attribute[1].lower())
        return ""

    attributes = _ATTRIBUTE.sub(whole, tag[2])
    if tag[1].lower() == "img" and "src" in lost:
        values = {name.lower(): value for name, value in _ATTRIBUTE.findall(attributes)}
        alt: str = values.get("alt", "")
        alt = alt[1:-1] if alt[:1] in ('"', "'") else alt
        return alt.replace("<", "&lt;").replace(">", "&gt;")
    return f"<{tag[1]}{attributes}>"
