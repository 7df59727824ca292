"""Read `pelicanconf.py` and `publishconf.py` as literals: what Pelican's settings say to feedmill.

The names and defaults are those of https://docs.getpelican.com/en/latest/settings.html.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from posts.markup.options import CmarkOptions, KramdownOptions, LinkOptions, MarkdownOptions
from posts.markup.slugs import SlugRules
from posts.sites.evidence import PELICAN_FILES
from posts.sites.python_settings import PythonSettings, read_python_settings

DEFAULTS: Mapping[str, Any] = {
    "PATH": ".",
    "ARTICLE_PATHS": [""],
    "ARTICLE_EXCLUDES": [],
    "PAGE_PATHS": ["pages"],
    "OUTPUT_PATH": "output",
    "READERS": {},
    "SITEURL": "",
    "SITENAME": "A Pelican Blog",
    "SITESUBTITLE": "",
    "USE_FOLDER_AS_CATEGORY": True,
    "DEFAULT_CATEGORY": "misc",
    "DEFAULT_DATE": None,
    "DEFAULT_METADATA": {},
    "DEFAULT_LANG": "en",
    "TIMEZONE": "UTC",
    "AUTHOR": "",
    "WITH_FUTURE_DATES": True,
    "INDEX_SAVE_AS": "index.html",
    "ARTICLE_URL": "{slug}.html",
    "ARTICLE_SAVE_AS": "{slug}.html",
    "ARTICLE_LANG_URL": "{slug}-{lang}.html",
    "PAGE_URL": "pages/{slug}.html",
    "PAGE_LANG_URL": "pages/{slug}-{lang}.html",
    "STATIC_URL": "{path}",
    "CATEGORY_URL": "category/{slug}.html",
    "CATEGORY_SAVE_AS": "category/{slug}.html",
    "TAG_URL": "tag/{slug}.html",
    "AUTHOR_URL": "author/{slug}.html",
    "FILENAME_METADATA": r"(?P<date>\d{4}-\d{2}-\d{2}).*",
    "PATH_METADATA": "",
    "EXTRA_PATH_METADATA": {},
    "IGNORE_FILES": ["**/.*"],
    "SLUGIFY_SOURCE": "title",
    "SLUGIFY_USE_UNICODE": False,
    "SLUGIFY_PRESERVE_CASE": False,
    "SLUG_REGEX_SUBSTITUTIONS": SlugRules().substitutions,
    "CATEGORY_REGEX_SUBSTITUTIONS": None,
    "TAG_REGEX_SUBSTITUTIONS": None,
    "AUTHOR_REGEX_SUBSTITUTIONS": None,
    "MARKDOWN": {},
    "TYPOGRIFY": False,
    "FORMATTED_FIELDS": ["summary"],
}

# Where `feedmill.toml` has a setting of its own.
SETTING_OF: Mapping[str, str] = {
    "site.url": "SITEURL",
    "site.title": "SITENAME",
    "site.description": "SITESUBTITLE",
    "site.language": "DEFAULT_LANG",
    "site.timezone": "TIMEZONE",
    "site.author": "AUTHOR",
    "posts.future": "WITH_FUTURE_DATES",
    "posts.permalink": "ARTICLE_URL",
    "posts.folders": "PATH",
}
_PATTERNS = ("PAGE", "PAGE_LANG", "STATIC", "CATEGORY", "TAG", "AUTHOR")
_OLD_NAMES = {"ARTICLE_DIR": "ARTICLE_PATHS", "PAGE_DIR": "PAGE_PATHS"}


class PelicanConfig(Struct, frozen=True):
    """The settings of a Pelican site that feedmill reads.

    Attributes:
        settings: Their values, with Pelican's defaults.
        found: What the files set, and where.
    """

    settings: Mapping[str, Any]
    found: PythonSettings

    def text(self, name: str) -> str:
        """Return a setting as text, "" for what is not one."""
        value = self.settings[name]
        return value if isinstance(value, str) else ""

    def names(self, name: str) -> tuple[str, ...]:
        """Return a list of texts."""
        value = self.settings[name]
        values = (value,) if isinstance(value, str) else value
        return tuple(one for one in values if isinstance(one, str)) if isinstance(values, list | tuple | set) else ()

    def mapping(self, name: str) -> dict[Any, Any]:
        """Return a mapping, or an empty one; Pelican takes pairs, too."""
        value = self.settings[name]
        if isinstance(value, list | tuple):
            value = dict(pair for pair in value if isinstance(pair, tuple) and len(pair) == 2)
        return value if isinstance(value, dict) else {}

    def slug_rules(self, kind: str = "SLUG") -> SlugRules:
        """Return how the slugs of articles, or of categories, tags or authors, are made."""
        pairs = self.settings.get(f"{kind}_REGEX_SUBSTITUTIONS") or self.settings["SLUG_REGEX_SUBSTITUTIONS"]
        valid = [pair for pair in pairs if _is_substitution(pair)] if isinstance(pairs, list | tuple) else []
        return SlugRules(
            tuple((pair[0], pair[1]) for pair in valid),
            cased=bool(self.settings["SLUGIFY_PRESERVE_CASE"]),
            unicode=bool(self.settings["SLUGIFY_USE_UNICODE"]),
        )

    @property
    def content(self) -> str:
        """Return the folder of content below the site, "" for the site itself; a path that begins with `..` is not."""
        path = posixpath.normpath(self.text("PATH") or ".")
        return "" if path == "." else path

    def markdown(self) -> MarkdownOptions:
        """Return how the site renders Markdown."""
        extensions = {name.rpartition(".")[2] for name in _extensions(self.mapping("MARKDOWN"))}
        smart = "smarty" in extensions or bool(self.settings["TYPOGRIFY"])
        wraps = "nl2br" in extensions
        straight = ("'", "'", '"', '"')
        kramdown = KramdownOptions(
            hard_wrap=wraps,
            quotes=KramdownOptions().quotes if smart else straight,
            typographic=smart,
            paragraph_end=False,
            math=False,
            auto_ids=False,
        )
        return MarkdownOptions(
            renderer="extra",
            kramdown=kramdown,
            cmark=CmarkOptions(smart=smart, hard_breaks=wraps, extensions=("table",)),
            dialect="pelican",
            links=self._links(),
        )

    def _links(self) -> LinkOptions:
        patterns = {name.lower(): self.text(f"{name}_URL") for name in _PATTERNS}
        moved = {
            path: posixpath.normpath(str(values["path"]))
            for path, values in self.mapping("EXTRA_PATH_METADATA").items()
            if isinstance(path, str) and isinstance(values, dict) and "path" in values
        }
        address, file = self.text("ARTICLE_URL"), self.text("ARTICLE_SAVE_AS")
        return LinkOptions(
            content=self.content,
            pages=tuple(posixpath.normpath(folder) for folder in self.names("PAGE_PATHS") if folder),
            patterns=(*patterns.items(), ("index", self.text("INDEX_SAVE_AS"))),
            slugs=tuple(
                (kind.lower(), self.slug_rules("SLUG" if kind == "PAGE" else kind))
                for kind in ("PAGE", "CATEGORY", "TAG", "AUTHOR")
            ),
            language=self.text("DEFAULT_LANG").lower(),
            moved=tuple(sorted(moved.items())),
            attach_below=file.removeprefix(address).lstrip("/") == "index.html" and file.startswith(address),
        )


def read_pelican_config(root: Path) -> PelicanConfig:
    """Return the settings of a site. What `publishconf.py` sets counts, because `make publish` publishes with it.

    Raises:
        ConfigurationError: A file is not Python.
        OSError: A file cannot be read.
    """
    found = PythonSettings()
    for name in PELICAN_FILES:
        if (root / name).is_file():
            found.update(read_python_settings(root, name))
    values = {_OLD_NAMES.get(name, name): value for name, value in found.values.items() if name.isupper()}
    settings = {**DEFAULTS, **{name: value for name, value in values.items() if name in DEFAULTS}}
    if found.values.get("CLEAN_URLS"):
        settings |= {"ARTICLE_URL": "{slug}/", "ARTICLE_LANG_URL": "{slug}-{lang}/"}
    return PelicanConfig(settings, found)


def _is_substitution(pair: Any) -> bool:
    if not isinstance(pair, list | tuple) or len(pair) != 2 or not all(isinstance(part, str) for part in pair):
        return False
    try:
        re.compile(f"{pair[0]}|").match("").expand(pair[1])  # type: ignore[union-attr] # it matches ""
    except (re.error, IndexError):
        return False
    return True


def _extensions(options: Mapping[str, Any]) -> set[str]:
    """Return the names of the extensions of Python-Markdown that the setting MARKDOWN names."""
    names = set(options.get("extensions") or ()) | set(options.get("extension_configs") or ())
    return {name for name in names if isinstance(name, str)}
