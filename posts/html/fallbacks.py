"""Replace what no reader shows by what it stands for: frames by links, lazy pictures by real ones, formulas by text.

`rewrite` edits the canonical form of what `posts.html.marks` prepared, as a string. Nothing here makes HTML safe: the
sanitizer follows. Pure, linear.
"""

from __future__ import annotations

import html as escapes
import re
from collections.abc import Callable, Mapping

from posts.html.embeds import SERVICES, is_public, link, page_of_service
from posts.html.lazy import is_placeholder, lazy_address
from posts.html.marks import CUSTOM, CUSTOM_NAME, FRAME, NOSCRIPT, SCRIPT
from posts.html.mathml import drawing_to_text, is_large_drawing, math_to_html
from posts.html.pieces import Container, Pieces, ReportLoss, words_of
from posts.html.players import PLAYERS, is_content, page_of_box, page_of_custom
from posts.html.scripts import page_of_script
from posts.html.tags import TAG, attributes_of, end_of_element
from posts.text import lazy_pattern, unescape

_FRAMES = {FRAME, "amp-iframe", "amp-facebook", "amp-embed", "oembed", "youtube-video", "vimeo-video"}
_FALLBACKS = {"object", "applet", "canvas"}
_PICTURES = {"amp-img", "amp-anim"}
_MEDIA = {"audio": "audio", "video": "video", "amp-audio": "audio", "amp-video": "video"}
_CONTAINERS = {*PLAYERS, *_FRAMES, *_FALLBACKS, *_PICTURES, *_MEDIA, CUSTOM, SCRIPT, NOSCRIPT}
# Controls of forms, whose words would touch those around them.
_CONTROLS = {"button", "label", "legend", "option", "textarea"}
_BOXES = {"a", "blockquote", "div"}
_LEAVES = {"area", "embed", "input", "param", "track"}
_SAYING = {"button", "reset", "submit"}  # types of `input` that show their value
_MATH = (
    "math annotation annotation-xml maction menclose merror mfenced mfrac mi mmultiscripts mn mo mover mpadded "
    "mphantom mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover semantics"
)
EXTRA_TAGS = frozenset(
    (*_CONTAINERS, *_CONTROLS, *_MATH.split(), *"area embed param svg title desc text track tspan".split())
)
EXTRA_ATTRIBUTES = frozenset(
    "alt aria-label checked data encoding kind label playlabel poster readonly sizes src srcdoc srclang srcset url "
    "value videoid videotitle".split()
)

_ALIGN = lazy_pattern(r"(?:^|;)\s*text-align\s*:\s*(left|right|center)\b", re.IGNORECASE)
_SHOWN = lazy_pattern(r"[^\s<>]")


def rewrite(html: str, report_loss: ReportLoss, resolves: Callable[[str], str] = str) -> str:
    """Return canonical `html` (with the elements of `EXTRA_TAGS`) without anything that readers do not show.

    `report_loss` is called for what leaves nothing behind: with `data-picture` for a picture that is written into the
    page as `data:` and has no text instead, with `embed` and its tag for anything else that shows something. `resolves`
    returns the address that is published for one of the body, or "".
    """
    return _Rewriter(html, report_loss, resolves).result()


