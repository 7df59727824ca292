"""Define the namespaces of the extensions of RSS and Atom that a feed may use."""

from __future__ import annotations

ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
PODCAST = "https://podcastindex.org/namespace/1.0"
SLASH = "http://purl.org/rss/1.0/modules/slash/"
SOURCE = "http://source.scripting.com/"
THREADING = "http://purl.org/syndication/thread/1.0"  # RFC 4685
WFW = "http://wellformedweb.org/CommentAPI/"

# The namespaces by prefix, in the order in which a document declares those that it uses.
RSS_PREFIXES = {"itunes": ITUNES, "podcast": PODCAST, "slash": SLASH, "wfw": WFW, "source": SOURCE}
ATOM_PREFIXES = {"thr": THREADING}
