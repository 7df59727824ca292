"""An index that is damaged, lost, older or newer: what is known comes back, and nothing wrong reaches a feed."""

from __future__ import annotations

import hashlib
import json
import marshal
import os
import shutil
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from posts.model import Post
from posts.store import codec, migrate, schema
from tests.faults import others
from tests.sites import Command, post, site, tree
from tests.test_incremental import dated, settle

A, B = "_posts/2021-01-01-a.md", "_posts/2021-01-02-b.md"
SOURCE = "https://paper.example/a"


def known(feedmill: Command, root: Path) -> dict[str, tuple[str, str]]:
    lines = [json.loads(line) for line in feedmill("state", "export", root).out.splitlines()]
    return {line["path"]: (line["item"], line["updated"]) for line in lines if "item" in line}


@pytest.fixture
def root(feedmill: Command, tmp_path: Path) -> Path:
    """A site whose ids and times cannot be computed again: its source and its text have changed since."""
    root = site(tmp_path / "site", {A: post("A", source=SOURCE), B: post("B")})
    feedmill(root, "--now", "2024-01-01")
    site(root, {A: post("A, corrected", source=SOURCE + "/moved")}, None)
    feedmill(root, "--now", "2024-01-02")
    settle(root)
    return root


def index_of(root: Path) -> Path:
    return root / ".feedmill" / "index.sqlite3"


def stir(root: Path) -> None:
    """Something looks different: the next run is more than a glance."""
    os.utime(root / A)


def changed(root: Path, *statements: str) -> None:
    database = sqlite3.connect(index_of(root))
    for statement in statements:
        database.execute(statement)
    database.commit()
    database.close()


@pytest.mark.parametrize("formats", ['["rss", "atom", "json"]', '["atom"]', '["json"]'])
def test_ids_and_times_come_back_from_the_feeds(feedmill: Command, root: Path, formats: str) -> None:
    site(root, {"feedmill.toml": f"[feeds]\nformats = {formats}\n"}, None)
    feedmill(root, "--now", "2024-01-03")
    feeds, before = tree(root / "feeds"), known(feedmill, root)
    assert before[A][1] == "2024-01-02T00:00:00+00:00"
    index_of(root).unlink()
    outcome = feedmill(root, "--now", "2024-01-04", "--json")
    assert (outcome.code, outcome.report["written"], outcome.report["removed"]) == (0, [], [])
    assert "recovered 2 items from the feeds" in outcome.err
    assert tree(root / "feeds") == feeds
    assert known(feedmill, root) == before


def test_from_rss_alone_the_ids_come_back(feedmill: Command, root: Path) -> None:
    site(root, {"feedmill.toml": '[feeds]\nformats = ["rss"]\n'}, None)
    feedmill(root, "--now", "2024-01-03")
    before = known(feedmill, root)
    index_of(root).unlink()
    feedmill(root, "--now", "2024-01-04")
    assert {path: one[0] for path, one in known(feedmill, root).items()} == {
        path: one[0] for path, one in before.items()
    }


def test_ids_come_back_where_items_lead_to_their_sources(feedmill: Command, root: Path) -> None:
    site(root, {"feedmill.toml": '[feeds]\nlink = "source"\n'}, None)
    feedmill(root, "--now", "2024-01-03")
    feeds, before = tree(root / "feeds"), known(feedmill, root)
    index_of(root).unlink()
    feedmill(root, "--now", "2024-01-04")
    assert (tree(root / "feeds"), known(feedmill, root)) == (feeds, before)


def test_a_renamed_post_is_found_by_its_link(feedmill: Command, root: Path) -> None:
    before = known(feedmill, root)
    index_of(root).unlink()
    (root / A).rename(root / "_posts" / "2021-01-01-renamed.md")
    feedmill(root, "--now", "2024-01-04")
    assert known(feedmill, root)["_posts/2021-01-01-renamed.md"][0] == before[A][0]


