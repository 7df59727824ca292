"""Prepare any HTML for `posts.html.fallbacks`, so that frames and content scripts survive a parser. Pure, linear."""

from __future__ import annotations

import html as escapes
import re
from collections.abc import Container

from posts.html.players import PLAYERS
from posts.text import lazy_pattern

FRAME, SCRIPT, NOSCRIPT, CUSTOM = "feedmill-frame", "feedmill-script", "feedmill-noscript", "feedmill-custom"
CUSTOM_NAME = "data-feedmill-name"
KNOWN_CUSTOM = frozenset(
    "amp-anim amp-audio amp-embed amp-facebook amp-iframe amp-img amp-video vimeo-video youtube-video".split()
) | frozenset(PLAYERS)
_KEPT = ("data-", "class", "id", "style", "hidden", "aria-", "title", "src", "alt", "role")

_MARKS = (
    "<iframe", "<frame", "<portal", "<fencedframe", "<embed", "<object", "<applet", "<oembed", "<math", "<svg",
    "<canvas", "<audio", "<video", "<area", "<input", "<select", "<button", "<textarea", "<label", "<legend",
    "<noscript", "<noembed", "<noframes", "math/tex", "math/asciimath", "text/tikz",
    "text-align", "data:", "file:", "blob:", "cid:", "data-src", "data-lazy", "data-original", "data-actualsrc",
    "data-echo", "data-canonical-src", "data-url", "data-href", "data-embed", "data-oembed", "data-iframe",
    "data-id", "data-youtube", "data-vimeo", "data-slug", "wistia_async", "player",
    "-embed", "_embed", "embed-", "embedly", "embedpin", "instgrm", "bluesky",
)  # fmt: skip
_RAW = {name: lazy_pattern(rf"<(/?){name}(?=[\s/>])([^<>]*+)>", re.IGNORECASE) for name in ("iframe", "noscript")}
# Attributes of frames that may hold signs of markup, which the pattern above does not look beyond.
_WORDS = lazy_pattern(
    r"\b(?:srcdoc|title|name|alt|aria-label)\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+')",
    re.IGNORECASE,
)
_UNSEEN = lazy_pattern(r"</?(?:noembed|noframes)(?=[\s/>])[^<>]*+>", re.IGNORECASE)
# Any other script is left to the parser, which knows where it ends.
_CONTENT_SCRIPT = lazy_pattern(
    r"<script(?=[\s/>])(?=[^<>]*?\ssrc\s*+=)([^<>]*+)>[^<]{0,1000}+</script\s*+>", re.IGNORECASE
)
_SOURCE = lazy_pattern(r"<script\s(?:[^<>]*?\s)?src\s*+=")
_FRAMES = lazy_pattern(r"<(/?)(?:frame|portal|fencedframe)(?=[\s/>])", re.IGNORECASE)
# Custom elements (HTML, 4.13.3), but for those that have a meaning here.
_CUSTOM_MARK = lazy_pattern(r"<[a-z][a-z0-9]*+-[a-z]")
_CUSTOM_TAG = lazy_pattern(
    r"<(/?)((?!feedmill-)[a-z][a-z0-9]*+(?:-[a-z0-9]++)++)((?=[\s/>])(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)>",
    re.IGNORECASE,
)
_CLOSED = lazy_pattern(r"</([a-z][a-z0-9]*+(?:-[a-z0-9]++)++)(?=[\s/>])", re.IGNORECASE)
_ATTRIBUTE = lazy_pattern(r"([^\s\"'=<>/]++)(\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s\"'>]++))?+")
_TEX_SCRIPT = lazy_pattern(  # https://docs.mathjax.org/en/v2.7-latest/advanced/model.html
    r"<script(?=[\s/>])[^<>]{0,100}\btype\s*+=\s*+[\"']?(?:math/(?:tex|asciimath)|text/tikz)[^<>]{0,100}>((?:[^<]|<(?!/?script)){0,10000}+)</script\s*+>",
    re.IGNORECASE,
)
_TEX_WRAP = lazy_pattern(r"%?\s*<!\[CDATA\[|%?\s*\]\]>")


def needs_rewriting(lower: str) -> bool:
    """Return whether `lower`, a body in lower case, may have anything in it that `rewrite` replaces."""
    return (
        any(mark in lower for mark in _MARKS)
        or ("<script" in lower and bool(_SOURCE.search(lower)))
        or bool(_CUSTOM_MARK.search(lower))
    )


def mark_elements(html: str) -> str:
    """Rename frames, `noscript` and content scripts in any `html` to elements that a parser sees the content of.

    A frame that is not closed before the next one is closed at once: it does not swallow the rest, as in a browser.
    """
    lower = html.lower()
    if "<script" in lower:
        html = _CONTENT_SCRIPT.sub(rf"<{SCRIPT} \1></{SCRIPT}>", _TEX_SCRIPT.sub(_tex, html))
    if "<noembed" in lower or "<noframes" in lower:
        html = _UNSEEN.sub("", html)
    if "frame" in lower or "<portal" in lower:
        html = _FRAMES.sub(r"<\1iframe", html)
        lower = html.lower()
    if "<iframe" in lower:
        html = _WORDS.sub(lambda found: found[0].replace("<", "&lt;").replace(">", "&gt;"), html)
    for name, marked in (("iframe", FRAME), ("noscript", NOSCRIPT)):
        if name in lower:
            html = _with_pairs(html, _RAW[name], marked)
    return _with_custom_elements(html) if _CUSTOM_MARK.search(lower) else html


def _with_custom_elements(html: str) -> str:
    """Rename the tags of custom elements. One that is never closed holds nothing: it is a word in angle brackets."""
    closed = {name.lower() for name in _CLOSED.findall(html)}
    return _CUSTOM_TAG.sub(lambda tag: _custom(tag, closed), html)


def _custom(tag: re.Match[str], closed: Container[str]) -> str:
    """Return the tag of a custom element as that of an element that the sanitizer knows, with all of its attributes."""
    name = tag[2].lower()
    if name in KNOWN_CUSTOM:
        return tag[0]
    if tag[1]:
        return f"</{CUSTOM}>"
    is_empty = name not in closed or tag[3].rstrip().endswith("/")
    attributes = "".join(
        f" {_renamed(attribute[1])}{attribute[2] or ''}" for attribute in _ATTRIBUTE.finditer(tag[3].rstrip("/ "))
    )
    return f'<{CUSTOM} {CUSTOM_NAME}="{name}"{attributes}>' + (f"</{CUSTOM}>" if is_empty else "")


def _renamed(attribute: str) -> str:
    return attribute if attribute.lower().startswith(_KEPT) else f"data-{attribute}"


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
