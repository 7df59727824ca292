"""Read Obsidian's comments and links between notes in a plain folder's Markdown. Pure.

`%%…%%` is not shown, `[[note|text]]` is a link to the note if that is a post, else its text
(https://help.obsidian.md/syntax). Code stays as it is.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence

from posts.markup.dialects import BodyScope
from posts.model import ReportProblem
from posts.text import lazy_pattern

_TOKEN = lazy_pattern(
    r"^ {0,3}(?P<fence>`{3,}|~{3,})[^\n]*"
    r"|(?P<ticks>`+)"
    r"|(?<![\w%])(?P<comment>%%)(?!%)"
    r"|(?<![A-Za-z0-9_\\)\]])!?\[\[(?=\S)(?P<link>[^\[\]\n|]{1,500})(?:\|(?P<text>[^\[\]\n]{0,500}))?\]\](?![(\[])",
    re.MULTILINE,
)
_DEFINITION = lazy_pattern(r"^ {0,3}\[([^\]\n]+)\]:", re.MULTILINE)
_INDENTED_CODE = lazy_pattern(r"(?: {4}|\t)\s*(?![-+*>\s]|\d+[.)])")


def expand(text: str, scope: BodyScope, _report: ReportProblem) -> str:
    """Return `text` without comments; a link between notes becomes one to the page of its post, else its text."""
    if not scope.is_markdown or ("%%" not in text and "[[" not in text):
        return text
    tokens = list(_TOKEN.finditer(text))
    ticks: dict[int, list[int]] = defaultdict(list)
    for token in tokens:
        if token["ticks"] or (token["fence"] or "").startswith("`"):
            ticks[len(token["ticks"] or token["fence"])].append(token.start())
    defined = set(_DEFINITION.findall(text))  # `[[1]]` may be a link in brackets
    pieces: list[str] = []
    done = 0  # up to here, `text` is in `pieces`
    skipped = 0  # up to here, it is code, or a comment
    for place, token in enumerate(tokens):
        if token.start() < skipped:
            continue
        if token["fence"]:
            skipped = _end_of_fence(text, tokens, place)
        elif token["ticks"]:
            skipped = _end_of_code(ticks[len(token["ticks"])], token)
        elif token["comment"]:
            end = text.find("%%", token.end())
            if end >= 0:
                pieces.append(text[done : token.start()])
                done = skipped = end + 2
        elif token["link"] not in defined and not _is_indented_code(text, token.start()):
            pieces += (text[done : token.start()], _shown(token, scope))
            done = token.end()
    return "".join(pieces) + text[done:]


def _end_of_fence(text: str, tokens: Sequence[re.Match[str]], place: int) -> int:
    opening = tokens[place]["fence"]
    for token in tokens[place + 1 :]:
        if token["fence"] and token["fence"].startswith(opening) and token[0].strip() == token["fence"]:
            return token.end()
    return len(text)


def _end_of_code(starts: Sequence[int], token: re.Match[str]) -> int:
    following = bisect_right(starts, token.start())
    return starts[following] + len(token["ticks"]) if following < len(starts) else token.end()


def _is_indented_code(text: str, place: int) -> bool:
    return bool(_INDENTED_CODE.match(text, text.rfind("\n", 0, place) + 1))


def _shown(token: re.Match[str], scope: BodyScope) -> str:
    """Return what Obsidian shows of a link: its text, else the note and the heading in it. An image is not linked."""
    text = (token["text"] or token["link"].strip("#").replace("#", " > ").replace("^", "")).strip()
    note = token["link"].partition("#")[0].strip().removesuffix(".md")
    address = scope.ask("post_url", note) if note and token[0][0] != "!" else None
    return f"[{text}](<{address}>)" if address else text
