"""Limits for the markup of a body, checked in linear time before any parser runs. Pure.

HTML parsers are quadratic in places (HTML, 13.2.4.3: the list of active formatting elements; duplicate attributes;
how many elements are open). A body beyond these limits is published as text.
"""

from __future__ import annotations

import re
from functools import lru_cache

from posts.text import lazy_pattern

MAX_BYTES = 1 << 20
MAX_TAGS = 5_000
MAX_NESTING = 250

MAX_MARKS = 15_000  # of `<`, whatever follows, and of `>`, each of which the parser escapes in a step of its own
MAX_REFERENCES = 20_000  # of `&`: 5 microseconds each in html5ever
_ATTRIBUTES = 10_000  # in one tag
_REOPENED = 100_000  # elements that misnested formatting may make

_START = lazy_pattern(r"<[a-zA-Z]")
_NAME = lazy_pattern(r"<(/?)([a-z][^\s/>]*)")
_FORMATTING = lazy_pattern(r"<(?:b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s/>])[^>]*", re.IGNORECASE)
# Closed in order, these leave nothing open to be made anew: the formatting elements, and what bounds their scope.
_IN_ORDER = frozenset(
    "b big code em font i nobr s small strike strong tt u applet caption marquee object table td th".split()
)
# Within these a tag may be text, or count for nothing.
_TREACHEROUS = lazy_pattern(
    r"<(?:[!?]|(?:iframe|math|noembed|noframes|noscript|plaintext|script|select|style|svg|template|textarea|title|xmp)\b)",
    re.IGNORECASE,
)
_NESTING = frozenset(
    "a article aside b big blockquote center code div em fieldset font footer form header i main nav ol pre s section "
    "small span strong sub sup table tt u ul".split()
)
_ATTRIBUTE_LIST = lazy_pattern(  # HTML, 13.2.5.32 to 13.2.5.39
    r"(?:[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:\"[^\"]*+\"?|'[^']*+'?|[^\s>\"'][^\s>]*+)?+)?+)*+"
)
# What every parser takes for one tag, however it came there: no quote or `<` but where they are harmless.
_PLAIN_TAG = lazy_pattern(
    r"""</?[a-zA-Z][^\s<>"'=/]*+(?:[\s/]++[^\s<>"'=/]++(?:=(?:"[^"<]*+"|'[^'<]*+'|[^\s"'=<>]++))?+)*+[\s/]*+>"""
)
_ANY_TAG = lazy_pattern(r"</?[a-zA-Z]")
_SEPARATORS = " \t\n\f\r/\"'"

_HIDERS = tuple("script style template iframe noscript svg math object canvas".split())
_END = {name: lazy_pattern(f"</{name}" if name else "-->", re.IGNORECASE) for name in ("", *_HIDERS)}
_SWALLOWING = frozenset(("", "iframe", "script", "style"))


def exceeded_limit(html: str) -> tuple[str, str] | None:
    """Return the code and the message of the limit that `html` exceeds, or None."""
    if is_too_large(html):
        return "body-too-large", f"the body has more than {MAX_BYTES >> 20} MiB; split the post or link to the rest"
    if html.count("<") > 700 and (found := len(_START.findall(html))) > MAX_TAGS:
        return "too-many-tags", f"the body has {found} tags, more than {MAX_TAGS}; split the post"
    if html.count("<") > MAX_MARKS or html.count(">") > MAX_MARKS or html.count("&") > MAX_REFERENCES:
        return (
            "too-many-tags",
            f"the body has more than {MAX_MARKS} `<` or `>`, or {MAX_REFERENCES} `&`; split the post",
        )
    if _reopened(html) > _REOPENED or _most_attributes(html) > _ATTRIBUTES:
        return (
            "too-many-tags",
            "the body's tags are misnested or have too many attributes for a parser; fix its HTML",
        )
    if html.count("<") > 700 and _depth(html) > MAX_NESTING:
        return nesting_problem()
    return None


