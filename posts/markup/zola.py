"""Expand what Zola adds to Markdown: links between pages, and shortcodes. Pure.

https://www.getzola.org/documentation/content/linking/, https://www.getzola.org/documentation/content/shortcodes/
"""

from __future__ import annotations

import posixpath
import re

from posts.markup.dialects import BodyScope
from posts.markup.embeds import EmbedArguments, apart, embed_html, parse_arguments, words_html
from posts.model import ReportProblem
from posts.text import lazy_pattern

# `{{ name(key="value") }}`, `{% name(key="value") %}` and its `{% end %}`; with `/*` and `*/` inside it is text.
_TOKEN = lazy_pattern(
    r"\{(?P<open>[{%])-?\s{0,99}"
    r"(?:(?P<shown>/\*[^{}]{0,1000}?\*/)|(?P<name>[A-Za-z_][\w.]{0,99})\s{0,9}\((?P<rest>[^{}]{0,1000}?)\)|(?P<end>end))"
    r"\s{0,99}-?(?P<close>[}%])\}"
)
_LINK = lazy_pattern(
    r"(?:(?<=\]:\s)|(?<=[(<\"']))@/(?P<path>[^\s()<>\"'#]{1,500}\.md)(?P<anchor>#[^\s()<>\"']{0,200})?(?=[\s)>\"']|\Z)"
)
_COMMA = lazy_pattern(r"(\"[^\"]*\"|'[^']*'|`[^`]*`)|,")
_MOST_EMBEDS = 500
_MOST_LINKS = 2_000  # different ones in a body


def expand(text: str, scope: BodyScope, report: ReportProblem) -> str:
    """Return `text` with its shortcodes and the addresses of its links replaced by what they stand for."""
    if "{{" in text or "{%" in text:
        text = _without_shortcodes(text, report)
    if "@/" in text:
        text = _with_addresses(text, scope, report)
    return text


def _with_addresses(text: str, scope: BodyScope, report: ReportProblem) -> str:
    """Return `text` with the addresses of pages in place of the paths of their files; nothing if there is no page."""
    known: dict[str, str | None] = {}
    missing: list[re.Match[str]] = []

    def address(link: re.Match[str]) -> str:
        path = posixpath.normpath(f"content/{link['path']}")
        if path not in known:
            asks = path.startswith("content/") and len(known) < _MOST_LINKS
            known[path] = scope.ask("page", path) if asks else None
            if known[path] is None:
                missing.append(link)
        found = known[path]
        return "" if found is None else found + (link["anchor"] or "")

    replaced = _LINK.sub(address, text)
    if missing:
        line = text.count("\n", 0, missing[0].start()) + 1
        names = ", ".join(link[0][:200] for link in missing[:10])
        report(line, "bad-address", f"links lead to no page: {names}; correct them")
    return replaced


def _without_shortcodes(text: str, report: ReportProblem) -> str:
    pieces: list[str] = []
    lost: dict[str, None] = {}
    first = done = open_tags = 0
    room = _MOST_EMBEDS
    for call in _TOKEN.finditer(text):
        if (call["open"] == "{") != (call["close"] == "}"):
            continue
        before = text[done : call.start()]
        if call["shown"]:
            inner = call["shown"][2:-2].strip()
            shown = f"{{{{ {inner} }}}}" if call["open"] == "{" else f"{{% {inner} %}}"
        elif call["end"]:
            if call["open"] == "{" or not open_tags:
                continue
            open_tags -= 1
            shown = ""
        else:
            room -= 1
            arguments = _arguments(call["rest"])
            embed = embed_html(call["name"], arguments) if room >= 0 else ""
            alone = not before.strip(" \t") or before.rstrip(" \t").endswith("\n")
            if call["open"] == "%":
                open_tags += 1
                shown = ""  # what is between it and its end stays
            elif embed:
                shown = apart(embed) if alone else embed
            else:
                shown = words_html(arguments)
            if not embed:
                first = first or text.count("\n", 0, call.start()) + 1
                lost[call["name"]] = None
        pieces += (before, shown)
        done = call.end()
    if lost:
        names = ", ".join(sorted(lost)[:10])
        report(first, "shortcode", f"Zola shortcodes were removed: {names}")
    return "".join(pieces) + text[done:]


def _arguments(written: str) -> EmbedArguments:
    """Return the arguments of a shortcode, which commas separate."""
    return parse_arguments(_COMMA.sub(lambda found: found[1] or " ", written))
