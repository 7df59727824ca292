"""Say what Eleventy makes of the path of a template: its slug, its address by default, and whether it is ignored.

https://www.11ty.dev/docs/data-eleventy-supplied/#fileslug, https://www.11ty.dev/docs/permalinks/,
https://www.11ty.dev/docs/ignores/
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from pathlib import Path

from posts.sites.eleventy.config import EleventyConfig, read_source
from posts.sites.globs import glob_test
from posts.sites.permalinks import PermalinkError
from posts.text import lazy_pattern

_DATED = lazy_pattern(r"\d{4}-\d{2}-\d{2}-(.*)", re.DOTALL)
_INDEX = lazy_pattern(r"/index(?:\.html|/)?\Z")
_MOST_PATTERNS = 1_000


def below_input(path: str, config: EleventyConfig) -> str:
    """Return a path below the input folder, without its suffix."""
    inside = path.removeprefix(f"{config.input}/") if config.input else path
    folder, slash, name = inside.rpartition("/")
    return f"{folder}{slash}{name.rpartition('.')[0] or name}"


def file_path_stem(stem: str) -> str:
    """Return `page.filePathStem`: the path with a slash before it, without the date in the name of the file."""
    folder, slash, name = stem.rpartition("/")
    return f"/{folder}{slash}{_undated(name)}"


def file_slug(stem: str) -> str:
    """Return `page.fileSlug`: the name without its date; that of the folder for a file `index`."""
    folder, _, name = stem.rpartition("/")
    slug = _undated(name)
    return _undated(folder.rpartition("/")[2]) if slug == "index" else slug


def _undated(name: str) -> str:
    found = _DATED.search(name)
    return found[1] if found else name


def default_address(stem: str) -> str:
    """Return the address of the page of a template without a permalink; the date in a name stays."""
    folder, _, name = stem.rpartition("/")
    inside = f"/{folder}" if folder else ""
    return f"{inside}/" if name == "index" or name == folder.rpartition("/")[2] else f"{inside}/{name}/"


def page_address(permalink: str) -> str:
    """Return the address of the page that Eleventy writes for an expanded permalink.

    Raises:
        PermalinkError: It is empty or leads out of the output folder.
    """
    written = permalink.strip()
    path = posixpath.normpath(f"/{written}").replace("//", "/")
    if not written or ".." in written.split("/"):
        raise PermalinkError(f"`permalink` is {permalink!r} for this post; correct it")
    path = path if path == "/" or not written.endswith("/") else f"{path}/"
    return _INDEX.sub("/", path)


def ignore_test(root: Path, config: EleventyConfig) -> Callable[[str], bool]:
    """Return a test for paths that the files `.eleventyignore` and `.gitignore` leave out."""
    places = {"": [".eleventyignore"]}
    if config.uses_gitignore:
        places[""].append(".gitignore")
    if config.input:
        places[config.input] = [".eleventyignore"]
    patterns = []
    for folder, names in places.items():
        for name in names:
            for line in read_source(root / folder / name).splitlines():
                pattern = line.strip()
                if pattern and not pattern.startswith(("#", "!")):
                    path = posixpath.normpath(posixpath.join(folder, pattern.lstrip("/")))
                    patterns.append(f"{path}/**" if (root / path).is_dir() else path)
    matches = glob_test(patterns[:_MOST_PATTERNS])
    return lambda path: bool(matches(path))
