"""Joins the stages: a folder becomes posts, and the posts that some feed needs become contents. Opens the files."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

from posts import facts as facts_stage
from posts.content import Library, render
from posts.facts import Facts
from posts.items import alone, unite
from posts.matter import MatterError
from posts.model import Content, Post, Problem
from posts.options import ReadOptions
from posts.sites import Found, Kind

MAX_FILE = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Reading:
    """What a site's folder holds.

    `posts` are all that could be read, in order of date, with their states and ids; `items` are the published ones,
    one for each item; `invalid` are the paths of those that could not be read, `undated` those of drafts without a
    date, which is no mistake.
    """

    posts: tuple[Post, ...]
    items: tuple[Post, ...]
    invalid: tuple[str, ...]
    undated: tuple[str, ...]
    problems: tuple[Problem, ...]


class Reader:
    """Reads one site. `skip` are folders below the site that hold no posts (where the feeds go)."""

    def __init__(self, root: Path, kind: Kind, options: ReadOptions, skip: Iterable[str] = ()) -> None:
        self.root = root
        self.kind = kind
        self.options = options
        self.skip = frozenset(skip)
        self._facts: dict[str, Facts] = {}

    def read(self, now: datetime) -> Reading:
        """All posts of the site. `now` is aware; posts dated later wait, unless the options say otherwise."""
        problems: list[Problem] = []
        undated: list[str] = []
        for found in sorted(self.kind.files(self.options, self.skip, problems.append)):
            try:
                facts = self._read(found, problems)
                self._facts[found.path] = self._timed(facts, now)
            except MatterError as error:
                if error.code == "no-date" and found.draft and not self.options.drafts:
                    undated.append(found.path)
                else:
                    problems.append(Problem(found.path, error.line, error.code, "error", error.message))
            except OSError as error:
                message = f"the file cannot be read ({error.strerror})"
                problems.append(Problem(found.path, 0, "unreadable", "error", message))
        items = unite(facts for facts in self._facts.values() if facts.post.state == "published")
        posts = [
            replace(facts.post, id=items.ids.get(facts.post.path) or alone(facts)) for facts in self._facts.values()
        ]
        posts.sort(key=lambda post: (post.date, post.path))
        invalid = {problem.path for problem in problems if problem.severity == "error"} - self._facts.keys()
        return Reading(tuple(posts), items.posts, tuple(sorted(invalid)), tuple(undated), (*problems, *items.problems))

    def contents(self, posts: Iterable[Post]) -> tuple[dict[str, Content], tuple[Problem, ...]]:
        """The contents of posts that `read` has given, by path, and what was doubtful in their bodies."""
        problems: list[Problem] = []
        contents = {}
        for post in posts:
            report = _Report(post.path, problems)
            data = self._bytes(post.path)
            contents[post.path] = render(self._facts[post.path], data, self.kind, self.options, self._library, report)
        return contents, tuple(problems)

    def _read(self, found: Found, problems: list[Problem]) -> Facts:
        report = _Report(found.path, problems)
        return facts_stage.read(found, self._bytes(found.path), self.kind, self.options, self._size, report)

    def _timed(self, facts: Facts, now: datetime) -> Facts:
        if facts.post.state != "published" or facts.post.date <= now or self.options.future:
            return facts
        return replace(facts, post=replace(facts.post, state="future"))

    def _bytes(self, path: str) -> bytes:
        # A device or a pipe that took the file's place since it was found must not block the run.
        handle = os.open(self.root / path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(handle, "rb") as file:  # noqa: PTH123 # it is a handle
            data = file.read(MAX_FILE + 1)
        if len(data) > MAX_FILE:
            raise MatterError(0, "file-too-large", f"the file is larger than {MAX_FILE // 1024 // 1024} MiB")
        return data

    def _size(self, address: str) -> int:
        """The size of the file of the site behind a local address; 0 for what is not there or lies elsewhere."""
        if address.startswith(("//", "http:", "https:")) or "\0" in address:
            return 0
        path = (self.root / address.partition("?")[0].partition("#")[0].lstrip("/")).resolve()
        if not path.is_relative_to(self.root.resolve()) or not path.is_file():
            return 0
        return path.stat().st_size

    @cached_property
    def _library(self) -> Library:
        return Library(self.root, {path: facts.post.permalink for path, facts in self._facts.items()})


class _Report:
    """Complaints about one file, as problems. They are warnings: what costs the post is an exception."""

    def __init__(self, path: str, problems: list[Problem]) -> None:
        self._path, self._problems = path, problems

    def __call__(self, line: int, code: str, message: str) -> None:
        self._problems.append(Problem(self._path, line, code, "warning", message))
