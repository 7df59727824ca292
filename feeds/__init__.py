"""The generator: posts in, files out, in the order of these stages.

options       the `[feeds]` table of the configuration, decoded strictly
choose        posts to feeds: which there are, what they are called, which posts are in their window (pure)
plan          feeds to the files there are to be, and what each of them depends on (pure)
build         what is planned and cleaned bodies to artifacts: items are resolved, rendered by a row of `formats`
              or as pages, and parsed again before anybody sees them (pure)
    rss_atom, jsonfeed, opml    the renderers
    pages                       for people: `templates` in the words of `texts`, with what lies in `static`
destinations  artifacts to a place: what differs is replaced, whole
"""
