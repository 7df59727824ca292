"""The command line of feedmill: arguments, configuration, wiring, report, exit code. It decides nothing about feeds.

feedmill [publish] SITE     reads the posts of SITE and publishes their feeds
feedmill check SITE         reads everything, reports all problems, writes nothing
feedmill list SITE          prints a JSON object a line for every post
feedmill init SITE          writes a commented feedmill.toml
"""

from __future__ import annotations

import argparse
import difflib
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import posts.configuration
import posts.options
from posts.dates import DateError, Zones, parse
from posts.errors import FeedmillError, UsageError
from posts.model import Post, Problem
from posts.settings import Table
from posts.sites import Kind, recognise

VERBS = {
    "publish": "read the posts and publish their feeds (the default)",
    "check": "read everything, report all problems, write nothing",
    "list": "print a JSON object a line for every post",
    "init": "write a commented feedmill.toml from what is found",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line and gives the exit code, as DESIGN and the README list them."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr] # text streams
    try:
        options = _parse(sys.argv[1:] if arguments is None else list(arguments))
        return _VERBS[options.verb](options)
    except FeedmillError as error:
        _complain(*str(error).splitlines())
        return error.exit_code
    except BrokenPipeError:  # `feedmill list | head`
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        _complain("interrupted: what was published stands")
        return 4
    except OSError as error:
        _complain(f"{error.filename or 'the system'}: {error.strerror}: what was published stands")
        return 4


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="feedmill",
        usage="feedmill [VERB] [SITE] [options]",
        description="A site's posts become RSS, Atom and JSON feeds: one for everything and one for every category.",
        epilog="verbs:\n" + "\n".join(f"  {verb:9} {meaning}" for verb, meaning in VERBS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("words", nargs="*", metavar="SITE", help="the site's folder (default: the current one)")
    add("--out", type=Path, metavar="DIR", help="where the feeds go (default: [feeds] out, else SITE/feeds)")
    add("--config", type=Path, metavar="FILE", help="the configuration (default: SITE/feedmill.toml if it is there)")
    add("--now", metavar="WHEN", help="an ISO time to take as now, for tests and previews")
    add("--strict", action="store_true", help="exit with 1 if there is a problem with any post")
    add("--json", action="store_true", help="the report as one JSON object on standard output")
    add("-q", "--quiet", action="store_true", help="print errors only")
    add("-v", "--verbose", action="store_true", help="name every file that was written")
    return parser


def _parse(arguments: list[str]) -> argparse.Namespace:
    options = _parser().parse_intermixed_args(arguments)
    words: list[str] = options.words
    options.verb = words.pop(0) if words and words[0] in VERBS else "publish"
    if len(words) > 1:
        _misunderstood(words[0], f"there is one SITE too many: {words[1]!r}")
    options.site = Path(words[0] if words else ".")
    if not options.site.is_dir():
        _misunderstood(words[0], f"{words[0]!r} is neither a folder nor a verb")
    options.now = _now(options.now)
    return options


def _misunderstood(word: str, message: str) -> NoReturn:
    near = difflib.get_close_matches(word, VERBS, n=1, cutoff=0.6)
    hint = f"did you mean `feedmill {near[0]}`?" if near else "see `feedmill --help`"
    raise UsageError(f"{message}: {hint}")


def _now(written: str | None) -> datetime:
    if written is None:
        return datetime.now(UTC)
    try:
        return parse(written, Zones()).at
    except DateError as error:
        raise UsageError(f"--now: {error}") from None


@dataclass(frozen=True, slots=True)
class Run:
    """A site with all that a run on it needs."""

    root: Path
    kind: Kind
    reading: posts.options.ReadOptions
    feeds: Any
    out: Path

    @classmethod
    def prepare(cls, options: argparse.Namespace) -> Run:
        """The configuration of a run, whole and right, or an error with all that is wrong with it."""
        import feeds.options

        root: Path = options.site
        kind = recognise(root)
        configuration = posts.configuration.load(root, kind, options.config)
        mistakes: list[tuple[str, str]] = []
        reading = posts.options.decode(configuration.sections, mistakes)
        table = Table(configuration.sections["feeds"], "feeds", mistakes)
        generating = feeds.options.decode(table, site_url=reading.site.url)
        configuration.require(mistakes)
        return cls(root, kind, reading, generating, options.out or root / generating.out)

    def reader(self) -> Any:
        from posts.read import Reader

        root, out = self.root.resolve(), self.out.resolve()
        inside = out.is_relative_to(root) and out != root
        return Reader(self.root, self.kind, self.reading, [out.relative_to(root).as_posix()] if inside else [])


def _publish(options: argparse.Namespace) -> int:
    from feeds.destinations.local import Folder

    return _mill(options, lambda run: Folder(run.out))


def _check(options: argparse.Namespace) -> int:
    from feeds.destinations.nowhere import Nowhere

    options.strict = True
    return _mill(options, lambda _: Nowhere())


def _mill(options: argparse.Namespace, destination: Any) -> int:
    """Posts in, feeds out: the whole pipeline."""
    from feeds.build import build
    from feeds.choose import choose

    started = time.monotonic()
    run = Run.prepare(options)
    reader = run.reader()
    reading = reader.read(options.now)
    chosen = choose(reading.items, run.reading.site, run.feeds)
    wanted = {post.path: post for feed in chosen for post in feed.posts}
    contents, complaints = reader.contents(sorted(wanted.values(), key=lambda post: post.path))
    outcome = destination(run).publish(build(chosen, contents, run.reading.site, run.feeds))
    problems = sorted({*reading.problems, *complaints})
    published = sum(post.state == "published" for post in reading.posts)
    report = {
        "posts": published,
        "new": None,
        "changed": None,
        "gone": None,
        "skipped": len(reading.posts) - published + len(reading.invalid) + len(reading.undated),
        "feeds": len(chosen),
        "written": list(outcome.written),
        "unchanged": list(outcome.unchanged),
        "removed": list(outcome.removed),
        "problems": [_as_json(problem) for problem in problems],
        "seconds": round(time.monotonic() - started, 3),
    }
    _print(report, problems, options, checking=options.verb == "check")
    return 1 if options.strict and problems else 0


def _list(options: argparse.Namespace) -> int:
    run = Run.prepare(options)
    reading = run.reader().read(options.now)
    for post in reading.posts:
        print(json.dumps(_line(post, _leads_to(post, run)), ensure_ascii=False))
    for state, paths in (("draft", reading.undated), ("invalid", reading.invalid)):
        for path in paths:
            print(json.dumps({"path": path, "state": state, **_NOTHING}, ensure_ascii=False))
    return 0


_NOTHING: dict[str, Any] = {
    **dict.fromkeys(("id", "title", "date", "updated")),
    **{name: [] for name in ("categories", "tags", "authors")},
    **dict.fromkeys(("permalink", "link", "source")),
}


def _leads_to(post: Post, run: Run) -> str:
    return post.source if run.feeds.link == "source" and post.source else post.permalink


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


def _init(options: argparse.Namespace) -> int:
    from posts.starter import write

    path = write(options.site, recognise(options.site), options.config)
    print(f"wrote {path}: look it over, then run `feedmill {options.site}`")
    return 0


_VERBS = {"publish": _publish, "check": _check, "list": _list, "init": _init}


def _print(report: dict[str, Any], problems: Sequence[Problem], options: argparse.Namespace, *, checking: bool) -> None:
    for problem in problems:
        if not options.quiet or problem.severity == "error":
            _complain(str(problem))
    if options.json:
        print(json.dumps(report, ensure_ascii=False))
        return
    if options.quiet:
        return
    if options.verbose:
        for path in report["written"]:
            print(f"wrote {path}")
    files = "nothing is written" if checking else f"{len(report['written'])} files written"
    counts = f"{report['posts']} posts in {report['feeds']} feeds, {report['skipped']} left out"
    print(f"{counts}, {len(problems)} problems: {files}, {len(report['unchanged'])} unchanged")


def _as_json(problem: Problem) -> dict[str, Any]:
    return {name: getattr(problem, name) for name in ("path", "line", "code", "severity", "message")}


def _complain(*lines: str) -> None:
    """Prints to standard error; what could steer a terminal or pass for another line is shown, not sent."""
    for line in lines:
        print("".join(map(_visible, line)), file=sys.stderr)


def _visible(character: str) -> str:
    return character if character.isprintable() else f"\\x{ord(character):02x}"


if __name__ == "__main__":
    sys.exit(main())
