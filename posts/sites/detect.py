"""Detection of the site generator that a folder belongs to."""

from __future__ import annotations

from pathlib import Path

from posts.sites.base import Kind
from posts.sites.folder import Folder
from posts.sites.jekyll import Jekyll


def recognise(root: Path) -> Kind:
    """Return the kind of site in the folder `root`."""
    return Jekyll(root) if Jekyll.recognises(root) else Folder(root)
