"""The generator: posts in, files out, in the order of these stages.

options       the `[feeds]` table of the configuration, decoded strictly
choose        posts to feeds: which there are, what they are called, which posts are in their window (pure)
build         feeds and cleaned bodies to artifacts: items are resolved, rendered by a row of `formats`, and
              parsed again before anybody sees them (pure)
    rss_atom, jsonfeed, opml    the renderers
destinations  artifacts to a place: what differs is replaced, whole
"""