def test_empty_feeds_and_what_was_published_lately_stay(feedmill: Command, tmp_path: Path) -> None:
    files = {f"_posts/2021-01-0{day}-x.md": dated(f"T{day}", f"2021-01-0{day}") for day in (2, 3, 4)}
    passing = post("B").replace("categories: news", "categories: gone")
    root = site(tmp_path, {**files, B: passing, "feedmill.toml": "[feeds]\nitems = 2\n"})
    feedmill(root, "--now", "2024-01-01T00:00:00Z")
    (root / B).unlink()
    site(root, {"_posts/2020-01-01-late.md": dated("Late", "2020-01-01")}, None)
    feedmill(root, "--now", "2024-01-01T01:00:00Z")
    feeds = tree(root / "feeds")
    assert b"Late" in feeds["rss.xml"]
    assert "category/gone/rss.xml" in feeds
    index_of(root).unlink()
    assert feedmill(root, "--now", "2024-01-01T02:00:00Z", "--json").report["written"] == []
    assert tree(root / "feeds") == feeds
    site(root, {"_posts/2021-01-09-new.md": dated("New", "2021-01-09")}, None)
    feedmill(root, "--now", "2024-01-01T03:00:00Z")
    assert b"T2" not in (root / "feeds" / "rss.xml").read_bytes()


def test_feeds_of_others_tell_nothing(feedmill: Command, root: Path) -> None:
    theirs = (root / "feeds" / "atom.xml").read_bytes().replace(b"<generator>feedmill</generator>", b"")
    for path in list((root / "feeds").rglob("*.*")):
        path.unlink()
    site(
        root, {"feeds/theirs/atom.xml": theirs, "feeds/broken/atom.xml": b"<feed><generator>feedmill</generator>"}, None
    )
    index_of(root).unlink()
    outcome = feedmill(root, "--now", "2024-01-04")
    assert (outcome.code, outcome.err) == (0, "")


def test_feeds_that_another_site_has_below_the_same_folder_are_left_alone(
    feedmill: Command, root: Path, tmp_path: Path
) -> None:
    other = site(tmp_path / "other", {f"_posts/2021-01-01-{number}.md": post(f"O{number}") for number in range(20)})
    feedmill(other, "--out", root / "feeds" / "blog", "--now", "2024-01-03")
    feeds = tree(root / "feeds")
    index_of(root).unlink()
    assert feedmill(root, "--prune", "--now", "2024-01-04").code == 0
    assert tree(root / "feeds") == feeds


def test_what_goes_together_with_the_index_goes_from_the_output_too(feedmill: Command, root: Path) -> None:
    index_of(root).unlink()
    site(root, {B: post("B").replace("categories: news", "categories: sport")}, None)
    (root / A).unlink()
    removed = feedmill(root, "--prune", "--allow-removals", "--now", "2024-01-04", "--json").report["removed"]
    assert removed == [f"category/news/{name}" for name in ("atom.xml", "feed.json", "rss.xml")]


