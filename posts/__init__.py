"""The reader: a site's folder in, posts and their contents out, in the order of these stages.

sites, discover     the kind of site, and its post files in a fixed order
files, stamps       which of them changed, and their bytes
frontmatter, permalinks, trailer    bytes to facts (`facts`, run over files by `examine`): nothing is rendered
identity, ledger    canonical links and ids: which posts are one item, and which id it has
read                joins what changed with what is remembered (`index`)
markup, liquid, body, gate, summary           the body of a post that some feed needs (`content`, run by `rendering`)
contents, record    what was rendered or is remembered, and what the ledger is to remember of a run
"""
