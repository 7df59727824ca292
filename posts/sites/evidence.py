"""Find the files that show which site generator a folder belongs to; a run pays for this each time."""

from __future__ import annotations

import re
from pathlib import Path

from posts.text import lazy_pattern

JEKYLL_FILES = ("_config.yml", "_config.yaml")
HUGO_FILES = ("hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json")
# The names before Hugo 0.110, which programs of any kind have; Zola's has `base_url`.
_HUGO_OLD_FILES = ("config.toml", "config.yaml", "config.yml", "config.json")
_BASE_URL = lazy_pattern(rb"^[ \t]*[\"']?baseurl[\"']?[ \t]*[:=]", re.IGNORECASE | re.MULTILINE)
_MOST_BYTES = 1 << 16


def first_file(root: Path, names: tuple[str, ...]) -> str:
    """Return the first of some files that exists below a folder, "" if none does."""
    return next((name for name in names if (root / name).is_file()), "")


def first_folder(root: Path, names: tuple[str, ...]) -> str:
    """Return the first of some folders that exists below a folder, with a slash, "" if none does."""
    return next((f"{name}/" for name in names if (root / name).is_dir()), "")


def jekyll_evidence(root: Path) -> str:
    """Return Jekyll's configuration, else its folder of posts."""
    return first_file(root, JEKYLL_FILES) or first_folder(root, ("_posts",))


def hugo_evidence(root: Path) -> str:
    """Return Hugo's configuration: by its name, folder or `baseURL`; else a folder that only its sites have."""
    if (root / "_posts").is_dir():
        return ""
    if found := first_file(root, HUGO_FILES):
        return found
    if (root / "config/_default").is_dir() and _has_hugo_folder(root):
        return "config/_default/"
    for name in _HUGO_OLD_FILES:
        if _has_base_url(root / name) and _has_hugo_folder(root):
            return name
    has_others = any((root / name).is_file() for name in JEKYLL_FILES)
    return "archetypes/" if not has_others and (root / "archetypes").is_dir() and (root / "content").is_dir() else ""


def _has_hugo_folder(root: Path) -> bool:
    return any((root / name).is_dir() for name in ("content", "archetypes", "layouts", "themes"))


def _has_base_url(path: Path) -> bool:
    try:
        if not path.is_file():  # opening a FIFO would block
            return False
        with path.open("rb") as file:
            return bool(_BASE_URL.search(file.read(_MOST_BYTES)))
    except OSError:
        return False
