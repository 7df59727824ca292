"""Load and render the posts that feeds need and that are not stored: the second phase. Runs in any process."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

from msgspec import Struct

from posts.config.options import ReadOptions
from posts.errors import EXHAUSTED, PostError, Problem, Severity
from posts.files import read as files
from posts.frontmatter.media import LocalMedia
from posts.frontmatter.split import ParsedFile
from posts.model import Content, Head, PostMetadata
from posts.pipeline.content import render_content
from posts.pipeline.library import Library
from posts.pipeline.load import load_post
from posts.pipeline.media_files import media_duration, media_size, media_stamp
from posts.pipeline.scan import parse_post
from posts.pipeline.scanner import capped_reporter, file_hash, internal_error
from posts.sites.base import SiteKind
from posts.store import codec
from posts.store.rows import Rendered
from posts.text import lazy_pattern

_T = TypeVar("_T")

# In sanitized HTML, angle brackets only occur in tags.
_MARKUP = lazy_pattern(r"<[^<>]*+>")


class PostTask(NamedTuple):
    """A post to load or render: its head, the hash of its file, and the packet of its metadata, b"" to load them."""

    head: Head
    hash: bytes
    loaded: bytes = b""


class RenderedPost(NamedTuple):
    """The result for one body: the packed content, the row to store, and the packet of the post if it was loaded."""

    content: bytes
    rendered: Rendered
    loaded: bytes = b""


class Loader(Struct, frozen=True):
    """Load chunks of posts: return the packet of each (`encode_loaded`).

    The result is None for a post whose file has changed, and a Problem for one that cannot be loaded.
    """

    root: Path
    kind: SiteKind
    options: ReadOptions

    def __call__(self, chunk: list[PostTask]) -> list[bytes | Problem | None]:
        return [self.attempt(task, partial(self.packet, task.head)) for task in chunk]

    def attempt(self, task: PostTask, work: Callable[[ParsedFile], _T | None]) -> _T | Problem | None:
        """Return the result of some work on the front matter and body of a post, or what the class says."""
        path = task.head.post.path
        try:
            parsed = self.parse(path, task.hash)
            return work(parsed) if parsed else None
        except (PostError, OSError) as error:
            if isinstance(error, OSError) and error.errno in EXHAUSTED:
                raise
            return None
        except Exception as error:  # noqa: BLE001 # an unexpected error, a bug included, affects only one post
            return Problem(path, *internal_error(error))

    def parse(self, path: str, known: bytes) -> ParsedFile | None:
        """Return the front matter and body of a post; None if its file has changed since it was scanned.

        Raises:
            PostError: It cannot be read as a post any more.
            OSError: It cannot be read.
        """
        stamp, data = files.read(self.root, path, self.kind.private_names)
        # A changed file is left to the next run: title and body must match.
        is_same = file_hash(data, stamp, self.kind) == known
        return parse_post(data, self.kind, self.options, lambda *_: None, path) if is_same else None

    def packet(self, head: Head, parsed: ParsedFile) -> bytes:
        """Return the packet of a loaded post."""
        problems: list[tuple[int, str, Severity, str]] = []
        media: list[tuple[str, int]] = []
        played: list[tuple[str, str]] = []

        def size(address: str) -> int:
            media.append((address, media_size(self.root, address)))
            return media[-1][1]

        def duration(address: str) -> int:
            played.append((address, media_stamp(self.root, address)))
            return media_duration(self.root, address)

        report = capped_reporter(problems)
        metadata = load_post(head, parsed, self.kind, self.options, LocalMedia(size, duration), report)
        return codec.encode_loaded(codec.LoadedFacts(metadata, tuple(problems), tuple(media), tuple(played)))


class Renderer(Struct, frozen=True):
    """Render chunks of posts, and load those that are not loaded.

    The result is None for a post whose file has changed, and a Problem for one that cannot be rendered.

    Attributes:
        loader: Loads posts.
        library: Resolves references in bodies.
        key: The cache key of the settings and versions in use.
    """

    loader: Loader
    library: Library
    key: str

    def __call__(self, chunk: list[PostTask]) -> list[RenderedPost | Problem | None]:
        return [self.loader.attempt(task, partial(self._render, task)) for task in chunk]

    def key_for(self, source: bytes, loaded: bytes) -> str:
        """Return the cache key of a content: the settings, the hash of the file, and the packet of the metadata."""
        return f"{self.key}:{source.hex()}:{codec.signature(loaded)}"

    def _render(self, task: PostTask, parsed: ParsedFile) -> RenderedPost | None:
        loaded = task.loaded or self.loader.packet(task.head, parsed)
        facts = codec.decode_loaded(loaded)
        if facts is None:
            return None
        problems: list[tuple[int, str, Severity, str]] = []
        wants: dict[tuple[str, str], str] = {}

        def ask(kind: str, name: str) -> str | None:
            found = self.library.ask(kind, name)
            wants[kind, name] = answer_digest(found)
            return found

        kind, options = self.loader.kind, self.loader.options
        content = render_content(facts.metadata, parsed, kind, options, ask, capped_reporter(problems))
        packet = codec.encode_content(content)
        wanted = tuple((*question, answer) for question, answer in sorted(wants.items()))
        rendered = Rendered(
            key=self.key_for(task.hash, loaded),
            hash=codec.signature(packet),
            text_hash=text_hash(facts.metadata, content),
            wants=wanted,
            complaints=tuple(dict.fromkeys(problems)),
        )
        return RenderedPost(packet, rendered, b"" if task.loaded else loaded)


def text_hash(metadata: PostMetadata, content: Content) -> str:
    """Return a hash of the text: the title, and the body without its markup and white space."""
    # Splitting and joining is five times as fast as a regular expression for a megabyte of short words.
    text = f"{metadata.post.title}\0{''.join(_MARKUP.sub('', content.html).split())}"
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()


def answer_digest(found: str | None) -> str:
    """Return a hash of an answer of the library, to detect changes; "" if there was no answer."""
    return hashlib.blake2b(found.encode("utf-8", "replace"), digest_size=16).hexdigest() if found is not None else ""


def is_current(rendered: Rendered, key: str, library: Library) -> bool:
    """Return whether rendering would give the same content again; `key` is the key that it would have."""
    ask: Callable[[str, str], str | None] = library.ask
    return rendered.key == key and all(
        answer_digest(ask(kind, name)) == digest for kind, name, digest in rendered.wants
    )