@pytest.mark.parametrize("damage", [b"", b"SQLite format 3\0" + b"x" * 5000, b"no database at all" * 100])
def test_a_file_that_cannot_be_read_is_kept_and_made_anew(feedmill: Command, root: Path, damage: bytes) -> None:
    feeds, before = tree(root / "feeds"), known(feedmill, root)
    index_of(root).write_bytes(damage)
    outcome = feedmill(root, "--now", "2024-01-04")
    assert outcome.code == 0
    assert (tree(root / "feeds"), known(feedmill, root)) == (feeds, before)
    kept = index_of(root).with_name("index.sqlite3.damaged-1")
    assert kept.exists() is bool(damage)
    if damage:
        assert kept.read_bytes() == damage
        assert str(kept) in outcome.err


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_index_is_brought_back(feedmill: Command, root: Path, part: float) -> None:
    feeds, before = tree(root / "feeds"), known(feedmill, root)
    data = index_of(root).read_bytes()
    index_of(root).write_bytes(data[: int(len(data) * part)])
    stir(root)
    outcome = feedmill(root, "--now", "2024-01-04")
    assert outcome.code == 0, outcome.err
    assert (tree(root / "feeds"), known(feedmill, root)) == (feeds, before)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE items SET id = 'urn:x:1' WHERE path LIKE '%a.md'",
        "UPDATE items SET updated = '2024-01-03T00:00:00+00:00'",
        "UPDATE items SET first = first + 65536",
        "DELETE FROM items WHERE path LIKE '%a.md'",
        "UPDATE feeds SET id = 'urn:x:1'",
        "DELETE FROM feeds WHERE key = ''",
        "UPDATE run SET value = '1' WHERE key = 'first'",
        "UPDATE run SET value = '{' WHERE key = 'report'",
        "DROP TABLE followers",
    ],
)
def test_a_ledger_that_is_not_what_was_written_is_not_believed(feedmill: Command, root: Path, statement: str) -> None:
    feeds, before = tree(root / "feeds"), known(feedmill, root)
    changed(root, statement)
    stir(root)
    outcome = feedmill(root, "--now", "2024-01-04", "--json")
    assert (outcome.code, outcome.report["written"]) == (0, [])
    assert "is damaged" in outcome.err
    assert (tree(root / "feeds"), known(feedmill, root)) == (feeds, before)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE contents SET content = x'00' || substr(content, 2)",
        "UPDATE contents SET content = (SELECT content FROM contents ORDER BY path DESC LIMIT 1)",
        "UPDATE contents SET wants = '{', complaints = '['",
        "DELETE FROM contents",
        "UPDATE files SET hash = x'00'",
        "UPDATE heads SET facts = x'00' || substr(facts, 2)",
        "UPDATE files SET hash = 'text'",
        "UPDATE outputs SET signature = 'x', hash = 7",
        "UPDATE watched SET stamp = 'x'",
    ],
)
def test_what_only_saves_work_is_made_again_where_it_is_damaged(feedmill: Command, root: Path, statement: str) -> None:
    feeds, before = tree(root / "feeds"), known(feedmill, root)
    changed(root, statement)
    (root / "feeds" / "rss.xml").unlink()
    outcome = feedmill(root, "--now", "2024-01-04", "--json")
    assert (outcome.code, outcome.err) == (0, "")
    assert set(outcome.report["written"]) == {"rss.xml"}
    assert (tree(root / "feeds"), known(feedmill, root)) == (feeds, before)
    (root / "feeds" / "rss.xml").unlink()
    assert feedmill(root, "--now", "2024-01-05").code == 0
    assert tree(root / "feeds") == feeds


