"""A Jekyll site's Markdown follows its `_config.yml`; what is not Markdown for any renderer is text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posts.config.options import decode
from posts.markup.dialects import BodyScope
from posts.markup.kramdown import document, model
from posts.markup.kramdown.document import parse
from posts.markup.kramdown.model import TooComplexError
from posts.markup.kramdown.render import render
from posts.markup.options import KramdownOptions, MarkdownOptions
from posts.markup.to_html import markup_to_html
from posts.pipeline.cache_keys import Versions, content_key
from posts.sites.jekyll.markdown import markdown_options
from posts.sites.jekyll.site import Jekyll
from tests.sites import Command, site


def html(text: str, config: dict[str, Any] | None = None, *, wiki: bool = False) -> str:
    options = MarkdownOptions(dialect="wiki" if wiki else "") if config is None else markdown_options(config)
    return markup_to_html(text, markdown=True, liquid=None, report=lambda *_: None, options=options)


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({}, "<p>“a” – b…\nc</p>"),
        ({"markdown": "redcarpet"}, "<p>“a” – b…\nc</p>"),
        ({"kramdown": {"smart_quotes": "apos,apos,quot,quot"}}, '<p>"a" – b…\nc</p>'),
        ({"kramdown": {"smart_quotes": ["39", "39", "8222", "8220"]}}, "<p>„a“ – b…\nc</p>"),
        ({"kramdown": {"smart_quotes": "nonsense"}}, "<p>“a” – b…\nc</p>"),
        ({"kramdown": {"typographic_symbols": {"hellip": "...", "ndash": "--"}}}, "<p>“a” -- b...\nc</p>"),
        ({"kramdown": {"gfm_quirks": "no_auto_typographic"}}, "<p>“a” -- b...\nc</p>"),
        ({"kramdown": {"hard_wrap": "true"}}, "<p>“a” – b…<br />\nc</p>"),
        ({"kramdown": {"hard_wrap": "true", "input": "kramdown"}}, "<p>“a” – b…\nc</p>"),
        ({"markdown": "CommonMark"}, "<p>&quot;a&quot; -- b...\nc</p>"),
        (
            {"markdown": "CommonMarkGhPages", "commonmark": {"options": ["SMART", "HARDBREAKS"]}},
            "<p>“a” – b…<br />\nc</p>",
        ),
    ],
)
def test_typography_is_as_configured(config: dict[str, Any], expected: str) -> None:
    assert html('"a" -- b...\nc', config).strip() == expected


def test_the_options_are_part_of_the_cache_key(tmp_path: Path) -> None:
    options = decode({"site": {"url": "https://site.example"}}, [])

    def key(config: str) -> str:
        return content_key(Jekyll(site(tmp_path, {}, config)), options, Versions())

    keys = {key(""), key("kramdown:\n  hard_wrap: true\n"), key("markdown: CommonMark\n")}
    assert len(keys) == 3


@pytest.mark.parametrize("config", [None, {}, {"kramdown": {"input": "kramdown"}}, {"markdown": "CommonMarkGhPages"}])
def test_one_tilde_strikes_nothing(config: dict[str, Any] | None) -> None:
    assert "10~20元，大约30~40元" in html("价格10~20元，大约30~40元。", config)


@pytest.mark.parametrize("input_", ["GFM", "kramdown"])
def test_a_heading_needs_no_blank_line_before_it(input_: str) -> None:
    assert "<h1" in html("text\n# Heading\n", {"kramdown": {"input": input_}})


def test_a_mark_of_another_engine_is_text() -> None:
    assert "==mark==" in html("==mark==", {})
    assert "==mark==" in html("==mark==")


@pytest.mark.parametrize(
    ("text", "address", "rest"),
    [
        ("来源：https://x.example/a，记者", "https://x.example/a", "</a>，记者"),
        ("见https://x.example/a后面", "https://x.example/a", "</a>后面"),
        ("见https://x.example后面", "https://x.example", "</a>后面"),
        ("www.x.example/b。后", "http://www.x.example/b", "</a>。后"),
        ("**https://x.example/a**，后", "https://x.example/a", "</a></strong>，后"),
        ("https://x.example/a（注）{: .b}", "https://x.example/a", "</a>（注）"),
        ("https://x.example/caf\u00e9 b", "https://x.example/caf%C3%A9", "</a> b"),
        ("[t](https://x.example/，b)", "https://x.example/%EF%BC%8Cb", ">t</a>"),
        ("<https://x.example/，b>", "https://x.example/%EF%BC%8Cb", "，b</a>"),
        ("[t][1]\n\n[1]: https://x.example/，b", "https://x.example/%EF%BC%8Cb", ">t</a>"),
    ],
)
def test_a_bare_address_ends_where_the_sentence_goes_on(text: str, address: str, rest: str) -> None:
    output = html(text)
    assert f'"{address}"' in output
    assert rest in output


def test_code_and_attributes_keep_their_addresses() -> None:
    assert "<code>https://x.example/a，b</code>" in html("`https://x.example/a，b`")
    assert 'title="https://x.example/a，b"' in html('<i title="https://x.example/a，b">c</i>')


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a %%hidden%% b", "<p>a  b</p>"),
        ("a\n\n%%\nhidden\n\n- too\n%%\n\nb", "<p>a</p>\n<p>b</p>"),
        ("[[Note]], [[Note#Part]], [[Note|text]], ![[a.png]]", "<p>Note, Note &gt; Part, text, a.png</p>"),
        ("`[[a]] %%b%%`", "<p><code>[[a]] %%b%%</code></p>"),
        ("```\n[[a]] %%b%%\n```\n", "<pre><code>[[a]] %%b%%\n</code></pre>"),
        ("    [[a]]\n", "<pre><code>[[a]]\n</code></pre>"),
        ("100%% and 50%% more", "<p>100%% and 50%% more</p>"),
        ("[[a]](https://x.example)", '<p><a href="https://x.example">[a]</a></p>'),
        ("%%never closed", "<p>%%never closed</p>"),
    ],
)
def test_obsidian_comments_and_links_are_not_shown_as_such(text: str, expected: str) -> None:
    assert html(text, wiki=True).strip() == expected


def test_a_body_that_is_too_complex_is_rendered_by_cmark() -> None:
    nested = "> " * 90 + "deep *text*"
    with pytest.raises(TooComplexError):
        render(nested, KramdownOptions())
    assert "<em>text</em>" in html(nested, {})


HOSTILE = (
    '{::options footnote_nr="2" /}\n\n',
    *(
        "![",
        "*a **b ",
        "[",
        "**a ",
        "*",
        "_",
        "`",
        "`` ` ",
        "|",
        "|a\n",
        "> ",
        "* ",
        "- a\n",
        "{:",
        "{::comment}",
        "<a ",
    ),
    *(
        "<a>",
        "<div>",
        "<!--",
        '"',
        "&",
        "$$",
        "\\",
        "~~a",
        "[^1]",
        "[^1]: a\n",
        "[a]: b\n",
        "*[a]: b\n",
        ": a\n",
        "[a](",
    ),
    *(
        "[a](<",
        "<http:",
        "# a\n",
        "~~~\n",
        "    a\n",
        "^\n",
        "--",
        "<<",
        "a  \n",
        "[[a]](b) ",
        "<b>",
        "* a\n{:.b}\n",
        "- a. ",
    ),
    *("<p>", "<p>a</p>", "<p><b>", "<!-- a -->", "a b\n", "<script>", "<table><tr><td>", "* x\n{:toc}\n", "<x y=z "),
)


@pytest.mark.parametrize("piece", HOSTILE)
def test_work_is_bounded(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text either stays within the budget, which no text exceeds, or is refused; twice the text is the same."""
    spent = []
    original = model.State

    def counted(*arguments: Any, **options: Any) -> Any:
        state = original(*arguments, **options)
        assert state.work <= 500_000
        spent.append(state)
        return state

    monkeypatch.setattr(document, "State", counted)
    for size in (20_000, 150_000):
        text = (piece * (size // len(piece) + 1))[:size]
        try:
            assert render(text, KramdownOptions()) == render(text, KramdownOptions())
        except TooComplexError:
            assert spent


@pytest.mark.parametrize(
    "piece",
    [
        "a <x{0}>b</x{0}>\n",
        'a {{::options toc_levels="1,{0}" footnote_nr="{0}" /}} *b*\n',
        '{{::options smart_quotes="{0},{0},{0},{0}" /}}\n\n"a"\n\n',
        "[a{0}]: b\n\n[a{0}]\n",
        "# a{0}\n\n* b\n{{:toc}}\n\n",
    ],
)
def test_work_is_bounded_where_every_piece_is_another(piece: str) -> None:
    """Nothing that is prepared for a name or for options is prepared without limits."""
    text = "".join(piece.format(number) for number in range(20_000))[:250_000]
    with pytest.raises(TooComplexError):
        render(text, KramdownOptions())


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from("ab1 \n\t*_`~[](){}<>:|!#-=+.^$&\"'\\/;%中。"), max_size=80))
def test_any_text_is_rendered_the_same_way_twice_or_refused(text: str) -> None:
    options = KramdownOptions()
    try:
        assert render(text, options) == render(text, options)
        parse(text.rstrip("\n") + "\n", KramdownOptions(gfm=False))
    except TooComplexError:
        pass


