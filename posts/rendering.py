"""The second stage: posts that some feed needs become contents, unless theirs is known. Runs in any process."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from posts import codec, content, files, stamps, summary
from posts.content import Library
from posts.facts import Facts
from posts.matter import MatterError
from posts.model import Content, Severity
from posts.options import ReadOptions
from posts.records import Rendered
from posts.sites import Kind


class Made(NamedTuple):
    """What became of one body: the packed content, what is remembered of it, hashes of the file and of its text."""

    content: bytes
    rendered: Rendered
    source_hash: str
    text_hash: str


@dataclass(frozen=True, slots=True)
class Renderer:
    """Renders chunks of posts; None for a post whose file cannot be read any more. `key` names what it renders with."""

    root: Path
    kind: Kind
    options: ReadOptions
    library: Library
    key: str

    def __call__(self, chunk: list[tuple[Facts, str]]) -> list[Made | None]:
        return [self._made(facts, signature) for facts, signature in chunk]

    def key_for(self, signature: str) -> str:
        """What the content of a post is made with: the settings, and the facts (by their signature)."""
        return f"{self.key}:{signature}"

    def _made(self, facts: Facts, signature: str) -> Made | None:
        try:
            _, data = files.read(self.root, facts.post.path)
        except (MatterError, OSError):
            return None
        complaints: list[tuple[int, str, Severity, str]] = []
        wants: dict[tuple[str, str], str] = {}

        def ask(kind: str, name: str) -> str | None:
            found = self.library.ask(kind, name)
            wants[kind, name] = answered(found)
            return found

        def report(line: int, code: str, message: str) -> None:
            complaints.append((line, code, "warning", message))

        made = content.render(facts, data, self.kind, self.options, ask, report)
        packet = codec.pack(codec.from_content(made))
        wanted = tuple((*question, answer) for question, answer in sorted(wants.items()))
        rendered = Rendered(self.key_for(signature), codec.signature(packet), wanted, tuple(dict.fromkeys(complaints)))
        return Made(packet, rendered, stamps.digest(data).hex(), text_hash(facts, made))


def text_hash(facts: Facts, made: Content) -> str:
    """A hash of what readers would call the text: the title and the body without its markup."""
    text = f"{facts.post.title}\0{summary.text_of(made.html)}"
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()


def answered(found: str | None) -> str:
    """An answer of the library in short, to see whether it is still the same; "" when there was none."""
    return hashlib.blake2b(found.encode("utf-8", "replace"), digest_size=16).hexdigest() if found is not None else ""


def is_current(rendered: Rendered, signature: str, renderer: Renderer) -> bool:
    """Whether a content would be made just so again, the post's file being the same."""
    ask: Callable[[str, str], str | None] = renderer.library.ask
    same = rendered.key == renderer.key_for(signature)
    return same and all(answered(ask(kind, name)) == said for kind, name, said in rendered.wants)
