"""Replace what Hexo adds to bodies: tag plugins, templates of Nunjucks, captions of code, addresses of pictures. Pure.

Hexo renders Markdown first and puts the results of tags into its HTML, so tags may stand anywhere. In code, they are
text. https://hexo.io/docs/tag-plugins, `post.js`, `backtick_code_block.js` and `tag.js` of Hexo 8.
"""

from __future__ import annotations

import re

from msgspec import Struct, field

from posts.markup.dialects import BodyScope
from posts.markup.hexo_tags import BLOCKS, TAGS, Assets, fence_caption, resolved_picture
from posts.markup.tag_plugins import Ends, TagWalk, box_title, end_of_code
from posts.model import ReportProblem
from posts.text import lazy_pattern

_TOKEN = lazy_pattern(
    r"^[ \t>]{0,30}(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(?P<fence>`{3,}+|~{3,}+)(?P<info>[^\n`]*+)$"
    r"|(?P<ticks>`++)"
    r"|<(?P<until>!--|code\b[^<>]{0,500}+>)"
    r"|\{%-?[ \t\n]*+(?P<name>[A-Za-z_][\w-]{0,40}+)(?P<words>(?:[^%{]|%(?!\})|\{(?!%)){0,2000}+)%\}"
    r"|\{\{(?P<expression>(?:[^{}]|\{(?!\{)|\}(?!\})){1,1000}+)\}\}"
    r"|\{#(?P<remark>(?:[^#{]|#(?!\})|\{(?!#)){0,2000}+)#\}"
    r"|!\[(?P<alt>[^\]\[]{0,500}+)\]\((?P<space>[ \t]*+)<?(?P<src>[^\s()<>]{1,2000}+)(?=>|[ \t]*\)|[ \t]+[\"'(])",
    re.MULTILINE,
)
_LITERAL = lazy_pattern(r"\s*+(?:\"([^\"]*+)\"|'([^']*+)')\s*+")
_INDENT = lazy_pattern(r"(?: {4}|\t)")
_ITEM = lazy_pattern(r"[ \t>]{0,8}(?:[-*+]|\d{1,9}[.)])[ \t]")
_BOXES = frozenset(
    ("alert", "callout", "note", "notel", "subnote", "tab", "tabs", "details", "spoiler", "hide", "fold")
)
# Of Nunjucks: what is between these and their ends stays. https://mozilla.github.io/nunjucks/templating.html#tags
_NUNJUCKS = frozenset(
    "asyncAll asyncEach block call elif else elseif extends filter for from if ifAsync import include macro set".split()
)
_DEEPEST = 5
_MOST_TAGS = 2_000  # and pictures in a body; more stay as they are written
_MOST_NAMES = 10
_LONGEST_LINE = 5_000  # characters up to a tag; longer lines are no code
_MOST_LINES = 30  # that are read back to find the list that a line is in


def expand(text: str, scope: BodyScope, report: ReportProblem) -> str:
    """Return a body in which everything that Hexo adds is replaced by what it stands for.

    A tag that is not known is removed and reported once; what is between it and its end stays.
    """
    if "{" not in text and "![" not in text and "```" not in text and "~~~" not in text:
        return text
    walk = _Walk(scope, Assets(scope), runs=bool(scope.settings.get("tags")) and not _is_disabled(scope))
    result = walk.replaced(text, 0)
    if walk.lost:
        names = ", ".join(sorted(walk.lost)[:_MOST_NAMES])
        report(min(walk.lost.values()), "shortcode", f"tags that are not known were removed: {names}")
    if walk.unresolved:
        names = ", ".join(list(walk.unresolved)[:_MOST_NAMES])
        report(min(walk.unresolved.values()), "shortcode", f"what tags refer to does not exist: {names}")
    if walk.expression:
        report(walk.expression, "shortcode", "expressions in {{ }} were left out: Hexo computes them; write the text")
    return result


def _is_disabled(scope: BodyScope) -> bool:
    """Return whether the front matter of the post turns tags off."""
    return str(scope.metadata.get("disableNunjucks", "")).lower() == "true"


