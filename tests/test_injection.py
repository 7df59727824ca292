"""Test hostile titles, names, dates, links and file names in feeds, outlines, reports and logs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lxml import etree

from feeds.pages.assets import ASSETS
from posts.frontmatter.fields import html_title
from posts.text import plain
from tests.sites import CONFIG, Command, Outcome, post, site

VALUES = [
    "</title><injected/><title>", "]]><injected/>", "<![CDATA[<injected/>]]>", "<!-- x --><injected/>", "&injected;",
    "&amp;lt;injected&gt;", "<!DOCTYPE x [<!ENTITY injected SYSTEM 'file:///etc/passwd'>]>",
    "<?xml-stylesheet href='injected'?>", '"><injected a="', "'><injected a='", 'x" onclick="alert(1)',
    '","injected":"', "\\u0022,\\u0022injected\\u0022:1", "}{", "\\", "</script><script>injected()</script>",
    "injected\r\nX-Injected: 1", "a\nb", "a\rb", "a\x0bb", "a\x85b", "a\u2028b", "a\u2029b", "a\x00b", "a\x07b",
    "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\x1b]8;;http://x.example/\x07link", "\x9b31m", "\x90q\x9c",
    "\u202egnp.exe", "\u2066x\u2069", "\u200e", "\ufeffx", "\ufffe", "\x7f", "a\tb", "%s%n%x", "{0.__class__}",
    "{{ 7 | times: 7 }}", "{% raw %}", "${7*7}", "=cmd|' /C calc'!A1", "feedmill: error: injected",
    "_posts/x.md:1: error: injected [x]", "<generator>feedmill</generator>", "-->", "--", "javascript:alert(1)",
    'https://x.example/" onclick="x', "👩‍👩‍👧‍👦", "a" * 5000,
]  # fmt: skip
KEYS = (
    "title",
    "category",
    "tag",
    "author",
    "description",
    "source_title",
    "image",
    "source",
    "guid",
    "lang",
    "link",
    "enclosure",
    "permalink",
)
TOML = '[feeds]\nby = ["category", "tag", "author", "language"]\n'
_CODES = (*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
STEERING = {chr(code) for code in (*_CODES, 0x2028, 0x2029, 0x61C, 0x200E, 0x200F)}


def scalar(text: str) -> str:
    """Return a double-quoted YAML scalar that preserves every character."""
    return '"' + "".join(sign if sign.isalnum() and sign.isascii() else f"\\U{ord(sign):08x}" for sign in text) + '"'


def made(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root / "feeds")): path.read_bytes() for path in (root / "feeds").rglob("*.*")}


def steers_nothing(outcome: Outcome) -> None:
    """Assert that output has no control or direction characters and starts no extra lines."""
    assert not (set(outcome.err) | set(outcome.out)) & (STEERING - {"\n"})
    begun = ("_posts/", "feedmill: ", "reading: ", "cleaning: ", "building: ")
    assert [line for line in outcome.err.splitlines() if not line.startswith(begun) and not line[:1].isdigit()] == []


def world(tmp_path: Path, key: str) -> Path:
    posts = {
        f"_posts/2021-02-02-{number}.md": f"---\ndate: 2021-02-02\n{key}: {scalar(value)}\n---\nText {number}.\n"
        for number, value in enumerate(VALUES)
    }
    return site(tmp_path / "site", {**posts, "feedmill.toml": TOML + f"items = {len(VALUES)}\n"})


@pytest.mark.parametrize("key", KEYS)
def test_a_value_stays_text_in_every_format_and_in_every_message(feedmill: Command, tmp_path: Path, key: str) -> None:
    root = world(tmp_path, key)
    outcome = feedmill(root)
    assert outcome.code == 0, outcome.err
    steers_nothing(outcome)
    for path, data in made(root).items():
        if path.endswith(".json"):
            assert not any("injected" in name for name in keys(json.loads(data)))
            continue
        if path in ASSETS:  # identical for every site
            continue
        tree = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
        document = tree.getroottree().docinfo
        if document.internalDTD is not None:
            assert (document.doctype, [*document.internalDTD.iterentities()]) == ("<!DOCTYPE html>", []), path
            assert path.endswith(("index.html", "embed.html"))
        for element in tree.iter():
            assert isinstance(element.tag, str) or path.endswith("feeds.opml"), path
            assert "injected" not in str(element.tag)
            assert not any("injected" in name or name.startswith("on") for name in element.attrib)
    for verb in ("check", "list"):
        steers_nothing(feedmill(verb, root, "--json") if verb == "check" else feedmill(verb, root))


def keys(value: object) -> list[str]:
    """Yield all keys in a JSON value."""
    if isinstance(value, dict):
        return [*value, *(key for inner in value.values() for key in keys(inner))]
    return [key for inner in value for key in keys(inner)] if isinstance(value, list) else []


def test_a_title_says_in_every_format_what_was_written(feedmill: Command, tmp_path: Path) -> None:
    root = world(tmp_path, "title")
    assert feedmill(root).code == 0
    files = made(root)
    expected = {
        title for value in VALUES if (title := plain(html_title(value))[:900])
    }  # titles of Jekyll sites are HTML
    by_format = {
        "json": {item["title"] for item in json.loads(files["feed.json"])["items"]},
        "rss": {title.text for title in etree.fromstring(files["rss.xml"]).iterfind("channel/item/title")},
        "atom": {
            title.text
            for title in etree.fromstring(files["atom.xml"]).iterfind("{*}entry/{*}title")
        },
    }  # fmt: skip
    for form, titles in by_format.items():
        assert {title[:900] for title in titles} >= expected, form


def test_a_category_is_one_outline_of_the_opml(feedmill: Command, tmp_path: Path) -> None:
    root = world(tmp_path, "category")
    assert feedmill(root).code == 0
    outlines = etree.fromstring(made(root)["feeds.opml"]).findall(".//outline[@xmlUrl]")
    assert {tuple(sorted(outline.attrib)) for outline in outlines} == {("htmlUrl", "text", "title", "type", "xmlUrl")}
    assert all(outline.get("xmlUrl").startswith("https://site.example/feeds/") for outline in outlines)
    assert not any(set(outline.get("xmlUrl")) & set("<>\"' \n") for outline in outlines)


@pytest.mark.parametrize(
    "value", [value for value in VALUES if "\0" not in value and "/" not in value and len(value) < 200]
)
def test_the_name_of_a_file_is_one_line_of_the_log(feedmill: Command, tmp_path: Path, value: str) -> None:
    root = site(
        tmp_path / "site", {f"_posts/2021-02-02-{value}.md": "---\ntitle: [\n---\nx", f"_posts/{value}.md": post()}
    )
    outcome = feedmill(root)
    assert outcome.code == 0
    steers_nothing(outcome)
    assert sum("error:" in line for line in outcome.err.splitlines()) >= 2
    steers_nothing(feedmill(root, "--json"))


@pytest.mark.parametrize(
    ("matter", "code"),
    [
        ("date: {}", "bad-date"),
        ("guid: {}", "bad-id"),
        ("source: {}", "bad-address"),
        ("permalink: {}", "bad-permalink"),
        ("title: !{} x", "yaml-tag"),
        ("{}: 1\n{}: 2", "duplicate-key"),
        ("title: [{}", "bad-yaml"),
    ],
)
def test_what_a_complaint_quotes_is_shown_and_not_sent(
    feedmill: Command, tmp_path: Path, matter: str, code: str
) -> None:
    quoted = scalar("https://[\x1b[31m\x9b\u202e\u2028:injected\nfeedmill: error: injected\x07")
    if code == "yaml-tag":
        quoted = "%1B%5B31m%E2%80%AE"
    if code == "bad-permalink":
        quoted = scalar("/:injected\x1b[31m\u202e")
    root = site(tmp_path / "site", {"_posts/2021-02-02-x.md": f"---\n{matter.replace('{}', quoted)}\n---\nx"})
    outcome = feedmill(root)
    steers_nothing(outcome)
    assert f"[{code}]" in outcome.err
    steers_nothing(feedmill(root, "--json"))


SECRET = "hunter2-correct-horse"
PEEKS = [
    "{{ site.token }}", "{{ site['token'] }}", "{{ site }}", "{{ site | jsonify }}", "{{ site | inspect }}",
    "{{ site.github.token }}", "{{ site.config }}", "{% for a in site %}{{ a }}{% endfor %}", "{{ page }}",
    "{{ page | jsonify }}", "{{ jekyll.environment }}", "{{ env }}", "{{ env.FEEDMILL_SECRET }}",
    "{% assign a = 'token' %}{{ site[a] }}", "{% include _config.yml %}", "{% include ../_config.yml %}",
    "{% include_relative ../_config.yml %}", "{% include_relative ../feedmill.toml %}",
    "{% include_relative ../.env %}", "{% include_relative ../.git/config %}", "{% include config %}",
    "{% include_relative config.md %}", "{% link _config.yml %}", "{{ 'x' | where_exp: 'a', 'site.token' }}",
    "{{ site.data }}", "{{ site.posts }}", "{{ settings }}", "{{ self }}", "{{ __class__ }}", "{{ page.__class__ }}",
    "{{ site.__init__ }}", "{{ 'a'.__class__ }}", "{{ page.content.__globals__ }}", "{% render '_config.yml' %}",
    "{% include {{ site.token }} %}", "{% capture a %}{{ site.token }}{% endcapture %}{{ a }}",
]  # fmt: skip


def test_no_secret_of_the_site_is_in_feeds_index_or_logs(
    feedmill: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FEEDMILL_SECRET", SECRET)
    config = (
        f"{CONFIG}token: {SECRET}\ngithub: {{token: {SECRET}}}\nplugins: [{SECRET}]\ndeploy:\n  password: {SECRET}\n"
    )
    posts = {f"_posts/2021-02-02-{number}.md": post(f"P{number}") + f"\n{peek}\n" for number, peek in enumerate(PEEKS)}
    hidden = {".env": SECRET, ".git/config": SECRET}
    root = site(tmp_path / "site", {**posts, **hidden, "feedmill.toml": f"# {SECRET}\n"}, config)
    (root / "_includes").mkdir()
    (root / "_includes" / "config").symlink_to("../_config.yml")
    (root / "_posts" / "config.md").symlink_to("../_config.yml")
    said = [feedmill(root), feedmill(root, "--json", "-v"), feedmill("check", root), feedmill("list", root)]
    said.append(feedmill("state", "export", root))
    assert [outcome.code for outcome in said] == [0, 0, 1, 0, 0]
    assert len(json.loads((root / "feeds" / "feed.json").read_text("utf-8"))["items"]) == len(PEEKS)
    for outcome in said:
        assert SECRET not in outcome.out + outcome.err
    written = [path for folder in ("feeds", ".feedmill") for path in (root / folder).rglob("*") if path.is_file()]
    assert len(written) > 3
    assert [path for path in written if SECRET.encode() in path.read_bytes()] == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("_config.yml", f"title: x\ntoken: {SECRET}: broken: [\n"),
        ("_config.yml", f"token: '{SECRET}\n"),
        ("_config.yml", f"url: ftp://user:{SECRET}@site.example\n"),
        ("_config.yml", f"url: https://user:{SECRET}@site.example\n"),
        ("_config.yml", f"- {SECRET}\n"),
        ("feedmill.toml", f"token = {SECRET}\n"),
        ("feedmill.toml", f'token = "{SECRET}"\n'),
        ("feedmill.toml", f'[site]\ntoken = "{SECRET}"\n'),
        ("feedmill.toml", f'[site]\nurl = "ftp://user:{SECRET}@site.example"\n'),
        ("feedmill.toml", f'[feeds]\nurl = "https://user:{SECRET}@site.example/feeds"\n'),
        ("feedmill.toml", f'[site]\ntitle = "{SECRET}\n'),
    ],
)
def test_a_broken_configuration_is_named_without_its_secrets(
    feedmill: Command, tmp_path: Path, name: str, text: str
) -> None:
    root = site(tmp_path / "site", {"_posts/2021-01-01-a.md": post(), "_config.yml": CONFIG, name: text}, None)
    outcome = feedmill(root)
    assert SECRET not in outcome.out + outcome.err
    assert outcome.code in (0, 2)
    if outcome.code == 2:
        assert name in outcome.err
    assert SECRET not in "".join(path.read_text("utf-8") for path in (root / "feeds").rglob("*.*"))
