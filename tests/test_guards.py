"""What is published does not vanish because a folder did."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from posts.errors import RefusedError
from posts.files import read as files
from posts.model import Post
from posts.pipeline.loss_guard import refuse_losses
from posts.store.codec import encode_post
from posts.store.rows import Entry
from tests.sites import Command, post, site


def posts(count: int) -> dict[str, str]:
    return {f"_posts/2021-01-01-{number:03}.md": post(f"T{number}") for number in range(count)}


def everything(root: Path) -> dict[str, tuple[bytes, int]]:
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize("how", ["vanished", "empty"])
def test_a_folder_that_has_vanished_or_is_empty_is_refused(feedmill: Command, tmp_path: Path, how: str) -> None:
    root = site(tmp_path, posts(2))
    feedmill(root)
    shutil.rmtree(root / "_posts")
    if how == "empty":
        (root / "_posts").mkdir()
    before = everything(root)
    outcome = feedmill(root)
    assert (outcome.code, "--allow-removals" in outcome.err) == (3, True)
    assert everything(root) == before
    assert feedmill(root, "--allow-removals").code == 0
    assert b"<item>" not in (root / "feeds" / "rss.xml").read_bytes()


@pytest.mark.parametrize(
    ("published", "gone", "refused"),
    [
        *((40, 5, False), (60, 6, False), (59, 6, True), (99, 10, True), (100, 10, False), (101, 10, False)),
        *((5, 4, False), (6, 5, False), (7, 6, True), (200, 20, False), (200, 21, True)),
    ],
)
def test_a_tenth_may_go_and_five_always(published: int, gone: int, refused: bool) -> None:
    entries = [Entry(str(number), f"p{number}", "", "", 0, b"") for number in range(published)]
    old = Entry("old", "old", "", "", 0, b"", gone=1)
    present = {str(number) for number in range(gone, published)}
    if refused:
        with pytest.raises(RefusedError, match=f"{gone} of the {published} published"):
            refuse_losses([*entries, old], present, ())
    else:
        refuse_losses([*entries, old], present, ())


SITE = "https://a.example"


def item(name: str, path: str = "", permalink: str = "", link: str = "") -> Entry:
    """Return the ledger entry of an item; one known from feeds only has no path."""
    page = Post("", "published", "", "T", datetime(2021, 1, 1, tzinfo=UTC), permalink)
    return Entry(name, path, link, "", 0, encode_post(page) if permalink else b"")


def refusal(entries: list[Entry], present: tuple[str, ...] = (), there: tuple[str, ...] = ()) -> str:
    """Return what the guard says about a run; "" if it lets it pass."""
    try:
        refuse_losses(entries, present, there, site=SITE)
    except RefusedError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("count", "named"),
    [
        (1, "none of the 1 published posts would remain, because files are missing (a.md);"),
        (3, "none of the 3 published posts would remain, because files are missing (a.md, b.md, c.md);"),
        (4, "none of the 4 published posts would remain, because files are missing (a.md, b.md, c.md, …);"),
    ],
)
def test_a_refusal_names_up_to_three_missing_files_and_says_if_there_are_more(count: int, named: str) -> None:
    message = refusal([item(f"i{name}", f"{name}.md") for name in "dcba"[-count:]])
    assert message.startswith(named)
    assert message.endswith("nothing was changed. To remove their items, use --allow-removals")


def test_a_post_that_is_there_is_not_missing_although_it_is_not_published() -> None:
    entries = [item(f"i{name}", f"{name}.md") for name in "ab"]
    assert refusal(entries, there=("a.md", "b.md")) == ""
    assert refusal(entries, there=("a.md",)).startswith("none of the 2 published posts would remain")
    assert refusal(entries, present=("ia",)) == ""
    assert refusal([entries[0]._replace(gone=1)]) == ""


@pytest.mark.parametrize(
    ("known", "named"),
    [
        (item("urn:x:1", permalink="https://b.example/1.html"), "1 item such as https://b.example/1.html"),
        (item("urn:x:1", link="https://b.example/link"), "1 item such as https://b.example/link"),
        (item("https://b.example/id"), "1 item such as https://b.example/id"),
        (item("x", permalink="https://b.example/1.html", link=f"{SITE}/x"), "1 item such as https://b.example/1.html"),
        (item("https://a.example.org/1"), "1 item such as https://a.example.org/1"),
    ],
)
def test_items_of_another_site_are_named_by_their_pages_and_no_removal_is_advised(known: Entry, named: str) -> None:
    message = refusal([known])
    assert f"has the feeds of another site, not of {SITE}: {named};" in message
    assert "--allow-removals" not in message
    assert message.endswith("Use another --out, or delete these feeds if they are not needed")
    assert refusal([known], present=(known.id,)) == ""


def test_items_of_this_site_are_its_own_if_one_has_a_path_or_a_page_on_it() -> None:
    other = item("urn:x:1", permalink="https://b.example/1.html")
    for own in (item("urn:x:2", permalink=f"{SITE}/2.html"), item("urn:x:2", path="2.md", link="https://c.example/")):
        assert refusal([other, own]).startswith("none of the 2 published posts would remain")
    assert "2 items such as https://b.example/1.html, https://c.example/2;" in refusal(
        [item("https://c.example/2"), other]
    )


def test_many_posts_that_go_at_once_are_refused_and_nothing_is_touched(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, posts(20))
    feedmill(root)
    for path in sorted((root / "_posts").iterdir())[:6]:
        path.unlink()
    before = everything(root)
    outcome = feedmill(root, "--full")
    assert (outcome.code, "6 of the 20 published posts" in outcome.err) == (3, True)
    assert everything(root) == before
    assert feedmill(root, "--json", "--allow-removals").report["gone"] == 6
    assert feedmill(root).code == 0


@pytest.mark.parametrize("count", [1, 2, 5])
def test_a_small_site_is_not_emptied_while_another_file_stays(feedmill: Command, tmp_path: Path, count: int) -> None:
    root = site(tmp_path, posts(count))
    feedmill(root)
    for path in (root / "_posts").iterdir():
        path.unlink()
    (root / "_posts" / "2021-01-01-about.html").write_text("---\ntitle: About\npublished: false\n---\n")
    before = everything(root)
    outcome = feedmill(root)
    assert (outcome.code, f"none of the {count} published posts would remain" in outcome.err) == (3, True)
    assert everything(root) == before
    assert feedmill(root, "--json", "--allow-removals").report["gone"] == count


def test_posts_that_are_held_back_are_not_missing(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, posts(9))
    feedmill(root)
    for path in (root / "_posts").iterdir():
        path.write_text(path.read_text().replace("---\n", "---\npublished: false\n", 1))
    outcome = feedmill(root, "--json")
    assert (outcome.code, outcome.report["gone"], outcome.report["skipped"]) == (0, 9, 9)


def two_sites(tmp_path: Path, first: str, second: str) -> tuple[Path, Path]:
    """Two sites with these addresses, whose posts have different names."""
    one, other = (
        site(tmp_path / name, {f"_posts/2022-01-01-{name}.md": post(name.title())}, f"title: {title}\nurl: {url}\n")
        for name, title, url in (("one", "First", first), ("other", "Second", second))
    )
    return one, other


@pytest.mark.parametrize("has_index", [False, True])
@pytest.mark.parametrize("arguments", [(), ("--allow-removals",), ("--full",), ("--prune",)])
def test_the_feeds_of_another_site_are_named_and_stay(
    feedmill: Command, tmp_path: Path, arguments: tuple[str, ...], has_index: bool
) -> None:
    one, other = two_sites(tmp_path, "https://one.example", "https://other.example/blog")
    if has_index:
        assert feedmill(other).code == 0
    feedmill(one, "--out", tmp_path / "out")
    before = everything(tmp_path)
    outcome = feedmill(other, "--out", tmp_path / "out", *arguments)
    assert outcome.code == 3
    assert 'another site, "First" (https://one.example/, 1 item such as https://one.example/' in outcome.err
    assert 'not of "Second" (https://other.example/blog/)' in outcome.err
    assert "--allow-removals" not in outcome.err
    assert everything(tmp_path) == before or not has_index
    assert {path: data for path, data in everything(tmp_path).items() if f"{tmp_path}/out/" in path} == {
        path: data for path, data in before.items() if f"{tmp_path}/out/" in path
    }


@pytest.mark.parametrize(
    ("first", "second"),
    [("https://h.example", "https://h.example/blog"), ("https://h.example/blog", "https://h.example")],
)
@pytest.mark.parametrize("has_index", [False, True])
def test_a_site_below_another_one_is_another_site(
    feedmill: Command, tmp_path: Path, first: str, second: str, has_index: bool
) -> None:
    one, other = two_sites(tmp_path, first, second)
    if has_index:
        feedmill(other)
    feedmill(one, "--out", tmp_path / "out")
    before = everything(tmp_path / "out")
    outcome = feedmill(other, "--out", tmp_path / "out")
    assert (outcome.code, f'"First" ({first}/, ' in outcome.err) == (3, True)
    assert everything(tmp_path / "out") == before


@pytest.mark.parametrize("formats", [('["json"]', '["rss"]'), ('["rss"]', '["json"]'), ('["atom"]', '["rss", "json"]')])
def test_feeds_in_another_format_show_whose_the_output_is(
    feedmill: Command, tmp_path: Path, formats: tuple[str, str]
) -> None:
    sites = two_sites(tmp_path, "https://one.example", "https://other.example")
    for root, chosen in zip(sites, formats, strict=True):
        (root / "feedmill.toml").write_text(f"[feeds]\nformats = {chosen}\n")
        feedmill(root)
    feedmill(sites[0], "--out", tmp_path / "out")
    before = everything(tmp_path / "out")
    assert feedmill(sites[1], "--out", tmp_path / "out").code == 3
    assert everything(tmp_path / "out") == before


def test_an_empty_feed_of_another_site_stays(feedmill: Command, tmp_path: Path) -> None:
    one, other = two_sites(tmp_path, "https://one.example", "https://other.example")
    path = next((one / "_posts").iterdir())
    path.write_text(path.read_text().replace("---\n", "---\npublished: false\n", 1))
    feedmill(one, "--out", tmp_path / "out")
    outcome = feedmill(other, "--out", tmp_path / "out")
    assert (outcome.code, '"First" (https://one.example/)' in outcome.err) == (3, True)


def test_diff_says_that_the_feeds_are_another_sites(feedmill: Command, tmp_path: Path) -> None:
    one, other = two_sites(tmp_path, "https://one.example", "https://other.example")
    feedmill(one, "--out", tmp_path / "out")
    assert 'another site, "First"' in feedmill("diff", other, "--out", tmp_path / "out", "--json").report["refusal"]


def test_the_own_feeds_of_a_site_without_its_index_are_replaced(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path / "site", posts(1))
    feedmill(root, "--out", tmp_path / "out")
    shutil.rmtree(root / ".feedmill")
    site(root, {"_posts/2022-01-01-new.md": post("New")}, None)
    outcome = feedmill(root, "--out", tmp_path / "out")
    assert (outcome.code, "recovered 1 item from the feeds" in outcome.err) == (0, True)
    assert b"<title>New</title>" in (tmp_path / "out" / "rss.xml").read_bytes()


def test_a_site_with_an_index_of_its_own_may_replace_older_feeds_of_its_own(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path / "site", posts(1))
    feedmill(root, "--out", tmp_path / "out", "--state", tmp_path / "another")
    feedmill(root)
    site(root, {"_posts/2022-01-01-new.md": post("New")}, None)
    assert feedmill(root, "--out", tmp_path / "out").code == 0


def moved(root: Path) -> None:
    config = root / "_config.yml"
    config.write_text(config.read_text().replace("site.example", "new.example"))


def test_a_site_that_has_moved_knows_its_feeds_by_their_items(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path / "site", posts(2))
    feedmill(root)
    shutil.copytree(root / "feeds", tmp_path / "copy")
    moved(root)
    assert feedmill(root, "--out", tmp_path / "copy").code == 0


def test_a_site_that_has_moved_and_lost_its_index_says_where_from(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path / "site", posts(2))
    feedmill(root)
    before = (root / "feeds" / "rss.xml").read_text()
    shutil.rmtree(root / ".feedmill")
    moved(root)
    outcome = feedmill(root)
    assert (outcome.code, "[[identity.rewrite]]" in outcome.err) == (3, True)
    rule = "[[identity.rewrite]]\nmatch = 'https?://site\\.example/(.*)'\nreplace = 'https://new.example/\\1'\n"
    (root / "feedmill.toml").write_text(rule)
    ids = [line["id"] for line in feedmill("list", root, "--json").lines]
    assert feedmill(root).code == 0
    feed = (root / "feeds" / "rss.xml").read_text()
    assert [one in feed for one in ("https://new.example/", "https://site.example/")] == [True, False]
    assert all(f">{one}</guid>" in feed and one in before for one in ids)


def test_renamed_merged_future_and_unreadable_posts_have_not_gone(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, posts(32))
    feedmill(root, "--now", "2024-01-01")
    paths = sorted((root / "_posts").iterdir())
    for path in paths[:8]:
        path.rename(path.with_name(path.name.replace("2021", "2022")))
    for path in paths[8:16]:
        path.write_text(post("Same", source="https://paper.example/same"))
    for path in paths[16:24]:
        path.write_text(path.read_text().replace("2021-12-31", "2031-12-31"))
    for path in paths[24:]:
        path.write_text("---\ntitle: [\n---\n")
    outcome = feedmill(root, "--now", "2024-01-02", "--json")
    assert outcome.code == 0
    assert outcome.report["gone"] == 0  # items that were published apart stay apart, even if they say the same now


def test_a_post_that_is_only_future_again_keeps_when_it_was_published(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, posts(2))
    feedmill(root, "--now", "2024-01-01")
    path = root / "_posts" / "2021-01-01-000.md"
    text = path.read_text()
    path.write_text(text.replace("2021-12-31", "2024-05-01"))
    assert feedmill(root, "--now", "2024-01-02", "--json").report["gone"] == 0
    path.write_text(text)
    feedmill(root, "--now", "2024-01-03")
    assert '"first": 1704067200, "gone": 0' in feedmill("state", "export", root).out.splitlines()[-2]


def test_a_folder_that_the_disk_does_not_give_keeps_its_posts(
    feedmill: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = site(tmp_path, {**posts(8), "sub/_posts/2021-01-01-x.md": post("X")})
    feedmill(root)
    before = (root / "feeds" / "rss.xml").read_bytes()
    real = os.scandir

    def broken(path: str) -> object:
        if str(path).endswith("/sub/_posts"):
            raise OSError(5, "Input/output error")
        return real(path)

    monkeypatch.setattr(os, "scandir", broken)
    outcome = feedmill(root, "--full", "--json")
    assert ("sub/_posts", 0, "unreadable") in outcome.codes
    assert outcome.report["gone"] == 0
    assert (root / "feeds" / "rss.xml").read_bytes() == before


def test_the_only_folder_when_the_disk_does_not_give_it_has_not_vanished(
    feedmill: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = site(tmp_path, posts(8))
    feedmill(root)
    before = (root / "feeds" / "rss.xml").read_bytes()
    real = os.scandir

    def broken(path: str) -> object:
        if str(path).endswith("/_posts"):
            raise OSError(5, "Input/output error")
        return real(path)

    monkeypatch.setattr(os, "scandir", broken)
    outcome = feedmill(root, "--full", "--json")
    assert (outcome.code, outcome.codes) == (0, [("_posts", 0, "unreadable")])
    assert (root / "feeds" / "rss.xml").read_bytes() == before


def test_a_file_that_changes_while_it_is_read_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a.md"
    target.write_bytes(b"first")
    real = os.fstat
    calls = []

    def fstat(handle: int) -> os.stat_result:
        if not calls:
            status = real(handle)
            target.write_bytes(b"and then another")
            calls.append(1)
            return status
        return real(handle)

    monkeypatch.setattr(os, "fstat", fstat)
    assert files.read(tmp_path, "a.md", ())[1] == b"and then another"


def test_posts_whose_last_day_is_over_may_go_all_at_once(feedmill: Command, tmp_path: Path) -> None:
    posts = {f"_posts/2021-12-{day}-a.md": post(f"T{day}", expirydate="2024-01-15") for day in range(10, 20)}
    root = site(tmp_path, {**posts, "_posts/2021-12-31-b.md": post("B")})
    assert feedmill(root, "--now", "2024-01-01T00:00:00Z").code == 0
    outcome = feedmill(root, "--now", "2024-01-16T00:00:00Z", "--json")
    assert (outcome.code, outcome.report["posts"], outcome.report["gone"]) == (0, 1, 10)
