"""Provide loaded posts: the stored metadata where they are current, else newly read ones."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from posts.errors import Problem
from posts.identity.merging import Pages
from posts.model import Head, PostMetadata
from posts.pipeline.context import ReadContext
from posts.pipeline.media_files import media_path, media_size
from posts.pipeline.parallel import chunked
from posts.pipeline.render import Loader, PostTask
from posts.store import codec
from posts.store.codec import LoadedFacts
from posts.store.rows import FileRow, LoadedRow


class LoadedPosts:
    """Provide the metadata of the posts that feeds show, and of those that may be one article.

    Args:
        context: The site and its index.
        heads: The heads of all posts, by path.
        rows: The rows of their files, by path.

    Attributes:
        made: The rows of the posts that were loaded in this run, by path.
        failures: The problems of posts that could not be loaded.
    """

    def __init__(self, context: ReadContext, heads: Mapping[str, Head], rows: Mapping[str, FileRow]) -> None:
        self.context, self.heads, self.rows = context, heads, rows
        self.made: dict[str, LoadedRow] = {}
        self.failures: set[Problem] = set()
        self._pages = Pages(head for head in heads.values() if head.post.state == "published")
        self._stored: Mapping[str, LoadedRow] = {} if context.full else context.index.loaded()
        self._known: dict[str, LoadedFacts] = {}

    def load(self, heads: Sequence[Head]) -> dict[str, PostMetadata]:
        """Return the metadata of posts by path, without those whose files are gone by now."""
        paths = [head.post.path for head in heads]
        tasks = [self.task(path) for path in paths if not self.is_loaded(path)]
        if tasks:
            loader = Loader(self.context.root, self.context.kind, self.context.options)
            spread = self.context.progress.following("loading", self.context.map)
            results = (packet for chunk in spread(loader, chunked(tasks)) for packet in chunk)
            for task, packet in zip(tasks, results, strict=True):
                self.take(task.head.post.path, packet)
        return {path: self.metadata(path) for path in paths if path in self._known}

    def task(self, path: str) -> PostTask:
        """Return the task to load or render a post."""
        loaded = self.packet(path) if self.is_loaded(path) else b""
        return PostTask(self.heads[path], self.rows[path].hash, loaded)

    def take(self, path: str, packet: bytes | Problem | None) -> None:
        """Take the result of loading a post."""
        if isinstance(packet, Problem):
            self.failures.add(packet)
        elif packet and (facts := codec.decode_loaded(packet)):
            self._known[path] = facts
            self.made[path] = LoadedRow(self._key(path), packet)

    def is_loaded(self, path: str) -> bool:
        """Return whether the metadata of a post are known and current."""
        if path in self._known:
            return True
        row = self._stored.get(path)
        if row is None or path not in self.rows or row.key != self._key(path):
            return False
        facts = codec.decode_loaded(row.packet)
        root = self.context.root
        if facts is None or any(media_size(root, address) != size for address, size in facts.media):
            return False
        self._known[path] = facts
        return True

    def packet(self, path: str) -> bytes:
        """Return the packet of a loaded post."""
        return (self.made.get(path) or self._stored[path]).packet

    def metadata(self, path: str) -> PostMetadata:
        """Return the metadata of a loaded post; a source that is the page of another post is none."""
        metadata = self._pages.checked(self._known[path].metadata)
        state = self.heads[path].post.state
        return metadata if metadata.post.state == state else metadata._replace(post=metadata.post._replace(state=state))

    def problems(self, paths: Iterable[str]) -> list[Problem]:
        """Return what is wrong with loaded posts, and with those that could not be loaded."""
        loaded = (path for path in paths if path in self._known)
        found = [Problem(path, *problem) for path in loaded for problem in self._known[path].complaints]
        return [*found, *self.failures]

    def media(self) -> set[str]:
        """Return the paths of the local media whose sizes are part of the metadata."""
        return {path for facts in self._known.values() for address, _ in facts.media if (path := media_path(address))}

    def unused(self, unavailable: Collection[str]) -> list[str]:
        """Return the paths of stored metadata that this run did not need."""
        return [path for path in self._stored if path not in self._known and path not in unavailable]

    def _key(self, path: str) -> str:
        return f"{self.context.keys.metadata}:{self.rows[path].hash.hex()}"
