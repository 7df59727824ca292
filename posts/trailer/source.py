"""Decide whether the link at the end of a body is the source of the post. Pure.

The last link is the source only if the post says so (docs/explanation/identity.md). Most posts that end with a link
refer to their subject with it, and a link that is removed from the body is missing in the feed.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from posts.text import domains_of, lazy_pattern, plain, unescape
from posts.trailer.blocks import ANY_TAG, LINK, LONGEST_ATTRIBUTION, attribution, bare_link

_LONGEST_NAME = 40  # characters
_ADDRESS = lazy_pattern(r"https?://[^\s<>\"`{}|\\^()（）【】，。；：！？、“”]{1,2000}", re.IGNORECASE)
_ORIGINAL = r"(?:阅读|查看)?原文(?:链接|地址|网址|出处)?"
_CREDIT = r"(?:文章|本文|稿件|图文|信息|新闻|资料|内容|消息)?(?:来源|來源)(?:链接|地址|网址)?"
_LABEL = lazy_pattern(rf"(?:{_CREDIT}\s*[:：]|{_ORIGINAL}\s*[:：]?|source\s*[:：]|via\s*[:：]?)", re.IGNORECASE)
_NAMED = lazy_pattern(rf"(?:{_ORIGINAL}\s*[:：]|via\s*[:：]|via\s)\s*(?P<name>[^\n。！？!?]+)", re.IGNORECASE)
_PAIRS = {"(": ")", "（": "）", "[": "]", "【": "】"}
_DECORATION = " \t\r\n*_~`\xa0"

# Hosts of video and audio pages, and hosts with the beginnings of the paths of such pages.
_MEDIA_HOSTS = frozenset(
    (
        "youtube.com youtube-nocookie.com youtu.be vimeo.com dailymotion.com dai.ly bilibili.com b23.tv youku.com "
        "v.qq.com ixigua.com douyin.com kuaishou.com iqiyi.com tudou.com acfun.cn nicovideo.jp nico.ms twitch.tv "
        "tiktok.com rumble.com odysee.com soundcloud.com mixcloud.com bandcamp.com spotify.com podcasts.apple.com "
        "music.apple.com podcasts.google.com overcast.fm pca.st music.163.com y.qq.com ximalaya.com xiaoyuzhoufm.com "
        "deezer.com tidal.com media.ccc.de asciinema.org streamable.com loom.com wistia.com vid.me peertube.tv"
    ).split()
)
_MEDIA_PAGES = (("ted.com", "/talks/"), ("facebook.com", "/watch"), ("fb.watch", "/"), ("tv.apple.com", "/"))
_PEERTUBE = lazy_pattern(r"/(?:w/[0-9A-Za-z]{22}|videos/(?:watch|embed)/[0-9A-Za-z-]{22,36})/?")


def is_media_page(address: str) -> bool:
    """Return whether an address is the page of a video or audio file: on a host for those, or on PeerTube."""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return False
    domains = domains_of(host)
    if not _MEDIA_HOSTS.isdisjoint(domains):
        return True
    pages = any(name in domains and parts.path.startswith(at) for name, at in _MEDIA_PAGES)
    return pages or bool(_PEERTUBE.fullmatch(parts.path))


def marked_link(text: str) -> tuple[str, str]:
    """Return the address and the name in a block such as `Source: <https://…>`; "" and "" for another block."""
    if len(text) > LONGEST_ATTRIBUTION + 2000:
        return "", ""
    links = list(LINK.finditer(text)) or list(_ADDRESS.finditer(text))
    if len(links) != 1 or not (address := bare_link(links[0][0])):
        return "", ""
    rest = f"{text[: links[0].start()]} {text[links[0].end() :]}"
    name = mark("" if _ADDRESS.search(rest) else plain(rest))
    return ("", "") if name is None else (address, name)


def mark(text: str) -> str | None:
    """Return the name in a block that is an attribution, "" where it has none; None for another block."""
    text = text.strip(_DECORATION).lstrip("# ")
    if not text or len(text) > LONGEST_ATTRIBUTION:
        return None
    if name := attribution(text):
        return name
    inside = text[1:-1].strip() if _PAIRS.get(text[0]) == text[-1] else text
    inside = plain(unescape(ANY_TAG.sub("", inside))).strip(_DECORATION)
    if _LABEL.fullmatch(inside):
        return ""
    named = _NAMED.fullmatch(inside)
    if named is None or len(named["name"]) > _LONGEST_NAME or ends_in_colon(inside) or _ADDRESS.search(inside):
        return None
    return named["name"].strip()


def ends_in_colon(text: str) -> bool:
    """Return whether the text of a block ends with a colon, so that it introduces the next block."""
    return plain(unescape(ANY_TAG.sub("", text))).rstrip(_DECORATION).endswith((":", "："))


def is_link_block(text: str) -> bool:
    """Return whether every line of a block is one bare link."""
    lines = [line for line in text.split("\n") if line.strip()]
    return bool(lines) and all(bare_link(line.strip(_DECORATION)) for line in lines)
