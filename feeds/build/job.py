"""Define the files to build, one type for each kind of file.

Every job has `path` (where the file goes, below the web root, else below the output), `name` (the path below the output
that it has where `[feeds.paths]` does not place it) and `signature` (a hash of everything that its bytes depend on).

An archive document is a `FeedFile`: it is an Atom document of the same feed, built by the same renderer, with other
links and an address of its own. `_headers` has a type of its own, since its text follows from the plan alone.
"""

from __future__ import annotations

from msgspec import Struct

from feeds.formats.table import Format
from feeds.model import Feed
from feeds.options import FeedsOptions
from feeds.select.paths import address


class FeedFile(Struct, frozen=True):
    """A feed in one format.

    `links` are those to other documents of the feed: relation and file name in the feed's folder, "" for the feed
    itself. `is_archive` marks an archive document (RFC 5005, section 4).
    """

    path: str
    name: str
    signature: str
    feed: Feed
    format: Format
    links: tuple[tuple[str, str], ...] = ()
    is_archive: bool = False


class Page(Struct, frozen=True):
    """An HTML page of a feed, rendered from `template`; `has_directory` adds the list of all feeds."""

    path: str
    name: str
    signature: str
    feed: Feed
    template: str
    has_directory: bool = False


class Asset(Struct, frozen=True):
    """A style sheet or script in the root of the output; `name` is its name in `feeds.pages.assets.ASSETS`."""

    path: str
    name: str
    signature: str


class Outline(Struct, frozen=True):
    """The OPML outline of all feeds."""

    path: str
    name: str
    signature: str


class HeadersFile(Struct, frozen=True):
    """The `_headers` file; `data` are its bytes, which are known when the plan is made."""

    path: str
    name: str
    signature: str
    data: bytes


class CompressedCopy(Struct, frozen=True):
    """The gzip copy of the file of another job."""

    path: str
    name: str
    signature: str
    original: OriginalFile


OriginalFile = FeedFile | Page | Asset | Outline | HeadersFile
Job = OriginalFile | CompressedCopy


def topic(job: Job, options: FeedsOptions) -> str:
    """Return the WebSub topic of a file, which is its address; "" for everything but the current feed documents."""
    if not isinstance(job, FeedFile) or job.is_archive:
        return ""
    return address(options.url, job.feed.file(job.format.file))
