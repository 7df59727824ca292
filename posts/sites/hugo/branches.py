"""Read the `_index` files of a Hugo site: which folders are sections, their titles, and what they cascade."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from posts.errors import PostError, Problem
from posts.files.read import read
from posts.frontmatter.split import split_front_matter
from posts.model import ReportProblem
from posts.problems import make_problem
from posts.sites.hugo.cascade import Cascade, decode_cascades
from posts.sites.hugo.content import SUFFIXES_READ, SUFFIXES_UNREAD, parse_content_path
from posts.sites.hugo.languages import Languages, Mount
from posts.sites.settings_file import text_of

_DEEPEST = 64


class Branch(Struct, frozen=True):
    """The page of a section.

    Attributes:
        title: Its title, "" for none; `slug` likewise.
        cascades: What it cascades to the pages below it.
        unreadable: The path of the file if it cannot be read and may cascade something, else "".
    """

    title: str = ""
    slug: str = ""
    cascades: tuple[Cascade, ...] = ()
    unreadable: str = ""


class Branches(Struct, frozen=True):
    """The pages of sections.

    Attributes:
        files: The paths of their files below the site.
        pages: The pages by language and folder below all content; the home page is that of "".
        problems: The problems with their files.
    """

    files: tuple[str, ...] = ()
    pages: Mapping[tuple[str, str], Branch] = {}
    problems: tuple[Problem, ...] = ()

    @property
    def has_cascades(self) -> bool:
        """Return whether any page cascades anything, as far as that is known."""
        return any(one.cascades or one.unreadable for one in self.pages.values())

    def above(self, language: str, folder: str) -> Iterator[tuple[str, Branch]]:
        """Yield the folders that are sections with a page of their own, and the pages: a folder, then those above."""
        while True:
            if found := self.pages.get((language, folder)):
                yield folder, found
            if not folder:
                return
            folder = folder.rpartition("/")[0]


def read_branches(root: Path, mounts: tuple[Mount, ...], languages: Languages, private: tuple[str, ...]) -> Branches:
    """Return the pages of all sections of a site. Links are not followed."""
    pages: dict[tuple[str, str], Branch] = {}
    files: list[str] = []
    problems: list[Problem] = []
    for mount in reversed(mounts):  # what is found first, in the deepest folder, is kept
        for path in _index_files(root, mount.source):
            place = parse_content_path(path, mounts, languages)
            if place is None or path in files or not mount.has(path[len(mount.source) + 1 :]):
                continue
            files.append(path)
            found = _read(root, path, private, problems)
            pages[place.language, place.inside] = found
    return Branches(tuple(sorted(files)), pages, tuple(problems))


def _index_files(root: Path, folder: str) -> Iterator[str]:
    todo = [folder]
    while todo:
        here = todo.pop()
        try:
            with os.scandir(f"{root}/{here}") as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError:
            continue  # the walk for posts reports it
        for entry in found:
            name = entry.name
            if name.startswith("_index.") and name.rpartition(".")[2].lower() in (*SUFFIXES_READ, *SUFFIXES_UNREAD):
                if entry.is_file(follow_symlinks=False):
                    yield f"{here}/{name}"
            elif "." not in name[:1] and entry.is_dir(follow_symlinks=False) and here.count("/") < _DEEPEST:
                todo.append(f"{here}/{name}")


def _read(root: Path, path: str, private: tuple[str, ...], problems: list[Problem]) -> Branch:
    data = b""

    def ignore(_line: int, _code: str, _message: str) -> None:
        pass

    report: ReportProblem = ignore
    try:
        data = read(root, path, private)[1]
        metadata = {key.lower(): one for key, one in split_front_matter(data, report).metadata.items()}
    except PostError as error:
        problems.append(make_problem(path, error.line, error.code, error.message))
        return Branch(unreadable=path if b"cascade" in data.lower() or not data else "")
    except OSError as error:
        problems.append(make_problem(path, 0, "unreadable", f"cannot read the file ({error.strerror})"))
        return Branch(unreadable=path)
    return Branch(text_of(metadata, "title"), _slug(metadata), decode_cascades(metadata.get("cascade")))


def _slug(metadata: Mapping[str, Any]) -> str:
    return text_of(metadata, "slug").strip("-")
