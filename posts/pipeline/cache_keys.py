"""Compute the cache keys of metadata, contents and feed files: settings, library versions, and feedmill's own code.

A key that differs from the stored one invalidates the results that were made with it. The code is part of a key as a
digest of its package, so there is no number to increment by hand. A changed comment invalidates the results too. This
costs time in the first run after an upgrade, but changes no byte and no time of a feed, because both are compared with
the published ones.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from typing import Any

from posts.config.options import ReadOptions
from posts.files.stat import source_digest
from posts.sites.base import SiteKind

_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # noqa: PTH100, PTH120

# The inputs of each stage: distributions, and feedmill's own packages, which end in a slash.
_METADATA_FROM = (
    "posts/",
    "PyYAML",
    "Unidecode",
    "ada-url",
    "docutils",
    "mutagen",
    "python-dateutil",
    "python-frontmatter",
    "tzdata",
)
_CONTENTS_FROM = (
    "posts/",
    "ada-url",
    "beautifulsoup4",
    "Unidecode",
    "cmarkgfm",
    "docutils",
    "lxml",
    "nh3",
    "python-liquid",
    "regex",
    "soupsieve",
)
_FEEDS_FROM = ("feeds/", "posts/", "feedgen", "lxml", "Jinja2", "MarkupSafe")


def reader_versions() -> dict[str, str]:
    """Return the versions of all that heads and contents depend on, to compare those of two machines."""
    names = sorted({*_METADATA_FROM, *_CONTENTS_FROM, "msgspec"})
    python = f"{sys.implementation.name} {sys.version.partition(' ')[0]} ({sys.getfilesystemencoding()})"
    return {"Python": python, **dict(zip(names, Versions().of(names), strict=True))}


class Versions:
    """Look up the versions of distributions and the digests of packages when they are needed.

    Args:
        known: The results of an earlier run. A lookup of all takes 30 ms, and they are the same while no library folder
            has changed.
    """

    def __init__(self, known: Mapping[str, str] = {}) -> None:  # the default is never modified
        self.known = dict(known)

    def of(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the versions of distributions; "" for one that is not installed."""
        for name in names:
            if name not in self.known:
                self.known[name] = source_digest(f"{_ROOT}/{name[:-1]}") if name.endswith("/") else _version(name)
        return tuple(self.known[name] for name in names)


def metadata_key(kind: SiteKind, options: ReadOptions, versions: Versions) -> str:
    """Return the cache key of the metadata of posts."""
    parts = (options.site.url, options.base_path, options.zones, options.encoding, options.permalink)
    more = (options.unpublished, options.drafts, options.excerpt_separator, options.rewrites, kind.fingerprint())
    wanted = (options.closing_link, options.episodes, options.comments, options.collections)
    return _key("metadata", parts, more, wanted, versions.of(_METADATA_FROM))


def content_key(kind: SiteKind, options: ReadOptions, versions: Versions) -> str:
    """Return the cache key of the contents of posts. It does not include their metadata."""
    parts = (options.remove, options.site.url, options.closing_link, options.markdown)
    return _key("contents", parts, kind.renders_liquid, kind.markdown, versions.of(_CONTENTS_FROM))


def feeds_key(versions: Versions) -> str:
    """Return the cache key of all feed files. It does not include their contents."""
    return _key("feeds", versions.of(_FEEDS_FROM))


def _key(*parts: Any) -> str:
    return hashlib.blake2b(repr(parts).encode("utf-8", "replace"), digest_size=12).hexdigest()


def _version(name: str) -> str:
    """Return the version of a distribution; "" for one that is not installed."""
    if version := _installed().get(_normalized(name)):
        return version
    from importlib import metadata  # takes 15 ms, and is needed only where a distribution has no `.dist-info` folder

    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


@cache
def _installed() -> dict[str, str]:
    """Return the versions of distributions by their normalized names, from the names of their folders (PEP 376)."""
    found: dict[str, str] = {}
    for folder in sys.path:
        with suppress(OSError):
            for entry in os.listdir(folder or "."):  # noqa: PTH208 # only the names are needed
                name, hyphen, version = entry.removesuffix(".dist-info").partition("-")
                if hyphen and entry.endswith(".dist-info"):
                    found.setdefault(_normalized(name), version)  # the first folder wins, as for imports
    return found


def _normalized(name: str) -> str:
    """Return a name in the form for comparison (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
