"""Every key of the configuration: what docs/reference/configuration.md says of it is made from here.

The decoders (`posts/options.py`, `feeds/options.py`, `feeds/telling.py`) are the authority. Tests hold this to them: a
key that they ask for has a line here, no other key has one, and a default between backticks is what they take without
the key.
"""

from __future__ import annotations

from typing import NamedTuple

NEEDED = "needed"
NONE = "none"


class Key(NamedTuple):
    """One key. `default` and `meaning` are Markdown, `jekyll` its counterparts in `_config.yml`."""

    name: str
    default: str
    meaning: str
    jekyll: tuple[str, ...] = ()


SECTIONS: dict[str, tuple[Key, ...]] = {
    "site": (
        Key("url", NEEDED, "where the site lives, absolute: `https://example.org`", ("url",)),
        Key("baseurl", '`""`', "the path of the site below its url: `/blog`", ("baseurl",)),
        Key("title", "the host of the url", "the title of the feed of all posts", ("title", "name")),
        Key("description", '`""`', "its description", ("description", "tagline")),
        Key("language", '`""`', "a language tag (BCP 47): `zh-CN`", ("lang", "locale")),
        Key("timezone", '`"UTC"`', "the zone of dates without an offset: `Asia/Shanghai`", ("timezone",)),
        Key("author", NONE, 'a name, `{ name = "…", email = "…", uri = "…" }`, or a list of those', ("author",)),
        Key("rights", '`""`', "a copyright notice", ("copyright",)),
        Key("icon", '`""`', "the address of a square image; may be relative to the home page"),
        Key("logo", '`""`', "the address of a wide image; may be relative to the home page", ("logo",)),
    ),
    "posts": (
        Key("folders", "the whole site", "where the posts of a plain folder lie; a Jekyll site's are in `_posts`"),
        Key(
            "naive",
            '`"site"`',
            "a date without an offset is in the site's zone; "
            '`"utc"`: an unquoted one with seconds is UTC, as Jekyll reads it',
        ),
        Key("zones", NONE, 'the offsets of abbreviations: `{ CEST = "+02:00" }`'),
        Key("encoding", '`"utf-8"`', 'what files that are not UTF-8 are read as: `"gb18030"`', ("encoding",)),
        Key(
            "permalink",
            "Jekyll: `date`; plain folder: the file's path below its entry of `folders`, with `.html`",
            "a built-in style of Jekyll, or a template with its placeholders",
            ("collections.posts.permalink", "permalink"),
        ),
        Key("excerpt_separator", NONE, 'a summary ends there: `"<!--more-->"`', ("excerpt_separator",)),
        Key("future", "`false`", "publish posts before their date", ("future",)),
        Key("unpublished", "`false`", "publish posts with `published: false`", ("unpublished",)),
        Key("expired", "`false`", "publish posts after their `expirydate`"),
        Key("drafts", "`false`", "publish drafts", ("show_drafts",)),
        Key(
            "exclude",
            "Jekyll's own list; in a plain folder `node_modules`, `vendor`",
            "what is not read: names and patterns as in `_config.yml`; "
            "in a plain folder patterns for paths, folders and names",
            ("exclude",),
        ),
        Key("include", NONE, "what is read although its name begins with `_` or `.`", ("include",)),
    ),
    "clean": (Key("remove", NONE, 'CSS selectors of what is taken out of every body: `[".share", "p.advert"]`'),),
    "identity.rewrite": (
        Key("match", NEEDED, "a Python regular expression that matches a link as a whole"),
        Key("replace", NEEDED, r"what the link becomes; `\1` is the first group"),
    ),
    "feeds": (
        Key("out", '`"feeds"`', "the folder of the feeds, below the site; `--out` wins"),
        Key(
            "url",
            "the site's url and the path of `out`",
            "where that folder is served from; `--out` does not change it",
        ),
        Key("formats", '`["rss", "atom", "json"]`', "which files a feed has"),
        Key("items", "`50`", "how many posts a feed holds, the newest"),
        Key(
            "keep",
            '`"24h"`',
            "posts first published less than this ago are in their feeds whatever their dates, "
            'at most 200 posts in a feed; `"0h"`: none',
        ),
        Key("content", '`"full"`', 'or `"summary"`: items without their bodies'),
        Key("by", '`["category"]`', 'a feed for every `"category"`, `"tag"`, `"author"`, `"language"`'),
        Key(
            "link",
            '`"post"`',
            'items lead to the site\'s own page, the source is their `via` link; `"source"`: the other way round',
        ),
        Key("ttl", NONE, "minutes that RSS readers may keep a copy"),
        Key(
            "pages",
            "`true`",
            "a [page for people](pages.md) in every feed's folder, what embeds it elsewhere, and a style sheet for "
            "the raw XML; `false`: feeds only",
        ),
        Key(
            "gzip",
            "`false`",
            "a compressed copy beside every file (`rss.xml.gz`), for [servers that send those]"
            "(../how-to/hosting.md#compressed-copies)",
        ),
        Key(
            "headers",
            "`false`",
            "a `_headers` file in the root of the output, for [hosts that read one]"
            "(../how-to/hosting.md#hosts-that-read-a-_headers-file)",
        ),
        Key(
            "archives",
            "`false`",
            "every item stays reachable from the Atom feeds: [archive documents](feeds.md#archives) beside them",
        ),
        Key(
            "root",
            NONE,
            'the folder that the web server serves, if the output lies in it: `root = "_site"`, `out = "_site/feeds"`; '
            "`--out` stands for it then",
        ),
        Key("titles", NONE, "titles of single feeds: [`[feeds.titles]`](#feedstitles)"),
        Key("paths", NONE, "other places for feeds: [`[feeds.paths]`](#feedspaths)"),
        Key("custom", NONE, "selections of your own: [`[[feeds.custom]]`](#feedscustom)"),
    ),
    "feeds.titles": (
        Key("category", NONE, 'titles of the feeds of categories: `news = "All the news"`'),
        Key("tag", NONE, "the same for tags"),
        Key("author", NONE, "the same for authors"),
        Key("language", NONE, "the same for languages"),
    ),
    "feeds.custom": (
        Key("name", NEEDED, "its folder is `feed/<name>`"),
        Key("title", "the name and the site's title", "its title"),
        Key("category", NONE, "categories of which the post has at least one"),
        Key("tag", NONE, "the same for tags"),
        Key("author", NONE, "the same for authors"),
        Key("language", NONE, "the same for languages"),
        Key("not_category", NONE, "categories of which it has none"),
        Key("not_tag", NONE, "tags of which it has none"),
        Key("match", NONE, "a Python regular expression that is searched for in the title"),
        Key("items", "that of `[feeds]`", "how many posts this feed holds"),
        Key("content", "that of `[feeds]`", '`"full"` or `"summary"`'),
    ),
    "publish": (
        Key(
            "hub",
            NONE,
            "the addresses of [WebSub hubs](../how-to/hubs.md), at most eight: "
            "they are named in every feed, and told which feeds have changed",
        ),
        Key(
            "ping",
            NONE,
            '`{ success = "https://…", failure = "https://…" }`, or one of the two: '
            "[what to call](../how-to/schedules.md#get-notified-of-failures) when a run has ended",
        ),
    ),
}
