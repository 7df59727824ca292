"""Hostile posts: one of each kind costs one post at the most, and nothing outside of the site is touched."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from posts.model import Head
from posts.pipeline import render, scanner
from posts.sites.base import PostFile
from tests.sites import CONFIG, Command, post, site

BAD = "_posts/2021-02-02-bad.md"
GOOD = {f"_posts/2021-01-0{day}-good{day}.md": post(f"Good {day}") for day in range(1, 4)}

# What each of these once did: ended the run, or hung it.
WHOLE = {
    "an entity of thousands of digits": 'title: x\ndescription: "&#' + "9" * 5000 + ';"',
    "an excerpt separator that backtracks": 'title: x\nexcerpt_separator: "<!--' + " " * 2000 + 'x"',
    "lists where texts belong": "title: x\nimage: {url: /a.png, type: [x], length: [1]}",
    "nine thousand authors": f"title: x\nauthors: [{', '.join(f'a{number}' for number in range(9000))}]",
    "a source that rules backtrack on": 'title: x\nsource: "https://old.example/?code=' + "a" * 60_000 + '"',
    "a name with a NUL": 'title: x\nimage: "/a\\0b"\nsource: "https://x.example/\\0"',
    "a medium outside the site": 'title: x\nimage: "/../secret.txt"\naudio: "../../secret.txt"',
    "a pipe for a picture": "title: x\nimage: /pipe",
    "a loop of links for a picture": "title: x\nimage: /loop/x.png",
    "a feed in the place of another": "title: x\ncategory: moved",
    "thousands of duplicate keys": "title: x\n" + "a: b\n" * 5000,
    "an id of sixty thousand signs": f'title: x\nguid: "urn:x:{"a" * 60_000}"',
    "a title of mappings": "title: {a: b}",
    "an empty language of many parts": f"title: x\nlang: {'a-' * 5000}",
}
LEFT_OUT = {
    "a term of thirty thousand signs": (f'title: x\ncategory: "{"&" * 30_000}"', "bad-permalink"),
    "the last second of all time": ("date: 9999-12-31 23:59:59 +0000", "bad-date"),
    "a permalink that multiplies": (f"slug: {'t' * 400}\npermalink: '{':title' * 80}'", "bad-permalink"),
    "a permalink without end": (f"permalink: '{':title' * 3000}'", "bad-permalink"),
    "a front matter of many brackets": (f"title: {'[' * 30_000}", "too-deep"),
}


def world(tmp_path: Path, matter: str, body: str = "x\n") -> Path:
    toml = (
        "[[identity.rewrite]]\nmatch = 'https?://old\\.example/.*[?&]code=(\\w+).*'\nreplace = 'https://n.example/\\1'\n"
        '[feeds.paths]\n"category/news" = "category/moved"\n'
    )
    (tmp_path / "secret.txt").write_text("hunter2")
    root = site(tmp_path / "site", {**GOOD, BAD: f"---\n{matter}\n---\n{body}", "feedmill.toml": toml})
    os.mkfifo(root / "pipe")
    (root / "loop").symlink_to("loop")
    return root


def titles(root: Path) -> list[str]:
    return [item["title"] for item in json.loads((root / "feeds" / "feed.json").read_text("utf-8"))["items"]]


@pytest.mark.parametrize("kind", WHOLE)
def test_a_hostile_post_is_published_like_the_others(feedmill: Command, tmp_path: Path, kind: str) -> None:
    root = world(tmp_path, WHOLE[kind])
    for _ in range(2):
        outcome = feedmill(root, "--workers", "1")
        assert (outcome.code, "Traceback" in outcome.err) == (0, False), outcome.err
        assert len(titles(root)) == 4
        assert len(outcome.err.splitlines()) <= 25
        assert "hunter2" not in "".join(path.read_text("utf-8") for path in (root / "feeds").rglob("*.*"))


@pytest.mark.parametrize("kind", LEFT_OUT)
def test_a_hostile_post_is_left_out_and_named(feedmill: Command, tmp_path: Path, kind: str) -> None:
    matter, code = LEFT_OUT[kind]
    root = world(tmp_path, matter)
    outcome = feedmill(root, "--json", "--workers", "1")
    assert outcome.code == 0, outcome.err
    assert [(path, said) for path, _, said in outcome.codes] == [(BAD, code)]
    assert sorted(titles(root)) == ["Good 1", "Good 2", "Good 3"]


@pytest.mark.parametrize(
    ("module", "name"), [(scanner, "scan_post"), (render, "load_post"), (render, "render_content")]
)
def test_a_mistake_of_feedmills_own_costs_one_post(
    feedmill: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: object, name: str
) -> None:
    real = getattr(module, name)

    def fails(first: object, *rest: object) -> object:
        path = getattr(first, "path", "") or first.post.path  # type: ignore[attr-defined]
        if path == BAD:
            raise RuntimeError("oh\x1b[31m no")
        return real(first, *rest)

    monkeypatch.setattr(module, name, fails)
    root = world(tmp_path, "title: x")
    outcome = feedmill(root, "--json", "--workers", "1")
    assert outcome.codes == [(BAD, 0, "internal")]
    assert "oh\\u001b" not in outcome.out
    assert len(titles(root)) == 3


def test_a_head_that_cannot_be_packed_costs_one_post(
    feedmill: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = scanner.scan_post

    def scans(found: PostFile, *rest: Any) -> Head:
        head = real(found, *rest)
        return head._replace(literal=object()) if found.path == BAD else head  # type: ignore[arg-type]

    monkeypatch.setattr(scanner, "scan_post", scans)
    outcome = feedmill(world(tmp_path, "title: x"), "--json", "--workers", "1")
    assert outcome.codes == [(BAD, 0, "internal")]


def test_a_mistake_elsewhere_is_no_success(feedmill: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from feeds.select import feeds

    monkeypatch.setattr(feeds, "newest_first", lambda _: 1 / 0)
    outcome = feedmill(world(tmp_path, "title: x"), "--workers", "1")
    assert outcome.code == 4
    assert "ZeroDivisionError" in outcome.err


def test_links_never_lead_to_configurations_or_out_of_the_site(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path / "site", {**GOOD, BAD: post("X") + "{% include _config.yml %}"}, CONFIG + "token: hunter2\n")
    (root / "_posts" / "2021-03-01-config.md").symlink_to(root / "_config.yml")
    (root / "_includes").symlink_to(root)
    elsewhere = site(tmp_path / "elsewhere", {"2021-03-02-out.md": post("Out")}, None)
    (root / "news").mkdir()
    (root / "news" / "_posts").symlink_to(elsewhere)
    outcome = feedmill(root, "--json")
    assert outcome.code == 0
    assert "Out" not in titles(root)
    assert "hunter2" not in "".join(path.read_text("utf-8") for path in (root / "feeds").rglob("*.*"))
    assert {(path, code) for path, _, code in outcome.codes} >= {
        ("_posts/2021-03-01-config.md", "symlink"),
        ("news/_posts", "symlink"),
    }


def test_a_labyrinth_of_links_and_folders_without_end_are_walked_once(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path / "site", GOOD)
    for name, other in (("a", "b"), ("b", "a")):
        (root / "_posts" / name).mkdir()
        for link in "lmn":
            (root / "_posts" / name / link).symlink_to(Path("..") / other)
    deep = root / "_posts"
    for _ in range(70):
        deep /= "d"
        deep.mkdir()
    outcome = feedmill("check", root, "--json")
    assert outcome.report["posts"] == 3
    assert "too-deep" in {code for _, _, code in outcome.codes}


def test_a_file_that_becomes_another_between_facts_and_body_is_left_to_the_next_run(
    feedmill: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = world(tmp_path, "title: x")
    feedmill(root, "--workers", "1")
    real = render.files.read

    def torn(folder: Path, path: str) -> tuple[object, bytes]:
        stamp, data = real(folder, path)
        return stamp, data.replace(b"title: x", b"title: y") if path == BAD else data

    site(root, {BAD: "---\ntitle: x\n---\nNew.\n"}, None)
    monkeypatch.setattr(render.files, "read", torn)
    monkeypatch.setattr("posts.pipeline.scanner.files.read", real)
    assert feedmill(root, "--workers", "1").code == 0
    assert len(titles(root)) == 4


def test_nobody_takes_the_id_of_another(feedmill: Command, tmp_path: Path) -> None:
    victim = post("Victim").replace("2021-12-31", "2021-06-01")
    root = site(tmp_path, {"_posts/2021-06-01-v.md": victim})
    (line,) = feedmill("list", root).lines
    thief = "---\ntitle: Thief\ndate: 2020-01-01\n{}\n---\nx\n"
    for claim in (f"guid: {line['id']}", f"source: {line['permalink']}"):
        site(root, {BAD: thief.format(claim)}, None)
        ids = {one["path"]: one["id"] for one in feedmill("list", root).lines}
        assert ids["_posts/2021-06-01-v.md"] == line["id"]
        assert ids[BAD] != line["id"]


def test_a_post_that_takes_the_place_of_another_is_named(feedmill: Command, tmp_path: Path) -> None:
    same = {
        BAD: post("Same", source="https://paper.example/a"),
        "_posts/2021-02-03-b.md": post("Same", source="https://paper.example/a"),
    }
    assert feedmill("check", site(tmp_path, same), "--json").codes == [("_posts/2021-02-03-b.md", 0, "same-article")]


def test_no_password_of_an_address_is_printed(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, GOOD, CONFIG.replace("https://", "ftp://user:hunter2@"))
    outcome = feedmill(root)
    assert outcome.code == 2
    assert "hunter2" not in outcome.err


def test_nothing_in_json_steers_a_terminal(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, {BAD: '---\ntitle: "a\\x9b\\u202e\\u2028b"\ndate: 2020-01-01\n---\n'})
    out = feedmill("list", root).out
    assert not set("\x9b\u202e\u2028") & set(out)
    assert len(out.splitlines()) == 1
