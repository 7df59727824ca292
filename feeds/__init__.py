"""Generate feed files from published posts.

model, options, config  feeds, items and artifacts; the options of `[feeds]`; their decoder
select                  posts to feeds: which feeds there are, their titles, paths, windows, archives and tombstones
build                   feeds to files: the plan, then items and channels, rendered, and verified by parsing
formats                 RSS, Atom, JSON Feed and OPML: one row of a table each
pages                   HTML pages and the widget
destinations            where files are written: only files that differ are replaced, each of them atomically
parse, compare          reading published feeds of any software; diff, matching of items, recovery
"""
