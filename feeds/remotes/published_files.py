"""Tell from the path of a published file what it is: its headers at a remote, and when it is sent. Pure.

The paths below a remote are those below the folder that `--out` names: the web root if `[feeds] root` is set, which
contains the output folder and every file that `[feeds.paths]` places outside it; else the output folder.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from msgspec import Struct

from feeds.build.gzip import SUFFIX
from feeds.build.headers import cache_control, content_type
from feeds.formats.table import FORMATS, PAGE, SHOWN
from feeds.options import FeedsOptions
from feeds.pages.assets import ALL_ASSETS, TRY_PAGE
from feeds.select.archives import ARCHIVE
from posts.files.stat import digest

_FEEDS = frozenset(row.file for row in FORMATS.values())
_BINARY = "application/octet-stream"


class Attributes(NamedTuple):
    """The headers that a remote sends with a file; `encoding` is "" for none."""

    media_type: str
    cache_control: str
    encoding: str

    def digest(self) -> str:
        """Return a short text that differs if any of them does; the record of a remote has it."""
        return _digest(self)


@cache  # there are many files and few attributes
def _digest(attributes: Attributes) -> str:
    return digest("\n".join(attributes).encode()).hex()[:16]


@cache
def _media_type(name: str) -> str:
    return content_type(name) or _BINARY


class PublishedFiles(Struct, frozen=True):
    """What the published files of a site are.

    Attributes:
        names: The default names of files that `[feeds.paths]` places, by path below the web root.
        directory: The path of the page that lists all feeds.
        caching: The value of `Cache-Control`.
    """

    names: Mapping[str, str]
    directory: str
    caching: str

    @classmethod
    def of(cls, options: FeedsOptions) -> PublishedFiles:
        """Return them for the options of the generator."""
        places = options.places
        placed = {places.below_root(path): name for files in places.files.values() for name, path in files.items()}
        return cls(placed, places.below_root(PAGE), cache_control(options.ttl))

    def attributes(self, path: str) -> Attributes:
        """Return the headers of a file. A compressed copy has the type of its original."""
        return Attributes(_media_type(self._name(path)), self.caching, "gzip" if path.endswith(SUFFIX) else "")

    def stage(self, path: str) -> int:
        """Return when to send a file: after those with smaller numbers, to which it may refer.

        0: what pages and feeds are shown with, and archive documents; 1: pages of feeds; 2: feeds; 3: the files that
        list all feeds. A server may send the compressed copy in place of the original, so both have the same number.
        """
        name = self._name(path)
        if ARCHIVE.fullmatch(name) or (name in ALL_ASSETS and name != TRY_PAGE):
            return 0
        if name in SHOWN:
            return 3 if path.removesuffix(SUFFIX) == self.directory else 1
        return 2 if name in _FEEDS else 3

    def _name(self, path: str) -> str:
        original = path.removesuffix(SUFFIX)
        return self.names.get(original) or original.rpartition("/")[2]