def is_too_large(text: str) -> bool:
    """Return whether `text` has more than 1 MiB in UTF-8."""
    return len(text) * 4 > MAX_BYTES and (len(text) > MAX_BYTES or len(text.encode(errors="replace")) > MAX_BYTES)


def nesting_problem() -> tuple[str, str]:
    """Return the code and the message for elements that are nested too deep."""
    return "too-deep", f"the body's elements are nested more than {MAX_NESTING} deep; close the open tags"


def _reopened(html: str) -> int:
    """Return an upper bound of the elements that the parser makes anew where formatting is open across blocks.

    At most three equal elements are open at once (HTML, 13.2.4.3: the Noah's Ark clause).
    """
    if html.count("<") < 450:
        return 0
    formatting = _FORMATTING.findall(html)
    starts, most = len(_START.findall(html)), min(len(formatting), 3 * len(set(formatting)))
    return starts * most if starts * most <= _REOPENED else starts * min(most, _open_at_once(html))


def _open_at_once(html: str) -> int:
    """Return how many formatting elements are open at once, or the limit if some are not closed in order."""
    if _TREACHEROUS.search(html) or len(_PLAIN_TAG.findall(html)) != len(_ANY_TAG.findall(html)):
        return _REOPENED
    opened: list[str] = []
    most = 0
    for end, name in _NAME.findall(html.lower()):
        if name not in _IN_ORDER:
            continue
        if not end:
            opened.append(name)
            most = max(most, len(opened))
        elif not opened or opened.pop() != name:
            return _REOPENED
    return most


def _most_attributes(html: str) -> int:
    """Return an upper bound of the attributes of one tag, whatever state the parser is in."""
    if len(html) < _ATTRIBUTES or sum(map(html.count, _SEPARATORS)) < _ATTRIBUTES:
        return 0
    plain = _PLAIN_TAG.findall(html)
    if len(plain) == len(_ANY_TAG.findall(html)):
        return max(map(len, plain), default=0) // 2
    return sum(
        max(_separators(part, 0), _separators(part, part.find('"') + 1), _separators(part, part.find("'") + 1))
        for part in html.split("<")[1:]
    )


def _separators(part: str, start: int) -> int:
    matched = _ATTRIBUTE_LIST.match(part, start)
    return sum(map(matched[0].count, _SEPARATORS)) if matched else 0


def _depth(html: str) -> int:
    """Estimate how deep the elements are nested that no other element's tag closes."""
    opened = dict.fromkeys(_NESTING, 0)
    deepest = level = 0
    for end, name in _NAME.findall(html.lower()):
        if name not in opened:
            continue
        if not end:
            opened[name] += 1
            level += 1
            deepest = max(deepest, level)
        elif opened[name]:
            opened[name] -= 1
            level -= 1
    return deepest


@lru_cache(maxsize=64)
def _hiding(endless: frozenset[str]) -> re.Pattern[str]:
    """Match the start of something invisible, except for elements known to have no end: they hide nothing."""
    names = "|".join(name for name in _HIDERS if name not in endless)  # never empty: some swallow the rest instead
    return re.compile(rf"<(?=[a-z!])(?:({names})(?=[\s/>])|!--)", re.IGNORECASE)


def strip_invisible(html: str) -> str:
    """Remove comments and the content of scripts and similar elements; an unclosed one takes the rest."""
    kept = []
    place = 0
    endless: frozenset[str] = frozenset()
    while hiding := _hiding(endless).search(html, place):
        name = (hiding[1] or "").lower()
        kept.append(html[place : hiding.start()])
        place = hiding.end()
        end = _END[name].search(html, place)
        if end is None and name in _SWALLOWING:
            return "".join(kept)
        if end is None:
            kept.append(hiding[0])
            endless |= {name}
        else:
            place = end.start() if name else end.end()
    return "".join(kept) + html[place:]
