"""The facts of a post: what its front matter and the end of its body say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from posts.identity.urls import canonical, mint
from tests.sites import CONFIG, Command, post, site

PATH = "_posts/2021-12-31-a.md"
SOURCE = "http://paper.example/share.html?infoCode=NW2021"


def listed(feedmill: Command, root: Path) -> dict[str, Any]:
    (line,) = feedmill("list", root, "--now", "2024-01-01").lines
    return line


def published(feedmill: Command, root: Path, name: str = "atom.xml") -> str:
    outcome = feedmill(root, "--out", root.parent / "out", "--now", "2024-01-01")
    assert outcome.code == 0, outcome.err
    return (root.parent / "out" / name).read_text("utf-8")


@pytest.mark.parametrize(
    ("matter", "source"),
    [
        ({"source": SOURCE}, SOURCE),
        ({"source_url": SOURCE}, SOURCE),
        ({"original_url": SOURCE}, SOURCE),
        ({"external_url": SOURCE}, SOURCE),
        ({"canonical_url": SOURCE}, SOURCE),
        ({"fromurl": SOURCE}, SOURCE),
        ({"link": SOURCE}, SOURCE),
        ({"link": "//paper.example/x"}, "https://paper.example/x"),
        ({"link": "https://www.site.example/own"}, None),
        ({"link": "/own"}, None),
        ({"canonical_url": "https://site.example/news/2021/12/31/a.html"}, None),
        ({"canonical_url": "http://www.site.example/news/2021/12/31/a?utm_source=x"}, None),
        ({"canonical_url": "https://site.example/"}, None),
        ({"canonical_url": "https://site.example/news/2021/12/31/a.html", "fromurl": SOURCE}, SOURCE),
        ({"source": "A name", "source_url": SOURCE}, SOURCE),
        ({"source": "https://user:secret@paper.example/x"}, "https://paper.example/x"),
        ({"source": "javascript:alert(1)"}, None),
        ({}, None),
    ],
)
def test_the_source_link_of_the_front_matter(
    feedmill: Command, tmp_path: Path, matter: dict[str, str], source: str | None
) -> None:
    line = listed(feedmill, site(tmp_path, {PATH: post(**{key: f'"{value}"' for key, value in matter.items()})}))
    assert line["source"] == source
    expected = canonical(source) if source else line["permalink"]
    assert line["id"] == mint(expected or "")


@pytest.mark.parametrize(
    ("ending", "source"),
    [
        (f"<{SOURCE}>", None),
        (SOURCE, None),
        (f"来源：<{SOURCE}>", SOURCE),
        (f"（来源：新华社）\n\n{SOURCE}", SOURCE),
        (f"<{SOURCE}>\n\n[返回新闻](//site.example/news/)｜[返回首页](//site.example/)", SOURCE),
        (f"<{SOURCE}>\n\n[返回新闻](../news/)\n[返回首页](../)", SOURCE),
        (f"see <{SOURCE}>", None),
        (f"[the source]({SOURCE})", None),
        ("<https://site.example/own>", None),
        ("<https://paper.example/>", None),
        ("<https://paper.example/photo.jpg>", None),
        (f"    {SOURCE}", None),
    ],
)
def test_the_source_link_at_the_end_of_the_body(
    feedmill: Command, tmp_path: Path, ending: str, source: str | None
) -> None:
    root = site(tmp_path / "site", {PATH: post() + "\n" + ending})
    assert listed(feedmill, root)["source"] == source
    text = published(feedmill, root)
    assert ("返回" in text) is False
    if source:
        assert text.count("infoCode") == 1  # the via link; the body shows it no more


@pytest.mark.parametrize(("setting", "source"), [('"auto"', None), ("true", SOURCE), ("false", None)])
def test_the_site_says_whether_a_closing_link_is_the_source(
    feedmill: Command, tmp_path: Path, setting: str, source: str | None
) -> None:
    files = {PATH: post() + f"\n<{SOURCE}>\n", "feedmill.toml": f"[identity]\nclosing_link = {setting}\n"}
    root = site(tmp_path / "site", files)
    assert listed(feedmill, root)["source"] == source
    text = published(feedmill, root)
    assert ('rel="via"' in text, "infoCode" in text.partition("<content")[2].partition("</content>")[0]) == (
        bool(source),
        not source,
    )


def test_another_link_than_the_front_matters_source_is_text(feedmill: Command, tmp_path: Path) -> None:
    ending = "\n<https://paper.example/more>\n\n[返回首页](//site.example/)"
    root = site(tmp_path / "site", {PATH: post(source=SOURCE) + ending})
    assert listed(feedmill, root)["source"] == SOURCE
    assert "paper.example/more" in published(feedmill, root)


def test_a_changed_rule_for_closing_links_reads_the_posts_again(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path / "site", {PATH: post() + f"\n<{SOURCE}>\n"})
    published(feedmill, root)
    (root / "feedmill.toml").write_text("[identity]\nclosing_link = true\n", "utf-8")
    assert published(feedmill, root).count("infoCode") == 1


def test_the_front_matters_source_wins_over_the_bodys(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, {PATH: post(source="https://first.example/x") + f"\n<{SOURCE}>\n"})
    assert listed(feedmill, root)["source"] == "https://first.example/x"


def test_a_root_or_a_picture_is_shown_as_source_but_makes_no_id(feedmill: Command, tmp_path: Path) -> None:
    line = listed(feedmill, site(tmp_path, {PATH: post(source="https://paper.example/")}))
    assert line["source"] == "https://paper.example/"
    assert line["id"] == mint(line["permalink"])


def test_a_moved_host_keeps_its_ids(feedmill: Command, tmp_path: Path) -> None:
    toml = "[[identity.rewrite]]\nmatch = 'https?://old\\.example/(.*)'\nreplace = 'https://paper.example/\\1'\n"
    root = site(tmp_path, {PATH: post(source="http://old.example/a"), "feedmill.toml": toml})
    assert listed(feedmill, root)["id"] == mint("https://paper.example/a")


@pytest.mark.parametrize(
    ("matter", "given", "codes"),
    [
        ({"guid": "https://old.example/?p=7"}, "https://old.example/?p=7", []),
        ({"uuid": "FE37ACA1-7790-5E75-B30C-3AB7B3EA59CA"}, "urn:uuid:fe37aca1-7790-5e75-b30c-3ab7b3ea59ca", []),
        ({"id": "tag:site.example,2020:1"}, "tag:site.example,2020:1", []),
        ({"id": "7"}, None, []),
        ({"guid": "not an iri"}, None, [(PATH, 4, "bad-id")]),
    ],
)
def test_an_id_of_the_front_matter(
    feedmill: Command, tmp_path: Path, matter: dict[str, str], given: str | None, codes: list[Any]
) -> None:
    root = site(tmp_path, {PATH: post(**matter)})
    line = listed(feedmill, root)
    assert line["id"] == (given or mint(line["permalink"]))
    assert feedmill("check", root, "--json").codes == codes


@pytest.mark.parametrize("key", ["last_modified_at", "updated", "modified", "lastmod"])
def test_updated(feedmill: Command, tmp_path: Path, key: str) -> None:
    root = site(tmp_path, {PATH: post(**{key: "2022-01-02 03:04:05 +0200"})})
    assert listed(feedmill, root)["updated"] == "2022-01-02T03:04:05+02:00"


def test_a_modification_before_the_date_or_without_sense_does_not_count(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path / "a", {PATH: post(updated="2020-01-01")})
    assert listed(feedmill, root)["updated"] is None
    root = site(tmp_path / "b", {PATH: post(updated="soon")})
    assert listed(feedmill, root)["updated"] is None
    assert feedmill("check", root, "--json").codes == [(PATH, 4, "bad-date")]


@pytest.mark.parametrize(
    ("matter", "line", "code"),
    [
        ("date: 2021-02-31", 2, "bad-date"),
        ("title: x\ndate: 01/02/2021", 3, "bad-date"),
    ],
)
def test_an_impossible_date_costs_the_post(
    feedmill: Command, tmp_path: Path, matter: str, line: int, code: str
) -> None:
    root = site(tmp_path, {PATH: f"---\n{matter}\n---\n"})
    report = feedmill("check", root, "--json")
    assert report.codes == [(PATH, line, code)]
    assert report.report["posts"] == 0


@pytest.mark.parametrize(
    ("written", "authors"),
    [
        ("author: Ann", ["Ann"]),
        ("authors: [Ann, Bob]", ["Ann", "Bob"]),
        ("author: {name: Ann, email: a@x.example, url: https://ann.example/}", ["Ann"]),
        ("author: Ann <a@x.example>\nauthors: [{name: Bob}]", ["Ann", "Bob"]),
        ("author: {twitter: ann}", []),
    ],
)
def test_authors(feedmill: Command, tmp_path: Path, written: str, authors: list[str]) -> None:
    root = site(tmp_path, {PATH: f"---\n{written}\n---\n"})
    assert listed(feedmill, root)["authors"] == authors


def test_media_of_the_front_matter(feedmill: Command, tmp_path: Path) -> None:
    matter = (
        "---\nimage: {path: /img/a.png, alt: A}\naudio: https://cdn.example/a.mp3\n"
        "enclosure: |\n  https://cdn.example/b.ogg\n  1234\n  audio/ogg\nvideo: ../escape.mp4\n---\n"
    )
    files = {PATH: matter, "img/a.png": b"12345"}
    text = published(feedmill, site(tmp_path / "site", files))
    assert 'href="https://cdn.example/b.ogg"' in text
    assert 'type="audio/ogg"' in text
    assert 'length="1234"' in text
    assert 'href="https://cdn.example/a.mp3"' in text
    assert '<media:thumbnail url="https://site.example/img/a.png"/>' in text
    assert 'href="https://site.example/img/a.png"' not in text


def test_a_blank_belongs_to_the_address_of_a_medium(feedmill: Command, tmp_path: Path) -> None:
    files = {PATH: post(audio='"/my song.mp3"'), "my song.mp3": b"123"}
    text = published(feedmill, site(tmp_path / "site", files))
    assert 'href="https://site.example/my%20song.mp3" rel="enclosure" type="audio/mpeg" length="3"' in text


def test_a_change_that_has_not_come_yet_is_none(feedmill: Command, tmp_path: Path) -> None:
    text = published(feedmill, site(tmp_path / "site", {PATH: post(last_modified_at="2999-01-01")}))
    assert "2999" not in text


@pytest.mark.parametrize("key", ["lang", "language", "locale"])
def test_the_language_of_a_post(feedmill: Command, tmp_path: Path, key: str) -> None:
    text = published(feedmill, site(tmp_path / "site", {PATH: post(**{key: "pt_BR"})}), "feed.json")
    assert '"language": "pt-BR"' in text


def test_a_doubtful_date_is_reported_with_its_line(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, {PATH: "---\ntitle: x\ndate: 2021-01-01 10:00:00 +1630\n---\n"})
    assert feedmill("check", root, "--json").codes == [(PATH, 3, "bad-offset")]


def test_a_post_can_have_an_excerpt_separator_of_its_own(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path / "site", {PATH: post(excerpt_separator='"<!--cut-->"') + "One.\n\n<!--cut-->\n\nTwo.\n"})
    assert '"summary": "Text of One. One."' in published(feedmill, root, "feed.json")


def test_a_summary_of_the_front_matter_is_plain_text(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path / "site", {PATH: post(description='"<p>Hi &amp; <b>bold</b></p>"')})
    assert '"summary": "Hi & bold"' in published(feedmill, root, "feed.json")


def test_too_many_terms_are_cut_and_reported(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, {PATH: post(tags="[" + ", ".join(f"t{number}" for number in range(200)) + "]")})
    assert len(listed(feedmill, root)["tags"]) == 100
    assert feedmill("check", root, "--json").codes == [(PATH, 4, "too-many-terms")]


@pytest.mark.parametrize(
    ("separator", "body", "summary"),
    [
        ("", "One. Two.\n\nThree.", "One. Two. Three."),
        ("<!--more-->", "One. Two.\n\n<!-- more -->\n\nThree.", "One. Two."),
        ('"\\n\\n"', "One. Two.\n\nThree.", "One. Two."),
    ],
)
def test_the_summary_ends_at_the_excerpt_separator(
    feedmill: Command, tmp_path: Path, separator: str, body: str, summary: str
) -> None:
    config = CONFIG + (f"excerpt_separator: {separator}\n" if separator else "")
    text = published(feedmill, site(tmp_path / "site", {PATH: f"---\ntitle: T\n---\n{body}\n"}, config))
    assert f"<summary>{summary}</summary>" in text or f'<summary type="text">{summary}</summary>' in text
    assert "Three." in text


def test_liquid_sees_the_page_its_site_and_its_neighbours(feedmill: Command, tmp_path: Path) -> None:
    body = (
        "{{ page.title }}, {{ site.title }}, {{ site.secret }}{{ site.token }}"
        "{% post_url 2021-01-01-b %} {% link _posts/2021-01-01-b.md %} {% include note.html who='you' %}"
        "{% include ../_config.yml %}{{ 'now' | date: '%Y' }}\n"
    )
    files = {
        PATH: post("T") + body,
        "_posts/2021-01-01-b.md": post("B"),
        "_includes/note.html": "Hello {{ include.who }}.",
    }
    config = CONFIG + "secret: hunter2\ntoken: hunter3\n"
    text = published(feedmill, site(tmp_path / "site", files, config), "feed.json")
    assert "T, Site, " in text
    assert text.count("https://site.example/news/2021/12/31/b.html") >= 2
    assert "Hello you." in text
    assert "hunter" not in text
    assert "{{" not in text
    assert "{%" not in text


def test_an_include_never_leaves_its_folder(feedmill: Command, tmp_path: Path) -> None:
    (tmp_path / "secret.html").write_text("hunter2")
    root = site(tmp_path / "site", {PATH: post() + "{% include secret.html %}{% include deep/link.html %}"})
    (root / "_includes" / "deep").mkdir(parents=True)
    (root / "_includes" / "secret.html").symlink_to(tmp_path / "secret.html")
    (root / "_includes" / "deep" / "link.html").symlink_to(root / "_config.yml")
    assert "hunter2" not in published(feedmill, root, "feed.json")
    assert "timezone" not in published(feedmill, root, "feed.json")
