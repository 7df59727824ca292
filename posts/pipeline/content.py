"""Render the body of a post to its content: markup, structure, summary. The sanitizer is the last step.

Pure, except for the files that a body includes, which `Library` reads.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from posts.config.options import ReadOptions
from posts.frontmatter.split import ParsedFile
from posts.html.clean import CleanedHtml, clean_html
from posts.html.embeds import link, page_of
from posts.html.excerpt import find_excerpt, split_heading, summarize, title_from_body
from posts.markup.dialects import BodyScope
from posts.markup.liquid.scope import LiquidScope
from posts.markup.to_html import markup_to_html
from posts.model import Content, PostMetadata, ReportProblem
from posts.pipeline.library import Ask
from posts.pipeline.load import cut_tail, is_markdown
from posts.sites.base import SiteKind
from posts.text import lazy_pattern, plain, unescape

# Variables that come from the options, whichever file they are from, and variables that Jekyll itself sets.
_OWN_VARIABLES = frozenset(("title", "url", "baseurl", "description", "data", "posts", "pages", "time"))


_HREF = lazy_pattern(r' (?:href|src)="([^"]*)"')


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
