"""Deterministic sites like the Chinese news site that feedmill was born from, for feedmill and for its peers.

    python benchmarks/sites.py FOLDER --posts 10000 --categories 40

The same numbers give the same bytes. A post has 6 KB in the median, its source link and a navigation footer; three in
ten are Markdown, the others HTML as a scraper leaves it.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

# Frequent characters of Chinese news: what they say does not matter, their bytes and their variety do.
_CHARACTERS = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
    "十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形"
)
_START = datetime(2021, 1, 1, tzinfo=UTC)
_PEERS = ("jekyll", "hugo", "pelican")


@dataclass(frozen=True, slots=True)
class Article:
    """One post, before a generator's own front matter is put around it."""

    number: int
    title: str
    date: datetime
    category: str
    body: str
    source: str

    @property
    def name(self) -> str:
        return f"{self.date:%Y-%m-%d}-NW{self.number:09}"


def articles(posts: int, categories: int, seed: int = 1) -> Iterator[Article]:
    """`posts` articles in order of date. With many categories most hold fewer posts than a feed's window."""
    chance = random.Random(seed)
    for number in range(posts):
        place = int(categories * chance.random() ** 2)
        category = f"c{place:04}"
        source = f"http://finance.source.example/news/{1000 + place},{20210000000 + number}.html"
        body = _markdown(chance) if chance.random() < 0.3 else _html(chance)
        footer = f"\n\n<{source}>\n\n[返回{category}新闻](//news.example/category/{category}.html)｜[返回首页](//news.example/)"
        title = _text(chance, chance.randint(12, 28))
        yield Article(number, title, _START + timedelta(minutes=7 * number), category, body + footer, source)


def _text(chance: random.Random, length: int) -> str:
    return "".join(chance.choices(_CHARACTERS, k=length))


def _paragraphs(chance: random.Random) -> list[str]:
    size = min(max(int(chance.lognormvariate(7.5, 0.5)), 150), 20_000)  # characters; three bytes each
    lengths = []
    while size > 0:
        lengths.append(min(size, chance.randint(60, 260)))
        size -= lengths[-1]
    return ["，".join(_text(chance, min(length, 20)) for _ in range(0, length, 21)) + "。" for length in lengths]


def _html(chance: random.Random) -> str:
    parts = [f"<p>{text}</p>" for text in _paragraphs(chance)]
    if chance.random() < 0.5:
        stock = chance.randint(100, 999)
        parts.insert(
            1, f'<p><span id="s_{stock}"><a href="http://quote.example/{stock}" class="k">{stock}</a></span>走高。</p>'
        )
    if chance.random() < 0.3:
        parts.insert(
            1, '<p style="text-align:center;"><img src="//img.example/a.jpg" alt="图" width="578" height="276" /></p>'
        )
    return "\n ".join(parts) + '<p class="em_media">（文章来源：海港日报）</p>'


def _markdown(chance: random.Random) -> str:
    parts = _paragraphs(chance)
    parts[0] = f"**{parts[0]}**"
    if len(parts) > 3:
        parts[2] = "\n".join(f"- {text}" for text in (parts[2][:40], parts[3][:40]))
    return "\n\n".join(parts)


def jekyll(root: Path, found: Iterator[Article]) -> None:
    """A Jekyll site, which feedmill and Jekyll with jekyll-feed read."""
    config = "title: 新闻\nurl: https://news.example\ntimezone: Asia/Shanghai\nplugins: [jekyll-feed]\n"
    _write(root / "_config.yml", config)
    for article in found:
        _write(root / "_posts" / f"{article.name}.md", _matter(article, f"categories: {article.category}\n"))


_HUGO = """\
baseURL = "https://news.example/"
title = "新闻"
disableKinds = ["sitemap", "robotsTXT", "404", "section"]
[taxonomies]
category = "categories"
[outputs]
home = ["RSS"]
taxonomy = []
term = ["RSS"]
[[cascade]]
[cascade.build]
render = "link"
[cascade.target]
kind = "page"
[pagination]
disableAliases = true
[services.rss]
limit = 50
[markup.goldmark.renderer]
unsafe = true
"""
_HUGO_RSS = r"""
{{- $pages := .Pages -}}{{- if .IsHome -}}{{- $pages = .Site.RegularPages -}}{{- end -}}
{{- printf "<?xml version=\"1.0\" encoding=\"utf-8\"?>" | safeHTML }}
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>{{ .Title }}</title><link>{{ .Permalink }}</link><description>{{ .Title }}</description>
{{ range first 50 $pages }}<item><title>{{ .Title }}</title><link>{{ .Permalink }}</link>
<pubDate>{{ .Date.Format "Mon, 02 Jan 2006 15:04:05 -0700" | safeHTML }}</pubDate><guid isPermaLink="true">{{ .Permalink }}</guid>
<description>{{ .Summary | transform.XMLEscape | safeHTML }}</description>
<content:encoded>{{ .Content | transform.XMLEscape | safeHTML }}</content:encoded></item>
{{ end }}</channel></rss>
"""


def hugo(root: Path, found: Iterator[Article]) -> None:
    """A Hugo site of the same posts that makes RSS feeds with full content and nothing else."""
    _write(root / "hugo.toml", _HUGO)
    for kind in ("index", "_default/list", "_default/term"):
        _write(root / "layouts" / f"{kind}.rss.xml", _HUGO_RSS)
    for article in found:
        _write(root / "content" / f"{article.name}.md", _matter(article, f"categories: [{article.category}]\n"))


_PELICAN = """\
SITENAME = "新闻"
SITEURL = FEED_DOMAIN = "https://news.example"
PATH = "content"
TIMEZONE = "Asia/Shanghai"
FEED_ALL_RSS = "rss.xml"
CATEGORY_FEED_RSS = "category/{slug}/rss.xml"
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
FEED_MAX_ITEMS = 50
RSS_FEED_SUMMARY_ONLY = False
ARTICLE_SAVE_AS = PAGE_SAVE_AS = CATEGORY_SAVE_AS = TAG_SAVE_AS = AUTHOR_SAVE_AS = ""
DIRECT_TEMPLATES = []
"""


def pelican(root: Path, found: Iterator[Article]) -> None:
    """A Pelican site of the same posts that makes RSS feeds with full content and nothing else."""
    _write(root / "pelicanconf.py", _PELICAN)
    for article in found:
        head = f"Title: {article.title}\nDate: {article.date:%Y-%m-%d %H:%M}\nCategory: {article.category}\n\n"
        _write(root / "content" / f"{article.name}.md", head + article.body)


def _matter(article: Article, categories: str) -> str:
    date = f"{article.date.astimezone(UTC) + timedelta(hours=8):%Y-%m-%d %H:%M:%S} +0800"
    return f'---\nlayout: post\ntitle: "{article.title}"\ndate: {date}\n{categories}---\n{article.body}'


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


WRITERS: dict[str, Callable[[Path, Iterator[Article]], None]] = {"jekyll": jekyll, "hugo": hugo, "pelican": pelican}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--posts", type=int, default=1000)
    parser.add_argument("--categories", type=int, default=40)
    parser.add_argument("--for", dest="peers", nargs="*", choices=WRITERS, default=["jekyll"])
    options = parser.parse_args()
    for peer in options.peers:
        WRITERS[peer](options.folder / peer, articles(options.posts, options.categories))


if __name__ == "__main__":
    main()
