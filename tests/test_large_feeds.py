"""`feedmill check` on feeds and items that are larger than many readers accept."""

from __future__ import annotations

from pathlib import Path

from tests.sites import Command, post, site

KB = "Words " * 165 + "\n\n"  # almost a kilobyte of text


def long_post(number: int, kilobytes: int) -> tuple[str, str]:
    text = post(f"Nr {number}") + KB * kilobytes
    return f"_posts/2022-01-{number:02}-p.md", text.replace("2021-12-31", f"2022-01-{number:02}")


def large(feedmill: Command, root: Path) -> dict[tuple[str, str], str]:
    report = feedmill("check", root, "--json").report
    return {(one["path"], one["code"]): one["message"] for one in report["problems"]}


def test_a_feed_over_a_megabyte_is_reported_once_with_the_number_of_items_that_fit(
    feedmill: Command, tmp_path: Path
) -> None:
    files = dict(long_post(number, 120) for number in range(1, 13))
    custom = '[feeds]\npages = false\nby = []\n[[feeds.custom]]\nname = "big"\nitems = 20\n'
    root = site(tmp_path / "site", {**files, "feedmill.toml": custom})
    found = large(feedmill, root)
    assert {code for _, code in found} == {"large-feed"}
    everything, big = sorted(found.items(), key=lambda one: one[0][0].startswith("feed/"))
    assert everything[1].startswith("the feed has 1.4 MB with 12 items, and readers may not read it; set items to 8 or")
    assert everything[1].endswith('in [feeds], or set content = "summary" in [feeds]')
    assert big[0][0].startswith("feed/big/")
    assert "or fewer in the [[feeds.custom]] table big" in big[1]
    fitting = custom.replace("[feeds]", "[feeds]\nitems = 8", 1).replace("20", "8")
    site(root, {"feedmill.toml": fitting}, None)
    assert large(feedmill, root) == {}
    site(root, {"feedmill.toml": custom.replace("[feeds]", '[feeds]\ncontent = "summary"', 1)}, None)
    assert large(feedmill, root) == {}
    assert feedmill("check", root, "-q").code == 0


def test_an_item_over_500_kilobytes_is_reported_unless_only_its_summary_is_shown(
    feedmill: Command, tmp_path: Path
) -> None:
    files = dict([long_post(1, 400), long_post(2, 600)])
    excerpt = long_post(3, 600)[1].replace("title:", "feed:\n  excerpt_only: true\ntitle:", 1)
    root = site(tmp_path / "site", {**files, "_posts/2022-01-03-p.md": excerpt})
    found = large(feedmill, root)
    items = {path: text for (path, code), text in found.items() if code == "large-item"}
    assert list(items) == ["_posts/2022-01-02-p.md"]
    assert items["_posts/2022-01-02-p.md"].startswith("the item has 59")
    assert feedmill("check", root).code == 1
    assert [code for _, _, code in feedmill(root, "--json").codes] == []  # a run does not repeat it every ten minutes


def test_an_archive_document_is_a_document_too(feedmill: Command, tmp_path: Path) -> None:
    files = dict(long_post(number, 120) for number in range(1, 15))
    toml = '[feeds]\npages = false\nby = []\nitems = 2\nkeep = "0h"\narchives = true\n'
    root = site(tmp_path / "site", {**files, "feedmill.toml": toml})
    assert feedmill(root).code == 0
    messages = {path: text for (path, _), text in large(feedmill, root).items()}
    assert messages
    assert all("archive" in path and 'set content = "summary" in [feeds]' in text for path, text in messages.items())
