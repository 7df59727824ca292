"""What the author holds back is not published, whatever the generator that it was written for (law 9)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.sites import Command, post, site, tree

NOW = ("--now", "2026-01-10T12:00:00Z")
PLAIN = '[site]\nurl = "https://site.example"\ntitle = "Site"\n'
BODY = "title: {}\ndate: 2026-01-01 10:00:00\n"


def plain_site(root: Path, files: dict[str, str], config: str = PLAIN) -> Path:
    return site(root, {"feedmill.toml": config, **files}, config=None)


def listed(feedmill: Command, root: Path, *more: str) -> dict[str, Any]:
    outcome = feedmill("list", root, *(more or NOW))
    assert outcome.code == 0, outcome.err
    return {line["path"]: line for line in outcome.lines}


def titles(root: Path) -> set[str]:
    return {item["title"] for item in json.loads((root / "feeds/feed.json").read_text("utf-8"))["items"]}


@pytest.mark.parametrize(
    ("fields", "state", "reason"),
    [
        ("draft: true", "draft", "draft: true"),
        ("DRAFT: 'Yes'", "draft", "draft: true"),
        ("Status: draft", "draft", "status: draft"),
        ("status: hidden", "unpublished", "status: hidden"),
        ("status: skip", "unpublished", "status: skip"),
        ("Published: false", "unpublished", "published: false"),
        ("publishDate: 2026-06-01", "future", "publication date"),
        ("publish_date: 2026-01-10T12:00:01Z", "future", "publication date"),
        ("published: 2026-06-01", "future", "publication date"),
        ("date: 2026-06-01", "future", "dated in the future"),
        ("expiryDate: 2026-01-02", "expired", "expiry"),
        ("feed: false", "excluded", "feed: false"),
        ("RSS: no", "excluded", "rss: false"),
        ("sitemap: false", "published", ""),
        ("publishDate: 2026-01-10T12:00:00Z", "published", ""),
    ],
)
def test_a_plain_folder(feedmill: Command, tmp_path: Path, fields: str, state: str, reason: str) -> None:
    own = BODY.format("A") if "\ndate" not in f"\n{fields}" else "title: A\n"
    root = plain_site(
        tmp_path / "site", {"a.md": f"---\n{own}{fields}\n---\nsecret\n", "b.md": f"---\n{BODY.format('B')}---\n"}
    )
    line = listed(feedmill, root)["a.md"]
    assert line["state"] == state
    assert reason in (line["reason"] or {"message": ""})["message"]
    assert feedmill("publish", root, *NOW).code == 0
    assert titles(root) == ({"A", "B"} if state == "published" else {"B"})


def test_the_reason_has_the_line_of_the_key(feedmill: Command, tmp_path: Path) -> None:
    root = plain_site(tmp_path / "site", {"a.md": f"---\n{BODY.format('A')}Status: private\n---\n"})
    assert listed(feedmill, root)["a.md"]["reason"] == {
        "line": 4,
        "code": "unpublished",
        "message": "status: private in front matter",
    }


@pytest.mark.parametrize(
    "field", ["draft: true", "draft: 'TRUE'", "status: draft", "feed: false", "publish_date: 2026-02-01"]
)
def test_posts_of_jekyll(feedmill: Command, tmp_path: Path, field: str) -> None:
    name, value = field.split(": ")
    root = site(
        tmp_path / "site", {"_posts/2020-01-01-a.md": post("A", **{name: value}), "_posts/2020-01-02-b.md": post("B")}
    )
    assert feedmill("publish", root, *NOW).code == 0
    assert titles(root) == {"B"}


def test_options_publish_what_they_name(feedmill: Command, tmp_path: Path) -> None:
    fields = {"a": "draft: true", "b": "status: private", "c": "publishDate: 2026-06-01", "d": "expiryDate: 2026-01-02"}
    files = {f"{name}.md": f"---\n{BODY.format(name)}{field}\n---\n" for name, field in fields.items()}
    files["e.md"] = f"---\n{BODY.format('e')}feed: false\n---\n"
    config = PLAIN + "[posts]\ndrafts = true\nunpublished = true\nfuture = true\nexpired = true\n"
    root = plain_site(tmp_path / "site", files, config)
    assert feedmill("publish", root, *NOW).code == 0
    assert titles(root) == {"a", "b", "c", "d"}


def test_a_publication_date_is_due_like_a_date(feedmill: Command, tmp_path: Path) -> None:
    root = plain_site(
        tmp_path / "site", {"a.md": f"---\n{BODY.format('A')}publishDate: 2026-02-01 08:00:00 +0800\n---\n"}
    )
    report = feedmill("publish", root, "--json", *NOW).report
    assert report["skipped_by"] == {"future": 1}
    assert report["next_due"] in (1769904000, "2026-02-01T00:00:00+00:00", "2026-02-01T00:00:00Z")
    feedmill("publish", root, "--now", "2026-01-31T23:59:59Z")
    assert titles(root) == set()
    feedmill("publish", root, "--now", "2026-02-01T00:00:00Z")
    assert titles(root) == {"A"}


def test_a_publication_date_that_cannot_be_read_costs_the_post(feedmill: Command, tmp_path: Path) -> None:
    root = plain_site(tmp_path / "site", {"a.md": f"---\n{BODY.format('A')}publishDate: soon\n---\n"})
    outcome = feedmill("publish", root, "--json", *NOW)
    assert outcome.codes == [("a.md", 4, "bad-date")]


def test_a_publication_date_is_the_date_of_a_post_without_one(feedmill: Command, tmp_path: Path) -> None:
    root = plain_site(tmp_path / "site", {"a.md": "---\ntitle: A\npublishDate: 2026-01-02\n---\n"})
    assert listed(feedmill, root)["a.md"]["date"] == "2026-01-02T00:00:00+00:00"


def test_the_problems_of_other_dates_are_reported(feedmill: Command, tmp_path: Path) -> None:
    fields = "publishDate: 2026-01-02 25:99\nexpiryDate: 2027-01-02 10:00 XYZ\n"
    root = plain_site(tmp_path / "site", {"a.md": f"---\n{BODY.format('A')}{fields}---\n"})
    outcome = feedmill("publish", root, "--json", *NOW)
    assert outcome.codes == [("a.md", 4, "bad-time"), ("a.md", 5, "unknown-zone")]
    assert titles(root) == {"A"}


def test_terms_in_a_table_of_zola(feedmill: Command, tmp_path: Path) -> None:
    text = '+++\ntitle = "A"\ndate = 2026-01-01\n[taxonomies]\ntags = ["x"]\ncategories = ["y"]\n+++\n'
    line = listed(feedmill, plain_site(tmp_path / "site", {"a.md": text}))["a.md"]
    assert (line["tags"], line["categories"]) == (["x"], ["y"])


def test_a_draft_needs_no_date(feedmill: Command, tmp_path: Path) -> None:
    root = plain_site(tmp_path / "site", {"a.md": "+++\ndraft = true\n+++\n", "b.md": f"---\n{BODY.format('B')}---\n"})
    assert listed(feedmill, root)["a.md"]["state"] == "draft"
    assert feedmill("publish", root, "--json", *NOW).report["problems"] == []


@pytest.mark.parametrize(
    ("broken", "stays"),
    [
        ("---\ntitle: a: b\ndate: 2026-01-01\n---\n", True),
        ("---\ntitle: a: b\ndate: 2026-01-01\ndraft: true\n---\n", False),
        ("---\ntitle: A\ndate: never\nstatus: private\n---\n", False),
        ("---\ntitle: A\ndate: never\n---\n", True),
        ('+++\ntitle = "A"\ndate = 2026-01-01\ndraft = true\n+++\n', False),
        ("+++\ntitle = \ndraft = true\n+++\n", False),
        ("+++\ntitle = \n+++\n", True),
    ],
)
def test_an_unreadable_post_stays_unless_it_is_held_back(
    feedmill: Command, tmp_path: Path, broken: str, stays: bool
) -> None:
    posts = {f"{name}.md": f"---\n{BODY.format(name.upper())}---\nText of {name}\n" for name in "abc"}
    root = plain_site(tmp_path / "site", posts)
    assert feedmill("publish", root, *NOW).code == 0
    (root / "a.md").write_text(broken, "utf-8")
    later = ("--now", "2026-01-10T13:00:00Z")
    assert feedmill("publish", root, *later).code == 0
    assert titles(root) == ({"A", "B", "C"} if stays else {"B", "C"})
    # What is decided does not depend on what this run read.
    before = tree(root / "feeds")
    assert feedmill("publish", root, "--full", *later).code == 0
    assert tree(root / "feeds") == before


def test_on_jekyll_sites_toml_costs_the_post(feedmill: Command, tmp_path: Path) -> None:
    root = site(
        tmp_path / "site", {"_posts/2020-01-01-a.md": '+++\ntitle = "A"\n+++\nx\n', "_posts/2020-01-02-b.md": post("B")}
    )
    outcome = feedmill("publish", root, "--json", *NOW)
    assert outcome.codes == [("_posts/2020-01-01-a.md", 2, "front-matter-format")]
    assert titles(root) == {"B"}


def test_a_plain_folder_reads_every_language(feedmill: Command, tmp_path: Path) -> None:
    files = {
        "a.md": '+++\ntitle = "A"\ndate = 2026-01-01T10:00:00+08:00\ntags = ["x"]\n+++\nText\n',
        "b.md": '{"title": "B", "date": "2026-01-01 10:00:00 +0800", "tags": ["x"]}\n\nText\n',
        "c.md": "Title: C\nDate: 2026-01-01 10:00:00 +0800\nTags: x\n\nText\n",
        "d.md": "---\nTitle: D\ndate: 2026-01-01 10:00:00 +0800\ntags: x\n---\nText\n",
    }
    lines = listed(feedmill, plain_site(tmp_path / "site", files))
    assert {line["title"] for line in lines.values()} == {"A", "B", "C", "D"}
    assert {(line["state"], line["date"], tuple(line["tags"])) for line in lines.values()} == {
        ("published", "2026-01-01T10:00:00+08:00", ("x",))
    }


def test_a_file_named_after_its_date_alone_is_dated(feedmill: Command, tmp_path: Path) -> None:
    root = plain_site(tmp_path / "site", {"2024-05-06.md": "---\ntitle: A\n---\nText\n"})
    line = listed(feedmill, root)["2024-05-06.md"]
    assert (line["state"], line["date"]) == ("published", "2024-05-06T00:00:00+00:00")
    assert line["permalink"].startswith("https://site.example/2024-05-06")
    jekyll = site(tmp_path / "jekyll", {"_posts/2024-05-06.md": "---\ntitle: A\n---\nText\n"})
    assert listed(feedmill, jekyll)["_posts/2024-05-06.md"]["state"] == "invalid"  # Jekyll ignores it


def test_the_file_name_settles_an_ambiguous_date(feedmill: Command, tmp_path: Path) -> None:
    text = "---\ntitle: A\ndate: 11-9-2017\n---\nText\n"
    root = plain_site(tmp_path / "site", {"2017-11-09-a.md": text})
    assert listed(feedmill, root)["2017-11-09-a.md"]["date"] == "2017-11-09T00:00:00+00:00"
    jekyll = site(tmp_path / "jekyll", {"_posts/2017-11-09-a.md": text}, config="title: S\nurl: https://site.example\n")
    line = listed(feedmill, jekyll)["_posts/2017-11-09-a.md"]
    assert line["date"] == "2017-11-09T00:00:00+00:00"
    assert line["permalink"] == "https://site.example/2017/09/11/a.html"  # as Jekyll has it


def test_offsets_beyond_fourteen_hours_count_on_jekyll_sites_only(feedmill: Command, tmp_path: Path) -> None:
    text = "---\ntitle: A\ndate: 2021-06-16 16:30:00+16:30\n---\nText\n"
    jekyll = site(tmp_path / "jekyll", {"_posts/2021-06-16-a.md": text})
    line = listed(feedmill, jekyll)["_posts/2021-06-16-a.md"]
    assert line["date"] == "2021-06-16T08:00:00+08:00"
    assert feedmill("publish", jekyll, "--json", *NOW).codes == [("_posts/2021-06-16-a.md", 3, "bad-offset")]
    root = plain_site(tmp_path / "site", {"a.md": text})
    assert listed(feedmill, root)["a.md"]["date"] == "2021-06-16T16:30:00+00:00"
