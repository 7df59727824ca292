"""The configuration of a Nikola site that exercises what feedmill reads of it."""

import time

BLOG_AUTHOR = "Anna Able"
BLOG_TITLE = "A Nikola site"
SITE_URL = "https://nikola.example/base/"
BASE_URL = SITE_URL
BLOG_EMAIL = "anna@nikola.example"
BLOG_DESCRIPTION = "A site for tests"
DEFAULT_LANG = "en"
TRANSLATIONS = {
    DEFAULT_LANG: "",
    "fr": "./fr",
}
TRANSLATIONS_PATTERN = "{path}.{lang}.{ext}"
TIMEZONE = "Europe/Paris"
POSTS = (
    ("posts/*.rst", "posts", "post.tmpl"),
    ("posts/*.md", "posts", "post.tmpl"),
    ("posts/*.html", "posts", "post.tmpl"),
    ("notes/*.txt", {"en": "notes", "fr": "billets"}, "post.tmpl"),
)
PAGES = (("pages/*.md", "", "page.tmpl"),)
COMPILERS = {
    "rest": (".rst", ".txt"),
    "markdown": (".md", ".mdown", ".markdown"),
    "html": (".html", ".htm"),
}
USE_TAG_METADATA = True
WARN_ABOUT_TAG_METADATA = False
FEED_TEASERS = False
FEED_LENGTH = 1000
DEMOTE_HEADERS = False
GENERATE_ATOM = False
CONTENT_FOOTER = "Contents © {date} {author}".format(date=time.gmtime().tm_year, author=BLOG_AUTHOR)
COPY_SOURCES = False
REST_FILE_INSERTION_ENABLED = False
