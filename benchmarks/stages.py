"""Where the time of a first run goes: what each stage takes for one post, in microseconds.

    python benchmarks/stages.py [--posts 400] [--rounds 15]

In an environment with feedmill in it. The best of the rounds, each over all posts, in one process; PROFILE.md has the
figures, and what they say.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from articles import articles, rich_markdown
from sites import LAYOUTS
from sites import build as build_site

import posts.config.load
import posts.config.options
from feeds.build.build import Builder
from feeds.build.job import FeedFile, Job, Page
from feeds.build.plan import plan
from feeds.config import decode_feeds_options
from feeds.select.feeds import select_feeds
from posts.config.table import Table
from posts.files import read as files
from posts.files import stat as stamps
from posts.files.walk import Walk
from posts.frontmatter import split as matter
from posts.frontmatter.media import LocalMedia
from posts.html.clean import clean_html
from posts.html.excerpt import summarize
from posts.identity import merging
from posts.identity.assign import initial_id
from posts.identity.ledger import Ledger
from posts.identity.merging import Articles
from posts.markup.options import MarkdownOptions
from posts.markup.to_html import markup_to_html
from posts.model import Content, Head, PostMetadata
from posts.pipeline import content
from posts.pipeline import load as loading
from posts.pipeline import render as rendering
from posts.pipeline import scan as scanning
from posts.pipeline.library import Library
from posts.sites.detect import detect_site
from posts.store import codec

Stage = Callable[[int], object]


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=400, metavar="N")
    parser.add_argument("--rounds", type=int, default=15, metavar="N")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for _ in build_site({Path(folder): LAYOUTS["feedmill"]}, articles(options.posts, 40)):
            pass
        print("| stage | µs a post |\n| --- | --- |")
        for name, stage in _stages(Path(folder)):
            print(f"| {name} | {_best(stage, options.posts, options.rounds):.0f} |", flush=True)
    return 0


def _best(stage: Callable[[int], object], count: int, rounds: int) -> float:
    best = float("inf")
    for _ in range(rounds):
        began = time.perf_counter()
        for place in range(count):
            stage(place)
        best = min(best, time.perf_counter() - began)
    return best / getattr(stage, "scale", count) * 1e6


def _stages(root: Path) -> Iterator[tuple[str, Stage]]:
    """Return the stages in their order, each with what it does to the post at a place."""
    kind = detect_site(root).kind
    sections = posts.config.load.merge(
        posts.config.load.read_config_file(root, None), kind.sections(), kind.locate
    ).sections
    options = posts.config.options.decode(sections, [])
    found = sorted(kind.files(options, Walk(root, frozenset(), print, kind.private_names), print))
    data = [files.read(root, one.path, kind.private_names)[1] for one in found]
    matters = [matter.split_front_matter(one, _nothing) for one in data]

    def scan(place: int) -> Head:
        return scanning.scan_post(found[place], data[place], kind, options, _nothing)

    heads = [scan(place) for place in range(len(found))]

    def load(place: int) -> PostMetadata:
        return loading.load_post(heads[place], matters[place], kind, options, LocalMedia(lambda _: 0), _nothing)

    known = [load(place) for place in range(len(found))]
    terms = [(*one.post.categories, *one.post.tags) for one in known]
    packets = [codec.encode_file(codec.FileFacts(one)) for one in heads]
    yield "read the file", lambda place: files.read(root, found[place].path, kind.private_names)
    yield "hash it", lambda place: stamps.digest(data[place])
    yield "take the front matter off, and apart", lambda place: matter.split_front_matter(data[place], _nothing)
    yield "**scan**: front matter, date, terms, permalink, hash of the body", scan
    yield "pack the head", lambda place: codec.encode_file(codec.FileFacts(heads[place]))
    yield "unpack it", lambda place: codec.decode_file(packets[place])
    yield "**group** posts into articles", _whole(lambda: _grouped(heads), heads)
    yield (
        "cut the trailer",
        lambda place: loading.cut_tail(matters[place].body, found[place].path, terms[place], options),
    )
    yield "**load**: trailer, source, media, hash of the trimmed body", load

    library = Library(root, options.site, {}, kind.private_names)

    def render(place: int) -> Content:
        return content.render_content(known[place], matters[place], kind, options, library.ask, _nothing)

    made = [render(place) for place in range(len(found))]
    bodies = [one.body[: two.kept] for one, two in zip(matters, known, strict=True)]
    html = [markup_to_html(one, markdown=True, liquid=None, report=_nothing) for one in bodies]
    yield from _rendering(bodies)
    yield "clean", lambda place: clean_html(html[place], base=known[place].post.permalink, report=_nothing)
    yield "summary", lambda place: summarize("", made[place].html)
    yield "**content**: all of these", render
    yield "hash its text", lambda place: rendering.text_hash(known[place], made[place])
    yield from _generating(sections, known, made, options)


def _grouped(heads: list[Head]) -> Articles:
    return merging.group_posts(heads, Ledger(), (), lambda _: {}, lambda _: None)


def _rendering(bodies: list[str]) -> Iterator[tuple[str, Stage]]:
    """Both renderers, with the bodies of the articles and with bodies that use the whole syntax."""
    rich = [rich_markdown(place) for place in range(len(bodies))]
    for name, options in (("cmark", MarkdownOptions()), ("kramdown", MarkdownOptions("kramdown"))):
        for kind, texts in (("news", bodies), ("much markup", rich)):

            def render(place: int, texts: list[str] = texts, options: MarkdownOptions = options) -> str:
                return markup_to_html(texts[place], markdown=True, liquid=None, report=_nothing, options=options)

            yield f"Markdown by {name}, {kind}", render


def _generating(
    sections: Mapping[str, Any],
    known: list[PostMetadata],
    made: list[Content],
    options: posts.config.options.ReadOptions,
) -> Iterator[tuple[str, Stage]]:
    settings = decode_feeds_options(Table(sections["feeds"], "feeds", []), site_url=options.site.url)
    items = [one.post.identified(initial_id(one)) for one in known]
    contents = {one.post.path: two for one, two in zip(known, made, strict=True)}
    yield "**choose** the feeds", _whole(lambda: select_feeds(items, options.site, settings), items)
    feed = select_feeds(items, options.site, settings)[0]
    jobs = plan([feed], {post.path: "" for post in items}, options.site, settings, "")
    for job in jobs:
        if isinstance(job, FeedFile | Page):

            def built(job: Job = job) -> object:
                return list(Builder([feed], contents.__getitem__, options.site, settings).build([job]))

            yield f"**build** {job.path}, and parse it again (an item)", _whole(built, feed.posts)


def _whole(work: Callable[[], object], parts: object) -> Stage:
    """Return a stage for work that is done for all posts at once: it runs with the first one and counts for all."""
    scale = len(parts)  # type: ignore[arg-type] # any collection

    def stage(place: int) -> None:
        if place == 0:
            work()

    stage.scale = scale  # type: ignore[attr-defined] # functions take attributes
    return stage


def _nothing(*_: object) -> None:
    pass


if __name__ == "__main__":
    sys.exit(main())
