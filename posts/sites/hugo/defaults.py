"""Translate the configuration of a Hugo site into that of feedmill, and find the lines of its keys for messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from posts.config.key_path import Location
from posts.markup.options import CmarkOptions, MarkdownOptions
from posts.sites.hugo.config import as_written, table_of
from posts.sites.hugo.languages import Languages
from posts.sites.jekyll.variables import harmless_values
from posts.sites.settings_file import is_false, is_true, locate_setting, text_of

# The keys that stand for those of `feedmill.toml`, in order of precedence; YAML is searched as it is written.
COUNTERPARTS: Mapping[str, tuple[str, ...]] = {
    "site.url": ("baseURL", "baseurl", "BaseURL", "baseUrl"),
    "site.title": ("title",),
    "site.description": ("params.description",),
    "site.language": ("locale", "languageCode", "defaultContentLanguage"),
    "site.timezone": ("timeZone",),
    "site.author": ("params.author",),
    "site.rights": ("copyright",),
    "posts.permalink": ("permalinks",),
    "posts.future": ("buildFuture",),
    "posts.drafts": ("buildDrafts",),
    "posts.expired": ("buildExpired",),
}
MORE = "<!--more-->"
_EXTENSIONS = (
    ("table", "table"),
    ("linkify", "autolink"),
    ("strikethrough", "strikethrough"),
    ("tasklist", "tasklist"),
)


def config_sections(languages: Languages, settings: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the settings of a site in the form of `feedmill.toml`, without empty ones."""
    main = languages.known[languages.default]
    own, params = main.settings, table_of(main.settings, "params")
    url = main.base_url or text_of(own, "baseurl")
    site = {
        "title": text_of(own, "title"),
        "url": url.rstrip("/") if "://" in url else url,
        "description": text_of(params, "description"),
        "language": main.tag,
        "timezone": text_of(own, "timezone"),
        "author": _author(params.get("author")),
        "rights": text_of(own, "copyright"),
    }
    posts = {
        "future": is_true(settings.get("buildfuture")) or None,
        "drafts": is_true(settings.get("builddrafts")) or None,
        "expired": is_true(settings.get("buildexpired")) or None,
        "excerpt_separator": MORE,
    }
    found = {"site": _without_empty(site), "posts": _without_empty(posts)}
    if len(languages.known) > 1:
        found["feeds"] = {"by": ["category", "language"]}
    return found


def _without_empty(section: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in section.items() if value not in (None, "", [])}


def _author(value: Any) -> Any:
    """Return a name, a mapping with the parts that feeds can have, or a list of these; None for anything else."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return [person for one in value if (person := _author(one))]
    if not isinstance(value, Mapping):
        return None
    uri = text_of(value, "url") or text_of(value, "uri")
    person = {"name": text_of(value, "name"), "email": text_of(value, "email"), "uri": uri}
    return _without_empty(person) if person["name"] else None


def locate_key(root: Path, files: Sequence[str], key: str) -> Location | None:
    """Return where the configuration sets a key path of `feedmill.toml`.

    Returns:
        None if there is no corresponding key, or no file; line 0 if no file sets the key.
    """
    names = COUNTERPARTS.get(key)
    if names is None or not files:
        return None
    for path in reversed(files):
        below = path.rpartition("/")[2].partition(".")[0].lower()
        inside = tuple(name.removeprefix(f"{below}.") for name in names)
        found = locate_setting(root / path, names if below in ("hugo", "config") else inside)
        if found.line:
            return found._replace(file=path)
    return Location(files[0], 0, names[0])


def site_params(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters of a site that the shortcode `param` may show: what looks like a secret is left out."""
    return harmless_values(as_written(table_of(settings, "params")))


def markdown_options(settings: Mapping[str, Any]) -> MarkdownOptions:
    """Return how a site renders Markdown (https://gohugo.io/configuration/markup/#goldmark)."""
    goldmark = table_of(table_of(settings, "markup"), "goldmark")
    written = table_of(goldmark, "extensions")
    typographer, footnote = written.get("typographer"), written.get("footnote")
    names = [name for key, name in _EXTENSIONS if not is_false(written.get(key))]
    return MarkdownOptions(
        cmark=CmarkOptions(
            smart=not (is_false(typographer) or is_true(table_of(written, "typographer").get("disable"))),
            hard_breaks=is_true(table_of(goldmark, "renderer").get("hardwraps")),
            footnotes=not (is_false(footnote) or is_false(table_of(written, "footnote").get("enable"))),
            extensions=tuple(names),
        ),
        dialect="hugo",
        emoji=is_true(settings.get("enableemoji")),
    )
