"""The arguments of the command line. Takes them apart, and says what is wrong with them."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from feedmill import __version__
from feedmill.run.options import RunOptions
from posts.errors import UsageError

VERBS = {
    "publish": "read the posts and publish their feeds (the default)",
    "check": "read everything, report all problems, write nothing",
    "list": "print a JSON object a line for every post",
    "diff": "say what subscribers would see if it were published now, write nothing",
    "serve": "preview the feeds in a browser or reader, made anew whenever a post is saved",
    "adopt": "take over the ids of older feeds (adopt SITE FEED…, files or addresses), so that nothing comes twice",
    "status": "say how the feeds stand and what the last runs did, write nothing",
    "tell": "tell the hubs which feeds have changed, after a run with --hold",
    "schedule": "print the files that publish the site every so often (--every 10m --as systemd)",
    "init": "write a commented feedmill.toml from what is found",
    "state": "print the ledger (state export SITE), or take one in (state import SITE < FILE)",
}

EXITS = {
    0: "done, also when there was nothing to do",
    1: "done, but there are problems (--strict, check), doubts (adopt --strict), or something would change (diff)",
    2: "the arguments or the configuration are wrong; nothing was written",
    3: "refused, to protect what is there (for example: most posts have vanished); nothing was written",
    4: "failed (disk, permissions, an interruption, a mistake of feedmill's own); what was published stands",
    75: "another run is at work on the same output or the same index; nothing was written",
}

FORMS = ("systemd", "cron", "github", "docker")


def parser() -> argparse.ArgumentParser:
    """The parser, with every option."""
    made = argparse.ArgumentParser(
        prog="feedmill",
        usage="feedmill [VERB] [SITE] [options]",
        description="A site's posts become RSS, Atom and JSON feeds: one for everything and one for every category.",
        epilog=f"verbs:\n{_lines(VERBS)}\n\nexit codes:\n{_lines(EXITS)}",
        formatter_class=lambda prog: argparse.RawDescriptionHelpFormatter(prog, width=110),  # asking takes 5 ms
        allow_abbrev=False,
    )
    add = made.add_argument
    add("--version", action="version", version=f"feedmill {__version__}")
    add("words", nargs="*", metavar="SITE", help="the site's folder (default: the current one)")
    add("--out", type=_path, metavar="DIR", help="where the feeds go (default: [feeds] out, else SITE/feeds)")
    add("--config", type=_path, metavar="FILE", help="the configuration (default: SITE/feedmill.toml if it is there)")
    add("--state", type=_path, metavar="FILE", help="what is remembered (default: SITE/.feedmill/index.sqlite3)")
    add("--full", action="store_true", help="read and write everything anew; ids and dates of items are kept")
    add("--prune", action="store_true", help="remove feeds that have no post left")
    removals = "let go of what is published though all posts have vanished, or over 10 %% (and over five) at once"
    add("--allow-removals", action="store_true", help=removals)
    add("--yes", action="store_true", help="adopt: write what was found into the ledger")
    add("--hold", action="store_true", help="leave it to `feedmill tell` to tell the hubs, when the feeds are online")
    add("--workers", type=int, default=0, metavar="N", help="processes (default: the processors there are)")
    add("--now", metavar="WHEN", help="an ISO time to take as now: later posts wait")
    add("--port", type=_port, metavar="N", help="serve: where to listen (default: 8000 or the next free one)")
    add("--host", metavar="HOST", help="serve: the address to listen at (default: 127.0.0.1, this machine alone)")
    add("--every", metavar="SPAN", help='schedule: how often, such as "10m", "2h" or "1d"')
    add("--as", dest="form", choices=FORMS, help="schedule: what keeps the time")
    add("--to", type=_path, metavar="DIR", help="schedule: write the files into this folder (default: print them)")
    add("--strict", action="store_true", help="exit with 1 if there is a problem with any post")
    add("--json", action="store_true", help="the report as one JSON object on standard output")
    add("-q", "--quiet", action="store_true", help="print errors only")
    add("-v", "--verbose", action="store_true", help="name every file that was written")
    return made


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The options of a run: with `verb`, `site` (a folder that is there), `state` and `now` (aware) filled in.

    `clock` says that `now` is the clock's, `has_own_state` that `state` was given.

    Raises:
        UsageError: they make no sense. (SystemExit, from argparse, for an option that there is not.)
    """
    options = parser().parse_intermixed_args(list(arguments))
    words: list[str] = options.words
    options.verb = words.pop(0) if words and words[0] in VERBS else "publish"
    if options.verb == "state":
        options.direction = words.pop(0) if words else ""
        if options.direction not in ("export", "import"):
            _misunderstood("state", "expected `feedmill state export SITE` or `feedmill state import SITE`")
    options.feeds = words[1:] if options.verb == "adopt" else []
    if options.verb == "adopt" and not options.feeds:
        _misunderstood("adopt", "expected `feedmill adopt SITE FEED…`, with files or addresses of feeds")
    if len(words) > 1 and not options.feeds:
        _misunderstood(words[0], f"there is one SITE too many: {words[1]!r}")
    options.site = Path(words[0] if words else ".")
    if not options.site.is_dir():
        _misunderstood(words[0], f"{words[0]!r} is neither a folder nor a verb")
    if options.verb == "schedule" and not options.form:
        raise UsageError(f"schedule: say what keeps the time, --as {', '.join(FORMS[:-1])} or {FORMS[-1]}")
    options.has_own_state = options.state is not None
    options.state = options.state or options.site / ".feedmill" / "index.sqlite3"
    options.clock = options.now is None
    options.now = _now(options.now)
    options.run = RunOptions(
        site=options.site,
        state=options.state,
        now=options.now,
        config=options.config,
        out=options.out,
        full=options.full,
        prune=options.prune,
        allow_removals=options.allow_removals,
        workers=options.workers,
        show_progress=not options.quiet,
    )
    return options


def _lines(meanings: Mapping[str, str] | Mapping[int, str]) -> str:
    return "\n".join(f"  {key:<9} {meaning}" for key, meaning in meanings.items())


def _path(written: str) -> Path:
    if not written:
        raise argparse.ArgumentTypeError("expected a path")
    return Path(written)


def _port(written: str) -> int:
    if not (written.isascii() and written.isdigit() and int(written) < 1 << 16):
        raise argparse.ArgumentTypeError(f"expected a number up to 65535, not {written!r}")
    return int(written)


def _misunderstood(word: str, message: str) -> NoReturn:
    import difflib

    near = difflib.get_close_matches(word, VERBS, n=1, cutoff=0.6)
    hint = f"did you mean `feedmill {near[0]}`?" if near else "see `feedmill --help`"
    raise UsageError(f"{message}: {hint}")


def _now(written: str | None) -> datetime:
    if written is None:
        return datetime.now(UTC)
    from posts.frontmatter import dates

    try:
        moment = dates.parse_date(written, dates.Zones())
    except dates.DateError as error:
        raise UsageError(f"--now: {error}") from None
    if moment.code:
        raise UsageError(f"--now: {moment.message}")
    return moment.at