def test_an_index_that_can_be_read_and_not_be_changed_is_made_anew(feedmill: Command, root: Path) -> None:
    before = known(feedmill, root)
    database = sqlite3.connect(index_of(root))
    (page,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'items_seal'").fetchone()
    (size,) = database.execute("PRAGMA page_size").fetchone()
    database.close()
    data = bytearray(index_of(root).read_bytes())
    data[(page - 1) * size : page * size] = b"\xff" * size
    index_of(root).write_bytes(data)
    site(root, {B: post("B") + "More.\n"}, None)
    outcome = feedmill(root, "--now", "2024-01-04", "--json")
    assert (outcome.code, "is damaged" in outcome.err) == (0, True)
    assert outcome.report["changed"] == 1
    after = known(feedmill, root)
    assert (after[A], after[B]) == (before[A], (before[B][0], "2024-01-04T00:00:00+00:00"))
    assert index_of(root).with_name("index.sqlite3.damaged-1").read_bytes() == data


def test_a_refused_run_leaves_a_damaged_index_where_it_is(feedmill: Command, root: Path) -> None:
    changed(root, "DELETE FROM items WHERE path LIKE '%a.md'")
    data = index_of(root).read_bytes()
    (root / A).unlink()
    (root / B).unlink()
    assert feedmill(root, "--now", "2024-01-04").code == 3
    assert index_of(root).read_bytes() == data


VERSION_1 = """
CREATE TABLE run (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files (path TEXT PRIMARY KEY, size INT, mtime INT, ctime INT, inode INT, hash BLOB, facts BLOB)
    WITHOUT ROWID;
CREATE TABLE watched (path TEXT PRIMARY KEY, stamp TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE items (id TEXT PRIMARY KEY, path TEXT, link TEXT, body_hash TEXT, first INT, gone INT, source_hash TEXT,
    text_hash TEXT, updated TEXT, others TEXT, post BLOB) WITHOUT ROWID;
CREATE TABLE followers (path TEXT PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE contents (id TEXT PRIMARY KEY, key TEXT, hash TEXT, wants TEXT, complaints TEXT, content BLOB);
CREATE TABLE feeds (key TEXT PRIMARY KEY, id TEXT, title TEXT, updated TEXT) WITHOUT ROWID;
CREATE TABLE outputs (path TEXT PRIMARY KEY, size INT, mtime INT, ctime INT, inode INT, hash BLOB, signature TEXT)
    WITHOUT ROWID;
PRAGMA application_id = 0x666D696C;
PRAGMA user_version = 1;
"""


def as_version_1(path: Path) -> None:
    """The same index as the first version had it."""
    old = path.with_name("old")
    database = sqlite3.connect(old, isolation_level=None)
    database.executescript(VERSION_1)
    database.execute("ATTACH ? AS new", (str(path),))
    for table in ("run", "watched", "followers", "feeds", "outputs"):
        columns = {**schema.COLUMNS, "run": ("key", "value"), "watched": ("path", "stamp")}[table]
        names = ", ".join(columns)
        database.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM new.{table}")
    names = ", ".join(schema.COLUMNS["items"])
    database.execute(f"INSERT INTO items ({names}, body_hash) SELECT {names}, '' FROM new.items")
    database.execute(
        "INSERT INTO contents (id, key, hash, wants, complaints, content) SELECT items.id, key, hash, wants, "
        "complaints, content FROM new.contents JOIN new.items ON items.path = contents.path"
    )
    database.execute("DELETE FROM run WHERE key IN ('seal', 'ledger', 'out', 'unfinished')")
    as_marshalled(database)
    database.close()
    old.replace(path)


def as_marshalled(database: sqlite3.Connection) -> None:
    """Put packets as schemas 1 to 3 had them in the place of the present ones."""
    for given, packet in database.execute("SELECT id, post FROM items").fetchall():
        post = codec.decode_post(packet)
        assert post is not None
        database.execute("UPDATE items SET post = ? WHERE id = ?", (marshalled(positions(post)), given))
    for given, packet in database.execute("SELECT id, content FROM contents").fetchall():
        content = codec.decode_content(packet)
        assert content is not None
        old = marshalled((content.html, content.summary, content.opening, content.image, content.source_title))
        values = (codec.signature(old), old, given)
        database.execute("UPDATE contents SET hash = ?, content = ? WHERE id = ?", values)


def marshalled(values: object) -> bytes:
    data = marshal.dumps(values, 2)
    return hashlib.blake2b(data, digest_size=8).digest() + data


def positions(post: Post) -> tuple[object, ...]:
    def instant(at: datetime) -> tuple[int, int]:
        offset = at.utcoffset() or timedelta(0)
        return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1), offset // timedelta(minutes=1)

    authors = tuple((one.name, one.email, one.uri) for one in post.authors)
    enclosures = tuple((one.url, one.type, one.length, one.title) for one in post.enclosures)
    updated = post.updated and instant(post.updated)
    early = (*post[:4], instant(post.date), post.permalink, updated)
    return (*early, *post[7:11], authors, post.language, post.summary, enclosures)


