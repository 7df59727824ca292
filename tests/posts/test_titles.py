"""Test titles, summaries, names and pictures: what the front matter and the beginning of a body give."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from posts.frontmatter.fields import html_title, parse_authors
from posts.frontmatter.media import parse_image, parse_media
from posts.html.excerpt import html_to_text, split_heading, summarize
from posts.model import Person
from posts.text import plain, shorten
from tests.sites import Command, post, site

PATH = "_posts/2021-01-01-a.md"


def items(root: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((root / "feeds" / "feed.json").read_bytes())["items"]
    return found


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("You Don&rsquo;t", "You Don’t"),
        ("A <em>b</em> <code class='x'>c</code>", "A b c"),
        ("std::vector<int> & List<T>", "std::vector<int> & List<T>"),
        ("a &lt;b&gt; c", "a <b> c"),
        ("1 < 2", "1 < 2"),
        ("10<sup>6</sup> a<br>b", "10⁶ a b"),
    ],
)
def test_a_title_in_html_is_shown_as_its_text(title: str, text: str) -> None:
    assert html_title(title) == text


def test_titles_of_a_plain_folder_are_text(feedmill: Command, tmp_path: Path) -> None:
    (tmp_path / "feedmill.toml").write_text('[site]\nurl = "https://site.example"\n')
    (tmp_path / "a.md").write_text("---\ntitle: Don&rsquo;t <b>x</b>\ndate: 2024-01-01\n---\n")
    feedmill(tmp_path)
    assert items(tmp_path)[0]["title"] == "Don&rsquo;t <b>x</b>"


@pytest.mark.parametrize(
    ("html", "title", "rest"),
    [
        ("<h1>A <em>b</em></h1>\n<p>c</p>", "A b", "<p>c</p>"),
        ('<h1 id="a">A</h1><h2>B</h2>', "A", "<h2>B</h2>"),
        ("<h2>A</h2><p>c</p>", "A", "<h2>A</h2><p>c</p>"),
        ("<p>a</p><h1>B</h1>", "", "<p>a</p><h1>B</h1>"),
        ("<h1></h1><p>a</p>", "", "<h1></h1><p>a</p>"),
    ],
)
def test_a_heading_at_the_beginning_is_the_title(html: str, title: str, rest: str) -> None:
    assert split_heading(html) == (title, rest)


@pytest.mark.parametrize(
    ("html", "summary"),
    [
        ('<p>A.<sup><a href="https://a.example/#fn:1">1</a></sup> B.</p><ol><li id="fn:1"><p>N</p></li></ol>', "A. B."),
        ("<p>10<sup>6</sup> and x<sup>-2</sup>, 1<sup>st</sup></p>", "10⁶ and x⁻², 1st"),
        ("<h2>Heading</h2><p>Text.</p>", "Text."),
        ('<p>A<a href="https://a.example/#fn1"><sup>1</sup></a>.</p>', "A."),
        ("<p>a&nbsp;b</p>", "a\xa0b"),
    ],
)
def test_a_summary_is_the_text_alone(html: str, summary: str) -> None:
    assert summarize("", html) == summary


def test_an_excerpt_has_no_heading_and_no_notes() -> None:
    excerpt = '<h2>H</h2><p>A.<sup><a href="https://a.example/#fn:1">1</a></sup></p>'
    assert summarize("", "<p>long</p>", excerpt) == "A."


@pytest.mark.parametrize("key", ["deck", "subtitle", "description"])
def test_an_empty_body_has_its_deck_as_summary(feedmill: Command, tmp_path: Path, key: str) -> None:
    root = site(tmp_path, {PATH: post(**{key: "In short"}).rpartition("---\n")[0] + "---\n"})
    feedmill(root)
    assert items(root)[0]["summary"] == "In short"


def test_text_that_is_a_heading_only_has_a_summary() -> None:
    assert summarize("", "<h2>Heading</h2>") == "Heading"
    assert html_to_text("<h2>Heading</h2>") == "Heading"


@pytest.mark.parametrize("initial", ["George W.", "z. B.", "A."])
def test_no_text_is_cut_after_an_initial(initial: str) -> None:
    assert not shorten(f"{'x ' * 8}{initial} Bush was the forty-third of them", 30).endswith(".")
    assert shorten(f"{'x ' * 8}is an end. And here it goes on", 30).endswith("end.")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("\u202egnp.exe", "gnp.exe"),
        ("a \u202eb\u202c c", "a \u202eb\u202c c"),
        ("\u2067a\u2069", "\u2067a\u2069"),
        ("\u2067a", "a"),
        ("a\u202c", "a"),
        ("\u2067\u202ea\u2069\u202c", "a"),
    ],
)
def test_bidirectional_controls_are_closed_or_removed(text: str, line: str) -> None:
    assert plain(text) == line


@pytest.mark.parametrize(
    ("config", "folder", "title"),
    [
        ("_config.yml", "source/_posts", "Don\u2019t <x> it"),
        ("feedmill.toml", "", "Don\u2019t <x> it"),
        ("none.txt", "source/_posts", "Don&rsquo;t <x> <em>it</em>"),
        ("_config.yml", "source/posts", "Don&rsquo;t <x> <em>it</em>"),
    ],
)
def test_titles_of_a_hexo_site_are_html(
    feedmill: Command, tmp_path: Path, config: str, folder: str, title: str
) -> None:
    written = "---\ntitle: 'Don&rsquo;t <x> <em>it</em>'\ndate: 2021-12-31\n---\na\n"
    name = f"{folder or 'source/_posts'}/one.md"
    settings = '[site]\nurl = "https://a.example"\ntitle = "A"\n'
    own = f"{folder}/feedmill.toml".lstrip("/")
    site(tmp_path, {config: "title: A\n", own: settings, name: written}, config=None)
    if not folder:
        (tmp_path / own).write_text(settings + '[posts]\nfolders = ["source/_posts"]\n')
    assert feedmill(tmp_path / folder).code == 0
    made = json.loads((tmp_path / folder / "feeds/feed.json").read_text("utf-8"))
    assert made["items"][0]["title"] == title


@pytest.mark.parametrize("word", ["false", "true", "none", "No", "~", "null"])
def test_words_are_no_names_and_no_addresses(word: str) -> None:
    assert parse_authors({"author": word}) == ()
    assert parse_image({"image": word}, str) == ""
    assert parse_media({"audio": word, "enclosure": {"url": word}}, str, lambda _: 0) == ((), ())


def test_an_author_that_is_an_address_has_a_name() -> None:
    assert parse_authors({"author": "jane@site.example"}) == (Person("jane", "jane@site.example"),)
    assert parse_authors({"author": "<jane@site.example>"}) == (Person("jane", "jane@site.example"),)
    assert parse_authors({"author": {"email": "jane@site.example"}}) == (Person("jane", "jane@site.example"),)


@pytest.mark.parametrize(
    ("value", "kinds"),
    [
        ("https://www.youtube.com/watch?v=1", []),
        ("https://a.example/b.mp4", ["video/mp4"]),
        ({"url": "https://a.example/b", "type": "video/webm"}, ["video/webm"]),
        ({"url": "https://a.example/watch", "type": "text/html"}, []),
        (["https://a.example/page", "https://a.example/c.webm"], ["video/webm"]),
    ],
)
def test_a_page_is_no_film(value: object, kinds: list[str]) -> None:
    assert [one.type for one in parse_media({"video": value}, str, lambda _: 0).enclosures] == kinds


@pytest.mark.parametrize(
    ("length", "size"),
    [("12,345,678", 12345678), ("1.234", 1234), ("1 234", 1234), ("77", 77), (77, 77), ("1,2", 5), ("x", 5)],
)
def test_a_length_may_have_separators(length: object, size: int) -> None:
    enclosure = {"url": "https://a.example/b.mp3", "length": length}
    assert [one.length for one in parse_media({"enclosure": enclosure}, str, lambda _: 5).enclosures] == [size]


def test_a_length_in_the_form_of_wordpress_may_have_separators() -> None:
    (one,) = parse_media({"enclosure": "https://a.example/a.mp3 12,345,678 audio/mpeg"}, str, lambda _: 0).enclosures
    assert (one.url, one.length, one.type) == ("https://a.example/a.mp3", 12345678, "audio/mpeg")


def test_a_word_among_addresses_is_passed_over() -> None:
    assert parse_image({"image": {"url": "none", "path": "/x.png"}}, str) == "/x.png"


def test_the_picture_of_the_front_matter_comes_before_that_of_the_body(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, {PATH: post(image="/cover.jpg") + "<img src='/other.jpg'>"})
    feedmill(root)
    item = items(root)[0]
    assert (item["image"], "attachments" in item) == ("https://site.example/cover.jpg", False)
    assert "<enclosure" not in (root / "feeds" / "rss.xml").read_text("utf-8")


@pytest.mark.parametrize("key", ["author", "authors", "description", "lang", "tags", "categories", "source_title"])
@pytest.mark.parametrize("written", ["2021-01-02", "2021-01-02 03:04:05 +0800"])
def test_a_date_in_place_of_a_text_is_a_text(feedmill: Command, tmp_path: Path, key: str, written: str) -> None:
    outcome = feedmill(site(tmp_path, {PATH: f"---\ntitle: {written}\n{key}: {written}\n---\nText\n"}))
    assert outcome.code == 0, outcome.err
    assert "internal" not in outcome.err
    assert items(tmp_path)[0]["title"] == written


def test_terms_that_look_alike_stay_apart_and_odd_ones_are_cleaned(feedmill: Command, tmp_path: Path) -> None:
    odd = (
        '["a\\u202eb", " c\\td ", "e\\u0001", "é", "e\\u0301", "\\u3000", "f\\u00a0g", ' + f'"{"x" * 150} {"y" * 150}"]'
    )
    root = site(
        tmp_path,
        {
            PATH: f'---\ntitle: "T\\u2066 \\u0007 x"\ntags: {odd}\n---\n',
            "_posts/2021-01-02-b.md": f"---\ntitle: B\ntags: {odd}\n---\n",
            "_posts/2021-01-03-c.md": "---\ntitle: 2021-01-02\ntags: [2021-01-02, E, e]\n---\n",
        },
    )
    first, second, third = feedmill("list", root).lines
    assert first["title"] == "T � x"
    assert first["tags"] == ["ab", "c d", "e�", "é", "e\u0301", "f\u00a0g", f"{'x' * 150} {'y' * 49}"]
    assert second["tags"] == first["tags"]
    assert third["tags"] == ["2021-01-02", "E", "e"]
