"""Render the posts that feeds need and whose contents are not stored: the second stage. Runs in any process."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from posts.config.options import ReadOptions
from posts.errors import EXHAUSTED, PostError, Problem, Severity
from posts.files import read as files
from posts.files import stat as stamps
from posts.model import Content, PostMetadata
from posts.pipeline.content import Library, render_content
from posts.pipeline.extract import capped_reporter, internal_error
from posts.sites.base import SiteKind
from posts.store import codec
from posts.store.rows import Rendered

# In sanitized HTML, angle brackets only occur in tags.
_MARKUP = re.compile(r"<[^<>]*+>")


class RenderedPost(NamedTuple):
    """The result for one body: the packed content, the row to store, and hashes of the file and of the text."""

    content: bytes
    rendered: Rendered
    source_hash: str
    text_hash: str


class RenderTask(NamedTuple):
    """A post to render: its metadata, the signature of the metadata, and the hash of the file they were read from."""

    metadata: PostMetadata
    signature: str
    hash: bytes


@dataclass(frozen=True, slots=True)
class Renderer:
    """Render chunks of posts.

    The result is None for a post whose file has changed, and a Problem for one that cannot be rendered.

    Attributes:
        root: The folder of the site.
        kind: The kind of site.
        options: The reader's options.
        library: Resolves references in bodies.
        key: The cache key of the settings and versions in use.
    """

    root: Path
    kind: SiteKind
    options: ReadOptions
    library: Library
    key: str

    def __call__(self, chunk: list[RenderTask]) -> list[RenderedPost | Problem | None]:
        return [self._safely(task) for task in chunk]

    def key_for(self, signature: str) -> str:
        """Return the cache key of a content: the settings, and the metadata (by their signature)."""
        return f"{self.key}:{signature}"

    def _safely(self, task: RenderTask) -> RenderedPost | Problem | None:
        path = task.metadata.post.path
        try:
            _, data = files.read(self.root, path, self.kind.private_names)
            # A file that changed since its metadata were read is left to the next run: title and body must match.
            return self._render(task, data) if stamps.digest(data) == task.hash else None
        except (PostError, OSError) as error:
            if isinstance(error, OSError) and error.errno in EXHAUSTED:
                raise
            return None
        except Exception as error:  # noqa: BLE001 # an unexpected error, a bug included, affects only one post
            return Problem(path, *internal_error(error))

    def _render(self, task: RenderTask, data: bytes) -> RenderedPost:
        problems: list[tuple[int, str, Severity, str]] = []
        wants: dict[tuple[str, str], str] = {}

        def ask(kind: str, name: str) -> str | None:
            found = self.library.ask(kind, name)
            wants[kind, name] = answer_digest(found)
            return found

        content = render_content(task.metadata, data, self.kind, self.options, ask, capped_reporter(problems))
        packet = codec.encode_content(content)
        wanted = tuple((*question, answer) for question, answer in sorted(wants.items()))
        key = self.key_for(task.signature)
        rendered = Rendered(key, codec.signature(packet), wanted, tuple(dict.fromkeys(problems)))
        return RenderedPost(packet, rendered, task.hash.hex(), text_hash(task.metadata, content))


def text_hash(metadata: PostMetadata, content: Content) -> str:
    """Return a hash of the text: the title, and the body without its markup and white space."""
    # Splitting and joining is five times as fast as a regular expression for a megabyte of short words.
    text = f"{metadata.post.title}\0{''.join(_MARKUP.sub('', content.html).split())}"
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()


def answer_digest(found: str | None) -> str:
    """Return a hash of an answer of the library, to detect changes; "" if there was no answer."""
    return hashlib.blake2b(found.encode("utf-8", "replace"), digest_size=16).hexdigest() if found is not None else ""


def is_current(rendered: Rendered, signature: str, renderer: Renderer) -> bool:
    """Return whether rendering would give the same content again, if the post's file is the same."""
    ask: Callable[[str, str], str | None] = renderer.library.ask
    same = rendered.key == renderer.key_for(signature)
    return same and all(answer_digest(ask(kind, name)) == digest for kind, name, digest in rendered.wants)
