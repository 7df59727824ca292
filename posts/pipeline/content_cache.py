"""Provide the contents of the posts that feeds need: stored ones if they are current, else newly rendered ones."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import partial

from posts.errors import DamagedError, Problem
from posts.model import Content, Head
from posts.pipeline.context import ReadContext
from posts.pipeline.data_files import data_candidates
from posts.pipeline.library import Library
from posts.pipeline.loaded_posts import LoadedPosts
from posts.pipeline.parallel import chunked
from posts.pipeline.render import Loader, RenderedPost, Renderer, is_current
from posts.store import codec
from posts.store.packet_file import PacketFile
from posts.store.rows import Rendered


class Contents:
    """Provide the contents of the posts of one reading.

    Attributes:
        made: The cache records of the contents rendered in this run, by path.
        packets: The packets of these contents, by path.
        again: Those in `made` that were stored, but were found to be damaged when they were about to be published.
        failures: The problems of posts that could not be rendered.
    """

    def __init__(
        self,
        context: ReadContext,
        posts: LoadedPosts,
        addresses: Mapping[str, str] | None = None,
        titles: Mapping[str, str] | None = None,
    ) -> None:
        """Provide the contents of posts.

        Args:
            context: The site and its index.
            posts: The posts.
            addresses: The addresses of all posts by path, if `posts` does not have all.
            titles: Their titles, likewise.
        """
        self.context, self.posts = context, posts
        self.made: dict[str, Rendered] = {}
        self.packets = PacketFile(context.index.path.parent)
        self.again: dict[str, RenderedPost] = {}
        self.failures: set[Problem] = set()
        kind = context.kind
        if addresses is None:
            # Only Liquid and dialects ask for them.
            heads = posts.heads if kind.renders_liquid or kind.markdown.dialect else {}
            addresses = {path: head.post.permalink for path, head in heads.items()}
        if titles is None:
            titles = {path: head.post.title for path, head in posts.heads.items()} if kind.markdown.dialect else {}
        self._library = Library(
            root=context.root,
            site=context.options.site,
            addresses=addresses,
            private_names=kind.private_names,
            variables=kind.variables(),
            data_folder=kind.data_folder,
            titles=titles,
            page_path=partial(kind.page_path, options=context.options),
        )
        self._known: dict[str, Rendered | None] = {}
        self._renderer = Renderer(Loader(context.root, kind, context.options), self._library, context.keys.content)

    def render(self, heads: Iterable[Head], *, keep: bool = True) -> set[str]:
        """Load and render posts whose contents are not stored or not current.

        Args:
            heads: The heads of the posts.
            keep: Whether the contents are needed, and not only what is wrong with them.

        Returns:
            The paths of posts without content, because their files changed during the run or cannot be rendered.
        """
        paths = [head.post.path for head in heads]
        tasks = [self.posts.task(path) for path in paths if path not in self.made and not self._is_known(path)]
        spread = self.context.progress.following("cleaning", self.context.map)
        results = (made for chunk in spread(self._renderer, chunked(tasks)) for made in chunk)
        for task, found in zip(tasks, results, strict=True):
            # A worker on another machine may not see a new file yet.
            made = self._renderer([task])[0] if found is None else found
            if isinstance(made, Problem):
                self.failures.add(made)
            elif made:
                self._take(task.head.post.path, made, keep=keep)
        return {task.head.post.path for task in tasks} - self.made.keys()

    def problems(self, paths: Iterable[str]) -> list[Problem]:
        """Return the problems in the bodies of posts, and of those that could not be rendered."""
        rendered = ((path, self.rendered(path)) for path in paths)
        found = [Problem(path, *problem) for path, one in rendered if one for problem in one.complaints]
        return [*found, *self.failures]

    def _take(self, path: str, made: RenderedPost, *, keep: bool = True) -> None:
        self.made[path] = made.rendered
        self.packets[path] = made.content if keep else b""
        if made.loaded:
            self.posts.take(path, made.loaded)

    def _is_known(self, path: str) -> bool:
        rendered = self._stored(path)
        if self.context.full or rendered is None or not self.posts.is_loaded(path):
            return False
        key = self._renderer.key_for(self.posts.rows[path].hash, self.posts.packet(path))
        return is_current(rendered, key, self._library)

    def rendered(self, path: str) -> Rendered | None:
        """Return the cache record of the content of a post, rendered now or earlier; None if there is none."""
        return self.made.get(path) or self._stored(path)

    def _stored(self, path: str) -> Rendered | None:
        """Return the stored record of the content of a post."""
        if path not in self._known:
            self._known[path] = self.context.index.rendered(path)
        return self._known[path]

    def content(self, path: str) -> Content:
        """Return the content of a post, rendered now or earlier. If the stored one is damaged, render it again.

        Raises:
            DamagedError: It cannot be rendered again.
        """
        known = self.rendered(path)
        packet = self.packets[path] if path in self.made else self.context.index.content(path)
        content = codec.decode_content(packet) if known and codec.signature(packet) == known.hash else None
        return content or self._render_again(path)

    def _render_again(self, path: str) -> Content:
        made = self._renderer([self.posts.task(path)])[0] if path in self.posts.heads else None
        content = codec.decode_content(made.content) if isinstance(made, RenderedPost) else None
        if content is None or not isinstance(made, RenderedPost):
            raise DamagedError(f"the stored content of {path} is damaged, and the file has changed; run again")
        self._take(path, made)
        self.again[path] = made
        return content

    @staticmethod
    def unused(shown: Collection[str], unavailable: Collection[str], stored: Iterable[str]) -> list[str]:
        """Return which of the stored contents no feed shows; those of unreadable posts may be shown again."""
        return [path for path in stored if path not in shown and path not in unavailable]

    def dependencies(self, paths: Iterable[str]) -> set[str]:
        """Return the other files that the contents of posts depend on, by path below the site."""
        wants = {want for path in paths if (known := self.rendered(path)) for want in known.wants}
        files = {name.replace("//", "/", 1).lstrip("/") for kind, name, _ in wants if kind in ("text", "link", "page")}
        data = (data_candidates(name, self.context.kind.data_folder) for kind, name, _ in wants if kind == "data")
        return files.union(*data)
