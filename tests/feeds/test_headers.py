"""Test the `_headers` file, parsed as hosts parse it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.feeds.examples import posts, published
from tests.sites import Command, post, site

RULES = {
    "url": "https://site.example/blog/feeds",
    "headers": True,
    "gzip": True,
    "paths": {"category/moved": "one/two/three"},
}
EXPECTED = {
    "rss.xml": {"Content-Type": "application/xml; charset=utf-8"},
    "atom.xml": {"Content-Type": "application/xml; charset=utf-8"},
    "feed.json": {"Content-Type": "application/feed+json", "Access-Control-Allow-Origin": "*"},
    "feeds.opml": {"Content-Type": "text/x-opml; charset=utf-8"},
    "index.html": {"Content-Type": "text/html; charset=utf-8"},
    "embed.html": {"Content-Type": "text/html; charset=utf-8"},
    "embed.fragment.html": {"Content-Type": "text/html; charset=utf-8", "Access-Control-Allow-Origin": "*"},
    "embed.js": {"Content-Type": "text/javascript; charset=utf-8", "Access-Control-Allow-Origin": "*"},
    "frame.js": {"Content-Type": "text/javascript; charset=utf-8", "Access-Control-Allow-Origin": "*"},
    "frame.css": {"Content-Type": "text/css; charset=utf-8"},
    "pages.js": {"Content-Type": "text/javascript; charset=utf-8"},
    "pages.css": {"Content-Type": "text/css; charset=utf-8"},
    "feed.svg": {"Content-Type": "image/svg+xml"},
    "feed.css": {"Content-Type": "text/css; charset=utf-8"},
}


def rules(text: str) -> dict[str, dict[str, str]]:
    """Return the headers by pattern, as a host parses them."""
    found: dict[str, dict[str, str]] = {}
    for line in text.splitlines():
        if line.startswith("/"):
            found[line] = {}
        elif not line.startswith("#"):
            name, _, value = line.strip().partition(": ")
            found[list(found)[-1]][name] = value
    return found


def sent(found: dict[str, dict[str, str]], address: str) -> list[dict[str, str]]:
    patterns = {pattern: re.sub(r":\w+", "[^/]+", re.escape(pattern).replace(r"\:", ":")) for pattern in found}
    return [found[pattern] for pattern, expression in patterns.items() if re.fullmatch(expression, address)]


def test_every_file_gets_its_type_and_its_caching_from_exactly_one_rule() -> None:
    files = published([*posts("a", categories=("新闻",)), *posts("b", categories=("moved",))], **RULES)
    found = rules(files.pop("_headers").decode())
    addresses = {f"/blog/feeds/{path}" for path in files if not path.endswith(".gz")}
    assert "/blog/feeds/one/two/three/rss.xml" in addresses
    assert {address.rpartition("/")[2] for address in addresses} == EXPECTED.keys()
    for address in addresses:
        (headers,) = sent(found, address)
        assert headers.pop("Cache-Control") == "public, max-age=300"
        name = address.rpartition("/")[2]
        assert headers == EXPECTED[name]


def test_a_page_is_known_by_its_folder_too_and_what_embeds_it_without_its_suffix() -> None:
    found = rules(published(posts("a", categories=("news",)), **RULES)["_headers"].decode())
    for folder in ("/blog/feeds/", "/blog/feeds/category/news/"):
        for name, as_name in (("", "index.html"), ("embed", "embed.html"), ("embed.fragment", "embed.fragment.html")):
            assert sent(found, folder + name) == sent(found, folder + as_name) != []


def test_the_rules_do_not_grow_with_the_feeds() -> None:
    many = [one for name in range(300) for one in posts(f"p{name}", categories=(f"c{name}",))]
    text = published(many, **RULES)["_headers"].decode()
    assert len(rules(text)) < 50  # Cloudflare Pages accepts 100
    assert "/blog/feeds/:folder1/:folder2/rss.xml" in text


def test_an_output_at_the_root_of_the_host_has_its_rules_there() -> None:
    found = rules(published([], headers=True, url="https://site.example")["_headers"].decode())
    assert {f"/{name}" for name in EXPECTED} <= set(found)
    assert not any(pattern.startswith("//") for pattern in found)


def test_copies_are_kept_as_long_as_the_feeds_say() -> None:
    assert b"max-age=3600" in published([], headers=True, ttl=60)["_headers"]


@pytest.mark.parametrize("headers", ["true", "false"])
def test_the_file_comes_and_goes_with_its_option(feedmill: Command, tmp_path: Path, headers: str) -> None:
    root = site(tmp_path, {"_posts/2021-01-01-a.md": post("A"), "feedmill.toml": "[feeds]\nheaders = true\n"})
    assert "_headers" in feedmill(root, "--json").report["written"]
    assert feedmill(root, "--full", "--json").report["written"] == []
    (root / ".feedmill" / "index.sqlite3").rename(root / "away")  # recognized by its mark
    (root / "feedmill.toml").write_text("[feeds]\nheaders = true\nttl = 6\n")
    assert "_headers" in feedmill(root, "--json").report["written"]
    (root / "feedmill.toml").write_text(f"[feeds]\nheaders = {headers}\n")
    feedmill(root)
    assert (root / "feeds" / "_headers").exists() == (headers == "true")


def test_a_file_of_rules_by_another_hand_is_never_replaced(feedmill: Command, tmp_path: Path) -> None:
    root = site(
        tmp_path,
        {
            "_posts/2021-01-01-a.md": post("A"),
            "feedmill.toml": "[feeds]\nheaders = true\n",
            "feeds/_headers": "/*\n  X-Mine: 1\n",
        },
    )
    assert feedmill(root).code == 3
    assert (root / "feeds" / "_headers").read_text() == "/*\n  X-Mine: 1\n"
