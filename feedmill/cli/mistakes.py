"""Return the messages for invalid arguments, with a suggestion. Imported only when there is one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from pathlib import Path

from feedmill.cli.arguments import BUCKETS, COMMANDS, alternatives

# Names of commands in other programs.
_OTHER_NAMES = {
    "build": "publish",
    "compare": "diff",
    "generate": "publish",
    "import": "state import",
    "export": "state export",
    "upload": "deploy",
    "sync": "deploy",
    "lint": "check",
    "ls": "list",
    "make": "publish",
    "new": "init",
    "notify": "tell",
    "ping": "tell",
    "preview": "serve",
    "run": "publish",
    "update": "publish",
    "validate": "check",
    "watch": "serve",
}


def not_a_site(words: Sequence[str], *, named: bool) -> str:
    """Return the message for words that are not one site; `named` says whether a command precedes them."""
    word = words[0] if words else "."
    site = Path(word)
    if "://" in word:
        return _address(word)
    if site.is_dir():
        return f"unexpected argument: {words[1]!r}; expected one SITE"
    if site.exists():
        return f"not a directory: {word!r}; expected the folder of a site"
    if named:
        return f"no such directory: {word!r}; expected the folder of a site"
    if len(words) > 1:
        return unknown_command(word)
    return f"no such directory or command: {word!r}; {_suggestion(word)}"


def _address(word: str) -> str:
    if word.partition("://")[0] in BUCKETS:
        readers = alternatives([f"`feedmill {name}`" for name in ("publish", "check", "diff", "list", "adopt")])
        return f"expected the folder of a site, not the address {word!r}; {readers} read a bucket"
    return f"expected a folder or the address of a bucket such as s3://bucket/site, not {word!r}"


def unknown_command(word: str) -> str:
    """Return the message for a word that is not a command."""
    return f"no such command: {word!r}; {_suggestion(word)}"


def unknown_option(command: str, option: str) -> str:
    """Return the message for an option that a command does not have: the commands that have it, or a suggestion."""
    if option == "--dry-run":
        return "no such option: --dry-run; `feedmill diff` shows what would change and writes nothing"
    fact = f"`feedmill {command}` has no option {option}"
    if (command, option) == ("check", "--strict"):
        return f"{fact}; it always exits with 1 if there are problems"
    if owners := [f"`feedmill {name}`" for name, one in COMMANDS.items() if option in one.options]:
        return f"{fact}; it belongs to {' and '.join(filter(None, (', '.join(owners[:-1]), owners[-1])))}"
    near = _nearest(option, COMMANDS[command].options)
    return f"{fact}; {f'did you mean {near}?' if near else f'see `feedmill {command} --help`'}"


def _suggestion(word: str) -> str:
    near = _nearest(word, [*COMMANDS, *_OTHER_NAMES])
    meant = _OTHER_NAMES.get(near, near)
    return f"did you mean `feedmill {meant}`?" if meant else "see `feedmill help`"


def _nearest(word: str, names: Iterable[str]) -> str:
    """Return the name that is most like a word; "" if none is."""
    return next(iter(difflib.get_close_matches(word, list(names), n=1, cutoff=0.6)), "")
