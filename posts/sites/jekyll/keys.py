"""Find the keys of `_config.yml` that stand for keys of `feedmill.toml`, and their lines, for messages."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from posts.config.key_path import Location
from posts.sites.jekyll.config import config_file
from posts.sites.yaml_file import locate_in_yaml

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
    return locate_in_yaml(path, names)
