"""Compare the text of bodies with what Jekyll 4.3.1 renders, white space removed, and say what the rest differs in."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

import posts.config.load
import posts.config.options
from posts.files import read as files
from posts.files.walk import Walk
from posts.frontmatter.episode_media import LocalMedia
from posts.html.clean import clean_html
from posts.markup.kramdown import document
from posts.markup.kramdown.model import TooComplexError
from posts.markup.kramdown.plain import render_plain
from posts.markup.options import KramdownOptions
from posts.pipeline import content, library, load
from posts.pipeline.scan import parse_post, scan_post
from posts.sites.detect import detect_site
from tests.shared import shared

SITES = ("jekyll-opensuse", "jekyll-mzlogin")
_TAG = re.compile(r"<!--.*?-->|<[^<>]*>", re.DOTALL)
_TYPOGRAPHY = str.maketrans(
    {"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": ".", "«": "<", "»": ">", "\xa0": "", "\u200b": ""}
)

# Why a body differs in more than typography, in the order in which it is asked.
REASONS = {
    "closing link": "the trailer of a post (its source, navigation) is cut on purpose",
    "raw markup": "kramdown shows the markup of broken HTML or of a damaged link as text",
    "order": "text that broken HTML has inside of a table is moved before it, as browsers do",
    "embed": "an embedded frame or object leaves a link or its fallback",
    "characters": "byte order marks and other invisible characters, and signs for task lists",
    "rest": "none of these",
}

# How many bodies of the two sites differ for which reason.
COUNTED = {"closing link": 1, "raw markup": 3, "order": 14, "characters": 3, "embed": 1}


def text(body: str) -> str:
    return "".join(html.unescape(_TAG.sub("", body)).split())


def without_typography(words: str) -> str:
    words = words.translate(_TYPOGRAPHY).replace("<<", "<").replace(">>", ">")
    return re.sub(r"\.+", ".", re.sub(r"-+", "-", words))


def _ignore(*_: object) -> None:
    pass


def rendered(name: str) -> Iterator[tuple[str, str]]:
    """Yield the path and the content of every post of a site."""
    root = shared("corpus", name)
    kind = detect_site(root).kind
    options = posts.config.options.decode(
        posts.config.load.merge(posts.config.load.read_config_file(root, None), kind.sections(), kind.locate).sections,
        [],
    )
    known: dict[str, tuple[Any, Any]] = {}
    for found in kind.files(options, Walk(root, frozenset(), _ignore, kind.private_names), _ignore):
        data = files.read(root, found.path, kind.private_names)[1]
        try:
            head = scan_post(found, data, kind, options, _ignore)
            parsed = parse_post(data, kind, options, _ignore)
            known[found.path] = (load.load_post(head, parsed, kind, options, LocalMedia(lambda _: 0), _ignore), parsed)
        except ValueError:
            continue
    addresses = {path: facts.post.permalink for path, (facts, _) in known.items()}
    answers = library.Library(root, options.site, addresses, kind.private_names)
    for path, (facts, parsed) in known.items():
        yield path, content.render_content(facts, parsed, kind, options, answers.ask, _ignore).html


def reason(have: str, want: str) -> str:
    """Return the key in REASONS of the first reason that explains a difference."""
    if want.startswith(have):
        return "closing link"
    if sorted(without_typography(have)) == sorted(without_typography(want)):
        return "order"
    letters = re.compile(r"[\ufeff\u200b-\u200f☐☑\ufffd\x00-\x1f]")
    if letters.sub("", have) == letters.sub("", want):
        return "characters"
    if len(have) > len(want):
        return "embed"
    if re.search(r"</?[a-z]|[a-z]+=\"|\]\(|\[[^\]]*\]\[|\*\*|&lt;|/>|<!", want):
        return "raw markup"
    return "rest"


def test_bodies_are_what_jekyll_renders() -> None:
    kinds: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    unexplained: list[str] = []
    for name in SITES:
        lines = shared("oracle", f"bodies-{name.removeprefix('jekyll-')}.jsonl").read_text("utf-8").splitlines()
        wanted = {row["path"]: "".join(row["text"].split()) for row in map(json.loads, lines)}
        ours = {path: text(body) for path, body in rendered(name) if path in wanted}
        assert ours.keys() == wanted.keys()
        for path, want in wanted.items():
            have = ours[path]
            if have == want:
                kinds["equal"] += 1
            elif without_typography(have) == without_typography(want):
                kinds["typography"] += 1
            else:
                kinds["different"] += 1
                reasons[why := reason(have, want)] += 1
                unexplained += [path] if why == "rest" else []
    bodies = kinds.total()
    assert kinds["equal"] >= 0.88 * bodies, kinds
    assert kinds["different"] <= 0.05 * bodies, kinds
    assert reasons.keys() <= REASONS.keys()
    assert unexplained == []
    # Older versions of the libraries leave one more.
    assert reasons["embed"] in (1, 2)
    assert reasons == {**COUNTED, "embed": reasons["embed"]}


@pytest.mark.parametrize("name", SITES)
def test_plain_bodies_are_what_the_parser_makes_of_them(name: str) -> None:
    """Whole bodies, and their parts: that is what the shorter way takes."""
    options = KramdownOptions()
    plain = 0
    for path in sorted(shared("corpus", name).rglob("*.md")):
        body = path.read_text("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
        for part in (body, *re.split(r"\n[ \t]*\n", body)):
            source = part.rstrip("\n") + "\n"
            short = render_plain(source, options)
            if short is None:
                continue
            plain += 1
            try:
                assert _tree(short) == _tree(document.parse(source, options)), part
            except TooComplexError:
                continue
    assert plain > 100


def _tree(body: str) -> str:
    """Return cleaned HTML without the white space that no reader shows."""
    cleaned = clean_html(body, base="https://a.example/", report=_ignore).html
    return re.sub(
        r"\s*(</?(?:p|div|h[1-6]|ul|ol|li|blockquote|br)\b[^<>]*>)\s*", r"\1", re.sub(r"\s+", " ", cleaned)
    ).strip()
