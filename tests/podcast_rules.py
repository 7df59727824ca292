"""The rules that Apple Podcasts and the podcast namespace publish, as a validator of RSS documents.

- "A Podcaster's Guide to RSS", https://help.apple.com/itc/podcasts_connect/#/itcb54353390
- https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md
"""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from xml.etree import ElementTree as ET

from feeds.podcast import CATEGORIES

ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
PODCAST = "{https://podcastindex.org/namespace/1.0}"
APPLE_TYPES = {
    *("audio/x-m4a", "audio/mpeg", "video/quicktime", "video/mp4", "video/x-m4v"),
    *("text/x-opml", "application/pdf"),
}
TRANSCRIPTS = {"text/plain", "text/html", "text/vtt", "application/json", "application/x-subrip"}
MEDIUMS = {"podcast", "music", "video", "film", "audiobook", "newsletter", "blog", "course"}
# Elements by parent: how often each may occur, and what is wrong with its text or attributes.
SINGLE, MANY = 1, 1000

Test = Callable[[ET.Element], bool]


def _text(pattern: str) -> Test:
    return lambda element: bool(re.fullmatch(pattern, element.text or "", re.DOTALL))


def _picture(element: ET.Element) -> bool:
    return bool(re.fullmatch(r"https://\S+\.(?:jpg|jpeg|png)", element.get("href", "")))


def _category(element: ET.Element) -> bool:
    known = CATEGORIES.get(element.get("text", ""))
    return known is not None and all(inner.get("text") in known for inner in element)


def _owner(element: ET.Element) -> bool:
    return re.fullmatch(r"[^@\s]+@[^@\s]+", element.findtext(f"{ITUNES}email", "")) is not None


def _guid(element: ET.Element) -> bool:
    return uuid.UUID(element.text or "").version == 5


def _link(element: ET.Element) -> bool:
    return element.get("url", "").startswith("https://") and 0 < len(element.text or "") <= 128


def _person(element: ET.Element) -> bool:
    addresses = (element.get("img"), element.get("href"))
    return 0 < len(element.text or "") <= 128 and all(one is None or one.startswith("http") for one in addresses)


def _transcript(element: ET.Element) -> bool:
    file = element.get("url", "").startswith("https://") and element.get("type") in TRANSCRIPTS
    return file and element.get("rel", "captions") == "captions" and not element.text


def _chapters(element: ET.Element) -> bool:
    return element.get("url", "").startswith("https://") and element.get("type") == "application/json+chapters"


_EXPLICIT, _NUMBER, _YES = _text("true|false"), _text(r"[1-9]\d*"), _text("yes|no")
CHANNEL: dict[str, tuple[int, Test]] = {
    f"{ITUNES}author": (SINGLE, _text(r"\S.*")),
    f"{ITUNES}owner": (SINGLE, _owner),
    f"{ITUNES}image": (SINGLE, _picture),
    f"{ITUNES}category": (MANY, _category),
    f"{ITUNES}explicit": (SINGLE, _EXPLICIT),
    f"{ITUNES}type": (SINGLE, _text("episodic|serial")),
    f"{ITUNES}new-feed-url": (SINGLE, _text(r"https://\S+")),
    f"{PODCAST}guid": (SINGLE, _guid),
    f"{PODCAST}locked": (SINGLE, _YES),
    f"{PODCAST}funding": (MANY, _link),
    f"{PODCAST}person": (MANY, _person),
    f"{PODCAST}medium": (SINGLE, lambda element: element.text in MEDIUMS),
}
ITEM: dict[str, tuple[int, Test]] = {
    f"{ITUNES}duration": (SINGLE, _NUMBER),
    f"{ITUNES}episode": (SINGLE, _NUMBER),
    f"{ITUNES}season": (SINGLE, _NUMBER),
    f"{ITUNES}episodeType": (SINGLE, _text("full|trailer|bonus")),
    f"{ITUNES}explicit": (SINGLE, _EXPLICIT),
    f"{ITUNES}image": (SINGLE, _picture),
    f"{ITUNES}summary": (SINGLE, _text(r".{1,4000}")),
    f"{PODCAST}transcript": (MANY, _transcript),
    f"{PODCAST}chapters": (SINGLE, _chapters),
    f"{PODCAST}person": (MANY, _person),
}


def violations(data: bytes) -> list[str]:
    """Returns what is wrong with an RSS document as a podcast; empty for a valid one."""
    channel = ET.fromstring(data).find("channel")
    if channel is None:
        return ["there is no channel"]
    return [*_channel(channel), *_items(channel.findall("item"))]


def _channel(channel: ET.Element) -> Iterator[str]:
    for name in ("title", "description", "language", "link"):
        if not channel.findtext(name, "").strip():
            yield f"channel: no {name}"
    if len(channel.findtext("description", "").encode()) > 4_000:
        yield "channel: description is too long"
    if not re.fullmatch(r"[a-z]{2}(?:-[a-z]{2})?", channel.findtext("language", "").lower()):
        yield "channel: language is not of ISO 639"
    for name in ("image", "category", "explicit"):
        if channel.find(f"{ITUNES}{name}") is None:
            yield f"channel: no itunes:{name}"
    yield from _known("channel", channel, CHANNEL)


def _items(items: list[ET.Element]) -> Iterator[str]:
    for item in items:
        enclosures = item.findall("enclosure")
        if len(enclosures) != 1:
            yield f"item: {len(enclosures)} enclosures"
            continue
        (one,) = enclosures
        if not one.get("url", "").startswith("https://") or one.get("type") not in APPLE_TYPES:
            yield f"item: enclosure {one.attrib}"
        if not re.fullmatch(r"[1-9]\d*", one.get("length", "")):
            yield "item: the enclosure has no length"
        for name in ("title", "guid", "pubDate"):
            if not item.findtext(name, "").strip():
                yield f"item: no {name}"
        yield from _known("item", item, ITEM)
    addresses = Counter(one.get("url") for item in items for one in item.findall("enclosure"))
    guids = Counter(item.findtext("guid") for item in items)
    yield from (f"item: {name} twice" for name, count in (addresses + guids).items() if count > 1)


def _known(where: str, parent: ET.Element, allowed: dict[str, tuple[int, Test]]) -> Iterator[str]:
    counts = Counter(element.tag for element in parent)
    for name, count in counts.items():
        if name.startswith((ITUNES, PODCAST)) and count > allowed.get(name, (0,))[0]:
            yield f"{where}: {count} of {name}"
    for element in parent:
        if element.tag in allowed and not allowed[element.tag][1](element):
            yield f"{where}: {ET.tostring(element).decode().strip()}"
