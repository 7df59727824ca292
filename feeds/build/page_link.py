"""Add a link to the page of a feed to its RSS and Atom documents, for people who open these in a browser. Pure.

The link is an XHTML element, which browsers show and follow in any XML document (`feed.css` hides everything else that
is not text). Feed readers skip it: RSS 2.0 and Atom (RFC 4287, section 6) allow elements of other namespaces.
"""

from __future__ import annotations

import posixpath
import re
from html import escape
from urllib.parse import quote

from feeds.build.job import FeedFile
from feeds.formats.table import PAGE
from feeds.options import FeedsOptions
from feeds.pages.translations import language_tag, load_translation
from posts.model import Site

_HEAD = re.compile(rb"<channel>\n|<feed\b[^>]*>\n")


def with_page_link(data: bytes, job: FeedFile, site: Site, options: FeedsOptions) -> bytes:
    """Return the document `data` with a link to the page of its feed as the first child of its head."""
    page, document = f"/{options.places.below_root(job.feed.beside(PAGE))}", f"/{job.path}"
    href = quote(posixpath.relpath(page, posixpath.dirname(document)))
    text = load_translation(language_tag(site.language))("to_page")
    link = f'  <a xmlns="http://www.w3.org/1999/xhtml" href="{href}">{escape(text)}</a>\n'.encode()
    return _HEAD.sub(lambda head: head[0] + link, data, count=1)
