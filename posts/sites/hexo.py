"""Detect sites of Hexo, which are read as plain folders."""

from __future__ import annotations

from pathlib import Path


def has_posts_of_hexo(root: Path) -> bool:
    """Return whether a folder is a Hexo site, or the folder of posts in one."""
    whole = root.resolve()
    is_inside = whole.parts[-2:] == ("source", "_posts") and (whole.parent.parent / "_config.yml").is_file()
    return is_inside or (root / "source/_posts").is_dir()
