"""`feedmill status`: show the published feeds, the last runs, and when the next post is due. Writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from msgspec.structs import replace

from feedmill.cli.console import aligned, as_json, complain, say
from feedmill.cli.options.commands import StatusOptions
from feedmill.cli.report import Report, counted, utc
from feedmill.notify.websub_queue import PendingTopics
from feedmill.run.bucket_copy import require_copy
from feedmill.run.deploy import remote_changes
from feedmill.run.history import DestinationState, RunState
from feedmill.run.last_success import last_success
from feedmill.run.metrics import metrics
from feedmill.run.options import RunOptions
from feedmill.run.site import OpenSite
from feedmill.schedule.plan import parse_interval
from feeds.model import Feed
from feeds.select.feeds import recently_published, select_feeds
from posts.errors import DamagedError
from posts.files.stat import digest
from posts.model import Post
from posts.store.codec import decode_file, decode_post
from posts.store.index import Index

AVERAGE_WEEKS = 4  # the weeks of which the mean number of posts is shown
_ALL = 1_000_000  # more items than any feed has
_LONGEST = 366  # days of --max-age


class Line(NamedTuple):
    """A feed as it was last published. `feed` is its folder below the output, "" for all posts; times are ISO or "".

    `a_week` is the mean number of posts in the last four weeks, `problems` the number of problems of the posts in it.
    """

    feed: str
    title: str
    items: int
    newest: str
    changed: str
    a_week: float
    problems: int


def status(options: StatusOptions) -> int:
    """Print what the index has about the published feeds and the last runs."""
    limit = parse_interval(options.max_age, "--max-age", _LONGEST) * 60 if options.max_age is not None else None
    with closing(Index(options.run.state)) as index:
        if index.damage:
            raise DamagedError(index.damage)
        state = RunState.from_rows(index.run())
    if not options.quiet:
        _print(options, state)
    return 0 if limit is None else _stale(options, state, limit)


def _print(options: StatusOptions, state: RunState) -> None:
    found = _published(options.run) if state.report else _NOTHING
    if options.json:
        print(as_json(found))
    elif options.prometheus:
        print(metrics(found, options.run.address or str(options.run.site.resolve())), end="")
    else:
        say(*_text(found, options.run.place))


def _stale(options: StatusOptions, state: RunState, limit: int) -> int:
    """Return 1, with a message, if the last successful run is older than `limit` seconds, else 0."""
    if not state.report:
        complain(f"{options.run.place} has not been published yet; run `feedmill {options.run.place}`")
        return 1
    now = options.run.now.timestamp()
    age = int(now - last_success(options.run.state, state.ended))
    if age <= limit:
        behind = [name for name in state.incomplete if now - state.destinations[name].completed > limit]
        complain(
            *(
                f"{options.run.place}: {name} has not been complete for more than {options.max_age}; "
                f"run `feedmill deploy {options.run.place}`"
                for name in behind
            )
        )
        return 1 if behind else 0
    complain(
        f"{options.run.place}: the last successful run ended {_span(age)} ago, more than {options.max_age}; "
        "check the schedule"
    )
    return 1


_NOTHING: Mapping[str, Any] = {
    "last_run": None,
    "last_success": None,
    "age": None,
    "late": 0,
    "unfinished": False,
    "posts": 0,
    "problems": 0,
    "next_due": None,
    "feeds": [],
    "runs": [],
    "hubs": [],
    "files": 0,
    "digest": "",
}


def _published(options: RunOptions) -> Mapping[str, Any]:
    require_copy(options)
    with closing(OpenSite(options)) as run:
        state = run.state
        report = state.report or Report()
        suspects = Counter(problem.path for problem in report.problems)
        outputs = sorted(f"{path}\0{row.hash.hex()}" for path, row in run.index.outputs().items())
        now, succeeded = options.now.timestamp(), last_success(options.state, state.ended)
        destinations = _destinations(run)
        return {
            "last_run": utc(state.now),
            "last_success": utc(succeeded),
            "age": max(0, int(now - succeeded)),
            "late": max(0, int(now - state.next_change)) if state.next_change is not None else 0,
            "unfinished": state.is_unfinished,
            "posts": report.posts,
            "problems": suspects.total(),
            "next_due": utc(report.next_due),
            "feeds": [line._asdict() for line in _lines(run, suspects)],
            "runs": [{**entry._asdict(), "at": utc(entry.at)} for entry in state.log],
            "hubs": [_hub(name, waiting) for name, waiting in state.queue.items()],
            **({"destinations": destinations} if destinations else {}),
            "files": len(outputs),
            "digest": digest("\n".join(outputs).encode("utf-8", "surrogateescape")).hex(),
        }


def _lines(run: OpenSite, suspects: Counter[str]) -> list[Line]:
    """Return a line for every published feed, from the index, which has what subscribers have."""
    known, site = run.index.feeds(), run.read_options.site
    posts = list(_posts(run.index))
    seen = run.index.seen()
    first = {post.path: seen[post.path].first for post in posts if post.path in seen}
    recent = recently_published(first, run.feeds_options, run.options.now, run.state.first_run or 0)
    options = run.feeds_options
    everything = replace(options, items=_ALL, custom=tuple(replace(one, items=_ALL) for one in options.custom))
    chosen = zip(
        select_feeds(posts, site, options, recent, known),
        select_feeds(posts, site, everything, (), known),
        strict=True,
    )
    pairs = [(feed, whole) for feed, whole in chosen if feed.key in known]
    return [_line(feed, whole.posts, known[feed.key].updated, run.options.now, suspects) for feed, whole in pairs]


def _posts(index: Index) -> Iterator[Post]:
    """Yield a post for each published article, as the last run found it."""
    followers, seen = index.followers(), index.seen()
    published = {path for path, line in seen.items() if not line.gone} - followers.keys()
    heads = {path: facts.head for path, row in index.files().items() if (facts := decode_file(row.facts))}
    entries = {entry.path: entry for entry in index.entries().values() if not entry.gone}
    for path in sorted(published):
        entry, head = entries.get(path), heads.get(path)
        if entry and (post := decode_post(entry.post)):
            yield post
        elif head:
            yield head.post


def _line(feed: Feed, posts: Sequence[Post], changed: str, now: datetime, suspects: Counter[str]) -> Line:
    since = now - timedelta(weeks=AVERAGE_WEEKS)
    return Line(
        feed=feed.path,
        title=feed.title,
        items=len(feed.posts),
        newest=posts[0].date.isoformat() if posts else "",
        changed=changed,
        a_week=round(sum(post.date > since for post in posts) / AVERAGE_WEEKS, 2),
        problems=sum(suspects[post.path] for post in feed.posts) if suspects else 0,
    )


def _hub(name: str, waiting: PendingTopics) -> dict[str, Any]:
    """Return a hub with pending notifications, and when they are tried again."""
    return {
        "hub": name,
        "waiting": len(waiting.topics),
        "tries": waiting.tries,
        "next": utc(waiting.due) if waiting.due else None,
    }


def _destinations(run: OpenSite) -> list[dict[str, Any]]:
    """Return the state of every destination, with what it lacks by the record of what was sent."""
    found = []
    for name in dict.fromkeys([*(address.text for address in run.remote_options.to), *run.state.destinations]):
        known, changes = run.state.destinations.get(name, DestinationState()), remote_changes(run, name)
        found.append(
            {
                "destination": name,
                "complete": known.is_complete and not changes,
                "send": len(changes.send) + len(changes.unknown),
                "remove": len(changes.gone),
                "completed": utc(known.completed) if known.completed else None,
                "error": known.error,
            }
        )
    return found


def _destination(found: Mapping[str, Any]) -> str:
    """Return the state of a destination as one line of text."""
    last = f"last complete {found['completed']}" if found["completed"] else "has never been complete"
    if found["complete"]:
        return f"{found['destination']}: complete; {last}"
    counts = f"{counted(found['send'], 'file')} to send, {found['remove']:,} to remove"
    error = f"; {found['error'].removeprefix(found['destination'] + ': ')}" if found["error"] else ""
    return f"{found['destination']}: {counts}; {last}{error}"


def _text(found: Mapping[str, Any], site: str) -> list[str]:
    if not found["last_run"]:
        return [f"{site} has not been published yet; run `feedmill {site}`"]
    feeds = [
        (
            *(one["feed"] or "(all posts)", str(one["items"]), _minute(one["newest"]), _minute(one["changed"])),
            *(f"{one['a_week']:g}", str(one["problems"])),
        )
        for one in found["feeds"]
    ]
    runs = [
        (one["at"], f"{one['seconds']:.1f} s", *(str(one[key]) for key in ("written", "removed", *_POSTS)))
        for one in reversed(found["runs"])
    ]
    lines = aligned(("feed", "items", "newest", "last change", "a week", "problems"), feeds)
    lines += ["", *aligned(("runs that wrote", "took", "written", "removed", *_POSTS), runs)] if runs else []
    hubs = [
        f"{one['hub']}: {counted(one['waiting'], 'notification')} pending, failed {counted(one['tries'], 'time')}, "
        f"next try {one['next'] or 'with the next run'}"
        for one in found["hubs"]
    ]
    sent = [_destination(one) for one in found.get("destinations", ())]
    cut = ["the last run was interrupted; the next one completes it"] if found["unfinished"] else []
    counts = f"{counted(found['posts'], 'post')} in {counted(len(feeds), 'feed')}"
    problems = counted(found["problems"], "problem") if found["problems"] else "no problems"
    due = f"next post due {found['next_due']}" if found["next_due"] else "no future posts"
    return [*lines, "", f"{counts}, {problems} as of {found['last_run']}; {due}", *_schedule(found), *sent, *hubs, *cut]


def _schedule(found: Mapping[str, Any]) -> list[str]:
    """Return when the last run ended, and how late the next one is if a change of the feeds is due."""
    late = f"; a change of the feeds is due for {_span(found['late'])}: check the schedule" if found["late"] else ""
    return [f"last successful run {_span(found['age'])} ago ({found['last_success']}){late}"]


def _span(seconds: int) -> str:
    """Return a number of seconds in words, in the largest unit of which there are two or more."""
    for unit, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= 2 * unit:
            return counted(seconds // unit, name)
    return counted(seconds, "second")


_POSTS = ("new", "changed", "gone")


def _minute(written: str) -> str:
    """Return an ISO time to the minute, with its offset."""
    return f"{written[:10]} {written[11:16]}{written[19:]}"
