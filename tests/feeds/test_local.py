from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from feeds.destinations import sync as disk
from feeds.destinations.base import Destination, Outcome
from feeds.destinations.local import LocalFolder
from feeds.destinations.memory import MemoryDestination
from feeds.model import Artifact
from posts.errors import PublicationError, RefusedError
from posts.files.stat import Stamp, digest
from posts.store.rows import OutputRow
from tests.feeds.examples import post, published
from tests.sites import tree

RSS = b"<rss><generator>feedmill</generator>%s</rss>"
DAY = 1_640_000_000


def artifacts(**files: bytes) -> list[Artifact]:
    return [Artifact(path.replace("__", "/") + ".xml", "application/rss+xml", data) for path, data in files.items()]


def without_rows(outcome: Outcome) -> Outcome:
    return replace(outcome, rows={})


def test_files_are_written_once_and_left_alone_while_they_stay_the_same(tmp_path: Path) -> None:
    wanted = artifacts(rss=RSS % b"1", category__news__rss=RSS % b"2")
    folder = LocalFolder(tmp_path / "made" / "out")
    assert without_rows(folder.publish(wanted)) == Outcome(written=("category/news/rss.xml", "rss.xml"))
    assert tree(folder.root) == {"rss.xml": RSS % b"1", "category/news/rss.xml": RSS % b"2"}
    times = [path.stat().st_mtime_ns for path in sorted(folder.root.rglob("*"))]
    assert without_rows(folder.publish(wanted)) == Outcome(unchanged=("category/news/rss.xml", "rss.xml"))
    assert [path.stat().st_mtime_ns for path in sorted(folder.root.rglob("*"))] == times


def test_a_file_that_differs_is_replaced_and_the_others_are_not(tmp_path: Path) -> None:
    LocalFolder(tmp_path).publish(artifacts(a=RSS % b"1", b=RSS % b"1"))
    before = (tmp_path / "a.xml").stat().st_ino
    outcome = LocalFolder(tmp_path).publish(artifacts(a=RSS % b"2", b=RSS % b"1"))
    assert without_rows(outcome) == Outcome(written=("a.xml",), unchanged=("b.xml",))
    assert (tmp_path / "a.xml").stat().st_ino != before


@pytest.mark.parametrize("ahead", [-3600, 0, 0.7, 3600])
def test_the_time_of_a_replaced_file_moves_forward_by_a_whole_second(tmp_path: Path, ahead: float) -> None:
    target = tmp_path / "a.xml"
    LocalFolder(tmp_path).publish(artifacts(a=RSS % b"1"))
    old = target.stat().st_mtime + ahead
    os.utime(target, (old, old))
    LocalFolder(tmp_path).publish(artifacts(a=RSS % b"2"))
    assert int(target.stat().st_mtime) > int(old)


def test_a_missing_file_that_gets_the_same_bytes_again_gets_its_time_again(tmp_path: Path) -> None:
    first = LocalFolder(tmp_path / "first").publish(artifacts(a=RSS % b"1", b=RSS % b"1"))
    hour_ago = {path: row._replace(stamp=row.stamp._replace(mtime=DAY * 10**9)) for path, row in first.rows.items()}
    second = LocalFolder(tmp_path / "second", hour_ago)
    assert second.publish(artifacts(a=RSS % b"1", b=RSS % b"2")).written == ("a.xml", "b.xml")
    assert (second.root / "a.xml").stat().st_mtime == DAY
    assert (second.root / "b.xml").stat().st_mtime > DAY


def test_a_new_file_has_the_mode_the_umask_leaves_and_a_replaced_one_keeps_its_own(tmp_path: Path) -> None:
    old = os.umask(0o027)
    try:
        LocalFolder(tmp_path).publish(artifacts(a=RSS % b"1", b=RSS % b"1"))
        (tmp_path / "b.xml").chmod(0o664)
        LocalFolder(tmp_path).publish(artifacts(a=RSS % b"2", b=RSS % b"2"))
    finally:
        os.umask(old)
    modes = {name: stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("a.xml", "b.xml")}
    assert modes == {"a.xml": 0o640, "b.xml": 0o664}


