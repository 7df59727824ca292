"""Replace the shortcodes of Hugo in a body by what they stand for, or remove them. Pure.

`{{< youtube id >}}` becomes a link, `{{< figure src="a.png" >}}` a picture.
"""

from __future__ import annotations

import re

from msgspec import Struct, field

from posts.markup.embeds import apart, code_html, embed_html, parse_arguments, words_html
from posts.model import ReportProblem
from posts.text import lazy_pattern

_EDGES = lazy_pattern(r"\{\{(?P<open>[<%])|(?P<close>[>%])\}\}")
_PAIRS = {"<": ">", "%": "%"}
_CALL = lazy_pattern(r"\s*/?\s*([A-Za-z][\w./-]*)")
_END = lazy_pattern(r"\{\{[<%]\s{0,99}/\s{0,99}([A-Za-z][\w./-]{0,99})")
_SHOWN = lazy_pattern(r"/\*(.*)\*/", re.DOTALL)
_LONGEST_CALL = 1_000
_MOST_EMBEDS = 500  # in a body; more are treated as any other shortcode


def strip_shortcodes(text: str, report: ReportProblem) -> str:
    """Replace shortcodes in `text` (https://gohugo.io/content-management/shortcodes/); what is lost is reported once.

    An embed becomes a link or picture, `highlight` becomes code. Any other shortcode is removed; text between a pair
    stays. An escaped shortcode, `{{</* x */>}}`, is shown as `{{< x >}}`.
    """
    result = _Result(paired=frozenset(_END.findall(text)))
    done = 0
    opening: re.Match[str] | None = None
    for edge in _EDGES.finditer(text):
        if edge["open"]:
            opening = edge
        elif opening and _PAIRS[opening["open"]] == edge["close"]:
            inside = text[opening.end() : edge.start()]
            shown, call = _SHOWN.fullmatch(inside), _CALL.match(inside)
            if shown or call:
                result.pieces.append(text[done : opening.start()])
                done = edge.end()
            if shown:
                result.pieces.append(f"{opening[0]}{shown[1]}{edge[0]}")
            elif call and not result.replace(call, inside):
                result.first = result.first or text.count("\n", 0, opening.start()) + 1
                result.lost[call[1]] = None
            opening = None
    if result.lost:
        names = ", ".join(sorted(result.lost)[:10])
        report(result.first, "shortcode", f"Hugo shortcodes were removed: {names}")
    if result.code >= 0:  # never closed
        result.pieces[result.code] = ""
    return "".join(result.pieces) + text[done:]


class _Result(Struct):
    """The pieces of a text, and what was removed from it (names, and the line of the first)."""

    paired: frozenset[str] = frozenset()  # names of shortcodes that have an end: what they hold says enough
    pieces: list[str] = field(default_factory=list)
    lost: dict[str, None] = field(default_factory=dict)
    first: int = 0
    code: int = -1  # the piece that opens the code of a `highlight`
    room: int = _MOST_EMBEDS

    def replace(self, call: re.Match[str], inside: str) -> bool:
        """Add what the shortcode `inside` stands for and return whether it stands for anything."""
        ends = "/" in call[0].partition(call[1])[0]
        if call[1] == "highlight" and ends == (self.code >= 0):
            if ends:
                self.pieces[self.code :] = [code_html(self.pieces[self.code], "".join(self.pieces[self.code + 1 :]))]
                self.code = -1
            else:
                self.code = len(self.pieces)
                self.pieces.append(inside[call.end() :])
            return True
        self.room -= 1
        if ends or len(inside) > _LONGEST_CALL or self.room < 0:
            return False
        arguments = parse_arguments(inside[call.end() :].rstrip("/ "))
        embed = embed_html(call[1], arguments)
        before = self.pieces[-1]
        alone = not before or before.endswith("\n")
        # An address may not become text, but words of its own stay.
        words = (
            "" if embed or call[1] in self.paired or before.endswith(("(", '"', "'", "=")) else words_html(arguments)
        )
        self.pieces.append(apart(embed) if alone else embed)
        self.pieces.append(f"{words}\n\n" if words and alone else words)
        return bool(embed)
