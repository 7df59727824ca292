"""The command line of feedmill: arguments, configuration, wiring, report, exit code. It decides nothing about feeds.

feedmill [publish] SITE     reads the posts of SITE and publishes their feeds
feedmill check SITE         reads everything, reports all problems, writes nothing
feedmill list SITE          prints a JSON object a line for every post
feedmill diff SITE          says what subscribers would see if it were published now
feedmill serve SITE         previews the feeds, and makes them anew whenever a post is saved
feedmill init SITE          writes a commented feedmill.toml
feedmill state …            exports or imports the ledger
"""

from __future__ import annotations

import os
import sys
import time
from argparse import Namespace
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from posts.arguments import parse
from posts.errors import DamagedError, FeedmillError, RefusedError
from posts.report import Report, as_json, complain, plain, say

if TYPE_CHECKING:  # heavy, and not needed when nothing has changed
    from feeds.destinations import Destination, Outcome
    from feeds.difference import Difference
    from feeds.model import Artifact, Feed
    from feeds.plan import Job
    from feeds.preview import Edition
    from posts.lock import Lock
    from posts.model import Problem
    from posts.read import Reader
    from posts.records import FeedRow, OutputRow
    from posts.rendering import Made


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line and gives the exit code, as the README lists them."""
    if arguments is None and sys.getfilesystemencoding() != "utf-8":
        # Names of files make addresses and ids: they are UTF-8 whatever the locale says.
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])  # noqa: S606 # it is ourselves
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr] # text streams
    try:
        options = parse(sys.argv[1:] if arguments is None else arguments)
        return _said(_VERBS[options.verb](options))
    except FeedmillError as error:
        complain(*str(error).splitlines())
        return error.exit_code
    except BrokenPipeError:  # `feedmill list | head`
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        complain("interrupted: what was published stands")
        return 4
    except OSError as error:
        complain(f"{error.filename or 'the system'}: {error.strerror}: what was published stands")
        return 4
    except Exception:  # noqa: BLE001 # a mistake of ours: it must not pass for "there are problems", which is 1
        import traceback

        complain(
            "feedmill failed, please report this; what was published stands:", *traceback.format_exc().splitlines()
        )
        return 4


def _said(code: int) -> int:
    """The exit code, once all that was printed has arrived: later nobody could report that it has not."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise
    return code


