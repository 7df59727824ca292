"""Find what an element shows that only a script or an app fills: AMP, custom elements, empty boxes of widgets. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from posts.html.embeds import ALIASES, PAGES, SERVICES, page_of_service
from posts.text import lazy_pattern

# Elements of AMP (https://amp.dev/documentation/components/) and of video facades: the service, and the attribute of
# the id. Custom elements that are not listed are asked for their attributes (`page_of_custom`).
PLAYERS = {
    "amp-dailymotion": ("dailymotion", "data-videoid"),
    "amp-gist": ("gist", "data-gistid"),
    "amp-instagram": ("instagram", "data-shortcode"),
    "amp-soundcloud": ("soundcloud", "data-trackid"),
    "amp-twitter": ("x", "data-tweetid"),
    "amp-vimeo": ("vimeo", "data-videoid"),
    "amp-youtube": ("youtube", "data-videoid"),
    "lite-vimeo": ("vimeo", "videoid"),
    "lite-youtube": ("youtube", "videoid"),
}

_PARTS = lazy_pattern(r"[-_:]")
_ADDRESS = lazy_pattern(r"(?:https?:)?//[^\s<>]+|/[^\s<>]+|[^\s<>:{}\"']+\.\w{2,5}(?:[?#][^\s<>]*)?")
_ADDRESS_NAMES = ("src", "href", "url", "permalink", "embed-url", "embed-src", "iframe-src", "source", "link", "poster")
_IDS = (
    "videoid", "video-id", "video", "tweet-id", "tweetid", "tweet", "trackid", "track-id", "gistid", "gist-id", "gist",
    "shortcode", "slug-hash", "media-id", "post-id", "embed-id", "key", "code", "id",
)  # fmt: skip
# Parts of the names of elements that are no content: parts of a page, counters, advertisements.
_FURNITURE = frozenset(
    "ad ads analytics auth bind bookend button buttons clipboard consent copy cookie cookies counter emoji experiment "
    "favicon font icon icons install lightbox list loader loading menu nav navbar pixel popup progress rating script "
    "search share sharing sidebar skeleton skip spacer spinner state story subscriptions switch switcher theme toc "
    "toggle tooltip tracking user".split()
)

# Boxes that a script fills: a class, the attribute of the id, and the page.
_BOXES = (
    (lazy_pattern(r"\bflourish-embed\b"), "data-src", "https://public.flourish.studio/{}/"),
    (lazy_pattern(r"\bstrava-embed"), "data-embed-id", "https://www.strava.com/activities/{}"),
    (lazy_pattern(r"\binfogram-embed\b"), "data-id", "https://infogram.com/{}"),
    (lazy_pattern(r"youtube|\byt-"), "data-id", PAGES["youtube"]),
    (lazy_pattern(r"vimeo"), "data-id", PAGES["vimeo"]),
    (lazy_pattern(r""), "data-youtube-id", PAGES["youtube"]),
    (lazy_pattern(r""), "data-youtube", PAGES["youtube"]),
    (lazy_pattern(r""), "data-vimeo-id", PAGES["vimeo"]),
    (lazy_pattern(r"\bcodepen\b"), "data-slug-hash", PAGES["codepen"]),
)
_BOX_ID = lazy_pattern(r"[\w.~-]{1,100}(?:/[\w.~-]{1,100})?")
_WISTIA = lazy_pattern(r"\bwistia_async_(\w{1,40})")
_FILLED_FROM = (
    "data-href", "data-url", "data-embed-url", "data-oembed-url", "data-iframe-src", "data-instgrm-permalink", "cite",
    "href",
)  # fmt: skip
_PLAYER_CLASS = lazy_pattern(
    r"(?:^|\s)(?:fb-(?:post|video)|instagram-media|twitter-tweet)|embed|player|video|widget|lazyframe", re.IGNORECASE
)
_CERTAIN_CLASS = lazy_pattern(r"(?:^|\s)(?:instagram-media|twitter-tweet)|embed|player", re.IGNORECASE)


def page_of_custom(name: str, attributes: Mapping[str, str]) -> tuple[str, str]:
    """Return the address that a custom element shows, and the name of its service; empty texts if none is found.

    Args:
        name: the name of the element, as `twitter-widget`.
        attributes: its attributes.
    """
    plain = {key.removeprefix("data-"): value.strip() for key, value in attributes.items()}
    parts = [part.lower() for part in _PARTS.split(name)]
    service = next((ALIASES.get(part, part) for part in parts if ALIASES.get(part, part) in PAGES), "")
    ident = next((plain[key] for key in _IDS if plain.get(key)), "") if service else ""
    if ident and (address := page_of_service(service, ident)):
        return address, SERVICES[service]
    address = next((one for key in _ADDRESS_NAMES if (one := plain.get(key, "")) and _ADDRESS.fullmatch(one)), "")
    return (address, "") if is_content(name) else ("", "")


def is_content(name: str) -> bool:
    """Return whether a custom element may show content: icons, buttons, counters and advertisements do not."""
    return _FURNITURE.isdisjoint(name.lower().split("-"))


def page_of_box(attributes: Mapping[str, str]) -> tuple[str, bool]:
    """Return the address that a script shows in an empty box, and whether the box is certainly for an embed."""
    if attributes.get("data-pin-do", "").lower() == "embedpin":
        return attributes.get("href", ""), True
    kind = attributes.get("class", "")[:1000]
    for classes, key, page in _BOXES:
        ident = attributes.get(key, "").strip()
        if ident and classes.search(kind) and _BOX_ID.fullmatch(ident):
            return page.format(ident), True
    if found := _WISTIA.search(kind):
        return f"https://fast.wistia.net/embed/iframe/{found[1]}", True
    if not _PLAYER_CLASS.search(kind):
        return "", False
    address = next((attributes[key] for key in _FILLED_FROM if attributes.get(key)), "")
    return address, bool(_CERTAIN_CLASS.search(kind))
