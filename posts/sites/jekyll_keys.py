"""Find the keys of `_config.yml` that stand for keys of `feedmill.toml`, and their lines, for messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from posts.config.key_path import Location
from posts.sites.jekyll_config import NULLS, config_file

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
    document = yaml.compose(path.read_bytes(), yaml.CBaseLoader)
    found = [(name, *entry) for name in names if (entry := _entry(document, name.split(".")))]
    name, line, _ = next((one for one in found if not one[2]), found[0] if found else (names[0], 0, True))
    return Location(path.name, line, name)


def _entry(node: Any, keys: Sequence[str]) -> tuple[int, bool] | None:
    """Return the line of a key, and whether its value is empty; None if there is no such key."""
    line = 0
    for key in keys:
        pairs = node.value if node is not None and node.id == "mapping" else []
        pair = next((pair for pair in reversed(pairs) if pair[0].value == key), None)  # the last of several counts
        if pair is None:
            return None
        line, node = pair[0].start_mark.line + 1, pair[1]
    return line, not node.value or node.value in NULLS
