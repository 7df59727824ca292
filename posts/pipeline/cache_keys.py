"""What facts and contents depend on besides the posts themselves: settings, and the versions of what made them.

When a key differs from the one that is remembered, what was made with it is made anew; nothing else is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from posts.config.options import ReadOptions
from posts.sites.base import SiteKind

# To be raised when the code behind a stage changes what comes out of it.
FACTS = 3
CONTENTS = 1

_FACTS_FROM = ("PyYAML", "ada-url", "python-dateutil", "python-frontmatter", "tzdata")
_CONTENTS_FROM = ("ada-url", "beautifulsoup4", "cmarkgfm", "lxml", "nh3", "python-liquid", "regex", "soupsieve")

installed: dict[str, str] = {}
"""The versions that are known already. Asking for all takes 30 ms: where no folder of libraries has changed since the
last run, they are what they were then."""


def facts_key(kind: SiteKind, options: ReadOptions) -> str:
    """What the facts of posts depend on."""
    said = (options.site.url, options.base_path, options.zones, options.encoding, options.permalink)
    more = (options.unpublished, options.drafts, options.excerpt_separator, options.rewrites, kind.fingerprint())
    return key("facts", FACTS, said, more, versions(_FACTS_FROM))


def content_key(kind: SiteKind, options: ReadOptions) -> str:
    """What the contents of posts depend on, besides their facts."""
    return key("contents", CONTENTS, options.remove, options.site.url, kind.renders_liquid, versions(_CONTENTS_FROM))


def key(*parts: Any) -> str:
    """A short name for settings; their representations say all that they are."""
    return hashlib.blake2b(repr(parts).encode("utf-8", "replace"), digest_size=12).hexdigest()


def versions(names: Iterable[str]) -> tuple[str, ...]:
    """The installed versions of distributions, "" for one that is none (a library put there by hand)."""
    return tuple(_version(name) for name in names)


def _version(name: str) -> str:
    if name not in installed:
        from importlib.metadata import PackageNotFoundError, version

        try:
            installed[name] = version(name)
        except PackageNotFoundError:
            installed[name] = ""
    return installed[name]
