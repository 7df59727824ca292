"""Say what `date: git Created` and the like mean for a template: times of git's commits.

https://www.11ty.dev/docs/dates/. `Created` and `Last Modified` are times of the file in Eleventy. These differ after
each checkout, so those of git are used for them as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from posts.files.git_times import GitTimes, files_with_line, git_files, read_git_times

FILE_TIMES = {
    "created": "created",
    "git created": "created",
    "last modified": "changed",
    "git last modified": "changed",
}
_LINE = r"^[[:space:]]*[\"']?date[\"']?[[:space:]]*[:=][[:space:]]*[\"']?(git )?(created|last modified)"


class FileTimes:
    """The times of the templates of a site that ask for them.

    Args:
        root: The site.
        everywhere: Whether a data file asks for them.
    """

    def __init__(self, root: Path, *, everywhere: bool) -> None:
        self._root, self._everywhere = root, everywhere

    @cached_property
    def _asking(self) -> tuple[str, ...]:
        return files_with_line(self._root, _LINE)

    @cached_property
    def _times(self) -> Mapping[str, GitTimes]:
        if not self._everywhere and not self._asking:
            return {}
        found = read_git_times(self._root)
        return found if self._everywhere else {path: found[path] for path in self._asking if path in found}

    @property
    def files(self) -> tuple[str, ...]:
        """Return the files that change with every commit, if any template asks for a time."""
        return git_files(self._root) if self._everywhere or self._asking else ()

    def fingerprint(self) -> str:
        return repr(sorted(self._times.items()))

    def of(self, path: str, asked: str) -> str:
        """Return the time that a template asks for, in ISO 8601, "" if git does not know it."""
        times = self._times.get(path)
        return str(getattr(times, FILE_TIMES[asked.lower()])) if times else ""
