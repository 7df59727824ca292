"""Deterministic sites like the Chinese news site that feedmill was born from, for feedmill and for its peers.

    python benchmarks/sites.py FOLDER --posts 10000 --categories 40 --for feedmill hugo

The same numbers give the same bytes. A post has 6 KB in the median, its source link and a navigation footer; three in
ten are Markdown, the others HTML as a scraper leaves it.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, timedelta
from pathlib import Path

from articles import Article, articles

_JEKYLL = """\
title: 新闻
url: https://news.example
timezone: Asia/Shanghai
plugins: [jekyll-feed]
"""
# jekyll-feed has a feed for those categories that it is told.
_JEKYLL_FEED = """\
feed:
  path: rss.xml
  posts_limit: 50
  categories: [{}]
"""
# Posts are rendered, since feeds hold them, but not written: feeds only, as with the others.
_JEKYLL_PLUGIN = """\
class Jekyll::Document
  def write?
    false
  end
end
"""

# A Chinese site says that it is one: else Hugo counts a whole paragraph as one word, and every summary is the whole post.
_HUGO = """\
baseURL = "https://news.example/"
title = "新闻"
hasCJKLanguage = true
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
DIRECT_TEMPLATES = THEME_STATIC_PATHS = []
CACHE_CONTENT = LOAD_CONTENT_CACHE = True
CONTENT_CACHING_LAYER = "reader"
"""

_ELEVENTY = r"""
module.exports = function (config) {
  config.addCollection("feeds", (api) => {
    const newest = api.getFilteredByTag("posts").reverse();
    const feeds = new Map();
    for (const post of newest) {
      const name = post.data.category;
      if (!feeds.has(name)) feeds.set(name, { path: `category/${name}/rss.xml`, title: name, posts: [] });
      if (feeds.get(name).posts.length < 50) feeds.get(name).posts.push(post);
    }
    return [{ path: "rss.xml", title: "新闻", posts: newest.slice(0, 50) }, ...feeds.values()];
  });
  return { dir: { input: "content" }, markdownTemplateEngine: false };
};
"""
_ELEVENTY_RSS = r"""
const signs = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
const escape = (text) => text.replace(/[&<>]/g, (sign) => signs[sign]);
const item = (post) => `<item><title>${escape(post.data.title)}</title>
<link>https://news.example/${post.fileSlug}/</link><guid isPermaLink="true">https://news.example/${post.fileSlug}/</guid>
<pubDate>${post.date.toUTCString()}</pubDate>
<description>${escape(post.content.replace(/<[^>]*>/g, "").slice(0, 200))}</description>
<content:encoded>${escape(post.content)}</content:encoded></item>`;
module.exports = {
  data: {
    pagination: { data: "collections.feeds", size: 1, alias: "feed" },
    permalink: ({ feed }) => feed.path,
    eleventyExcludeFromCollections: true,
  },
  render: ({ feed }) => `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>${feed.title}</title><link>https://news.example/${feed.path}</link><description>${feed.title}</description>
${feed.posts.map(item).join("\n")}</channel></rss>`,
};
"""


_HEXO = """\
title: 新闻
url: https://news.example
permalink: :year/:month/:day/:title/
timezone: Asia/Shanghai
theme: false
"""
# In place of the pages of posts, which need a theme, Hexo writes feeds.
_HEXO_RSS = r"""
const signs = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
const escape = (text) => text.replace(/[&<>]/g, (sign) => signs[sign]);
const item = (post) => `<item><title>${escape(post.title)}</title>
<link>${post.permalink}</link><guid isPermaLink="true">${post.permalink}</guid>
<pubDate>${post.date.toDate().toUTCString()}</pubDate>
<description>${escape(post.content.replace(/<[^>]*>/g, "").slice(0, 200))}</description>
<content:encoded>${escape(post.content)}</content:encoded></item>`;
const feed = (path, title, posts) => ({ path, data: `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>${title}</title><link>https://news.example/${path}</link><description>${title}</description>
${posts.sort("-date").limit(50).map(item).join("\n")}</channel></rss>` });
hexo.extend.generator.register("post", ({ posts, categories }) => [
  feed("rss.xml", "新闻", posts),
  ...categories.map((one) => feed(`category/${one.name}/rss.xml`, one.name, one.posts)),
]);
"""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a generator wants its site: where posts lie, what a post looks like, and the files around them.

    `files` takes the categories that have a post, in order, and gives texts by path below the site.
    """

    folder: str
    post: Callable[[Article], str]
    files: Callable[[Collection[str]], Mapping[str, str]]

    def add(self, root: Path, article: Article) -> None:
        """Write a post of the site at `root`, a new or a changed one."""
        (root / self.folder / f"{article.name}.md").write_text(self.post(article), "utf-8")


