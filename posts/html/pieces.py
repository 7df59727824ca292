"""Write the pieces of a body whose embeds are replaced: text, links in the place of embeds, and pictures. Pure.

`posts.html.fallbacks` walks over the body and decides what is written.
"""

from __future__ import annotations

import html as escapes
import re
from collections.abc import Callable, Mapping

from msgspec import Struct, field

from posts.html.embeds import is_public
from posts.html.lazy import is_lost, is_placeholder, lazy_address, lazy_srcset, picture_tag, usable_candidate
from posts.html.marks import FRAME, NOSCRIPT
from posts.html.tags import TAG, attributes_of
from posts.text import lazy_pattern, unescape

_LINK = lazy_pattern(r"<a [^<>]*+>[^<]*+</a>")
_INLINE = frozenset("a abbr b cite code del em i ins kbd mark q s small span strong sub sup time u".split())
_WORD = lazy_pattern(r"[\w(\[\"'“‘]")

ReportLoss = Callable[[str, str], None]
"""Take a loss: a code of `posts.problems`, and what was lost."""


class Container(Struct):
    """Hold what was written within an element that is replaced, the outermost for the whole body."""

    name: str
    attributes: Mapping[str, str]
    out: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)  # of pictures and frames inside
    params: dict[str, str] = field(default_factory=dict)  # of an `object`
    tracks: list[Mapping[str, str]] = field(default_factory=list)  # of a `video`
    lazy: int = -1  # the piece of the latest picture or frame that a script loads, while nothing is shown behind it
    instead: int = -1  # the same for `noscript`


class Pieces:
    """Hold the pieces that are written, by the elements that are open and replaced when they end."""

    def __init__(self, html: str, report_loss: ReportLoss) -> None:
        self.report_loss = report_loss
        self.stack = [Container("", {})]
        self.touching = False  # the last piece is a link in the place of an embed
        self.candidate = ""  # of the sources of the picture that is open
        self.loaded = _loaded_later(html)

    def text(self, text: str) -> None:
        """Add text of the body."""
        if not text:
            return
        if self.touching and _WORD.match(text):
            self.stack[-1].out.append(" ")
        if not text.isspace():
            self.stack[-1].lazy = self.stack[-1].instead = -1
        self.touching = False
        self.stack[-1].out.append(text)

    def put(self, piece: str, *, apart: bool = True) -> None:
        """Add `piece` in the place of an embed, with a space where it would touch a word."""
        out = self.stack[-1].out
        if piece and apart and self.is_behind_word():
            out.append(" ")
        out.append(piece)
        self.touching = bool(piece) and apart

    def is_behind_word(self) -> bool:
        """Return whether a piece that is added now would touch a word."""
        last = next((text for text in reversed(self.stack[-1].out[-3:]) if text), "")
        before = last[-1:]
        touches = before not in ("", ">") or last[2:-1] in _INLINE or last.endswith("</a>")
        return touches and not before.isspace()

    def picture(self, name: str, attributes: Mapping[str, str]) -> None:
        """Add a picture, or one of the sources of a picture, with the address that is meant."""
        container = self.stack[-1]
        written, later = attributes.get("src", "").strip(), lazy_address(attributes)
        own_srcset = attributes.get("srcset", "")
        srcset = lazy_srcset(attributes) or (own_srcset if usable_candidate(own_srcset) else "")
        if name == "source":
            self.candidate = usable_candidate(srcset) or self.candidate
            container.out.append(picture_tag(name, attributes, later or written, srcset))
            return
        stand_in = not is_public(written) or is_placeholder(written)
        src = later or (written if not stand_in else "") or usable_candidate(srcset) or self.candidate
        self.candidate = ""
        lazy = bool(later) or stand_in
        container.sources.append(src)
        if lazy and container.instead >= 0 and (stand_in and not src):
            container.instead = -1  # the picture is in the `noscript` before it
            return
        if not src and is_public(written):
            src = written  # a placeholder and nothing else
        if src:
            container.out.append(picture_tag("img", attributes, src, srcset))
        else:
            alt = " ".join(attributes.get("alt", "").split())
            self.put(escapes.escape(alt))
            if not alt and is_lost(attributes):
                self.report_loss("data-picture", "<img>")
            elif not alt and written[:5].lower() != "data:":  # `file:` is gone already
                self.report_loss("embed", "<img>")
        container.lazy = len(container.out) - 1 if lazy else -1
        container.instead = -1

    def noscript(self, container: Container, content: str) -> None:
        """Add the content of `noscript`, unless it is shown already."""
        parent = self.stack[-1]
        sources = [source for source in container.sources if source]
        only = not words_of(_LINK.sub("", content))
        if sources and only and all(source in self.loaded for source in sources):
            return  # a script loads just this, and it is shown already
        if sources and parent.lazy >= 0:
            parent.out[parent.lazy] = ""
        parent.lazy = -1
        parent.out.append(content)
        parent.instead = len(parent.out) - 1 if sources else -1


def _loaded_later(html: str) -> set[str]:
    """Return the addresses of pictures and frames outside of `noscript` that a script loads."""
    found: set[str] = set()
    if " data-" not in html:
        return found
    within = 0
    for tag in TAG.finditer(html):
        if tag[2] == NOSCRIPT:
            within += -1 if tag[1] else 1
        elif not within and tag[2] in ("img", FRAME) and " data-" in tag[3]:
            found.add(lazy_address(attributes_of(tag)))
    return found - {""}


def words_of(html: str) -> str:
    """Return the words in HTML, escaped, on one line."""
    return escapes.escape(" ".join(unescape(re.sub(r"<[^<>]*+>", " ", html)).split()), quote=False)
