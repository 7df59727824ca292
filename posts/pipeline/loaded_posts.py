"""Provide loaded posts: the stored metadata where they are current, else newly read ones."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from posts.errors import Problem
from posts.identity.pages import Pages, link_hash
from posts.model import Head, Post, PostMetadata
from posts.pipeline.context import ReadContext
from posts.pipeline.media_files import media_path, media_size, media_stamp
from posts.pipeline.parallel import chunked
from posts.pipeline.render import Loader, PostTask
from posts.store import codec
from posts.store.codec import LoadedFacts
from posts.store.packet_file import PacketFile
from posts.store.rows import FileVersion, LoadedRow


class LoadedPosts:
    """Provide the metadata of the posts that feeds show, and of those that may be one article.

    Args:
        context: The site and its index.
        heads: The heads of posts, by path.
        rows: The versions of their files, by path.
        page_of: Returns the path of another published post by the canonical link of its page, "" for none.
        earlier: The posts that were loaded earlier in this run.

    Attributes:
        failures: The problems of posts that could not be loaded.
        facts: What was loaded, by path.
    """

    def __init__(
        self,
        context: ReadContext,
        heads: Mapping[str, Head],
        rows: Mapping[str, FileVersion],
        page_of: Callable[[str], str] = lambda _: "",
        earlier: LoadedPosts | None = None,
    ) -> None:
        self.context, self.heads, self.rows = context, heads, rows
        self._made: dict[str, str] = dict(earlier._made) if earlier else {}  # noqa: SLF001 # of this class
        self._packets: PacketFile = earlier._packets if earlier else PacketFile(context.index.path.parent)  # noqa: SLF001
        self.failures: set[Problem] = set(earlier.failures) if earlier else set()
        self._pages = Pages((head for head in heads.values() if head.post.state == "published"), page_of)
        self._stored: dict[str, LoadedRow | None] = {}
        self.facts: dict[str, LoadedFacts] = dict(earlier.facts) if earlier else {}

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
        return {path: self.metadata(path) for path in paths if path in self.facts}

    def task(self, path: str) -> PostTask:
        """Return the task to load or render a post."""
        loaded = self.packet(path) if self.is_loaded(path) else b""
        return PostTask(self.heads[path], self.rows[path].hash, loaded)

    def take(self, path: str, packet: bytes | Problem | None) -> None:
        """Take the result of loading a post."""
        if isinstance(packet, Problem):
            self.failures.add(packet)
        elif packet and (facts := codec.decode_loaded(packet)):
            self.facts[path] = self._shared(path, facts)
            self._made[path] = self._key(path)
            self._packets[path] = packet

    @property
    def has_made(self) -> bool:
        """Return whether any post was loaded in this run."""
        return bool(self._made)

    def made(self) -> Iterator[tuple[str, LoadedRow]]:
        """Yield the path and the row of each post that was loaded in this run."""
        for path, key in self._made.items():
            metadata = self.facts[path].metadata
            own = link_hash(metadata.source) if metadata.is_own_source else 0
            yield path, LoadedRow(key, own, self._packets[path])

    def _shared(self, path: str, facts: LoadedFacts) -> LoadedFacts:
        """Return the facts with the values that the head has, too, in memory once."""
        metadata, head = facts.metadata, self.heads[path].post
        pairs = zip(head, metadata.post, strict=True)
        # Equal times may have different offsets.
        values = [known if known == read and not isinstance(known, datetime) else read for known, read in pairs]
        return facts._replace(metadata=metadata._replace(post=Post._make(values)))

    def is_loaded(self, path: str) -> bool:
        """Return whether the metadata of a post are known and current."""
        if path in self.facts:
            return True
        row = self._row(path)
        if row is None or path not in self.rows or row.key != self._key(path):
            return False
        facts = codec.decode_loaded(row.packet)
        root = self.context.root
        if facts is None or any(media_size(root, address) != size for address, size in facts.media):
            return False
        if any(media_stamp(root, address) != stamp for address, stamp in facts.played):
            return False
        self.facts[path] = self._shared(path, facts)
        return True

    def _row(self, path: str) -> LoadedRow | None:
        """Return the stored row of a post."""
        if path not in self._stored:
            self._stored[path] = None if self.context.full else self.context.index.loaded(path)
        return self._stored[path]

    def packet(self, path: str) -> bytes:
        """Return the packet of a loaded post, b"" if it is not loaded."""
        if path in self._made:
            return self._packets[path]
        row = self._row(path)
        return row.packet if row else b""

    def metadata(self, path: str) -> PostMetadata:
        """Return the metadata of a loaded post; a source that is the page of another post is none."""
        metadata = self._pages.checked(self.facts[path].metadata)
        state = self.heads[path].post.state
        return metadata if metadata.post.state == state else metadata._replace(post=metadata.post._replace(state=state))

    def problems(self, paths: Iterable[str]) -> list[Problem]:
        """Return what is wrong with loaded posts, and with those that could not be loaded."""
        loaded = (path for path in paths if path in self.facts or (path in self.rows and self.is_loaded(path)))
        found = [Problem(path, *problem) for path in loaded for problem in self.facts[path].complaints]
        return [*found, *self.failures]

    def media(self) -> set[str]:
        """Return the paths of the local media whose sizes are part of the metadata."""
        return {path for facts in self.facts.values() for address, _ in facts.media if (path := media_path(address))}

    def played(self) -> set[str]:
        """Return the paths of the local media whose durations are part of the metadata."""
        return {path for facts in self.facts.values() for address, _ in facts.played if (path := media_path(address))}

    def unused(self, unavailable: Collection[str], stored: Iterable[str]) -> list[str]:
        """Return which of the posts whose metadata are stored this run did not need."""
        return [path for path in stored if path not in self.facts and path not in unavailable]

    def _key(self, path: str) -> str:
        return f"{self.context.keys.metadata}:{self.rows[path].hash.hex()}"
