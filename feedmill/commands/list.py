"""`feedmill list`: print one JSON object per line for every post, in order of date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

from feedmill.cli.console import as_json
from feedmill.cli.options.commands import ListOptions
from feedmill.commands.publish import print_problems
from feedmill.run.site import OpenSite
from posts.errors import Problem
from posts.model import Post, PostMetadata
from posts.pipeline.reader import read_site
from posts.pipeline.reading import Reading

_EMPTY: dict[str, Any] = {
    **dict.fromkeys(("id", "title", "date", "updated")),
    **{name: [] for name in ("categories", "tags", "authors")},
    **dict.fromkeys(("permalink", "link", "source")),
}

# The reason why a post in a state is not published.
_REASONS = {
    "draft": "marked as a draft, or in a folder of drafts",
    "future": "dated in the future",
    "expired": "the expiry date has passed",
    "unpublished": "published: false in front matter",
    "excluded": "left out of feeds by its front matter",
}


def list_posts(options: ListOptions) -> int:
    """Print every post; with `--strict`, print problems to standard error and exit with 1 if there are any."""
    with closing(OpenSite(options.run)) as run:
        reading = read_site(run.read_context(), options.run.now)
        for line in list_lines(reading, source_leads=run.feeds_options.link == "source"):
            print(line)
    if not options.report.strict:
        return 0
    print_problems(reading.problems, options.report)
    return 1 if reading.problems else 0


def list_lines(reading: Reading, *, source_leads: bool) -> Iterator[str]:
    """Yield the lines: posts with a date first, then drafts without one, then posts that cannot be read.

    Args:
        reading: The posts.
        source_leads: Whether items link to their source, if they have one, instead of their page.
    """
    for post in reading.listed():
        link = post.source if source_leads and post.source else post.permalink
        yield as_json(_line(post, link, reading.metadata[post.path]))
    for path in reading.undated:
        yield as_json({"path": path, "state": "draft", **_EMPTY, "reason": _reason("draft")})
    errors = {problem.path: problem for problem in reversed(reading.problems) if problem.severity == "error"}
    for path in reading.invalid:
        yield as_json({"path": path, "state": "invalid", **_EMPTY, "reason": _error(errors[path])})


def _line(post: Post, link: str, metadata: PostMetadata) -> dict[str, Any]:
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
        "reason": _reason(post.state, metadata) if post.state != "published" else None,
    }


def _reason(state: str, metadata: PostMetadata | None = None) -> Mapping[str, Any]:
    line, message = (metadata.reason_line, metadata.reason) if metadata else (0, "")
    if state == "future" and metadata and metadata.publishes > metadata.post.date.timestamp():
        message = "the publication date is in the future"
    return {"line": line, "code": state, "message": message or _REASONS[state]}


def _error(problem: Problem) -> Mapping[str, Any]:
    return {"line": problem.line, "code": problem.code, "message": problem.message}
