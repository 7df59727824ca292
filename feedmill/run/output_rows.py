"""Read what the index knows of published files, one file at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from posts.store.index import Index
from posts.store.rows import OutputRow


class OutputRows(Mapping[str, OutputRow]):
    """The rows of published files by path, read when they are asked for. Iteration has those that were."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._asked: dict[str, OutputRow | None] = {}

    def __getitem__(self, path: str) -> OutputRow:
        if path not in self._asked:
            self._asked[path] = self._index.output(path)
        if (row := self._asked[path]) is None:
            raise KeyError(path)
        return row

    def __iter__(self) -> Iterator[str]:
        return (path for path, row in self._asked.items() if row)

    def __len__(self) -> int:
        return sum(1 for _ in self)