class _Rewriter(Pieces):
    """One walk over canonical HTML."""

    def __init__(self, html: str, report_loss: ReportLoss, resolves: Callable[[str], str]) -> None:
        super().__init__(html, report_loss)
        self.html, self.resolves = html, resolves
        self.links = 0  # links that are open

    def result(self) -> str:
        place = 0
        for tag in TAG.finditer(self.html):
            if tag.start() < place:  # within a formula or drawing
                continue
            self.text(self.html[place : tag.start()])
            place = tag.end()
            name = tag[2]
            if name in ("math", "svg") and not tag[1]:
                end = end_of_element(self.html, name, place)
                place = end if end >= 0 else len(self.html)
                whole = self.html[tag.start() : place]
                shown = math_to_html(whole) if name == "math" else drawing_to_text(whole)
                self.put(shown, apart=name == "svg")
                if name == "svg" and not shown and is_large_drawing(attributes_of(tag)):
                    self.report_loss("embed", "<svg>")
            elif name in _CONTAINERS:
                self._edge(tag)
            else:
                self._tag(tag)
        self.text(self.html[place:])
        return "".join(self.stack[0].out)

    def _tag(self, tag: re.Match[str]) -> None:
        name, container = tag[2], self.stack[-1]
        if name == "a":
            self.links += -1 if tag[1] else 1
        if name in ("img", "source"):
            self.picture(name, attributes_of(tag))
        elif name in _LEAVES:
            self._leaf(name, attributes_of(tag))
        elif name in _CONTROLS:
            self.put(" " if self.is_behind_word() and not tag[1] else "", apart=False)
            self.touching = bool(tag[1])
        elif name in ("td", "th") and " style=" in tag[3] and " align=" not in tag[3]:
            found = _ALIGN.search(attributes_of(tag).get("style", "")[:1000])
            container.out.append(f'<{name} align="{found[1].lower()}"{tag[3]}>' if found else tag[0])
        elif name in _BOXES and not tag[1] and tag[3] and _EMPTY[name].match(self.html, tag.end()):
            self._box(tag)
        else:
            if name == "picture":
                self.candidate = ""
            container.out.append(tag[0])
            self.touching = self.touching and name not in ("p", "div", "li", "br")

    def is_usable(self, address: str) -> bool:
        return is_public(address) and bool(self.resolves(address))

    def _leaf(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "input":
            self._input(attributes)
        elif name == "param":
            self.stack[-1].params.setdefault(attributes.get("name", "").lower(), attributes.get("value", ""))
        elif name == "track":
            self.stack[-1].tracks.append(attributes)
        elif name == "area":
            if attributes.get("href", "").strip():
                self._link(attributes["href"], attributes)
        elif not self._link(attributes.get("src", ""), attributes, _title(attributes)):
            self.report_loss("embed", "<embed>")

    def _box(self, tag: re.Match[str]) -> None:
        """Add an empty box, with a link to what a script would show in it."""
        self.stack[-1].out.append(tag[0])
        attributes = attributes_of(tag)
        address, certain = page_of_box(attributes)
        if address and tag[2] == "a":
            self.put(link(address, unescape(_title(attributes)), within_link=True), apart=False)
        elif address:
            self._link(address, attributes)
        elif certain and " data-" in tag[3]:
            self.report_loss("embed", f'<{tag[2]} class="{attributes.get("class", "")[:60]}">')

    def _input(self, attributes: Mapping[str, str]) -> None:
        kind, value = attributes.get("type", "").lower(), attributes.get("value", "")
        if kind == "checkbox":
            self.text("☑" if "checked" in attributes else "☐")
            self.touching = True
        elif kind == "image":
            self.picture("img", {key: attributes[key] for key in ("src", "alt") if key in attributes})
        elif value.strip() and (kind in _SAYING or ("readonly" in attributes and kind in ("", "text", "url"))):
            self.put(escapes.escape(value, quote=False))

    def _link(self, address: str, attributes: Mapping[str, str], fallback: str = "", *, lazy: bool = False) -> bool:
        """Add a link to `address`, or else `fallback`, and return whether there is anything to see."""
        container = self.stack[-1]
        container.sources.append(address)
        shown = link(address, unescape(_title(attributes)), within_link=self.links > 0) if is_public(address) else ""
        self.put(shown or fallback)
        container.lazy = len(container.out) - 1 if lazy else -1
        return bool(shown or fallback)

    def _edge(self, tag: re.Match[str]) -> None:
        if not tag[1]:
            self.stack.append(Container(tag[2], attributes_of(tag)))
            return
        if len(self.stack) == 1:
            return
        container = self.stack.pop()
        self.touching = False
        self._close(container, container.attributes, "".join(container.out))
        self.stack[-1].sources.extend(container.sources)

    def _close(self, container: Container, attributes: Mapping[str, str], content: str) -> None:
        name = container.name
        shown = bool(_SHOWN.search(TAG.sub("", content)) or _VISIBLE.search(content))
        if name == NOSCRIPT:
            self.noscript(container, content)
        elif name in _PICTURES:
            self.picture("img", attributes)
        elif name in _MEDIA:
            self._medium(container, content, shown=shown)
        elif name in _FALLBACKS:
            self._fallback(container, content, shown=shown)
        elif name == SCRIPT:
            self._link(page_of_script(attributes.get("src", ""), attributes), attributes)
        elif name in PLAYERS:
            service, key = PLAYERS[name]
            named = {**attributes, "service": SERVICES[service]}
            if not self._link(
                page_of_service(service, attributes.get(key, "").strip()), named, content if shown else ""
            ):
                self.report_loss("embed", f"<{name}>")
        elif name == CUSTOM:
            self._custom(attributes.get(CUSTOM_NAME, ""), attributes, content, shown=shown)
        else:
            later = lazy_address(attributes)
            address = later or attributes.get("src", "") or attributes.get("url", "") or attributes.get("data-href", "")
            fallback = content if shown else words_of(attributes.get("srcdoc", ""))
            address = "" if is_placeholder(address) and is_public(address) else address
            if not self._link(address, attributes, fallback, lazy=bool(later)) and address not in _NOTHING:
                self.report_loss("embed", f"<{name}>".replace(FRAME, "iframe"))

    def _fallback(self, container: Container, content: str, *, shown: bool) -> None:
        name, attributes, params = container.name, container.attributes, container.params
        data = attributes.get("data", "") or next((params[key] for key in _PARAMS if params.get(key)), "")
        title = _title(attributes)
        if shown:
            self.put(content, apart=False)
        elif attributes.get("type", "").lower().startswith("image/") and not is_placeholder(data):
            self.picture("img", {"src": data, "alt": unescape(title)})
        elif not self._link("" if name == "canvas" else data, attributes, title):
            self.report_loss("embed", f"<{name}>")

    def _medium(self, container: Container, content: str, *, shown: bool) -> None:
        """Add a player if it has anything to play, else what stands in its place; its subtitles are links behind it."""
        name, attributes = _MEDIA[container.name], container.attributes
        kept = {key: value for key, value in attributes.items() if key != "data-src"}
        src = attributes.get("src", "") or attributes.get("data-src", "")
        if self.is_usable(src) or any(self.is_usable(unescape(one)) for one in _SOURCE.findall(content)):
            kept |= {"src": src} if src else {}
            written = "".join(f' {key}="{escapes.escape(value)}"' for key, value in kept.items())
            self.stack[-1].out.append(f"<{name}{written}>{content}</{name}>")
            for track in container.tracks:
                kind = track.get("kind", "") or "subtitles"
                if kind in _READ:
                    title = track.get("label", "") or f"{kind} {track.get('srclang', '')}"
                    self._link(track.get("src", ""), {"title": title})
        elif shown:
            self.put(content)
        elif self.is_usable(attributes.get("poster", "")):
            self.picture("img", {"src": attributes["poster"], "alt": attributes.get("title", "")})
        else:
            self.report_loss("embed", f"<{name}>")

    def _custom(self, name: str, attributes: Mapping[str, str], content: str, *, shown: bool) -> None:
        if shown:
            self.put(content, apart=False)
            return
        address, service = page_of_custom(name, attributes)
        named = {**attributes, "alt": attributes.get("data-alt", attributes.get("alt", "")), "service": service}
        if not self._link(address, named) and is_content(name):
            self.report_loss("embed", f"<{name}>")


_VISIBLE = lazy_pattern(r"<(?:img|audio|video) ")
_SOURCE = lazy_pattern(r'<source(?: [^>]*)? src="([^"]+)"')
_READ = {"captions", "descriptions", "subtitles"}  # kinds of tracks
_EMPTY = {  # the rest of a box that a script fills
    "a": lazy_pattern(r"\s*+</a>"),
    "blockquote": lazy_pattern(r"(?:\s++|</?(?:div|p|section)(?: [^>]*+)?+>)*+</blockquote>"),
    "div": lazy_pattern(r"(?:\s++|&nbsp;)*+</div>"),
}
_PARAMS = ("movie", "src", "url", "filename", "data")  # of `object`
_NOTHING = ("", "about:blank")
_TITLES = ("title", "aria-label", "data-title", "videotitle", "playlabel", "alt", "service")


def _title(attributes: Mapping[str, str]) -> str:
    """Return how an embed is called, as HTML."""
    title = next((attributes[name] for name in _TITLES if attributes.get(name, "").strip()), "")
    return escapes.escape(" ".join(title.split()), quote=False)
