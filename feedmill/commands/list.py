"""`feedmill list`: print one JSON object per line for every post, in order of date."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from typing import Any

from feedmill.cli.console import as_json
from feedmill.cli.options.commands import ListOptions
from feedmill.commands.publish import print_problems
from feedmill.run.bucket_copy import with_current_copy
from feedmill.run.selection import Selection, shown_paths
from feedmill.run.site import OpenSite
from posts.errors import Problem
from posts.model import Head, Post
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
    with closing(OpenSite(with_current_copy(options.run))) as run:
        reading = read_site(run.read_context(), run.options.now)
        shown = shown_paths(Selection(run, reading).feeds())
        for line in list_lines(reading, shown, source_leads=run.feeds_options.link == "source"):
            print(line)
    if not options.report.strict:
        return 0
    problems = sorted({*reading.problems(), *reading.posts.problems(reading.scan.heads)})
    print_problems(problems, options.report)
    return 1 if problems else 0


def list_lines(reading: Reading, shown: Collection[str], *, source_leads: bool) -> Iterator[str]:
    """Yield a JSON line for each post, then for drafts without a date and for files that cannot be read.

    Args:
        reading: The posts.
        shown: The paths of the posts that feeds show.
        source_leads: Whether items link to their source, if they have one, instead of their page.
    """
    scan = reading.scan
    for post in reading.listed(shown):
        link = post.source if source_leads and post.source else post.permalink
        yield as_json({**_line(post, link, scan.heads[post.path]), "shown": post.path in shown})
    for path in scan.undated:
        yield as_json({"path": path, "state": "draft", **_EMPTY, "reason": _reason("draft"), "shown": False})
    errors = {problem.path: problem for problem in reversed(scan.problems) if problem.severity == "error"}
    for path in scan.invalid:
        yield as_json(
            {"path": path, "state": "invalid", **_EMPTY, "reason": _error(errors[path]), "shown": path in shown}
        )


def _line(post: Post, link: str, head: Head) -> dict[str, Any]:
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
        "reason": _reason(post.state, head) if post.state != "published" else None,
    }


def _reason(state: str, head: Head | None = None) -> Mapping[str, Any]:
    line, message = (head.reason_line, head.reason) if head else (0, "")
    if state == "future" and head and head.publishes > head.post.date.timestamp():
        message = "the publication date is in the future"
    return {"line": line, "code": state, "message": message or _REASONS[state]}


def _error(problem: Problem) -> Mapping[str, Any]:
    return {"line": problem.line, "code": problem.code, "message": problem.message}
