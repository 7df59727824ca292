"""Read Jekyll's `_config.yml`: settings of the site and the posts, and front matter defaults.

Every scalar is read as text, so that `lang: no` is Norwegian. The file is the site owner's and is trusted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from posts.sites.evidence import JEKYLL_FILES
from posts.sites.favicons import is_picture
from posts.sites.terms import flatten
from posts.sites.yaml_file import NULLS, read_yaml
from posts.text import lazy_pattern

CNAME = "CNAME"
_HOST = lazy_pattern(r"(?:[\w-]{1,63}\.)+[\w-]{2,63}")
# What Jekyll excludes by default (`configuration.rb`).
_EXCLUDED = (
    ".sass-cache",
    ".jekyll-cache",
    "gemfiles",
    "Gemfile",
    "Gemfile.lock",
    "node_modules",
    "vendor/bundle/",
    "vendor/cache/",
    "vendor/gems/",
    "vendor/ruby/",
)


def read_config(root: Path) -> dict[str, Any]:
    """Return the configuration; an empty one if there is no file.

    Raises:
        ConfigurationError: It is not a YAML mapping, or cannot be read.
    """
    path = config_file(root)
    return read_yaml(path) if path else {}


def config_file(root: Path) -> Path | None:
    """Return the path of the configuration; None if there is no file."""
    return next((path for name in JEKYLL_FILES if (path := root / name).is_file()), None)


def host_url(root: Path) -> tuple[str, int]:
    """Return the address of the site on GitHub Pages, whose host is in the file `CNAME`, and the line of the host.

    Returns:
        ("", 0) if there is none.
    """
    try:
        with (root / CNAME).open("rb") as file:
            text = file.read(1024).decode("utf-8", "replace")
    except OSError:
        return "", 0
    host = next(iter(text.split()), "")
    return (f"https://{host.lower()}", text.partition(host)[0].count("\n") + 1) if _HOST.fullmatch(host) else ("", 0)


def config_sections(config: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the settings of `config` in the form of `feedmill.toml`, without empty ones."""
    site = {
        "title": _text(config, "title") or _text(config, "name"),
        "url": _text(config, "url"),
        "baseurl": _text(config, "baseurl"),
        "description": _text(config, "description") or _text(config, "tagline"),
        "language": _text(config, "lang") or _text(config, "locale"),
        "timezone": _text(config, "timezone"),
        "author": _author(config.get("author")),
        "rights": _text(config, "copyright"),
        "logo": _text(config, "logo"),
        "favicon": next(filter(is_picture, (_text(config, key) for key in ("favicon", "favicon_ico", "icon"))), ""),
    }
    posts = {
        "permalink": _permalink(config),
        "encoding": _text(config, "encoding"),
        "excerpt_separator": config.get("excerpt_separator") or None,
        "future": _flag(config, "future"),
        "unpublished": _flag(config, "unpublished"),
        "drafts": _flag(config, "show_drafts"),
        "exclude": [*_EXCLUDED, *flatten(config.get("exclude"))],
        "include": [".htaccess", *flatten(config.get("include"))],
    }
    return {"site": _without_empty(site), "posts": _without_empty(posts)}


def _without_empty(section: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in section.items() if value not in (None, "")}


def _text(config: Mapping[str, Any], key: str) -> str:
    value = config.get(key)
    # Everything was read as text, so YAML's null has to be recognised here.
    return value.strip() if isinstance(value, str) and value not in NULLS else ""


def _flag(config: Mapping[str, Any], key: str) -> bool | None:
    value = _text(config, key).lower()
    return None if not value else value in ("true", "yes", "on")


def _permalink(config: Mapping[str, Any]) -> str:
    collections = config.get("collections")
    posts = collections.get("posts") if isinstance(collections, dict) else None
    own = _text(posts, "permalink") if isinstance(posts, dict) else ""
    return own or _text(config, "permalink")


def _author(value: Any) -> Any:
    """Return a name, a mapping with the parts that feeds can have, or a list of these."""
    if isinstance(value, str):
        return _text({"author": value}, "author")
    if isinstance(value, list):
        return [person for one in value if (person := _author(one))] or None
    if not isinstance(value, dict):
        return None
    person = {"name": _text(value, "name"), "email": _text(value, "email"), "uri": _text(value, "url")}
    return _without_empty(person) if person["name"] else None


class DefaultsScope(Struct, frozen=True):
    """A front matter default: the values for posts whose path begins with a match of `pattern`.

    Attributes:
        pattern: The `path` of the scope.
        typed: Whether the scope has a `type`, which makes it more specific.
        values: The values.
    """

    pattern: str
    typed: bool
    values: Mapping[str, Any]

    @classmethod
    def all(cls, config: Mapping[str, Any], types: tuple[str, ...] = ("posts", "post")) -> list[DefaultsScope]:
        """Return the scopes for posts or another type, in the order of the file (`frontmatter_defaults.rb`)."""
        scopes = []
        sets = config.get("defaults")
        for one in sets if isinstance(sets, list) else []:
            values = one.get("values") if isinstance(one, dict) else None
            scope = one.get("scope") or {} if isinstance(one, dict) else None
            if not isinstance(values, dict) or not isinstance(scope, dict):
                continue
            if scope.get("type", types[0]) in types:
                path = scope.get("path")
                pattern = path if isinstance(path, str) else ""
                scopes.append(cls(pattern, "type" in scope, {k: v for k, v in values.items() if v != ""}))
        return scopes

    @classmethod
    def matching(cls, scopes: Iterable[DefaultsScope], path: str) -> list[DefaultsScope]:
        """Return the scopes for `path` in the order in which Jekyll merges them: each overrides those before it."""
        matching: list[DefaultsScope] = []
        for scope in scopes:
            if scope.applies(path):
                wins = not matching or scope.wins_over(matching[-1])
                matching.insert(len(matching) if wins else 0, scope)
        return matching

    def wins_over(self, other: DefaultsScope) -> bool:
        mine, its = len(self.pattern.lstrip("/")), len(other.pattern.lstrip("/"))
        return mine > its if mine != its else self.typed or not other.typed

    def applies(self, path: str) -> bool:
        if "*" not in self.pattern:
            return path.startswith(self.pattern)
        return re.match(_translated(self.pattern), path) is not None


def _translated(pattern: str) -> str:
    """Return a shell pattern as a regular expression for a path prefix; `*` stops at slashes, `**/` does not."""
    parts = re.split(r"(\*\*/|\*|\?)", pattern)
    meaning = {"**/": "(?:[^/]+/)*", "*": "[^/]*", "?": "[^/]"}
    return "".join(meaning.get(part, re.escape(part)) for part in parts)
