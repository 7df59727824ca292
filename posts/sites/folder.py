"""Read a plain folder: every Markdown and HTML file below `[posts] folders`, and only feedmill's configuration."""

from __future__ import annotations

import fnmatch
import posixpath
from collections.abc import Callable, Container, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from posts.config.options import ReadOptions
from posts.errors import Problem
from posts.files.walk import Walk
from posts.frontmatter.fields import KEYS
from posts.markup.options import MarkdownOptions
from posts.sites.base import PostFile
from posts.sites.defaults import SiteDefaults
from posts.sites.evidence import has_posts_of_hexo
from posts.sites.favicons import FAVICONS
from posts.sites.obsidian import VAULT_FILE, is_vault, vault_metadata, vault_settings
from posts.sites.permalinks import PermalinkValues, expand_permalink, permalink_mistakes
from posts.text import lazy_pattern

EXCLUDED = ("node_modules", "vendor")  # in any folder of posts
# Folders beside posts: output and templates of site generators.
NOT_POSTS = frozenset(("_site", "archetypes", "dist", "public", "themes"))
# Files beside posts: the project's description, in any language and folder; at the root its other documents and the
# home page of the site.
_README = lazy_pattern(r"readme(?:[._-][a-z]{2}(?:[_-][a-z]{2,4})?)?")
_DOCUMENT = lazy_pattern(
    r"changelog|code[_-]of[_-]conduct|contributing|licen[cs]e|security|index(?:\.[a-z]{2}(?:[_-][a-z]{2,4})?)?"
)
_DATES = frozenset(("date", *KEYS["publishes"]))
POST_SUFFIXES = ("md", "markdown", "mkd", "mkdn", "mkdown", "html", "htm", "xhtml")


class Folder(SiteDefaults):
    """A folder without a known site generator; all settings come from `feedmill.toml`."""

    label = "plain folder"
    ignores_key_case = True
    chooses_folders = True
    markdown = MarkdownOptions(dialect="wiki")

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.has_html_titles = has_posts_of_hexo(root)
        self.is_vault = is_vault(root)
        if self.is_vault:
            self.config_files = (*FAVICONS, VAULT_FILE)
            self.markdown = MarkdownOptions(dialect="wiki", settings=vault_settings(root))

    def fingerprint(self) -> str:
        kind = "vault of Obsidian" if self.is_vault else "folder"
        return f"{kind} with HTML titles" if self.has_html_titles else kind

    def mistakes(self, options: ReadOptions) -> list[tuple[str, str]]:
        """Return the mistakes: configured folders that do not exist or are outside the site, and the permalink."""
        root, wrong = self.root.resolve(), permalink_mistakes(options)
        for folder in _folders(options.folders):
            path = (root / folder).resolve()
            if not path.is_dir() or not path.is_relative_to(root):
                wrong.append(("posts.folders", f"no such folder in the site: {folder!r}; correct it"))
        return wrong

    def files(
        self,
        options: ReadOptions,
        walk: Walk,
        report: Callable[[Problem], None],  # noqa: ARG002
        published: Container[str] = frozenset(),
    ) -> Iterator[PostFile]:
        def keeps(base: str, entry: str) -> bool:
            parts, path = entry.split("/"), f"{base}/{entry}".lstrip("/")
            hidden = any(part.startswith((".", "_")) for part in parts)
            if hidden or entry.rpartition(".")[2].lower() not in POST_SUFFIXES or _excluded(path, options):
                return False
            if options.folders or not (is_document(entry) or (is_beside_posts(entry) and not options.exclude)):
                return True
            return path in published

        paths = {path for folder in _folders(options.folders) for path in walk.files(folder, keeps)}
        yield from map(PostFile, paths)

    def with_defaults(self, path: str, metadata: dict[str, Any]) -> dict[str, Any]:
        """Return the front matter with the terms from Zola's table `taxonomies`, and a vault's as Obsidian means it."""
        if "created" in metadata and _DATES.isdisjoint(metadata) and not self.parse_file_name(path).date:
            metadata = metadata | {"date": metadata["created"]}
        if self.is_vault:
            metadata = vault_metadata(metadata)
        terms = metadata.get("taxonomies")
        if not isinstance(terms, Mapping):
            return metadata
        return {key: terms[key] for key in ("categories", "tags", "authors") if key in terms} | metadata

    def section(self, path: str, options: ReadOptions) -> str:
        """Return the first folder of the path below the site, or below the entry of `[posts] folders`."""
        folder, slash, _ = below_folders(path, options.folders).partition("/")
        return folder if slash else ""

    def permalink(
        self, path: str, metadata: Mapping[str, Any], at: datetime, categories: list[str], options: ReadOptions
    ) -> str:
        named = self.parse_file_name(path)
        stem = below_folders(path, options.folders).rpartition(".")[0]
        bundle = stem.removesuffix("index") if f"/{stem}".endswith("/index") else ""
        parts = PermalinkValues(
            at=at,
            slug=str(metadata.get("slug") or named.slug),
            basename=named.basename,
            path=bundle.rstrip("/") if bundle else stem,
            categories=categories,
        )
        own = next((metadata[key] for key in self.permalink_keys if isinstance(metadata.get(key), str)), "")
        return expand_permalink(own or options.permalink or ("/:path/" if bundle else "/:path:output_ext"), parts)


def below_folders(path: str, folders: tuple[str, ...]) -> str:
    """Return the path of a post below the folder of posts that contains it; the longest one counts."""
    inside = max((folder for folder in _folders(folders) if f"{path}/".startswith(f"{folder}/")), key=len, default="")
    return path.removeprefix(f"{inside}/")


def is_document(path: str) -> bool:
    """Return whether a file in a plain folder is documentation or the home page, not a post."""
    folder, _, name = path.lower().rpartition("/")
    stem = name.rpartition(".")[0]
    return bool(_README.fullmatch(stem) or (not folder and _DOCUMENT.fullmatch(stem)))


def is_beside_posts(path: str) -> bool:
    """Return whether a file in a plain folder is not a post unless the configuration names its folder."""
    return path.partition("/")[0].lower() in NOT_POSTS or is_document(path)


@lru_cache(maxsize=16)  # the permalink of every post needs them
def _folders(written: tuple[str, ...]) -> tuple[str, ...]:
    """Return the folders of posts below the site: "" is the site itself."""
    tidy = (posixpath.normpath(folder.strip().lstrip("/") or ".") for folder in written or ("",))
    return tuple("" if folder == "." else folder for folder in dict.fromkeys(tidy))


def _excluded(path: str, options: ReadOptions) -> bool:
    """Return whether a pattern matches the path, one of its folders, or the file's name."""
    parts = path.split("/")
    names = [parts[-1], *("/".join(parts[: count + 1]) for count in range(len(parts)))]
    patterns = [pattern.strip("/") for pattern in options.exclude or EXCLUDED]
    return any(fnmatch.fnmatchcase(name, pattern) for name in names for pattern in patterns)
