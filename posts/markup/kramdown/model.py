"""Elements and the state of a parse."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from msgspec import Struct, field

from posts.markup.options import KramdownOptions

# Ruby's `\w`, `\s` and `\d` are ASCII only, its word boundaries are not.
W = "[A-Za-z0-9_]"
S = "[ \t\r\n\f\v]"

MAX_DEPTH = 60
MAX_TEXT = 1 << 18  # characters; a longer text is left to the other parser


class TooComplexError(Exception):
    """The text needs more work or memory than a post may cost; another parser has to render it."""


class Element:
    """A node of the document. `value` is its text, `attributes` are HTML's, `options` are the parser's own."""

    __slots__ = ("attributes", "children", "options", "type", "value")

    def __init__(self, kind: str, value: str = "", **options: Any) -> None:
        self.type = kind
        self.value = value
        self.attributes: dict[str, str] = {}
        self.options: dict[str, Any] = options
        self.children: list[Element] = []


Accept = Callable[[re.Match[str]], bool]


class State(Struct):
    """The state of a parse: the text and the place in it, the element that is filled, and the definitions.

    `work` is what may still be spent, in characters looked at.
    """

    options: KramdownOptions
    source: str = ""
    place: int = 0
    tree: Element = field(default_factory=lambda: Element("root"))
    stack: list[Element] = field(default_factory=list)
    text_type: str = "raw_text"
    attribute_list: dict[str, Any] | None = None
    named_lists: dict[str, dict[str, Any]] = field(default_factory=dict)
    links: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    footnotes: dict[str, Element] = field(default_factory=dict)
    marks: dict[str, int] = field(default_factory=dict)  # how often a footnote was referred to, in order of the first
    headings: list[Element] = field(default_factory=list)
    ids: dict[str, int] = field(default_factory=dict)
    in_html: int = 0
    abbreviations: dict[str, str] = field(default_factory=dict)
    work: int = 0
    depth: int = 0
    unclosed: set[str] = field(default_factory=set)
    span_options: KramdownOptions | None = None
    span_parsers: dict[tuple[str, ...], Any] = field(default_factory=dict)
    last_seen: tuple[str, dict[str, int]] = ("", {})

    @property
    def rest(self) -> str:
        return self.source[self.place :]

    @property
    def at_end(self) -> bool:
        return self.place >= len(self.source)

    def spend(self, characters: int) -> None:
        """Take `characters` from the work that is allowed.

        Raises:
            TooComplexError: nothing is left.
        """
        self.work -= characters + 1
        if self.work < 0:
            raise TooComplexError

    def lies_ahead(self, text: str) -> bool:
        """Return whether `text` occurs from here on; looked for once in each source."""
        if self.last_seen[0] is not self.source:
            self.last_seen = (self.source, {})
        if text not in self.last_seen[1]:
            self.last_seen[1][text] = self.source.rfind(text)
        return self.last_seen[1][text] >= self.place

    def check(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        return pattern.match(self.source, self.place)

    def scan(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        match = pattern.match(self.source, self.place)
        if match:
            self.place = match.end()
        return match

    def add_text(self, text: str, tree: Element | None = None, kind: str = "") -> None:
        """Append text to the last child of `tree` if that is text of the same kind, else as a new child."""
        tree, kind = tree or self.tree, kind or self.text_type
        if not text:
            return
        if tree.children and tree.children[-1].type == kind:
            tree.children[-1].value += text
        else:
            tree.children.append(Element(kind, text))

    def block(self, kind: str, value: str = "", **options: Any) -> Element:
        """Return a new block element, with the attribute list that stands before it."""
        element = Element(kind, value, **options)
        if self.attribute_list is not None:
            element.options["ial"] = self.attribute_list
            self.attribute_list = None
        return element
