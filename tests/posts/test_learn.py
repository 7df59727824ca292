"""The pattern of addresses is learned from built pages, and proposed with its evidence."""

from __future__ import annotations

from pathlib import Path

import pytest

from posts.sites.learn import PostText, learn_pattern, match_pages, read_page, words_of_markup
from tests.sites import Command, site

WORDS = "alpha bravo charlie delta echo foxtrot golf hotel india juliett kilo lima mike november oscar papa".split()
LAYOUT = "<html><head><title>{0} | My site</title></head><body><nav>x</nav><main><h1>{0}</h1>{1}</main></body></html>"


def text_of(number: int) -> str:
    """Return a text of words that differ from post to post."""
    return " ".join(f"{word}{'abcdefghij'[number]}" for word in WORDS)


def built_site(root: Path, address: str, **files: str) -> Path:
    """Write a site with five posts, and the pages of its posts at `address`."""
    pages = {}
    for number in range(5):
        title, day = f"Post number {number}", f"2024-0{number + 1}-1{number}"
        written = f"---\ntitle: {title}\ndate: {day}\n---\n{text_of(number)} [a link](https://x.example/)\n"
        files[f"posts/{'sub/' * (number % 2)}p-{number}.md"] = written
        parts = {"slug": f"p-{number}", "year": "2024", "month": f"0{number + 1}", "sub": "sub/" * (number % 2)}
        body = f"<p>{text_of(number)} <a href='https://x.example/'>a link</a></p>"
        pages[f"_site/{address.format(**parts)}"] = LAYOUT.format(title, body)
    home = "".join(f"<h2>Post number {number}</h2>{text_of(number)}" for number in range(5))
    return site(root, {**files, **pages, "_site/index.html": LAYOUT.format("Home", home)}, config=None)


@pytest.mark.parametrize(
    ("address", "pattern"),
    [
        ("{year}/{month}/{slug}/index.html", "/:year/:month/:title/"),
        ("articles/{slug}.html", "/articles/:title.html"),
        ("{year}/{slug}/index.html", "/:year/:title/"),
        ("x/posts/{sub}{slug}/index.html", "/x/:path/"),
    ],
)
def test_init_proposes_the_pattern_of_the_pages(address: str, pattern: str, feedmill: Command, tmp_path: Path) -> None:
    code = "module.exports = { permalink: (data) => link(data) };"
    files = {".eleventy.js": "", "posts/posts.11tydata.js": code, "_data/site.json": '{"url": "https://s.example"}'}
    root = built_site(tmp_path / "site", address, **files)
    assert "set [posts] permalink" in feedmill(root).err
    assert feedmill("init", root).code == 0
    written = (root / "feedmill.toml").read_text()
    assert f'\npermalink = "{pattern}"\n' in written
    assert "# Learned from _site/: 5 of the 5 pages found for 5 posts are there\n# (0 without this setting)." in written
    links = {line["permalink"].removeprefix("https://s.example/") for line in feedmill("list", root).lines}
    pages = {str(path.relative_to(root / "_site")) for path in (root / "_site").rglob("*.html")} - {"index.html"}
    assert links == {page.removesuffix("index.html") for page in pages}


def test_nothing_is_proposed_where_the_addresses_are_known(feedmill: Command, tmp_path: Path) -> None:
    files = {".eleventy.js": "", "_data/site.json": '{"url": "https://s.example"}'}
    root = built_site(tmp_path / "site", "posts/{sub}{slug}/index.html", **files)
    assert feedmill("init", root).code == 0
    assert '\n# permalink = "' in (root / "feedmill.toml").read_text()


def test_nothing_is_proposed_for_pages_with_other_texts(feedmill: Command, tmp_path: Path) -> None:
    root = built_site(tmp_path / "site", "{year}/{slug}/index.html", **{".eleventy.js": ""})
    for path in (root / "_site").rglob("*.html"):
        path.write_text(path.read_text().replace("alpha", "other").replace("bravo", "x").replace("charlie", "y"))
        path.write_text(path.read_text().replace("delta", "other").replace("echo", "x").replace("golf", "y"))
    assert feedmill("init", root).code == 0
    assert '\n# permalink = "' in (root / "feedmill.toml").read_text()


def test_a_page_that_two_posts_could_have_is_nobodys() -> None:
    text = words_of_markup(text_of(0))
    posts = [PostText(f"{name}.md", "Same", text, {"title": name}) for name in "ab"]
    pages = [read_page(f"/{name}/", LAYOUT.format("Same", text_of(0))) for name in "cd"]
    assert match_pages(posts, pages) == {}
    assert match_pages(posts, pages[:1]) == {}
    assert match_pages(posts[:1], pages[:1]) == {"a.md": "/c/"}


def test_a_pattern_must_fit_nearly_all_posts() -> None:
    posts = [PostText(f"{number}.md", "", frozenset(), {"title": f"t{number}"}) for number in range(10)]
    found = {post.path: f"/{post.values['title']}/" for post in posts}

    def expand(pattern: str, post: PostText) -> str:
        return pattern.replace(":title", post.values["title"])

    learned = learn_pattern(posts, found, expand)
    assert learned == ("/:title/", 10, 10, ("0.md", "/t0/"))
    assert learn_pattern(posts, {**found, "0.md": "/x/", "1.md": "/y/"}, expand) is None
    assert learn_pattern(posts, {"0.md": "/t0/"}, expand) is None


def test_hostile_pages_take_linear_time() -> None:
    for piece in ("<h1>", "<article>", "<script>", "<title>", "<", "<nav", "](", "{{"):
        read_page("/a/", piece * 50_000)
        words_of_markup(piece * 50_000)
