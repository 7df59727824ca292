"""Provide the contents of the posts that feeds need: stored ones if they are current, else newly rendered ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from posts.errors import DamagedError, Problem
from posts.model import Content, Post
from posts.pipeline.content import Library
from posts.pipeline.data_files import data_candidates
from posts.pipeline.parallel import chunked
from posts.pipeline.reading import ReadContext, Reading
from posts.pipeline.render import RenderedPost, Renderer, RenderTask, is_current, text_hash
from posts.store import codec
from posts.store.rows import Rendered


@dataclass(slots=True)
class Contents:
    """Provide the contents of the posts of one reading.

    Attributes:
        context: The site and its index.
        reading: The posts.
        made: The contents rendered in this run, by path.
        again: Those in `made` that were stored, but were found to be damaged when they were about to be published.
        failures: The problems of posts that could not be rendered.
    """

    context: ReadContext
    reading: Reading
    made: dict[str, RenderedPost] = field(default_factory=dict)
    again: dict[str, RenderedPost] = field(default_factory=dict)
    failures: set[Problem] = field(default_factory=set)
    _known: dict[str, Rendered] = field(init=False)
    _renderer: Renderer = field(init=False)

    def __post_init__(self) -> None:
        context = self.context
        addresses = {path: metadata.post.permalink for path, metadata in self.reading.metadata.items()}
        kind = context.kind
        library = Library(
            context.root, context.options.site, addresses, kind.private_names, kind.variables(), kind.data_folder
        )
        self._known = context.index.rendered()
        self._renderer = Renderer(context.root, context.kind, context.options, library, context.keys.content)

    def render(self, posts: Iterable[Post]) -> tuple[list[str], tuple[Problem, ...]]:
        """Render the contents of posts that are not stored or not current.

        Returns:
            The paths of posts without content, because their files were removed during the run, and the problems in
            the bodies.
        """
        context, paths = self.context, [post.path for post in posts]
        self.made |= {path: made for path in paths if path not in self.made and (made := self._from_preview(path))}
        tasks = [
            self._task(path)
            for path in paths
            if path in self.reading.articles and path not in self.made and not self._is_known(path)
        ]
        spread = context.progress.following("cleaning", context.map)
        results = (made for chunk in spread(self._renderer, chunked(tasks)) for made in chunk)
        for task, made in zip(tasks, results, strict=True):
            if isinstance(made, Problem):
                self.failures.add(made)
            elif made:
                self.made[task.metadata.post.path] = made
        rendered = {path: self.rendered(path) for path in paths}
        problems = (Problem(path, *problem) for path, one in rendered.items() if one for problem in one.complaints)
        return [path for path, one in rendered.items() if one is None], (*problems, *sorted(self.failures))

    def _from_preview(self, path: str) -> RenderedPost | None:
        """Return the content of an item that a preview rendered, so that the ledger does not have its text; or None."""
        article = self.reading.articles.get(path)
        entry = self.reading.ledger.entries.get(article.id) if article else None
        if article is None or (entry and entry.source_hash) or self.context.full:
            return None
        rendered = self._known.get(article.id)
        if rendered is None:
            return None
        task, packet = self._task(path), self.context.index.content(article.id)
        content = codec.decode_content(packet) if codec.signature(packet) == rendered.hash else None
        if content is None or not is_current(rendered, task.signature, self._renderer):
            return None
        return RenderedPost(packet, rendered, task.hash.hex(), text_hash(task.metadata, content))

    def _is_known(self, path: str) -> bool:
        item_id = self.reading.articles[path].id
        entry, rendered = self.reading.ledger.entries.get(item_id), self._known.get(item_id)
        if self.context.full or entry is None or rendered is None or entry.path != path:
            return False
        row = self.reading.rows[path]
        signature = codec.signature(row.facts)
        return entry.source_hash == row.hash.hex() and is_current(rendered, signature, self._renderer)

    def rendered(self, path: str) -> Rendered | None:
        """Return the cache record of the content of a post, rendered now or earlier; None if there is none."""
        if path in self.made:
            return self.made[path].rendered
        return self._known.get(self.reading.item_id(path))

    def content(self, path: str) -> Content:
        """Return the content of a post, rendered now or earlier. If the stored one is damaged, render it again.

        Raises:
            DamagedError: It cannot be rendered again.
        """
        known = self.rendered(path)
        packet = (
            self.made[path].content if path in self.made else self.context.index.content(self.reading.item_id(path))
        )
        content = codec.decode_content(packet) if known and codec.signature(packet) == known.hash else None
        return content or self._render_again(path)

    def _render_again(self, path: str) -> Content:
        made = self._renderer([self._task(path)])[0] if path in self.reading.articles else None
        content = codec.decode_content(made.content) if isinstance(made, RenderedPost) else None
        if content is None or not isinstance(made, RenderedPost):
            raise DamagedError(f"the stored content of {path} is damaged, and the file has changed; run again")
        self.made[path] = self.again[path] = made
        return content

    def _task(self, path: str) -> RenderTask:
        row = self.reading.rows[path]
        return RenderTask(self.reading.metadata[path], codec.signature(row.facts), row.hash)

    def dependencies(self, paths: Iterable[str]) -> set[str]:
        """Return the other files that the contents of posts depend on, by path below the site."""
        wants = {want for path in paths if (known := self.rendered(path)) for want in known.wants}
        files = {name.replace("//", "/", 1).lstrip("/") for kind, name, _ in wants if kind in ("text", "link")}
        data = (data_candidates(name, self.context.kind.data_folder) for kind, name, _ in wants if kind == "data")
        return files.union(*data)