class Run:
    """A site with all that a run on it needs: its kind, its configuration, its index, its output.

    Who publishes gives a lock, and holds index and output from here on.
    """

    def __init__(self, options: Namespace, lock: Lock | None = None) -> None:
        """Takes the configuration, whole and right; else raises an error with all that is wrong with it."""
        import feeds.options
        import posts.configuration
        import posts.options
        from posts import keys
        from posts.glance import environment
        from posts.index import Index
        from posts.progress import Progress
        from posts.settings import Table
        from posts.sites import recognise

        self.began = time.time_ns()
        self.options = options
        self.progress = Progress(quiet=options.quiet)
        self.root: Path = options.site
        self.kind = recognise(self.root)
        configuration = posts.configuration.load(self.root, self.kind, options.config)
        mistakes: list[tuple[str, str]] = []
        self.reading = posts.options.decode(configuration.sections, mistakes)
        table = Table(configuration.sections["feeds"], "feeds", mistakes)
        self.feeds = feeds.options.decode(table, site_url=self.reading.site.url)
        mistakes = [*configuration.mistakes, *mistakes, *self.kind.mistakes(self.reading)]
        configuration.require(mistakes)
        self.out: Path = options.out or self.root / self.feeds.out
        if lock:
            lock.index(options.state)
            lock.output(self.out)
        self.index = Index(options.state)
        self.index.examine()
        self.past = self.index.run() if self.index.is_known else self._recovered()
        self.environment = environment()
        if self.past.get("environment") == self.environment:
            keys.installed.update(self.past.get("versions", {}))
        if options.now.timestamp() < self.past.get("now", 0):
            raise RefusedError("--now lies before the last run: give another --state to look at an earlier time")

    def _recovered(self) -> dict[str, Any]:
        """What can be had of an index that is lost: from itself, and from the feeds that are published."""
        from feeds.recover import published
        from posts.database import aside
        from posts.records import UNWRITTEN, Memory
        from posts.salvage import completed, salvaged

        damage, path = self.index.damage, self.options.state
        saved, past = salvaged(path) if damage else (Memory(), {})
        items, feeds, files = published(self.out, self.feeds)
        memory = completed(saved, items.values(), feeds, self.reading.rewrites)
        known = f"{len(saved.entries)} items are known from it, {len(memory.entries) - len(saved.entries)} more from"
        if damage:
            complain(f"{damage}", f"it is kept as {aside(path)}: {known} the feeds in {self.out}")
        elif items or feeds:
            complain(f"{path} is not there, or empty: {len(items)} items are known from the feeds in {self.out}")
        if not (memory.entries or memory.feeds):
            return {}
        self.index.adopt(memory, past, dict.fromkeys(files, UNWRITTEN))
        return {"first": past.get("first", 0)} | ({"now": past["now"]} if "now" in past else {})

    def outputs(self) -> dict[str, OutputRow]:
        """What is remembered of the files that were published; only their names, if that was in another folder."""
        known = self.index.outputs()
        last = self.past.get("out", self.past.get("setting", {}).get("out"))
        if last == str(self.out.resolve()):
            return known
        return {path: row._replace(hash=b"") for path, row in known.items()}

    def close(self) -> None:
        """Takes the progress away from the terminal, and lets go of the index."""
        self.progress.close()
        self.index.close()

    def reader(self) -> Reader:
        from posts.keys import content_key, facts_key
        from posts.pool import available, processes
        from posts.read import Keys, Reader

        root = self.root.resolve()
        # Wherever this run writes to: what another one has put into the configured place are no posts.
        places = {folder.resolve() for folder in (self.out, self.root / self.feeds.out)}
        inside = [out.relative_to(root).as_posix() for out in places if out.is_relative_to(root) and out != root]
        return Reader(
            self.root,
            self.kind,
            self.reading,
            self.index,
            skip=frozenset(inside),
            since=self.past.get("began", 0),
            keys=Keys(facts_key(self.kind, self.reading), content_key(self.kind, self.reading)),
            map=processes(self.options.workers or available()),
            progress=self.progress,
            full=self.options.full,
        )


PAUSE = 50_000_000  # nanoseconds that a run may wait at its end, so that the next one need not read what it wrote
FILES = 60  # that one process builds at a time: the formats of a feed share its items


