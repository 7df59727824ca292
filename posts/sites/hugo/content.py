"""Say what a content file of a Hugo site is: its language, its place among the pages, and whether it is a bundle. Pure.

https://gohugo.io/content-management/page-bundles/: `index.md` makes its folder a leaf bundle, whose other files belong
to that page; `_index.md` makes it a branch, whose page is a list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from posts.sites.hugo.languages import Languages, Mount

SUFFIXES_READ = ("md", "markdown", "html", "htm")
SUFFIXES_UNREAD = ("adoc", "asciidoc", "ad", "org", "rst", "pandoc", "pdc", "mdown")


class ContentPath(NamedTuple):
    """The place of a content file among the pages of its language.

    Attributes:
        language: The code of its language.
        folder: The folder that the page is in, below all content, as written; "" for the top. A page that is a bundle
            is in the folder above its own.
        name: The name of the page, as written: of its file without suffixes, or of the folder of a bundle.
        file_name: The name of the file without suffixes: "index" for a leaf bundle.
        kind: Whether it is a single file, a leaf bundle, the page of a branch, or the home page.
    """

    language: str
    folder: str
    name: str
    file_name: str
    kind: Literal["single", "leaf", "branch", "home"]

    @property
    def section(self) -> str:
        """Return the first folder, as written; "" for a page at the top."""
        return self.folder.partition("/")[0]

    @property
    def key(self) -> str:
        """Return the path by which patterns and references name the page: `/posts/my-post`."""
        path = f"{self.folder}/{self.name}" if self.folder else self.name
        return f"/{path}".lower().replace(" ", "-")

    @property
    def inside(self) -> str:
        """Return the folder that the page of a bundle stands for."""
        return f"{self.folder}/{self.name}" if self.folder else self.name


def parse_content_path(path: str, mounts: Iterable[Mount], languages: Languages) -> ContentPath | None:
    """Return the place of a content file; None if it is in no folder of content or its language is not built."""
    mount = next((one for one in mounts if path.startswith(f"{one.source}/")), None)
    if mount is None:
        return None
    below = path[len(mount.source) + 1 :]
    if mount.below:
        below = f"{mount.below}/{below}"
    folder, _, name = below.rpartition("/")
    stem, dot, last = name.rpartition(".")[0].rpartition(".")
    code, word = mount.language or languages.default, last.lower()
    if dot and word in languages.known:
        name, code = stem, word
    elif dot and word in languages.disabled:
        return None
    else:
        name = f"{stem}{dot}{last}"
    if name not in ("index", "_index"):
        return ContentPath(code, folder, name, name, "single")
    above, _, own = folder.rpartition("/")
    if not folder:
        return ContentPath(code, "", "", name, "home")
    return ContentPath(code, above, own, name, "branch" if name == "_index" else "leaf")


def pages_of(found: Iterable[tuple[str, ContentPath]]) -> Iterator[str]:
    """Yield the paths of files that are pages, without lists, and without the files of leaf bundles."""
    files = [(path, place) for path, place in found if place.kind in ("single", "leaf")]
    bundles = {place.inside for _, place in files if place.kind == "leaf"}
    for path, place in files:
        if not bundles or not _is_bundled(place, bundles):
            yield path


def _is_bundled(place: ContentPath, bundles: set[str]) -> bool:
    folder = place.folder
    while folder:
        if folder in bundles:
            return True
        folder = folder.rpartition("/")[0]
    return False
