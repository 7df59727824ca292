"""Resolve what bodies refer to: files of the site, its data, and the addresses of its posts."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from posts.errors import EXHAUSTED
from posts.files.walk import is_private
from posts.frontmatter.decode import decode_text
from posts.model import Site
from posts.pipeline.data_files import find_data
from posts.pipeline.load import is_markdown
from posts.sites.permalinks import page_url
from posts.text import lazy_pattern

MAX_INCLUDE = 1024 * 1024
_DATED = lazy_pattern(r"\d{4}-\d{1,2}-\d{1,2}-(.+)")

Ask = Callable[[str, str], str | None]
"""Resolve a reference (`Library.ask`): (kind, name) -> answer, or None if the name does not exist."""


class Library(Struct, frozen=True, dict=True):
    """Resolve what bodies refer to: the files of the site, and the addresses of its posts by path."""

    root: Path
    site: Site
    addresses: Mapping[str, str]
    private_names: tuple[str, ...]
    variables: Mapping[str, Any] = field(default_factory=dict)
    data_folder: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    page_path: Callable[[str, bytes], str | None] = lambda _path, _data: None

    def ask(self, kind: str, name: str) -> str | None:
        """Return what a reference stands for; None if it does not exist.

        Args:
            kind: `text` for an included file, `link` or `post_url` for an address, `post` for address and title of a
                post, `site` for what Liquid sees of the site, `data` for a data file, `param` for a parameter of the
                site, `page` for the address of a page of the site by the path of its file.
            name: The name in the reference.
        """
        answers: dict[str, Callable[[str], str | None]] = {
            "text": self._text,
            "link": self._link,
            "post_url": self._post_url,
            "post": self._post,
            "site": self._site,
            "data": self._data,
            "param": self._param,
            "page": self._page,
        }
        answer = answers[kind]
        try:
            return answer(name)
        except (OSError, RuntimeError, ValueError) as error:  # circular links, invalid file names
            if isinstance(error, OSError) and error.errno in EXHAUSTED:
                raise
            return None

    def _site(self, _: str) -> str:
        """Return everything that Liquid sees of the site, as one text."""
        return self._seen

    @cached_property
    def _seen(self) -> str:
        return repr((self.site, self.variables))

    def _page(self, name: str) -> str | None:
        if name in self.addresses:
            return self.addresses[name]
        if (path := self._inside(f"//{name}")) is None:
            return None
        with path.open("rb") as file:
            found = self.page_path(name, file.read(MAX_INCLUDE))
        return page_url(self.site.url, found) if found is not None else None

    def _param(self, name: str) -> str | None:
        """Return a parameter of the site that bodies may show, by its dotted name."""
        value: object = self.variables
        for key in name.split("."):
            value = value.get(key) if isinstance(value, Mapping) else None
        return str(value) if isinstance(value, str | int | float) else None

    def _data(self, name: str) -> str | None:
        """Return a file of `site.data`, or the names in one of its folders, as JSON."""
        if name not in self._data_files:
            self._data_files[name] = find_data(name, self.data_folder, self._inside, self.root)
        return self._data_files[name]

    @cached_property
    def _data_files(self) -> dict[str, str | None]:
        """Return the data files that were read in this run."""
        return {}

    def _text(self, name: str) -> str | None:
        path = self._inside(name)
        if path is None:
            return None
        with path.open("rb") as file:
            return decode_text(file.read(MAX_INCLUDE), lambda *_: None)

    def _inside(self, name: str) -> Path | None:
        """Return the file `folder//name` if it exists and is neither outside of that folder nor outside of the site."""
        folder, _, rest = name.partition("//")
        # A body may name thousands of files. This test takes a thirtieth of the time of the others, so it comes first.
        if not os.path.isfile(os.path.join(self.root, folder, rest.lstrip("/"))):  # noqa: PTH113, PTH118 # hot
            return None
        root = self.root.resolve()
        within = (root / folder).resolve()
        path = (within / rest).resolve()
        if not within.is_relative_to(root) or not path.is_relative_to(within) or not path.is_file():
            return None
        return None if is_private(str(path.relative_to(root)), self.private_names) else path

    def _link(self, name: str) -> str | None:
        """Return the address for `{% link %}`: of a post, or of a page or file without a permalink rule."""
        name = name.strip().lstrip("/")
        if name in self.addresses:
            return self.addresses[name]
        if self._inside(f"//{name}") is None:
            return None
        return page_url(self.site.url, "/" + (name[: name.rfind(".")] + ".html" if is_markdown(name) else name))

    def _post_url(self, name: str) -> str | None:
        """Return the address for `{% post_url 2020-01-01-name %}`."""
        path = self._names.get(name.strip().lstrip("/"))
        return self.addresses[path] if path else None

    def _post(self, name: str) -> str | None:
        """Return address and title, in two lines, of the post that has a name, or else a title."""
        path = self._names.get(name) or self._undated.get(name) or self._titled.get(name)
        return f"{self.addresses[path]}\n{self.titles.get(path, '')}" if path else None

    @cached_property
    def _undated(self) -> Mapping[str, str]:
        """Return the paths of posts by their names without the date that these begin with."""
        return {name: path for path in reversed(list(self.addresses)) for name in undated_names(path)}

    @cached_property
    def _titled(self) -> Mapping[str, str]:
        """Return the paths of posts by their titles."""
        return {self.titles[path]: path for path in reversed(list(self.titles)) if self.titles[path]}

    @cached_property
    def _names(self) -> Mapping[str, str]:
        """Return the paths of posts by the names that `post_url` accepts."""
        names: dict[str, str] = {}
        for path in self.addresses:
            for name in names_of(path):
                names.setdefault(name, path)
        return names


def names_of(path: str) -> tuple[str, ...]:
    """Return the names by which `post_url` finds a post: with the folders below `_posts`, without, and with all."""
    stem = path.rpartition(".")[0]
    inside = stem.partition("_posts/")[2] or stem
    return (inside, inside.rpartition("/")[2], stem.replace("_posts/", ""))


def undated_names(path: str) -> tuple[str, ...]:
    """Return the name of a post without the date that it begins with, or nothing if it has none."""
    name = path.rpartition("/")[2].rpartition(".")[0]
    match = _DATED.fullmatch(name)
    return (match[1],) if match else ()
