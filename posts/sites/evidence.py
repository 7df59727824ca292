"""Find the files that show which site generator a folder belongs to; a run pays for this each time."""

from __future__ import annotations

import re
from pathlib import Path

from posts.text import lazy_pattern

JEKYLL_FILES = ("_config.yml", "_config.yaml")
HUGO_FILES = ("hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json")
# The names before Hugo 0.110, which programs of any kind have; Zola's has `base_url`.
_HUGO_OLD_FILES = ("config.toml", "config.yaml", "config.yml", "config.json")
_HUGO_KEY = lazy_pattern(
    rb"^[ \t]*[\"']?(?:baseurl|languagecode|defaultcontentlanguage)[\"']?[ \t]*[:=]", re.IGNORECASE | re.MULTILINE
)
HEXO_FILES = ("_config.yml", "_config.yaml", "_config.json")
# Keys that Hexo has and Jekyll, its plugins, its themes and Octopress do not.
_HEXO_KEY = lazy_pattern(
    rb"(?:\A|[\n{,])[ \t\r]*[\"']?(?:archive_dir|category_map|default_category|filename_case|i18n_dir"
    rb"|new_post_name|permalink_defaults|post_asset_folder|public_dir|render_drafts|skip_render|source_dir"
    rb"|syntax_highlighter|tag_map|updated_option)[\"']?[ \t]*:"
)
_HEXO_PACKAGE = lazy_pattern(rb"\"hexo\"[ \t\r\n]*:")
ZOLA_FILES = ("zola.toml", "config.toml")
_ZOLA_URL = lazy_pattern(rb"^[ \t]*[\"']?base_url[\"']?[ \t]*=", re.MULTILINE)
PELICAN_FILES = ("pelicanconf.py", "publishconf.py")  # in order of precedence, the last one first
NIKOLA_FILE = "conf.py"
# Settings that every `conf.py` of Nikola has, and none of Sphinx.
_NIKOLA_NAMES = (b"BLOG_TITLE", b"SITE_URL")
_MOST_BYTES = 1 << 18
ELEVENTY_FILES = (".eleventy.js", "eleventy.config.js", "eleventy.config.mjs", "eleventy.config.cjs")
_ELEVENTY_PACKAGE = lazy_pattern(rb"\"@11ty/eleventy\"[ \t\r\n]*:")
ASTRO_FILES = ("astro.config.mjs", "astro.config.ts", "astro.config.js", "astro.config.mts", "astro.config.cjs")


EVIDENCE_FILES = frozenset(
    (
        *JEKYLL_FILES,
        *HUGO_FILES,
        *_HUGO_OLD_FILES,
        *HEXO_FILES,
        *PELICAN_FILES,
        NIKOLA_FILE,
        *ELEVENTY_FILES,
        *ASTRO_FILES,
        "package.json",
    )
)
"""The files whose coming, going or change may make a site one of another kind."""


def first_file(root: Path, names: tuple[str, ...]) -> str:
    """Return the first of some files that exists below a folder, "" if none does."""
    return next((name for name in names if (root / name).is_file()), "")


def first_folder(root: Path, names: tuple[str, ...]) -> str:
    """Return the first of some folders that exists below a folder, with a slash, "" if none does."""
    return next((f"{name}/" for name in names if (root / name).is_dir()), "")


def zola_evidence(root: Path) -> str:
    """Return Zola's configuration: by its name, or by `base_url` where Hugo has `baseURL`."""
    if (root / ZOLA_FILES[0]).is_file():
        return ZOLA_FILES[0]
    is_zola = (root / "content").is_dir() and _ZOLA_URL.search(_beginning(root / ZOLA_FILES[1]))
    return ZOLA_FILES[1] if is_zola else ""


def pelican_evidence(root: Path) -> str:
    """Return Pelican's configuration."""
    return first_file(root, PELICAN_FILES[:1])


def nikola_evidence(root: Path) -> str:
    """Return Nikola's configuration; other programs call theirs `conf.py`, too."""
    text = _beginning(root / NIKOLA_FILE)
    return NIKOLA_FILE if all(name in text for name in _NIKOLA_NAMES) else ""


def jekyll_evidence(root: Path) -> str:
    """Return Jekyll's configuration, else its folder of posts."""
    return first_file(root, JEKYLL_FILES) or first_folder(root, ("_posts",))


def hugo_evidence(root: Path) -> str:
    """Return Hugo's configuration, by its name, folder or keys; else a folder that only its sites have.

    With a folder `_posts`, the site is Jekyll's unless it has Hugo's configuration and folders, and none of Jekyll's.
    """
    found = first_file(root, HUGO_FILES)
    if (root / "_posts").is_dir():
        return found if not first_file(root, JEKYLL_FILES) and _has_hugo_folder(root) else ""
    if found:
        return found
    if (root / "config/_default").is_dir() and _has_hugo_folder(root):
        return "config/_default/"
    for name in _HUGO_OLD_FILES:
        if _HUGO_KEY.search(_beginning(root / name)) and _has_hugo_folder(root):
            return name
    has_others = any((root / name).is_file() for name in JEKYLL_FILES)
    return "archetypes/" if not has_others and (root / "archetypes").is_dir() and (root / "content").is_dir() else ""


def _has_hugo_folder(root: Path) -> bool:
    return any((root / name).is_dir() for name in ("content", "archetypes", "layouts", "themes"))


def hexo_evidence(root: Path) -> str:
    """Return Hexo's configuration, else its folder of posts; "" for a folder that is not a site of Hexo.

    Jekyll's configuration has the same name. It is Hexo's if it has a key of Hexo's own, or if beside it are Hexo's
    package and sources, or its scaffolds. The folder `source/_posts` of such a site is a site, too.
    """
    if base := hexo_base(root):
        return f"../../{first_file(base, HEXO_FILES)}"
    config = first_file(root, HEXO_FILES)
    has_scaffolds = (root / "scaffolds").is_dir() and (root / "source").is_dir()
    if has_scaffolds or _HEXO_PACKAGE.search(_beginning(root / "package.json")):
        return config or first_folder(root, ("source/_posts",))
    return config if config and _HEXO_KEY.search(_beginning(root / config)) else ""


def hexo_base(root: Path) -> Path | None:
    """Return the site of Hexo whose folder of posts a folder is, `source/_posts`; None if it is not one."""
    whole = root.resolve()
    if whole.parts[-2:] != ("source", "_posts"):
        return None
    base = whole.parent.parent
    return base if first_file(base, HEXO_FILES) else None


def has_posts_of_hexo(root: Path) -> bool:
    """Return whether a folder that is read as a plain folder has posts of Hexo, or is a folder of them."""
    return hexo_base(root) is not None or (root / "source/_posts").is_dir()


def eleventy_evidence(root: Path) -> str:
    """Return Eleventy's configuration, else the package of a site that has no configuration."""
    if found := first_file(root, ELEVENTY_FILES):
        return found
    package = "" if first_file(root, JEKYLL_FILES) else "package.json"
    return package if package and _ELEVENTY_PACKAGE.search(_beginning(root / package)) else ""


def astro_evidence(root: Path) -> str:
    """Return Astro's configuration."""
    return first_file(root, ASTRO_FILES)


def _beginning(path: Path) -> bytes:
    """Return the beginning of a file, b"" if it is not a file that can be read."""
    try:
        if path.is_file():  # opening a FIFO would block
            with path.open("rb") as file:
                return file.read(_MOST_BYTES)
    except OSError:
        pass
    return b""
