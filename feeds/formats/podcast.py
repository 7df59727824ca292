"""Write what makes an RSS feed a podcast: the elements of Apple Podcasts and of the podcast namespace. Pure.

Rules: "A Podcaster's Guide to RSS" (https://help.apple.com/itc/podcasts_connect/#/itcb54353390) and
https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from feeds.formats.namespaces import ITUNES, PODCAST
from feeds.model import Extension, Item, Podcast
from posts.model import Credit, Enclosure, Episode
from posts.text import escape_uri, plain, shorten

_NAMESPACE = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
_CHAPTERS_TYPE = "application/json+chapters"
LONGEST_SUMMARY = 4_000  # characters, as Apple allows
LONGEST_NAME = 128  # characters of a person's name and of the text of a funding link

# Media types of files that Apple Podcasts names otherwise.
_APPLE_TYPES = {"m4a": "audio/x-m4a", "m4v": "video/x-m4v"}


def podcast_guid(address: str) -> str:
    """Return the `podcast:guid` for the address of a feed: UUIDv5 of it without scheme and trailing slashes."""
    return str(uuid.uuid5(_NAMESPACE, address.partition("://")[2].rstrip("/")))


def channel_extensions(podcast: Podcast, address: str) -> tuple[Extension, ...]:
    """Return the elements of the channel. `address` is that of the RSS document."""
    return tuple(_channel(podcast, address))


def _channel(podcast: Podcast, address: str) -> Iterator[Extension]:
    yield _itunes("author", podcast.author)
    if podcast.owner_name or podcast.owner_email:
        owner = (_itunes("name", podcast.owner_name), _itunes("email", podcast.owner_email))
        yield Extension(f"{{{ITUNES}}}owner", children=tuple(one for one in owner if one.text))
    if podcast.image:
        yield _itunes("image", href=podcast.image)
    for category, below in podcast.categories:
        inner = (Extension(f"{{{ITUNES}}}category", attributes=(("text", below),)),) if below else ()
        yield Extension(f"{{{ITUNES}}}category", attributes=(("text", category),), children=inner)
    yield _itunes("explicit", _flag(podcast.is_explicit))
    yield _itunes("type", podcast.type)
    if podcast.new_feed_url:
        yield _itunes("new-feed-url", podcast.new_feed_url)
    yield _podcast("guid", podcast.guid or podcast_guid(address))
    if podcast.is_locked is not None:
        yield _podcast("locked", "yes" if podcast.is_locked else "no", owner=podcast.owner_email)
    for url, text in podcast.funding:
        yield _podcast("funding", text[:LONGEST_NAME], url=url)
    yield from map(_person, podcast.people)
    yield _podcast("medium", podcast.medium)


def as_episode(item: Item, podcast: Podcast, episode: Episode | None, image: str) -> Item:
    """Return an item with the elements of an episode, and the recording as its enclosure.

    An item without audio or video is returned as it is.

    Args:
        item: the item.
        podcast: the podcast.
        episode: what its post says of itself as an episode.
        image: the picture in the front matter of the post, or "".
    """
    played = next((one for one in item.enclosures if one.medium in ("audio", "video")), None)
    if played is None:
        return item
    elements = tuple(_episode(item, podcast, episode or Episode(), image, played.duration))
    others = [one for one in item.enclosures if one is not played]
    return replace(item, enclosures=_apple_types([played, *others]), rss=(*elements, *item.rss))


def _episode(item: Item, podcast: Podcast, episode: Episode, image: str, duration: int) -> Iterator[Extension]:
    if duration:
        yield _itunes("duration", str(duration))
    if episode.number:
        yield _itunes("episode", str(episode.number))
    if episode.season:
        yield _itunes("season", str(episode.season))
    if episode.kind in ("full", "trailer", "bonus"):
        yield _itunes("episodeType", episode.kind)
    if episode.is_explicit is not None:
        yield _itunes("explicit", _flag(episode.is_explicit))
    if cover := _uri(episode.image or as_cover(image)):
        yield _itunes("image", href=cover)
    if summary := plain(episode.summary) or item.summary:
        yield _itunes("summary", shorten(summary, LONGEST_SUMMARY))
    for one in episode.transcripts:
        rel = "captions" if one.is_captions else ""
        yield _podcast("transcript", url=_uri(one.url), type=plain(one.type), language=plain(one.language), rel=rel)
    if episode.chapters:
        yield _podcast("chapters", url=_uri(episode.chapters), type=_CHAPTERS_TYPE)
    yield from map(_person, _people(episode.people, podcast.people))


def as_cover(image: str) -> str:
    """Return the picture of a post if apps show it as a cover, as which they take JPEG and PNG files only."""
    return image if image.partition("?")[0].lower().endswith((".jpg", ".jpeg", ".png")) else ""


def _people(own: Sequence[Credit], regular: Sequence[Credit]) -> Sequence[Credit]:
    """Return the people of an episode. They replace those of the podcast, so its hosts are named again with guests."""
    guests_only = own and all(one.role == "guest" for one in own)
    hosts = [one for one in regular if one.role in ("", "host")] if guests_only else []
    return [*hosts, *own]


def _person(person: Credit) -> Extension:
    return _podcast(
        "person",
        plain(person.name)[:LONGEST_NAME],
        role=plain(person.role),
        group=plain(person.group),
        img=_uri(person.image),
        href=_uri(person.url),
    )


def _apple_types(enclosures: Sequence[Enclosure]) -> tuple[Enclosure, ...]:
    suffixes = (one.url.partition("?")[0].rpartition(".")[2].lower() for one in enclosures)
    return tuple(
        replace(one, type=_APPLE_TYPES.get(suffix, one.type)) for one, suffix in zip(enclosures, suffixes, strict=True)
    )


def _uri(address: str) -> str:
    return escape_uri(plain(address)) if address else ""


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _itunes(name: str, text: str = "", **attributes: str) -> Extension:
    return _element(ITUNES, name, text, attributes)


def _podcast(name: str, text: str = "", **attributes: str) -> Extension:
    return _element(PODCAST, name, text, attributes)


def _element(namespace: str, name: str, text: str, attributes: dict[str, str]) -> Extension:
    given = tuple((key, value) for key, value in attributes.items() if value)
    return Extension(f"{{{namespace}}}{name}", text, given)
