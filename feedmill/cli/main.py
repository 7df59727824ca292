"""The command line of feedmill: arguments, configuration, wiring, report, exit code. It decides nothing about feeds.

feedmill [publish] SITE     reads the posts of SITE and publishes their feeds
feedmill check SITE         reads everything, reports all problems, writes nothing
feedmill list SITE          prints a JSON object a line for every post
feedmill diff SITE          says what subscribers would see if it were published now
feedmill serve SITE         previews the feeds, and makes them anew whenever a post is saved
feedmill adopt SITE FEED…   takes over the ids of feeds that were published before
feedmill status SITE        says how the feeds stand, and what the last runs did
feedmill tell SITE          tells the hubs what `--hold` has kept from them
feedmill schedule SITE      prints the files that publish it every so often
feedmill init SITE          writes a commented feedmill.toml
feedmill state …            exports or imports the ledger
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

from feedmill.cli.console import complain
from feedmill.cli.parser import parse
from posts.errors import FeedmillError

# Verbs by module and function, which is imported when it is asked for: a run that has nothing to do is a short one.
_VERBS = {
    "publish": ("feedmill.commands.publish", "publish"),
    "check": ("feedmill.commands.check", "check"),
    "diff": ("feedmill.commands.diff", "diff"),
    "list": ("feedmill.commands.list", "list_posts"),
    "adopt": ("feedmill.commands.adopt", "adopt"),
    "serve": ("feedmill.commands.serve", "serve"),
    "status": ("feedmill.commands.status", "status"),
    "tell": ("feedmill.commands.tell", "tell_now"),
    "schedule": ("feedmill.commands.schedule", "schedule"),
    "init": ("feedmill.commands.init", "init"),
    "state": ("feedmill.commands.state", "state"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line and gives the exit code, as `feedmill.cli.parser.EXITS` lists them."""
    if arguments is None and sys.getfilesystemencoding() != "utf-8":
        # Names of files make addresses and ids: they are UTF-8 whatever the locale says.
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])  # noqa: S606 # it is ourselves
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr] # text streams
    try:
        options = parse(sys.argv[1:] if arguments is None else arguments)
        module, verb = _VERBS[options.verb]
        return _said(getattr(import_module(module), verb)(options))
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
