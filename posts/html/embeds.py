"""Turn what a page embeds (a film, a recording, a gist) into a link to it, for readers show no frames or scripts. Pure.

The markup of `posts.markup` uses it for shortcodes, `posts.html.fallbacks` for elements.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from posts.text import lazy_pattern

LONGEST_ADDRESS = 2_000
_LONGEST_TITLE = 300

# By an id that an element or a shortcode has, `{}`; the id is checked against the pattern.
_ID = lazy_pattern(r"[\w.~-]{1,100}")
PAGES: Mapping[str, str] = {
    "asciinema": "https://asciinema.org/a/{}",
    "bilibili": "https://www.bilibili.com/video/{}",
    "caniuse": "https://caniuse.com/{}",
    "codepen": "https://codepen.io/pen/{}",
    "dailymotion": "https://www.dailymotion.com/video/{}",
    "giphy": "https://giphy.com/gifs/{}",
    "gist": "https://gist.github.com/{}",
    "instagram": "https://www.instagram.com/p/{}/",
    "jsfiddle": "https://jsfiddle.net/{}/",
    "loom": "https://www.loom.com/share/{}",
    "soundcloud": "https://api.soundcloud.com/tracks/{}",
    "speakerdeck": "https://speakerdeck.com/player/{}",
    "spotify": "https://open.spotify.com/{}",
    "tiktok": "https://www.tiktok.com/embed/v2/{}",
    "twitch": "https://www.twitch.tv/videos/{}",
    "vimeo": "https://vimeo.com/{}",
    "x": "https://x.com/i/status/{}",
    "youtube": "https://www.youtube.com/watch?v={}",
}
SERVICES: Mapping[str, str] = {  # how a link is called that has no title, and other names of a service
    **{name: name.capitalize() for name in PAGES},
    "asciinema": "asciinema", "caniuse": "Can I use", "codepen": "CodePen", "jsfiddle": "JSFiddle",
    "soundcloud": "SoundCloud", "speakerdeck": "Speaker Deck", "tiktok": "TikTok", "x": "X", "youtube": "YouTube",
}  # fmt: skip
ALIASES: Mapping[str, str] = {
    "asciicast": "asciinema", "speaker_deck": "speakerdeck", "tweet": "x", "twitter": "x", "youtube_player": "youtube",
    "youtube-lite": "youtube", "youtubeplayer": "youtube", "youtube_video": "youtube", "vimeo_player": "vimeo",
    "youtube-embed": "youtube", "youtube_embed": "youtube", "youtubelite": "youtube",
    "vimeoplayer": "vimeo",
}  # fmt: skip

_YOUTUBE = lazy_pattern(r"(?:(?:www|m)\.)?youtube(?:-nocookie)?\.com\Z")
_YOUTUBE_PATH = lazy_pattern(r"/(?:embed|v|shorts)/(?!videoseries\b)([\w-]{1,20})/?\Z")
_VIMEO_PATH = lazy_pattern(r"/video/(\d{1,20})(?:/|\Z)")
_START = lazy_pattern(r"\d{1,6}\Z")


def link(address: str, title: str = "", *, within_link: bool = False) -> str:
    """Return a link to what is embedded from `address`, called `title` or else its host; "" without an address."""
    address = page_of(address.strip())
    if not address or len(address) > LONGEST_ADDRESS:
        return ""
    host, path, _ = address_parts(address)
    name = " ".join(title.split()) or host.removeprefix("www.") or path.rstrip("/").rpartition("/")[2] or address
    shown = html.escape(name[:_LONGEST_TITLE])
    return shown if within_link else f'<a href="{html.escape(address)}">{shown}</a>'


def is_public(address: str) -> bool:
    """Return whether an address may lead somewhere: it is not in the page itself, as `data:` and `blob:` are."""
    scheme = re.match(r"\s*([a-zA-Z][a-zA-Z0-9+.-]*):", address)
    return bool(address.strip()) and (not scheme or scheme[1].lower() in ("http", "https"))


def page_of(address: str) -> str:
    """Return the page that shows what a player's `address` shows, else `address`."""
    host, path, query = address_parts(address)
    if _YOUTUBE.match(host):
        found = _YOUTUBE_PATH.match(path)
        start = parse_qs(query, max_num_fields=50).get("start", [""])[0] if found and len(query) < 500 else ""
        after = f"&t={start}" if _START.match(start) else ""
        return f"{PAGES['youtube'].format(found[1])}{after}" if found else address
    if host == "youtu.be" and re.fullmatch(r"/[\w-]{1,20}", path) and not query:
        return PAGES["youtube"].format(path[1:])
    if host == "player.vimeo.com" and (found := _VIMEO_PATH.match(path)):
        return PAGES["vimeo"].format(found[1])
    return address


def page_of_service(service: str, ident: str) -> str:
    """Return the address of the page that `service` has for `ident` (an id or an address), or ""."""
    if re.match(r"https?://", ident):
        return page_of(ident)
    service = ALIASES.get(service, service)
    pattern = re.compile(r"[\w.~/-]{1,200}") if service in ("gist", "jsfiddle", "spotify") else _ID
    return PAGES[service].format(ident) if service in PAGES and pattern.fullmatch(ident) else ""


def address_parts(address: str) -> tuple[str, str, str]:
    """Return host, path and query of an address; empty texts for an invalid one."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return "", "", ""
    return host, parts.path, parts.query
