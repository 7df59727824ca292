"""Where items are discussed (`[feeds] comments`), and their Markdown (`[feeds] markdown`)."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import feedparser
import pytest

from posts.markup.source import publishable_markdown
from tests.sites import Command, post, site, tree

NAME = "_posts/2021-12-31-one.md"
PAGE = "https://site.example/news/2021/12/31/one.html"
SLASH = "{http://purl.org/rss/1.0/modules/slash/}comments"
WFW = "{http://wellformedweb.org/CommentAPI/}commentRss"
THR = "{http://purl.org/syndication/thread/1.0}"
SOURCE = "{http://source.scripting.com/}markdown"
ATOM = "{http://www.w3.org/2005/Atom}"


def made(feedmill: Command, root: Path, name: str = "rss.xml") -> ET.Element:
    assert feedmill(root).code == 0
    tree = ET.fromstring((root / "feeds" / name).read_bytes())
    found = tree.find("channel/item") if name == "rss.xml" else tree.find(f"{ATOM}entry")
    assert found is not None
    return found


def settings(tmp_path: Path, line: str, **fields: str) -> Path:
    return site(tmp_path, {NAME: post(**fields), "feedmill.toml": f"[feeds]\n{line}\n"})


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"comments": "https://talk.example/1?a&b", "comment_count": "12", "comments_feed": "/c.xml"},
            ("https://talk.example/1?a&b", "12", "https://site.example/c.xml"),
        ),
        (
            {"comments": "{url: /talk/, count: 0, feed: 'https://t.example/f'}"},
            ("https://site.example/talk/", "0", "https://t.example/f"),
        ),
        ({"discussion_url": "//talk.example/2"}, ("https://talk.example/2", None, None)),
        ({"comments": "'#comments'"}, (f"{PAGE}#comments", None, None)),
        ({"comments": "true"}, (None, None, None)),
        ({"comments": "true", "comments_url": "https://talk.example/3"}, ("https://talk.example/3", None, None)),
        ({"comments": "[]", "comment_count": "many"}, (None, None, None)),
        ({"comments": "javascript:alert(1)"}, (None, None, None)),
        ({"comments": "'http://[bad'"}, (None, None, None)),
    ],
)
def test_items_say_where_they_are_discussed(
    feedmill: Command, tmp_path: Path, fields: dict[str, str], expected: tuple[str | None, ...]
) -> None:
    root = settings(tmp_path, "comments = true", **fields)
    item = made(feedmill, root)
    assert (item.findtext("comments"), item.findtext(SLASH), item.findtext(WFW)) == expected
    entry = made(feedmill, root, "atom.xml")
    links = [one for one in entry.findall(f"{ATOM}link") if one.get("rel") == "replies"]
    page, count, feed = expected
    assert [one.get("href") for one in links] == [address for address in (page, feed) if address]
    assert {one.get(f"{THR}count") for one in links} <= {count}
    assert entry.findtext(f"{THR}total") == count
    known = feedparser.parse((root / "feeds/rss.xml").read_bytes())
    assert (known.bozo, known.entries[0].get("comments")) == (0, page)
    assert known.entries[0].get("slash_comments") == count


def test_without_the_setting_no_byte_changes(feedmill: Command, tmp_path: Path) -> None:
    assert feedmill(site(tmp_path / "a", {NAME: post()})).code == 0
    fields = {"comments": "https://talk.example/1", "comment_count": "3", "episode": "1", "duration": "2"}
    root = site(tmp_path / "b", {NAME: post(**fields)})
    assert feedmill(root).code == 0
    assert tree(tmp_path / "a/feeds") == tree(tmp_path / "b/feeds")
    (root / "feedmill.toml").write_text("[feeds]\ncomments = true\n")
    assert feedmill(root).code == 0
    assert b"talk.example" in (root / "feeds/rss.xml").read_bytes()
    (root / "feedmill.toml").write_text("")
    assert feedmill(root).code == 0
    assert tree(tmp_path / "a/feeds") == tree(tmp_path / "b/feeds")


MARKDOWN = "A *line* & <https://a.example/>\n\n    1 < 2\n\n* [link](/x) ![](y.png)\n"


def test_markdown_is_published_on_request(feedmill: Command, tmp_path: Path) -> None:
    root = settings(tmp_path, "markdown = true")
    (root / NAME).write_text(post().replace("Text of One.\n", MARKDOWN))
    assert made(feedmill, root).findtext(SOURCE) == MARKDOWN.strip("\n")
    known = feedparser.parse((root / "feeds/rss.xml").read_bytes())
    assert known.bozo == 0
    (root / NAME).write_text(post() + "<script>alert(1)</script>\n")
    assert made(feedmill, root).find(SOURCE) is None
    (root / NAME).write_text(post() + "{{ page.title }}\n")
    assert made(feedmill, root).find(SOURCE) is None
    (root / NAME).rename(root / "_posts/2021-12-31-one.html")
    (root / "_posts/2021-12-31-one.html").write_text(post())
    assert feedmill(root, "--allow-removals").code == 0
    assert made(feedmill, root).find(SOURCE) is None
    assert "source" not in (root / "feeds/atom.xml").read_text()


@pytest.mark.parametrize(
    "text",
    [
        "<b>x</b>",
        "a <!-- b -->",
        "</p>",
        "<?php ?>",
        "[x](javascript:alert(1))",
        "[x](JavaScript&colon;alert(1))",
        "[x](java\nscript:alert(1))",
        "[x](javascript\\:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](&amp;#106;avascript:alert(1))",
        "![](data:image/svg+xml,x)",
        "<javascript:alert(1)>",
        "[x][1]\n\n[1]: vbscript:x",
        "<a:b onclick=alert(1)>",
        "{% include x %}",
        "{{< youtube x >}}",
    ],
)
def test_markdown_that_a_reader_must_not_render_is_left_out(text: str) -> None:
    assert publishable_markdown(text) == ""


@pytest.mark.parametrize(
    "text", ["1 < 2 <= 3 <3", "<https://a.example/?a=1&b=2>", "<a@b.example>", "&lt;b&gt;", "a\n\nb"]
)
def test_other_markdown_is_published_as_it_is(text: str) -> None:
    assert publishable_markdown(f"\n{text}\n") == text
