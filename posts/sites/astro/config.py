"""Read what the configuration of an Astro site says in literals. The configuration is code and is never run."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

from msgspec import Struct

from posts.sites.evidence import ASTRO_FILES, first_file
from posts.sites.js_literals import MAX_SOURCE, UNKNOWN, objects_behind, read_literal, without_comments
from posts.text import lazy_pattern

CONTENT_CONFIGS = tuple(
    f"src/{name}.{suffix}" for name in ("content.config", "content/config") for suffix in ("ts", "mts", "js", "mjs")
)
CONSTANTS = tuple(
    f"src/{name}.{suffix}" for name in ("consts", "config", "constants") for suffix in ("ts", "js", "mjs")
)
MARKDOWN = ("md", "mdx", "markdown")
_DEFINED = lazy_pattern(r"\bdefineConfig\(\s*(?=\{)|\bexport\s+default\s*(?=\{)|\bmodule\.exports\s*=\s*(?=\{)")
_COLLECTION = lazy_pattern(r"\b(?:const|let|var)\s+(\w+)(?:\s*:[^=;{]{1,80})?\s*=\s*defineCollection\(")
_GLOB = lazy_pattern(r"\bglob\(\s*(?=\{)")
_EXPORTED = lazy_pattern(r"\bexport\s+const\s+collections\s*=\s*\{([^{}]*)\}")
_ENTRY = lazy_pattern(r"[\"']?([\w-]+)[\"']?\s*(?::\s*(\w+))?\s*(?:,|\Z)")
_CONSTANT = lazy_pattern(
    r"^\s*(?:export\s+)?const\s+(?:SITE_)?(TITLE|DESCRIPTION|NAME|LANG|URL|AUTHOR)(?:\s*:\s*string)?\s*=\s*",
    re.MULTILINE,
)
_SITE_OBJECT = lazy_pattern(
    r"\bexport\s+const\s+(?:SITE|SITE_CONFIG|siteConfig|site)(?:\s*:[^=;{]{1,80})?\s*=\s*(?=\{)"
)
_SITE_KEYS = {
    "title": ("title", "name"),
    "description": ("description", "desc"),
    "language": ("lang", "language"),
    "url": ("website", "url"),
    "author": ("author",),
    "timezone": ("timezone",),
}
_GETS = lazy_pattern(r"\bgetCollection\(\s*[\"'](\w[\w-]*)[\"']")
_PARAMETER = lazy_pattern(r"\[(?:\.\.\.)?(\w+)\]")


class Collection(Struct, frozen=True):
    """A collection: its name, the folder of its entries below the site, and which of them it has."""

    name: str
    folder: str
    patterns: tuple[str, ...] = ()


class AstroConfig(Struct, frozen=True):
    """What is known of the configuration.

    Attributes:
        file: The configuration file, "" if there is none.
        base: The path of the site below its url.
        trailing_slash: `ignore`, `always` or `never`.
        is_file: Whether a page is a file `a.html`, not `a/index.html`.
        pages: The folder of pages.
        site: Settings for `[site]`.
        output: The folder that Astro writes.
        collections: The collections with entries in Markdown.
        unknown: Settings that are computed by code.
    """

    file: str = ""
    base: str = ""
    trailing_slash: str = "ignore"
    is_file: bool = False
    pages: str = "src/pages"
    site: dict[str, str] = {}
    output: str = "dist"
    collections: tuple[Collection, ...] = ()
    unknown: tuple[str, ...] = ()


def read_astro_config(root: Path) -> AstroConfig:
    """Return what the configuration of a site says; the defaults of Astro for all that it does not."""
    name = first_file(root, ASTRO_FILES)
    settings: dict[str, Any] = next(iter(objects_behind(_code(root / name), _DEFINED)), {}) if name else {}
    build = settings.get("build")
    form = build.get("format") if isinstance(build, dict) else ""
    site = _site_constants(root)
    if isinstance(settings.get("site"), str):
        site["url"] = settings["site"]
    source = _clean(settings["srcDir"]) if isinstance(settings.get("srcDir"), str) else "src"
    return AstroConfig(
        file=name,
        base=_text(settings, "base").strip("/"),
        trailing_slash=_text(settings, "trailingSlash") or "ignore",
        is_file=form == "file",
        pages=f"{source}/pages",
        site=site,
        output=_clean(_text(settings, "outDir") or "dist"),
        collections=_collections(root, source),
        unknown=tuple(
            key
            for key in ("site", "base", "trailingSlash", "srcDir")
            if settings.get(key) is UNKNOWN and not (key == "site" and "url" in site)
        ),
    )


def find_routes(root: Path, config: AstroConfig) -> dict[str, str]:
    """Return the route of each collection, with `:path` for the id of an entry.

    A route is known from a page such as `src/pages/blog/[...slug].astro` that gets the collection; its parameter must
    be the id or the slug of an entry.
    """
    routes: dict[str, str] = {}
    for path in sorted((root / config.pages).rglob("*.astro")) if (root / config.pages).is_dir() else ():
        below = path.relative_to(root / config.pages).as_posix().removesuffix(".astro").removesuffix("/index")
        parameters = _PARAMETER.findall(below)
        if len(parameters) != 1 or not below.endswith("]") or any(part[:1] == "_" for part in below.split("/")):
            continue
        code = _code(path)
        folder = below.rpartition("/")[0]
        gets = set(_GETS.findall(code)) or {folder.rpartition("/")[2]}
        if len(gets) != 1 or not _is_entry(code, parameters[0]):
            continue
        routes.setdefault(next(iter(gets)), f"/{folder}/:path".replace("//", "/"))
    return routes


def page_files(root: Path, config: AstroConfig) -> tuple[str, ...]:
    """Return the paths of the pages that routes are known from."""
    folder = root / config.pages
    found = folder.rglob("*.astro") if folder.is_dir() else ()
    return tuple(sorted(path.relative_to(root).as_posix() for path in found if "[" in path.as_posix()))


def _is_entry(code: str, name: str) -> bool:
    """Return whether the parameter of a page is the id or slug of an entry, as far as the page says it."""
    # `params: { slug: post.id }`, `params: { id }`, or what a function of the theme returns.
    found = re.search(rf"\bparams\s*:\s*\{{\s*{re.escape(name)}\s*(?::\s*([^{{}}]{{1,200}}?))?\s*,?\s*\}}", code)
    if not found:
        return "params" not in code
    value = (found[1] or name).strip().rstrip(",")
    return bool(re.fullmatch(r"(?:\w+\.)?(?:id|slug)(?:!|\s+as\s+string)?", value))


def _collections(root: Path, source: str) -> tuple[Collection, ...]:
    name = first_file(root, CONTENT_CONFIGS)
    code = _code(root / name) if name else ""
    defined: dict[str, tuple[str, tuple[str, ...]] | None] = {}
    starts = [*_COLLECTION.finditer(code)]
    for number, found in enumerate(starts):
        end = starts[number + 1].start() if number + 1 < len(starts) else len(code)
        glob = next(iter(objects_behind(code[found.end() : end], _GLOB)), None)
        defined[found[1]] = _loaded(glob) if glob else ("", ()) if "loader" not in code[found.end() : end] else None
    exported = _EXPORTED.search(code)
    entries = _ENTRY.findall(exported[1]) if exported else []
    collections = []
    for key, variable in entries:
        loaded = defined.get(variable or key)
        if loaded:
            collections.append(Collection(key, loaded[0] or f"{source}/content/{key}", loaded[1]))
    if not collections and (root / source / "content").is_dir():
        folders = sorted(path.name for path in (root / source / "content").iterdir() if path.is_dir())
        collections = [Collection(name, f"{source}/content/{name}") for name in folders if name[:1] not in "._"]
    return tuple(one for one in collections if (root / one.folder).is_dir())


def _loaded(glob: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
    """Return the folder and the patterns of `glob({ base: "./src/content/blog", pattern: "**/*.md" })`."""
    base, pattern = glob.get("base"), glob.get("pattern")
    patterns = pattern if isinstance(pattern, list) else [pattern]
    return _clean(base) if isinstance(base, str) else "", tuple(one for one in patterns if isinstance(one, str))


def _site_constants(root: Path) -> dict[str, str]:
    """Return what files such as `src/consts.ts`, which Astro's starter has, say about the site."""
    site: dict[str, str] = {}
    for name in CONSTANTS:
        code = _code(root / name)
        for found in _CONSTANT.finditer(code):
            value = read_literal(code, found.end())
            key = {"NAME": "title", "LANG": "language"}.get(found[1], found[1].lower())
            if isinstance(value, str) and value:
                site.setdefault(key, value)
        for values in objects_behind(code, _SITE_OBJECT):
            for key, names in _SITE_KEYS.items():
                text = next((values[one] for one in names if isinstance(values.get(one), str) and values[one]), "")
                if text:
                    site.setdefault(key, text)
    return site


def _code(path: Path) -> str:
    """Return the text of a file without comments, "" if it is not a file that can be read."""
    try:
        if not path.is_file():  # opening a FIFO would block
            return ""
        with path.open("rb") as file:
            return without_comments(file.read(MAX_SOURCE).decode("utf-8", "replace"))
    except OSError:
        return ""


def _text(settings: dict[str, Any], key: str) -> str:
    value = settings.get(key)
    return value if isinstance(value, str) else ""


def _clean(folder: str) -> str:
    """Return a folder below the site; "" for the site itself, and for one outside of it."""
    path = posixpath.normpath(folder.strip().lstrip("/") or ".")
    return "" if path == "." or path.startswith("..") else path
