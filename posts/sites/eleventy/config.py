"""Read what the configuration of an Eleventy site says in literals. The configuration is code and is never run."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from posts.sites.evidence import ELEVENTY_FILES, first_file
from posts.sites.js_literals import MAX_SOURCE, UNKNOWN, Unknown, objects_behind, read_literal, without_comments
from posts.text import lazy_pattern

PACKAGE = "package.json"
# Where the configuration returns its object, and where it exports one.
_OBJECT = lazy_pattern(
    r"\breturn\s*\(?\s*(?=\{)|\bexport\s+default\s*(?=\{)|\bmodule\.exports\s*=\s*(?=\{)"
    r"|\bexport\s+const\s+config\s*=\s*(?=\{)|=>\s*\(\s*(?=\{)|\bexport\s+default\s+defineConfig\(\s*(?=\{)"
)
_KEYS = frozenset(("dir", "pathPrefix", "templateFormats", "markdownTemplateEngine", "htmlTemplateEngine"))
_SETTER = lazy_pattern(r"\.set(Input|Includes|Layouts|Data|Output)Directory\(\s*")
_GLOBAL = lazy_pattern(r"\.addGlobalData\(\s*")
_NO_GITIGNORE = lazy_pattern(r"\.setUseGitIgnore\(\s*false\s*\)")
_NO_ARGUMENT = lazy_pattern(r"\s*,\s*")
_SCRIPT = lazy_pattern(r"--(input|output)[= ]+[\"']?([\w./-]{1,200})")
_FORMATS = ("md", "html", "njk", "liquid")
_FOLDERS = {"input": ".", "includes": "_includes", "data": "_data", "output": "_site", "layouts": ""}


class EleventyConfig(Struct, frozen=True):
    """What is known of the configuration.

    Attributes:
        file: The configuration file, "" if there is none.
        input: The folder of templates below the site, "" for the site itself.
        includes: The folders of includes and layouts below the site.
        data: The folder of global data below the site.
        output: The folder that Eleventy writes, below the site.
        path_prefix: The path of the site below its url.
        templated: Whether Markdown is a template of Liquid or Nunjucks first.
        formats: The suffixes of templates.
        uses_gitignore: Whether what git ignores is ignored.
        names: The names of global data that the configuration adds; their values are not known.
        permalink: The permalink of all templates that the configuration adds; `UNKNOWN` if it is computed.
        unknown: Settings that are computed by code, with their lines.
    """

    file: str = ""
    input: str = ""
    includes: tuple[str, ...] = ("_includes",)
    data: str = "_data"
    output: str = "_site"
    path_prefix: str = ""
    templated: bool = True
    formats: tuple[str, ...] = _FORMATS
    uses_gitignore: bool = True
    names: tuple[str, ...] = ()
    permalink: str | Unknown = ""
    unknown: tuple[tuple[str, int], ...] = ()


def read_eleventy_config(root: Path) -> EleventyConfig:
    """Return what the configuration of a site says; the defaults of Eleventy for all that it does not."""
    name = first_file(root, ELEVENTY_FILES)
    source = without_comments(read_source(root / name)) if name else ""
    settings: dict[str, Any] = {}
    for found in objects_behind(source, _OBJECT):
        if not _KEYS.isdisjoint(found):
            settings |= found
    folders, unknown = _folders(root, source, settings)
    base = folders["input"]
    formats = settings.get("templateFormats")
    known_formats = isinstance(formats, list) and all(isinstance(one, str) for one in formats)
    names, permalink = _globals(source)
    prefix = settings.get("pathPrefix")
    return EleventyConfig(
        file=name,
        input=base,
        includes=tuple(_below(base, folders[key]) for key in ("includes", "layouts") if folders[key]),
        data=_below(base, folders["data"]),
        output=folders["output"],
        path_prefix=prefix.strip("/") if isinstance(prefix, str) else "",
        templated=settings.get("markdownTemplateEngine") is not False,
        formats=tuple(formats or ()) if known_formats else _FORMATS,
        uses_gitignore=not _NO_GITIGNORE.search(source),
        names=names,
        permalink=permalink,
        unknown=tuple(unknown),
    )


def read_source(path: Path) -> str:
    """Return the text of a file, "" if it is not a file that can be read."""
    try:
        if not path.is_file():  # opening a FIFO would block
            return ""
        with path.open("rb") as file:
            return file.read(MAX_SOURCE).decode("utf-8", "replace")
    except OSError:
        return ""


def begins_with(path: Path, beginnings: tuple[bytes, ...]) -> bool:
    """Return whether a file begins with one of some texts."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(max(map(len, beginnings))).startswith(beginnings)
    except OSError:
        return False


