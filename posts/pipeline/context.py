"""Define what the stages of one reading of a site share: the site, its index, and how the work is distributed."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct, field

from posts.config.options import ReadOptions
from posts.pipeline.parallel import Map, ProgressSink, Silent, serial
from posts.sites.base import SiteKind
from posts.store.index import Index


class Keys(Struct, frozen=True):
    """Hold the cache keys of metadata and contents (`posts.pipeline.cache_keys`)."""

    metadata: str = ""
    content: str = ""


class ReadContext(Struct, frozen=True):
    """Hold what the stages of one run share: the site, its index, and how the work is distributed.

    Attributes:
        skip: Folders below the site that hold no posts, such as the output.
        since: When the last run began, in nanoseconds since 1970.
        keys: The cache keys of this run.
        stored_key: The cache key of the metadata that the index has.
        map: Runs a stage over chunks of posts, in this process or in others.
        full: Whether stored metadata and contents are ignored; the ledger is not.
    """

    root: Path
    kind: SiteKind
    options: ReadOptions
    index: Index
    skip: frozenset[str] = frozenset()
    since: int = 0
    keys: Keys = field(default_factory=Keys)
    stored_key: str = ""
    map: Map = serial
    progress: ProgressSink = field(default_factory=Silent)
    full: bool = False
