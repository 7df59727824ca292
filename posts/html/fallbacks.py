"""Replace what no reader shows by what it stands for: frames by links, lazy pictures by real ones, formulas by text.

`rewrite` edits the canonical form of what `posts.html.marks` prepared, as a string. Nothing here makes HTML safe: the
sanitizer follows. Pure, linear.
"""

from __future__ import annotations

import html as escapes
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from posts.html.embeds import SERVICES, link, page_of_script, page_of_service
from posts.html.lazy import (
    is_lost,
    is_placeholder,
    lazy_address,
    lazy_srcset,
    picture_tag,
    usable_candidate,
)
from posts.html.marks import FRAME, NOSCRIPT, SCRIPT
from posts.html.mathml import drawing_to_text, math_to_html
from posts.html.tags import TAG
from posts.text import unescape

_PLAYERS = {  # elements of AMP (https://amp.dev/documentation/components/) and of video facades: service, attribute
    "amp-dailymotion": ("dailymotion", "data-videoid"),
    "amp-gist": ("gist", "data-gistid"),
    "amp-instagram": ("instagram", "data-shortcode"),
    "amp-soundcloud": ("soundcloud", "data-trackid"),
    "amp-twitter": ("x", "data-tweetid"),
    "amp-vimeo": ("vimeo", "data-videoid"),
    "amp-youtube": ("youtube", "data-videoid"),
    "lite-vimeo": ("vimeo", "videoid"),
    "lite-youtube": ("youtube", "videoid"),
}
_FRAMES = {FRAME, "amp-iframe", "amp-facebook", "amp-embed", "oembed", "youtube-video", "vimeo-video"}
_FALLBACKS = {"object", "applet", "canvas"}
_PICTURES = {"amp-img", "amp-anim"}
_CONTAINERS = {*_PLAYERS, *_FRAMES, *_FALLBACKS, *_PICTURES, SCRIPT, NOSCRIPT}
_RENAMED = {"amp-video": "video", "amp-audio": "audio"}
_MATH = (
    "math annotation annotation-xml maction menclose merror mfenced mfrac mi mmultiscripts mn mo mover mpadded "
    "mphantom mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover semantics"
)
EXTRA_TAGS = frozenset((*_CONTAINERS, *_RENAMED, *_MATH.split(), *"embed svg title desc text tspan".split()))
EXTRA_ATTRIBUTES = frozenset(
    "alt aria-label checked data encoding playlabel poster sizes src srcdoc srcset url videoid videotitle".split()
)

_ATTRIBUTE = re.compile(r' ([^\s=>]+)="([^"]*)"')
_ALIGN = re.compile(r"(?:^|;)\s*text-align\s*:\s*(left|right|center)\b", re.IGNORECASE)
_LINK = re.compile(r"<a [^<>]*+>[^<]*+</a>")
_INLINE = frozenset("a abbr b cite code del em i ins kbd mark q s small span strong sub sup time u".split())
_SHOWN = re.compile(r"[^\s<>]")
_WORD = re.compile(r"[\w(\[\"'“‘]")

ReportLoss = Callable[[], None]


def rewrite(html: str, report_loss: ReportLoss) -> str:
    """Return canonical `html` (with the elements of `EXTRA_TAGS`) without anything that readers do not show.

    `report_loss` is called for a picture that is written into the page as `data:` and has no text instead.
    """
    return _Rewriter(html, report_loss).result()


@dataclass(slots=True)
class _Container:
    name: str
    given: Mapping[str, str]
    out: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)  # of pictures and frames inside
    lazy: int = -1  # the piece of the latest picture or frame that a script loads, while nothing is shown behind it
    instead: int = -1  # the same for `noscript`


