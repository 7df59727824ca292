"""Keep the specimens of documents: what feedgen writes for a shape of item or channel, with gaps for the texts.

Importing feedgen and lxml takes longer than publishing one post. So a run gets the specimens of the last one, and needs
the two libraries only for shapes that are new.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from posts.text import lazy_pattern

Shape = tuple[Any, ...]
"""The number of texts, and everything else that decides which elements there are, but no text."""

_FIRST_MARK = 0xE000  # private use characters, which nothing else in a specimen contains
_MARK = lazy_pattern("[\ue000-\uf8ff]")
_MOST_SPECIMENS = 500  # in memory
_MOST_STORED = 100
_MOST_BYTES = 4 << 20


def mark(number: int) -> str:
    """Return the mark that is in a specimen in the place of a text."""
    return chr(_FIRST_MARK + number)


def number_of(character: str) -> int:
    """Return the number of a mark."""
    return ord(character) - _FIRST_MARK


class Template:
    """A part of a document with gaps.

    Attributes:
        text: The part, with `%s` for each gap.
        numbers: Which of the texts of an item or channel is in each gap.
    """

    __slots__ = ("_choose", "numbers", "text")

    def __init__(self, text: str, numbers: Sequence[int]) -> None:
        self.text, self.numbers = text, tuple(numbers)
        self._choose = itemgetter(*numbers)

    @classmethod
    def marked(cls, part: str, attributes: int = 0) -> Template:
        """Return the template of a part of a specimen.

        Args:
            part: The part, with marks.
            attributes: Added to the numbers of marks that are the value of an attribute.
        """
        numbers = [
            number_of(found[0]) + (attributes if attributes and part[found.start() - 1] == '"' else 0)
            for found in _MARK.finditer(part)
        ]
        return cls(_MARK.sub("%s", part.replace("%", "%%")), numbers)

    def fill(self, texts: Sequence[str]) -> str:
        """Return the part with texts, which are escaped, in its gaps."""
        filled: str = self.text % self._choose(texts)
        return filled


class Specimens:
    """The specimens of one run, by name and shape.

    Attributes:
        made: Those that the run has made.
    """

    def __init__(self, key: str = "", packed: str = "") -> None:
        """Begin with the specimens of an earlier run.

        Args:
            key: The cache key of documents (`posts.pipeline.cache_keys.feeds_key`): others have other specimens.
            packed: What `pack` returned in the earlier run; specimens with another key, or damaged ones, are ignored.
        """
        self._key, self._packed = key, packed
        self._known = _unpacked(key, packed) if packed else {}
        self.made: dict[tuple[str, Shape], Template] = {}

    def get(self, name: str, shape: Shape) -> Template | None:
        """Return a specimen; None if there is none."""
        return self._known.get((name, shape))

    def add(self, name: str, shape: Shape, template: Template) -> Template:
        """Add a specimen, and return it."""
        if len(self._known) >= _MOST_SPECIMENS:
            self._known.clear()
        self._known[name, shape] = self.made[name, shape] = template
        return template

    def update(self, others: Specimens) -> None:
        """Add the specimens that a copy of this object in another process has made."""
        if others is not self:
            self._known |= others.made
            self.made |= others.made

    def pack(self) -> str:
        """Return the specimens as text, those that were made last first; the earlier text if none was made."""
        if not self.made:
            return self._packed if self._known else ""
        specimens = list((self.made | self._known).items())[:_MOST_STORED]
        import base64
        import json
        import zlib

        rows = [[name, shape, template.text, template.numbers] for (name, shape), template in specimens]
        return base64.b85encode(zlib.compress(json.dumps([self._key, rows]).encode())).decode()


def _unpacked(key: str, packed: str) -> dict[tuple[str, Shape], Template]:
    import base64
    import json
    import zlib

    try:
        data = zlib.decompressobj().decompress(base64.b85decode(packed), _MOST_BYTES)
        own, rows = json.loads(data)
        return {} if own != key else dict(map(_specimen, rows))
    except (ValueError, TypeError, IndexError, RecursionError, zlib.error):
        return {}


def _specimen(row: Any) -> tuple[tuple[str, Shape], Template]:
    """Return a stored specimen by name and shape. Raises one of the errors above if its gaps cannot be filled."""
    name, shape, text, numbers = row
    template = Template(text, numbers)
    template.fill([""] * shape[0])
    return (str(name), tuple(shape)), template
