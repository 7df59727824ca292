"""Complete front matter by the values that a Hugo site cascades from its configuration and from `_index.md`. Pure.

https://gohugo.io/content-management/front-matter/#cascade
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from posts.sites.hugo.config import as_written, table_of
from posts.sites.hugo.content import ContentPath
from posts.sites.hugo.paths import glob_pattern
from posts.sites.settings_file import text_of
from posts.sites.terms import flatten

_NOT_VALUES = frozenset(("target", "_target", "params", "cascade", "kind", "path", "lang", "sites"))


class Cascade(Struct, frozen=True):
    """Values for all pages below a branch that match patterns.

    Attributes:
        path: A glob for the path of the page, "" for every page.
        kind: A glob for the kind of page; posts are of the kind `page`.
        languages: Globs for the language, none for every language.
        values: The values, keys in lower case, in the form of front matter.
    """

    path: str
    kind: str
    languages: tuple[str, ...]
    values: Mapping[str, Any]

    def applies(self, place: ContentPath) -> bool:
        """Return whether a post gets the values."""
        if self.kind and not glob_pattern(self.kind).fullmatch("page"):
            return False
        if self.languages and not any(glob_pattern(one).fullmatch(place.language) for one in self.languages):
            return False
        return not self.path or bool(glob_pattern(self.path).fullmatch(place.key))


def decode_cascades(written: Any) -> tuple[Cascade, ...]:
    """Return the cascades in a value of a configuration or of front matter: a table, or a list of tables."""
    tables = written if isinstance(written, list) else [written]
    return tuple(_decode(one) for one in tables if isinstance(one, Mapping))


def _decode(table: Mapping[str, Any]) -> Cascade:
    table = {str(key).lower(): value for key, value in table.items()}
    written = table_of(table, "target") or table_of(table, "_target")
    target = {str(key).lower(): value for key, value in written.items()}
    matrix = table_of(table_of(target, "sites"), "matrix")
    languages = [*flatten(target.get("lang")), *flatten(matrix.get("languages"))]
    values = {str(key).lower(): value for key, value in table_of(table, "params").items()}
    values = {key: value for key, value in table.items() if key not in _NOT_VALUES} | values
    path = text_of(target, "path")
    environment = text_of(target, "environment")
    if environment and not glob_pattern(environment).fullmatch("production"):
        values = {}
    return Cascade(path, text_of(target, "kind"), tuple(languages), as_written(values))


def with_cascades(metadata: dict[str, Any], cascades: Iterable[Cascade], place: ContentPath) -> dict[str, Any]:
    """Return front matter with the values of cascades for keys that it does not have; the first cascade wins."""
    merged = metadata
    for cascade in cascades:
        if cascade.values and cascade.applies(place):
            merged = {**cascade.values, **merged}
    return merged
