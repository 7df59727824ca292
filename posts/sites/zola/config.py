"""Decode the configuration of a Zola site, and make its slugs. Pure.

https://www.getzola.org/documentation/getting-started/configuration/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal, cast

from msgspec import Struct

from posts.markup.options import CmarkOptions, MarkdownOptions
from posts.markup.slugs import SlugError, to_ascii
from posts.sites.globs import glob_test
from posts.sites.permalinks import PermalinkError
from posts.sites.settings_file import is_true, text_of
from posts.sites.terms import flatten

CONTENT = "content"
Strategy = Literal["on", "safe", "off"]
_LONGEST = 500


class ZolaConfig(Struct, frozen=True):
    """What posts depend on.

    Attributes:
        language: The default language.
        languages: The codes of the others.
        paths: How slugs of paths are made (`slugify.paths`); `taxonomies` likewise.
        keeps_dates: Whether a date in a file name stays in the slug (`slugify.paths_keep_dates`).
        ignored: Globs of files that are left out (`ignored_content`).
        markdown: How bodies are rendered.
    """

    language: str = "en"
    languages: tuple[str, ...] = ()
    paths: Strategy = "on"
    taxonomies: Strategy = "on"
    keeps_dates: bool = False
    ignored: tuple[str, ...] = ()
    markdown: MarkdownOptions = MarkdownOptions()

    def ignores(self, path: str) -> bool:
        """Return whether a path below the folder of content is left out."""
        if not self.ignored:
            return False
        test = glob_test(self.ignored)
        return bool(test(path) or test(path.rpartition("/")[2]))


def decode_zola_config(settings: Mapping[str, Any]) -> ZolaConfig:
    """Return what posts depend on, with Zola's defaults."""
    slugs, markdown = _table(settings, "slugify"), _table(settings, "markdown")
    language = text_of(settings, "default_language") or "en"
    # Only what follows CommonMark and pulldown-cmark's extensions: addresses are no links by themselves.
    cmark = CmarkOptions(smart=is_true(markdown.get("smart_punctuation")), extensions=("table", "strikethrough"))
    return ZolaConfig(
        language=language,
        languages=tuple(sorted(code for code in _table(settings, "languages") if code != language)),
        paths=_strategy(slugs, "paths"),
        taxonomies=_strategy(slugs, "taxonomies"),
        keeps_dates=is_true(slugs.get("paths_keep_dates")),
        ignored=tuple(flatten(settings.get("ignored_content"))),
        markdown=MarkdownOptions(cmark=cmark, dialect="zola", emoji=is_true(markdown.get("render_emoji"))),
    )


def zola_slug(text: str, strategy: Strategy) -> str:
    """Return a text as a part of a path.

    Raises:
        PermalinkError: It is too long, or in a script that only Unidecode writes in ASCII, which is not installed.
    """
    if len(text) > _LONGEST:
        raise PermalinkError(f"slug is longer than {_LONGEST} characters; shorten it")
    if strategy == "off":
        return text
    if strategy == "safe":
        return re.sub(r'[<>:"/\\|?*]', "", text.rstrip(" ."))
    try:
        written = to_ascii(text)
    except SlugError as error:
        raise PermalinkError(str(error)) from None
    return re.sub(r"[^a-z0-9]+", "-", written.lower()).strip("-")


def _strategy(slugs: Mapping[str, Any], key: str) -> Strategy:
    value = text_of(slugs, key)
    return cast("Strategy", value) if value in ("on", "safe", "off") else "on"


def _table(settings: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = settings.get(key)
    return value if isinstance(value, Mapping) else {}
