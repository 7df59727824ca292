"""Detect the site generator that a folder belongs to."""

from __future__ import annotations

from pathlib import Path

from posts.sites.base import SiteKind
from posts.sites.jekyll import Jekyll


def detect_site(root: Path) -> SiteKind:
    """Return the kind of site in the folder `root`."""
    if Jekyll.is_site(root):
        return Jekyll(root)
    from posts.sites.folder import Folder

    return Folder(root)
