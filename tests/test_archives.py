"""Test that all items stay reachable from the Atom feed (RFC 5005, section 4), and when archives are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote

import pytest
from lxml import etree

from feeds.select.archives import ARCHIVE_SIZE
from tests.shared import shared
from tests.sites import CONFIG, Command, post, site, tree

URL = "https://site.example/feeds/"
TOML = '[feeds]\narchives = true\nitems = 10\nkeep = "0h"\npages = false\n'
ATOM, FH = "{http://www.w3.org/2005/Atom}", "{http://purl.org/syndication/history/1.0}"
FIRST, SECOND, THIRD = (("--now", f"2024-01-0{day}T00:00:00Z") for day in (1, 2, 3))


def numbered(numbers: range) -> dict[str, str]:
    """Return posts of two categories alternately, one per day."""
    posts = {}
    for number in numbers:
        day = f"{2010 + number // 336}-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}"
        text = post(f"T{number}").replace("2021-12-31", day).replace("news", ("even", "odd")[number % 2])
        posts[f"_posts/{day}-{number}.md"] = text
    return posts


def path_of(number: int) -> str:
    return next(iter(numbered(range(number, number + 1))))


@pytest.fixture
def root(feedmill: Command, tmp_path: Path) -> Path:
    root = site(tmp_path / "site", {**numbered(range(2 * ARCHIVE_SIZE + 50)), "feedmill.toml": TOML})
    assert feedmill(root, *FIRST).code == 0
    return root


class Subscriber:
    """A feed reader that follows the archive documents back from the feed."""

    def __init__(self, files: Mapping[str, bytes], url: str = URL) -> None:
        self.files, self.url = files, url

    def documents(self, file: str) -> Iterator[etree._Element]:
        """Return the feed document, then the archives, latest first."""
        passed = [file]
        while True:
            document = etree.fromstring(self.files[passed[-1]])
            links = {link.get("rel"): link.get("href", "") for link in document.iterchildren(f"{ATOM}link")}
            assert self.file(links["self"]) == passed[-1]
            assert (document.find(f"{FH}archive") is not None) == (len(passed) > 1)
            if len(passed) > 1:
                assert self.file(links["current"]) == file
            if len(passed) > 2:
                assert self.file(links["next-archive"]) == passed[-2]
            yield document
            if "prev-archive" not in links:
                return
            passed.append(self.file(links["prev-archive"]))
            assert len(set(passed)) == len(passed), "a circle"

    def file(self, address: str) -> str:
        """Return the path of the file at an address."""
        assert address.startswith(self.url)
        return unquote(address.removeprefix(self.url))

    def history(self, file: str = "atom.xml") -> dict[str, str]:
        """Return the titles of all items by id; the first version found is the latest."""
        items: dict[str, str] = {}
        for document in self.documents(file):
            for entry in document.iter(f"{ATOM}entry"):
                items.setdefault(entry.findtext(f"{ATOM}id", ""), entry.findtext(f"{ATOM}title", ""))
        return items


def archives(root: Path) -> dict[str, bytes]:
    return {path: data for path, data in tree(root / "feeds").items() if "atom-archive-" in path}


def changed(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> set[str]:
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


def test_a_reader_rebuilds_the_whole_history_of_every_feed(feedmill: Command, root: Path) -> None:
    reader = Subscriber(tree(root / "feeds"))
    listed = {line["id"]: (line["title"], line["categories"]) for line in feedmill("list", root, *FIRST).lines}
    assert len(listed) == 2 * ARCHIVE_SIZE + 50
    assert reader.history() == {given: title for given, (title, _) in listed.items()}
    for name in ("even", "odd"):
        wanted = {given: title for given, (title, categories) in listed.items() if categories == [name]}
        assert reader.history(f"category/{name}/atom.xml") == wanted
    assert len(list(reader.documents("atom.xml"))) == 4


@pytest.mark.parametrize("name", ["jekyll-mzlogin", "jekyll-finews", "jekyll-opensuse"])
def test_a_reader_rebuilds_the_history_of_a_real_site(feedmill: Command, tmp_path: Path, name: str) -> None:
    out, config = tmp_path / "out", tmp_path / "feedmill.toml"
    config.write_text(f'[feeds]\narchives = true\nitems = 20\nkeep = "0h"\npages = false\nurl = "{URL[:-1]}"\n')
    more = ("--config", config, "--state", tmp_path / "index.sqlite3", "--now", "2026-01-01")
    assert feedmill(shared("corpus", name), "--out", out, "-q", *more).code == 0
    reader = Subscriber(tree(out))
    listed = [line for line in feedmill("list", shared("corpus", name), *more).lines if line["state"] == "published"]
    assert reader.history().keys() == {line["id"] for line in listed}
    schema = etree.RelaxNG(etree.parse(shared("schemas", "atom.rng")))
    seen: dict[str, set[str]] = {}
    for file in sorted(path for path in reader.files if path.endswith("/atom.xml")):
        seen[file] = set(reader.history(file))
        for document in reader.documents(file):
            assert schema.validate(document), schema.error_log
    wanted = {(line["id"], name.casefold()) for line in listed for name in line["categories"]}
    assert sum(map(len, seen.values())) == len(wanted)


def test_posts_that_are_added_go_into_the_last_document_only(feedmill: Command, root: Path) -> None:
    before = archives(root)
    times = {path: (root / "feeds" / path).stat().st_mtime_ns for path in before}
    site(root, numbered(range(1000, 1010)), None)
    assert feedmill(root, *SECOND).code == 0
    after = archives(root)
    assert changed(before, after) == {
        *("atom-archive-3.xml", "category/even/atom-archive-2.xml", "category/odd/atom-archive-2.xml")
    }
    assert times["atom-archive-2.xml"] == (root / "feeds" / "atom-archive-2.xml").stat().st_mtime_ns
    assert len(Subscriber(tree(root / "feeds")).history()) == 2 * ARCHIVE_SIZE + 60


def test_a_document_that_fills_up_is_written_once_more_and_never_again(feedmill: Command, root: Path) -> None:
    site(root, numbered(range(1000, 1050)), None)
    assert feedmill(root, *SECOND).code == 0
    full = archives(root)
    assert b"next-archive" in full["atom-archive-3.xml"]
    assert full["atom-archive-4.xml"].count(b"<entry>") == 0  # empty until the next post
    assert b"atom-archive-3.xml" in (root / "feeds" / "atom.xml").read_bytes()
    site(root, numbered(range(2000, 2001)), None)
    assert feedmill(root, *THIRD).code == 0
    assert {path for path in changed(full, archives(root)) if "/" not in path} == {"atom-archive-4.xml"}
    assert len(Subscriber(tree(root / "feeds")).history()) == 3 * ARCHIVE_SIZE + 1


def test_no_document_has_the_time_of_a_run(feedmill: Command, tmp_path: Path) -> None:
    files = {**numbered(range(ARCHIVE_SIZE)), "feedmill.toml": TOML}
    last = b"<updated>2010-04-16T11:38:35+08:00</updated>"
    written = []
    for day, name in ((FIRST, "one"), (THIRD, "two")):
        root = site(tmp_path / name, files)
        assert feedmill(root, *day).code == 0
        written.append(archives(root))
        assert b"<entry>" not in written[-1]["atom-archive-2.xml"]
        assert last in written[-1]["atom-archive-2.xml"]
        assert last in written[-1]["atom-archive-1.xml"]
    assert written[0] == written[1]


def test_a_document_that_has_lost_all_its_items_has_the_time_of_one_that_stays(
    feedmill: Command, tmp_path: Path
) -> None:
    root = site(tmp_path, {**numbered(range(ARCHIVE_SIZE + 20)), "feedmill.toml": TOML})
    assert feedmill(root, *FIRST).code == 0
    for number in range(ARCHIVE_SIZE):
        (root / path_of(number)).unlink()
    assert feedmill(root, *SECOND, "--allow-removals").code == 0
    emptied = archives(root)
    assert b"<updated>2010-04-17T11:38:35+08:00</updated>" in emptied["atom-archive-1.xml"]
    site(root, numbered(range(1000, 1001)), None)
    assert feedmill(root, *THIRD).code == 0
    assert {path for path in changed(emptied, archives(root)) if "/" not in path} == {"atom-archive-2.xml"}


def test_documents_past_the_ninth_follow_it(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, {**numbered(range(11 * ARCHIVE_SIZE)), "feedmill.toml": TOML})
    assert feedmill(root, *FIRST).code == 0
    before = archives(root)
    site(root, numbered(range(2000, 2001)), None)
    assert feedmill(root, *SECOND).code == 0
    after = archives(root)
    assert {path for path in changed(before, after) if "/" not in path} == {"atom-archive-12.xml"}
    assert b"T2000<" in after["atom-archive-12.xml"]
    assert len(Subscriber(tree(root / "feeds")).history()) == 11 * ARCHIVE_SIZE + 1


def test_posts_of_one_instant_are_archived_in_the_order_of_their_paths(feedmill: Command, tmp_path: Path) -> None:
    names = [f"part-{number}" for number in range(1, 10)]
    files = {f"_posts/2021-12-31-{name}.md": post(name) for name in reversed(names)}
    root = site(tmp_path, {**files, "feedmill.toml": TOML.replace("items = 10", "items = 2")})
    assert feedmill(root, *FIRST).code == 0
    document = etree.fromstring(archives(root)["atom-archive-1.xml"])
    assert [one.findtext(f"{ATOM}title") for one in document.iter(f"{ATOM}entry")] == names[::-1]


def test_an_edit_rewrites_the_one_document_of_each_feed_that_has_the_post(feedmill: Command, root: Path) -> None:
    before = archives(root)
    site(root, {path_of(4): numbered(range(4, 5))[path_of(4)] + "More.\n"}, None)
    assert feedmill(root, *SECOND).code == 0
    assert changed(before, archives(root)) == {"atom-archive-1.xml", "category/even/atom-archive-1.xml"}
    assert b"More." in archives(root)["atom-archive-1.xml"]


def test_what_is_taken_back_leaves_a_gap_that_it_fills_again(feedmill: Command, root: Path) -> None:
    before, text = archives(root), (root / path_of(4)).read_bytes()
    (root / path_of(4)).unlink()
    assert feedmill(root, *SECOND).code == 0
    without = archives(root)
    assert changed(before, without) == {"atom-archive-1.xml", "category/even/atom-archive-1.xml"}
    assert without["atom-archive-1.xml"].count(b"<entry>") == ARCHIVE_SIZE - 1
    assert b"T4<" not in b"".join(tree(root / "feeds").values())
    site(root, {path_of(4): text}, None)
    assert feedmill(root, *THIRD).code == 0
    assert archives(root) == before


def test_another_category_moves_a_post_and_nothing_else(feedmill: Command, root: Path) -> None:
    before = archives(root)
    site(root, {path_of(4): numbered(range(4, 5))[path_of(4)].replace("even", "odd")}, None)
    assert feedmill(root, *SECOND).code == 0
    assert changed(before, archives(root)) == {
        *("atom-archive-1.xml", "category/even/atom-archive-1.xml", "category/odd/atom-archive-2.xml")
    }
    history = Subscriber(tree(root / "feeds")).history
    assert "T4" in history("category/odd/atom.xml").values()
    assert "T4" not in history("category/even/atom.xml").values()


def test_what_one_post_costs_does_not_grow_with_the_archive(feedmill: Command, tmp_path: Path) -> None:
    written = []
    for count in (ARCHIVE_SIZE + 20, 5 * ARCHIVE_SIZE + 20):
        root = site(tmp_path / str(count), {**numbered(range(count)), "feedmill.toml": TOML})
        assert feedmill(root, *FIRST).code == 0
        site(root, numbered(range(2000, 2001)), None)
        written.append(feedmill(root, *SECOND, "--json").report["written"])
    assert len(written[0]) == len(written[1]) == 8  # three formats and one archive of two feeds
    assert feedmill(root, *THIRD, "--json").report["written"] == []


def test_a_feed_that_has_all_its_items_needs_no_archive(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, {**numbered(range(10)), "feedmill.toml": TOML})
    assert feedmill(root, *FIRST).code == 0
    assert archives(root) == {}
    site(root, numbered(range(10, 11)), None)
    assert feedmill(root, *SECOND).code == 0
    assert set(archives(root)) == {"atom-archive-1.xml"}


@pytest.mark.parametrize("way", ["index", "export"])
def test_places_outlive_the_index(feedmill: Command, root: Path, way: str) -> None:
    site(root, {path_of(4): numbered(range(4, 5))[path_of(4)].replace("even", "odd")}, None)
    (root / path_of(5)).unlink()
    assert feedmill(root, *SECOND).code == 0
    before, state = archives(root), feedmill("state", "export", root).out
    (root / ".feedmill" / "index.sqlite3").unlink()
    if way == "export":
        (root / "state.jsonl").write_text(state)
        import sys

        with pytest.MonkeyPatch.context() as patch, (root / "state.jsonl").open() as lines:
            patch.setattr(sys, "stdin", lines)
            assert feedmill("state", "import", root).code == 0
    assert feedmill(root, *SECOND).code == 0
    after = archives(root)
    assert changed(before, after) == set()


def test_archives_go_with_their_option_and_come_back_the_same(feedmill: Command, root: Path) -> None:
    before = archives(root)
    site(root, {"feedmill.toml": TOML.replace("archives = true\n", "")}, None)
    assert feedmill(root, *SECOND).code == 0
    assert archives(root) == {}
    assert b"prev-archive" not in (root / "feeds" / "atom.xml").read_bytes()
    site(root, {"feedmill.toml": TOML}, None)
    assert feedmill(root, *THIRD).code == 0
    assert archives(root) == before


def test_archives_are_in_their_places_before_the_feed_that_leads_to_them(feedmill: Command, root: Path) -> None:
    site(root, numbered(range(1000, 1050)), None)
    written = feedmill(root, *SECOND, "--json", "-v").report["written"]
    assert written.index("atom-archive-3.xml") < written.index("atom.xml")


def test_archives_without_atom_are_a_mistake(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path, {path_of(1): post(), "feedmill.toml": '[feeds]\narchives = true\nformats = ["rss"]\n'})
    outcome = feedmill(root)
    assert outcome.code == 2
    assert "archives" in outcome.err


def test_compressed_copies_and_summaries_are_archived_too(feedmill: Command, tmp_path: Path) -> None:
    toml = TOML + 'gzip = true\ncontent = "summary"\n'
    root = site(tmp_path, {**numbered(range(20)), "feedmill.toml": toml}, CONFIG)
    assert feedmill(root, *FIRST).code == 0
    assert set(archives(root)) == {"atom-archive-1.xml", "atom-archive-1.xml.gz"}
    assert b"<content" not in archives(root)["atom-archive-1.xml"]
    assert f'<link href="{URL}atom-archive-1.xml" rel="self"'.encode() in archives(root)["atom-archive-1.xml"]