def build(sites: Mapping[Path, Layout], found: Iterator[Article]) -> Iterator[Article]:
    """Write several sites of the same posts, and yield each post: no site is held in memory."""
    categories = set()
    for root, layout in sites.items():
        (root / layout.folder).mkdir(parents=True, exist_ok=True)
    for article in found:
        categories.add(article.category)
        for root, layout in sites.items():
            layout.add(root, article)
        yield article
    for root, layout in sites.items():
        for path, text in layout.files(sorted(categories)).items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, "utf-8")


def _matter(article: Article, rest: str) -> str:
    date = f"{article.date.astimezone(UTC) + timedelta(hours=8):%Y-%m-%d %H:%M:%S} +0800"
    return f'---\ntitle: "{article.title}"\ndate: {date}\n{rest}---\n{article.body}'


def _feedmill_post(article: Article) -> str:
    return _matter(article, f"layout: post\ncategories: {article.category}\n")


def _jekyll_post(article: Article) -> str:
    return _matter(article, f"categories: {article.category}\n")


def _hugo_post(article: Article) -> str:
    return _matter(article, f"categories: [{article.category}]\n")


def _pelican_post(article: Article) -> str:
    head = f"Title: {article.title}\nDate: {article.date:%Y-%m-%d %H:%M}\nCategory: {article.category}\n\n"
    return head + article.body


def _eleventy_post(article: Article) -> str:
    head = f'title: "{article.title}"\ndate: {article.date:%Y-%m-%dT%H:%M:%SZ}\ncategory: {article.category}\n'
    return f"---\n{head}---\n{article.body}"


def _feedmill_files(_: Collection[str]) -> dict[str, str]:
    return {"_config.yml": _JEKYLL, "feedmill.toml": "[feeds]\npages = false\n"}


def _rss_files(_: Collection[str]) -> dict[str, str]:
    return {"_config.yml": _JEKYLL, "feedmill.toml": '[feeds]\npages = false\nformats = ["rss"]\n'}


def _hugo_files(_: Collection[str]) -> dict[str, str]:
    kinds = ("index", "_default/list", "_default/term")
    return {"hugo.toml": _HUGO, **{f"layouts/{kind}.rss.xml": _HUGO_RSS for kind in kinds}}


def _jekyll_files(categories: Collection[str]) -> dict[str, str]:
    config = _JEKYLL + _JEKYLL_FEED.format(", ".join(categories))
    return {"_config.yml": config, "_plugins/feeds_only.rb": _JEKYLL_PLUGIN}


def _eleventy_files(_: Collection[str]) -> dict[str, str]:
    return {
        "eleventy.config.cjs": _ELEVENTY,
        "content/feeds.11ty.cjs": _ELEVENTY_RSS,
        "content/posts/posts.json": '{"tags": "posts", "permalink": false}\n',
    }


def _hexo_files(_: Collection[str]) -> dict[str, str]:
    return {"_config.yml": _HEXO, "scripts/feeds.js": _HEXO_RSS, "package.json": '{"hexo": {}}\n'}


# All make RSS feeds (jekyll-feed: Atom) with full content and nothing else, globally and for each category; feedmill
# makes RSS, Atom and JSON feeds and an OPML file, and leaves out its pages, which the others do not make. As
# `feedmill-rss` it makes RSS feeds and the OPML file.
LAYOUTS = {
    "feedmill": Layout("_posts", _feedmill_post, _feedmill_files),
    "feedmill-rss": Layout("_posts", _feedmill_post, _rss_files),
    "hugo": Layout("content", _hugo_post, _hugo_files),
    "pelican": Layout("content", _pelican_post, lambda _: {"pelicanconf.py": _PELICAN}),
    "jekyll": Layout("_posts", _jekyll_post, _jekyll_files),
    "hexo": Layout("source/_posts", _hugo_post, _hexo_files),
    "eleventy": Layout("content/posts", _eleventy_post, _eleventy_files),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--posts", type=int, default=1000)
    parser.add_argument("--categories", type=int, default=40)
    parser.add_argument("--for", dest="peers", nargs="*", choices=LAYOUTS, default=["feedmill"])
    options = parser.parse_args()
    sites = {options.folder / peer: LAYOUTS[peer] for peer in options.peers}
    for _ in build(sites, articles(options.posts, options.categories)):
        pass


if __name__ == "__main__":
    main()
