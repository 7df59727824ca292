"""`feedmill status`: how the feeds stand, what the last runs did, and when the next post is due. Writes nothing."""

from __future__ import annotations

from argparse import Namespace
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from feedmill.cli.console import as_json, say
from feedmill.cli.report import utc
from posts.errors import DamagedError

if TYPE_CHECKING:
    from feedmill.run.site import OpenSite
    from feeds.model import Feed
    from posts.model import Post

WEEKS = 4  # that the posts a week are the mean of
_ALL = 1_000_000  # items: more than any feed has


class Line(NamedTuple):
    """A feed as it was last published. `feed` is its folder below the output, "" for all posts; times are ISO or "".

    `a_week` is the mean of the last four weeks, `problems` the number of those that its items' files have.
    """

    feed: str
    title: str
    items: int
    newest: str
    changed: str
    a_week: float
    problems: int


def status(options: Namespace) -> int:
    from posts.store.index import Index

    with closing(Index(options.state)) as index:
        if index.damage:
            raise DamagedError(index.damage)
        past = index.run()
    standing = _standing(options) if "report" in past else _nothing()
    if options.json:
        print(as_json(standing))
    else:
        say(*_told(standing, options))
    return 0


def _nothing() -> dict[str, Any]:
    return {
        "last_run": None,
        "unfinished": False,
        "posts": 0,
        "problems": 0,
        "next_due": None,
        "feeds": [],
        "runs": [],
        "hubs": [],
    }


def _standing(options: Namespace) -> dict[str, Any]:
    from feedmill.run.site import OpenSite

    with closing(OpenSite(options.run)) as run:
        report = run.past.get("report", {})
        suspects = Counter(problem[0] for problem in report.get("problems", ()))
        return {
            "last_run": utc(run.past.get("now")),
            "unfinished": bool(run.past.get("unfinished")),
            "posts": report.get("posts", 0),
            "problems": suspects.total(),
            "next_due": utc(report.get("next_due")),
            "feeds": [line._asdict() for line in _lines(run, suspects)],
            "runs": [{**one, "at": utc(one["at"])} for one in run.past.get("runs", ())],
            "hubs": [_hub(name, waiting) for name, waiting in run.past.get("queue", {}).items()],
        }


def _lines(run: OpenSite, suspects: Counter[str]) -> list[Line]:
    """A line for every feed that has been published, from the ledger: what it says is what subscribers have."""
    from feeds.select.feeds import choose, recently
    from posts.store.codec import decode_post

    known, site = run.index.feeds(), run.reading.site
    living = [entry for entry in run.index.entries().values() if not entry.gone]
    posts = [post for entry in living if (post := decode_post(entry.post))]
    first = {entry.path: entry.first for entry in living}
    recent = recently(first, run.feeds, run.options.now, run.past.get("first", 0))
    everything = replace(run.feeds, items=_ALL, custom=tuple(replace(one, items=_ALL) for one in run.feeds.custom))
    chosen = zip(choose(posts, site, run.feeds, recent, known), choose(posts, site, everything, (), known), strict=True)
    pairs = [(feed, whole) for feed, whole in chosen if feed.key in known]
    return [_line(feed, whole.posts, known[feed.key].updated, run.options.now, suspects) for feed, whole in pairs]


def _line(feed: Feed, posts: Sequence[Post], changed: str, now: datetime, suspects: Counter[str]) -> Line:
    since = now - timedelta(weeks=WEEKS)
    return Line(
        feed=feed.path,
        title=feed.title,
        items=len(feed.posts),
        newest=posts[0].date.isoformat() if posts else "",
        changed=changed,
        a_week=round(sum(post.date > since for post in posts) / WEEKS, 2),
        problems=sum(suspects[post.path] for post in feed.posts) if suspects else 0,
    )


def _hub(name: str, waiting: dict[str, Any]) -> dict[str, Any]:
    """A hub that is still to be told of feeds, and when it is asked again."""
    return {
        "hub": name,
        "waiting": len(waiting["topics"]),
        "tries": waiting["tries"],
        "next": utc(waiting["due"]) if waiting["due"] else None,
    }


def _told(standing: dict[str, Any], options: Namespace) -> list[str]:
    if not standing["last_run"]:
        return [f"{options.site} has not been published yet: run `feedmill {options.site}`"]
    feeds = [
        (
            *(one["feed"] or "(all posts)", str(one["items"]), _minute(one["newest"]), _minute(one["changed"])),
            *(f"{one['a_week']:g}", str(one["problems"])),
        )
        for one in standing["feeds"]
    ]
    runs = [
        (one["at"], f"{one['seconds']:.1f} s", *(str(one[key]) for key in ("written", "removed", *_POSTS)))
        for one in reversed(standing["runs"])
    ]
    lines = _table(("feed", "items", "newest", "last change", "a week", "problems"), feeds)
    lines += ["", *_table(("runs that wrote", "took", "written", "removed", *_POSTS), runs)] if runs else []
    hubs = [
        f"{one['hub']} waits to be told of {one['waiting']} feeds: failed {one['tries']} times, next "
        f"{one['next'] or 'run'}"
        for one in standing["hubs"]
    ]
    cut = ["the last run was cut off: the next one completes it"] if standing["unfinished"] else []
    counts = f"{standing['posts']} posts in {len(feeds)} feeds, {standing['problems']} problems"
    due = f"next post due {standing['next_due']}" if standing["next_due"] else "no post waits for its date"
    return [*lines, "", f"{counts} as of {standing['last_run']}; {due}", *hubs, *cut]


_POSTS = ("new", "changed", "gone")


def _minute(written: str) -> str:
    """An ISO time as people read it, to the minute."""
    return f"{written[:10]} {written[11:16]}{written[19:]}"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of columns, the first to the left and the others to the right, measured in cells: a 字 is two wide."""
    from rich.cells import cell_len

    widths = [max(map(cell_len, column)) for column in zip(heads, *rows, strict=True)]
    lines = []
    for row in (heads, *rows):
        pads = [" " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)]
        lines.append("  ".join([row[0] + pads[0], *(pad + cell for cell, pad in zip(row[1:], pads[1:], strict=True))]))
    return lines