class Mill:
    """One run: posts in, feeds out."""

    def __init__(self, run: Run) -> None:
        """Reads the posts, chooses the feeds, and sees to it that the contents of all their items are known."""
        from dataclasses import replace

        from feeds.choose import recently
        from feeds.plan import plan
        from posts.contents import Contents
        from posts.keys import key, versions
        from posts.record import Record

        self.run = run
        self.now = run.options.now
        self.seconds = int(self.now.timestamp())
        self.reader = run.reader()
        self.reading = self.reader.read(self.now)
        if run.options.verb == "publish" and not run.options.allow_removals:
            self.reader.refuse_losses(self.reading)
        self.known_feeds = run.index.feeds()
        self.first = {post.path: self.reader.first(post, self.now) for post in self.reading.items}
        self.recent = recently(self.first, run.feeds, self.now, run.past.get("first", self.seconds))
        self.contents = Contents(self.reader)
        chosen, complaints = self._chosen()
        self.problems: list[Problem] = sorted({*self.reading.problems, *complaints})
        self.record = Record(self.reader, self.contents, self.now)
        self.feeds = [replace(feed, posts=tuple(map(self.record.final, feed.posts))) for feed in chosen]
        items = {post.path: self.record.signature(post.path) for feed in chosen for post in feed.posts}
        self.jobs = plan(
            self.feeds, items, run.reading.site, run.feeds, key(versions(("feedgen", "lxml", "Jinja2", "MarkupSafe")))
        )

    def _chosen(self) -> tuple[list[Feed], tuple[Problem, ...]]:
        """The feeds, and what is doubtful in the bodies of their items; without items whose files have just gone."""
        from feeds.choose import choose

        items = list(self.reading.items)
        while True:
            chosen = choose(items, self.run.reading.site, self.run.feeds, self.recent, self.known_feeds)
            if self.run.options.prune:
                chosen = tuple(feed for feed in chosen if feed.posts or feed.kind == "all")
            wanted = {post.path: post for feed in chosen for post in feed.posts}
            if self.run.options.verb == "check":
                wanted = {post.path: post for post in items}
            missing, complaints = self.contents.render(sorted(wanted.values(), key=lambda post: post.path))
            if not missing:
                return list(chosen), complaints
            items = [post for post in items if post.path not in missing]

    def publish(self, destination: Destination, outputs: Mapping[str, OutputRow]) -> Outcome:
        """Writes what was decided into the ledger, then the files that differ."""
        from dataclasses import replace

        todo, gone = self.todo(destination, outputs)
        self._decide(todo, outputs)
        outcome = self.make(destination, todo, gone)
        untouched = {job.path for job in self.jobs} - {job.path for job in todo}
        return replace(outcome, unchanged=tuple(sorted({*outcome.unchanged, *untouched})))

    def todo(self, destination: Destination, outputs: Mapping[str, OutputRow]) -> tuple[list[Job], Collection[str]]:
        """The files that have to be made, and the paths of those that there are not to be any more."""
        todo = [job for job in self.jobs if not self._is_done(job, destination, outputs)]
        return todo, outputs.keys() - {job.path for job in self.jobs}

    def refusal(self) -> str:
        """Why publishing would be refused, "" when it would not."""
        try:
            if not self.run.options.allow_removals:
                self.reader.refuse_losses(self.reading)
        except RefusedError as error:
            return str(error)
        return ""

    def _is_done(self, job: Job, destination: Destination, outputs: Mapping[str, OutputRow]) -> bool:
        row = None if self.run.options.full else outputs.get(job.path)
        return row is not None and row.signature == job.signature and destination.is_intact(job.path)

    def make(self, destination: Destination, jobs: Sequence[Job], gone: Iterable[str] = ()) -> Outcome:
        """Makes the files of `jobs` and gives them to the destination."""
        return destination.publish(self.artifacts(jobs), gone)

    def artifacts(self, jobs: Sequence[Job]) -> Iterator[Artifact]:
        """The files of `jobs`, in their order."""
        from feeds.build import Builder
        from posts.pool import chunked

        builder = Builder(jobs, self.feeds, self.contents.content, self.run.reading.site, self.run.feeds)

        def built(places: Sequence[int]) -> tuple[list[Artifact], Mapping[str, Made]]:
            # What a process had to make again only it knows, and this one has to remember.
            return builder(places), dict(self.contents.again)

        parts = self.reader.map(built, chunked(range(len(jobs)), FILES))
        for artifacts, again in self.run.progress.over("building", parts, len(jobs), lambda part: len(part[0])):
            self.contents.again.update(again)
            yield from artifacts

    def _decide(self, todo: Sequence[Job], outputs: Mapping[str, OutputRow]) -> None:
        """The ledger before the files: a run that is cut off is continued with the same decisions.

        The index knows of every new file before it is there, so that none is left behind.
        """
        from posts.records import UNWRITTEN

        items, gone = self.record.changes()
        followers, contents = self.record.followers(), self.record.contents_made()
        rows = self._feed_rows()
        feeds = {key: row for key, row in rows.items() if self.known_feeds.get(key) != row}
        dropped = self.known_feeds.keys() - rows.keys()
        if items or gone or followers or feeds or dropped or contents or todo:
            with self.run.index.change() as change:
                change.items([*items, *gone])
                change.followers(followers, ())
                change.contents(contents)
                change.feeds(feeds, dropped)
                pending = {job.path: UNWRITTEN for job in todo if job.path not in outputs}
                change.outputs(pending, ())
                first = self.run.past.get("first", self.seconds)
                change.run({"out": str(self.run.out.resolve()), "first": first, "unfinished": True})

    def _feed_rows(self) -> dict[str, FeedRow]:
        from feeds.build import updated
        from posts.records import FeedRow

        return {feed.key: FeedRow(feed.id, feed.title, updated(feed).isoformat()) for feed in self.feeds}

    def report(self, outcome: Outcome, started: float) -> Report:
        """What the run did."""
        known = self.reader.ledger.entries
        items, gone = self.record.changes()
        published = sum(post.state == "published" for post in self.reading.posts)
        others = len(self.reading.posts) - published + len(self.reading.invalid) + len(self.reading.undated)
        return Report(
            posts=published,
            new=sum(entry.id not in known for entry in items),
            changed=sum(entry.id in known for entry in items),
            gone=len(gone),
            skipped=others,
            feeds=len(self.feeds),
            written=outcome.written,
            unchanged=outcome.unchanged,
            removed=outcome.removed,
            problems=self.problems,
            seconds=round(time.monotonic() - started, 3),
        )

    def remember(self, outcome: Outcome, outputs: Mapping[str, OutputRow], report: Report) -> None:
        """Everything that saves the next run work. Comes last: what is not remembered is done again."""
        from posts.keys import installed
        from posts.stamps import FINE

        # Whatever another hand does to a file from now on moves its times, and is seen without reading it.
        pause = _youngest(outcome.rows) + FINE - time.time_ns()
        if 0 < pause <= PAUSE:
            time.sleep(pause / 1e9)
        paths = {job.path for job in self.jobs}
        run = self.run
        with run.index.change() as change:
            change.files(self.reader.changed_rows(), self.reader.forgotten())
            change.outputs(outcome.rows, outputs.keys() - paths)
            change.contents(self.record.contents_made_again())
            change.watched(self._watched())
            change.run(
                {
                    "setting": _setting(run.options, run.out),
                    "out": str(run.out.resolve()),
                    "environment": run.environment,
                    "versions": installed,
                    "facts_key": self.reader.keys.facts,
                    "began": run.began,
                    "ended": time.time_ns(),
                    "now": self.now.timestamp(),
                    "first": run.past.get("first", self.seconds),
                    "due": self._due(),
                    "report": report.remembered(),
                    "unfinished": False,
                }
            )

    def _watched(self) -> dict[str, str]:
        """What else the outcome depends on, as `posts.glance` will look at it."""
        from posts.glance import look

        since, root = self.run.began, self.run.root.resolve()
        config = str(self.run.options.config.resolve()) if self.run.options.config else "feedmill.toml"
        files = {config, *self.run.kind.configured, *self.contents.leaned_on(self.record.entries), *self.reader.refused}
        whats = [f"file:{path}" for path in files] + [f"size:{path}" for path in self.reader.sizes()]
        folders = {f"names:{folder}": seen for folder, seen in self.reader.watched.items()}
        return {what: look(what, root, since) for what in whats} | folders

    def _due(self) -> float | None:
        """When time alone changes something: a post's date comes, or one leaves its windows."""
        dates = [post.date.timestamp() for post in self.reading.posts if post.state == "future"]
        keep = self.run.feeds.keep.total_seconds()
        return min([*dates, *(self.first[path] + keep for path in self.recent)], default=None)


