"""Detect the site generator that a folder belongs to."""

from __future__ import annotations

from pathlib import Path

from posts.sites.base import SiteKind
from posts.sites.folder import Folder
from posts.sites.jekyll import Jekyll


def detect_site(root: Path) -> SiteKind:
    """Return the kind of site in the folder `root`."""
    return Jekyll(root) if Jekyll.is_site(root) else Folder(root)
