"""Match paths with the patterns of JavaScript's glob libraries (micromatch, which Hexo uses). Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from posts.text import lazy_pattern

_TOKEN = lazy_pattern(
    r"(?P<deep>(?:(?<=/)|\A)\*\*(?P<slash>/|\Z))|(?P<end>/\*\*\Z)|(?P<star>\*+)|(?P<one>\?)|(?P<set>\[(?P<not>[!^]?)(?P<in>[^\]/]+)\])"
    r"|(?P<open>\{(?=[^{}]*,[^{}]*\}))|(?P<comma>,)|(?P<close>\})"
)
_LONGEST = 500


def glob_test(patterns: Iterable[str]) -> Callable[[str], object]:
    """Return a test for paths that match one of some patterns.

    `*` and `?` match no slash, and no dot at the beginning of a name; `**` matches folders of any depth that are not
    hidden; `[…]` and `{a,b}` are known, `!` at the beginning negates. A longer pattern than 500 characters matches
    nothing.
    """
    tests = [_test(pattern) for pattern in patterns if 0 < len(pattern) <= _LONGEST]
    return lambda path: any(test(path) for test in tests)


def _test(pattern: str) -> Callable[[str], bool]:
    if pattern.startswith("!") and not pattern.startswith("!("):
        inner = _test(pattern[1:])
        return lambda path: not inner(path)
    match = re.compile(_expression(pattern.removeprefix("./"))).fullmatch
    return lambda path: match(path) is not None


def _expression(pattern: str) -> str:
    pieces: list[str] = []
    end = depth = 0
    for token in _TOKEN.finditer(pattern):
        pieces.append(re.escape(pattern[end : token.start()]))
        end = token.end()
        begins = token.start() == 0 or pattern[token.start() - 1] == "/"
        if token["deep"] is not None:
            pieces.append(r"(?:[^./][^/]*/)*" if token["slash"] else r"(?:[^./][^/]*(?:/[^./][^/]*)*)?")
        elif token["end"]:
            pieces.append(r"(?:/[^./][^/]*)*")
        elif token["star"]:
            pieces.append(r"(?!\.)[^/]*" if begins else r"[^/]*")
        elif token["one"]:
            pieces.append(r"[^./]" if begins else r"[^/]")
        elif token["set"]:
            pieces.append(f"[{'^' if token['not'] else ''}{_in_set(token['in'])}]")
        elif token["open"]:
            depth += 1
            pieces.append("(?:")
        elif token["comma"]:
            pieces.append("|" if depth else ",")
        elif depth:
            depth -= 1
            pieces.append(")")
        else:
            pieces.append(re.escape(token[0]))
    return "".join(pieces) + re.escape(pattern[end:])


def _in_set(characters: str) -> str:
    """Return the characters of a set: only ranges keep their meaning."""
    return re.sub(r"[\\\[\]^&~|]", lambda found: f"\\{found[0]}", characters)
