"""Learn the addresses of posts from the pages that a site generator built: which pattern gives those pages. Pure.

A page is that of a post if it has the title of the post and the words of its text. `posts.pipeline.built_pages` reads
posts and pages; `feedmill init` proposes the pattern, with how many posts it is right for.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice, product
from typing import NamedTuple
from urllib.parse import quote, unquote

from posts.text import lazy_pattern, unescape

_TITLE = lazy_pattern(r"<title\b[^<>]*+>([^<]*+)</title", re.IGNORECASE)
_HEADING = lazy_pattern(r"<h1\b[^<>]*+>", re.IGNORECASE)
_MAIN = lazy_pattern(r"<(article|main)\b[^<>]*+>", re.IGNORECASE)
_UNSEEN = lazy_pattern(r"<(/?)(script|style|nav|header|footer)\b[^<>]*+>", re.IGNORECASE)
_LONGEST_HEADING = 2_000
_TAG = lazy_pattern(r"<[^<>]*+>")
_ADDRESS = lazy_pattern(r"\]\([^()\s]*+|https?:\S++|\{[{%][^{}]*+[}%]\}|^import\s.*$|&[a-z]+;", re.MULTILINE)
_WORD = lazy_pattern(r"[^\W_]{3,}")
_NO_WORD = lazy_pattern(r"[\W_]+")
_MOST_WORDS = 200  # of a post
_FEWEST_WORDS = 8  # that identify a post without a title
_ENOUGH = 0.8  # of the words of a post
_MOST_CANDIDATES = 2_000
_MOST_EXAMPLES = 20
_FEWEST = 3  # posts, or all of them
_MOST_WRONG = 0.05


class Page(NamedTuple):
    """A page that was built: its address below the site, its title and heading, and the words of its text."""

    address: str
    title: str
    heading: str
    words: frozenset[str]


class PostText(NamedTuple):
    """A post whose page is looked for: its path, its title, the words of its text, and what placeholders stand for."""

    path: str
    title: str
    words: frozenset[str]
    values: Mapping[str, str]


class Learned(NamedTuple):
    """A pattern, how many of the posts with a page it is right for, and an example: the path of a post and its page."""

    pattern: str
    right: int
    found: int
    example: tuple[str, str]


def read_page(address: str, html: str) -> Page:
    """Return what a page says of itself; its text is that of `<article>`, else of `<main>`, else all of it."""
    title, heading = _TITLE.search(html), _HEADING.search(html)
    starts = {found[1].lower(): found.end() for found in reversed([*islice(_MAIN.finditer(html), 100)])}
    start = starts.get("article", starts.get("main", 0))
    text = _TAG.sub(" ", _seen(html[start:]))
    inside = html[heading.end() : heading.end() + _LONGEST_HEADING] if heading else ""
    shown = _TAG.sub("", inside[: inside.lower().find("</h1")])
    return Page(address, _folded(unescape(title[1] if title else "")), _folded(unescape(shown)), words(unescape(text)))


def _seen(html: str) -> str:
    """Return HTML without scripts, navigation, and the head and foot of the page."""
    pieces, place, open_tag, depth = list[str](), 0, "", 0
    for tag in _UNSEEN.finditer(html):
        name = tag[2].lower()
        if not open_tag and not tag[1]:
            pieces.append(html[place : tag.start()])
            open_tag, depth, place = name, 1, tag.end()
        elif name == open_tag:
            depth += -1 if tag[1] else 1
            if depth == 0:
                open_tag, place = "", tag.end()
    return " ".join([*pieces, html[place:]])


def words(text: str) -> frozenset[str]:
    """Return the words of at least three letters in a text, without case."""
    return frozenset(word.lower() for word in _WORD.findall(text))


def words_of_markup(body: str) -> frozenset[str]:
    """Return the first words of a body in Markdown or HTML that its page shows, without addresses and templates."""
    text = _TAG.sub(" ", _ADDRESS.sub(" ", body[:10_000]))
    return frozenset(word.lower() for word in _WORD.findall(unescape(text))[:_MOST_WORDS])


def match_pages(posts: Iterable[PostText], pages: Sequence[Page]) -> dict[str, str]:
    """Return the address of the page of each post by the path of the post, where exactly one page is its page.

    Pages that have the texts of several posts, such as a home page, are longer than those of the posts.
    """
    by_title: dict[str, list[Page]] = {}
    for page in pages:
        for name in {page.heading, page.title, *_beginnings(page.title)}:
            by_title.setdefault(name, []).append(page)
    by_word: dict[str, list[int]] = {}
    for number, page in enumerate(pages):
        for word in page.words:
            by_word.setdefault(word, []).append(number)
    found: dict[str, str] = {}
    for post in posts:
        title = _folded(post.title)
        if not title and len(post.words) < _FEWEST_WORDS:
            continue
        likely = by_title.get(title, []) if title else _with_words(post.words, by_word, pages)
        fits = [page for page in likely if _holds(page, post)]
        fits.sort(key=lambda page: (len(page.words), page.address))
        if fits and (len(fits) == 1 or len(fits[0].words) < len(fits[1].words)):
            found[post.path] = fits[0].address
    shared = Counter(found.values())
    return {path: address for path, address in found.items() if shared[address] == 1}


def _with_words(wanted: frozenset[str], by_word: Mapping[str, list[int]], pages: Sequence[Page]) -> list[Page]:
    """Return the pages that have one of the rarest words of a post: no page with nearly all of them has none."""
    rarest = sorted(wanted, key=lambda word: (len(by_word.get(word, ())), word))[: len(wanted) // 4 + 1]
    return [pages[number] for number in sorted({number for word in rarest for number in by_word.get(word, ())})]


def learn_pattern(
    posts: Sequence[PostText], found: Mapping[str, str], expand: Callable[[str, PostText], str]
) -> Learned | None:
    """Return the pattern that gives the most posts the addresses of their pages; None if none fits nearly all.

    Args:
        posts: The posts.
        found: The addresses of their pages by path (`match_pages`).
        expand: Returns the address that a pattern gives to a post, "" if it cannot.
    """
    known = [post for post in posts if post.path in found]
    if not known or (len(known) < _FEWEST and len(known) < len(posts)):
        return None
    step = len(known) // _MOST_EXAMPLES + 1
    candidates = Counter[str]()
    for post in known[::step]:
        candidates.update(set(islice(_candidates(found[post.path], post.values), _MOST_CANDIDATES)))
    shortlist = sorted(candidates, key=lambda one: (-candidates[one], -one.count(":"), len(one), one))[:50]
    best: tuple[int, int, int, int, str] = (0, 0, 0, 0, "")
    for pattern in shortlist:
        right = sum(_same(expand(pattern, post), found[post.path]) for post in known)
        placeholders = pattern.count(":") - pattern.count(":path") * 2
        best = max(best, (right, placeholders, pattern.count(":title"), -len(pattern), pattern))
    right, *_, pattern = best
    if not pattern or right < len(known) * (1 - _MOST_WRONG):
        return None
    example = next(post.path for post in known if _same(expand(pattern, post), found[post.path]))
    return Learned(pattern, right, len(known), (example, found[example]))


def _candidates(address: str, values: Mapping[str, str]) -> Iterable[str]:
    """Yield the patterns that give an address to a post, those with the most placeholders first."""
    ending = next((one for one in ("/", ".html", ".htm") if address.endswith(one)), "")
    stem = unquote(address.removesuffix(ending).strip("/"))
    path = values.get("path", "").strip("/")
    if path and (stem == path or stem.endswith(f"/{path}")):
        before = stem.removesuffix(path).strip("/")
        yield from (f"/{start}/:path{ending}".replace("//", "/") for start in _choices(before, values))
    yield from (f"/{one}{ending}" for one in _choices(stem, values))


def _choices(stem: str, values: Mapping[str, str]) -> Iterable[str]:
    """Yield the ways to write the segments of a path with placeholders."""
    if not stem:
        yield ""
        return
    segments = []
    for segment in stem.split("/"):
        names = [f":{name}" for name, value in values.items() if name != "path" and value == segment]
        parts = [_dated(segment, values)] if "-" in segment else []
        segments.append([*names, *filter(None, parts), quote(segment, safe="!$&'()*+,;=@~")])
    for choice in product(*segments):
        yield "/".join(choice)


def _dated(segment: str, values: Mapping[str, str]) -> str:
    """Return a segment such as `2024-01-02-name` as placeholders, "" if it is not one."""
    day = "-".join(values.get(name, "") for name in ("year", "month", "day"))
    for name in ("title", "slug"):
        if segment == f"{day}-{values.get(name, '')}":
            return f":year-:month-:day-:{name}"
    return ""


def _same(address: str, other: str) -> bool:
    return bool(address) and unquote(address) == unquote(other)


def _holds(page: Page, post: PostText) -> bool:
    """Return whether a page has nearly all words of a post."""
    return len(post.words & page.words) >= len(post.words) * _ENOUGH


def _beginnings(title: str) -> Iterable[str]:
    """Return what the title of a page may have before the name of the site, as `_folded` leaves it."""
    parts = title.split(" ")
    return (" ".join(parts[:count]) for count in range(1, min(len(parts), 40)))


def _folded(text: str) -> str:
    return _NO_WORD.sub(" ", text.lower()).strip()
