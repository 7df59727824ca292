"""Write the settings for a site that has feeds into the text of a new configuration. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from feedmill.run.proposed_feeds import ProposedCustom, ProposedFeeds
from posts.sites.engine_feeds import Sourced

_FEEDS = "\n[feeds]\n"
_TITLES = "# [feeds.titles.category]\n"
_PUBLISH = "[publish]\n"


def with_feeds(text: str, feeds: ProposedFeeds) -> str:
    """Return the text of a configuration with settings in place of their comments; each says where it is from.

    Args:
        text: The configuration of `feedmill init`, in which these settings are comments.
        feeds: The settings.
    """
    site, mark, rest = text.partition(_FEEDS)
    for key, sourced in (("icon", feeds.icon), ("logo", feeds.logo)):
        site = _set(site, key, sourced)
    if feeds.root:
        root = f"root = {_toml(feeds.root)}".ljust(31) + "# the folder that the web server serves: the built site\n"
        rest = root + _set(rest, "out", Sourced(f"{feeds.root}/feeds", "the folder for feedmill's own files"))
    for key, sourced in (("items", feeds.items), ("content", feeds.content)):
        rest = _set(rest, key, sourced)
    if feeds.by != ("category",):
        rest = _replaced(rest, "by", _line("by", json.dumps(list(feeds.by)), "the terms that have feeds"))
    paths = "[feeds.paths]                  # the addresses of the site's feeds, below root\n" + "".join(_paths(feeds))
    customs = "".join(map(_custom_table, feeds.customs))
    rest = rest.replace(_TITLES, f"{paths}\n{_TITLES}", 1).replace(_PUBLISH, f"{customs}{_PUBLISH}", 1)
    return site + mark + rest


def _paths(feeds: ProposedFeeds) -> Iterator[str]:
    for place in feeds.places:
        yield _line(_toml(place.name), _toml(place.path), place.setting)


def _custom_table(custom: ProposedCustom) -> str:
    lines = [f"[[feeds.custom]]               # {custom.setting}", f"name = {_toml(custom.name)}"]
    if custom.title:
        lines.append(f"title = {_toml(custom.title)}")
    lines.append(f"collection = [{_toml(custom.collection)}]")
    if custom.category:
        lines.append(f"category = [{_toml(custom.category)}]")
    return "\n".join(lines) + "\n\n"


def _set(text: str, key: str, sourced: Sourced | None) -> str:
    """Return a text with a setting in place of the comment that shows it."""
    if sourced is None:
        return text
    value = str(sourced.value) if isinstance(sourced.value, int) else _toml(sourced.value)
    return _replaced(text, key, _line(key, value, sourced.setting))


def _replaced(text: str, key: str, line: str) -> str:
    lines: Sequence[str] = text.splitlines(keepends=True)
    at = next((at for at, one in enumerate(lines) if one.startswith((f"# {key} =", f"{key} ="))), -1)
    return text if at < 0 else "".join((*lines[:at], line, *lines[at + 1 :]))


def _line(key: str, value: str, comment: str) -> str:
    return f"{key} = {value} ".ljust(31) + f"# {' '.join(comment.split())}\n"


def _toml(text: str) -> str:
    # JSON's strings are TOML's basic strings, but for DEL, which JSON leaves as it is.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
