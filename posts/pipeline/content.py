"""Render the body of a post to its content: markup, structure, summary. The sanitizer is the last step.

Pure, except for the files that a body includes, which `Library` reads.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from posts.config.options import ReadOptions
from posts.errors import EXHAUSTED
from posts.files.walk import is_private
from posts.frontmatter.decode import decode_text
from posts.frontmatter.split import ParsedFile
from posts.html.clean import CleanedHtml, clean_html
from posts.html.embeds import link, page_of
from posts.html.excerpt import find_excerpt, split_heading, summarize, title_from_body
from posts.markup.dialects import BodyScope
from posts.markup.liquid.scope import LiquidScope
from posts.markup.to_html import markup_to_html
from posts.model import Content, PostMetadata, ReportProblem, Site
from posts.pipeline.data_files import find_data
from posts.pipeline.load import cut_tail, is_markdown
from posts.sites.base import SiteKind
from posts.sites.permalinks import page_url
from posts.text import lazy_pattern, plain, unescape

MAX_INCLUDE = 1024 * 1024
# Variables that come from the options, whichever file they are from, and variables that Jekyll itself sets.
_OWN_VARIABLES = frozenset(("title", "url", "baseurl", "description", "data", "posts", "pages", "time"))


_DATED = lazy_pattern(r"\d{4}-\d{1,2}-\d{1,2}-(.+)")
_HREF = lazy_pattern(r' (?:href|src)="([^"]*)"')

Ask = Callable[[str, str], str | None]
"""Resolve a reference (`Library.ask`): (kind, name) -> answer, or None if the name does not exist."""


class Library(Struct, frozen=True, dict=True):
    """Resolve what bodies refer to: the files of the site, and the addresses of its posts by path."""

    root: Path
    site: Site
    addresses: Mapping[str, str]
    private_names: tuple[str, ...]
    variables: Mapping[str, Any] = field(default_factory=dict)
    data_folder: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    page_path: Callable[[str, bytes], str | None] = lambda _path, _data: None

    def ask(self, kind: str, name: str) -> str | None:
        """Return what a reference stands for; None if it does not exist.

        Args:
            kind: `text` for an included file, `link` or `post_url` for an address, `post` for address and title of a
                post, `site` for what Liquid sees of the site, `data` for a data file, `param` for a parameter of the
                site, `page` for the address of a page of the site by the path of its file.
            name: The name in the reference.
        """
        answers: dict[str, Callable[[str], str | None]] = {
            "text": self._text,
            "link": self._link,
            "post_url": self._post_url,
            "post": self._post,
            "site": self._site,
            "data": self._data,
            "param": self._param,
            "page": self._page,
        }
        answer = answers[kind]
        try:
            return answer(name)
        except (OSError, RuntimeError, ValueError) as error:  # circular links, invalid file names
            if isinstance(error, OSError) and error.errno in EXHAUSTED:
                raise
            return None

    def _site(self, _: str) -> str:
        """Return everything that Liquid sees of the site, as one text."""
        return self._seen

    @cached_property
    def _seen(self) -> str:
        return repr((self.site, self.variables))

    def _page(self, name: str) -> str | None:
        if name in self.addresses:
            return self.addresses[name]
        if (path := self._inside(f"//{name}")) is None:
            return None
        with path.open("rb") as file:
            found = self.page_path(name, file.read(MAX_INCLUDE))
        return page_url(self.site.url, found) if found is not None else None

    def _param(self, name: str) -> str | None:
        """Return a parameter of the site that bodies may show, by its dotted name."""
        value: object = self.variables
        for key in name.split("."):
            value = value.get(key) if isinstance(value, Mapping) else None
        return str(value) if isinstance(value, str | int | float) else None

    def _data(self, name: str) -> str | None:
        """Return a file of `site.data`, or the names in one of its folders, as JSON."""
        if name not in self._data_files:
            self._data_files[name] = find_data(name, self.data_folder, self._inside, self.root)
        return self._data_files[name]

    @cached_property
    def _data_files(self) -> dict[str, str | None]:
        """Return the data files that were read in this run."""
        return {}

    def _text(self, name: str) -> str | None:
        path = self._inside(name)
        if path is None:
            return None
        with path.open("rb") as file:
            return decode_text(file.read(MAX_INCLUDE), lambda *_: None)

    def _inside(self, name: str) -> Path | None:
        """Return the file `folder//name` if it exists and is neither outside of that folder nor outside of the site."""
        folder, _, rest = name.partition("//")
        # A body may name thousands of files. This test takes a thirtieth of the time of the others, so it comes first.
        if not os.path.isfile(os.path.join(self.root, folder, rest.lstrip("/"))):  # noqa: PTH113, PTH118 # hot
            return None
        root = self.root.resolve()
        within = (root / folder).resolve()
        path = (within / rest).resolve()
        if not within.is_relative_to(root) or not path.is_relative_to(within) or not path.is_file():
            return None
        return None if is_private(str(path.relative_to(root)), self.private_names) else path

    def _link(self, name: str) -> str | None:
        """Return the address for `{% link %}`: of a post, or of a page or file without a permalink rule."""
        name = name.strip().lstrip("/")
        if name in self.addresses:
            return self.addresses[name]
        if self._inside(f"//{name}") is None:
            return None
        return page_url(self.site.url, "/" + (name[: name.rfind(".")] + ".html" if is_markdown(name) else name))

    def _post_url(self, name: str) -> str | None:
        """Return the address for `{% post_url 2020-01-01-name %}`."""
        path = self._names.get(name.strip().lstrip("/"))
        return self.addresses[path] if path else None

    def _post(self, name: str) -> str | None:
        """Return address and title, in two lines, of the post that has a name, or else a title."""
        path = self._names.get(name) or self._undated.get(name) or self._titled.get(name)
        return f"{self.addresses[path]}\n{self.titles.get(path, '')}" if path else None

    @cached_property
    def _undated(self) -> Mapping[str, str]:
        """Return the paths of posts by their names without the date that these begin with."""
        return {name: path for path in reversed(list(self.addresses)) for name in undated_names(path)}

    @cached_property
    def _titled(self) -> Mapping[str, str]:
        """Return the paths of posts by their titles."""
        return {self.titles[path]: path for path in reversed(list(self.titles)) if self.titles[path]}

    @cached_property
    def _names(self) -> Mapping[str, str]:
        """Return the paths of posts by the names that `post_url` accepts."""
        names: dict[str, str] = {}
        for path in self.addresses:
            for name in names_of(path):
                names.setdefault(name, path)
        return names


def names_of(path: str) -> tuple[str, ...]:
    """Return the names by which `post_url` finds a post: with the folders below `_posts`, without, and with all."""
    stem = path.rpartition(".")[0]
    inside = stem.partition("_posts/")[2] or stem
    return (inside, inside.rpartition("/")[2], stem.replace("_posts/", ""))


def undated_names(path: str) -> tuple[str, ...]:
    """Return the name of a post without the date that it begins with, or nothing if it has none."""
    name = path.rpartition("/")[2].rpartition(".")[0]
    match = _DATED.fullmatch(name)
    return (match[1],) if match else ()


def render_content(
    metadata: PostMetadata, parsed: ParsedFile, kind: SiteKind, options: ReadOptions, ask: Ask, report: ReportProblem
) -> Content:
    """Return the content of a post.

    Args:
        metadata: The metadata of the post.
        parsed: Its front matter and its body.
        kind: The kind of site.
        options: The reader's options.
        ask: Resolves references in the body.
        report: Called for everything that is left out of the body.
    """
    post = metadata.post
    text = parsed.body[: metadata.kept]
    if metadata.kept < 0:
        text = cut_tail(parsed.body, post.path, (*post.categories, *post.tags), options, post.source).body

    def report_line(line: int, code: str, message: str) -> None:
        report(parsed.body_line + line - 1 if line else 0, code, message)

    templated = kind.renders_liquid and ("{{" in text or "{%" in text)
    liquid = _liquid_scope(metadata, parsed, kind, options, ask) if templated else None
    markdown, rest = is_markdown(post.path), post.path.rpartition(".")[2] in kind.rest_suffixes
    scope = BodyScope(
        path=post.path,
        permalink=post.permalink,
        metadata=parsed.metadata,
        is_markdown=markdown,
        settings=dict(kind.markdown.settings),
        site_url=options.site.url,
        ask=ask,
    )

    def clean(part: str, report_part: ReportProblem) -> CleanedHtml:
        html = markup_to_html(
            part, markdown=markdown, liquid=liquid, report=report_part, options=kind.markdown, scope=scope, rest=rest
        )
        return clean_html(html, base=post.permalink, remove=options.remove, report=report_part)

    cleaned = clean(text, report_line)
    pages = _pages(metadata.media_pages, cleaned.html)
    opening, html = ("", cleaned.html) if post.title else split_heading(cleaned.html)
    marked = find_excerpt(text, metadata.separator)
    paragraph = bool(metadata.separator) and not metadata.separator.strip()
    # A problem in the excerpt is a problem in the body too, so it is reported once.
    excerpt = clean(marked, lambda *_: None).html if marked else None
    return Content(
        html=html + (clean_html(pages, base=post.permalink, report=report_line).html if pages else ""),
        summary=summarize(post.summary, html, excerpt, paragraph=paragraph),
        opening="" if post.title else opening or title_from_body(html),
        image=cleaned.image,
        source_title=post.source_title,
        markdown=_publishable(text) if options.markdown and markdown else "",
    )


def _publishable(text: str) -> str:
    from posts.markup.source import publishable_markdown

    return publishable_markdown(text)


def _pages(addresses: Iterable[str], html: str) -> str:
    """Return links to the pages with media that the body does not link to."""
    linked = {page_of(unescape(address)) for address in _HREF.findall(html)} if addresses else ()
    return "".join(f"\n<p>{link(address)}</p>" for address in addresses if page_of(address) not in linked)


def _liquid_scope(
    metadata: PostMetadata, parsed: ParsedFile, kind: SiteKind, options: ReadOptions, ask: Ask
) -> LiquidScope:
    """Return what Liquid sees in a body: of the site only harmless values, because a configuration holds secrets."""
    ask("site", "")
    post, site = metadata.post, options.site
    beside = os.path.dirname(post.path)  # noqa: PTH120 # a text
    page: dict[str, Any] = {
        **parsed.metadata,
        "title": post.title,
        "url": post.permalink.removeprefix(site.url),
        "date": post.date,
        "categories": list(post.categories),
        "tags": list(post.tags),
        "path": post.path,
    }
    return LiquidScope(
        page=page,
        site={
            "title": site.title,
            "url": site.url.removesuffix(options.base_path),
            "baseurl": options.base_path,
            "description": site.description,
            "author": plain(", ".join(person.name for person in site.authors)),
        },
        variables={
            name: value
            for name, value in kind.variables().items()
            if name not in _OWN_VARIABLES and (name != "author" or isinstance(value, dict))
        },
        data=lambda path: ask("data", path),
        include=lambda name: ask("text", f"_includes//{name}"),
        include_relative=lambda name: ask("text", f"{beside}//{name}"),
        link=lambda path: ask("link", path),
        post_url=lambda name: ask("post_url", name),
    )
