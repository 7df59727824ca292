"""Decode the languages of a Hugo site, and the folders that its content is in. Pure, except for `content_mounts`.

https://gohugo.io/content-management/multilingual/, https://gohugo.io/configuration/module/#mounts
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from posts.sites.hugo.config import merged_settings, table_of, tables_of
from posts.sites.hugo.paths import glob_pattern
from posts.sites.settings_file import is_true, text_of
from posts.sites.terms import flatten


class Language(Struct, frozen=True):
    """A language of a site.

    Attributes:
        code: Its key in the configuration, in lower case.
        tag: The language tag for feeds, "" if the configuration has none.
        prefix: What the paths of its pages begin with: "/fr", or "".
        base_url: The address of a language with a host of its own, or "".
        folder: Its own folder of content, or "".
        settings: The settings of the site, overridden by those of the language.
        zone: The time zone of its dates if that is not the zone of the site, else "".
    """

    code: str
    tag: str = ""
    prefix: str = ""
    base_url: str = ""
    folder: str = ""
    settings: Mapping[str, Any] = {}
    zone: str = ""


class Languages(Struct, frozen=True):
    """The languages of a site by code, the code of the default one, and the codes that are not built."""

    known: Mapping[str, Language]
    default: str
    disabled: frozenset[str] = frozenset()


class Mount(Struct, frozen=True):
    """A folder with content.

    Attributes:
        source: The folder below the site.
        below: Where its files are among all content: "docs", or "".
        language: The code of the language of its files, "" if their names say it.
        includes: Globs of files that are read, all if there are none.
        excludes: Globs of files that are left out.
        is_theme: Whether it is a folder of a theme, whose files the site may replace.
    """

    source: str
    below: str = ""
    language: str = ""
    includes: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    is_theme: bool = False

    def has(self, path: str) -> bool:
        """Return whether a file is read: its path is below the source."""
        if any(glob_pattern(one).fullmatch(path) for one in self.excludes):
            return False
        return not self.includes or any(glob_pattern(one).fullmatch(path) for one in self.includes)


def decode_languages(settings: Mapping[str, Any]) -> Languages:
    """Return the languages of a site; without any in the configuration, there is one."""
    default = text_of(settings, "defaultcontentlanguage").lower()
    written = {code: one for code, one in table_of(settings, "languages").items() if isinstance(one, Mapping)}
    disabled = {code.lower() for code in flatten(settings.get("disablelanguages"))}
    disabled |= {code for code, one in written.items() if is_true(one.get("disabled"))}
    enabled = {code: one for code, one in written.items() if code not in disabled}
    if not enabled:
        code = default or "en"
        tag = text_of(settings, "locale") or text_of(settings, "languagecode") or default
        only = Language(code, tag, settings=settings)
        return Languages({code: only}, code, frozenset(disabled - {code}))
    if default not in enabled:
        default = "en" if "en" in enabled and not default else min(enabled, key=lambda code: _weight(enabled[code]))
    has_hosts = any(text_of(one, "baseurl") for one in enabled.values())
    in_folder = is_true(settings.get("defaultcontentlanguageinsubdir"))
    main = text_of(enabled[default], "timezone") or text_of(settings, "timezone")
    known = {}
    for code, one in enabled.items():
        zone = text_of(one, "timezone") or text_of(settings, "timezone")
        has_prefix = len(enabled) > 1 and not has_hosts and (code != default or in_folder)
        known[code] = Language(
            code=code,
            tag=text_of(one, "locale") or text_of(one, "languagecode") or code,
            prefix=f"/{code}" if has_prefix else "",
            base_url=text_of(one, "baseurl").rstrip("/"),
            folder=_folder(text_of(one, "contentdir")),
            zone="" if zone == main else zone or "UTC",
            settings=merged_settings({key: value for key, value in settings.items() if key != "languages"}, one),
        )
    return Languages(known, default, frozenset(disabled))


def _weight(settings: Mapping[str, Any]) -> tuple[int, int]:
    written = text_of(settings, "weight")
    weight = int(written) if written.lstrip("-").isdecimal() else 0
    return (weight == 0, weight)


def content_mounts(root: Path, settings: Mapping[str, Any], languages: Languages) -> tuple[Mount, ...]:
    """Return the folders of content, the deepest first: a file belongs to the first one that it is in."""
    found = [*_mounts(tables_of(table_of(settings, "module"), "mounts"), languages)]
    if not found:
        found = [Mount(one.folder, language=one.code) for one in languages.known.values() if one.folder]
        common = _folder(text_of(settings, "contentdir")) or "content"
        if len(found) < len(languages.known) or not found:
            found.append(Mount(common))
    found += [Mount(folder, is_theme=True) for folder in _theme_folders(root, settings)]
    unique = {one.source: one for one in reversed(found) if _is_inside(one.source)}
    return tuple(sorted(unique.values(), key=lambda one: (-one.source.count("/"), one.source)))


def _mounts(tables: list[Mapping[str, Any]], languages: Languages) -> Iterator[Mount]:
    for table in tables:
        source, target = _folder(text_of(table, "source")), _folder(text_of(table, "target"))
        if source and (target == "content" or target.startswith("content/")):
            files = flatten(table.get("files"))
            excludes = [*flatten(table.get("excludefiles")), *(one[1:].strip() for one in files if one[:1] == "!")]
            includes = [*flatten(table.get("includefiles")), *(one for one in files if one[:1] != "!")]
            language = (text_of(table, "lang") or _only_language(table)).lower()
            yield Mount(
                source=source,
                below=target.removeprefix("content").strip("/"),
                language=language if language in languages.known else "",
                includes=tuple(one.lstrip("/") for one in includes),
                excludes=tuple(one.lstrip("/") for one in excludes),
            )


def _only_language(table: Mapping[str, Any]) -> str:
    """Return the one language of `[module.mounts.sites.matrix]`, "" if there are more."""
    codes = flatten(table_of(table_of(table, "sites"), "matrix").get("languages"))
    return codes[0] if len(codes) == 1 else ""


def _theme_folders(root: Path, settings: Mapping[str, Any]) -> Iterator[str]:
    imports = tables_of(table_of(settings, "module"), "imports")
    names = [*flatten(settings.get("theme")), *(text_of(one, "path") for one in imports)]
    themes = _folder(text_of(settings, "themesdir")) or "themes"
    for name in names:
        for folder in (f"{themes}/{name}/content", f"_vendor/{name}/content"):
            if name and (root / folder).is_dir():
                yield folder


def _folder(written: str) -> str:
    """Return a folder below the site in its shortest form, "" for none."""
    return posixpath.normpath(written).strip("/") if written else ""


def _is_inside(folder: str) -> bool:
    return folder not in ("", ".", "..") and not folder.startswith("../")
