"""Names and paths that try to lead elsewhere: nothing outside of the site is read or written, whatever they say."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from feeds.select.slugs import RESERVED
from tests.needs import lacking
from tests.sites import CONFIG, Command, post, site

NAMES = [
    "../../secret",
    "../secret.txt",
    "/etc/passwd",
    "..",
    ".",
    "...",
    "a/../../b",
    "..\\..\\secret",
    "C:\\secret",
    "\\\\host\\share",
    "a\0b",
    "\0",
    "CON",
    "con.xml",
    "nul",
    "AUX.txt",
    "COM1",
    "LPT9.feed",
    "x" * 255,
    "文" * 85,
    "文" * 200,
    "É",
    "E\u0301",
    "é",
    "e\u0301",
    "A",
    "a",
    "STRASSE",
    "straße",
    "ﬁ",
    "fi",
    "👩‍👩‍👧‍👦",
    "🏳️‍🌈",
    "\u202eexe.xml",
    "\ufeff",
    "\u200b",
    "~",
    "~root",
    "-rf",
    "--out=/tmp/x",
    "$(id)",
    "`id`",
    "%2e%2e%2fsecret",
    "%00",
    "a:b",
    "a|b",
    "a*?",
    "a ",
    " a",
    "a.",
    ".git",
    ".feedmill",
    ".htaccess",
    "feed.json",
    "rss.xml",
    "category",
    "tag",
    "index.sqlite3",
    "\n",
    "\r\n",
    "\t",
    "\x1b[31m",
    "file:///etc/passwd",
    "//host/x",
    "http://x.example/",
]
BY = '[feeds]\nby = ["category", "tag", "author", "language"]\n'

# Every file or folder that is opened, listed, made, renamed or removed is written down, and then the command line runs.
_WATCHED = """
import os, sys
log = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
events = {"open", "os.listdir", "os.scandir", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink",
          "os.chmod", "os.utime", "os.truncate", "sqlite3.connect"}
def hook(event, arguments):
    if event in events:
        for argument in arguments[:2]:
            if isinstance(argument, (str, bytes)) or hasattr(argument, "__fspath__"):
                os.write(log, os.fsencode(os.path.realpath(os.fsencode(argument))) + b"\\n")
sys.addaudithook(hook)
import publish
sys.exit(publish.main(sys.argv[2:]))
"""


def watched(root: Path, *arguments: str) -> tuple[subprocess.CompletedProcess[str], set[str]]:
    """Runs the command line on a site and gives the files that it touched, but for Python's own."""
    log = root.parent.parent / f"{root.parent.name}.log"
    log.unlink(missing_ok=True)
    here = Path(__file__).parent.parent
    ran = subprocess.run(
        [sys.executable, "-c", _WATCHED, log, root, "--json", "--workers", "1", *arguments],
        cwd=here,
        capture_output=True,
        text=True,
        check=False,
    )
    touched = set(log.read_text("utf-8", "surrogateescape").splitlines())
    own = tuple(os.path.realpath(path) for path in (here, sys.prefix, sys.base_prefix, *sys.path) if path)
    return ran, {path for path in touched if not path.startswith((*own, "/usr/", "/proc/", "/lib", "/dev/null"))}


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def scalar(text: str) -> str:
    r"""A YAML scalar in double quotes, with `\u` for what must not stand there."""
    return (
        '"'
        + "".join(sign if sign.isprintable() and sign not in '"\\' else f"\\U{ord(sign):08x}" for sign in text)
        + '"'
    )


def world(tmp_path: Path) -> Path:
    (tmp_path / "secret.txt").write_text("hunter2")
    (tmp_path / "secret").mkdir()
    return site(tmp_path / "site", {"_posts/2021-01-01-good.md": post("Good"), "feedmill.toml": BY})


def outside(tmp_path: Path, touched: set[str]) -> set[str]:
    return {path for path in touched if not f"{path}/".startswith(f"{os.path.realpath(tmp_path / 'site')}/")}