def as_version_4(path: Path) -> None:
    """The same index as schema 4 had it: no lines, the hash of the trimmed body in each item, contents by id."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        rows = {table: database.execute(f"SELECT * FROM {table}").fetchall() for table in ("seen", "contents")}
        bodies = {row[0]: row[3] for row in rows["seen"]}
        items = database.execute(f"SELECT {', '.join(schema.COLUMNS['items'])} FROM items").fetchall()
        for table in ("seen", "items", "loaded", "files", "heads", "contents", "remote_files", *schema.CATALOG):
            database.execute(f"DROP TABLE {table}")
        database.execute("DROP INDEX followers_id")
        for table in ("items", "files", "contents"):
            columns = ", ".join(migrate.OLD_COLUMNS[table])
            database.execute(f"CREATE TABLE {table} ({columns}, seal)")
        joint = json.loads(database.execute("SELECT value FROM run WHERE key = 'ledger'").fetchone()[0])
        del joint["seen"]
        joint["items"] = 0
        for row in items:
            old = (*row[:3], bodies.get(row[1], ""), *row[3:])
            sealed = schema.seal("items", old, migrate.OLD_PACKETS)
            joint["items"] ^= schema.joint_seal([sealed])
            database.execute(f"INSERT INTO items VALUES ({', '.join('?' * 12)})", (*old, sealed))
        of_paths = {row[1]: row[0] for row in items}
        for path_, key, digest, _, wants, complaints, content, _ in rows["contents"]:
            old = (of_paths[path_], key, digest, wants, complaints, content)
            sealed = schema.seal("contents", old, migrate.OLD_PACKETS)
            database.execute("INSERT INTO contents VALUES (?, ?, ?, ?, ?, ?, ?)", (*old, sealed))
        database.execute("UPDATE run SET value = ? WHERE key = 'ledger'", (json.dumps(joint),))
        record = dict(database.execute("SELECT key, value FROM run"))
        database.execute("UPDATE run SET value = ? WHERE key = 'seal'", (json.dumps(schema.seal_of_run(record)),))
        database.execute("PRAGMA user_version = 4")


def test_an_index_of_schema_4_is_migrated_with_a_line_for_every_post(feedmill: Command, root: Path) -> None:
    feeds, before = tree(root / "feeds"), known(feedmill, root)
    as_version_4(index_of(root))
    outcome = feedmill(root, "--now", "2024-01-03", "--json")
    assert (outcome.code, outcome.err, outcome.report["written"], outcome.report["new"]) == (0, "", [], 0)
    assert (tree(root / "feeds"), known(feedmill, root)) == (feeds, before)


def test_a_post_that_is_renamed_at_the_upgrade_keeps_its_id_by_its_body(feedmill: Command, tmp_path: Path) -> None:
    root = site(
        tmp_path / "site", {"_posts/2021-01-01-a.md": post("A") + "Text.\n", "_posts/2021-01-02-b.md": post("B")}
    )
    feedmill(root)
    before = {line["path"]: line["id"] for line in feedmill("list", root).lines}
    as_version_4(index_of(root))
    (root / "_posts/2021-01-01-a.md").rename(root / "_posts/2021-01-01-new.md")
    report = feedmill(root, "--json").report
    assert (report["new"], report["gone"]) == (0, 0)
    after = {line["path"]: line["id"] for line in feedmill("list", root).lines}
    assert after["_posts/2021-01-01-new.md"] == before["_posts/2021-01-01-a.md"]


def test_a_post_that_cannot_be_read_at_the_upgrade_stays_as_published(feedmill: Command, root: Path) -> None:
    before = tree(root / "feeds")
    as_version_4(index_of(root))
    for path in sorted((root / "_posts").iterdir())[:1]:
        path.write_text("---\ntitle: [x\n---\nBroken\n")
    assert feedmill(root, "--now", "2024-01-03").code == 0
    assert tree(root / "feeds")["feed.json"] == before["feed.json"]


def test_an_index_of_an_older_version_is_read_and_migrated(feedmill: Command, root: Path) -> None:
    feeds, before = tree(root / "feeds"), known(feedmill, root)
    as_version_1(index_of(root))
    old = index_of(root).read_bytes()
    assert known(feedmill, root) == before
    assert feedmill("list", root, "--now", "2024-01-03").code == 0
    assert index_of(root).read_bytes() == old  # reading migrates nothing
    outcome = feedmill(root, "--now", "2024-01-03", "--json")
    assert (outcome.code, outcome.err, outcome.report["written"], outcome.report["new"]) == (0, "", [], 0)
    database = sqlite3.connect(index_of(root))
    assert database.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)
    database.close()
    assert (tree(root / "feeds"), known(feedmill, root)) == (feeds, before)
    changed(root, "UPDATE items SET first = 1")
    stir(root)
    assert "is damaged" in feedmill(root, "--now", "2024-01-04").err


def test_an_index_of_an_older_version_is_migrated_by_a_run_into_another_output(
    feedmill: Command, root: Path, tmp_path: Path
) -> None:
    before = known(feedmill, root)
    as_version_1(index_of(root))
    assert feedmill(root, "--out", tmp_path / "elsewhere", "--now", "2024-01-04").code == 0
    assert known(feedmill, root) == before
    assert feedmill(root, "--now", "2024-01-05").code == 0
    assert known(feedmill, root) == before


def test_an_export_of_version_1_is_imported(
    feedmill: Command, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = known(feedmill, root)
    lines = [json.loads(line) for line in feedmill("state", "export", root).out.splitlines()]
    for line in lines:
        if "item" in line:
            line["post"] = positions(codec.post_from_fields(line["post"]))
    old = tmp_path / "state.jsonl"
    old.write_text("".join(json.dumps(line) + "\n" for line in lines))
    index_of(root).unlink()
    with old.open() as opened:
        monkeypatch.setattr(sys, "stdin", opened)
        assert feedmill("state", "import", root).code == 0
    assert known(feedmill, root) == before


def test_a_newer_index_is_refused_and_nothing_is_written(feedmill: Command, root: Path) -> None:
    changed(root, f"PRAGMA user_version = {schema.VERSION + 1}")
    site(root, {A: post("New")}, None)
    before = tree(root)
    assert feedmill(root, "--now", "2024-01-04").code == 3
    assert tree(root) == before


def test_a_locked_index_is_no_damaged_one(feedmill: Command, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from posts.store import index

    real = index.Index.__init__
    monkeypatch.setattr(index.Index, "__init__", lambda self, path, patience=0.1: real(self, path, min(patience, 0.1)))
    site(root, {A: post("New")}, None)
    holder = sqlite3.connect(index_of(root), isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    outcome = feedmill(root, "--now", "2024-01-04")
    holder.close()
    assert (outcome.code, "cannot be read or written" in outcome.err) == (4, True)
    assert [path.name for path in index_of(root).parent.iterdir() if "damaged" in path.name] == []


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_content_that_is_damaged_is_mended_whichever_process_finds_it(
    feedmill: Command, tmp_path: Path, workers: str
) -> None:
    posts = {f"_posts/2021-01-01-{place}.md": post(f"P{place}").replace("news", f"c{place}") for place in range(25)}
    root = site(tmp_path / "site", posts)
    feedmill(root)
    feeds, contents = tree(root / "feeds"), known_contents(root)
    changed(root, "UPDATE contents SET content = CAST(substr(content, 1, 20) || x'00' || substr(content, 22) AS BLOB)")
    shutil.rmtree(root / "feeds")
    assert feedmill(root, "--workers", workers).code == 0
    assert tree(root / "feeds") == feeds
    assert known_contents(root) == contents


def known_contents(root: Path) -> list[tuple[str, bytes]]:
    with closing(sqlite3.connect(index_of(root))) as database:
        return database.execute("SELECT path, content FROM contents ORDER BY path").fetchall()


def test_a_schema_that_is_no_text_any_more_is_damage_like_any_other(tmp_path: Path) -> None:
    trial = others.Flips(others.settled(tmp_path))
    name = b"sqlite_autoindex_contents_1"  # SQLite quotes it in what it says
    place, total = trial.data.index(name), others.Tally()
    for bit in range(place * 8 + 7, (place + len(name)) * 8, 8):
        total.add(trial.flipped(bit))
    assert (total.faults, total.hits > 0) == ([], True)


def test_what_the_last_run_said_is_sealed_whatever_has_become_of_it() -> None:
    said = {"now": "1", "first": "2", "seal": "x"}
    assert schema.seal_of_run(said) == schema.seal_of_run(dict(reversed(said.items())))
    for odd in ({"now": None}, {None: "1"}, {b"now": "1"}, {"now": 1.5}):
        assert schema.seal_of_run({**said, **odd}) != schema.seal_of_run(said)  # type: ignore[dict-item]