def _youngest(rows: Mapping[str, OutputRow]) -> int:
    """When the last of the files was put into its place, in nanoseconds since 1970."""
    return max((row.stamp.ctime for row in rows.values()), default=0)


def _publish(options: Namespace) -> int:
    started = time.monotonic()
    report = None if options.full or options.prune else _glance(options, started)
    if report is None:
        try:
            report = _mill(options, started)
        except DamagedError as error:  # seen only when it was to be changed: by now there is a new index
            complain(str(error))
            report = _mill(options, started)
    return _say(report, options)


def _glance(options: Namespace, started: float) -> Report | None:
    """The report of a run that has nothing to do; None if there may be something."""
    from posts.glance import unchanged
    from posts.index import Index

    try:
        with closing(Index(options.state, patience=0.1)) as index:
            past = index.run()
            if "setting" not in past or past.get("unfinished", True):
                return None
            out = Path(past["setting"]["out"])
            seen = unchanged(index, _setting(options, out), options.site.resolve(), out, options.now.timestamp())
            files = sorted(row[0] for row in index.stamps("outputs"))
    except (FeedmillError, TypeError, ValueError):  # somebody is at work on it, or it is damaged: the run will say
        return None
    if seen is None:
        return None
    return Report.recalled(seen, files, round(time.monotonic() - started, 3))


