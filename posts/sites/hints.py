"""Explain what a site looks like: the site generator that it seems made for, and why it has no posts."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from posts.config.options import ReadOptions
from posts.errors import Problem
from posts.files.read import begins_with_front_matter
from posts.problems import make_problem
from posts.sites.base import SiteKind
from posts.sites.detect import KINDS
from posts.sites.folder import POST_SUFFIXES, is_beside_posts, is_document
from posts.text import plain


class Generator(NamedTuple):
    """A site generator that feedmill does not know, or whose sites it does not know for certain.

    Its name, and where its posts and their pages are by default.

    Attributes:
        marks: The files and folders that identify its sites.
        folders: Where its posts may be; the first is its default.
        permalink: The addresses of its posts below such a folder, "" if they are not fixed.
        kind: The kind of site that it would be if the evidence were beyond doubt (`posts.sites.detect`), or "".
    """

    name: str
    marks: tuple[str, ...]
    folders: tuple[str, ...]
    permalink: str = ""
    kind: str = ""

    def folder(self, root: Path) -> str:
        """Return the folder of posts that exists, "" if none does."""
        return next((folder for folder in self.folders if (root / folder).is_dir()), "")


_GENERATORS = (
    Generator("Hexo", ("source/_posts",), ("source/_posts",), kind="hexo"),  # without a configuration of its own
    Generator("Gatsby", ("gatsby-config.js", "gatsby-config.ts"), ("content",)),
)
# Formats that cannot be read, and the format to convert each to.
_UNREAD = {
    "txt": "rename it to .md",
    "text": "rename it to .md",
    "mdx": "rename it to .md if it is plain Markdown",
    "rst": "convert it to Markdown or HTML",
    "adoc": "convert it to Markdown or HTML",
    "asciidoc": "convert it to Markdown or HTML",
    "org": "convert it to Markdown or HTML",
    "textile": "convert it to Markdown or HTML",
    "ipynb": "convert it to Markdown or HTML",
    "docx": "convert it to Markdown or HTML",
}
_MOST_FILES = 10_000
_MOST_NAMES = 3
_MOST_ABOVE = 3  # such as src/content/blog


def other_generator(root: Path) -> tuple[str, str]:
    """Return the name of another site generator than Jekyll whose site the folder is, and the folder of its posts.

    Returns:
        ("", "") if the folder is not such a site.
    """
    found = _generator(root)
    return (found.name, found.folder(root) or found.folders[0]) if found else ("", "")


def _generator(root: Path) -> Generator | None:
    return next((one for one in _GENERATORS if any((root / mark).exists() for mark in one.marks)), None)


def generator_problems(root: Path, kind: SiteKind, options: ReadOptions) -> tuple[Problem, ...]:
    """Return a warning if a site that is read as another kind looks made for a site generator.

    A plain folder whose configuration names the folders of posts has been set up for it.
    """
    found = _generator(root) if kind.chooses_folders and not options.folders else None
    if not found:
        return ()
    mark = next(mark for mark in found.marks if (root / mark).exists())
    message = f"this looks like a {found.name} site, which is read as a plain folder; {_advice(root, found)}"
    return (make_problem(mark, 0, "other-generator", message),)


def _advice(root: Path, found: Generator) -> str:
    folder = found.folder(root)
    if found.kind:
        return f'if it is one, set [site] kind = "{found.kind}" in its feedmill.toml'
    if not folder:
        return "in its feedmill.toml, set [posts] folders to the folder of its posts"
    advice = f'in its feedmill.toml, set [posts] folders = ["{folder}"]'
    if found.permalink:
        return f'{advice} and, unless the site has other addresses, permalink = "{found.permalink}"'
    return f"{advice} and permalink as in the addresses of the site"


def with_site_above(root: Path, kind: SiteKind, mistakes: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the mistakes of a configuration, with the site that a plain folder without an address is a folder of."""
    if not kind.chooses_folders or not any(key == "site.url" and "is missing" in message for key, message in mistakes):
        return mistakes
    for folder in [*root.absolute().parents][:_MOST_ABOVE]:
        for row in KINDS.values():
            found = row.evidence(folder)
            if found and found != ".":
                place = f"{plain(str(folder))} ({found})"
                message = (
                    f"this folder is part of the {row.name} site {place}: give that one to feedmill, not the folder"
                )
                return [*mistakes, ("site.url", message)]
    return mistakes


def explain_no_posts(root: Path, kind: SiteKind, options: ReadOptions) -> str:
    """Return a message for a folder without posts: what was found instead, and what to do."""
    reasons = []
    found = _generator(root)
    folder = found.folder(root) if found else ""
    if (
        found
        and found.name != kind.label
        and (folder or kind.chooses_folders)
        and folder not in [one.strip("/") for one in options.folders]
    ):
        reasons.append(f"this looks like a {found.name} site; {_advice(root, found)}")
    files = [*_files(root)]
    if kind.chooses_folders and not options.folders:
        reasons += _explain_names(root, files, found)
    suffixes = Counter(suffix for path in files if (suffix := _suffix(path)) in _UNREAD)
    for suffix, count in sorted(suffixes.items()):
        what, verb = ("file", "is") if count == 1 else ("files", "are")
        advice = _UNREAD[suffix] if count == 1 else _UNREAD[suffix].replace(" it ", " them ")
        reasons.append(f"{count} .{suffix} {what} {verb} not read; {advice}")
    return f"no posts in {root}" + "".join(f"; {reason}" for reason in reasons)


def _explain_names(root: Path, files: list[str], found: Generator | None) -> Iterator[str]:
    """Yield why Markdown and HTML files of a plain folder are not posts."""
    texts = [path for path in files if _suffix(path) in POST_SUFFIXES and not f"/{path}".count("/_")]
    documents = [path for path in texts if is_document(path)]
    if documents:
        verb, them = ("is", "it") if len(documents) == 1 else ("are", "them")
        how = 'set [posts] folders = ["."] and give each front matter with a date'
        yield f"{_names(documents)} {verb} left alone; to publish {them}, {how.replace('each', them)}"
    others = [path for path in texts if not is_document(path)]
    folders = sorted({path.partition("/")[0] for path in others if is_beside_posts(path)})
    if folders and not found:  # else its advice names the folder
        verb, it = ("is", "it") if len(folders) == 1 else ("are", "them")
        yield f"{_names(folders)} {verb} left alone; to publish what is in {it}, name {it} in [posts] folders"
    bare = [path for path in others if not is_beside_posts(path) and not begins_with_front_matter(root / path)]
    if bare:
        yield f"{_names(bare)} {'has' if len(bare) == 1 else 'have'} no front matter; add it, with a date"


def _names(paths: list[str]) -> str:
    shown = [plain(path) for path in paths[:_MOST_NAMES]]
    if len(paths) > len(shown):
        return f"{', '.join(shown)} and {len(paths) - len(shown)} more"
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))


def _files(root: Path) -> Iterator[str]:
    """Yield the first files below a folder that are not hidden, as paths below it."""
    seen = 0
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "node_modules")))
        for name in sorted(names):
            seen += 1
            if not name.startswith("."):
                yield os.path.relpath(os.path.join(folder, name), root)  # noqa: PTH118 # there may be many
        if seen > _MOST_FILES:
            return


def _suffix(path: str) -> str:
    return os.path.splitext(path)[1][1:].lower()  # noqa: PTH122 # a name, not a path