class _Rewriter:
    """One walk over canonical HTML."""

    def __init__(self, html: str, report_loss: ReportLoss) -> None:
        self.html, self.report_loss = html, report_loss
        self.stack = [_Container("", {})]
        self.links = 0  # links that are open
        self.candidate = ""  # of the sources of the picture that is open
        self.loaded = _loaded_later(html)
        self.touching = False  # the last piece is a link in the place of an embed

    def result(self) -> str:
        place = 0
        for tag in TAG.finditer(self.html):
            if tag.start() < place:  # within a formula or drawing
                continue
            self._text(self.html[place : tag.start()])
            place = tag.end()
            name = tag[2]
            if name in ("math", "svg") and not tag[1]:
                place = _end_of(self.html, name, place)
                whole = self.html[tag.start() : place]
                self._put(math_to_html(whole) if name == "math" else drawing_to_text(whole), apart=name == "svg")
            elif name in _CONTAINERS:
                self._edge(tag)
            else:
                self._tag(tag)
        self._text(self.html[place:])
        return "".join(self.stack[0].out)

    def _text(self, text: str) -> None:
        if not text:
            return
        if self.touching and _WORD.match(text):
            self.stack[-1].out.append(" ")
        if not text.isspace():
            self.stack[-1].lazy = self.stack[-1].instead = -1
        self.touching = False
        self.stack[-1].out.append(text)

    def _put(self, piece: str, *, apart: bool = True) -> None:
        """Add `piece` in the place of an embed, with a space where it would touch a word."""
        out = self.stack[-1].out
        last = next((text for text in reversed(out[-3:]) if text), "")
        before = last[-1:]
        touches = before not in ("", ">") or last[2:-1] in _INLINE or last.endswith("</a>")
        if piece and apart and touches and not before.isspace():
            out.append(" ")
        out.append(piece)
        self.touching = bool(piece) and apart

    def _tag(self, tag: re.Match[str]) -> None:
        name, container = tag[2], self.stack[-1]
        if name == "a":
            self.links += -1 if tag[1] else 1
        if name in ("img", "source"):
            self._picture(name, _attributes(tag))
        elif name == "embed":
            given = _attributes(tag)
            self._link(given.get("src", ""), given)
        elif name == "input":
            given = _attributes(tag)
            if given.get("type", "").lower() == "checkbox":
                self._text("☑" if "checked" in given else "☐")
                self.touching = True
        elif name in ("td", "th") and " style=" in tag[3] and " align=" not in tag[3]:
            found = _ALIGN.search(_attributes(tag).get("style", "")[:1000])
            container.out.append(f'<{name} align="{found[1].lower()}"{tag[3]}>' if found else tag[0])
        elif name in ("audio", "video") and " data-src=" in tag[3] and " src=" not in tag[3]:
            container.out.append(f"<{name}{tag[3].replace(' data-src=', ' src=', 1)}>")
        elif name == "div" and not tag[1] and self.html.startswith("</div>", tag.end()) and " data-" in tag[3]:
            given = _attributes(tag)
            container.out.append(tag[0])
            if _PLAYER_CLASS.search(given.get("class", "")[:1000]):  # which a script of that service fills
                self._link(next((given[key] for key in _FILLED_FROM if given.get(key)), ""), given)
        else:
            if name == "picture":
                self.candidate = ""
            container.out.append(f"<{tag[1]}{_RENAMED.get(name, name)}{tag[3]}>")
            self.touching = self.touching and name not in ("p", "div", "li", "br")

    def _picture(self, name: str, given: Mapping[str, str]) -> None:
        container = self.stack[-1]
        written, later = given.get("src", "").strip(), lazy_address(given)
        srcset = lazy_srcset(given) or (given.get("srcset", "") if usable_candidate(given.get("srcset", "")) else "")
        if name == "source":
            self.candidate = usable_candidate(srcset) or self.candidate
            container.out.append(picture_tag(name, given, later or written, srcset))
            return
        stand_in = not written or is_placeholder(written)
        src = later or (written if not stand_in else "") or usable_candidate(srcset) or self.candidate
        self.candidate = ""
        lazy = bool(later) or stand_in
        container.sources.append(src)
        if lazy and container.instead >= 0 and (stand_in and not src):
            container.instead = -1  # the picture is in the `noscript` before it
            return
        if not src and written and written[:5].lower() != "data:":
            src = written  # a placeholder and nothing else
        if src:
            container.out.append(picture_tag("img", given, src, srcset))
        else:
            alt = " ".join(given.get("alt", "").split())
            self._put(escapes.escape(alt))
            if not alt and is_lost(given):
                self.report_loss()
        container.lazy = len(container.out) - 1 if lazy else -1
        container.instead = -1

    def _link(self, address: str, given: Mapping[str, str], fallback: str = "", *, lazy: bool = False) -> None:
        title = next((given[name] for name in _TITLES if given.get(name, "").strip()), "")
        container = self.stack[-1]
        container.sources.append(address)
        self._put(link(address, title, within_link=self.links > 0) or fallback)
        container.lazy = len(container.out) - 1 if lazy else -1

    def _edge(self, tag: re.Match[str]) -> None:
        if not tag[1]:
            self.stack.append(_Container(tag[2], _attributes(tag)))
            return
        if len(self.stack) == 1:
            return
        container = self.stack.pop()
        self.touching = False
        self._close(container, container.given, "".join(container.out))
        self.stack[-1].sources.extend(container.sources)

    def _close(self, container: _Container, given: Mapping[str, str], content: str) -> None:
        name = container.name
        if name == NOSCRIPT:
            self._noscript(container, content)
        elif name in _PICTURES:
            self._picture("img", given)
        elif name in _FALLBACKS:
            shown = bool(_SHOWN.search(TAG.sub("", content))) or "<img" in content
            if shown or name != "object":
                self._put(content, apart=False)
            elif given.get("type", "").lower().startswith("image/") and not is_placeholder(given.get("data", "")):
                self._picture("img", {"src": given.get("data", ""), "alt": given.get("title", "")})
            else:
                self._link(given.get("data", "") or given.get("src", ""), given)
        elif name == SCRIPT:
            self._link(page_of_script(given.get("src", ""), given), given)
        elif name in _PLAYERS:
            service, key = _PLAYERS[name]
            named = {**given, "service": SERVICES[service]}
            self._link(page_of_service(service, given.get(key, "").strip()), named, content)
        else:
            later = lazy_address(given)
            address = later or given.get("src", "") or given.get("url", "") or given.get("data-href", "")
            fallback = content if _SHOWN.search(content) else _words(given.get("srcdoc", ""))
            self._link("" if is_placeholder(address) else address, given, fallback, lazy=bool(later))

    def _noscript(self, container: _Container, content: str) -> None:
        parent = self.stack[-1]
        sources = [source for source in container.sources if source]
        only = not _words(_LINK.sub("", content))
        if sources and only and all(source in self.loaded for source in sources):
            return  # a script loads just this, and it is shown already
        if sources and parent.lazy >= 0:
            parent.out[parent.lazy] = ""
        parent.lazy = -1
        parent.out.append(content)
        parent.instead = len(parent.out) - 1 if sources else -1


_EDGES = {name: re.compile(rf"<(/?){name}(?=[ >])[^>]*>") for name in ("math", "svg")}
_FILLED_FROM = ("data-href", "data-url", "data-embed-url", "data-oembed-url", "data-iframe-src")
_PLAYER_CLASS = re.compile(r"(?:^|\s)fb-(?:post|video)|embed|player|video|widget|lazyframe", re.IGNORECASE)
_TITLES = ("title", "aria-label", "data-title", "videotitle", "playlabel", "alt", "service")


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
            found.add(lazy_address(_attributes(tag)))
    return found - {""}


def _attributes(tag: re.Match[str]) -> dict[str, str]:
    return {name: unescape(value) for name, value in _ATTRIBUTE.findall(tag[3])}


def _words(html: str) -> str:
    return escapes.escape(" ".join(unescape(re.sub(r"<[^<>]*+>", " ", html)).split()), quote=False)


def _end_of(html: str, name: str, place: int) -> int:
    """Return where the element ends whose start tag ends at `place`, in canonical HTML."""
    level = 1
    for edge in _EDGES[name].finditer(html, place):
        level += -1 if edge[1] else 1
        if not level:
            return edge.end()
    return len(html)