def _setting(options: Namespace, out: Path) -> dict[str, str]:
    """What a run is asked for, as far as its outcome depends on it."""
    asked = {name: str(value.resolve()) if value else "" for name, value in (("config", options.config),)}
    return {**asked, "site": str(options.site.resolve()), "out": str((options.out or out).resolve())}


def _mill(options: Namespace, started: float) -> Report:
    """Posts in, feeds out: the whole pipeline."""
    import gc

    from feeds.destinations.local import Folder
    from posts.lock import Lock

    # Ten thousand posts are no garbage: looking through them again and again takes a tenth of the time.
    gc.set_threshold(100_000, 20, 100)
    with Lock() as lock, closing(Run(options, lock)) as run:
        outputs = run.outputs()
        mill = Mill(run)
        outcome = mill.publish(Folder(run.out, outputs, run.past.get("ended", 0)), outputs)
        report = mill.report(outcome, started)
        mill.remember(outcome, outputs, report)
    return report


def _check(options: Namespace) -> int:
    from feeds.destinations.nowhere import Nowhere

    started = time.monotonic()
    options.strict = True
    mill = Mill(Run(options))
    return _say(mill.report(mill.make(Nowhere(), mill.jobs), started), options)


def _diff(options: Namespace) -> int:
    from feeds.difference import Difference

    if options.full or options.prune or _glance(options, time.monotonic()) is None:
        difference, problems = _compared(options)
    else:
        difference, problems = Difference(), []
    for problem in problems:
        if not options.quiet or problem.severity == "error":
            complain(str(problem))
    if options.json:
        print(as_json({**difference.as_values(), "problems": [*map(plain, problems)]}))
    elif not options.quiet:
        say(*difference.lines())
    return 1 if difference else 0


def _compared(options: Namespace) -> tuple[Difference, Sequence[Problem]]:
    from functools import partial

    from feeds.destinations.local import Folder
    from feeds.difference import Survey, published_in
    from posts.identity import canonical

    with closing(Run(options)) as run:
        outputs = run.outputs()
        folder = Folder(run.out, outputs, run.past.get("ended", 0))
        mill = Mill(run)
        todo, gone = mill.todo(folder, outputs)
        survey = Survey(
            published_in(run.out),
            {job.path for job in mill.jobs},
            partial(canonical, rewrites=run.reading.rewrites),
            {entry.id for entry in mill.record.entries.values()},
        )
        found = survey.survey(mill.artifacts(todo), [path for path in gone if folder.is_intact(path)])
        found.refusal = mill.refusal()
    return found, mill.problems


def _serve(options: Namespace) -> int:
    """The preview: its output and its index lie in a temporary folder, its address is the only thing that it gives."""
    import signal
    import tempfile

    before = signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: nothing is left behind
    try:
        with suppress(KeyboardInterrupt), tempfile.TemporaryDirectory(prefix="feedmill-") as folder:
            _preview(options, Path(folder))
    finally:
        signal.signal(signal.SIGTERM, before)
    return 0


def _preview(options: Namespace, folder: Path) -> None:
    from feeds.preview import preview
    from feeds.serving import bind
    from posts.saves import saves

    with bind(options.host, options.port, folder / "feeds", complain if options.verbose else lambda _: None) as server:
        press = Press(options, folder)
        first = press.first()
        address = {"address": server.address}
        print(as_json(address) if options.json else f"serving {options.site} at {server.address}", flush=True)
        preview(server, first, press.edition, saves(options.site, press.places))


