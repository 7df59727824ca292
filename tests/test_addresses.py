"""Every address that leaves is a URI (RFC 3986), wherever it was written."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from posts.text import escape_uri, unescape
from tests.shared import shared
from tests.sites import Command, post, site

# RFC 3986, appendix A; of `host` only the characters count, not the numbers of an IPv4 address.
_PCHAR = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})"
_NAME = r"(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})"
_AUTHORITY = rf"(?:(?:{_NAME}|:)*@)?(?:\[[0-9A-Fa-f:.]+\]|{_NAME}*)(?::[0-9]*)?"
URI = re.compile(
    rf"[A-Za-z][A-Za-z0-9+.-]*:(?://{_AUTHORITY}(?:/{_PCHAR}*)*|/?(?:{_PCHAR}+(?:/{_PCHAR}*)*)?)"
    rf"(?:\?(?:{_PCHAR}|[/?])*)?(?:#(?:{_PCHAR}|[/?])*)?"
)
_TAG = re.compile(r"<[^<>]*+>")  # clean HTML has no other angle brackets
_HTML = re.compile(r' (?:href|src|poster|cite)="([^"]*)"')
_SRCSET = re.compile(r' srcset="([^"]*)"')
_ATTRIBUTES = ("href", "url", "xmlUrl", "htmlUrl", "rdf:about", "src")
_ELEMENTS = ("link", "id", "uri", "icon", "logo", "url", "docs", "comments")
_KEYS = ("url", "external_url", "image", "banner_image", "icon", "favicon", "home_page_url", "feed_url", "next_url")


def body_addresses(html: str) -> Iterator[str]:
    for tag in _TAG.findall(html):
        yield from map(unescape, _HTML.findall(tag))
        for srcset in _SRCSET.findall(tag):
            yield from (part.split()[0] for part in unescape(srcset).split(", "))


def json_addresses(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from json_addresses(one)
    elif isinstance(value, dict):
        for key, one in value.items():
            if isinstance(one, str):
                yield from [one] if key in _KEYS else body_addresses(one) if key == "content_html" else ()
            else:
                yield from json_addresses(one)


def xml_addresses(data: bytes) -> Iterator[str]:
    for element in etree.fromstring(data).iter(etree.Element):
        name, text = etree.QName(element).localname, element.text or ""
        yield from (str(element.get(key)) for key in _ATTRIBUTES if element.get(key) is not None)
        if name in _ELEMENTS and text.strip():
            yield text
        if name in ("content", "encoded", "description"):
            yield from body_addresses(text)


def addresses(out: Path) -> Iterator[str]:
    """All addresses in the feeds and the OPML below a folder."""
    for path in sorted(out.rglob("*")):
        if path.suffix in (".xml", ".opml"):
            yield from xml_addresses(path.read_bytes())
        elif path.name == "feed.json":
            yield from json_addresses(json.loads(path.read_bytes()))


def invalid(out: Path) -> list[str]:
    return sorted({address for address in addresses(out) if not URI.fullmatch(address)})


@given(st.text(max_size=40) | st.from_regex(r"[a-z]+://[a-z\[\]:@{]+/[a-z{}|%^`\[\]#?]*", fullmatch=True))
def test_what_is_escaped_is_a_uri_and_stays_as_it_is(text: str) -> None:
    address = escape_uri(f"https://a.example/{text}")
    assert URI.fullmatch(address), address
    assert escape_uri(address) == address
    assert escape_uri(escape_uri(text)) == escape_uri(text)


@pytest.mark.parametrize(
    ("written", "uri"),
    [
        ("http://a.example/{b}|^`", "http://a.example/%7Bb%7D%7C%5E%60"),
        ("http://a.example/100%?x=50%&y=%41", "http://a.example/100%25?x=50%25&y=%41"),
        ("http://a.example/?a[]=1#b[#c", "http://a.example/?a%5B%5D=1#b%5B%23c"),
        ("http://[::1]:80/[x]", "http://[::1]:80/%5Bx%5D"),
        ("mailto:a@b.example?subject=é {x}", "mailto:a@b.example?subject=%C3%A9%20%7Bx%7D"),
        ("http://a.example/b;c=(d)'e!$*,~:@", "http://a.example/b;c=(d)'e!$*,~:@"),
    ],
)
def test_only_what_has_no_place_in_a_uri_is_escaped(written: str, uri: str) -> None:
    assert escape_uri(written) == uri


BODY = """
[a](http://a.example/{x}|y^z`) <img src="http://a.example/{x}|y[1].png" srcset="http://a.example/{s} 2x" alt="i">
<blockquote cite="http://a.example/?q={c}|">q</blockquote>
<video poster="/{p}|.png" src="/a{b}^.mp4"></video> [m](mailto:x@a.example?subject={m}|) [p](/100%25/50%/x)
"""


def test_every_address_of_a_hostile_site_is_a_uri(tmp_path: Path, feedmill: Command) -> None:
    fields = {
        "image": "/i{1}|[2] ^.png",
        "audio": "http://a.example/{a}|.mp3",
        "source": "http://b.example/{s}|[t]%",
        "author": '{name: N, uri: "http://c.example/{u}|"}',
        "tags": '["a{b}|[c]", "d%e", "f?g#h"]',
    }
    names = ["a{b}|^`[c].md", "100%.md", "what? is#this.md", "引号“”.md", "a b'c\"d<e>.md", "a\\b.md"]
    posts = {name: post(f"P{count}", **fields) + BODY for count, name in enumerate(names)}
    text = '[site]\nurl = "https://site.example"\nbaseurl = "/{b}|é"\ntitle = "T"\nlogo = "/l{o}|.png"\n'
    text += '[feeds]\nby = ["tag"]\nout = "f{e}|eds"\n'
    root = site(tmp_path / "s", {"feedmill.toml": text, **posts}, None)
    assert feedmill(root, "-q").code == 0
    assert len(set(addresses(root))) > 35
    assert invalid(root / "f{e}|eds") == []


@pytest.mark.parametrize("name", ["what?", "a#b", "100%", "50%25", "a&b=c", "a[b]", "a;b", "a:b", "a+b", "a{b}"])
def test_a_reserved_character_in_a_file_name_is_a_character_of_its_address(
    tmp_path: Path, feedmill: Command, name: str
) -> None:
    from urllib.parse import unquote, urlsplit

    config = '[site]\nurl = "https://site.example"\ntitle = "T"\n'
    root = site(tmp_path / "s", {"feedmill.toml": config, f"{name}.md": post()}, None)
    assert feedmill(root).code == 0
    parts = urlsplit(json.loads((root / "feeds/feed.json").read_bytes())["items"][0]["url"])
    assert (unquote(parts.path), parts.query, parts.fragment) == (f"/{name}.html", "", "")


@pytest.mark.parametrize("kind", ["folder", "jekyll"])
@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("https://other.example/a/b", "https://other.example/a/b"),
        ("HTTP://Other.example/a b?x={1}", "http://other.example/a%20b?x=%7B1%7D"),
    ],
)
def test_an_absolute_permalink_stays(tmp_path: Path, feedmill: Command, kind: str, written: str, url: str) -> None:
    files = {"_posts/2021-12-31-a.md": post(permalink=f'"{written}"')}
    if kind == "folder":
        files = {
            "feedmill.toml": '[site]\nurl = "https://site.example"\ntitle = "T"\n',
            "a.md": post(url=f'"{written}"'),
        }
        root = site(tmp_path / "s", files, None)
    else:
        root = site(tmp_path / "s", files)
    assert feedmill(root).code == 0
    assert json.loads((root / "feeds/feed.json").read_bytes())["items"][0]["url"] == url


@pytest.mark.parametrize("key", ["permalink", "url", "image", "audio", "source", "author"])
def test_an_invalid_address_in_front_matter_is_reported(tmp_path: Path, feedmill: Command, key: str) -> None:
    value = '{name: N, uri: "http://[bad"}' if key == "author" else '"http://[bad"'
    config = '[site]\nurl = "https://site.example"\ntitle = "T"\n'
    root = site(tmp_path / "s", {"feedmill.toml": config, "a.md": post(**{key: value})}, None)
    outcome = feedmill(root, "--json")
    assert [code for _, _, code in outcome.codes] == ["bad-address"]
    item = json.loads((root / "feeds/feed.json").read_bytes())["items"][0]
    assert item["url"] == "https://site.example/a.html"
    assert invalid(root / "feeds") == []


@pytest.mark.parametrize("name", ["jekyll-finews", "jekyll-opensuse", "jekyll-mzlogin", "hugo-digitalgov"])
def test_every_address_of_a_corpus_is_a_uri(tmp_path: Path, feedmill: Command, name: str) -> None:
    corpus, root = shared("corpus", name), tmp_path / "s"
    found = [path for path in sorted(corpus.rglob("*")) if path.is_file() and ".git" not in path.parts]
    texts = [path for path in found if path.suffix in (".md", ".markdown", ".html")]
    kept = {*texts[:: max(len(texts) // 400, 1)], *(path for path in found if path.name.startswith("_config"))}
    for path in kept:
        target = root / path.relative_to(corpus)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    config = '[site]\nurl = "https://site.example"\ntitle = "T"\n[feeds]\nitems = 500\nby = ["category", "tag"]\n'
    (root / "feedmill.toml").write_text(config, "utf-8")
    assert feedmill(root, "-q").code == 0
    assert len(set(addresses(root / "feeds"))) > 30
    assert invalid(root / "feeds") == []
