"""Replace what no reader shows by what it stands for: frames by links, lazy pictures by real ones, formulas by text.

`rewrite` edits the canonical form of what `posts.html.marks` prepared, as a string. Nothing here makes HTML safe: the
sanitizer follows. Pure, linear.
"""

from __future__ import annotations

import html as escapes
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from posts.html.embeds import SERVICES, is_public, link, page_of_service
from posts.html.lazy import (
    is_lost,
    is_placeholder,
    lazy_address,
    lazy_srcset,
    picture_tag,
    usable_candidate,
)
from posts.html.marks import CUSTOM, CUSTOM_NAME, FRAME, NOSCRIPT, SCRIPT
from posts.html.mathml import drawing_to_text, is_large_drawing, math_to_html
from posts.html.players import PLAYERS, is_content, page_of_box, page_of_custom
from posts.html.scripts import page_of_script
from posts.html.tags import TAG
from posts.text import unescape

_FRAMES = {FRAME, "amp-iframe", "amp-facebook", "amp-embed", "oembed", "youtube-video", "vimeo-video"}
_FALLBACKS = {"object", "applet", "canvas"}
_PICTURES = {"amp-img", "amp-anim"}
_MEDIA = {"audio": "audio", "video": "video", "amp-audio": "audio", "amp-video": "video"}
_CONTAINERS = {*PLAYERS, *_FRAMES, *_FALLBACKS, *_PICTURES, *_MEDIA, CUSTOM, SCRIPT, NOSCRIPT}
# Controls of forms, whose words would touch those around them.
_CONTROLS = {"button", "label", "legend", "option", "textarea"}
_SAYING = {"button", "reset", "submit"}  # types of `input` that show their value
_MATH = (
    "math annotation annotation-xml maction menclose merror mfenced mfrac mi mmultiscripts mn mo mover mpadded "
    "mphantom mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover semantics"
)
EXTRA_TAGS = frozenset(
    (*_CONTAINERS, *_CONTROLS, *_MATH.split(), *"area embed param svg title desc text tspan".split())
)
EXTRA_ATTRIBUTES = frozenset(
    "alt aria-label checked data encoding playlabel poster readonly sizes src srcdoc srcset url value videoid "
    "videotitle".split()
)

_ATTRIBUTE = re.compile(r' ([^\s=>]+)="([^"]*)"')
_ALIGN = re.compile(r"(?:^|;)\s*text-align\s*:\s*(left|right|center)\b", re.IGNORECASE)
_LINK = re.compile(r"<a [^<>]*+>[^<]*+</a>")
_INLINE = frozenset("a abbr b cite code del em i ins kbd mark q s small span strong sub sup time u".split())
_SHOWN = re.compile(r"[^\s<>]")
_WORD = re.compile(r"[\w(\[\"'“‘]")

ReportLoss = Callable[[str, str], None]
"""Take a loss: a code of `posts.problems`, and what was lost."""


def rewrite(html: str, report_loss: ReportLoss) -> str:
    """Return canonical `html` (with the elements of `EXTRA_TAGS`) without anything that readers do not show.

    `report_loss` is called for what leaves nothing behind: with `data-picture` for a picture that is written into the
    page as `data:` and has no text instead, with `embed` and its tag for anything else that shows something.
    """
    return _Rewriter(html, report_loss).result()


