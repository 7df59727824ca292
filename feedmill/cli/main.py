"""Run a command from its arguments to an exit code. Each command is a module in `feedmill.commands`."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

from feedmill.cli.console import complain
from feedmill.cli.parser import parse_command_line
from posts.errors import FeedmillError

# Module and function of every command. Only the requested one is imported, because most runs have nothing to do.
_COMMANDS = {
    "publish": ("feedmill.commands.publish", "publish"),
    "check": ("feedmill.commands.check", "check"),
    "diff": ("feedmill.commands.diff", "diff"),
    "deploy": ("feedmill.commands.deploy", "deploy"),
    "list": ("feedmill.commands.list", "list_posts"),
    "adopt": ("feedmill.commands.adopt", "adopt"),
    "serve": ("feedmill.commands.serve", "serve"),
    "status": ("feedmill.commands.status", "status"),
    "tell": ("feedmill.commands.tell", "tell"),
    "schedule": ("feedmill.commands.schedule", "schedule"),
    "init": ("feedmill.commands.init", "init"),
    "state": ("feedmill.commands.state", "state"),
    "completion": ("feedmill.cli.completion", "print_completion"),
    "help": ("feedmill.cli.help", "print_help"),
}

_UNMAPPED = ("failed to map segment", "cannot allocate memory")  # what dynamic linkers say, in lower case


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code, one of `feedmill.cli.help.EXIT_CODES`.

    `arguments` are those of the process if they are None.
    """
    if arguments is None and sys.getfilesystemencoding() != "utf-8":
        # Ids and addresses contain file names, which are UTF-8 in any locale.
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])  # noqa: S606 # the same program
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr] # text streams
    try:
        command, options = parse_command_line(sys.argv[1:] if arguments is None else arguments)
        module, function = _COMMANDS[command]
        return _flushed(getattr(import_module(module), function)(options))
    except FeedmillError as error:
        complain(*str(error).splitlines(), severity="error")
        return error.exit_code
    except BrokenPipeError:  # `feedmill list | head`
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        complain("interrupted; published feeds are intact", severity="error")
        return 4
    except OSError as error:
        message = f"{error.filename or 'system'}: {error.strerror}; published feeds are intact"
        complain(message, severity="error")
        return 4
    except Exception as error:  # noqa: BLE001 # a bug in feedmill must not exit with 1, which means "there are problems"
        _complain_of(error)
        return 4


def _complain_of(error: Exception) -> None:
    """Report an unexpected error."""
    if _is_out_of_memory(error):
        complain("out of memory; published feeds are intact; raise the limit (ulimit -v)", severity="error")
        return
    import traceback

    complain("internal error; published feeds are intact; please report this:", severity="error")
    complain(*"".join(traceback.format_exception(error)).splitlines())


def _is_out_of_memory(error: BaseException) -> bool:
    """Return whether an error comes from a limit of memory: a library that cannot be mapped raises ImportError."""
    chain = [error]
    while (cause := chain[-1].__cause__ or chain[-1].__context__) and cause not in chain:
        chain.append(cause)
    unmapped = (str(one).lower() for one in chain if isinstance(one, ImportError))
    return any(isinstance(one, MemoryError) for one in chain) or any(
        reason in message for message in unmapped for reason in _UNMAPPED
    )


def _flushed(code: int) -> int:
    """Flush standard output and return the exit code, because later errors could not be reported."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise
    return code
