"""Find the files that show which site generator a folder belongs to; a run pays for this each time."""

from __future__ import annotations

from pathlib import Path

JEKYLL_FILES = ("_config.yml", "_config.yaml")


def first_file(root: Path, names: tuple[str, ...]) -> str:
    """Return the first of some files that exists below a folder, "" if none does."""
    return next((name for name in names if (root / name).is_file()), "")


def first_folder(root: Path, names: tuple[str, ...]) -> str:
    """Return the first of some folders that exists below a folder, with a slash, "" if none does."""
    return next((f"{name}/" for name in names if (root / name).is_dir()), "")


def jekyll_evidence(root: Path) -> str:
    """Return Jekyll's configuration, else its folder of posts."""
    return first_file(root, JEKYLL_FILES) or first_folder(root, ("_posts",))