def test_files_that_are_not_ours_are_all_named_and_nothing_is_written(tmp_path: Path) -> None:
    foreign = {"b.xml": b"<rss>mine</rss>", "c.xml": b"", "feed.json": b'{"title": "\\"_feedmill\\": "}'}
    for name, data in foreign.items():
        (tmp_path / name).write_bytes(data)
    wanted = [*artifacts(a=RSS, b=RSS, c=RSS, d__e=RSS), Artifact("feed.json", "application/feed+json", b"{}")]
    with pytest.raises(RefusedError) as refused:
        LocalFolder(tmp_path).publish(wanted)
    assert all(f"{tmp_path / name}: was not written by feedmill" in str(refused.value) for name in foreign)
    assert tree(tmp_path) == foreign
    assert not (tmp_path / "d").exists()


def test_after_a_refusal_nothing_more_is_staged(tmp_path: Path) -> None:
    def watched() -> Iterator[Artifact]:
        yield from artifacts(a=RSS, b=RSS)
        assert [path.name for path in tmp_path.iterdir()] == ["a.xml"]

    (tmp_path / "a.xml").write_bytes(b"mine")
    with pytest.raises(RefusedError):
        LocalFolder(tmp_path).publish(watched())


def test_a_foreign_file_with_the_very_bytes_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(b"<rss/>")
    assert LocalFolder(tmp_path).publish(artifacts(a=b"<rss/>")).unchanged == ("a.xml",)


def test_every_format_is_known_again_as_ours(tmp_path: Path) -> None:
    def files(title: str) -> list[Artifact]:
        return [Artifact(path, "", data) for path, data in published([post(title=title, categories=(title,))]).items()]

    LocalFolder(tmp_path).publish(files("before"))
    assert {"atom.xml", "feed.json", "feeds.opml", "rss.xml"} <= set(
        LocalFolder(tmp_path).publish(files("after")).written
    )


