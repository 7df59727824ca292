"""What is decided about a remote from its record alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from feeds.model import Places
from feeds.options import FeedsOptions
from feeds.remotes.changes import Changes, changes_of, removal_refusal, settled, update_of
from feeds.remotes.options import decode_remote_options
from feeds.remotes.published_files import PublishedFiles
from posts.config.table import Table
from posts.errors import RemoteError
from posts.store.rows import ComparedFile, RemoteFile

PLACES = Places(files={"": {"atom.xml": "../feed.xml"}, "category/x": {"index.html": "odd.css"}}, prefix="feeds")
FILES = PublishedFiles.of(FeedsOptions("https://site.example/feeds", places=PLACES, ttl=10))


@pytest.mark.parametrize(
    ("path", "stage", "media_type"),
    [
        ("feeds/feed.css", 0, "text/css; charset=utf-8"),
        ("feeds/embed.js", 0, "text/javascript; charset=utf-8"),
        ("feeds/feed.svg", 0, "image/svg+xml"),
        ("feeds/category/a/atom-archive-12.xml", 0, "application/xml; charset=utf-8"),
        ("feeds/category/a/index.html", 1, "text/html; charset=utf-8"),
        ("feeds/category/a/embed.fragment.html", 1, "text/html; charset=utf-8"),
        ("feeds/embed.html", 1, "text/html; charset=utf-8"),
        ("feeds/odd.css", 1, "text/html; charset=utf-8"),
        ("feeds/rss.xml", 2, "application/xml; charset=utf-8"),
        ("feed.xml", 2, "application/xml; charset=utf-8"),
        ("feeds/tag/a/feed.json", 2, "application/feed+json"),
        ("feeds/index.html", 3, "text/html; charset=utf-8"),
        ("feeds/try.html", 3, "text/html; charset=utf-8"),
        ("feeds/feeds.opml", 3, "text/x-opml; charset=utf-8"),
        ("feeds/_headers", 3, "text/plain; charset=utf-8"),
        ("feeds/other", 3, "application/octet-stream"),
    ],
)
def test_a_path_tells_when_a_file_is_sent_and_with_which_headers(path: str, stage: int, media_type: str) -> None:
    assert FILES.stage(path) == FILES.stage(f"{path}.gz") == stage
    assert FILES.attributes(path) == (media_type, "public, max-age=600", "")
    assert FILES.attributes(f"{path}.gz") == (media_type, "public, max-age=600", "gzip")
    assert FILES.attributes(path).digest() != FILES.attributes(f"{path}.gz").digest()


def row(size: int = 1, state: str = "held") -> RemoteFile:
    return RemoteFile(size, b"h", "a", state)  # type: ignore[arg-type]


def compared(path: str, known: bytes | None, state: str | None, attributes: str = "a") -> ComparedFile:
    return ComparedFile(path, 1, b"h", known, attributes, state)  # type: ignore[arg-type]


def test_a_file_is_sent_unless_the_record_says_that_it_is_there() -> None:
    files = [
        compared("same", b"h", "held"),
        compared("bytes", b"other", "held"),
        compared("headers", b"h", "held", "other"),
        compared("adding", b"h", "adding"),
        compared("replacing", b"h", "replacing"),
        compared("removing", b"h", "removing"),
        compared("odd", b"h", "flipped"),
        compared("unknown", None, None),
    ]
    changes = changes_of(files, {"gone": row()}, lambda _: "a")
    assert [*changes.same] == ["same"]
    assert {path: one.state for path, one in changes.send.items()} == {
        **dict.fromkeys(("bytes", "headers", "replacing"), "replacing"),
        **dict.fromkeys(("adding", "removing", "odd"), "adding"),
    }
    assert ([*changes.unknown], [*changes.gone]) == (["unknown"], ["gone"])


def test_what_is_unknown_is_asked_for() -> None:
    changes = Changes({}, dict.fromkeys(("absent", "same", "other"), row()), {"held": row(), "lost": row()}, {})
    found = {"absent": "absent", "same": "same", "other": "other", "held": "same", "lost": "absent"}
    with pytest.raises(RemoteError, match=r"^s3://b: other is there already.* --overwrite`$"):
        settled("s3://b", changes, found, overwrite=False)  # type: ignore[arg-type]
    after, known = settled("s3://b", changes, found, overwrite=True)  # type: ignore[arg-type]
    assert {path: one.state for path, one in after.send.items()} == {
        "absent": "adding",
        "other": "replacing",
        "lost": "adding",
    }
    assert ({**known}, [*after.same], {**after.unknown}) == ({"same": row()}, ["held"], {})
    with pytest.raises(RemoteError, match=r"^s3://b: a and 2 more are .*overwrite`. If an earlier .* ledger$"):
        settled(
            "s3://b", Changes({}, dict.fromkeys("abc", row()), {}, {}), dict.fromkeys("abc", "other"), overwrite=False
        )


def test_new_files_of_a_kind_are_sent_before_those_that_replace_others() -> None:
    paths = {
        "feeds/rss.xml": "replacing",
        "feeds/atom-archive-2.xml": "adding",
        "feeds/atom-archive-1.xml": "replacing",
    }
    changes = Changes({path: row(state=state) for path, state in paths.items()}, {}, {}, {"b": row(), "a": row()})
    update = update_of(changes, FILES, Path("/out"))
    assert [[file.path for file in stage] for stage in update.stages] == [
        ["feeds/atom-archive-2.xml"],
        ["feeds/atom-archive-1.xml"],
        ["feeds/rss.xml"],
    ]
    assert update.gone == ("a", "b")
    assert update.stages[0][0].source == Path("/out/feeds/atom-archive-2.xml")


@pytest.mark.parametrize(
    ("gone", "permitted", "held", "refused"),
    [(5, 0, 5, False), (6, 0, 60, False), (6, 0, 59, True), (6, 1, 59, False), (0, 100, 100, False)],
)
def test_more_than_ten_percent_and_five_removals_need_permission(
    gone: int, permitted: int, held: int, refused: bool
) -> None:
    files = {f"{number}": row(state="removing" if number < permitted else "held") for number in range(gone)}
    assert bool(removal_refusal("s3://b", Changes({}, {}, {}, files), held)) == refused


def test_addresses_are_listed_once_in_their_order() -> None:
    mistakes: list[tuple[str, str]] = []
    table = Table(
        {"to": ["s3://one", "git:origin#x", "s3://one"], "git_author": "Me <me@site.example>"}, "publish", mistakes
    )
    options = decode_remote_options(table)
    assert ([one.text for one in options.to], options.git_author) == (
        ["s3://one", "git:origin#x"],
        "Me <me@site.example>",
    )
    assert mistakes == []


@pytest.mark.parametrize("author", ["me", "<me@x>", "Me <me>", "Me <a@b> x", "Me\n<a@b>"])
def test_an_author_has_a_name_and_an_address(author: str) -> None:
    mistakes: list[tuple[str, str]] = []
    decode_remote_options(Table({"git_author": author}, "publish", mistakes))
    assert [path for path, _ in mistakes] == ([] if author == "Me\n<a@b>" else ["publish.git_author"])
