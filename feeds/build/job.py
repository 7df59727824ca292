"""A file to be made, and the signature of what it is made of."""

from __future__ import annotations

from dataclasses import dataclass

from feeds.formats.table import Format
from feeds.model import Feed


@dataclass(frozen=True, slots=True)
class Job:
    """A file to be made; `signature` says of what. `path` is where it goes, below the web root or else the output.

    `name` is the path below the output that it has where the configuration has placed nothing.

    It is `feed` in the format `row`, or the page `page` of `feed`; with neither of the two it is the asset of that
    name, with none of the three the outline of all feeds. `directory` puts all the other feeds on the page. `text` is
    a file as it will be, where that is known from the start. `links` are those to other documents of the feed
    (relation, file name in its folder, "" for that of the feed itself); with `is_archive` it holds old items.
    """

    path: str
    name: str
    signature: str
    feed: Feed | None = None
    row: Format | None = None
    page: str = ""
    directory: bool = False
    text: bytes = b""
    links: tuple[tuple[str, str], ...] = ()
    is_archive: bool = False