class _Walk(Struct):
    """Walk through a body. `lost` and `unresolved` have names and their first lines, `expression` a line or 0."""

    scope: BodyScope
    assets: Assets
    runs: bool = True
    lost: dict[str, int] = field(default_factory=dict)
    unresolved: dict[str, int] = field(default_factory=dict)
    expression: int = 0
    room: int = _MOST_TAGS

    def replaced(self, text: str, depth: int, line: int = 1) -> str:
        """Return a part of the body that begins at `line`; `depth` counts the blocks around it."""
        out: list[str] = []
        place = start = 0  # up to where the text is written, and from where it is searched
        ends = Ends(text)
        missing: set[str] = set()  # ends of HTML that do not occur any more
        while self.room > 0 and (token := _TOKEN.search(text, start)):
            start = token.end()
            if token["fence"]:
                start = _end_of_fence(text, token)
                if shown := self._captioned(text, token, start):
                    out += text[place : token.start()], shown
                    place = start
                continue
            if token["ticks"]:
                start = end_of_code(text, token)
                continue
            if token["until"]:
                closing = "-->" if token["until"] == "!--" else "</code>"
                end = text.find(closing, start) if closing not in missing else -1
                missing |= {closing} if end < 0 else set()
                start = end + len(closing) if end >= 0 else len(text) if closing == "-->" else start
                continue
            if _is_code(text, token.start()):
                continue
            self.room -= 1
            if token["src"] is not None:
                if address := resolved_picture(token["src"], self.assets):
                    out += text[place : token.start("src")].removesuffix("<"), f"<{address}>"
                    place = start = token.end() + text.startswith(">", token.end())
                continue
            if not self.runs:
                continue
            where = line + text.count("\n", 0, token.start())
            result, end = self._shown(text, token, ends, depth, where)
            if result is not None:
                out += text[place : token.start()], result
                place = start = end
        return "".join(out) + text[place:]

    def _captioned(self, text: str, token: re.Match[str], end: int) -> str:
        """Return fenced code as a figure if a caption stands behind its language, "" if it stays as it is."""
        if text[token.start() : token.start("fence")].strip(" ") or not self.scope.is_markdown:
            return ""
        inside = text[token.end() : end].removeprefix("\n").rpartition("\n")[0]
        return fence_caption(token["info"].strip(), inside)

    def _shown(self, text: str, token: re.Match[str], ends: Ends, depth: int, line: int) -> tuple[str | None, int]:
        """Return what a tag, an expression or a remark stands for, None if it stays, and where it ends."""
        end = token.end()
        if token["name"] is None:
            literal = _LITERAL.fullmatch(token["expression"] or "")
            if token["expression"] is not None and not literal:
                self.expression = self.expression or line
            return (literal[1] or literal[2] or "") if literal else "", end
        name, words = token["name"], token["words"].strip("- \t\n")
        if name in ("raw", "verbatim"):
            closing = ends.after(name, end)
            return (_raw(text[end : closing.start()]), closing.end()) if closing else (None, end)
        if name in BLOCKS and (closing := ends.after(name, end)):
            first = line + text.count("\n", token.start(), end)
            body = text[end : closing.start()]
            inner = TagWalk(
                markdown=self.scope.is_markdown,
                inner=lambda part, below: self.replaced(part, below, first) if depth < _DEEPEST else part,
            )
            return _placed(text, token, closing.end(), inner.block(name, words, body, depth)), closing.end()
        if name in TAGS:
            shown = TAGS[name](words, self.assets)
            if shown is None:
                self.unresolved.setdefault(f"{name} {words.partition(' ')[0]}".strip(), line)
            return shown or "", end
        return self._other(name, words, ends, line), end

    def _other(self, name: str, words: str, ends: Ends, line: int) -> str:
        """Return what a tag of Nunjucks, of a theme or of a plugin leaves."""
        base = name.removeprefix("end")
        if base != name or name in ("else", "elif", "elseif"):
            return ""
        if name in _BOXES:
            return box_title(words, styled=name not in ("tab", "tabs"))
        ends.opened.add(name)
        self.lost.setdefault(name, line)
        return ""


def _raw(inside: str) -> str:
    """Return what is between `raw` and its end: text of Markdown, except that it runs nothing."""
    return inside.removeprefix("\n")


def _placed(text: str, token: re.Match[str], end: int, shown: str) -> str:
    """Return a block so that it is one where its tag stood: in a list, or in the middle of a line."""
    before = text[text.rfind("\n", 0, token.start()) + 1 : token.start()]
    if before.strip(" \t"):
        return f"\n\n{' ' * (len(before) - len(before.lstrip()))}{shown.strip()}\n\n"
    following = text[end : text.find("\n", end) if "\n" in text[end:] else len(text)]
    shown = shown.replace("\n", f"\n{before}") if before else shown
    return f"{shown}\n\n" if following.strip() else shown


def _end_of_fence(text: str, token: re.Match[str]) -> int:
    """Return where fenced code ends, behind its closing fence."""
    mark = token["fence"]
    closing = re.compile(rf"^[ \t>]*{re.escape(mark[0])}{{{len(mark)},}}[ \t]*$", re.MULTILINE)
    found = closing.search(text, token.end())
    return found.end() if found else len(text)


def _is_code(text: str, place: int) -> bool:
    """Return whether a place is in an indented line that is code: not one of a list, nor the rest of a paragraph."""
    start = text.rfind("\n", max(place - _LONGEST_LINE, 0), place) + 1
    if (not start and place > _LONGEST_LINE) or not _INDENT.match(text, start):
        return False
    has_blank = False
    for _ in range(_MOST_LINES):
        if start == 0:
            return True
        end, start = start - 1, text.rfind("\n", 0, start - 1) + 1
        above = text[start:end]
        if not above.strip():
            has_blank = True
        elif _ITEM.match(above):
            return False
        elif above[:1] not in (" ", "\t"):
            return has_blank
    return has_blank
