"""The configuration of a site that exercises what feedmill reads of Pelican's settings."""

import os

AUTHOR = "Anna Able"
SITENAME = "The Pelican & Co"
SITESUBTITLE = "A site for tests"
SITEURL = ""

PATH = "content"
TIMEZONE = "Europe/Paris"
DEFAULT_LANG = "en"
_PREFIX = "blog"
ARTICLE_URL = _PREFIX + "/{date:%Y}/{date:%m}/{slug}/"
ARTICLE_SAVE_AS = f"{_PREFIX}/" + "{date:%Y}/{date:%m}/{slug}/index.html"
ARTICLE_LANG_URL = "{lang}/{date:%Y}/{slug}.html"
ARTICLE_LANG_SAVE_AS = "{lang}/{date:%Y}/{slug}.html"
ARTICLE_EXCLUDES = ["excluded"]
PAGE_PATHS = ["pages"]
STATIC_PATHS = ["images", "files"]
IGNORE_FILES = ["*.skip.md", "**/.*"]
DEFAULT_CATEGORY = "Everything"
DEFAULT_METADATA = {"license": "CC0"}
EXTRA_PATH_METADATA = {
    "files/robots.txt": {"path": "robots.txt"},
    "news/from-settings.md": {"lang": "pt"},
}
FILENAME_METADATA = r"(?P<date>\d{4}-\d{2}-\d{2})_(?P<slug>.*)"
SLUG_REGEX_SUBSTITUTIONS = [
    (r"C\+\+", "cpp"),
    (r"[^\w\s-]", ""),
    (r"(?u)\A\s*", ""),
    (r"(?u)\s*\Z", ""),
    (r"[-\s]+", "-"),
]
TAG_URL = "tags/{slug}/"
TAG_SAVE_AS = "tags/{slug}/index.html"

# Computed: feedmill does not run this, and says so where it matters.
DEFAULT_PAGINATION = int(os.environ.get("PAGES", "10"))

FEED_ALL_ATOM = "feeds/all.atom.xml"
FEED_ALL_RSS = "feeds/all.rss.xml"
FEED_MAX_ITEMS = 1000
RSS_FEED_SUMMARY_ONLY = False
CATEGORY_FEED_ATOM = None
TRANSLATION_FEED_ATOM = None
AUTHOR_FEED_ATOM = None
AUTHOR_FEED_RSS = None
