"""`feedmill list`: a JSON object a line for every post, in order of date."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from typing import Any

from feedmill.cli.console import as_json
from feedmill.run.site import OpenSite
from posts.model import Post
from posts.pipeline.reader import Reading, read_site

_NOTHING: dict[str, Any] = {
    **dict.fromkeys(("id", "title", "date", "updated")),
    **{name: [] for name in ("categories", "tags", "authors")},
    **dict.fromkeys(("permalink", "link", "source")),
}


def list_posts(options: Namespace) -> int:
    run = OpenSite(options.run)
    for line in lines(read_site(run.read_context(), options.now), source_leads=run.feeds.link == "source"):
        print(line)
    return 0


def lines(reading: Reading, *, source_leads: bool) -> Iterator[str]:
    """The lines: dated posts first, then drafts without a date, then what cannot be read.

    With `source_leads` an item leads to its source, where it has one, instead of to its own page.
    """
    for post in reading.listed():
        link = post.source if source_leads and post.source else post.permalink
        yield as_json(_line(post, link))
    for state, paths in (("draft", reading.undated), ("invalid", reading.invalid)):
        for path in paths:
            yield as_json({"path": path, "state": state, **_NOTHING})


def _line(post: Post, link: str) -> dict[str, Any]:
    return {
        "path": post.path,
        "state": post.state,
        "id": post.id,
        "title": post.title,
        "date": post.date.isoformat(),
        "updated": post.updated.isoformat() if post.updated else None,
        "categories": post.categories,
        "tags": post.tags,
        "authors": [person.name for person in post.authors],
        "permalink": post.permalink,
        "link": link,
        "source": post.source or None,
    }
