"""Explain why a folder has no posts: what was found instead, and which site generator it looks like."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

# Files and folders that identify the site of another generator, and where its posts are.
_GENERATORS = (
    ("Hexo", ("source/_posts",), "source/_posts"),
    ("Hugo", ("hugo.toml", "hugo.yaml", "hugo.json", "archetypes"), "content"),
    ("Pelican", ("pelicanconf.py",), "content"),
    ("Eleventy", (".eleventy.js", "eleventy.config.js", "eleventy.config.mjs", "eleventy.config.cjs"), "posts"),
    ("Astro", ("astro.config.mjs", "astro.config.ts", "astro.config.js"), "src/content"),
    ("Zola", ("zola.toml",), "content"),
    ("Gatsby", ("gatsby-config.js", "gatsby-config.ts"), "content"),
)
# Formats that cannot be read, and the format to convert each to.
_UNREAD = {
    "txt": "rename it to .md",
    "text": "rename it to .md",
    "mdx": "rename it to .md if it is plain Markdown",
    "rst": "convert it to Markdown or HTML",
    "adoc": "convert it to Markdown or HTML",
    "asciidoc": "convert it to Markdown or HTML",
    "org": "convert it to Markdown or HTML",
    "textile": "convert it to Markdown or HTML",
    "ipynb": "convert it to Markdown or HTML",
    "docx": "convert it to Markdown or HTML",
}
_MOST_FILES = 10_000


def other_generator(root: Path) -> tuple[str, str]:
    """Return the name of another site generator than Jekyll whose site the folder is, and the folder of its posts.

    Returns:
        ("", "") if the folder is not such a site.
    """
    for name, marks, folder in _GENERATORS:
        if any((root / mark).exists() for mark in marks):
            return name, folder
    return "", ""


def explain_no_posts(root: Path) -> str:
    """Return a message for a folder without posts: what was found instead, and what to do."""
    reasons = []
    name, folder = other_generator(root)
    if name and (root / folder).is_dir():
        config = 'in its feedmill.toml, set [posts] folders = ["' + folder + '"]'
        if (root / "_config.yml").exists():  # with it, the folder is read as a Jekyll site
            config = f"read its posts as a plain folder: `feedmill {root / folder}`"
        reasons.append(f"this looks like a {name} site; {config}")
    elif name:
        reasons.append(f"this looks like a {name} site, but it has no folder {folder}")
    for suffix, count in sorted(Counter(_unread_suffixes(root)).items()):
        files, verb = ("file", "is") if count == 1 else ("files", "are")
        advice = _UNREAD[suffix] if count == 1 else _UNREAD[suffix].replace(" it ", " them ")
        reasons.append(f"{count} .{suffix} {files} {verb} not read; {advice}")
    return f"no posts in {root}" + "".join(f"; {reason}" for reason in reasons)


def _unread_suffixes(root: Path) -> Iterator[str]:
    seen = 0
    for _, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "node_modules")))
        for name in names:
            seen += 1
            suffix = name.rpartition(".")[2].lower()
            if "." in name and suffix in _UNREAD:
                yield suffix
        if seen > _MOST_FILES:
            return
