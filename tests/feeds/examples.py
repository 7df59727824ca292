"""Minimal sites and posts for the tests of feeds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from feeds.build.build import Builder
from feeds.build.plan import plan
from feeds.config import decode_feeds_options
from feeds.model import Artifact, Feed
from feeds.options import FeedsOptions
from feeds.select.feeds import select_feeds
from posts.config.table import Table
from posts.model import Content, Post, Site

SITE = Site("金融消息", "https://finews.example", language="zh-CN")
NOON = datetime.fromisoformat("2021-12-31T12:00:00+08:00")


def post(name: str = "a", **fields: Any) -> Post:
    known = {
        "path": f"_posts/{name}.md",
        "state": "published",
        "id": f"urn:example:{name}",
        "title": f"Title {name}",
        "date": NOON,
        "permalink": f"https://finews.example/{name}.html",
    }
    return Post(**(known | fields))


def posts(*names: str, **fields: Any) -> list[Post]:
    """Return one post per name, each an hour older than the previous one."""
    return [post(name, date=NOON - timedelta(hours=hours), **fields) for hours, name in enumerate(names)]


def configured(**feeds: Any) -> FeedsOptions:
    mistakes: list[tuple[str, str]] = []
    decoded = decode_feeds_options(Table(feeds, "feeds", mistakes), site_url=SITE.url)
    assert mistakes == []
    return decoded


def mistakes_of(**feeds: Any) -> dict[str, str]:
    mistakes: list[tuple[str, str]] = []
    decode_feeds_options(Table(feeds, "feeds", mistakes), site_url=SITE.url)
    return dict(mistakes)


def everything(
    feeds: Sequence[Feed], contents: Mapping[str, Content], site: Site, settings: FeedsOptions
) -> Iterator[Artifact]:
    """Build all files of the feeds."""
    jobs = plan(feeds, dict.fromkeys(contents, ""), site, settings, "")
    return Builder(feeds, contents.__getitem__, site, settings).build(jobs)


def published(
    posts: Sequence[Post], contents: Mapping[str, Content] | Content | None = None, site: Site = SITE, **feeds: Any
) -> dict[str, bytes]:
    """Return every file by path; a single content is used for all posts."""
    settings = configured(**feeds)
    one = contents if isinstance(contents, Content) else Content("<p>Text</p>", "Text")
    known = contents if isinstance(contents, Mapping) else {each.path: one for each in posts}
    chosen = select_feeds(posts, site, settings)
    return {artifact.path: artifact.data for artifact in everything(chosen, known, site, settings)}
