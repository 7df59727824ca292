"""Sanitize HTML with an allowlist; the last step for every body. Owns `nh3`.

The result shows text, images, audio and video, and cannot run anything. Sanitizing twice changes nothing. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from posts.html.foreign import rename_foreign_elements
from posts.html.tags import drop_unused_ids, tidy_html
from posts.html.urls import URL_ATTRIBUTES, parse_srcset
from posts.text import lazy_pattern, legal

if TYPE_CHECKING:
    import nh3

Resolver = Callable[[str, str], str]

ALLOWED_TAGS = frozenset(
    "a abbr acronym address article aside audio b bdi bdo big blockquote br caption center cite code col colgroup "
    "data dd del details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hgroup hr i img ins kbd "
    "li main mark ol p picture pre q rp rt ruby s samp section small source span strike strong sub summary sup "
    "table tbody td tfoot th thead time tr tt u ul var video wbr".split()
)
ALLOWED_ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "*": frozenset(("dir", "lang", "title")),
    "a": frozenset(("href", "hreflang", "id")),
    "audio": frozenset(("controls", "src")),
    "blockquote": frozenset(("cite",)),
    "code": frozenset(("class",)),
    "col": frozenset(("align", "span")),
    "colgroup": frozenset(("align", "span")),
    "data": frozenset(("value",)),
    "del": frozenset(("cite", "datetime")),
    "details": frozenset(("open",)),
    "div": frozenset(("id",)),
    "img": frozenset(("alt", "height", "sizes", "src", "srcset", "width")),
    "ins": frozenset(("cite", "datetime")),
    "li": frozenset(("id", "value")),
    "ol": frozenset(("reversed", "start", "type")),
    "p": frozenset(("id",)),
    "pre": frozenset(("class",)),
    "q": frozenset(("cite",)),
    "source": frozenset(("height", "media", "sizes", "src", "srcset", "type", "width")),
    "span": frozenset(("id",)),
    "sup": frozenset(("id",)),
    "td": frozenset(("align", "colspan", "rowspan", "valign")),
    "th": frozenset(("align", "colspan", "rowspan", "scope", "valign")),
    "time": frozenset(("datetime",)),
    "video": frozenset(("controls", "height", "loop", "poster", "src", "width")),
}
# These are removed with their content; other elements that are not allowed keep theirs.
DROPPED_WITH_CONTENT = frozenset(
    "applet canvas embed iframe math noembed noframes noscript object script style svg template".split()
)

# A class says nothing in a feed, and may be one of the reader's own; but this one names the language of code (HTML,
# 4.5.15), which readers that allow it highlight, and what converts a feed keeps.
_LANGUAGE = lazy_pattern(r"(?:^|\s)(language-[\w+#.-]{1,50})(?=[\s:{,]|$)")  # `js{1,3}`, `js:a.js`
# An id may be one of the reader's own too (DOM clobbering), so only what a note is called passes, and only where a link
# of the same body leads to it (`drop_unused_ids`). The links stay absolute: most readers remove ids or show many items
# on one page, and the link then leads to the note on the site's page; those that look for the fragment in the item
# (NetNewsWire) find it.
_NOTE_ID = lazy_pattern(r"(?:user-content-)?(?:fn|fnref|footnote|endnote|note|cite|ref)[\w:.-]{0,80}")

# For the rules of `posts.html.clean` and configured selectors, with those of `posts.html.fallbacks`; never published.
_LENIENT_TAGS = ALLOWED_TAGS | {"button", "fieldset", "font", "form", "input", "label", "legend", "nav"}
_LENIENT_ATTRIBUTES = ALLOWED_ATTRIBUTES["*"] | frozenset(
    "aria-hidden class height hidden id itemprop name rel role style type width".split()
)
_SCHEMES = {"http", "https", "mailto", "tel"}
_SCHEME = lazy_pattern(r"(?!https?:)[^/?#]*:", re.IGNORECASE)
_ROUNDS = 6

_resolver: ContextVar[Resolver | None] = ContextVar("resolver", default=None)


def sanitize(html: str, resolve: Resolver | None = None) -> str:
    """Return HTML that is safe in any reader; sanitized HTML is unchanged.

    Characters that XML forbids become U+FFFD, before and after nh3, which decodes `&#1;`. The steps are repeated until
    nothing changes; HTML that keeps changing is reduced to text.

    Args:
        html: any text.
        resolve: takes an address and the name of its attribute, and returns the address to publish, or "" to remove
            the attribute. It must not raise, and must not change its own results.
    """
    html = legal(html)
    token = _resolver.set(resolve)
    try:
        for _ in range(_ROUNDS):
            cleaned = _strict().clean(rename_foreign_elements(html))
            before, html = html, drop_unused_ids(tidy_html(legal(cleaned)))
            if html == before:
                return html
    finally:
        _resolver.reset(token)
    from posts.html.text_only import text_only

    return text_only(html)


def to_canonical_html(html: str) -> str:
    """Return `html` in canonical form (`posts.html.tags`), with the attributes that rules and selectors need.

    Nothing in it can run, but it must be sanitized before it is published.
    """
    return legal(_lenient().clean(rename_foreign_elements(legal(html))))


@cache
def _strict() -> nh3.Cleaner:
    import nh3

    return nh3.Cleaner(
        tags=ALLOWED_TAGS,
        clean_content_tags=DROPPED_WITH_CONTENT,
        attributes=ALLOWED_ATTRIBUTES,
        attribute_filter=_resolved,
        link_rel=None,
        url_schemes=_SCHEMES,
        # Without autoplay, a video needs controls to be started.
        set_tag_attribute_values={"audio": {"controls": ""}, "video": {"controls": ""}},
    )


@cache
def _lenient() -> nh3.Cleaner:
    import nh3

    from posts.html.fallbacks import EXTRA_ATTRIBUTES, EXTRA_TAGS

    return nh3.Cleaner(
        tags=_LENIENT_TAGS | EXTRA_TAGS,
        clean_content_tags=DROPPED_WITH_CONTENT - EXTRA_TAGS,
        attributes={**ALLOWED_ATTRIBUTES, "area": {"href"}, "*": _LENIENT_ATTRIBUTES | EXTRA_ATTRIBUTES},
        generic_attribute_prefixes={"data-"},
        link_rel=None,
        url_schemes=_SCHEMES | {"data"},
    )


@lru_cache(maxsize=1024)
def _leads_elsewhere(srcset: str) -> bool:
    return any(_SCHEME.match(address) for address, _ in parse_srcset(srcset))


def _resolved(_tag: str, attribute: str, value: str) -> str | None:
    if attribute == "class":
        language = _LANGUAGE.search(value)
        return language[1] if language else None
    if attribute == "id":
        return value if _NOTE_ID.fullmatch(value) else None
    if attribute not in URL_ATTRIBUTES:
        return value
    resolve = _resolver.get()
    resolved = resolve(value, attribute) if resolve else value
    # The only attribute with addresses that nh3 does not check.
    if attribute == "srcset" and _leads_elsewhere(resolved):
        return None
    return resolved or None
