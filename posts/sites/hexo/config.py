"""Read Hexo's `_config.yml`: what posts, their addresses and their bodies depend on, and settings of the site.

The defaults are those of Hexo 8 (`default_config.js`) and hexo-renderer-marked 7. Scalars of YAML are texts. The file
is the site owner's and is trusted. https://hexo.io/docs/configuration
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from posts.config.key_path import Location
from posts.sites.evidence import HEXO_FILES, first_file
from posts.sites.favicons import is_picture
from posts.sites.settings_file import is_false, is_true, locate_setting, read_settings, text_of
from posts.sites.terms import flatten
from posts.text import lazy_pattern

PLACEHOLDERS = ("http://example.com", "http://yoursite.com", "https://example.com")
_LANGUAGE = lazy_pattern(r"(?!default\Z)[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*")
# The keys of Hexo for keys of `feedmill.toml`, in order of precedence.
_COUNTERPARTS: Mapping[str, tuple[str, ...]] = {
    "site.url": ("url",),
    "site.title": ("title",),
    "site.description": ("description", "subtitle"),
    "site.language": ("language",),
    "site.timezone": ("timezone",),
    "site.author": ("author",),
    "site.favicon": ("favicon",),
    "posts.permalink": ("permalink",),
    "posts.future": ("future",),
    "posts.drafts": ("render_drafts",),
    "posts.unpublished": ("render_drafts",),
}


class HexoSettings(Struct, frozen=True):
    """What the posts of a site and their addresses depend on, by Hexo's names.

    Attributes:
        permalink_defaults: Values of placeholders that a post has none for.
        category_map: The words that stand for categories in addresses.
        filename_case: Whether slugs of categories are in lower case (1) or upper case (2).
        skip_render: Patterns of files below the sources that are no posts.
        ignore: Patterns of files of the whole site that are not read.
    """

    source_dir: str = "source"
    new_post_name: str = ":title.md"
    permalink_defaults: tuple[tuple[str, str], ...] = ()
    default_category: str = "uncategorized"
    category_map: tuple[tuple[str, str], ...] = ()
    filename_case: int = 0
    trailing_index: bool = True
    trailing_html: bool = True
    post_asset_folder: bool = False
    titlecase: bool = False
    slug_is_title: bool = False
    skip_render: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    root: str = "/"
    code_dir: str = "downloads/code"


def read_hexo_config(base: Path) -> dict[str, Any]:
    """Return the configuration of the site in a folder; an empty one if there is no file.

    Raises:
        ConfigurationError: It cannot be read.
    """
    name = first_file(base, HEXO_FILES)
    return read_settings(base / name, tabs=True) if name else {}


def hexo_settings(config: Mapping[str, Any]) -> HexoSettings:
    """Return what posts depend on, with the defaults of Hexo."""
    defaults, pretty = HexoSettings(), config.get("pretty_urls")
    case = text_of(config, "filename_case")
    return HexoSettings(
        source_dir=text_of(config, "source_dir").strip("/") or defaults.source_dir,
        new_post_name=text_of(config, "new_post_name") or defaults.new_post_name,
        permalink_defaults=_pairs(config.get("permalink_defaults")),
        default_category=text_of(config, "default_category") or defaults.default_category,
        category_map=_pairs(config.get("category_map")),
        filename_case=int(case) if case in ("1", "2") else 0,
        trailing_index=not (isinstance(pretty, Mapping) and is_false(pretty.get("trailing_index"))),
        trailing_html=not (isinstance(pretty, Mapping) and is_false(pretty.get("trailing_html"))),
        post_asset_folder=is_true(config.get("post_asset_folder")),
        titlecase=is_true(config.get("titlecase")),
        slug_is_title=is_true(config.get("use_slug_as_post_title")),
        skip_render=tuple(filter(None, flatten(config.get("skip_render")))),
        ignore=tuple(filter(None, flatten(config.get("ignore")))),
        root=_root(config),
        code_dir=text_of(config, "code_dir").strip("/") or defaults.code_dir,
    )


def _root(config: Mapping[str, Any]) -> str:
    """Return the path of the home page, which the addresses of pictures begin with."""
    written = text_of(config, "root") or urlsplit(text_of(config, "url")).path
    return f"/{written.strip('/')}/".replace("//", "/")


def _pairs(value: Any) -> tuple[tuple[str, str], ...]:
    """Return the names in a mapping with their values as texts; the names of YAML are texts already."""
    return tuple((name, text_of(value, name)) for name in value) if isinstance(value, Mapping) else ()


def hexo_sections(config: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the settings of `config` in the form of `feedmill.toml`, without empty ones.

    `future` is true unless it is set, as in Hexo. With `render_drafts` Hexo also shows posts with `published: false`.
    """
    languages = [one for one in flatten(config.get("language")) if _LANGUAGE.fullmatch(one)]
    favicon = text_of(config, "favicon")
    drafts = is_true(config.get("render_drafts"))
    site = {
        "title": text_of(config, "title"),
        "url": text_of(config, "url").rstrip("/"),
        "description": text_of(config, "description") or text_of(config, "subtitle"),
        "language": next(iter(languages), ""),
        "timezone": text_of(config, "timezone"),
        "author": _author(config),
        "favicon": favicon if is_picture(favicon) else "",
    }
    posts = {
        "permalink": text_of(config, "permalink") or ":year/:month/:day/:title/",
        "excerpt_separator": "<!-- more -->",
        "future": not is_false(config.get("future")),
        "drafts": drafts,
        "unpublished": drafts,
    }
    return {"site": {key: value for key, value in site.items() if value}, "posts": posts}


def _author(config: Mapping[str, Any]) -> Any:
    """Return the author, with the address of hexo-generator-feed."""
    name, email = text_of(config, "author"), text_of(config, "email")
    return {"name": name, "email": email} if name and "@" in email else name


def locate_in_hexo(base: Path, key: str) -> Location | None:
    """Return where Hexo's configuration sets a key path of `feedmill.toml`; None without a counterpart or a file."""
    names, file = _COUNTERPARTS.get(key), first_file(base, HEXO_FILES)
    return locate_setting(base / file, names) if names and file else None
