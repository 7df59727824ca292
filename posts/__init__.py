"""Read a site's folder to posts and their contents.

sites               the kind of site and its post files
files               walk the folder, detect changed files, read them
frontmatter, trailer    bytes to metadata, without rendering
identity            canonical links and ids: which posts are one item, and its id
markup, html        the body of a post to clean HTML, for posts that a feed needs
store               the index: the ledger and the caches
pipeline            join these stages; `pipeline.reader` is the entry
"""
