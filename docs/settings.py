"""Describe every configuration key; `docs.generate` builds docs/reference/configuration.md from this table.

The decoders (`posts/config/options.py`, `feeds/config.py`, `feedmill/notify/options.py`, `feeds/remotes/options.py`)
are the authority. Tests check that every key they read is described here, that no other key is, and that a default in
backticks is the value that the decoder uses when the key is missing.
"""

from __future__ import annotations

from typing import NamedTuple

from posts.config.options import SITE_KINDS

NEEDED = "required"
NONE = "none"


class Key(NamedTuple):
    """A configuration key. `default` and `meaning` are Markdown; `jekyll` names its counterparts in `_config.yml`."""

    name: str
    default: str
    meaning: str
    jekyll: tuple[str, ...] = ()


SECTIONS: dict[str, tuple[Key, ...]] = {
    "site": (
        Key(
            "kind",
            "by the files of the site",
            "the site generator whose site it is, or a plain folder of posts: "
            + ", ".join(f'`"{name}"`' for name in SITE_KINDS),
        ),
        Key("url", NEEDED, "the absolute address of the site: `https://example.org`", ("url",)),
        Key("baseurl", '`""`', "the path of the site below its url: `/blog`", ("baseurl",)),
        Key("title", "the host of the url", "the title of the feed of all posts", ("title", "name")),
        Key("description", '`""`', "the description of that feed", ("description", "tagline")),
        Key("language", '`""`', "a language tag (BCP 47): `zh-CN`", ("lang", "locale")),
        Key("timezone", '`"UTC"`', "the time zone of dates without an offset: `Asia/Shanghai`", ("timezone",)),
        Key("author", NONE, 'a name, `{ name = "…", email = "…", uri = "…" }`, or a list of those', ("author",)),
        Key("rights", '`""`', "a copyright notice", ("copyright",)),
        Key("icon", '`""`', "the address of a square image, absolute or relative to the home page"),
        Key("logo", '`""`', "the address of a wide image, absolute or relative to the home page", ("logo",)),
        Key(
            "favicon",
            "an image that `favicon`, `favicon_ico` or `icon` of `_config.yml` names, else `favicon.*` of the site",
            "the address of the icon in the browser's tab, absolute or relative to the home page; the pages of feeds "
            "have it, and feeds do not",
        ),
    ),
    "posts": (
        Key(
            "folders",
            "the whole site",
            "the folders with the posts of a plain folder; a Jekyll site has them in `_posts`, a Hexo site in "
            "`source/_posts`",
        ),
        Key(
            "naive",
            '`"site"`',
            "a date without an offset is in the site's time zone; "
            '`"utc"`: an unquoted date with seconds is UTC, as Jekyll reads it',
        ),
        Key("zones", NONE, 'UTC offsets of time zone abbreviations: `{ CEST = "+02:00" }`'),
        Key("encoding", '`"utf-8"`', 'the encoding of files that are not UTF-8: `"gb18030"`', ("encoding",)),
        Key(
            "permalink",
            "Jekyll: `date`; plain folder: the file's path below its entry of `folders`, with `.html`",
            "one of Jekyll's built-in styles, or a template with Jekyll's placeholders",
            ("collections.posts.permalink", "permalink"),
        ),
        Key("excerpt_separator", NONE, 'the text that ends a summary: `"<!--more-->"`', ("excerpt_separator",)),
        Key("future", "`false`", "publish posts before their `date` or `publishDate`", ("future",)),
        Key(
            "unpublished",
            "`false`",
            "publish posts with `published: false` or a status such as `private`",
            ("unpublished",),
        ),
        Key("expired", "`false`", "publish posts after their `expiryDate`"),
        Key("drafts", "`false`", "publish drafts (`_drafts`, `draft: true`, `status: draft`)", ("show_drafts",)),
        Key(
            "exclude",
            "Jekyll's default; plain folder: `node_modules`, `vendor`",
            "files and folders to skip: names and patterns as in `_config.yml`; "
            "in a plain folder, patterns for paths, folders and names",
            ("exclude",),
        ),
        Key("include", NONE, "files and folders to read although their names begin with `_` or `.`", ("include",)),
    ),
    "clean": (Key("remove", NONE, 'CSS selectors of elements to remove from every body: `[".share", "p.advert"]`'),),
    "identity": (
        Key(
            "closing_link",
            '`"auto"`',
            "whether a link that ends the body is the [source](../explanation/identity.md#source-link) of the post: "
            '`"auto"`: if the post marks it as its source; `true`: every bare link to another host; `false`: none',
        ),
    ),
    "identity.rewrite": (
        Key("match", NEEDED, "a Python regular expression that must match the whole link"),
        Key("replace", NEEDED, r"the replacement; `\1` is the first group"),
    ),
    "feeds": (
        Key(
            "out",
            '`"feeds"`',
            "the output folder, below the site and not in a folder of posts; `--out` overrides it",
        ),
        Key(
            "url",
            "the site's `url` and the path of `out`",
            "the address of the output folder; `--out` does not change it",
        ),
        Key("formats", '`["rss", "atom", "json"]`', "the formats of every feed"),
        Key("items", "`50`", "how many posts a feed contains, the newest first"),
        Key(
            "keep",
            '`"24h"`',
            "a feed also contains posts first published less than this ago, regardless of their dates, "
            'up to 200 posts in total; `"0h"`: off',
        ),
        Key("content", '`"full"`', '`"full"`, or `"summary"`: items without bodies'),
        Key(
            "by",
            '`["category"]`',
            'create a feed for every: `"category"`, `"tag"`, `"author"`, `"language"`, `"section"` (the first '
            'folder of a post below the folder of posts), `"collection"` (on a Jekyll site its '
            "collections with `output: true`, whose documents are only in these feeds)",
        ),
        Key(
            "link",
            '`"post"`',
            'items link to the site\'s own page, and to the source as `via`; `"source"`: vice versa',
        ),
        Key(
            "comments",
            "`false`",
            "say where an item is discussed, as its [front matter](posts.md#front-matter) has it: `comments`, "
            "`slash:comments` and `wfw:commentRss` in RSS, `replies` links with `thr:count` in Atom",
        ),
        Key(
            "markdown",
            "`false`",
            "add the Markdown of a body to its RSS item (`source:markdown`), if it has no HTML, no templates and no "
            "addresses that a feed must not contain",
        ),
        Key("ttl", NONE, "how many minutes RSS readers may cache a feed"),
        Key(
            "pages",
            "`true`",
            "write an [HTML page](pages.md) for every feed, the files to embed it, and a style sheet for the raw XML; "
            "`false`: feeds only",
        ),
        Key(
            "pictures",
            "`true`",
            "show the pictures of items on the [pages](pages.md#pictures); "
            "`false`: pages load nothing from other hosts",
        ),
        Key(
            "page_link",
            "`false`",
            "write a [link to its page](../how-to/hosting.md#what-browsers-show) into every RSS and Atom document, "
            "for people who open it in a browser",
        ),
        Key(
            "try_widget",
            "`false`",
            "write [Try the widget](../how-to/embed.md#try-the-widget), a page in the root of the output "
            "that builds the code of the widget",
        ),
        Key(
            "gzip",
            "`false`",
            "write a compressed copy beside every file (`rss.xml.gz`), for [servers that send it]"
            "(../how-to/hosting.md#compressed-copies)",
        ),
        Key(
            "headers",
            "`false`",
            "write a `_headers` file to the root of the output, for [hosts that read it]"
            "(../how-to/hosting.md#hosts-that-read-a-_headers-file)",
        ),
        Key(
            "archives",
            "`false`",
            "write [archive documents](feeds.md#archives), so that all items can be reached from the Atom feeds",
        ),
        Key(
            "root",
            NONE,
            'the folder that the web server serves, if the output is in it: `root = "_site"`, `out = "_site/feeds"`; '
            "`--out` then replaces `root`",
        ),
        Key("titles", NONE, "titles of individual feeds: [`[feeds.titles]`](#feedstitles)"),
        Key("descriptions", NONE, "descriptions of individual feeds: [`[feeds.descriptions]`](#feedsdescriptions)"),
        Key("paths", NONE, "other paths for feeds: [`[feeds.paths]`](#feedspaths)"),
        Key("custom", NONE, "feeds with your own selection of posts: [`[[feeds.custom]]`](#feedscustom)"),
    ),
    "feeds.titles": (
        Key("category", NONE, 'titles of category feeds: `news = "All the news"`'),
        Key("tag", NONE, "titles of tag feeds"),
        Key("author", NONE, "titles of author feeds"),
        Key("language", NONE, "titles of language feeds"),
        Key("section", NONE, "titles of section feeds"),
        Key("collection", NONE, "titles of collection feeds"),
    ),
    "feeds.descriptions": (
        Key("category", NONE, 'descriptions of category feeds: `news = "What happens in the harbour"`'),
        Key("tag", NONE, "descriptions of tag feeds"),
        Key("author", NONE, "descriptions of author feeds"),
        Key("language", NONE, "descriptions of language feeds"),
        Key("section", NONE, "descriptions of section feeds"),
        Key("collection", NONE, "descriptions of collection feeds"),
    ),
    "feeds.custom": (
        Key("name", NEEDED, "the name of the feed; its folder is `feed/<name>`"),
        Key("title", "the name and the site's title", "the title of the feed"),
        Key("description", NONE, "what the feed is about"),
        Key("category", NONE, "the post has at least one of these categories"),
        Key("tag", NONE, "the post has at least one of these tags"),
        Key("author", NONE, "the post has at least one of these authors"),
        Key("language", NONE, "the post has one of these languages"),
        Key("section", NONE, "the post is in one of these sections"),
        Key("collection", NONE, "the post is in one of these collections; on a Jekyll site, `_notes` is `notes`"),
        Key("not_category", NONE, "the post has none of these categories"),
        Key("not_tag", NONE, "the post has none of these tags"),
        Key("match", NONE, "a Python regular expression to search for in the title"),
        Key("items", "as in `[feeds]`", "how many posts this feed contains"),
        Key("content", "as in `[feeds]`", '`"full"` or `"summary"`'),
    ),
    "podcast": (
        Key(
            "feed",
            '`"all"`',
            'the feed that is the podcast: `"all"`, `"category/podcast"`, `"feed/show"` for a custom feed, '
            "as in `[feeds.paths]`",
        ),
        Key("author", "the site's author", "who makes the podcast"),
        Key("owner", NONE, 'whom directories write to: `"Name <mail@example.org>"`; the address is public'),
        Key("description", "that of the feed", "what the podcast is about, at most 4,000 bytes; in RSS only"),
        Key(
            "image",
            NONE,
            "the cover: a square JPEG or PNG picture of 1,400 to 3,000 pixels, absolute or relative to the home page",
        ),
        Key(
            "category",
            NONE,
            "a category of [Apple Podcasts](https://podcasters.apple.com/support/1691-apple-podcasts-categories), or a "
            'list: `"News > Daily News"`; Apple shows the first',
        ),
        Key("explicit", "`false`", "whether episodes have explicit content, unless they say otherwise"),
        Key("type", '`"episodic"`', '`"episodic"`: newest first; `"serial"`: in order, each episode has a number'),
        Key(
            "medium",
            '`"podcast"`',
            'or `"music"`, `"video"`, `"film"`, `"audiobook"`, `"newsletter"`, `"blog"`, `"course"`',
        ),
        Key(
            "guid",
            "from the address of the feed",
            "the `podcast:guid`; set it before the address changes, so that it stays",
        ),
        Key("locked", NONE, "`true`: other hosts must not import the podcast; `false`: they may"),
        Key("new_feed_url", NONE, "the address to which the podcast has moved"),
        Key(
            "media_url",
            "the site's `url`",
            "the address that file names in `podcast_file` and similar keys are relative to",
        ),
        Key("funding", NONE, "pages where listeners can support the podcast: [`[[podcast.funding]]`](#podcastfunding)"),
        Key("people", NONE, "who is heard: [`[[podcast.people]]`](#podcastpeople)"),
    ),
    "podcast.funding": (
        Key("url", NEEDED, "the address of the page, absolute or relative to the home page"),
        Key("text", "the address", "the text of the link, at most 128 characters"),
    ),
    "podcast.people": (
        Key("name", NEEDED, "the name, at most 128 characters"),
        Key("id", NONE, "a short name by which posts refer to the person in `hosts`, `guests` or `people`"),
        Key(
            "role",
            '`"host"`, which is not written',
            'a role of the [podcast taxonomy](https://podcasttaxonomy.com/); a `"guest"` is only in the episodes that '
            "name the person",
        ),
        Key("group", '`"cast"`, which is not written', "a group of the podcast taxonomy"),
        Key("image", NONE, "the address of a portrait"),
        Key("url", NONE, "the address of the person's page"),
    ),
    "publish": (
        Key(
            "hub",
            NONE,
            "the addresses of up to eight [WebSub hubs](../how-to/hubs.md): "
            "every feed names them, and feedmill notifies them of changed feeds",
        ),
        Key(
            "ping",
            NONE,
            '`{ success = "https://…", failure = "https://…" }`, or one of the two: '
            "[addresses to call](../how-to/schedules.md#get-notified-of-failures) at the end of a run",
        ),
        Key(
            "to",
            NONE,
            "the addresses of [destinations](../how-to/deploy.md), which get what changed after every run: "
            "`s3://bucket/prefix`, `gs://bucket/prefix`, `az://container/prefix`, `ssh://user@host/path`, "
            "`git:origin#branch`; `--to` replaces them",
        ),
        Key(
            "ledger",
            NONE,
            "the address where [the ledger is kept](../how-to/deploy.md#machines-that-are-thrown-away-after-a-run) for "
            "machines that keep nothing: like those of `to`, but where nobody else can read",
        ),
        Key("git_author", "that of git", 'the author of commits to `git:` addresses: `"Name <mail@example.org>"`'),
    ),
}
