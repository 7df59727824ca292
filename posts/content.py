"""The bytes of a post to its content: markup, structure, summary, and the gate as the last hand.

Pure, but for the files that a body includes, which the library fetches.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from posts import body, markup, summary
from posts.facts import Facts, cut_tail, is_markdown
from posts.matter import Matter, Report, decode, split
from posts.model import Content
from posts.options import ReadOptions
from posts.permalinks import absolute
from posts.sites import Kind
from posts.text import plain

if TYPE_CHECKING:
    from posts.liquid import Scope

MAX_INCLUDE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Library:
    """What bodies may refer to: the files of the site, and the addresses of its posts by path."""

    root: Path
    addresses: Mapping[str, str]

    def text(self, folder: str, name: str) -> str | None:
        """The text of a file in a folder of the site; None when it is not there, or lies outside that folder."""
        inside = (self.root / folder).resolve()
        try:
            path = (inside / name).resolve()
            if not inside.is_relative_to(self.root.resolve()) or not path.is_relative_to(inside) or not path.is_file():
                return None
            with path.open("rb") as file:
                return decode(file.read(MAX_INCLUDE), lambda *_: None)
        except (OSError, ValueError):
            return None

    def link(self, path: str, site_url: str) -> str | None:
        """The address of a file of the site, for `{% link %}`; of pages only what needs no permalink rules."""
        path = path.strip().lstrip("/")
        if path in self.addresses:
            return self.addresses[path]
        target = (self.root / path).resolve()
        if "\0" in path or not target.is_relative_to(self.root.resolve()) or not target.is_file():
            return None
        page = path[: path.rfind(".")] + ".html" if is_markdown(path) else path
        return absolute(site_url, f"/{page}")

    def post_url(self, name: str) -> str | None:
        """The address of the post that `{% post_url 2020-01-01-name %}` means."""
        wanted = name.strip().lstrip("/")
        for path, address in self.addresses.items():
            inside = path.partition("_posts/")[2] or path
            stem = inside.rpartition(".")[0]
            if wanted in (stem, stem.rpartition("/")[2]) or path.rpartition(".")[0].replace("_posts/", "") == wanted:
                return address
        return None


def render(facts: Facts, data: bytes, kind: Kind, options: ReadOptions, library: Library, report: Report) -> Content:
    """The content of a post whose facts are known. `report` gets what was left out of the body."""
    post = facts.post
    matter = split(data, lambda *_: None, options.encoding)
    tail = cut_tail(matter.body, post.path, [*post.categories, *post.tags], options)

    def report_line(line: int, code: str, message: str) -> None:
        report(matter.body_line + line - 1 if line else 0, code, message)

    templated = kind.liquid and ("{{" in tail.body or "{%" in tail.body)
    scope = _scope(facts, matter, options, library) if templated else None
    markdown = is_markdown(post.path)

    def clean(text: str) -> body.Cleaned:
        html = markup.to_html(text, markdown=markdown, liquid=scope, report=report_line)
        return body.clean(html, base=post.permalink, remove=options.remove, report=report_line)

    cleaned = clean(tail.body)
    marked = summary.excerpt(tail.body, facts.separator)
    paragraph = bool(facts.separator) and not facts.separator.strip()
    excerpt = clean(marked).html if marked else None
    return Content(
        html=cleaned.html,
        summary=summary.summarise(post.summary, cleaned.html, excerpt, paragraph=paragraph),
        opening=summary.opening(cleaned.html),
        image=cleaned.image,
        source_title=post.source_title,
    )


def _scope(facts: Facts, matter: Matter, options: ReadOptions, library: Library) -> Scope:
    """What the Liquid of a body can see. Of the site only harmless scalars: a configuration holds secrets."""
    from posts.liquid import Scope

    post, site = facts.post, options.site
    beside = os.path.dirname(post.path)  # noqa: PTH120 # a text
    page: dict[str, Any] = {
        **matter.metadata,
        "title": post.title,
        "url": post.permalink.removeprefix(site.url),
        "date": post.date,
        "categories": list(post.categories),
        "tags": list(post.tags),
        "path": post.path,
    }
    return Scope(
        page=page,
        site={
            "title": site.title,
            "url": site.url.removesuffix(options.base_path),
            "baseurl": options.base_path,
            "description": site.description,
            "author": plain(", ".join(person.name for person in site.authors)),
        },
        include=lambda name: library.text("_includes", name),
        include_relative=lambda name: library.text(beside, name),
        link=lambda path: library.link(path, site.url),
        post_url=library.post_url,
    )
