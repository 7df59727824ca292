"""Write where an item is discussed: `comments`, `slash:comments`, `wfw:commentRss`; in Atom `rel="replies"`. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from feeds.formats.namespaces import SLASH, THREADING, WFW
from feeds.model import Extension
from posts.model import Discussion
from posts.text import escape_uri, plain


def rss_discussion(discussion: Discussion) -> Iterator[Extension]:
    """Yield the elements of RSS (RSS 2.0, `<comments>`; https://web.resource.org/rss/1.0/modules/slash/)."""
    if discussion.page:
        yield Extension("comments", _uri(discussion.page))
    if discussion.count >= 0:
        yield Extension(f"{{{SLASH}}}comments", str(discussion.count))
    if discussion.feed:
        yield Extension(f"{{{WFW}}}commentRss", _uri(discussion.feed))


def atom_discussion(discussion: Discussion) -> Iterator[Extension]:
    """Yield the elements of Atom (RFC 4685, sections 4 and 5)."""
    count = ((f"{{{THREADING}}}count", str(discussion.count)),) if discussion.count >= 0 else ()
    for address, media_type in ((discussion.page, "text/html"), (discussion.feed, "application/atom+xml")):
        if address:
            link = (("rel", "replies"), ("href", _uri(address)), ("type", media_type), *count)
            yield Extension("link", attributes=link)
    if discussion.count >= 0:
        yield Extension(f"{{{THREADING}}}total", str(discussion.count))


def _uri(address: str) -> str:
    return escape_uri(plain(address))
