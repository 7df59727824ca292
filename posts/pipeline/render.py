"""The second stage: posts that some feed needs become contents, unless theirs is known. Runs in any process."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from posts.config.options import ReadOptions
from posts.errors import EXHAUSTED, PostError
from posts.files import read as files
from posts.files import stat as stamps
from posts.model import Content, PostMetadata, Problem, Severity
from posts.pipeline import content
from posts.pipeline.content import Library
from posts.pipeline.extract import few, internal
from posts.sites.base import SiteKind
from posts.store import codec
from posts.store.rows import Rendered

# Clean HTML has no other angle brackets than those of its tags.
_MARKUP = re.compile(r"<[^<>]*+>")


class Made(NamedTuple):
    """What became of one body: the packed content, what is remembered of it, hashes of the file and of its text."""

    content: bytes
    rendered: Rendered
    source_hash: str
    text_hash: str


class Order(NamedTuple):
    """A post to render: its facts, their signature, and the hash of the file that they were read from."""

    facts: PostMetadata
    signature: str
    hash: bytes


@dataclass(frozen=True, slots=True)
class Renderer:
    """Renders chunks of posts. `key` names what it renders with.

    For a post whose file is not what it was it gives None, for one that it fails on a problem.
    """

    root: Path
    kind: SiteKind
    options: ReadOptions
    library: Library
    key: str

    def __call__(self, chunk: list[Order]) -> list[Made | Problem | None]:
        return [self._safely(order) for order in chunk]

    def key_for(self, signature: str) -> str:
        """What the content of a post is made with: the settings, and the facts (by their signature)."""
        return f"{self.key}:{signature}"

    def _safely(self, order: Order) -> Made | Problem | None:
        path = order.facts.post.path
        try:
            _, data = files.read(self.root, path, self.kind.private_names)
            # What was written since its facts were read is for the next run: title and body belong together.
            return self._made(order, data) if stamps.digest(data) == order.hash else None
        except (PostError, OSError) as error:
            if isinstance(error, OSError) and error.errno in EXHAUSTED:
                raise
            return None
        except Exception as error:  # noqa: BLE001 # whatever is wrong with one post, or with us, costs one post
            return Problem(path, *internal(error))

    def _made(self, order: Order, data: bytes) -> Made:
        complaints: list[tuple[int, str, Severity, str]] = []
        wants: dict[tuple[str, str], str] = {}

        def ask(kind: str, name: str) -> str | None:
            found = self.library.ask(kind, name)
            wants[kind, name] = answered(found)
            return found

        made = content.render(order.facts, data, self.kind, self.options, ask, few(complaints))
        packet = codec.encode_content(made)
        wanted = tuple((*question, answer) for question, answer in sorted(wants.items()))
        key = self.key_for(order.signature)
        rendered = Rendered(key, codec.signature(packet), wanted, tuple(dict.fromkeys(complaints)))
        return Made(packet, rendered, order.hash.hex(), text_hash(order.facts, made))


def text_hash(facts: PostMetadata, made: Content) -> str:
    """A hash of what readers would call the text: the title and the body without its markup and its blanks."""
    # Split and joined, blanks go five times as fast as by an expression: a body may be a megabyte of short words.
    text = f"{facts.post.title}\0{''.join(_MARKUP.sub('', made.html).split())}"
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()


def answered(found: str | None) -> str:
    """An answer of the library in short, to see whether it is still the same; "" when there was none."""
    return hashlib.blake2b(found.encode("utf-8", "replace"), digest_size=16).hexdigest() if found is not None else ""


def is_current(rendered: Rendered, signature: str, renderer: Renderer) -> bool:
    """Whether a content would be made just so again, the post's file being the same."""
    ask: Callable[[str, str], str | None] = renderer.library.ask
    same = rendered.key == renderer.key_for(signature)
    return same and all(answered(ask(kind, name)) == said for kind, name, said in rendered.wants)
