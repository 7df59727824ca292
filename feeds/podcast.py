"""Decode the `[podcast]` table of the configuration, and say what a podcast still lacks for directories."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping

from feeds.config import parse_feed_name
from feeds.formats.podcast import podcast_guid
from feeds.model import Podcast
from feeds.options import FeedsOptions
from posts.config.table import Table
from posts.model import Credit, Site
from posts.text import escape_uri, lazy_pattern, plain

TYPES = ("episodic", "serial")
# https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md#medium, without the lists and `publisher`,
# whose feeds have no episodes
MEDIUMS = ("podcast", "music", "video", "film", "audiobook", "newsletter", "blog", "course")
_GUID = lazy_pattern(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_NAME_AND_MAIL = lazy_pattern(r"(?:(.+?)\s*)?<?([^<>@\s]+@[^<>@\s]+)>?")
_SCHEME = lazy_pattern(r"[A-Za-z][A-Za-z0-9+.-]*:")

# https://podcasters.apple.com/support/1691-apple-podcasts-categories
CATEGORIES: Mapping[str, tuple[str, ...]] = {
    "Arts": ("Books", "Design", "Fashion & Beauty", "Food", "Performing Arts", "Visual Arts"),
    "Business": ("Careers", "Entrepreneurship", "Investing", "Management", "Marketing", "Non-Profit"),
    "Comedy": ("Comedy Interviews", "Improv", "Stand-Up"),
    "Education": ("Courses", "How To", "Language Learning", "Self-Improvement"),
    "Fiction": ("Comedy Fiction", "Drama", "Science Fiction"),
    "Government": (),
    "Health & Fitness": ("Alternative Health", "Fitness", "Medicine", "Mental Health", "Nutrition", "Sexuality"),
    "History": (),
    "Kids & Family": ("Education for Kids", "Parenting", "Pets & Animals", "Stories for Kids"),
    "Leisure": (
        *("Animation & Manga", "Automotive", "Aviation", "Crafts", "Games", "Hobbies", "Home & Garden"),
        "Video Games",
    ),
    "Music": ("Music Commentary", "Music History", "Music Interviews"),
    "News": (
        *("Business News", "Daily News", "Entertainment News", "News Commentary", "Politics", "Sports News"),
        "Tech News",
    ),
    "Religion & Spirituality": (
        *("Buddhism", "Christianity", "Hinduism", "Islam", "Judaism", "Religion", "Spirituality"),
    ),
    "Science": (
        *("Astronomy", "Chemistry", "Earth Sciences", "Life Sciences", "Mathematics", "Natural Sciences"),
        *("Nature", "Physics", "Social Sciences"),
    ),
    "Society & Culture": ("Documentary", "Personal Journals", "Philosophy", "Places & Travel", "Relationships"),
    "Sports": (
        *("Baseball", "Basketball", "Cricket", "Fantasy Sports", "Football", "Golf", "Hockey", "Rugby", "Running"),
        *("Soccer", "Swimming", "Tennis", "Volleyball", "Wilderness", "Wrestling"),
    ),
    "TV & Film": ("After Shows", "Film History", "Film Interviews", "Film Reviews", "TV Reviews"),
    "Technology": (),
    "True Crime": (),
}


def decode_podcast(table: Table, site: Site, options: FeedsOptions) -> Podcast:
    """Return what `[podcast]` says; errors are collected in the table.

    Args:
        table: the `[podcast]` table.
        site: the site.
        options: the options of `[feeds]`.
    """
    owner_name, owner_email = _owner(table)
    is_locked_set, is_locked = "locked" in table, table.flag("locked")
    people = _people(table, site.url)
    podcast = Podcast(
        feed=_feed(table, options),
        author=table.text("author") or ", ".join(person.name for person in site.authors) or site.title,
        description=table.text("description"),
        owner_name=owner_name,
        owner_email=owner_email,
        image=_address(table, "image", site.url),
        categories=_categories(table),
        is_explicit=table.flag("explicit"),
        type=table.choice("type", "episodic", TYPES),
        medium=table.choice("medium", "podcast", MEDIUMS),
        guid=_guid(table),
        new_feed_url=_address(table, "new_feed_url", site.url),
        is_locked=is_locked if is_locked_set else None,
        funding=_funding(table, site.url),
        people=tuple(one for _, one in people if one.role != "guest"),
        media_url=_address(table, "media_url", site.url).rstrip("/"),
        references={name: one for name, one in people if name},
    )
    table.done()
    return podcast


def missing_settings(podcast: Podcast, description: str, language: str, address: str) -> Iterator[tuple[str, str]]:
    """Yield what directories need and the configuration does not say: (key path, what is wrong and what to do).

    Args:
        podcast: the podcast.
        description: the description of its channel, "" if that is no more than its title.
        language: the language of its channel, or "".
        address: the address of its RSS document.
    """
    if not podcast.image:
        yield "podcast.image", "the podcast has no cover, which directories require; set `image`"
    if not podcast.categories:
        yield "podcast.category", 'the podcast has no category; set `category`, for example to "Technology"'
    if not language:
        yield "site.language", 'the podcast has no language, which directories require; set `language`, such as "en"'
    if not description:
        yield "podcast.description", "the podcast has no description, which directories require; set `description`"
    elif len(description.encode()) > _LONGEST_DESCRIPTION:
        yield "podcast.description", "the description is longer than the 4,000 bytes that Apple allows; shorten it"
    if podcast.new_feed_url and not podcast.guid:
        guid = podcast_guid(address)
        yield "podcast.new_feed_url", f'the podcast moves: set `guid = "{guid}"` here and at its new address'
    yield from (("podcast.category", message) for message in _unknown_categories(podcast))


_LONGEST_DESCRIPTION = 4_000  # bytes


def _unknown_categories(podcast: Podcast) -> Iterator[str]:
    for category, below in podcast.categories:
        known = CATEGORIES.get(category)
        if known is None:
            yield f'"{category}" is not a category of Apple Podcasts{_nearest(category, CATEGORIES)}'
        elif below and below not in known:
            yield f'"{below}" is not a subcategory of "{category}" at Apple Podcasts{_nearest(below, known)}'


def _nearest(word: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
    near = difflib.get_close_matches(word, known, n=1)
    return f'; write "{near[0]}"' if near else "; choose one of theirs"


def _feed(table: Table, options: FeedsOptions) -> str:
    name = table.text("feed", "all")
    key = parse_feed_name(name)
    if key is None:
        table.wrong("feed", f'expected "all", "category/…" or "feed/…", not {name!r}')
    elif not any(key == known or key.startswith(f"{kind}/") for known, kind in _feeds(options)):
        table.wrong("feed", f"expected a feed that [feeds] by or [[feeds.custom]] makes, not {name!r}")
    if "rss" not in options.formats:
        table.wrong("feed", 'expected "rss" in [feeds] formats: a podcast is an RSS feed')
    return key or ""


def _feeds(options: FeedsOptions) -> Iterator[tuple[str, str]]:
    """Yield pairs of the key of a feed and a kind whose feeds are known by their posts; one of the two is made up."""
    yield "", "\0"
    yield from (("\0", kind) for kind in options.by)
    yield from ((parse_feed_name(f"feed/{custom.name}") or "\0", "\0") for custom in options.custom)


def _owner(table: Table) -> tuple[str, str]:
    written = table.text("owner")
    match = _NAME_AND_MAIL.fullmatch(written)
    if written and not match:
        table.wrong("owner", f'expected "Name <mail@example.org>", not {written!r}')
    return (match[1] or "", match[2]) if match else ("", "")


def _categories(table: Table) -> tuple[tuple[str, str], ...]:
    found = []
    for written in table.texts("category"):
        category, _, below = (plain(part) for part in written.partition(">"))
        if category:
            found.append((category, below))
        else:
            table.wrong("category", f'expected a category such as "News > Daily News", not {written!r}')
    return tuple(dict.fromkeys(found))


def _guid(table: Table) -> str:
    guid = table.text("guid")
    if guid and not _GUID.fullmatch(guid):
        table.wrong("guid", f"expected a UUID such as 9b024349-ccf0-5f69-a609-6b82873eab3c, not {guid!r}")
    return guid.lower()


def _funding(table: Table, base: str) -> tuple[tuple[str, str], ...]:
    found = []
    for one in table.tables("funding"):
        address, text = _address(one, "url", base), one.text("text")
        one.done()
        if not address:
            one.wrong("url", "expected the address of a page where listeners can support the podcast")
        found.append((address, text or address))
    return tuple(found)


def _people(table: Table, base: str) -> list[tuple[str, Credit]]:
    found = []
    for one in table.tables("people"):
        name, key = one.text("name"), one.text("id")
        if not name:
            one.wrong("name", "expected the name of a person")
        role, group = one.text("role").lower(), one.text("group").lower()
        credit = Credit(name, role, group, _address(one, "image", base), _address(one, "url", base))
        one.done()
        found.append((key, credit))
    return found


def _address(table: Table, key: str, base: str) -> str:
    """Return an address that may be relative to the site's home page."""
    written = table.text(key)
    if not written:
        return ""
    if written.startswith("//"):
        written = f"https:{written}"
    if not written.startswith(("https://", "http://")):
        if _SCHEME.match(written):
            table.wrong(key, f"expected an http(s) address or a path of the site, not {written!r}")
            return ""
        written = f"{base}/{written.lstrip('/')}"
    return escape_uri(re.sub(r"\s", "%20", written))