def test_names_of_terms_authors_and_languages_stay_below_the_output(tmp_path: Path) -> None:
    root = world(tmp_path)
    matters = {
        f"_posts/2021-02-02-{number}.md": f"---\ntitle: T{number}\ncategory: {scalar(name)}\ntag: {scalar(name)}\n"
        f"author: {scalar(name)}\nlang: {scalar(name)}\n---\nx\n"
        for number, name in enumerate(NAMES)
    }
    before = everything(tmp_path)
    site(root, matters, None)
    ran, touched = watched(root)
    assert ran.returncode == 0, ran.stderr
    assert outside(tmp_path, touched) == set()
    made = everything(tmp_path).keys() - before.keys() - {str(root / path) for path in matters}
    assert all(path.startswith((f"{root}/feeds/", f"{root}/.feedmill/")) for path in made)
    paths = [path.relative_to(root / "feeds").as_posix() for path in sorted((root / "feeds").rglob("*"))]
    assert len(paths) > 500
    # On no system are two of them one file, or one of them a device.
    assert len({unicodedata.normalize("NFC", path).casefold() for path in paths}) == len(paths)
    for path in paths:
        assert all(len(part.encode()) <= 255 and part == part.strip(" .") for part in path.split("/"))
        assert not {part.partition(".")[0] for part in path.split("/")} & RESERVED
        assert not set(path) & set('\\:*?"<>|\0')


@pytest.mark.parametrize("key", ["permalink", "slug", "image", "enclosure", "audio", "source", "guid", "layout"])
def test_a_path_in_front_matter_leads_nowhere(tmp_path: Path, key: str) -> None:
    root = world(tmp_path)
    site(
        root,
        {f"_posts/2021-02-02-{n}.md": f"---\n{key}: {scalar(name)}\n---\nx\n" for n, name in enumerate(NAMES)},
        None,
    )
    ran, touched = watched(root)
    assert ran.returncode == 0, ran.stderr
    assert outside(tmp_path, touched) == set()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["secret", "secret.txt", "site"]


@pytest.mark.parametrize("tag", ["include", "include_relative", "link", "post_url"])
def test_an_include_or_a_link_of_liquid_leads_nowhere(tmp_path: Path, tag: str) -> None:
    root = world(tmp_path)
    (root / "_includes").mkdir()
    (root / "_includes" / "out.txt").symlink_to(tmp_path / "secret.txt")
    (root / "_posts" / "out.txt").symlink_to(tmp_path / "secret.txt")
    os.mkfifo(root / "_includes" / "pipe")
    names = [
        *NAMES,
        "../../secret.txt",
        "../../../secret.txt",
        f"{tmp_path}/secret.txt",
        "out.txt",
        "pipe",
        "../_config.yml",
    ]
    body = "".join(f"\n\n{{% {tag} {name} %}}" for name in names if "\n" not in name)
    site(root, {"_posts/2021-02-02-bad.md": post("Bad") + body}, None)
    ran, touched = watched(root)
    assert ran.returncode == 0, ran.stderr
    assert outside(tmp_path, touched) == set()
    assert "hunter2" not in "".join(path.read_text("utf-8") for path in (root / "feeds").rglob("*.*"))


@pytest.mark.parametrize("name", [name for name in NAMES if "\n" not in name and "\0" not in name])
def test_a_feed_is_named_within_the_output_or_refused(tmp_path: Path, name: str, feedmill: Command) -> None:
    quoted = json.dumps(name) if name.isascii() else f'"{name}"'
    root = world(tmp_path)
    for toml in (
        f'[[feeds.custom]]\nname = {quoted}\ntitle = "T"\ncategory = ["news"]\n',
        f'[feeds.paths]\n"category/news" = {quoted}\n',
    ):
        (root / "feedmill.toml").write_text(toml, "utf-8")
        outcome = feedmill(root)
        assert outcome.code in (0, 2), outcome.err
        if outcome.code == 2:
            assert "feedmill.toml" in outcome.err
        assert sorted(path.name for path in tmp_path.iterdir()) == ["secret", "secret.txt", "site"]
        assert {path.name for path in root.iterdir()} <= {
            "_posts",
            "_config.yml",
            "feedmill.toml",
            "feeds",
            ".feedmill",
        }