def test_other_files_and_hidden_ones_survive(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_bytes(b"ref")
    (tmp_path / "index.html").write_bytes(b"mine")
    LocalFolder(tmp_path).publish(artifacts(a=RSS))
    assert tree(tmp_path) == {".git/HEAD": b"ref", "index.html": b"mine", "a.xml": RSS}


def test_the_output_folder_may_be_a_symbolic_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to("real")
    LocalFolder(tmp_path / "out").publish(artifacts(a=RSS))
    assert tree(tmp_path / "real") == {"a.xml": RSS}


def test_a_link_to_nowhere_in_the_place_of_the_output_is_reported(tmp_path: Path) -> None:
    (tmp_path / "out").symlink_to("nowhere")
    with pytest.raises(PublicationError, match="cannot be written"):
        LocalFolder(tmp_path / "out").publish(artifacts(a=RSS))


@pytest.mark.parametrize("obstacle", ["category", "category/news"])
def test_a_linked_folder_in_the_output_is_refused_and_not_followed(tmp_path: Path, obstacle: str) -> None:
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    elsewhere.mkdir()
    (out / obstacle).parent.mkdir(parents=True)
    (out / obstacle).symlink_to(elsewhere)
    with pytest.raises(RefusedError, match="is a symbolic link"):
        LocalFolder(out).publish(artifacts(category__news__a=RSS))
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize("dangling", [True, False])
def test_a_linked_file_is_refused_and_its_target_stays(tmp_path: Path, dangling: bool) -> None:
    if not dangling:
        (tmp_path / "secret").write_bytes(RSS % b"old")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.xml").symlink_to(tmp_path / "secret")
    with pytest.raises(RefusedError, match="is a symbolic link, not a file"):
        LocalFolder(tmp_path / "out").publish(artifacts(a=RSS))
    assert tree(tmp_path).get("secret") == (None if dangling else RSS % b"old")


def test_a_folder_in_the_place_of_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.xml").mkdir()
    with pytest.raises(RefusedError, match="is a folder, not a file"):
        LocalFolder(tmp_path).publish(artifacts(a=RSS))


@pytest.mark.parametrize("path", ["category", "out"])
def test_a_file_in_the_place_of_a_folder_is_refused(tmp_path: Path, path: str) -> None:
    target = tmp_path / "out" if path == "out" else tmp_path / "out" / path
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(b"mine")
    with pytest.raises(RefusedError, match="is not a folder"):
        LocalFolder(tmp_path / "out").publish(artifacts(category__a=RSS))
    assert target.read_bytes() == b"mine"


def test_a_device_or_pipe_is_refused_without_being_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.xml")
    with pytest.raises(RefusedError, match="is a special file"):
        LocalFolder(tmp_path).publish(artifacts(a=RSS))


@pytest.mark.parametrize("path", ["../a.xml", "/a.xml", "a/../../b.xml", "a//b.xml", "./a.xml", "a\\b.xml", ""])
def test_a_path_that_is_not_below_the_output_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(RefusedError, match="is outside the output"):
        LocalFolder(tmp_path / "out").publish([Artifact(path, "", RSS)])
    assert list(tmp_path.iterdir()) == []


def test_an_artifact_that_cannot_be_made_stops_the_publication_as_a_whole(tmp_path: Path) -> None:
    def failing() -> Iterator[Artifact]:
        yield from artifacts(a=RSS % b"2", b__c=RSS)
        raise PublicationError("verification failed")

    LocalFolder(tmp_path).publish(artifacts(a=RSS % b"1"))
    with pytest.raises(PublicationError):
        LocalFolder(tmp_path).publish(failing())
    assert tree(tmp_path) == {"a.xml": RSS % b"1"}
    assert not (tmp_path / "b").exists()


def test_a_failing_disk_is_reported_with_the_file_and_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    LocalFolder(tmp_path).publish(artifacts(a=RSS % b"1"))
    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(PublicationError, match=r"b\.xml: .*No space left") as failed:
        LocalFolder(tmp_path).publish(artifacts(b=RSS % b"2"))
    assert failed.value.exit_code == 4
    assert tree(tmp_path) == {"a.xml": RSS % b"1"}


def test_whoever_reads_meanwhile_has_the_old_bytes_until_all_is_ready(tmp_path: Path) -> None:
    seen: list[dict[str, bytes]] = []

    def watched() -> Iterator[Artifact]:
        for artifact in artifacts(a=RSS % b"2", b=RSS % b"2"):
            yield artifact
            seen.append({name: data for name, data in tree(tmp_path).items() if not name.startswith(".")})

    old = {"a.xml": RSS % b"1", "b.xml": RSS % b"1"}
    LocalFolder(tmp_path).publish(artifacts(a=RSS % b"1", b=RSS % b"1"))
    LocalFolder(tmp_path).publish(watched())
    assert seen == [old, old]


@pytest.mark.parametrize("kind", ["memory", "local"])
def test_every_destination_reports_alike(tmp_path: Path, kind: str) -> None:
    place: Destination = MemoryDestination() if kind == "memory" else LocalFolder(tmp_path)
    assert without_rows(place.publish(artifacts(b=RSS % b"1", a=RSS % b"1"))) == Outcome(written=("a.xml", "b.xml"))
    assert without_rows(place.publish(artifacts(b=RSS % b"1", a=RSS % b"2"))) == Outcome(
        written=("a.xml",), unchanged=("b.xml",)
    )


def test_what_a_killed_run_has_left_goes_with_the_next_and_nothing_else_does(tmp_path: Path) -> None:
    folder = LocalFolder(tmp_path, {"category/a.xml": OutputRow(Stamp(-1, 0, 0, 0), b"", "")})
    left = ["." + "a.xml.feedmill-0123abcd.tmp", "category/.rss.xml.feedmill-89abcdef.tmp"]
    others = ["x.tmp", ".a.xml.feedmill-xyz.tmp", "category/.notes.tmp", "elsewhere/.a.xml.feedmill-0123abcd.tmp"]
    for name in (*left, *others):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"half")
    folder.publish([])
    assert sorted(tree(tmp_path)) == sorted(others)


