"""Give Liquid the data files of a site (`site.data`): each is read when a template first names it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any


class SiteData(Mapping[str, Any]):
    """A folder of data files: their values by name, and folders in it.

    `ask` takes the path of a file. `refused` is called with the path, the file and the reason for a file that is there,
    but is not read.
    """

    def __init__(
        self, ask: Callable[[str], str | None], refused: Callable[[str, str, str], None], folder: str = ""
    ) -> None:
        self._ask, self._refused, self._folder = ask, refused, folder
        self._known: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if not isinstance(name, str):
            raise KeyError(name)
        if name not in self._known:
            path = f"{self._folder}/{name}".lstrip("/")
            answer = self._ask(path)
            found = json.loads(answer) if answer else {}
            if "refused" in found:
                self._refused(path, *found["refused"])
            is_folder = "folder" in found
            self._known[name] = SiteData(self._ask, self._refused, path) if is_folder else found.get("file")
        if self._known[name] is None:
            raise KeyError(name)
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        answer = self._ask(self._folder)
        return iter(json.loads(answer).get("folder", ()) if answer else ())

    def __len__(self) -> int:
        return sum(1 for _ in self)
