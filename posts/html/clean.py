"""Clean a body's HTML for feeds: remove elements, make addresses absolute, sanitize as the last step. Owns `bs4`.

Most bodies contain nothing that a structural rule removes, which cheap string checks tell; only the others are
parsed. The parser decides what to remove, and the string is cut, so that no other character changes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct

from posts.html.lazy import is_placeholder
from posts.html.limits import MAX_NESTING, exceeded_limit, nesting_problem
from posts.html.marks import FRAME, NOSCRIPT, mark_elements, needs_rewriting
from posts.html.sanitize import Resolver, sanitize, to_canonical_html
from posts.html.tags import NUMBER_ATTRIBUTE, nesting_depth, number_tags, remove_elements
from posts.html.urls import resolve_url
from posts.html.weight import lightened, without_visual_math
from posts.model import ReportProblem
from posts.text import lazy_pattern, plain, shorten, unescape

if TYPE_CHECKING:
    import soupsieve
    from bs4 import Tag

_SMALL = lazy_pattern(r"(?:width|height)\s*+[=:]\s*+[\"']?+\s*+(?:0++1?+|1)(?!\d)")
# What may encode a character of an attribute's value, or be ignored in it.
_DISGUISES = ("&#", "&tab;", "&newline;", "&colon;", "/*", "\\")
_SUSPECT = lazy_pattern(  # in canonical HTML, where nothing else looks like an attribute
    r' style="[^"]*?(?:display|visibility|(?:width|height)\s*:\s*[01]|/\*|\\)| (?:width|height)="\s*0*[01](?![\d%])',
    re.IGNORECASE,
)
_HIDDEN = lazy_pattern(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))\b", re.IGNORECASE)
_DOT = lazy_pattern(r"\s*0*[01](?:\.\d*)?\s*(?:px)?\s*", re.IGNORECASE)
_STYLED_DOT = lazy_pattern(r"(?:^|;)\s*(?:width|height)\s*:\s*[01](?:\.\d+)?(?:px)?\s*(?:!|;|$)", re.IGNORECASE)
_COMMENT = lazy_pattern(r"/\*.*?(?:\*/|\Z)", re.DOTALL)  # CSS Syntax, 4.3.2
_ESCAPE = lazy_pattern(r"\\(?:([0-9a-fA-F]{1,6})\s?|([^\n\r\f]))")  # CSS Syntax, 4.3.7
_SIMPLE = lazy_pattern(r"[\w\s.#>+~-]+")
_IMAGE = lazy_pattern(r"<img [^>]*>")
_ATTRIBUTE = lazy_pattern(r' ([a-z]+)="([^"]*)"')
# It begins with a sign that is searched for quickly: this runs on every body.
_WRITTEN_ADDRESS = lazy_pattern(
    r"=\s*+(?:\"\s*+((?i:https?):[^\"<>]*+)|'\s*+((?i:https?):[^'<>]*+)|((?i:https?):[^\s\"'<>]*+))"
)
_OTHER_LINK = lazy_pattern(  # in a tag, as far as that is told without a parser
    r"<a\s(?:[^<>]*?\s)?href\s*+=\s*+[\"']?\s*+((?!https?:|mailto:|tel:|javascript:|data:|vbscript:|about:|blob:)"
    r"[a-z][a-z0-9+-]{1,20}:[^\s\"'<>]++)",
    re.IGNORECASE,
)
_ADDRESS_NAMES = ("href", "src", "poster", "data")  # nh3 drops these; it leaves `cite` to the resolver
_LONGEST_TAG = 5_000  # characters before an address, in which it is reported
_MOST_REPORTS = 20
_MOST_NAMES = 5
_LOADED = {"embed", "iframe", "img", "object"}
_ICON = 64
_MOST_CANDIDATES = 1 << 16  # characters of all different `srcset` in a body: each candidate is parsed


class CleanedHtml(Struct, frozen=True):
    """A sanitized body, and the absolute address of its first image that is not an icon, or ""."""

    html: str
    image: str = ""


def clean_html(html: str, *, base: str, remove: Sequence[str] = (), report: ReportProblem) -> CleanedHtml:
    """Return the body, ready to be published.

    Hidden elements, tracking pixels and empty paragraphs are removed. A body beyond the limits is reduced to text.

    Args:
        html: any HTML.
        base: the absolute address of the post, against which addresses are resolved.
        remove: valid CSS selectors (see `invalid_selectors`) of further elements to remove.
        report: called for every problem.
    """
    html = without_visual_math(html)
    resolve = _resolver(base, report)
    excess = exceeded_limit(html)
    if excess is not None:
        html = lightened(html)
        excess = exceeded_limit(html)
    if excess is None:
        cleaned = _cleaned(html, remove, resolve, report)
        # The parser may have made more of it than there was.
        excess = exceeded_limit(cleaned) or (nesting_problem() if nesting_depth(cleaned) > MAX_NESTING else None)
        if excess is None:
            return CleanedHtml(cleaned, lead_image(cleaned))
    from posts.html.text_only import text_only

    code, message = excess
    report(0, code, f"{message}; only its text and links are published, at most 1 MiB of it")
    return CleanedHtml(sanitize(text_only(html, resolve), resolve))


def invalid_selectors(selectors: Sequence[str]) -> list[tuple[str, str]]:
    """Return the CSS selectors that are invalid, each with the reason."""
    import soupsieve

    wrong = []
    for selector in selectors:
        try:
            soupsieve.compile(selector)
        except (soupsieve.SelectorSyntaxError, NotImplementedError, ValueError) as error:
            wrong.append((selector, plain(str(error).partition("\n")[0])))
    return wrong


def lead_image(html: str) -> str:
    """Return the address of the first image in clean `html` without a width or height below 64, or ""."""
    for image in _IMAGE.findall(html):
        attributes = dict(_ATTRIBUTE.findall(image))
        sizes = (attributes.get(side, "") for side in ("width", "height"))
        if not attributes.get("src") or is_placeholder(unescape(attributes["src"])):
            continue
        if not any(size.isascii() and size.isdigit() and int(size[:6]) < _ICON for size in sizes):
            return unescape(attributes["src"])
    return ""


def _cleaned(html: str, remove: Sequence[str], resolve: Resolver, report: ReportProblem) -> str:
    lower = html.lower()
    _report_unreadable(html, resolve)
    _report_other_schemes(html, report)
    replaces = needs_rewriting(lower)
    highlights = _has_highlights(lower)
    if replaces or highlights:
        html = to_canonical_html(mark_elements(html))
        if nesting_depth(html) > MAX_NESTING:
            return sanitize(html, resolve)
    if remove or _is_suspect(lower):
        html = _pruned(html if replaces or highlights else to_canonical_html(html), remove)
    if highlights:
        from posts.html.code_blocks import unify_code_blocks

        html = unify_code_blocks(html)
    if replaces:
        html = _rewritten(html, resolve, report)
    return sanitize(html, resolve)


def _has_highlights(lower: str) -> bool:
    """Return whether anything in the body (in lower case) may be a block of highlighted code."""
    if "<pre" not in lower:
        return False
    from posts.html.code_blocks import MARKS

    return any(mark in lower for mark in MARKS)


def _rewritten(html: str, resolve: Resolver, report: ReportProblem) -> str:
    from posts.html.fallbacks import rewrite

    lost: dict[str, Counter[str]] = {"data-picture": Counter(), "embed": Counter()}

    def count(code: str, what: str) -> None:
        lost[code][what] += 1

    html = rewrite(html, count, lambda address: resolve(address, "src"))
    if pictures := lost["data-picture"].total():
        report(0, "data-picture", f"{pictures} embedded `data:` pictures without `alt` text were removed")
    if embeds := lost["embed"]:
        shown = ", ".join(f"`{shorten(plain(name), 80)}`" for name in sorted(embeds)[:_MOST_NAMES])
        more = ", …" if len(embeds) > _MOST_NAMES else ""
        report(0, "embed", f"removed, for it has neither text nor an address to link to: {shown}{more}; add a link")
    return html


def _report_unreadable(html: str, resolve: Resolver) -> None:
    """Resolve the addresses that nh3 would drop without a word, so that what is wrong with them is reported."""
    for found in _WRITTEN_ADDRESS.finditer(html):
        place = found.start()
        if not html[max(0, place - 10) : place].rstrip().lower().endswith(_ADDRESS_NAMES):
            continue
        # In running text, as of a post about HTML, nothing is dropped.
        start = max(0, place - _LONGEST_TAG)
        if html.rfind("<", start, place) > html.rfind(">", start, place):
            resolve(unescape(found[1] or found[2] or found[3] or ""), "href")


def _report_other_schemes(html: str, report: ReportProblem) -> None:
    """Report the links that a feed does not have because readers do not follow them: `magnet:`, `ftp:`."""
    found = {link[1] for link in islice(_OTHER_LINK.finditer(html), _MOST_REPORTS)}
    for address in sorted(found):
        shown = shorten(plain(unescape(address)), 80)
        report(0, "bad-address", f"{shown!r} cannot be a link in a feed and was removed; its text stays")


def _resolver(base: str, report: ReportProblem) -> Resolver:
    # The sanitizer resolves its own results again, to check that nothing changes.
    known: dict[tuple[str, str], str] = {}
    room = _MOST_CANDIDATES
    reports = _MOST_REPORTS

    def complain(line: int, code: str, message: str) -> None:
        nonlocal reports
        reports -= 1
        if reports >= 0:
            report(line, code, message)

    def resolve(address: str, attribute: str) -> str:
        nonlocal room
        if (address, attribute) not in known:
            room -= len(address) if attribute == "srcset" else 0
            kept = address if room >= 0 or attribute != "srcset" else ""
            known[address, attribute] = resolved = _resolved(kept, attribute, base, complain)
            if resolved:
                known[resolved, attribute] = resolved
        return known[address, attribute]

    return resolve


def _resolved(address: str, attribute: str, base: str, report: ReportProblem) -> str:
    try:
        return resolve_url(address, base, attribute)
    except ValueError:
        report(0, "bad-address", f"{shorten(plain(address), 80)!r} is not a valid address and was removed; fix it")
        return ""


def _is_suspect(lower: str) -> bool:
    """Return whether anything in the body (in lower case) may be hidden or a tracking pixel."""
    if "hidden" in lower or "display" in lower or "visibility" in lower:
        return True
    sized = "width" in lower or "height" in lower
    if (sized or "style" in lower) and any(disguise in lower for disguise in _DISGUISES):
        return True
    return sized and bool(_SMALL.search(lower))


def _pruned(html: str, remove: Sequence[str]) -> str:
    """Remove hidden elements, tracking pixels and what the selectors match from canonical `html`."""
    selectors = [selector for selector in remove if _may_match(selector, html)]
    if not selectors and not (' hidden="' in html or _SUSPECT.search(html)):
        return html
    if nesting_depth(html) > MAX_NESTING:
        return html
    from bs4 import BeautifulSoup

    shown = number_tags(html).replace(f"{FRAME} ", "iframe ").replace(f"{NOSCRIPT} ", "noscript ")
    soup = BeautifulSoup(f"<html><body>{shown}</body></html>", "lxml")
    doomed = [element for element in soup.find_all(True) if _is_hidden(element) or _is_pixel(element)]
    for selector in selectors:
        doomed.extend(_compiled(selector).select(soup))
    return remove_elements(html, {int(str(element.get(NUMBER_ATTRIBUTE, "-1"))) for element in doomed})


@cache
def _compiled(selector: str) -> soupsieve.SoupSieve:
    import soupsieve

    return soupsieve.compile(selector)


def _may_match(selector: str, html: str) -> bool:
    """Return whether the classes and ids of a simple selector occur; any other selector may match."""
    if not _SIMPLE.fullmatch(selector):
        return True
    return all(word in html for word in re.findall(r"[.#]([\w-]+)", selector))


def _is_hidden(element: Tag) -> bool:
    return element.get("hidden") is not None or bool(_HIDDEN.search(_style(element)))


def _is_pixel(element: Tag) -> bool:
    if element.name not in _LOADED:
        return False
    sides = (element.get("width"), element.get("height"))
    return any(side is not None and _DOT.fullmatch(str(side)) for side in sides) or bool(
        _STYLED_DOT.search(_style(element))
    )


def _style(element: Tag) -> str:
    """Return the style of an element, without comments and with escapes decoded."""
    return _ESCAPE.sub(_unescaped, _COMMENT.sub(" ", str(element.get("style", ""))))


def _unescaped(escape: re.Match[str]) -> str:
    code = int(escape[1] or "0", 16)
    return escape[2] or (chr(code) if code <= 0x10FFFF else "\ufffd")