@pytest.mark.parametrize(
    ("config", "matter", "hidden"),
    [
        ("", "feed:\n  excerpt_only: true\n", True),
        ("feed:\n  excerpt_only: true\n", "", True),
        ("feed:\n  excerpt_only: false\n", "", False),
        ("", "", False),
        ("defaults:\n  - scope: {path: ''}\n    values: {feed: {excerpt_only: true}}\n", "", True),
    ],
)
def test_a_feed_of_excerpts_has_no_bodies(
    tmp_path: Path, feedmill: Command, config: str, matter: str, hidden: bool
) -> None:
    post = f"---\ntitle: T\ndate: 2026-01-01 10:00:00\n{matter}---\nfirst\n\nsecond, for members\n"
    folder = site(tmp_path / "site", {"_posts/2026-01-01-a.md": post}, f"url: https://site.example\n{config}")
    outcome = feedmill("publish", folder, "--now", "2026-01-10T12:00:00Z")
    assert outcome.code == 0, outcome.err
    feeds = folder / "feeds"
    for name in ("feed.json", "rss.xml", "atom.xml"):
        assert ("members" not in (feeds / name).read_text("utf-8")) is hidden
    assert json.loads((feeds / "feed.json").read_text("utf-8"))["items"][0]["summary"].startswith("first")


@pytest.mark.parametrize(
    "text, expected",
    [
        ("[[Harbour]]", '<p><a href="https://a.example/harbour">Harbour</a></p>'),
        ("[[Harbour.md#Ships|the ships]]", '<p><a href="https://a.example/harbour">the ships</a></p>'),
        ("![[Harbour]] and [[Quay]]", "<p>Harbour and Quay</p>"),
        ("`[[Harbour]]`", "<p><code>[[Harbour]]</code></p>"),
    ],
)
def test_a_link_between_notes_leads_to_the_page_of_the_post(text, expected):
    known = {("post_url", "Harbour"): "https://a.example/harbour"}
    scope = BodyScope(ask=lambda kind, name: known.get((kind, name)))
    options = MarkdownOptions(dialect="wiki")
    html = markup_to_html(text, markdown=True, liquid=None, report=lambda *_: None, options=options, scope=scope)
    assert html.strip() == expected
