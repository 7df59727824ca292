"""Read what Python-Markdown's extensions `extra` and `codehilite` add and neither cmark nor kramdown reads. Pure.

https://python-markdown.github.io/extensions/
"""

from __future__ import annotations

import re

from posts.text import lazy_pattern

_HEADING = lazy_pattern(r"^(#{1,6} [^\n{]*+)\{:?[ \t]*+[.#\w][^{}\n]{0,300}+\}[ \t]*+#*$", re.MULTILINE)
_FENCE = lazy_pattern(
    r"^([ \t]*+(?:`{3,}+|~{3,}+))[ \t]*+(?:\{[ \t]*+\.?)?([\w#.+-]*+)(?:[ \t]++[\w.#][^`\n]*+|[ \t]*+\})[ \t]*+$",
    re.MULTILINE,
)
_LANGUAGE = lazy_pattern(
    r"(?<=<code>)(?:::++|#!)[\w#.+-]*+[ \t]*+(?:hl_lines=(?:\"|&quot;|')[\d ]*+(?:\"|&quot;|'))?[ \t]*+\n"
)
_CONTENTS = lazy_pattern(r"<p>\[TOC\]</p>\n?")


def without_attributes(text: str) -> str:
    """Return Markdown without attributes at the end of headings and behind the languages of fences."""
    return _FENCE.sub(r"\1\2", _HEADING.sub(r"\1", text))


def without_marks(html: str) -> str:
    """Return HTML without the first lines of code blocks that name their languages, and without `[TOC]`."""
    return _CONTENTS.sub("", _LANGUAGE.sub("", html))
