"""Prepare any HTML for `posts.html.fallbacks`, so that frames and content scripts survive a parser. Pure, linear."""

from __future__ import annotations

import html as escapes
import re

from posts.html.embeds import SCRIPT_MARKS

FRAME, SCRIPT, NOSCRIPT = "feedmill-frame", "feedmill-script", "feedmill-noscript"

_MARKS = (
    "<iframe", "<embed", "<object", "<applet", "<amp-", "<lite-", "<oembed", "-video", "<math", "<svg", "<canvas",
    "<input", "<noscript", "<noembed", "<noframes",
    "text-align", "data:", "data-src", "data-lazy", "data-original", "data-actualsrc",
    "data-echo", "data-canonical-src", "data-url", "data-href", "data-embed", "data-oembed", "data-iframe",
)  # fmt: skip
_RAW = {name: re.compile(rf"<(/?){name}(?=[\s/>])([^<>]*+)>", re.IGNORECASE) for name in ("iframe", "noscript")}
# Attributes of frames that may hold signs of markup, which the pattern above does not look beyond.
_WORDS = re.compile(
    r"\b(?:srcdoc|title|name|alt|aria-label)\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+')",
    re.IGNORECASE,
)
_UNSEEN = re.compile(r"</?(?:noembed|noframes)(?=[\s/>])[^<>]*+>", re.IGNORECASE)
# Any other script is left to the parser, which knows where it ends.
_CONTENT_SCRIPT = re.compile(r"<script(?=[\s/>])([^<>]*+)>\s*+</script\s*+>", re.IGNORECASE)
_TEX_SCRIPT = re.compile(  # https://docs.mathjax.org/en/v2.7-latest/advanced/model.html
    r"<script(?=[\s/>])[^<>]{0,100}\btype\s*+=\s*+[\"']?math/tex[^<>]{0,100}>((?:[^<]|<(?!/?script)){0,10000}+)</script\s*+>",
    re.IGNORECASE,
)
_TEX_WRAP = re.compile(r"%?\s*<!\[CDATA\[|%?\s*\]\]>")


def needs_rewriting(lower: str) -> bool:
    """Return whether `lower`, a body in lower case, may have anything in it that `rewrite` replaces."""
    return any(mark in lower for mark in _MARKS) or ("<script" in lower and any(map(lower.__contains__, SCRIPT_MARKS)))


def mark_elements(html: str) -> str:
    """Rename frames, `noscript` and content scripts in any `html` to elements that a parser sees the content of.

    A frame that is not closed before the next one is closed at once: it does not swallow the rest, as in a browser.
    """
    lower = html.lower()
    if "<script" in lower:
        html = _CONTENT_SCRIPT.sub(rf"<{SCRIPT} \1></{SCRIPT}>", _TEX_SCRIPT.sub(_tex, html))
    if "<noembed" in lower or "<noframes" in lower:
        html = _UNSEEN.sub("", html)
    if "<iframe" in lower:
        html = _WORDS.sub(lambda found: found[0].replace("<", "&lt;").replace(">", "&gt;"), html)
    for name, marked in (("iframe", FRAME), ("noscript", NOSCRIPT)):
        if name in lower:
            html = _with_pairs(html, _RAW[name], marked)
    return html


def _tex(script: re.Match[str]) -> str:
    return f"<code>{escapes.escape(_TEX_WRAP.sub('', script[1]).strip(), quote=False)}</code>"


def _with_pairs(html: str, pattern: re.Pattern[str], marked: str) -> str:
    tags = list(pattern.finditer(html))
    out: list[str] = []
    place = 0
    opened = False
    for tag, following in zip(tags, (*tags[1:], None), strict=False):
        out.append(html[place : tag.start()])
        place = tag.end()
        closes = following is not None and bool(following[1]) and not tag[2].endswith("/")
        if tag[1]:
            out.append(f"</{marked}>" if opened else "")
            opened = False
        elif closes or marked == FRAME:
            out.append(f"<{marked} {tag[2].rstrip('/')}>" + ("" if closes else f"</{marked}>"))
            opened = closes
    return "".join(out) + html[place:]
