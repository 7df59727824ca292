"""Read Obsidian's comments, callouts, and links between notes in a plain folder's Markdown. Pure.

`%%…%%` is not shown, `[[note|text]]` is a link to the note if that is a post, else its text, `![[picture.png]]` is a
picture of the site, and `> [!note] Title` begins a quote with a title (https://help.obsidian.md/syntax). Code stays as
it is.
"""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence

from posts.markup.dialects import BodyScope
from posts.model import ReportProblem
from posts.text import lazy_pattern

_TOKEN = lazy_pattern(
    r"^ {0,3}(?P<fence>`{3,}|~{3,})[^\n]*"
    r"|^(?P<quote>(?: {0,3}>[ \t]?){1,9})\[!(?P<callout>[A-Za-z][\w-]{0,30})(?:\|[^\]\n]{0,100})?\][-+]?"
    r"(?P<title>[ \t][^\n`\[%]{0,300})?$"
    r"|(?P<ticks>`+)"
    r"|(?<![\w%])(?P<comment>%%)(?!%)"
    r"|(?<![A-Za-z0-9_\\)\]])!?\[\[(?=\S)(?P<link>[^\[\]\n|]{1,500})(?:\|(?P<text>[^\[\]\n]{0,500}))?\]\](?![(\[])",
    re.MULTILINE,
)
_PICTURES = (".avif", ".bmp", ".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp")
_SIZE = lazy_pattern(r"\d{1,5}(?:x\d{1,5})?")
_DEFINITION = lazy_pattern(r"^ {0,3}\[([^\]\n]+)\]:", re.MULTILINE)
_INDENTED_CODE = lazy_pattern(r"(?: {4}|\t)\s*(?![-+*>\s]|\d+[.)])")


def expand(text: str, scope: BodyScope, _report: ReportProblem) -> str:
    """Return `text` without comments; a link between notes becomes one to the page of its post, else its text."""
    if not scope.is_markdown or not any(mark in text for mark in ("%%", "[[", "[!")):
        return text
    tokens = list(_TOKEN.finditer(text))
    ticks: dict[int, list[int]] = defaultdict(list)
    for token in tokens:
        if token["ticks"] or (token["fence"] or "").startswith("`"):
            ticks[len(token["ticks"] or token["fence"])].append(token.start())
    defined = set(_DEFINITION.findall(text))  # `[[1]]` may be a link in brackets
    pieces: list[str] = []
    lines = _Lines(text)
    done = 0  # up to here, `text` is in `pieces`
    skipped = 0  # up to here, it is code, or a comment
    for place, token in enumerate(tokens):
        if token.start() < skipped:
            continue
        if token["fence"]:
            skipped = _end_of_fence(text, tokens, place)
        elif token["ticks"]:
            skipped = _end_of_code(ticks[len(token["ticks"])], token)
        elif token["callout"]:
            title = (token["title"] or "").strip() or token["callout"].replace("-", " ").capitalize()
            pieces += (text[done : token.start()], f"{token['quote']}**{title}**\n{token['quote'].rstrip()}")
            done = token.end()
        elif token["comment"]:
            end = text.find("%%", token.end())
            if end >= 0:
                pieces.append(text[done : token.start()])
                done = skipped = end + 2
        elif token["link"] not in defined and not _INDENTED_CODE.match(text, lines.start_of_line(token.start())):
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


class _Lines:
    """Find the beginnings of lines in a text, for places in ascending order. A line may have 1 MiB."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._start = self._seen = 0

    def start_of_line(self, place: int) -> int:
        found = self.text.rfind("\n", self._seen, place)
        self._start, self._seen = (found + 1 if found >= 0 else self._start), place
        return self._start


def _shown(token: re.Match[str], scope: BodyScope) -> str:
    """Return what Obsidian shows of a link: its text, else the note and the heading in it; or the picture."""
    if token[0].startswith("!") and token["link"].lower().endswith(_PICTURES) and (shown := _picture(token, scope)):
        return shown
    text = (token["text"] or token["link"].strip("#").replace("#", " > ").replace("^", "")).strip()
    note = token["link"].partition("#")[0].strip().removesuffix(".md")
    address = _note(note, scope) if note and token[0][0] != "!" else None
    return f"[{text}](<{address}>)" if address else text


def _note(name: str, scope: BodyScope) -> str | None:
    """Return the address of a note by its name or path, else by its title."""
    if address := scope.ask("post_url", name):
        return address
    found = scope.ask("post", name)
    return found.partition("\n")[0] if found else None


def _picture(token: re.Match[str], scope: BodyScope) -> str:
    """Return a picture by its path in the vault, beside the note, or in the folder of attachments; "" for none."""
    name, folder = token["link"].strip().lstrip("/"), posixpath.dirname(scope.path)
    attachments = scope.settings.get("attachments", "")
    if attachments.startswith("./"):
        attachments = posixpath.join(folder, attachments)
    for start in dict.fromkeys(("", folder, attachments.strip("/"))):
        path = posixpath.normpath(posixpath.join(start, name))
        address = None if path.startswith("..") else scope.ask("link", path)
        if address:
            size = token["text"] and _SIZE.fullmatch(token["text"].strip())
            text = "" if size else (token["text"] or "").strip()
            return f"![{text}](<{address}>)"
    return ""
