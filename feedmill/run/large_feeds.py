"""Find feeds and items that are larger than many readers accept. Used by `feedmill check`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from feedmill.cli.report import counted
from feeds.build.job import FeedFile, Job
from posts.errors import Problem
from posts.model import Content
from posts.problems import make_problem

# Readers and services that read feeds fetch a limited number of bytes: FeedBurner took 512 kB, others stop at one or a
# few MB. What is beyond is cut off, so that the XML is broken, or the feed is not updated any more.
MOST_DOCUMENT_BYTES = 1_000_000
MOST_ITEM_BYTES = 500_000


def large_feed_problems(
    jobs: Collection[Job], sizes: Mapping[str, int], content: Callable[[str], Content]
) -> Iterator[Problem]:
    """Yield a problem for every feed with a document that is too large, and for every item that is.

    Args:
        jobs: The files of all feeds.
        sizes: Their sizes in bytes, by path.
        content: Returns the content of a post by its path.
    """
    largest: dict[str, FeedFile] = {}
    bodies: set[str] = set()
    for job in jobs:
        if isinstance(job, FeedFile) and sizes.get(job.path, 0) > MOST_ITEM_BYTES:
            bodies.update(post.path for post in job.feed.posts if job.feed.content == "full" and not post.excerpt_only)
            key = job.path if job.is_archive else job.feed.key
            largest[key] = max(largest.get(key, job), job, key=lambda one: sizes[one.path])
    for job in largest.values():
        if sizes[job.path] > MOST_DOCUMENT_BYTES:
            yield make_problem(job.path, 0, "large-feed", _feed_message(job, sizes[job.path]))
    for path in bodies:
        size = len(content(path).html.encode("utf-8", "surrogatepass"))
        if size > MOST_ITEM_BYTES:
            text = f"the item has {size / 1000:,.0f} kB, and readers may cut it off; {_SPLIT}"
            yield make_problem(path, 0, "large-item", text)


_SPLIT = 'split the post, or set content = "summary" in [feeds]'


def _feed_message(job: FeedFile, size: int) -> str:
    feed, count = job.feed, len(job.feed.posts)
    table = f"the [[feeds.custom]] table {feed.slug}" if feed.kind == "custom" else "[feeds]"
    fitting = count * MOST_DOCUMENT_BYTES // size
    remedies = [f"set items to {fitting:,} or fewer in {table}"] if fitting and not job.is_archive else []
    remedies += [f'set content = "summary" in {table}'] if feed.content == "full" else []
    remedy = ", or ".join(remedies) or "shorten or split its posts"
    return f"the feed has {size / 1e6:,.1f} MB with {counted(count, 'item')}, and readers may not read it; {remedy}"
