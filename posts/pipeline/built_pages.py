"""Learn the addresses of posts from a built site, for the configuration that `feedmill init` proposes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from msgspec.structs import replace

from posts.config.options import ReadOptions, decode
from posts.errors import PostError
from posts.files import read as files
from posts.files.walk import Walk
from posts.frontmatter.dates import ParsedDate
from posts.model import Head
from posts.pipeline.scan import parse_post, scan_post
from posts.sites.base import PostFile, SiteKind
from posts.sites.learn import Learned, Page, PostText, learn_pattern, match_pages, read_page, words_of_markup
from posts.sites.permalinks import PermalinkError

BUILT = ("_site", "dist", "public", "output", "build")
_MOST_POSTS = 400  # evenly distributed over all posts
_MOST_PAGES = 10_000
_MOST_BYTES = 1 << 20
_ANY = "/:path/"  # an address for posts whose own is not known


class Proposal(NamedTuple):
    """What was learned, the folder with the pages, how many posts there are, and how many are right without it."""

    learned: Learned
    folder: str
    posts: int
    before: int


def propose_permalink(root: Path, kind: SiteKind, sections: Mapping[str, Mapping[str, Any]]) -> Proposal | None:
    """Return the pattern for `[posts] permalink` under which posts have the addresses of the pages that were built.

    Args:
        root: The folder of the site.
        kind: The kind of site.
        sections: The configuration; the address of the site may be missing.

    Returns:
        None if there is no built site, if no pattern fits, or if the posts have the addresses of the pages without one.
    """
    folder = next((name for name in BUILT if (root / name).is_dir()), "")
    if not folder or kind.built_by_jekyll:
        return None
    options = decode(sections, [])
    known = list(_posts(root, kind, options))
    texts = [one.text for one in known]
    found = match_pages(texts, list(_pages(root / folder)))
    by_path = {one.text.path: one for one in known}

    def expand(pattern: str, post: PostText) -> str:
        one = by_path[post.path]
        try:
            wanted = replace(options, permalink=pattern)
            categories = list(one.head.post.categories)
            return kind.permalink(post.path, one.metadata, one.at, categories, wanted)
        except PermalinkError:
            return ""

    before = sum(expand(options.permalink, post) == found[post.path] for post in texts if post.path in found)
    learned = learn_pattern(texts, found, expand)
    if learned is None or learned.right <= before:
        return None
    return Proposal(learned, folder, len(texts), before)


class _KnownPost(NamedTuple):
    text: PostText
    head: Head
    metadata: Mapping[str, Any]
    at: datetime


def _posts(root: Path, kind: SiteKind, options: ReadOptions) -> Iterator[_KnownPost]:
    """Yield the posts that do not say their addresses themselves."""
    walk = Walk(root, frozenset(), lambda _: None, kind.private_names)
    found = sorted(kind.files(options, walk, lambda _: None))
    anywhere = replace(options, permalink=options.permalink or _ANY)
    for one in found[:: len(found) // _MOST_POSTS + 1]:
        try:
            _, data = files.read(root, one.path, kind.private_names)
            head = scan_post(PostFile(one.path), data, kind, anywhere, lambda *_: None)
            parsed = parse_post(data, kind, options, lambda *_: None)
            metadata = kind.with_defaults(one.path, parsed.metadata)
        except (PostError, OSError):
            continue
        if head.post.state != "published" or any(metadata.get(key) for key in kind.permalink_keys):
            continue
        at = kind.page_date(ParsedDate(head.post.date), options.zones)
        values = _values(one.path, kind, head, metadata, at, options)
        text = PostText(one.path, head.post.title, words_of_markup(parsed.body), values)
        yield _KnownPost(text, head, metadata, at)


def _values(
    path: str, kind: SiteKind, head: Head, metadata: Mapping[str, Any], at: datetime, options: ReadOptions
) -> Mapping[str, str]:
    """Return what the placeholders that a pattern may have stand for."""
    values = {}
    for name in ("year", "month", "day", "title", "slug", "name", "path", "categories"):
        try:
            wanted = replace(options, permalink=f"/:{name}")
            value = kind.permalink(path, metadata, at, list(head.post.categories), wanted)
        except PermalinkError:
            continue
        values[name] = value.strip("/")
    return {name: value for name, value in values.items() if value}


def _pages(folder: Path) -> Iterator[Page]:
    """Yield the pages below a folder."""
    count = 0
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if not name.endswith((".html", ".htm")):
                continue
            count += 1
            if count > _MOST_PAGES:
                return
            path = Path(place, name)
            address = "/" + path.relative_to(folder).as_posix()
            try:
                if not path.is_file():
                    continue
                with path.open("rb") as file:
                    html = file.read(_MOST_BYTES).decode("utf-8", "replace")
            except OSError:
                continue
            yield read_page(address.removesuffix("index.html"), html)
