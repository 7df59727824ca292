"""Find the keys of `_config.yml` that stand for keys of `feedmill.toml`, and their lines, for messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from posts.config.key_path import Location
from posts.sites.jekyll_config import NULLS, config_file, line_of_mark

# In order of precedence. A dotted key is inside mappings.
COUNTERPARTS: Mapping[str, tuple[str, ...]] = {
    "site.url": ("url",),
    "site.baseurl": ("baseurl",),
    "site.title": ("title", "name"),
    "site.description": ("description", "tagline"),
    "site.language": ("lang", "locale"),
    "site.timezone": ("timezone",),
    "site.author": ("author",),
    "site.rights": ("copyright",),
    "site.logo": ("logo",),
    "posts.encoding": ("encoding",),
    "posts.permalink": ("collections.posts.permalink", "permalink"),
    "posts.excerpt_separator": ("excerpt_separator",),
    "posts.future": ("future",),
    "posts.unpublished": ("unpublished",),
    "posts.drafts": ("show_drafts",),
    "posts.exclude": ("exclude",),
    "posts.include": ("include",),
}


def locate_key(root: Path, key: str) -> Location | None:
    """Return where `_config.yml` sets a key path of `feedmill.toml`.

    Returns:
        None if there is no such file, or no corresponding key; line 0 if the file does not set the key.
    """
    names, path = COUNTERPARTS.get(key), config_file(root)
    if names is None or path is None:
        return None
    import yaml

    # The file has been loaded before, which composes it in the same way.
    text = path.read_bytes()
    document = yaml.compose(text, yaml.CBaseLoader)
    found = [(name, *entry) for name in names if (entry := _entry(document, name.split(".")))]
    if not found:
        return Location(path.name, 0, names[0])
    name, mark, _ = next((one for one in found if not one[2]), found[0])
    return Location(path.name, line_of_mark(text, mark), name)


def _entry(node: Any, keys: Sequence[str]) -> tuple[Any, bool] | None:
    """Return the mark of a key, and whether its value is empty; None if there is no such key."""
    mark = None
    for key in keys:
        pairs = node.value if node is not None and node.id == "mapping" else []
        pair = next((pair for pair in reversed(pairs) if pair[0].value == key), None)  # the last of several counts
        if pair is None:
            return None
        mark, node = pair[0].start_mark, pair[1]
    return mark, not node.value or node.value in NULLS
