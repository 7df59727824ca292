"""Detect the site generator that a folder belongs to, by files that only its sites have."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from posts.sites.base import SiteKind
from posts.sites.evidence import (
    astro_evidence,
    eleventy_evidence,
    hexo_evidence,
    hugo_evidence,
    jekyll_evidence,
    nikola_evidence,
    pelican_evidence,
    zola_evidence,
)

Evidence = Callable[[Path], str]
"""Find what shows that a folder is a site of a generator: a path below it, or "" if nothing does."""


class KindRow(NamedTuple):
    """A row of the table of kinds.

    Attributes:
        evidence: Finds what shows that a folder is such a site. It opens at most a few small files.
        module: The module of the kind, which is imported only for its sites.
        name: The name of its class.
    """

    evidence: Evidence
    module: str
    name: str


KINDS: dict[str, KindRow] = {
    "zola": KindRow(zola_evidence, "posts.sites.zola.site", "Zola"),
    "hugo": KindRow(hugo_evidence, "posts.sites.hugo.site", "Hugo"),
    "hexo": KindRow(hexo_evidence, "posts.sites.hexo.site", "Hexo"),
    "pelican": KindRow(pelican_evidence, "posts.sites.pelican.site", "Pelican"),
    "nikola": KindRow(nikola_evidence, "posts.sites.nikola.site", "Nikola"),
    "astro": KindRow(astro_evidence, "posts.sites.astro.site", "Astro"),
    "eleventy": KindRow(eleventy_evidence, "posts.sites.eleventy.site", "Eleventy"),
    "jekyll": KindRow(jekyll_evidence, "posts.sites.jekyll.site", "Jekyll"),
    "folder": KindRow(lambda _: ".", "posts.sites.folder", "Folder"),
}
"""Every kind of site by its name in `[site] kind`. A folder is of the first kind that finds evidence."""


class FoundSite(NamedTuple):
    """A site: its kind, and what shows it, a path below the site or the key of the configuration."""

    kind: SiteKind
    evidence: str


def detect_site(root: Path, wanted: object = None) -> FoundSite:
    """Return the kind of site in the folder `root`.

    Args:
        root: The site.
        wanted: The name of the kind that the configuration sets; with another value, evidence decides.

    Raises:
        ConfigurationError: The configuration of the site generator has mistakes.
    """
    if isinstance(wanted, str) and wanted in KINDS:
        return FoundSite(_open(KINDS[wanted], root), "[site] kind")
    for row in KINDS.values():
        if found := row.evidence(root):
            return FoundSite(_open(row, root), found)
    raise AssertionError("a folder is always a plain folder")


def _open(row: KindRow, root: Path) -> SiteKind:
    kind: SiteKind = getattr(import_module(row.module), row.name)(root)
    return kind
