"""Turn posts into feed items: plain and legal texts, and dates that every format can write. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta, timezone

from msgspec import Struct, field
from msgspec.structs import replace

from feeds.model import Extension, Extent, Feed, Item, Podcast
from feeds.options import FeedsOptions
from feeds.pages.translations import language_tag
from posts.model import Content, Enclosure, Person, Post
from posts.text import escape_uri, fold, lazy_pattern, legal, plain, unescape

_PICTURE = lazy_pattern(r'<img\b[^<>]* src="([^"]*)"')  # in sanitized HTML


class ItemResolver(Struct):
    """Turn posts into items, each post once, even if several feeds and formats show it."""

    content: Callable[[str], Content]
    options: FeedsOptions
    resolved: dict[tuple[str, Extent], Item] = field(default_factory=dict)

    def items(self, feed: Feed, limit: int | None = None) -> list[Item]:
        """Return the items of `feed`, newest first; with `limit` at most so many."""
        return [self._item(post, feed.content) for post in feed.posts[:limit]]

    def episodes(self, feed: Feed, podcast: Podcast) -> list[Item]:
        """Return the items of `feed` as the episodes of a podcast, for RSS."""
        from feeds.formats.podcast import as_episode

        pairs = zip(self.items(feed), feed.posts, strict=True)
        return [as_episode(item, podcast, post.episode, post.image) for item, post in pairs]

    def _item(self, post: Post, extent: Extent) -> Item:
        item = self.resolved.get((post.path, extent))
        if item is None:
            item = resolve_item(post, self.content(post.path), self.options)
            item = item if extent == "full" and not post.excerpt_only else replace(item, html=None)
            self.resolved[post.path, extent] = item
        return item


def podcast_of(feed: Feed, options: FeedsOptions) -> Podcast | None:
    """Return the podcast that a feed is, None if it is none."""
    return options.podcast if options.podcast and options.podcast.feed == feed.key else None


def resolve_item(post: Post, content: Content, options: FeedsOptions) -> Item:
    """Return the item of a post.

    Args:
        post: the post, with its id.
        content: its cleaned content.
        options: the options of the generator.
    """
    published = to_feed_time(post.date)
    source_title = plain(post.source_title or content.source_title)
    links_to_source = options.link == "source" and bool(post.source)
    image = _image(post, content)
    rss, atom = _extensions(post, content, options)
    return Item(
        id=plain(post.id),
        title=plain(post.title) or plain(content.opening) or published.date().isoformat(),
        link=_address(post.source if links_to_source else post.permalink),
        published=published,
        updated=to_feed_time(post.updated) if post.updated else published,
        summary=plain(content.summary),
        html=legal(content.html),
        via=_address(post.permalink if links_to_source else post.source),
        via_title="" if links_to_source else source_title,
        source=plain(post.source) or source_title,
        terms=_terms(post),
        authors=clean_people(post.authors),
        language=language_tag(post.language),
        image=_address(image),
        enclosures=tuple(_clean_enclosure(enclosure) for enclosure in _enclosed(post, content, image)),
        rss=rss,
        atom=atom,
    )


def to_feed_time(date: datetime) -> datetime:
    """Return `date` in whole seconds, with an offset of whole minutes, as RFC 822 and RFC 3339 can write it.

    Before standard time, offsets had seconds (Shanghai: +08:05:43). They are cut off and the wall clock stays: a shift
    of some seconds is closer to what the author wrote than another time of day.
    """
    offset = date.utcoffset() or timedelta()
    if offset.seconds % 60 or offset.microseconds:
        return date.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=offset // timedelta(minutes=1))))
    return date.replace(microsecond=0)


def clean_people(people: Iterable[Person]) -> tuple[Person, ...]:
    """Return the people that have a name, with plain texts."""
    cleaned = (Person(plain(person.name), plain(person.email), _address(person.uri)) for person in people)
    return tuple(person for person in cleaned if person.name)


def _terms(post: Post) -> tuple[tuple[str, str], ...]:
    """Return (folded term, the post's own spelling) for the categories, then the tags."""
    terms: dict[str, str] = {}
    for name in (*post.categories, *post.tags):
        label = plain(name)
        if label:
            terms.setdefault(fold(label), label)
    return tuple(terms.items())


def _clean_enclosure(enclosure: Enclosure) -> Enclosure:
    media_type = plain(enclosure.type) or "application/octet-stream"
    return Enclosure(_address(enclosure.url), media_type, enclosure.length, plain(enclosure.title), enclosure.duration)


def _enclosed(post: Post, content: Content, image: str) -> Sequence[Enclosure]:
    """Return the media files to enclose: pictures last, and none that readers show anyway.

    RSS allows one enclosure, which readers offer for download or play. The cover of a recording is the picture of the
    item, and a picture of the body is in the body: enclosed as well, many readers would show it twice.
    """
    pictures = [one for one in post.enclosures if one.medium == "image"]
    if not pictures:
        return post.enclosures
    others = [one for one in post.enclosures if one not in pictures]
    cover = {image} if any(one.medium in ("audio", "video") for one in others) else set()
    shown = cover.union(map(unescape, _PICTURE.findall(content.html)))
    return [*others, *(one for one in pictures if one.url not in shown)]


def _extensions(
    post: Post, content: Content, options: FeedsOptions
) -> tuple[tuple[Extension, ...], tuple[Extension, ...]]:
    """Return the elements that `[feeds] comments` and `markdown` add to RSS, and those that they add to Atom."""
    rss: tuple[Extension, ...] = ()
    atom: tuple[Extension, ...] = ()
    if options.comments and post.discussion:
        from feeds.formats.discussion import atom_discussion, rss_discussion

        rss, atom = tuple(rss_discussion(post.discussion)), tuple(atom_discussion(post.discussion))
    if options.markdown and content.markdown:
        from feeds.formats.namespaces import SOURCE

        rss += (Extension(f"{{{SOURCE}}}markdown", legal(content.markdown)),)
    return rss, atom


def _image(post: Post, content: Content) -> str:
    enclosed = (enclosure.url for enclosure in post.enclosures if enclosure.medium == "image")
    return post.image or next(enclosed, content.image)


def _address(url: str) -> str:
    """Return an address as a URI, whatever an earlier version has stored."""
    return escape_uri(plain(url))
