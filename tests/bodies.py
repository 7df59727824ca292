"""Clean and render a body as a post's is, for tests: the result, and the codes of what was reported."""

from __future__ import annotations

from posts.html.clean import CleanedHtml, clean_html
from posts.markup.liquid.scope import LiquidScope
from posts.markup.to_html import markup_to_html

BASE = "https://news.example/2021/post.html"


def cleaned(html: str, *remove: str) -> tuple[CleanedHtml, list[str]]:
    """Clean `html`, and assert that a second cleaning changes nothing."""
    codes: list[str] = []
    result = clean_html(html, base=BASE, remove=remove, report=lambda _line, code, _message: codes.append(code))
    assert clean_html(result.html, base=BASE, report=lambda *_: None).html == result.html
    return result, codes


def clean(html: str, *remove: str) -> str:
    return cleaned(html, *remove)[0].html


def rendered(body: str, *, liquid: LiquidScope | None = None) -> tuple[str, list[str]]:
    codes: list[str] = []
    html = markup_to_html(body, markdown=True, liquid=liquid, report=lambda _line, code, _message: codes.append(code))
    return html.strip(), codes


def link(address: str, title: str) -> str:
    return f'<a href="{address}">{title}</a>'