class Press:
    """Makes the editions of a preview in `folder`. Each has the ids and dates that publishing now would give.

    So each begins with the ledger that publishing would begin with: what an edition before it has decided binds nobody.
    """

    def __init__(self, options: Namespace, folder: Path) -> None:
        self.asked = options
        self.options = Namespace(**{**vars(options), "out": folder / "feeds", "state": folder / "index.sqlite3"})
        self.problems: Sequence[Problem] = ()
        self.places: list[Path] = []

    def first(self) -> Edition:
        """The first edition; a mistake in the configuration ends the preview before it begins."""
        with closing(Run(self.asked)) as run:
            self.places = [run.root / run.feeds.out, run.out]
            run.index.copy(self.options.state)
        edition = self._edition()
        self.options.full = False  # once is enough
        self.options.workers = 1  # a process must not be forked while the threads of the server run
        return edition

    def edition(self, saved: set[str]) -> Edition:
        """One more edition after something was `saved`, or perhaps was; where it fails the last one stands."""
        from feeds.preview import Edition

        if not saved and _glance(self.options, time.monotonic()):
            return Edition(differs=False, problems=[*map(str, self.problems)])
        try:
            return self._edition()
        except (FeedmillError, OSError) as error:
            lines = str(error).splitlines()
            complain(*lines)
            return Edition(differs=False, problems=lines)

    def _edition(self) -> Edition:
        from datetime import UTC, datetime

        from feeds.preview import Edition

        if self.asked.clock:
            self.asked.now = self.options.now = datetime.now(UTC)
        self._begin()
        report = _mill(self.options, time.monotonic())
        _say(report, self.options, self.problems)
        self.problems = report.problems
        return Edition(differs=bool(report.written or report.removed), problems=[*map(str, report.problems)])

    def _begin(self) -> None:
        from posts.index import Index
        from posts.records import Memory

        with closing(Run(self.asked)) as run, closing(Index(self.options.state)) as index:
            memory = Memory(run.index.entries(), run.index.followers(), run.index.feeds())
            ours = index.rendered()
            # What was published and cannot be read any more stays as it was published, not as an edition had it.
            others = {given: row for given, row in run.index.rendered().items() if ours.get(given) != row}
            with index.change() as change:
                change.ledger(memory, run.past.get("first"))
                change.contents({given: (row, run.index.content(given)) for given, row in others.items()})


def _list(options: Namespace) -> int:
    from posts.listing import lines

    run = Run(options)
    reader = run.reader()
    for line in lines(reader, reader.read(options.now), source_leads=run.feeds.link == "source"):
        print(line)
    return 0


def _init(options: Namespace) -> int:
    from posts.sites import recognise
    from posts.starter import write

    path = write(options.site, recognise(options.site), options.config)
    print(f"wrote {path}: look it over, then run `feedmill {options.site}`")
    return 0


def _state(options: Namespace) -> int:
    from posts.index import Index
    from posts.lock import Lock
    from posts.state import export_lines, import_lines

    index = Index(options.state)
    if options.direction == "export":
        for line in export_lines(index):
            print(line)
    else:
        with Lock() as lock:
            print(f"{import_lines(index, sys.stdin, lock)} lines taken into {options.state}")
    return 0


_VERBS = {
    "publish": _publish,
    "check": _check,
    "diff": _diff,
    "serve": _serve,
    "list": _list,
    "init": _init,
    "state": _state,
}


def _say(report: Report, options: Namespace, told: Collection[Problem] = ()) -> int:
    """Prints the report, without the problems that were `told` already, and gives the exit code."""
    for problem in report.problems:
        if problem in told:
            continue
        if not options.quiet or problem.severity == "error":
            complain(str(problem))
    if options.json:
        print(report.as_json(), flush=True)
    elif not options.quiet:
        if options.verbose:
            print(*(f"wrote {path}" for path in report.written), sep="\n", end="\n" if report.written else "")
        print(report.sentence(checking=options.verb == "check"), flush=True)
    return 1 if options.strict and report.problems else 0


if __name__ == "__main__":
    sys.exit(main())