@dataclass(slots=True)
class _Container:
    name: str
    given: Mapping[str, str]
    out: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)  # of pictures and frames inside
    params: dict[str, str] = field(default_factory=dict)  # of an `object`
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
                shown = math_to_html(whole) if name == "math" else drawing_to_text(whole)
                self._put(shown, apart=name == "svg")
                if name == "svg" and not shown and is_large_drawing(_attributes(tag)):
                    self.report_loss("embed", "<svg>")
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
        if piece and apart and self._is_behind_word():
            out.append(" ")
        out.append(piece)
        self.touching = bool(piece) and apart

    def _is_behind_word(self) -> bool:
        last = next((text for text in reversed(self.stack[-1].out[-3:]) if text), "")
        before = last[-1:]
        touches = before not in ("", ">") or last[2:-1] in _INLINE or last.endswith("</a>")
        return touches and not before.isspace()

    def _tag(self, tag: re.Match[str]) -> None:
        name, container = tag[2], self.stack[-1]
        if name == "a":
            self.links += -1 if tag[1] else 1
        if name in ("img", "source"):
            self._picture(name, _attributes(tag))
        elif name == "embed":
            given = _attributes(tag)
            if not self._link(given.get("src", ""), given, _title(given)) and given.get("src"):
                self.report_loss("embed", "<embed>")
        elif name == "area":
            given = _attributes(tag)
            if given.get("href", "").strip():
                self._link(given["href"], given)
        elif name == "param":
            given = _attributes(tag)
            container.params.setdefault(given.get("name", "").lower(), given.get("value", ""))
        elif name == "input":
            self._input(_attributes(tag))
        elif name in _CONTROLS:
            self._put(" " if self._is_behind_word() and not tag[1] else "", apart=False)
            self.touching = bool(tag[1])
        elif name in ("td", "th") and " style=" in tag[3] and " align=" not in tag[3]:
            found = _ALIGN.search(_attributes(tag).get("style", "")[:1000])
            container.out.append(f'<{name} align="{found[1].lower()}"{tag[3]}>' if found else tag[0])
        elif name == "div" and not tag[1] and tag[3] and _EMPTY_DIV.match(self.html, tag.end()):
            container.out.append(tag[0])
            given = _attributes(tag)
            address, certain = page_of_box(given)
            if not self._link(address, given) and certain and " data-" in tag[3]:
                self.report_loss("embed", f'<div class="{given.get("class", "")[:60]}">')
        else:
            if name == "picture":
                self.candidate = ""
            container.out.append(tag[0])
            self.touching = self.touching and name not in ("p", "div", "li", "br")

    def _picture(self, name: str, given: Mapping[str, str]) -> None:
        container = self.stack[-1]
        written, later = given.get("src", "").strip(), lazy_address(given)
        srcset = lazy_srcset(given) or (given.get("srcset", "") if usable_candidate(given.get("srcset", "")) else "")
        if name == "source":
            self.candidate = usable_candidate(srcset) or self.candidate
            container.out.append(picture_tag(name, given, later or written, srcset))
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
            container.out.append(picture_tag("img", given, src, srcset))
        else:
            alt = " ".join(given.get("alt", "").split())
            self._put(escapes.escape(alt))
            if not alt and is_lost(given):
                self.report_loss("data-picture", "<img>")
            elif not alt and written[:5].lower() != "data:":  # `file:` is gone already
                self.report_loss("embed", "<img>")
        container.lazy = len(container.out) - 1 if lazy else -1
        container.instead = -1

    def _input(self, given: Mapping[str, str]) -> None:
        kind, value = given.get("type", "").lower(), given.get("value", "")
        if kind == "checkbox":
            self._text("☑" if "checked" in given else "☐")
            self.touching = True
        elif kind == "image":
            self._picture("img", {key: given[key] for key in ("src", "alt") if key in given})
        elif value.strip() and (kind in _SAYING or ("readonly" in given and kind in ("", "text", "url"))):
            self._put(escapes.escape(value, quote=False))

    def _link(self, address: str, given: Mapping[str, str], fallback: str = "", *, lazy: bool = False) -> bool:
        """Add a link to `address`, or else `fallback`, and return whether there is anything to see."""
        container = self.stack[-1]
        container.sources.append(address)
        shown = link(address, unescape(_title(given)), within_link=self.links > 0) if is_public(address) else ""
        self._put(shown or fallback)
        container.lazy = len(container.out) - 1 if lazy else -1
        return bool(shown or fallback)

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
        shown = bool(_SHOWN.search(TAG.sub("", content)) or _VISIBLE.search(content))
        if name == NOSCRIPT:
            self._noscript(container, content)
        elif name in _PICTURES:
            self._picture("img", given)
        elif name in _MEDIA:
            self._medium(_MEDIA[name], given, content, shown=shown)
        elif name in _FALLBACKS:
            self._fallback(container, content, shown=shown)
        elif name == SCRIPT:
            self._link(page_of_script(given.get("src", ""), given), given)
        elif name in PLAYERS:
            service, key = PLAYERS[name]
            named = {**given, "service": SERVICES[service]}
            if not self._link(page_of_service(service, given.get(key, "").strip()), named, content if shown else ""):
                self.report_loss("embed", f"<{name}>")
        elif name == CUSTOM:
            self._custom(given.get(CUSTOM_NAME, ""), given, content, shown=shown)
        else:
            later = lazy_address(given)
            address = later or given.get("src", "") or given.get("url", "") or given.get("data-href", "")
            fallback = content if shown else _words(given.get("srcdoc", ""))
            address = "" if is_placeholder(address) and is_public(address) else address
            if not self._link(address, given, fallback, lazy=bool(later)) and address not in _NOTHING:
                self.report_loss("embed", f"<{name}>".replace(FRAME, "iframe"))

    def _fallback(self, container: _Container, content: str, *, shown: bool) -> None:
        name, given, params = container.name, container.given, container.params
        data = given.get("data", "") or next((params[key] for key in _PARAMS if params.get(key)), "")
        title = _title(given)
        if shown:
            self._put(content, apart=False)
        elif given.get("type", "").lower().startswith("image/") and not is_placeholder(data):
            self._picture("img", {"src": data, "alt": unescape(title)})
        elif not self._link("" if name == "canvas" else data, given, title):
            self.report_loss("embed", f"<{name}>")

    def _medium(self, name: str, given: Mapping[str, str], content: str, *, shown: bool) -> None:
        """Add a player if it has anything to play, else what stands in its place."""
        kept = {key: value for key, value in given.items() if key != "data-src"}
        src = given.get("src", "") or given.get("data-src", "")
        if is_public(src) or _PLAYABLE.search(content):
            kept |= {"src": src} if src else {}
            attributes = "".join(f' {key}="{escapes.escape(value)}"' for key, value in kept.items())
            self.stack[-1].out.append(f"<{name}{attributes}>{content}</{name}>")
        elif shown:
            self._put(content)
        elif is_public(given.get("poster", "")):
            self._picture("img", {"src": given["poster"], "alt": given.get("title", "")})
        else:
            self.report_loss("embed", f"<{name}>")

    def _custom(self, name: str, given: Mapping[str, str], content: str, *, shown: bool) -> None:
        if shown:
            self._put(content, apart=False)
            return
        address, service = page_of_custom(name, given)
        named = {**given, "alt": given.get("data-alt", given.get("alt", "")), "service": service}
        if not self._link(address, named) and is_content(name):
            self.report_loss("embed", f"<{name}>")

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


_VISIBLE = re.compile(r"<(?:img|audio|video) ")
_PLAYABLE = re.compile(r'<source(?: [^>]*)? src="(?!data:|blob:|javascript:)[^"]')
_EMPTY_DIV = re.compile(r"(?:\s++|&nbsp;)*+</div>")
_PARAMS = ("movie", "src", "url", "filename", "data")  # of `object`
_NOTHING = ("", "about:blank")
_EDGES = {name: re.compile(rf"<(/?){name}(?=[ >])[^>]*>") for name in ("math", "svg")}
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


def _title(given: Mapping[str, str]) -> str:
    """Return how an embed is called, as HTML."""
    title = next((given[name] for name in _TITLES if given.get(name, "").strip()), "")
    return escapes.escape(" ".join(title.split()), quote=False)


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
