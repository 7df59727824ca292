"""The copy of a bucket: what is read, what is left out, and what remains when something fails."""

from __future__ import annotations

import io
import os
import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec import Struct
from msgspec.structs import replace

from posts.copy import fetch, tree
from posts.copy.extent import BEGINNING, LONGEST, Wants, extent_of
from posts.copy.names import usable_names
from posts.copy.ranges import BLOCK, RangeFile
from posts.copy.update import Updated, site_folder_of, update_copy
from posts.errors import BusyError, RefusedError, RemoteError, UsageError
from posts.pipeline.media_files import media_duration, probe_media
from posts.pipeline.picture_size import picture_size
from posts.store.lock import Lock
from tests.media import mp3, png
from tests.sites import tree as files_of

ADDRESS = "s3://bucket/site"
NONE, ALL = Wants(), Wants("", True, True, probe_media, "1")


class Stored(Struct, frozen=True):
    path: str
    size: int
    etag: str
    modified: datetime


class Objects:
    """A bucket in memory, which counts what is read."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files: dict[str, tuple[Stored, bytes]] = {}
        self.asked: list[str] = []
        self.version = 0
        self.sent = 0
        self.fails_at = ""
        self.cut = False
        for path, data in files.items():
            self.put(path, data)

    def put(self, path: str, data: bytes) -> None:
        self.version += 1
        moment = datetime(2024, 1, 1, 0, 0, self.version % 60, 500_000, UTC)
        self.files[path] = Stored(path, len(data), str(self.version), moment), data

    def list(self) -> Iterator[Stored]:
        for stored, _ in list(self.files.values()):
            if self.fails_at == f"list {stored.path}":
                raise RemoteError("the network is gone")
            yield stored

    def read(self, path: str, start: int, length: int) -> tuple[Stored, Iterator[bytes]]:
        self.asked.append(path)
        if self.fails_at == path:
            raise RemoteError("the network is gone")
        if path not in self.files:
            raise FileNotFoundError(path)
        stored, data = self.files[path]
        self.sent += length
        middle, end = start + length // 2, start + length - self.cut
        return stored, iter([data[start:middle], data[middle:end]])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index.sqlite3.copy"


def update_from(objects: Objects, folder: Path, wants: Wants = NONE, address: str = ADDRESS) -> Updated:
    objects.asked.clear()
    objects.sent = 0
    return update_copy(folder, address, objects, lambda _: wants)


def below(folder: Path) -> dict[str, bytes]:
    return files_of(site_folder_of(folder))


def test_only_what_differs_is_read(folder: Path) -> None:
    objects = Objects({"_config.yml": b"title: A", "_posts/a.md": b"a", "_posts/b.md": b"b"})
    assert update_from(objects, folder) == Updated((), 3, 0)
    assert below(folder) == {path: data for path, (_, data) in objects.files.items()}
    assert update_from(objects, folder) == Updated()
    objects.put("_posts/a.md", b"A")
    objects.put("_posts/c.md", b"c")
    del objects.files["_posts/b.md"]
    assert update_from(objects, folder) == Updated((), 2, 1)
    assert sorted(objects.asked) == ["_posts/a.md", "_posts/c.md"]
    assert below(folder) == {path: data for path, (_, data) in objects.files.items()}


def test_files_that_stay_keep_their_stamps_and_folders_too(folder: Path) -> None:
    objects = Objects({"a/one.md": b"1", "b/two.md": b"2"})
    update_from(objects, folder)
    paths = [site_folder_of(folder) / path for path in ("a/one.md", "a", ".")]
    before = [path.stat() for path in paths]
    objects.put("b/two.md", b"22")
    update_from(objects, folder)
    assert [path.stat() for path in paths] == before


def test_the_time_of_a_file_is_that_of_its_object(folder: Path) -> None:
    update_from(Objects({"a.md": b"a"}), folder)
    assert (site_folder_of(folder) / "a.md").stat().st_mtime == datetime(2024, 1, 1, 0, 0, 1, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("field", "value"), [("etag", "other"), ("modified", datetime(2025, 1, 1, tzinfo=UTC)), ("etag", "")]
)
def test_an_object_is_read_again_if_its_tag_or_time_differs(folder: Path, field: str, value: object) -> None:
    objects = Objects({"a.md": b"a"})
    update_from(objects, folder)
    stored, _ = objects.files["a.md"]
    objects.files["a.md"] = replace(stored, **{field: value}), b"b"
    assert update_from(objects, folder).read == 1
    assert below(folder) == {"a.md": b"b"}


def test_a_copied_file_that_was_changed_or_deleted_on_this_disk_is_read_again(folder: Path) -> None:
    objects = Objects({"a.md": b"a", "b.md": b"b", "c.md": b"c", "d/d.md": b"d"})
    update_from(objects, folder)
    site = site_folder_of(folder)
    (site / "a.md").write_bytes(b"x")
    (site / "b.md").unlink()
    (site / "c.md").unlink()
    (site / "c.md").symlink_to(site / "a.md")
    (site / "d/d.md").unlink()
    (site / "d").rmdir()
    (site / "d").symlink_to(folder.parent)
    (site / "strange.md").write_bytes(b"x")
    (site / "strange").mkdir()
    assert update_from(objects, folder) == Updated((), 4, 1)
    assert below(folder) == {path: data for path, (_, data) in objects.files.items()}
    assert not (site / "strange").exists()


def test_a_copy_that_was_moved_with_its_times_is_not_read_again(folder: Path) -> None:
    objects = Objects({"_posts/a.md": b"a"})
    update_from(objects, folder)
    site = site_folder_of(folder)
    (site / "_posts/a.md").rename(site / "kept")
    (site / "_posts/a.md").write_bytes((site / "kept").read_bytes())  # as an archive is unpacked: another inode
    os.utime(site / "_posts/a.md", ns=((site / "kept").stat().st_mtime_ns,) * 2)
    (site / "kept").unlink()
    assert update_from(objects, folder) == Updated()


def test_a_listing_that_fails_half_way_removes_nothing(folder: Path) -> None:
    objects = Objects({"a.md": b"a", "b.md": b"b", "c.md": b"c"})
    update_from(objects, folder)
    before = below(folder)
    objects.fails_at = "list b.md"
    with pytest.raises(RemoteError):
        update_from(objects, folder)
    assert below(folder) == before
    objects.fails_at = ""
    assert update_from(objects, folder) == Updated()


@pytest.mark.parametrize("cut", [True, False])
def test_an_update_that_fails_is_completed_by_the_next(
    folder: Path, cut: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "AT_ONCE", 1)
    objects = Objects({f"{number:03}.md": f"text {number}".encode() for number in range(40)})
    objects.put("039.md", b"")  # no request is made for an empty object
    objects.fails_at, objects.cut = "" if cut else "020.md", cut
    with pytest.raises(RemoteError, match=r"answer has \d of \d bytes; run again|the network is gone"):
        update_from(objects, folder)
    had = below(folder)
    assert all(data == objects.files[path][1] for path, data in had.items())
    objects.fails_at, objects.cut = "", False
    assert update_from(objects, folder).read == 40 - len(had)
    assert cut or len(had) >= 15
    assert below(folder) == {path: data for path, (_, data) in objects.files.items()}
    assert list((folder / "parts").iterdir()) == []


def test_a_run_that_is_killed_between_moving_and_recording_is_completed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    objects = Objects({"a.md": b"a", "b.md": b"b"})
    with monkeypatch.context() as patch:
        patch.setattr("posts.store.copy_record.CopyRecord.change", lambda *_: None)
        update_from(objects, folder)
    (folder / "parts" / "7").write_bytes(b"half")
    assert update_from(objects, folder) == Updated((), 2, 0)
    assert below(folder) == {"a.md": b"a", "b.md": b"b"}
    assert update_from(objects, folder) == Updated()


def test_an_object_that_is_replaced_while_it_is_read_is_read_once_more(folder: Path) -> None:
    class Replaced(Objects):
        def read(self, path: str, start: int, length: int) -> tuple[Stored, Iterator[bytes]]:
            if len(self.asked) < self.times:
                self.put(path, b"new text" * (len(self.asked) + 2))
            return super().read(path, start, length)

    objects = Replaced({"a.md": b"old"})
    objects.times = 1
    assert update_from(objects, folder).read == 1
    assert below(folder) == {"a.md": b"new text" * 2}
    assert update_from(objects, folder) == Updated()
    objects.put("a.md", b"x")
    objects.times = 9
    with pytest.raises(RemoteError, match=r"a\.md is replaced whenever it is read"):
        update_from(objects, folder)
    assert below(folder) == {"a.md": b"new text" * 2}


def test_an_object_that_is_gone_when_it_is_read_is_not_there(folder: Path) -> None:
    class Vanishing(Objects):
        def read(self, path: str, start: int, length: int) -> tuple[Stored, Iterator[bytes]]:
            self.files.pop("b.md", None)
            return super().read(path, start, length)

    objects = Vanishing({"a.md": b"a", "b.md": b"b"})
    update_from(objects, folder)
    update_from(objects, folder)
    assert below(folder) == {"a.md": b"a"}


def test_a_file_may_become_a_folder_and_a_folder_a_file(folder: Path) -> None:
    objects = Objects({"a": b"file", "b/c/d.md": b"inside"})
    update_from(objects, folder)
    objects = Objects({"a/b.md": b"inside", "b": b"file"})
    objects.version = 50
    for path in ("a/b.md", "b"):
        objects.put(path, objects.files[path][1])
    update_from(objects, folder)
    assert below(folder) == {"a/b.md": b"inside", "b": b"file"}


HOSTILE = {
    "../up.md": "a part of it is empty, `.` or `..`",
    "a/../../up.md": "a part of it is empty, `.` or `..`",
    "/etc/passwd": "a part of it is empty, `.` or `..`",
    "a//b.md": "a part of it is empty, `.` or `..`",
    "./a.md": "a part of it is empty, `.` or `..`",
    "folder/": "a part of it is empty, `.` or `..`",
    "nul\0.md": "it has control characters",
    "new\nline.md": "it has control characters",
    "half\ud800.md": "it is not valid Unicode",
    "n" * 256: "a part of it is longer than 255 bytes, or the whole than 3,000",
    "文" * 86: "a part of it is longer than 255 bytes, or the whole than 3,000",
    "/".join(["d" * 200] * 20): "a part of it is longer than 255 bytes, or the whole than 3,000",
    "d/" * 101 + "a.md": "it has more than 100 folders",
    "both": "other objects have this name as their folder",
}


def test_hostile_names_are_reported_and_nothing_is_written_outside(folder: Path) -> None:
    names = [*HOSTILE, "both/inside.md", "good.md", "C:\\windows.md", "~", "-rf", "a b?#%.md", "é" * 127]
    objects = Objects(dict.fromkeys(names, b"text"))
    updated = update_from(objects, folder)
    assert below(folder).keys() == {*names} - HOSTILE.keys()
    assert len(updated.problems) == len(HOSTILE)
    assert {problem.code for problem in updated.problems} == {"object-name"}
    for reason in HOSTILE.values():
        assert any(reason in problem.message for problem in updated.problems), reason
    assert all(problem.path.isprintable() for problem in updated.problems)
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_empty_objects_for_folders_are_left_out_without_a_problem() -> None:
    paths = ["a/", "a/b.md", "c", "c/d.md", "e"]
    assert usable_names(paths, [0, 1, 0, 1, 0], folds_case=False) == (["a/b.md", "c/d.md", "e"], [])


def test_names_that_differ_in_case_only_are_refused_where_the_disk_ignores_case(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    objects = Objects(
        {"A.md": b"A", "a.md": b"a", "B/x.md": b"x", "b/y.md": b"y", "caf\u00e9": b"1", "cafe\u0301": b"2"}
    )
    assert update_from(objects, folder).problems == ()
    assert len(below(folder)) == 6
    monkeypatch.setattr(tree, "folds_case", lambda _: True)
    updated = update_from(objects, folder)
    assert below(folder).keys() == {"A.md", "B/x.md", "cafe\u0301"}
    assert [problem.path for problem in updated.problems] == ["a.md", "b/y.md", "café"]
    assert "'A.md' differs from it only in case" in updated.problems[0].message


def test_a_disk_that_tells_case_apart_is_detected(tmp_path: Path) -> None:
    assert tree.folds_case(tmp_path) is (tmp_path / str(tmp_path.name).swapcase()).exists()
    assert list(tmp_path.iterdir()) == []


def test_published_feeds_are_not_copied(folder: Path) -> None:
    objects = Objects({"a.md": b"a", "feeds/rss.xml": b"feed", "feeds.md": b"b"})
    update_from(objects, folder, Wants("feeds"))
    assert below(folder).keys() == {"a.md", "feeds.md"}
    assert update_from(objects, folder, Wants("feeds")) == Updated()
    assert update_from(objects, folder).read == 1
    assert update_from(objects, folder, Wants("feeds")).removed == 1


def test_a_configuration_may_take_the_place_of_a_folder(folder: Path) -> None:
    objects = Objects({"feedmill.toml/a.md": b"a", "b.md": b"b"})
    update_from(objects, folder)
    del objects.files["feedmill.toml/a.md"]
    objects.put("feedmill.toml", b"[feeds]")
    update_from(objects, folder)
    assert below(folder) == {"feedmill.toml": b"[feeds]", "b.md": b"b"}
    assert update_from(objects, folder) == Updated()


def test_folders_that_nobody_reads_are_not_copied(folder: Path) -> None:
    skipped = (".git/config", "a/.git/x", "node_modules/a/readme.md", "x/node_modules/b.md", "_site/index.html")
    kept = (".gitignore", ".eleventy.js", "a/_site/x.md", ".well-known/x.html", "node_modules.md")
    update_from(Objects(dict.fromkeys((*skipped, *kept), b"x")), folder)
    assert below(folder).keys() == {*kept}


MIB = 1 << 20


@pytest.mark.parametrize(
    ("path", "size", "extent", "in_podcast"),
    [
        ("_posts/a.md", LONGEST, "whole", "whole"),
        ("_posts/a.md", LONGEST + 1, f"head:{BEGINNING}", f"head:{BEGINNING}"),
        ("content/a/index.HTML", 10, "whole", "whole"),
        ("_data/authors.yml", 10, "whole", "whole"),
        ("icon.svg", 10, "whole", "whole"),
        ("CNAME", 10, "whole", "whole"),
        ("unknown.suffix", 17 * MIB, f"head:{BEGINNING}", f"head:{BEGINNING}"),
        ("images/a.PNG", 300, "size", "probe:1"),
        ("images/a.jpeg", MIB, "size", "probe:1"),
        ("images/a.gif", MIB, "size", "size"),
        ("audio/a.mp3", 100 * MIB, "size", "probe:1"),
        ("a.tar.gz", 100 * MIB, "size", "size"),
        ("_includes/logo.png", 300, "whole", "whole"),
        ("a/_posts/2021-01-01-a.pdf", 300, "whole", "whole"),
        ("png", 10, "whole", "whole"),
    ],
)
def test_of_media_files_the_size_is_copied(path: str, size: int, extent: str, in_podcast: str) -> None:
    assert extent_of(path, size, Wants()) == extent
    assert extent_of(path, size, ALL) == in_podcast


def test_media_files_have_their_size_and_cost_no_request(folder: Path) -> None:
    objects = Objects({"a.md": b"text", "a.mp3": b"sound", "a.png": b"picture", "b.pdf": b"pdf"})
    update_from(objects, folder)
    assert objects.asked == ["a.md"]
    assert below(folder) == {"a.md": b"text", "a.mp3": bytes(5), "a.png": bytes(7), "b.pdf": bytes(3)}


def test_a_podcast_copies_what_durations_and_dimensions_are_read_from(folder: Path) -> None:
    objects = Objects({"long.mp3": mp3(3600), "cover.png": png(1500, 1500) + bytes(MIB), "b.pdf": bytes(MIB)})
    update_from(objects, folder)  # it is not a podcast yet
    assert objects.asked == []
    site = site_folder_of(folder)
    assert media_duration(site, "long.mp3") == 0
    assert update_from(objects, folder, ALL).read == 2
    assert len(objects.asked) < 10
    assert objects.sent < 10 * BLOCK
    assert 3590 < media_duration(site, "long.mp3") < 3600
    assert picture_size(site / "cover.png") == (1500, 1500)
    sizes = {path: len(data) for path, data in below(folder).items()}
    assert sizes == {path: stored.size for path, (stored, _) in objects.files.items()}
    assert (site / "long.mp3").stat().st_blocks * 512 < 8 * BLOCK
    assert update_from(objects, folder, ALL) == Updated()
    assert update_from(objects, folder, Wants("", True, True, probe_media, "2")).read == 2  # another version of mutagen


@pytest.mark.parametrize("kind", ["mp3", "wav", "mp4"])
def test_what_is_read_of_a_recording_gives_the_duration_of_the_whole(folder: Path, tmp_path: Path, kind: str) -> None:
    recordings = {"mp3": b"ID3\x04\0\0\0\x18\0\0" + bytes(0x0C00 << 7) + mp3(700), "wav": wav(60), "mp4": mp4(900)}
    data = recordings[kind]
    objects = Objects({f"a.{kind}": data})
    update_from(objects, folder, ALL)
    (tmp_path / f"a.{kind}").write_bytes(data)
    whole = media_duration(tmp_path, f"a.{kind}")
    assert media_duration(site_folder_of(folder), f"a.{kind}") == whole != 0
    assert objects.sent < len(data) / 2


@pytest.mark.parametrize("number", [1, 2])
def test_a_recording_of_which_a_part_cannot_be_read_is_read_by_the_next_run(folder: Path, number: int) -> None:
    class Failing(Objects):
        def read(self, path: str, start: int, length: int) -> tuple[Stored, Iterator[bytes]]:
            if len(self.asked) == number - 1:
                self.asked.append(path)
                raise RemoteError("the network is gone")
            return super().read(path, start, length)

    objects = Failing({"a.mp3": mp3(600) + bytes(BLOCK)})
    with pytest.raises(RemoteError, match="the network is gone"):
        update_from(objects, folder, ALL)
    assert below(folder) == {}
    objects.__class__ = Objects
    assert update_from(objects, folder, ALL).read == 1
    assert media_duration(site_folder_of(folder), "a.mp3") > 0


def test_a_part_of_a_file_is_fetched_once() -> None:
    data, fetched = os.urandom(3 * BLOCK + 10), []

    def fetch(start: int, length: int) -> bytes:
        fetched.append((start, length))
        return data[start : start + length]

    target = io.BytesIO(bytes(len(data)))
    file = RangeFile("a.mp3", target, fetch)
    assert (file.seek(-5, os.SEEK_END), file.read(), file.read(1)) == (len(data) - 5, data[-5:], b"")
    assert (file.seek(BLOCK - 2), file.read(4), file.tell()) == (BLOCK - 2, data[BLOCK - 2 : BLOCK + 2], BLOCK + 2)
    assert (file.seek(-1, os.SEEK_CUR), file.read(2)) == (BLOCK + 1, data[BLOCK + 1 : BLOCK + 3])
    assert fetched == [(3 * BLOCK, 10), (0, 2 * BLOCK)]
    assert target.getvalue() == data[: 2 * BLOCK] + bytes(BLOCK) + data[3 * BLOCK :]
    with pytest.raises(OSError, match="negative"):
        file.seek(-1)


def wav(seconds: int) -> bytes:
    sound = bytes(8_000 * seconds)
    head = b"fmt \x10\0\0\0\1\0\1\0" + struct.pack("<IIHH", 8_000, 8_000, 1, 8)
    chunks = head + b"data" + struct.pack("<I", len(sound)) + sound
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


def mp4(seconds: int) -> bytes:
    """Return a file whose index is at its end, as recorders write it."""

    def atom(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", 8 + len(data)) + kind + data

    length = struct.pack(">IIIIII", 0, 0, 0, 1_000, 1_000 * seconds, 0)
    media = atom(b"mdhd", length) + atom(b"hdlr", bytes(8) + b"soun" + bytes(12))
    track = atom(b"trak", atom(b"mdia", media))
    moov = atom(b"moov", atom(b"mvhd", length) + track)
    return atom(b"ftyp", b"M4A \0\0\0\0") + atom(b"mdat", bytes(5 * BLOCK)) + moov


def test_a_copy_is_of_one_bucket(folder: Path) -> None:
    objects = Objects({"a.md": b"a"})
    update_from(objects, folder)
    with pytest.raises(RefusedError, match=r"is a copy of s3://bucket/site, not of s3://other; .* delete this folder"):
        update_from(objects, folder, address="s3://other")
    assert below(folder) == {"a.md": b"a"}


def test_a_folder_with_other_files_is_not_taken_for_a_copy(folder: Path) -> None:
    folder.mkdir()
    (folder / "thesis.md").write_text("mine")
    with pytest.raises(UsageError, match="has other files; use another --state"):
        update_from(Objects({"a.md": b"a"}), folder)
    assert files_of(folder) == {"thesis.md": b"mine"}


@pytest.mark.parametrize("damage", [b"", b"no database" * 500, None])
def test_a_record_that_is_damaged_is_made_again(folder: Path, damage: bytes | None) -> None:
    objects = Objects({"a.md": b"a"})
    update_from(objects, folder)
    record = folder / "record.sqlite3"
    record.write_bytes(record.read_bytes()[:5000] if damage is None else damage)
    assert update_from(objects, folder) == Updated((), 1, 0)
    assert update_from(objects, folder) == Updated()


def test_one_run_at_a_time_brings_a_copy_up_to_date(folder: Path) -> None:
    update_from(Objects({"a.md": b"a"}), folder)
    with Lock() as lock:
        lock.index(folder / "record.sqlite3")
        with pytest.raises(BusyError):
            update_from(Objects({}), folder)
