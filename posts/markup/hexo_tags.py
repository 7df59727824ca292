"""Write HTML for the tag plugins of Hexo, and for what their arguments refer to. Pure.

https://hexo.io/docs/tag-plugins, `dist/plugins/tag/` of Hexo 8.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from posts.html.embeds import link
from posts.markup.dialects import BodyScope
from posts.markup.embeds import EMBED_TAGS, EmbedArguments, apart, code_html, embed_html, parse_arguments
from posts.text import escape_uri, lazy_pattern

_ABSOLUTE = lazy_pattern(r"(?:[a-z][a-z0-9+.-]*:|//|#)", re.IGNORECASE)
_WORD = lazy_pattern(r"\"([^\"\n]*+)\"|'([^'\n]*+)'|(\S+)")
_URL = lazy_pattern(r"(?:https?://|mailto:|//|/|www\.)\S|[\w.-]+\.[A-Za-z]{2,}|\S+/")
_CAPTION = lazy_pattern(r"(\S+)\s+(.+?)(?:\s+((?:https?:/)?/\S+)(?:\s+(.+))?)?")
_OPTIONS = lazy_pattern(r"\s(?:line_number|line_threshold|first_line|wrap|mark|language_attr|highlight):\S+")
_LINES = lazy_pattern(r"(?:^|\s)(lang|from|to):(\w+)")
_MARKUP = str.maketrans({mark: f"&#{ord(mark)};" for mark in "_*`[]~$"})
_MOST_WORDS = 50


class Assets(Struct, frozen=True):
    """Resolve what the tags and pictures of a body refer to.

    Attributes:
        scope: What the body can refer to.
    """

    scope: BodyScope

    def asset(self, name: str) -> str:
        """Return the address of a file in the folder of the post, which has the name of its file; "" if none is."""
        scope, name = self.scope, name.removeprefix("./")
        if not name or name.startswith("/") or ".." in name.split("/"):
            return ""
        folder, _, file = scope.path.rpartition("/")
        stem = file.rpartition(".")[0]
        # Plugins also let posts write the name of the folder, as editors show pictures.
        name = name.removeprefix(f"{stem}/")
        if scope.ask("link", f"{folder}/{stem}/{name}".lstrip("/")) is None:
            return ""
        page = re.sub(r"\.html?\Z", "", scope.permalink).rstrip("/")
        return escape_uri(f"{page}/{name}")

    def on_site(self, path: str) -> str:
        """Return the address of a path below the site's home page; other addresses stay."""
        if _ABSOLUTE.match(path):
            return path
        host = re.match(r"https?://[^/]+", self.scope.permalink)
        root = self.scope.settings.get("root", "/")
        return escape_uri(f"{host[0] if host else ''}{root}{path.lstrip('/')}")

    def source(self, path: str) -> bool:
        """Return whether there is a file of the sources at a path below the home page."""
        folder = self.scope.settings.get("source", "")
        return bool(folder) and self.scope.ask("link", f"{folder}/{path.lstrip('/')}") is not None

    def post(self, name: str) -> tuple[str, str] | None:
        """Return address and title of a post by its slug or title; None if there is none."""
        found = self.scope.ask("post", name)
        address, _, title = (found or "").partition("\n")
        return (address, title) if found else None


def resolved_picture(src: str, assets: Assets) -> str:
    """Return the address of a picture in Markdown, "" if it stays as it is written.

    hexo-renderer-marked takes addresses as paths below the home page. A file in the folder of the post that has this
    name is meant first, as its option `postAsset` and plugins for assets have it.
    """
    if _ABSOLUTE.match(src) or src.startswith("{"):
        return ""
    if not src.startswith("/"):
        if assets.scope.settings.get("assets") and not assets.source(src) and (address := assets.asset(src)):
            return address
        if src.startswith("../"):
            return ""
    return assets.on_site(src.removeprefix("./")) if assets.scope.settings.get("prepends") else ""


def fence_caption(info: str, code: str) -> str:
    """Return fenced code with a caption, ```` ```js title address text ````, as a figure; "" if it has no caption."""
    words = _CAPTION.fullmatch(_OPTIONS.sub("", info).partition("=")[0].strip())
    if not words or words[1].startswith("{") or words[2].startswith("{"):
        return ""
    caption = html.escape(words[2])
    if words[3]:
        caption += f' <a href="{html.escape(words[3])}">{html.escape(words[4] or "link")}</a>'
    return f"<figure><figcaption>{caption}</figcaption>{code_html(words[1], code)}</figure>\n\n"


def _words(written: str) -> list[str]:
    """Return the arguments of a tag: words, and texts in quotes."""
    found = (match[1] or match[2] or match[3] or "" for match in _WORD.finditer(written))
    return [word for word, _ in zip(found, range(_MOST_WORDS), strict=False)]


def _text(words: Sequence[str]) -> tuple[str, bool]:
    """Return the words of a title, and whether it is text: behind it `false` says that it is HTML."""
    flag = words[-1] if words[-1:] in (["true"], ["false"]) else ""
    return " ".join(words[:-1] if flag else words), flag != "false"


def _anchor(address: str, title: str, *, is_text: bool = True) -> str:
    shown = html.escape(title).translate(_MARKUP) if is_text else title
    return f'<a href="{html.escape(address)}">{shown}</a>'


