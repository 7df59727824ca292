"""Read what the index knows of the files at remotes, and compare it with the published files.

Only rows that matter are checked against their seals: a damaged row of a published file differs from that file, which
is sent again, and a damaged row of another file is left alone.
"""

from __future__ import annotations

from posts.store.index import Index
from posts.store.remote_rows import REMOTE_COLUMNS, sealed_by_remote
from posts.store.rows import ComparedFile, RemoteFile


class RemoteFiles:
    """The record of what remotes hold."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def compared(self, remote: str) -> list[ComparedFile]:
        """Return every published file beside what a remote holds, by path."""
        if not self._index.is_current:
            return [ComparedFile(path, row.stamp.size, row.hash) for path, row in sorted(self._index.outputs().items())]
        query = """SELECT o.path, o.size, o.hash, r.hash, r.attributes, r.state FROM outputs o
            LEFT JOIN remote_files r ON r.remote = ? AND r.path = o.path ORDER BY o.path"""
        return [ComparedFile(*row) for row in self._index.query(query, remote)]

    def others(self, remote: str) -> dict[str, RemoteFile]:
        """Return what a remote holds at paths at which nothing is published (any more), by path."""
        return self._read("remote = ? AND path NOT IN (SELECT path FROM outputs)", remote).get(remote, {})

    def count(self, remote: str) -> int:
        """Return how many files a remote holds."""
        if not self._index.is_current:
            return 0
        return int(self._index.query("SELECT count(*) FROM remote_files WHERE remote = ?", remote)[0][0])

    def all(self) -> dict[str, dict[str, RemoteFile]]:
        """Return what all remotes hold, by remote and path."""
        return self._read("1")

    def _read(self, condition: str, *values: str) -> dict[str, dict[str, RemoteFile]]:
        if not self._index.is_current:
            return {}
        query = f"SELECT {REMOTE_COLUMNS} FROM remote_files WHERE {condition} ORDER BY remote, path"  # noqa: S608 # our words
        return sealed_by_remote(self._index.query(query, *values))
