"""Write HTML for the embed tags of generators, whose templates are not here: `youtube`, `gist`, `figure`. Pure.

Hugo: https://gohugo.io/shortcodes/, Jekyll: jekyll-gist, jekyll-youtube and the includes of themes, Hexo:
https://hexo.io/docs/tag-plugins.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence

from msgspec import Struct

from posts.html.embeds import ALIASES, PAGES, SERVICES, link, page_of_service
from posts.text import lazy_pattern

_ARGUMENT = lazy_pattern(
    r"(?:(?P<name>[A-Za-z][\w-]*)\s*=\s*)?(?:\"(?P<double>(?:[^\"\\]|\\.)*+)\"|'(?P<single>(?:[^'\\]|\\.)*+)'"
    r"|`(?P<raw>[^`]*+)`|(?P<bare>[^\s\"'=`]+))",
    re.DOTALL,
)
_MOST_ARGUMENTS = 50
_IDS = ("id", "code", "src", "url", "link", "video", "video_id", "videoid", "vid", "name")
_PICTURES = {"figure", "img", "image", "asset_img", "picture", "postimage"}
_FRAMES = {"iframe", "video", "audio", "pdf", "embed", "responsive_iframe"}
_WORDS_NAMES = ("title", "summary", "label", "text", "content", "quote", "caption")
_SIZE = lazy_pattern(r"\d{1,4}(?:px|%)?")
_ADDRESS = lazy_pattern(r"(?:https?:/)?/\S+|[^\s:]+\.\w{2,4}")
_UNSET = lazy_pattern(r"\{\{|\}\}|[<>]")

_LANGUAGE = lazy_pattern(r"[\w+#.-]{1,50}")

EMBED_TAGS = frozenset((*PAGES, *ALIASES, *(_PICTURES - {"image", "picture"}), "iframe", "video", "audio", "pdf"))


class EmbedArguments(Struct, frozen=True):
    """What stands behind the name of a tag, in order and by name (in lower case)."""

    words: Sequence[str]
    named: Mapping[str, str]

    def first(self, *names: str) -> str:
        """Return the first value of these names that is not empty, or ""."""
        return next((self.named[name] for name in names if self.named.get(name)), "")


def parse_arguments(written: str) -> EmbedArguments:
    """Return the first 50 arguments of a tag: words, quoted words, and `name=value`."""
    words: list[str] = []
    named: dict[str, str] = {}
    for count, found in enumerate(_ARGUMENT.finditer(written)):
        if count >= _MOST_ARGUMENTS:
            break
        quoted = found["double"] if found["double"] is not None else found["single"]
        value = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else found["raw"] or found["bare"] or ""
        if found["name"]:
            named.setdefault(found["name"].lower(), value)
        else:
            words.append(value)
    return EmbedArguments(words, named)


def embed_html(name: str, arguments: EmbedArguments) -> str:
    """Return HTML on one line for the embed tag `name`, or "" if it is none or leads nowhere."""
    name = name.lower().removesuffix(".html").rpartition("/")[2]
    if name not in EMBED_TAGS:  # `embed-youtube`, `image_caption`
        name = next((part for part in re.split(r"[-_.]", name) if part in EMBED_TAGS or part in _PICTURES), name)
    if name in _PICTURES:
        return _picture(arguments)
    if name in _FRAMES:
        address = arguments.first("src", "url", "link", "file", "mp4", "mp3") or next(iter(arguments.words), "")
        provider = arguments.first("provider", "service").lower()  # `{% include video id="…" provider="youtube" %}`
        address = page_of_service(provider, arguments.first(*_IDS)) or address
        return link(address, arguments.first("title", "caption")) if _ADDRESS.fullmatch(address) else ""
    service = ALIASES.get(name, name)
    if service not in PAGES:
        return ""
    address = page_of_service(service, _ident(service, arguments))
    return link(address, arguments.first("title", "caption") or SERVICES[service]) if address else ""


def _ident(service: str, arguments: EmbedArguments) -> str:
    ident = arguments.first(*_IDS)
    user = arguments.first("user", "username")
    words = [*arguments.words]
    if service == "gist":  # `user id file`, `user/id`, `id file`
        if len(words) > 1 and "/" not in words[0] and re.fullmatch(r"[0-9a-f]{5,40}", words[1]):
            words = [f"{words[0]}/{words[1]}"]
        ident = ident or next(iter(words), "")
        return f"{user}/{ident}" if user and ident else ident
    if service == "spotify":
        ident = ident or next(iter(words), "")
        return ident if "/" in ident or not ident else f"{arguments.first('type') or 'track'}/{ident}"
    if service == "x" and user and ident:
        return f"https://x.com/{user}/status/{ident}" if re.fullmatch(r"\w{1,30}\d{0,20}", user + ident) else ""
    if service == "youtube" and words[1:2] == ["playlist"] and re.fullmatch(r"[\w-]{1,60}", words[0]):  # Hexo's
        return f"https://www.youtube.com/playlist?list={words[0]}"
    return ident or next(iter(words), "")


def _picture(arguments: EmbedArguments) -> str:
    # Hexo's `img` may begin with classes, and has width and height, then title and alternative text behind the address.
    words = [*arguments.words]
    place = next((number for number, word in enumerate(words) if _ADDRESS.fullmatch(word)), 0)
    rest = [word for word in words[place + 1 :] if not _SIZE.fullmatch(word)]
    src = arguments.first("src", "url", "path", "image", "image_path", "file") or (words[place] if words else "")
    if not src or _UNSET.search(src):
        return ""
    caption = arguments.first("caption", "description")
    title = arguments.first("title")
    alt = arguments.first("alt") or (rest[1] if len(rest) == 2 and " " in "".join(rest) else " ".join(rest))
    alt = alt or re.sub(r"<[^<>]*+>", "", caption) or title
    is_address = any(mark in src for mark in "./")  # a single word is a key of the theme's own list of pictures
    picture = html.escape("" if caption or title else alt)
    if is_address:
        picture = f'<img src="{html.escape(src)}" alt="{html.escape(alt)}">'
    target = arguments.first("link", "href", "target")
    if target and not _UNSET.search(target):
        picture = f'<a href="{html.escape(target)}">{picture}</a>'
    if not (caption or title or arguments.first("attr")):
        return picture
    shown = [f"<strong>{html.escape(title)}</strong>"] if title else []
    shown += [caption] if caption else []  # which may be HTML
    if attr := html.escape(arguments.first("attr")):
        where = html.escape(arguments.first("attrlink"))
        shown.append(f'<a href="{where}">{attr}</a>' if where else attr)
    text = " ".join(" ".join(shown).split())
    return f"<figure>{picture}<figcaption>{text}</figcaption></figure>"


def words_html(arguments: EmbedArguments) -> str:
    """Return what an unknown tag says in its arguments: a link, or the words of its title, caption or content."""
    text = " ".join(dict.fromkeys(arguments.first(name) for name in _WORDS_NAMES if arguments.first(name)))
    if "{{" in text or "}}" in text:
        return ""
    address = arguments.first("href", "url", "link")
    if text and _ADDRESS.fullmatch(address) and not _UNSET.search(address):
        return link(address, text)
    return html.escape(text)


def apart(embed: str) -> str:
    """Return `embed` with a blank line behind a picture, which is HTML to Markdown, as all that follows it at once."""
    return f"{embed}\n\n" if embed.startswith(("<img", "<figure")) else embed


def code_html(arguments: str, code: str) -> str:
    """Return a code block on one paragraph of HTML; the language is the first of the `arguments`."""
    language = _LANGUAGE.match(arguments.strip())
    named = f' class="language-{language[0]}"' if language else ""
    # A blank line would end the HTML in a list or quote; as a reference it ends nothing.
    escaped = html.escape(code.strip("\r\n"), quote=False).replace("\r\n", "\n").replace("\n\n", "\n&#10;")
    return f"<pre><code{named}>{escaped}</code></pre>"