def _post_link(written: str, assets: Assets) -> str | None:
    words = _words(written)
    if not words:
        return None
    name, hash_mark, fragment = words[0].partition("#")
    title, is_text = _text(words[1:])
    found = assets.post(name)
    if not found:
        return html.escape(title).translate(_MARKUP) or None
    return _anchor(f"{found[0]}{hash_mark}{fragment}", title or found[1] or name, is_text=is_text or not title)


def _post_path(written: str, assets: Assets) -> str | None:
    found = assets.post(next(iter(_words(written)), ""))
    return _path(found[0]) if found else None


def _asset_path(written: str, assets: Assets) -> str | None:
    return _path(assets.asset(next(iter(_words(written)), ""))) or None


def _path(address: str) -> str:
    """Return the path of an address on the site: as a text of its own it is not a link."""
    return re.sub(r"\Ahttps?://[^/]+", "", address)


def _asset_link(written: str, assets: Assets) -> str | None:
    words = _words(written)
    title, is_text = _text(words[1:])
    address = assets.asset(words[0]) if words else ""
    if not address:
        return html.escape(title).translate(_MARKUP) or None
    return _anchor(address, title or words[0], is_text=is_text or not title)


def _asset_picture(written: str, assets: Assets) -> str | None:
    words = _words(written)
    place = next((number for number, word in enumerate(words) if assets.asset(word)), -1)
    if place < 0:
        return None
    return _picture(assets.asset(words[place]), words[place + 1 :])


def _image(written: str, assets: Assets) -> str | None:
    words = _words(written)
    place = next((number for number, word in enumerate(words) if _URL.match(word)), -1)
    return _picture(assets.on_site(words[place]), words[place + 1 :]) if place >= 0 else None


def _picture(address: str, words: Sequence[str]) -> str:
    """Return a picture; behind its address stand width and height, then title and alternative text."""
    rest = [*words]
    while rest and rest[0].isdigit():
        rest.pop(0)
    title, alt = ([*rest[:2], ""] if len(rest) == 2 else [" ".join(rest), ""])[:2]
    shown = html.escape(alt or title)
    named = f' title="{html.escape(title)}"' if title else ""
    return f'<img src="{html.escape(address)}" alt="{shown}"{named}>'


def _link(written: str, _: Assets) -> str | None:
    words = _words(written)
    place = next((number for number, word in enumerate(words) if _URL.match(word)), -1)
    if place < 0:
        return html.escape(" ".join(words)) or None
    return _anchor(words[place], " ".join(words[:place]) or words[place])


def _url_for(written: str, assets: Assets) -> str | None:
    words = _words(written)
    return _anchor(assets.on_site(words[1] if len(words) > 1 else "/"), words[0]) if words else None


def _frame(written: str, _: Assets) -> str | None:
    address = next(iter(_words(written)), "")
    return link(address) or None


def _include_code(written: str, assets: Assets) -> str | None:
    """Return the code in a file below the folder `code_dir`: `[title] [lang:…] [from:…] [to:…] path`."""
    settings, options = assets.scope.settings, dict(_LINES.findall(written))
    words = _words(_LINES.sub(" ", written))
    if not words:
        return None
    path, folder = words[-1].lstrip("/"), settings.get("code", "")
    source = f"{settings.get('source', '')}/{folder}".lstrip("/")
    text = assets.scope.ask("text", f"{source}//{path}") if settings.get("source") else None
    if text is None:
        return None
    lines = text.split("\n")
    first, last = (int(options[key]) if options.get(key, "").isdecimal() else 0 for key in ("from", "to"))
    code = "\n".join(lines[max(first - 1, 0) : last or len(lines)]).strip()
    name = path.rpartition("/")[2]
    title = html.escape(" ".join(words[:-1]) or name)
    raw = html.escape(assets.on_site(f"{folder}/{path}"))
    language = options.get("lang") or name.rpartition(".")[2]
    caption = f'<figcaption>{title} <a href="{raw}">view raw</a></figcaption>'
    return f"\n\n<figure>{caption}{code_html(language, code)}</figure>\n\n"


def _embed(name: str) -> Callable[[str, Assets], str | None]:
    def shown(written: str, _: Assets) -> str | None:
        arguments: EmbedArguments = parse_arguments(written)
        return apart(embed_html(name, arguments)) or None

    return shown


BLOCKS = frozenset(("blockquote", "quote", "pullquote", "centerquote", "cq", "code", "codeblock"))
"""The tags that have an end and hold a quote or code."""

TAGS: Mapping[str, Callable[[str, Assets], str | None]] = {
    **{name: _embed(name) for name in EMBED_TAGS},
    "a": _link,
    "anchor": _link,
    "asset_image": _asset_picture,
    "asset_img": _asset_picture,
    "asset_link": _asset_link,
    "asset_path": _asset_path,
    "full_url_for": _url_for,
    "iframe": _frame,
    "image": _image,
    "img": _image,
    "include-code": _include_code,
    "include_code": _include_code,
    "link": _link,
    "post_link": _post_link,
    "post_path": _post_path,
    "url_for": _url_for,
}
"""What each tag without an end stands for: (arguments, assets) -> HTML, None if it refers to nothing that exists."""