def test_names_of_files_that_differ_in_case_or_normalisation_are_posts_of_their_own(
    feedmill: Command, tmp_path: Path
) -> None:
    stems = [
        "É",
        "E\u0301",
        "é",
        "e\u0301",
        "a",
        "A",
        "👩‍👩‍👧‍👦",
        "x" * 240,
        "文" * 80,
        "-rf",
        "$(id)",
        "a b",
        "a\nb",
        "a\x1b[31mb",
    ]
    root = site(tmp_path, {f"_posts/2021-02-02-{stem}.md": post(f"T{n}") for n, stem in enumerate(stems)})
    outcome = feedmill(root)
    assert outcome.code == 0, outcome.err
    assert not {sign for sign in outcome.err if not sign.isprintable()} - {"\n"}
    ids = [item["id"] for item in json.loads((root / "feeds" / "feed.json").read_text("utf-8"))["items"]]
    assert len(set(ids)) == len(ids) == len(stems)


def test_pipes_sockets_devices_and_links_are_reported_and_not_opened(tmp_path: Path) -> None:
    root = world(tmp_path)
    posts = root / "_posts"
    os.mkfifo(posts / "2021-03-01-pipe.md")
    here = Path.cwd()
    os.chdir(posts)  # the address of a socket has 108 bytes at most
    try:
        server = socket.socket(socket.AF_UNIX)
        server.bind("2021-03-02-socket.md")
    finally:
        os.chdir(here)
    (posts / "2021-03-03-out.md").symlink_to(tmp_path / "secret.txt")
    (posts / "2021-03-04-nothing.md").symlink_to("nothing.md")
    (posts / "2021-03-05-circle.md").symlink_to("2021-03-05-circle.md")
    (posts / "2021-03-06-null.md").symlink_to("/dev/null")
    (posts / "out").symlink_to(tmp_path / "secret")
    ran, touched = watched(root)
    server.close()
    assert ran.returncode == 0, ran.stderr
    found = {problem["path"].removeprefix("_posts/"): problem["code"] for problem in json.loads(ran.stdout)["problems"]}
    assert found == {
        "2021-03-01-pipe.md": "not-a-file",
        "2021-03-02-socket.md": "not-a-file",
        "2021-03-03-out.md": "symlink",
        "2021-03-04-nothing.md": "not-a-file",
        "2021-03-05-circle.md": "not-a-file",
        "2021-03-06-null.md": "symlink",
        "out": "symlink",
    }
    assert not [path for path in touched if "2021-03-0" in path]
    assert outside(tmp_path, touched) == set()


def test_a_device_is_reported_and_not_opened(feedmill: Command, tmp_path: Path) -> None:
    root = world(tmp_path)
    device = root / "_posts" / "2021-03-01-zero.md"
    try:
        os.mknod(device, stat.S_IFCHR | 0o666, os.makedev(1, 5))
    except PermissionError:
        lacking("the rights of root")
    assert feedmill(root, "--json").codes == [("_posts/2021-03-01-zero.md", 0, "not-a-file")]


def test_a_link_in_the_place_of_an_output_is_not_followed(feedmill: Command, tmp_path: Path) -> None:
    root = world(tmp_path)
    (root / "feeds").mkdir()
    (root / "feeds" / "rss.xml").symlink_to(tmp_path / "secret.txt")
    (root / "feeds" / "category").symlink_to(tmp_path / "secret")
    outcome = feedmill(root)
    assert outcome.code == 3
    assert "rss.xml" in outcome.err
    assert (tmp_path / "secret.txt").read_text() == "hunter2"
    assert list((tmp_path / "secret").iterdir()) == []


def test_the_watch_sees_what_is_opened_elsewhere(tmp_path: Path) -> None:
    root = world(tmp_path)
    (tmp_path / "elsewhere.toml").write_text(BY)
    _, touched = watched(root, "--config", str(tmp_path / "elsewhere.toml"))
    assert outside(tmp_path, touched) == {os.path.realpath(tmp_path / "elsewhere.toml")}


def test_the_configuration_is_no_more_than_one_of_a_site(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, {"_posts/2021-01-01-a.md": post()}, CONFIG + "collections_dir: ../..\n")
    assert feedmill(root).code in (0, 2, 3)
    assert not (tmp_path.parent / "feeds").exists()
