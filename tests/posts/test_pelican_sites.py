"""What a Pelican site says that the site of the oracle does not: computed settings, odd headers, odd folders."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import pytest

from posts.errors import PostError
from posts.frontmatter.pelican import split_pelican
from posts.markup.dialects import BodyScope
from posts.markup.slugs import SlugError, SlugRules, expand_pattern, make_slug, to_ascii
from posts.markup.to_html import markup_to_html
from posts.sites.detect import detect_site
from posts.sites.pelican.config import DEFAULTS, PelicanConfig
from posts.sites.python_settings import PythonSettings
from tests.sites import Command, site

CONF = "SITEURL = 'https://a.example'\nPATH = 'content'\n"
POST = "Title: {}\nDate: 2024-01-02\n\nText.\n"
HTML_SUMMARY = """<head><title>T</title><meta name="date" content="2024-01-02">
<meta name="summary" content="A &lt;i&gt;b&lt;/i&gt;"></head><body>C</body>"""
NOW = ("--now", "2024-06-01T00:00:00Z")


def ignore(*_: object) -> None:
    pass


def links(feedmill: Command, root: Path) -> dict[str, str]:
    lines = feedmill("list", root).lines
    return {
        line["path"].removeprefix("content/"): line["permalink"].removeprefix("https://a.example") for line in lines
    }


@pytest.mark.parametrize(
    ("settings", "link"),
    [
        ("", "/a-title.html"),
        ("ARTICLE_URL = 'posts/{date:%Y}/{date:%b}/{slug}/'", "/posts/2024/Jan/a-title/"),
        ("ARTICLE_URL = '{category}/{slug}'", "/misc/a-title"),
        ("ARTICLE_URL = '{author}/{slug}'\nAUTHOR = 'Ann Åß'", "/ann-ass/a-title"),
        ("ARTICLE_URL = '/{slug}'\nSITEURL = 'https://a.example/blog'", "/a-title"),
        ("SITEURL = 'https://a.example/blog/'", "/blog/a-title.html"),
        ("SLUGIFY_SOURCE = 'basename'", "/the_file.html"),
        ("SLUGIFY_PRESERVE_CASE = True", "/A-title.html"),
        ("CLEAN_URLS = True", "/a-title/"),
        ("SLUG_REGEX_SUBSTITUTIONS = [('t', 'd'), ('(', '')]", "/a didle.html"),
        ("PATH_METADATA = '(?P<slug>.*)[.]md'", "/the_file.html"),
        ("PATH_METADATA = '('", "/a-title.html"),
        ("DEFAULT_METADATA = {'slug': 'from-settings'}", "/from-settings.html"),
        ("DEFAULT_LANG = 'fr'\nDEFAULT_METADATA = {'lang': 'en'}", "/a-title-en.html"),
        ("ARTICLE_URL = '{series}/{slug}'\nDEFAULT_METADATA = (('series', 'x'),)", "/x/a-title"),
    ],
)
def test_addresses(feedmill: Command, tmp_path: Path, settings: str, link: str) -> None:
    site(tmp_path, {"pelicanconf.py": CONF + settings, "content/the_file.md": POST.format("A title")}, None)
    assert links(feedmill, tmp_path) == {"the_file.md": link.replace(" ", "%20")}


def test_a_pattern_of_feedmill_overrides_that_of_pelican(feedmill: Command, tmp_path: Path) -> None:
    files = {
        "pelicanconf.py": CONF,
        "content/a.md": POST.format("T"),
        "feedmill.toml": '[posts]\npermalink="/:slug/"\n',
    }
    site(tmp_path, files, None)
    assert links(feedmill, tmp_path) == {"a.md": "/t/"}


def test_a_field_without_a_value_costs_the_post(feedmill: Command, tmp_path: Path) -> None:
    files = {"pelicanconf.py": CONF + "ARTICLE_URL = '{series}/{slug}'", "content/a.md": POST.format("T")}
    outcome = feedmill("check", site(tmp_path, files, None), "--json")
    assert [code for _, _, code in outcome.codes] == ["bad-permalink"]


def test_what_is_published_with_counts(tmp_path: Path) -> None:
    files = {"pelicanconf.py": "SITEURL = ''\nSITENAME = 'A'\n", "publishconf.py": "SITEURL = 'https://b.example'\n"}
    sections = detect_site(site(tmp_path, files, None)).kind.sections()
    assert (sections["site"]["url"], sections["site"]["title"]) == ("https://b.example", "A")


def test_a_site_without_an_address_is_told_where_to_set_it(feedmill: Command, tmp_path: Path) -> None:
    site(tmp_path, {"pelicanconf.py": "A = 1\nSITEURL = ''\n", "a.md": POST.format("T")}, None)
    outcome = feedmill(tmp_path)
    assert outcome.code == 2
    assert "pelicanconf.py:2: error: SITEURL: is missing or empty" in outcome.err


def test_settings_that_code_computes_are_reported(feedmill: Command, tmp_path: Path) -> None:
    conf = "import os\nSITEURL = os.environ['URL']\nSITENAME = get()\nTIMEZONE = os.environ['TZ']\nMENU = menu()\n"
    config = '[site]\nurl = "https://a.example"\ntitle = "T"\n'
    files = {"pelicanconf.py": conf, "feedmill.toml": config, "a.md": POST.format("T")}
    outcome = feedmill(site(tmp_path, files, None), "--json", *NOW)
    assert outcome.code == 0
    assert outcome.codes == [("pelicanconf.py", 4, "code-setting")]
    assert "TIMEZONE is computed by code, which is not run; set [site] timezone in feedmill.toml" in outcome.err


def test_folders_that_pelican_does_not_read(feedmill: Command, tmp_path: Path) -> None:
    conf = CONF + (
        "ARTICLE_PATHS = ['blog', 'one.md']\nARTICLE_EXCLUDES = ['blog/drafts']\nPAGE_PATHS = ['blog/pages']\n"
        "READERS = {'html': None}\nIGNORE_FILES = ['_*']\n"
    )
    paths = ("one.md", "two.md", "blog/a.md", "blog/drafts/b.md", "blog/pages/c.md", "blog/_x/d.md", "blog/e.txt")
    files = {f"content/{path}": POST.format(path) for path in (*paths, "blog/f.html", "blog/.g.md", "blog/h.mdown")}
    site(tmp_path, {"pelicanconf.py": conf, **files}, None)
    assert sorted(links(feedmill, tmp_path)) == ["blog/a.md", "blog/h.mdown", "one.md"]


def test_content_outside_of_the_site_is_a_mistake(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path / "site", {"pelicanconf.py": "SITEURL = 'https://a.example'\nPATH = '../content'\n"}, None)
    outcome = feedmill(root)
    assert outcome.code == 2
    assert "pelicanconf.py:2: error: PATH: ../content is not a folder of this site" in outcome.err


def test_the_time_of_a_file_is_its_date_where_settings_say_so(feedmill: Command, tmp_path: Path) -> None:
    files = {"pelicanconf.py": CONF + "DEFAULT_DATE = 'fs'\n", "content/a.md": "Title: T\n\nText.\n"}
    root = site(tmp_path, files, None)
    for moment in (1_700_000_000, 1_710_000_000):
        os.utime(root / "content/a.md", (moment, moment))
        assert feedmill(root, *NOW).code == 0
        (line,) = feedmill("list", root, *NOW).lines
        stamp = {1_700_000_000: "2023-11-14T22:13:20", 1_710_000_000: "2024-03-09T16:00:00"}[moment]
        assert line["date"].startswith(stamp)
        assert stamp in (root / "feeds" / "atom.xml").read_text()


@pytest.mark.parametrize(
    ("default", "date"),
    [("'2020-05-06'", "2020-05-06T00:00:00"), ("(2020, 5, 6, 7, 8)", "2020-05-06T07:08:00"), ("None", None)],
)
def test_the_default_date(feedmill: Command, tmp_path: Path, default: str, date: str | None) -> None:
    files = {"pelicanconf.py": CONF + f"DEFAULT_DATE = {default}\n", "content/a.md": "Title: T\n\nText.\n"}
    (line,) = feedmill("list", site(tmp_path, files, None)).lines
    assert (line["date"] or "")[:19] == (date or "")


@pytest.mark.parametrize(
    ("text", "metadata", "body"),
    [
        ("title: A\n   tags: a, b\n\nText", {"title": "A", "tags": ["a", "b"]}, "Text"),
        ("---\ntitle: A\n---\nText", {"title": "A"}, "Text"),
        ("--- yaml\ntitle: 'A'\n...\n\n\nText", {"title": "'A'"}, "Text"),
        ("title: A\n    and B\ndate: 1\n    2\n\nText", {"title": "A and B", "date": "1"}, "Text"),
        ("title: A\nText", {"title": "A"}, "Text"),
        ("tags: a\ntags: b\ncategory:\ntitle:\n\nText", {"tags": ["a"], "title": ""}, "Text"),
        ("Text", {}, "Text"),
        ("\ntitle: A\n\nText", {}, "title: A\n\nText"),
        ("a b: c\n\nText", {}, "a b: c\n\nText"),
        ("title: A", {"title": "A"}, ""),
    ],
)
def test_headers_of_markdown(text: str, metadata: dict[str, object], body: str) -> None:
    parsed = split_pelican("a.md", text.encode(), ignore, "utf-8")
    assert (parsed.metadata, parsed.body) == (metadata, body)


@pytest.mark.parametrize(
    ("text", "metadata", "body"),
    [
        ("<head><title>A &amp; B</title></head><body>C</body>", {"title": "A &amp; B"}, "C"),
        ("<HEAD><META content='x, y' NAME=tags></HEAD><BODY a='b'>C<i></BODY>", {"tags": ["x", "y"]}, "C<i>"),
        ('<head><!-- <meta name="status" content="draft"> --></head><body>C', {}, "C"),
        ('<head><meta name="tags" content="a"><meta name="keywords" contents="b"></head>', {"tags": ["a", "b"]}, ""),
        ("<p>C</p>", {}, ""),
    ],
)
def test_headers_of_html(text: str, metadata: dict[str, object], body: str) -> None:
    parsed = split_pelican("a.html", text.encode(), ignore, "utf-8")
    assert (parsed.metadata, parsed.body) == (metadata, body)


def test_without_docutils_posts_in_restructuredtext_are_left_out(
    feedmill: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rest = "T\n=\n\n:date: 2024-01-01\n"
    files = {"pelicanconf.py": CONF, "content/a.rst": rest, "content/b.md": POST.format("B"), "content/c.rst": rest}
    files["content/c.rst"] += ":status: draft\n"
    root = site(tmp_path, files, None)
    with monkeypatch.context() as patch:
        patch.setattr("posts.sites.pelican.site.find_spec", lambda _: None)
        outcome = feedmill(root, "--json", *NOW)
        assert outcome.codes == [("content/a.rst", 0, "needs-docutils"), ("content/c.rst", 0, "needs-docutils")]
        assert "pip install 'feedmill[rst]'" in outcome.err
        assert outcome.report["posts"] == 1
    assert feedmill(root, "--json", "--full", *NOW).report["posts"] == 2


def test_slugs_are_those_of_unidecode(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["Größe & Œuvre", "Ærø Łódź", "“quotes” – dash — …", "naïve café 10 €", "Þór", "İstanbul ığdır", "½ ² ™"]
    wanted = [make_slug(text, SlugRules()) for text in texts]
    monkeypatch.setitem(sys.modules, "unidecode", None)
    make_slug.cache_clear()
    assert [make_slug(text, SlugRules()) for text in texts] == wanted
    with pytest.raises(SlugError):
        to_ascii("北京")
    assert make_slug("北京", SlugRules(unicode=True)) == "北京"


def test_patterns_of_addresses() -> None:
    assert expand_pattern("{{a}}/{b}/{b!r}", {"b": 1}) == "{a}/1/1"
    assert expand_pattern("{b.__class__}", {"b": 1}) == "{b.__class__}"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.html", "<head>" * 20_000),
        ("a.html", "<meta " * 20_000),
        ("a.html", "<head>" + '<meta name="' * 9_000 + "</head>"),
        ("a.html", "<!--" * 30_000),
        ("a.html", "<head></head>" + "<body>" * 20_000 + "</body" * 20_000),
        ("a.md", "a: b\n" * 12_000),
        ("a.md", "a: b\n    c\n" * 6_000),
        ("a.md", "[x]({filename}" + "a " * 100_000),
        ("a.md", "[x]({filename}" * 20_000),
        ("a.md", "# {" * 50_000),
        ("a.md", "{: " * 50_000),
        ("a.rst", "..\n" * 20_000),
        ("a.rst", ".. |a|\n" * 9_000),
        ("a.rst", "===\n" * 20_000),
        ("a.rst", ":a: b\n" * 10_000),
        ("a.rst", "a\n===\n" * 10_000),
    ],
)
def test_hostile_posts_come_to_an_end(name: str, text: str) -> None:
    began = time.monotonic()
    try:
        body = split_pelican(name, text.encode(), ignore, "utf-8").body
    except PostError:
        body = text
    options = PelicanConfig(DEFAULTS, PythonSettings()).markdown()
    scope = BodyScope(path=name, permalink="https://a.example/a/", site_url="https://a.example")
    markup_to_html(
        body,
        markdown=name.endswith("md"),
        liquid=None,
        report=ignore,
        options=options,
        scope=scope,
        rest=name.endswith("rst"),
    )
    assert time.monotonic() - began < 20


def test_links_of_a_body() -> None:
    known = {("link", "content/a b.md"): "https://a.example/x/", ("link", "content/images/é.png"): "any"}
    options = PelicanConfig({**DEFAULTS, "PATH": "content"}, PythonSettings()).markdown()
    scope = BodyScope(
        path="content/posts/c.md",
        permalink="https://a.example/p/c.html",
        site_url="https://a.example/p",
        ask=lambda kind, name: known.get((kind, name)),
    )
    found: list[str] = []

    def html(text: str) -> str:
        return markup_to_html(
            text, markdown=True, liquid=None, report=lambda *one: found.append(one[1]), options=options, scope=scope
        ).strip()

    assert html("[x]({filename}../a b.md#y)") == '<p><a href="https://a.example/x/#y">x</a></p>'
    assert html("[x](|filename|/a%20b.md?z)") == '<p><a href="https://a.example/x/?z">x</a></p>'
    assert html("![x]({static}/images/é.png)") == '<p><img src="https://a.example/p/images/%C3%A9.png" alt="x" /></p>'
    assert html("[x]({attach}../images/é.png)") == '<p><a href="https://a.example/p/%C3%A9.png">x</a></p>'
    assert html("[x]({index})") == '<p><a href="https://a.example/p/index.html">x</a></p>'
    assert "`{filename}a`" not in html("`[x]({filename}a)` <b title='{filename}a'>")
    assert found == []
    assert html("[x]({filename}gone.md) [y]({static}../../../etc/passwd)") == "<p><a >x</a> <a >y</a></p>"
    assert found == ["bad-address", "bad-address"]


@pytest.mark.parametrize(
    ("name", "text", "summary"),
    [
        ("a.md", "Title: T\nDate: 2024-01-02\nSummary: A **b** & <i>c</i>\nDescription: D\n\nText", "A b & c"),
        ("a.md", "Title: T\nDate: 2024-01-02\nDescription: D\n\nText", "D"),
        ("a.rst", "T\n=\n\n:date: 2024-01-02\n:summary: A *b* & <c>\n\nText\n", "A b & <c>"),
        ("a.html", HTML_SUMMARY, "A b"),
    ],
)
def test_summaries(feedmill: Command, tmp_path: Path, name: str, text: str, summary: str) -> None:
    root = site(tmp_path, {"pelicanconf.py": CONF, f"content/{name}": text}, None)
    assert feedmill(root, *NOW).code == 0
    (item,) = json.loads((root / "feeds" / "feed.json").read_text())["items"]
    assert item["summary"] == summary


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# A {: #b .c }", "<h1>A</h1>"),
        ("## A {#b}", "<h2>A</h2>"),
        ('```python hl_lines="1 2"\nx\n```', '<pre><code class="language-python">x\n</code></pre>'),
        ("~~~{.python}\nx\n~~~", '<pre><code class="language-python">x\n</code></pre>'),
        ("    :::python\n    x", "<pre><code>x\n</code></pre>"),
        ('    #!c hl_lines="1"\n    x', "<pre><code>x\n</code></pre>"),
        ("    #!/bin/sh\n    x", "<pre><code>#!/bin/sh\nx\n</code></pre>"),
        ("[TOC]\n\na", "<p>a</p>"),
        ("a {% raw %} `{b}`", "<p>a {% raw %} <code>{b}</code></p>"),
        ("A\n:   b", "<dl>\n<dt>A</dt>\n<dd>b</dd>\n</dl>"),
    ],
)
def test_what_only_python_markdown_reads(text: str, html: str) -> None:
    options = PelicanConfig(DEFAULTS, PythonSettings()).markdown()
    assert markup_to_html(text, markdown=True, liquid=None, report=ignore, options=options).strip() == html
