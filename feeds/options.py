"""Options of the generator, as `feeds.config` decodes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from feeds.formats.table import FORMATS
from feeds.model import Extent, Kind, Places

KINDS: tuple[Kind, ...] = ("category", "tag", "author", "language")


@dataclass(frozen=True, slots=True)
class Custom:
    """One `[[feeds.custom]]`: a post is in it when every condition holds.

    It has one of the names `wanted` of each kind given, and none of those `unwanted` (both folded, by kind), and
    `match` is found in its title.
    """

    name: str
    title: str
    items: int
    content: Extent
    wanted: Mapping[str, frozenset[str]]
    unwanted: Mapping[str, frozenset[str]]
    match: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class FeedsOptions:
    """`url` is absolute, escaped and without a trailing slash; `ttl` is in minutes, 0 for none.

    `gzip` puts a compressed twin beside every file, `headers` the rules for hosts that read such a file into the root.
    `archives` puts every item that ever was into archive documents beside the Atom feed; `hubs` are of `[publish]`.
    Posts that were first published less than `keep` ago are in their feeds whatever their dates. `titles` goes from
    kind to slug or folded name to title, `places` has the folders and files that the configuration has placed.
    `root` is the folder that the web server serves, "" where that is the output.
    """

    url: str
    out: str = "feeds"
    formats: tuple[str, ...] = tuple(FORMATS)
    items: int = 50
    keep: timedelta = timedelta(hours=24)
    content: Extent = "full"
    by: tuple[str, ...] = ("category",)
    link: Literal["post", "source"] = "post"
    ttl: int = 0
    pages: bool = True
    gzip: bool = False
    headers: bool = False
    archives: bool = False
    root: str = ""
    hubs: tuple[str, ...] = ()
    titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    places: Places = field(default_factory=Places)
    custom: tuple[Custom, ...] = ()