@pytest.mark.parametrize("marked", [True, False])
def test_of_what_a_killed_run_was_about_to_write_only_what_is_ours_is_removed(tmp_path: Path, marked: bool) -> None:
    (tmp_path / "a.xml").write_bytes(RSS if marked else b"mine")
    folder = LocalFolder(tmp_path, {"a.xml": OutputRow(Stamp(-1, 0, 0, 0), b"", "")})
    assert folder.publish([], ["a.xml"]).removed == (("a.xml",) if marked else ())
    assert (tmp_path / "a.xml").exists() is not marked


def test_what_was_about_to_be_written_is_no_reason_to_replace_what_another_put_there(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(b"mine")
    with pytest.raises(RefusedError):
        LocalFolder(tmp_path, {"a.xml": OutputRow(Stamp(-1, 0, 0, 0), b"", "")}).publish(artifacts(a=RSS))


@pytest.mark.parametrize("lost", [b"", b"\0" * 4096])
def test_what_a_disk_has_lost_of_a_file_that_was_about_to_be_written_is_replaced(tmp_path: Path, lost: bytes) -> None:
    (tmp_path / "a.xml").write_bytes(lost)
    LocalFolder(tmp_path, {"a.xml": OutputRow(Stamp(-1, 0, 0, 0), b"", "")}).publish(artifacts(a=RSS))
    assert tree(tmp_path) == {"a.xml": RSS}


def test_an_empty_file_is_never_published(tmp_path: Path) -> None:
    with pytest.raises(PublicationError, match="verification failed, the file is empty"):
        LocalFolder(tmp_path).publish(artifacts(a=b""))
    assert tree(tmp_path) == {}


class Recorder:
    """Records the order of syncs, renames and removals."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.events: list[str] = []
        for owner, name in ((disk.Disk, "sync"), (Path, "replace"), (Path, "unlink")):
            monkeypatch.setattr(owner, name, self._recorded(name, getattr(owner, name)))

    def _recorded(self, name: str, real: Callable[..., object]) -> Callable[..., object]:
        def recorded(*arguments: object) -> object:
            self.events.append(name)
            return real(*arguments)

        return recorded


def test_all_is_on_the_disk_before_the_first_is_renamed_and_removals_come_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "old.xml").write_bytes(RSS)
    known = {"old.xml": OutputRow(Stamp(0, 0, 0, 0), digest(RSS), "")}
    recorder = Recorder(monkeypatch)
    LocalFolder(tmp_path, known).publish(artifacts(a=RSS, b__c=RSS), ["old.xml"])
    assert recorder.events == ["sync", "replace", "replace", "sync", "unlink", "sync"]


def test_nothing_is_synchronised_where_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    LocalFolder(tmp_path).publish(artifacts(a=RSS))
    recorder = Recorder(monkeypatch)
    LocalFolder(tmp_path).publish(artifacts(a=RSS))
    assert recorder.events == []


def test_without_syncfs_every_file_and_folder_is_synchronised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[Path] = []
    monkeypatch.setattr(disk, "_syncfs", lambda: None)
    monkeypatch.setattr(disk, "_fsync", synced.append)
    LocalFolder(tmp_path).publish(artifacts(a=RSS, b__c=RSS))
    files, folders = synced[:2], synced[2:]
    assert [path.parent for path in files] == [tmp_path, tmp_path / "b"]
    assert set(folders) == {tmp_path, tmp_path / "b"}


def test_a_disk_that_fails_while_it_is_synchronised_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise OSError(5, "Input/output error")

    LocalFolder(tmp_path).publish(artifacts(a=RSS % b"1"))
    monkeypatch.setattr(disk, "_syncfs", lambda: fail)
    with pytest.raises(PublicationError, match="Input/output error"):
        LocalFolder(tmp_path).publish(artifacts(a=RSS % b"2"))
    assert tree(tmp_path) == {"a.xml": RSS % b"1"}
