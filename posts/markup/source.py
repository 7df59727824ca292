"""Decide whether the Markdown of a body may be published as it is written. Pure.

Readers of `source:markdown` (http://source.scripting.com/#markdown) render it by themselves. What the sanitizer would
remove from the body must not reach them in this way.
"""

from __future__ import annotations

from posts.text import lazy_pattern, legal, unescape

# An HTML tag, comment or declaration. `<https://…>` and `<mail@…>` are links.
_HTML = lazy_pattern(r"<(?!(?:[A-Za-z][A-Za-z0-9+.-]{1,31}:|[^\s<>@]{1,64}@)[^\s<>]*>)[A-Za-z/!?]")
_TEMPLATE = lazy_pattern(r"\{[{%]")
_IGNORED = lazy_pattern(r"[\\\s\x00-\x20]+")  # by browsers in the scheme of an address, and as Markdown's escapes
_SCHEMES = ("javascript:", "vbscript:", "data:", "file:")


def publishable_markdown(text: str) -> str:
    """Return the Markdown of a body; "" if it has HTML, templates, or addresses that a feed must not contain."""
    if _HTML.search(text) or _TEMPLATE.search(text):
        return ""
    # References may be nested by a reader that decodes them twice.
    read = _IGNORED.sub("", unescape(unescape(text))).lower()
    if any(scheme in read for scheme in _SCHEMES):
        return ""
    return legal(text.strip("\n"))
