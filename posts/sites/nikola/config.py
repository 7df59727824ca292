"""Read Nikola's `conf.py` as literals: what its settings say to feedmill.

The names and defaults are those of Nikola 8 (`nikola/nikola.py`).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from msgspec import Struct

from posts.markup.nikola import SLUGS
from posts.markup.options import CmarkOptions, KramdownOptions, LinkOptions, MarkdownOptions
from posts.sites.evidence import NIKOLA_FILE
from posts.sites.python_settings import PythonSettings, read_python_settings

DEFAULTS: Mapping[str, Any] = {
    "POSTS": (("posts/*.txt", "posts", "post.tmpl"),),
    "SITE_URL": "",
    "BLOG_TITLE": "",
    "BLOG_DESCRIPTION": "",
    "BLOG_AUTHOR": "",
    "DEFAULT_LANG": "en",
    "TRANSLATIONS": None,
    "TRANSLATIONS_PATTERN": "{path}.{lang}.{ext}",
    "TIMEZONE": "UTC",
    "PRETTY_URLS": True,
    "STRIP_INDEXES": True,
    "INDEX_FILE": "index.html",
    "FUTURE_IS_NOW": False,
    "USE_TAG_METADATA": True,
    "TAG_PATH": "categories",
    "SLUG_TAG_PATH": True,
    "CATEGORY_PATH": None,
    "CATEGORY_PREFIX": "cat_",
    "FILE_METADATA_REGEXP": None,
    "COMPILERS": {
        "rest": (".txt", ".rst"),
        "markdown": (".md", ".mdown", ".markdown"),
        "html": (".html", ".htm"),
    },
}
SETTING_OF_OPTION: Mapping[str, str] = {
    "site.url": "SITE_URL",
    "site.title": "BLOG_TITLE",
    "site.description": "BLOG_DESCRIPTION",
    "site.language": "DEFAULT_LANG",
    "site.timezone": "TIMEZONE",
    "site.author": "BLOG_AUTHOR",
    "posts.future": "FUTURE_IS_NOW",
    "posts.permalink": "POSTS",
    "posts.folders": "POSTS",
}
_READ = ("rest", "markdown", "html")


class PostFolder(NamedTuple):
    """An entry of POSTS: the folder, the pattern of names in it and in its folders, and where pages are, by language.

    Attributes:
        folder: The folder below the site.
        pattern: The pattern of file names.
        pages: The folder of pages for a language, "" for the default.
    """

    folder: str
    pattern: str
    pages: Mapping[str, str]

    def page_folder(self, language: str) -> str:
        """Return the folder of the pages in a language."""
        return self.pages.get(language, self.pages.get("", ""))


class NikolaConfig(Struct, frozen=True):
    """The settings of a Nikola site that feedmill reads, with Nikola's defaults; what `conf.py` sets, and where."""

    settings: Mapping[str, Any]
    found: PythonSettings

    @property
    def language(self) -> str:
        """Return the default language."""
        value = self.settings["DEFAULT_LANG"]
        return value if isinstance(value, str) and value else "en"

    def text(self, name: str) -> str:
        """Return a setting as text; of one by language, the text of the default language."""
        value = self.settings[name]
        if isinstance(value, dict):
            value = value.get(self.language)
        return value if isinstance(value, str) else ""

    def translations(self) -> dict[str, str]:
        """Return the folders of all languages."""
        value = self.settings["TRANSLATIONS"]
        known = value if isinstance(value, dict) else {}
        folders = {str(key): str(folder).strip("./") for key, folder in known.items()}
        return {self.language: "", **folders}

    def post_folders(self) -> list[PostFolder]:
        """Return the entries of POSTS that are below the site."""
        found = []
        entries = self.settings["POSTS"]
        for entry in entries if isinstance(entries, list | tuple) else ():
            if not isinstance(entry, list | tuple) or len(entry) < 2 or not isinstance(entry[0], str):
                continue
            folder, pattern = posixpath.split(posixpath.normpath(entry[0]))
            if folder.startswith(("..", "/")):
                continue
            pages = entry[1] if isinstance(entry[1], dict) else {"": str(entry[1])}
            tidy = {str(key): posixpath.normpath(str(one).strip("/") or ".") for key, one in pages.items()}
            if isinstance(entry[1], dict):
                tidy.setdefault("", tidy.get(self.language, "."))
            found.append(PostFolder(folder, pattern, tidy))
        return found

    def suffixes(self) -> dict[str, str]:
        """Return what the files of each suffix are written in: `rest`, `markdown` or `html`."""
        compilers = self.settings["COMPILERS"]
        known = compilers if isinstance(compilers, dict) else DEFAULTS["COMPILERS"]
        return {
            str(suffix).lstrip("."): compiler
            for compiler in _READ
            for suffix in known.get(compiler, DEFAULTS["COMPILERS"][compiler])
        }

    def translated_name(self) -> re.Pattern[str]:
        """Return the pattern of the paths of translations, with the groups `path`, `lang` and `ext`."""
        pattern = re.escape(self.text("TRANSLATIONS_PATTERN") or DEFAULTS["TRANSLATIONS_PATTERN"])
        others = "|".join(re.escape(one) for one in self.translations() if one != self.language) or "(?!)"
        for name, group in (("path", ".+?"), ("ext", r"[^./]+"), ("lang", others)):
            pattern = pattern.replace(rf"\{{{name}\}}", f"(?P<{name}>{group})")
        return re.compile(pattern)

    def translated_path(self, stem: str, suffix: str, language: str) -> str:
        """Return the path of a translation of the file `stem.suffix`."""
        pattern = self.text("TRANSLATIONS_PATTERN") or DEFAULTS["TRANSLATIONS_PATTERN"]
        return str(pattern.replace("{path}", stem).replace("{ext}", suffix).replace("{lang}", language))

    def markdown(self) -> MarkdownOptions:
        """Return how the site renders Markdown."""
        kramdown = KramdownOptions(
            quotes=("'", "'", '"', '"'), typographic=False, paragraph_end=False, math=False, auto_ids=False
        )
        end = "/" if self.settings["PRETTY_URLS"] and self.settings["STRIP_INDEXES"] else ".html"
        tags = self.text("TAG_PATH") or "categories"
        categories = self.text("CATEGORY_PATH") or tags
        patterns = (
            ("tag", f"/{tags}/{{slug}}{end}"),
            ("category", f"/{categories}/{self.text('CATEGORY_PREFIX')}{{slug}}{end}"),
            ("root", "/"),
            ("index", "/"),
            ("rss", "/rss.xml"),
            ("archive", "/archive.html"),
        )
        slugs = (("tag", SLUGS), ("category", SLUGS)) if self.settings["SLUG_TAG_PATH"] else ()
        return MarkdownOptions(
            renderer="extra",
            kramdown=kramdown,
            cmark=CmarkOptions(extensions=("table",)),
            dialect="nikola",
            links=LinkOptions(patterns=patterns, slugs=slugs),
        )


def read_nikola_config(root: Path) -> NikolaConfig:
    """Return the settings of a site.

    Raises:
        ConfigurationError: `conf.py` is not Python.
        OSError: It cannot be read.
    """
    found = read_python_settings(root, NIKOLA_FILE) if (root / NIKOLA_FILE).is_file() else PythonSettings()
    return NikolaConfig({**DEFAULTS, **{name: found.values[name] for name in DEFAULTS if name in found.values}}, found)
