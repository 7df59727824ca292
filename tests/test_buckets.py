"""Posts in a bucket: the same feeds as from a folder, few requests, and nothing lost when something fails."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from feedmill.cli.arguments import BUCKETS
from posts.files.remote_address import OBJECT_STORES
from tests.buckets import Bucket, files_in, s3_bucket, use
from tests.media import mp3, png
from tests.shared import shared
from tests.sites import Command, Outcome, post, site, tree

ROOT = Path(__file__).parent.parent
NOW = "2026-01-01"
A, B, C = (f"_posts/2021-01-0{number}-{name}.md" for number, name in ((1, "a"), (2, "b"), (3, "c")))
CONFIG = "title: Site\nurl: https://site.example\ntimezone: Asia/Shanghai\n"
FILES = {"_config.yml": CONFIG, A: post("A"), B: post("B"), C: post("C")}

JEKYLL = {
    "_config.yml": f"{CONFIG}author: ann\n",
    "feedmill.toml": '[feeds]\nby = ["category", "tag"]\n',
    "_data/authors.yml": "ann: {name: Ann, url: https://ann.example}\n",
    "_data/list.csv": "name,price\ntea,3\n",
    "_includes/note.html": "<p>A note of {{ include.who }}.</p>",
    "_includes/logo.svg": "<svg/>",
    A: post("A", tags="x", image="/images/a.png", audio="/sound/a.mp3"),
    B: post("B") + '{% include note.html who="B" %}{% include_relative part.txt %}{{ site.data.list[0].name }}\n',
    "_posts/part.txt": "a part",
    "_drafts/later.md": "---\ntitle: Later\n---\n",
    "_posts/2021-01-05-broken.md": "---\ntitle: [\n---\n",
    "favicon.ico": b"\0\0\1\0",
    "images/a.png": png(8, 8),
    "sound/a.mp3": mp3(2),
    "_site/index.html": "built",
}
FOLDER = {
    "feedmill.toml": '[site]\ntitle = "Folder"\nurl = "https://folder.example"\n',
    "one.md": "---\ntitle: One\ndate: 2024-01-02\ntags: [a, b]\n---\nText of *one*.\n",
    "deep/er/新闻.md": "---\ntitle: 新闻\ndate: 2024-01-03\n---\n文字 ![x](x.png)\n",
    "deep/er/x.png": png(4, 4),
    "page.html": "---\ntitle: Page\ndate: 2024-01-04\n---\n<p>Text</p>\n",
    "README.md": "not a post",
    "large.md": b"---\ntitle: Large\ndate: 2024-01-05\n---\n" + b"x" * (17 << 20),
}
HUGO = {
    "hugo.toml": 'baseURL = "https://hugo.example"\n',
    "feedmill.toml": (
        '[site]\ntitle = "Hugo"\nurl = "https://hugo.example"\n'
        '[posts]\nfolders = ["content"]\npermalink = "/:path/"\n[feeds]\nby = ["tag"]\n'
    ),
    "content/posts/a/index.md": '+++\ntitle = "A"\ndate = 2024-02-03T04:05:06Z\ntags = ["x"]\n+++\nText\n',
    "content/posts/a/cover.jpg": b"\xff\xd8\xff",
    "content/posts/b.md": '+++\ntitle = "B"\ndate = 2024-02-04\ndraft = true\n+++\nText\n',
    "content/news/c.md": "---\ntitle: C\ndate: 2024-02-05\n---\nText [a](/posts/a/)\n",
    "public/posts/a/index.html": "<p>built</p>",
    "static/favicon.svg": "<svg/>",
}
PODCAST = {
    "_config.yml": CONFIG,
    "feedmill.toml": (
        '[podcast]\nowner = "Ann <a@site.example>"\ncategory = "Arts"\nimage = "/cover.png"\n[feeds]\nby = []\n'
    ),
    "cover.png": png(1500, 1500),
    "ep/1.mp3": mp3(90),
    "ep/2.mp3": mp3(30),
    A: post("A", audio="/ep/1.mp3"),
    B: post("B", audio="/ep/2.mp3", duration="0:31"),
}
KINDS = {"jekyll": JEKYLL, "folder": FOLDER, "hugo": HUGO, "podcast": PODCAST}

NEW = {
    "jekyll": {"_posts/2021-02-01-new.md"},
    "podcast": {"_posts/2021-02-01-new.md"},
    "folder": {"new.md"},
    "hugo": (),
}

# What a site becomes, one run after another: a path and its new text, None to remove it.
HISTORY: list[Mapping[str, str | bytes | None]] = [
    {"_posts/2021-02-01-new.md": post("New"), "new.md": "---\ntitle: New\ndate: 2024-05-01\n---\nNew.\n"},
    {A: post("A anew", tags="y"), "one.md": "---\ntitle: One anew\ndate: 2024-01-02\n---\nText.\n"},
    {B: None, "page.html": None, "content/news/c.md": None},
    {"sound/a.mp3": mp3(3), "ep/1.mp3": mp3(45), "deep/er/x.png": None, "_includes/note.html": "Another note."},
    {"feedmill.toml": '[site]\ntitle = "Other"\nurl = "https://other.example"\n'},
]


@pytest.fixture(scope="module")
def server() -> Iterator[Bucket]:
    with s3_bucket() as bucket:
        yield bucket
        bucket.clear()  # moto has one store for all servers of a process


@pytest.fixture
def bucket(server: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    server.clear()
    use(server, monkeypatch, tmp_path / "home")
    return server


class Site:
    """A site in the bucket, with its index and output on this disk."""

    def __init__(self, feedmill: Command, folder: Path) -> None:
        self.feedmill, self.folder = feedmill, folder
        self.out, self.state = folder / "out", folder / "state" / "index.sqlite3"
        self.copy = folder / "state" / "index.sqlite3.copy" / "site"
        self.places = ("--out", self.out, "--state", self.state)

    def __call__(self, *options: object, address: str = "s3://bucket/site", command: str = "publish") -> Outcome:
        # A process with the threads of the server must not be forked.
        workers = () if command == "status" else ("--workers", 1)
        return self.feedmill(command, address, *self.places, "--now", NOW, "--json", *workers, *options)


@pytest.fixture
def remote(feedmill: Command, tmp_path: Path) -> Site:
    return Site(feedmill, tmp_path)


def published(folder: Path) -> dict[str, bytes]:
    return tree(folder) if folder.is_dir() else {}


# The same as from a folder


@pytest.mark.parametrize("kind", KINDS)
def test_a_site_in_a_bucket_has_the_feeds_of_the_same_site_in_a_folder(
    feedmill: Command, bucket: Bucket, remote: Site, tmp_path: Path, kind: str
) -> None:
    files: dict[str, str | bytes] = dict(KINDS[kind])
    local, out, state = tmp_path / "local", tmp_path / "local-out", tmp_path / "local.sqlite3"
    for changes in [{}, *HISTORY]:
        step = {path: text for path, text in changes.items() if path in files or path in NEW[kind]}
        if changes and not step:
            continue
        for path, text in step.items():
            if text is not None:
                files[path] = text
            elif files.pop(path, None) is not None:
                bucket.remove(path)
        shutil.rmtree(local, ignore_errors=True)
        site(local, files, None)
        bucket.put((step and {path: text for path, text in step.items() if text is not None}) or files)
        near = feedmill(local, "--out", out, "--state", state, "--now", NOW, "--json", "--allow-removals")
        far = remote("--allow-removals")
        assert (near.code, far.code) == (0, 0), near.err + far.err
        assert published(remote.out) == published(out)
        facts = [{**one.report, "seconds": 0} for one in (near, far)]
        assert facts[0] == facts[1]
        ledgers = [feedmill("state", "export", local, "--state", path).out for path in (state, remote.state)]
        assert ledgers[0].replace(str(out), "OUT") == ledgers[1].replace(str(remote.out), "OUT")


@pytest.mark.parametrize(
    ("name", "config"),
    [
        ("jekyll-finews", "[feeds]\npages = false\n"),
        ("jekyll-mzlogin", '[feeds]\nby = ["category", "tag"]\n'),
        ("jekyll-opensuse", "[feeds]\npages = false\n"),
        ("hugo-digitalgov", '[site]\nurl = "https://d.example"\n[posts]\nfolders = ["content/news"]\n'),
        ("eleventy-nhoizey", '[site]\nurl = "https://n.example"\n[posts]\nfolders = ["src"]\n'),
    ],
)
def test_a_corpus_in_a_bucket_has_the_feeds_of_the_corpus(
    feedmill: Command, bucket: Bucket, remote: Site, tmp_path: Path, name: str, config: str
) -> None:
    source, local, out = shared("corpus", name), tmp_path / "local", tmp_path / "local-out"
    few = files_in(source)
    few = few if len(few) < 300 else few[:: len(few) // 250]  # a part of the large ones
    for path in few:
        place = local / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, place)
    for top in source.glob("*.yml"):
        shutil.copy(top, local / top.name)
    if config:
        (local / "feedmill.toml").write_text(config)
    bucket.upload(local)
    near = feedmill(local, "--out", out, "--state", tmp_path / "local.sqlite3", "--now", NOW, "--json")
    far = remote()
    assert (near.code, far.code) == (0, 0), near.err + far.err
    assert published(remote.out) == published(out)
    assert {**near.report, "seconds": 0} == {**far.report, "seconds": 0}
    assert near.report["posts"] > 3


def test_the_whole_bucket_and_a_prefix_with_spaces_may_be_the_site(bucket: Bucket, remote: Site) -> None:
    bucket.put(FILES, "")
    bucket.put({"x.md": "---\ntitle: X\ndate: 2024-01-01\n---\n", "feedmill.toml": FOLDER["feedmill.toml"]}, "a b/ü/")
    assert remote(address="s3://bucket").report["posts"] == 3
    other = Site(remote.feedmill, remote.folder / "other")
    assert other(address="s3://bucket/a%20b/%C3%BC/").report["posts"] == 1
    assert other(address="s3://bucket/a b/ü").report["written"] == []  # the same address


def test_an_index_of_a_folder_goes_on_in_a_bucket(feedmill: Command, bucket: Bucket, remote: Site) -> None:
    local = site(remote.folder / "local", FILES, None)
    assert feedmill(local, *remote.places, "--now", NOW).code == 0
    before = published(remote.out)
    bucket.upload(local)
    report = remote().report
    assert (report["new"], report["changed"], report["written"]) == (0, 0, [])
    assert published(remote.out) == before


# What it costs


def test_nothing_changed_costs_one_listing(bucket: Bucket, remote: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket.put(JEKYLL)
    assert remote().code == 0
    assert ("get", "site/sound/a.mp3") not in bucket.asked
    bucket.asked.clear()
    monkeypatch.setattr("feedmill.run.publish._import_records", lambda: pytest.fail("the run takes place"))
    assert remote().report["written"] == []
    assert bucket.asked == [("list", "")]


@pytest.mark.parametrize(
    ("out", "folder"), [("", "feeds"), ("out = 'public/feeds/'", "public/feeds"), ("out = '.'", ""), ("out = 1", "")]
)
def test_feeds_that_were_copied_to_the_bucket_are_not_read(bucket: Bucket, remote: Site, out: str, folder: str) -> None:
    bucket.put({**FILES, "feedmill.toml": f"[feeds]\n{out}\n"})
    bucket.put({"feeds/rss.xml": "<rss/>", "public/feeds/rss.xml": "<rss/>"})
    assert remote().code == (2 if "= 1" in out else 0)
    copied = {path for path in tree(remote.copy) if path.endswith(".xml")}
    assert copied == {"feeds/rss.xml", "public/feeds/rss.xml"} - {f"{folder}/rss.xml"}


def test_one_changed_post_costs_one_listing_and_one_request(bucket: Bucket, remote: Site) -> None:
    bucket.put(FILES)
    remote()
    bucket.asked.clear()
    bucket.put({B: post("B anew")})
    report = remote().report
    assert (report["changed"], report["posts"]) == (1, 3)
    assert bucket.asked == [("list", ""), ("get", f"site/{B}")]


IMPORTED = """
import json, sys
from feedmill.cli.main import main
code = main(sys.argv[1:])
print(json.dumps([code, *sys.modules]))
"""


def test_a_site_in_a_folder_imports_nothing_of_this(tmp_path: Path) -> None:
    root = site(tmp_path / "site", FILES, None)
    for number in range(3):
        (root / A).write_text(post(f"A {number // 2}"))
        ran = subprocess.run([sys.executable, "-c", IMPORTED, root, "-q"], cwd=ROOT, capture_output=True, check=True)
        code, *modules = json.loads(ran.stdout)
        assert code == 0
        assert [name for name in modules if name.startswith(("obstore", "posts.copy", "posts.objects"))] == []
        assert "feedmill.run.bucket_copy" not in modules


# What fails

FAULTS = [("list", ""), ("get", f"site/{A}"), ("get", "site/_config.yml")]


@pytest.mark.parametrize("fault", ["reset", "403", "500", "cut"])
@pytest.mark.parametrize("at", FAULTS, ids=["listing", "post", "configuration"])
def test_a_run_that_cannot_read_the_bucket_leaves_the_feeds_and_the_next_one_completes_it(
    bucket: Bucket, remote: Site, at: tuple[str, str], fault: str
) -> None:
    bucket.put(FILES)
    remote()
    before, copied = published(remote.out), tree(remote.copy)
    bucket.put({A: post("A anew"), "_config.yml": f"{CONFIG}description: New\n", "_posts/2021-02-01-new.md": post("D")})
    bucket.remove(C)
    bucket.fault = lambda *asked: fault if asked == at else ""
    outcome = remote()
    assert outcome.code == 4, outcome.out
    assert outcome.err.startswith("s3://bucket/site: "), outcome.err
    assert "SECRET" not in outcome.err
    assert fault != "403" or "the credentials need s3:ListBucket and s3:GetObject" in outcome.err
    assert published(remote.out) == before
    if at[0] == "list":
        assert tree(remote.copy) == copied
    bucket.fault = lambda *_: ""
    report = remote().report
    assert (report["new"], report["changed"], report["gone"]) == (1, 1, 1)
    fresh = Site(remote.feedmill, remote.folder / "fresh")
    assert fresh().code == 0
    assert tree(fresh.copy) == tree(remote.copy)


@pytest.mark.parametrize("number", [1, 2, 7])
def test_a_run_that_is_killed_while_it_reads_is_completed_by_the_next(
    bucket: Bucket, remote: Site, number: int
) -> None:
    bucket.put(FILES)
    remote()
    before = published(remote.out)
    many = {f"_posts/2021-01-{day:02}-a.md": post(f"Post {day}") for day in range(10, 20)}
    bucket.put({**many, A: post("A anew")})
    bucket.remove(B)
    bucket.asked.clear()
    words = ["publish", "s3://bucket/site", *remote.places, "--now", NOW]
    run = subprocess.Popen([sys.executable, "-m", "feedmill", *words], cwd=ROOT, stderr=subprocess.DEVNULL)
    bucket.before = lambda *_: run.kill() if len(bucket.asked) > number else None
    assert run.wait(20) == -signal.SIGKILL
    assert published(remote.out) == before
    bucket.before = lambda *_: None
    report = remote().report
    assert (report["new"], report["changed"], report["gone"], report["posts"]) == (10, 1, 1, 12)
    assert tree(remote.copy) == {path.removeprefix("site/"): data for path, data in bucket.contents().items()}
    assert list((remote.copy.parent / "parts").iterdir()) == []


def test_one_fault_is_overcome_by_trying_again(bucket: Bucket, remote: Site) -> None:
    bucket.put(FILES)
    faults = ["500", "reset"]
    bucket.fault = lambda _, path: faults.pop() if faults and path.endswith(("a.md", "b.md")) else ""
    assert remote().report["posts"] == 3
    assert faults == []


def test_a_bucket_that_is_suddenly_empty_removes_nothing(bucket: Bucket, remote: Site) -> None:
    many = {f"_posts/2021-01-{day:02}-a.md": post(f"Post {day}") for day in range(1, 20)}
    bucket.put({**FILES, **many})
    remote()
    before = published(remote.out)
    bucket.remove(*many, A, B, C)
    outcome = remote()
    assert outcome.code == 3
    assert "published posts" in outcome.err
    bucket.remove("_config.yml")
    assert remote().code == 2  # the configuration is gone as well
    assert published(remote.out) == before
    bucket.put({**FILES, **many})
    assert remote().report["written"] == []


@pytest.mark.usefixtures("bucket")
@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("s3://nowhere/site", "s3://nowhere/site: listing failed: there is no bucket 'nowhere'"),
        ("s3://bucket/../x", "expected a path without `.` and `..`"),
        ("s3://", "expected an address such as s3://"),
        ("s3://user:VERYSECRET@bucket/x", "an address must not contain a password"),
    ],
)
def test_an_address_that_cannot_be_read_is_named(remote: Site, address: str, message: str) -> None:
    outcome = remote(address=address)
    assert outcome.code == (4 if "nowhere" in address else 2)
    assert message in outcome.err
    assert "SECRET" not in outcome.err
    assert published(remote.out) == {}


def test_a_mistyped_address_can_be_corrected(bucket: Bucket, remote: Site) -> None:
    bucket.put(FILES)
    assert remote(address="s3://buckett/site").code == 4
    outcome = remote(address="s3://bucket/sitee")
    assert (outcome.code, outcome.err) == (2, "there is nothing below s3://bucket/sitee; correct the address\n")
    assert remote().report["posts"] == 3


def test_without_the_extra_a_message_says_how_to_install_it(remote: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("obstore", "obstore.exceptions", "obstore.store"):
        monkeypatch.setitem(sys.modules, name, None)
    outcome = remote()
    assert outcome.code == 4
    assert "pip install 'feedmill[cloud]'" in outcome.err


def test_names_that_cannot_be_files_are_reported_by_every_run_until_they_are_gone(bucket: Bucket, remote: Site) -> None:
    hostile = {f"{A}/x.md": post("X"), "n" * 300: "long", "_posts/": "", "a/b/": ""}
    bucket.put({**FILES, **hostile})
    for _ in range(2):
        outcome = remote()
        assert (outcome.code, outcome.report["posts"]) == (0, 2)
        assert [path for path, _, code in outcome.codes if code == "object-name"] == [A, "n" * 300]
    assert remote(command="check").code == 1
    bucket.remove(*hostile)
    assert remote().codes == []
    bucket.put({"n" * 300: "long"})
    assert [code for _, _, code in remote().codes] == ["object-name"]  # nothing else has changed
    assert {path.name for path in remote.folder.iterdir()} <= {"out", "state", "home"}


def test_a_name_that_cannot_be_listed_is_named(bucket: Bucket, remote: Site) -> None:
    bucket.put({**FILES, "_posts/../x.md": "x"})
    outcome = remote()
    assert outcome.code == 4
    assert (
        "an object has the name 'site/_posts/../x.md', which the library cannot list; rename or remove it"
        in outcome.err
    )


# Commands


def test_another_bucket_over_the_same_index_is_refused(bucket: Bucket, remote: Site) -> None:
    bucket.put(FILES)
    bucket.put({**FILES, A: post("Other")}, "other/")
    remote()
    before = published(remote.out)
    outcome = remote(address="s3://bucket/other")
    assert outcome.code == 3
    assert "is a copy of s3://bucket/site, not of s3://bucket/other" in outcome.err
    assert published(remote.out) == before


def test_the_output_and_the_index_have_to_be_named(feedmill: Command, bucket: Bucket, remote: Site) -> None:
    for command in ("publish", "check", "list", "diff", "status"):
        outcome = feedmill(command, "s3://bucket/site", "--state", remote.state)
        assert (outcome.code, outcome.err.partition(";")[0]) == (2, "--out is missing")
        outcome = feedmill(command, "s3://bucket/site", "--out", remote.out)
        assert (outcome.code, outcome.err.partition(";")[0]) == (2, "--state is missing")
    assert feedmill("tell", "s3://bucket/site").err.startswith("--state is missing")
    assert feedmill("state", "export", "s3://bucket/site").err.startswith("--state is missing")
    assert bucket.asked == []
    assert list(remote.folder.iterdir()) == []


def test_the_schemes_are_those_of_object_stores() -> None:
    assert BUCKETS == OBJECT_STORES


@pytest.mark.parametrize("command", ["serve", "init", "schedule"])
def test_commands_that_need_a_folder_say_so(feedmill: Command, command: str) -> None:
    outcome = feedmill(command, "s3://bucket/site")
    assert outcome.code == 2
    assert outcome.err == (
        "expected the folder of a site, not the address 's3://bucket/site'; "
        "`feedmill publish`, `feedmill check`, `feedmill diff`, `feedmill list` or `feedmill adopt` read a bucket\n"
    )


def test_other_addresses_are_no_sites(feedmill: Command) -> None:
    outcome = feedmill("https://site.example/")
    assert outcome.err == (
        "expected a folder or the address of a bucket such as s3://bucket/site, not 'https://site.example/'\n"
    )


def test_commands_read_the_bucket_and_name_it(feedmill: Command, bucket: Bucket, remote: Site) -> None:
    bucket.put(FILES)
    listed = remote(command="list")
    assert [line["path"] for line in listed.lines] == [A, B, C]
    assert remote(command="check").code == 0
    assert remote(command="diff").code == 1
    never = feedmill("status", "s3://bucket/site", *remote.places)
    assert "s3://bucket/site has not been published yet; run `feedmill s3://bucket/site`" in never.out
    remote()
    assert remote(command="diff").code == 0
    bucket.put({A: post("A anew")})
    assert remote(command="diff").code == 1
    remote()
    bucket.fault = lambda *_: "403"
    assert remote(command="status").report["posts"] == 3  # without asking the bucket
    metrics = feedmill("status", "s3://bucket/site", *remote.places, "--prometheus").out
    assert 'site="s3://bucket/site"' in metrics
    assert feedmill("tell", "s3://bucket/site", "--state", remote.state).code == 0
    exported = feedmill("state", "export", "s3://bucket/site", "--state", remote.state)
    assert A in exported.out
    shutil.rmtree(remote.copy.parent)
    assert "there is no copy of s3://bucket/site" in remote(command="status").err


def test_feeds_go_to_the_bucket_that_the_posts_are_in(feedmill: Command, bucket: Bucket, remote: Site) -> None:
    bucket.put({**FILES, "feedmill.toml": '[publish]\nto = ["s3://bucket/site/feeds"]\n[feeds]\npages = false\n'})
    words = ("deploy", "s3://bucket/site", *remote.places, "--now", NOW, "-q")
    assert "there is no copy of s3://bucket/site" in feedmill(*words).err
    remote(command="list")
    never = "s3://bucket/site has not been published yet; run `feedmill s3://bucket/site`\n"
    assert feedmill(*words).err == never
    outcome = remote()
    assert outcome.code == 0, outcome.err
    assert bucket.contents()["site/feeds/rss.xml"] == published(remote.out)["rss.xml"]
    assert feedmill(*words).code == 0
    bucket.asked.clear()
    assert remote().report["written"] == []
    assert {kind for kind, _ in bucket.asked} == {"list"}
    assert not (remote.copy / "feeds").exists()
    (remote.out / "rss.xml").unlink()
    assert "Run `feedmill s3://bucket/site`, which" in feedmill(*words, "--to", "s3://bucket/other").err


def test_ids_of_older_feeds_are_adopted(feedmill: Command, bucket: Bucket, remote: Site) -> None:
    old = remote.folder / "old.xml"
    old.write_text(
        '<rss version="2.0"><channel><title>Site</title><link>https://site.example/</link><description>x</description>'
        "<item><title>A</title><guid>old-a</guid><link>https://site.example/news/2021/12/31/a.html</link></item>"
        "</channel></rss>"
    )
    bucket.put(FILES)
    assert feedmill("adopt", "s3://bucket/site", old, *remote.places, "--yes", "--now", NOW).code == 0
    remote()
    items = json.loads((remote.out / "feed.json").read_text("utf-8"))["items"]
    assert [one["id"] for one in items if one["title"] == "A"] == ["old-a"]


def test_a_bucket_without_posts_is_named(bucket: Bucket, remote: Site) -> None:
    bucket.put({"gatsby-config.js": "", "content/a.txt": "x", "feedmill.toml": FOLDER["feedmill.toml"]})
    outcome = remote()
    assert outcome.code == 2
    assert outcome.err.startswith("no posts in s3://bucket/site; this looks like a Gatsby site")
    assert str(remote.folder) not in outcome.err


def test_the_output_is_not_in_the_copy(feedmill: Command, bucket: Bucket, remote: Site) -> None:
    bucket.put(FILES)
    outcome = feedmill("s3://bucket/site", "--out", remote.copy / "feeds", "--state", remote.state)
    assert outcome.code == 2
    assert "the copy of s3://bucket/site; use another" in outcome.err


def test_the_configuration_may_be_a_file_on_this_disk(bucket: Bucket, remote: Site) -> None:
    config = remote.folder / "own.toml"
    config.write_text("[feeds]\nformats = ['atom']\npages = false\n")
    bucket.put({**FILES, "feedmill.toml": "[feeds]\nformats = ['rss']\n"})
    assert [path for path in remote("--config", config).report["written"] if path.endswith((".xml", ".json"))] == [
        "atom.xml",
        "category/news/atom.xml",
    ]
    assert remote().report["written"] != []


def test_a_folder_with_such_a_name_can_be_named_with_a_dot(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path / "s3:" / "bucket", FILES, None)
    assert feedmill(root, "-q").code == 0