def exported(source: str) -> dict[str, Any] | Unknown | None:
    """Return what a data file that is JavaScript exports, if that is an object; `UNKNOWN` if it is computed."""
    text = without_comments(source)
    found = [*objects_behind(text, _EXPORT)]
    if len(found) == 1 and not _COMPUTED.search(text):
        return found[0]
    return UNKNOWN if text.strip() else None


_EXPORT = lazy_pattern(r"\bexport\s+default\s*(?=\{)|\bmodule\.exports\s*=\s*(?=\{)")
_COMPUTED = lazy_pattern(r"\bmodule\.exports\.\w|\bexports\.\w|\bexport\s+(?:const|let|function)\b")


def _folders(root: Path, source: str, settings: Mapping[str, Any]) -> tuple[dict[str, str], list[tuple[str, int]]]:
    """Return the folders of the site as they are written, and which are computed."""
    written: dict[str, Any] = {}
    said = settings.get("dir")
    unknown = []
    if isinstance(said, Mapping):
        written |= said
    elif said is UNKNOWN:
        unknown.append(("dir", _line(source, "dir")))
    for match in _SETTER.finditer(source):
        written[match[1].lower()] = read_literal(source, match.end())
    written |= _from_scripts(root)
    folders = {}
    for key, default in _FOLDERS.items():
        value = written.get(key)
        if value is UNKNOWN:
            unknown.append((f"dir.{key}", _line(source, key)))
        folders[key] = value if isinstance(value, str) else default
    folders["input"] = _clean(folders["input"])
    folders["output"] = _clean(folders["output"]) or "_site"
    if "input" not in written and said is None and not source:
        folders["input"] = _usual_input(root)
    return folders, unknown


def _from_scripts(root: Path) -> dict[str, str]:
    """Return the folders that the scripts of `package.json` name."""
    try:
        scripts = json.loads(read_source(root / PACKAGE) or "{}").get("scripts")
    except (ValueError, AttributeError, RecursionError):
        return {}
    commands = scripts.values() if isinstance(scripts, Mapping) else ()
    found: dict[str, str] = {}
    for command in commands:
        if isinstance(command, str) and "eleventy" in command:
            for match in _SCRIPT.finditer(command):
                found.setdefault(match[1], match[2])
    return found


def _usual_input(root: Path) -> str:
    """Return `src` for a site without a configuration that has all its templates there, else ""."""
    if not (root / "src").is_dir():
        return ""
    others = ("_includes", "_data", "index.md", "index.html", "index.njk", "index.liquid", "posts", "blog", "content")
    return "" if any((root / name).exists() for name in others) else "src"


def _globals(source: str) -> tuple[tuple[str, ...], str | Unknown]:
    names: list[str] = []
    permalink: str | Unknown = ""
    for match in _GLOBAL.finditer(source):
        end = source.find(",", match.end())
        name = source[match.end() : end].strip(" \"'`\n\t") if end >= 0 else ""
        names.append(name)
        if name == "permalink":
            value = read_literal(source, end + 1)
            permalink = value if isinstance(value, str) else UNKNOWN
    return tuple(names), permalink


def _clean(folder: str) -> str:
    """Return a folder below the site; "" for the site itself, and for one outside of it."""
    path = posixpath.normpath(folder.strip().lstrip("/") or ".")
    return "" if path == "." or path.startswith("..") else path


def _below(base: str, folder: str) -> str:
    return _clean(posixpath.join(base, folder))


def _line(source: str, key: str) -> int:
    found = re.search(rf"\b{re.escape(key)}\b", source)
    return source.count("\n", 0, found.start()) + 1 if found else 0
