"""The editions of a preview are what publishing at that moment would give."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from feedmill.cli.parser import parse_command_line
from feedmill.commands.publish import print_report
from feedmill.preview.rebuild import PreviewBuilder
from posts.pipeline import render as rendering
from tests.sites import Command, post, site

A, B, C = "_posts/2021-01-01-a.md", "_posts/2021-01-02-b.md", "_posts/2021-01-03-c.md"
NOW = ("--now", "2024-01-01T00:00:00Z")


def press(root: Path, folder: Path, *more: str) -> PreviewBuilder:
    folder.mkdir()
    _, options = parse_command_line(["serve", str(root), "-q", *NOW, *more])
    show = lambda report, known: print_report(report, options.report, known)  # noqa: E731
    return PreviewBuilder(options.run, folder, clock=options.follows_clock, show=show)


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.*")}


def save(root: Path, path: str, text: str | None) -> None:
    if text is None:
        (root / path).unlink()
    else:
        (root / path).write_text(text)


HISTORY: list[tuple[str, str | None]] = [
    (A, post("A2", source="https://one.example/a")),
    (C, post("C", source="https://one.example/wrong")),
    (C, post("C", source="https://one.example/right", guid="urn:x:c")),
    (C, post("C", source="https://one.example/right")),
    (B, post("B") + "More.\n"),
    (B, post("B")),
    (B, None),
    ("_posts/2021-01-02-else.md", post("B")),
    (A, "---\ntitle: [\n---\n"),
    (A, post("A", source="https://two.example/a")),
]


@pytest.mark.parametrize("published", [True, False])
def test_every_edition_is_what_publishing_would_give(feedmill: Command, tmp_path: Path, published: bool) -> None:
    root = site(tmp_path / "site", {A: post("A", source="https://one.example/a"), B: post("B")})
    if published:
        feedmill(root, *NOW)
    preview = press(root, tmp_path / "preview")
    assert preview.first().differs
    for number, (path, text) in enumerate(HISTORY):
        save(root, path, text)
        edition = preview.rebuild({path})
        copy = tmp_path / f"copy{number}"
        shutil.copytree(root, copy, symlinks=True)
        outcome = feedmill(copy, *NOW, "--allow-removals")
        assert files(tmp_path / "preview" / "feeds") == files(copy / "feeds"), f"after {number}"
        assert [*edition.problems] == [line for line in outcome.err.splitlines() if "[bad-yaml]" in line]


@pytest.mark.parametrize("published", [True, False])
def test_an_edition_cleans_what_has_changed(
    feedmill: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, published: bool
) -> None:
    root = site(tmp_path / "site", {A: post("A"), B: post("B")})
    if published:
        feedmill(root, *NOW)
    preview = press(root, tmp_path / "preview", "--workers", "1")
    preview.first()
    cleaned: list[str] = []
    real = rendering.Renderer.__call__

    def cleaning(self: rendering.Renderer, chunk: list[rendering.RenderTask]) -> Any:
        cleaned.extend(task.head.post.path for task in chunk)
        return real(self, chunk)

    monkeypatch.setattr(rendering.Renderer, "__call__", cleaning)
    save(root, C, post("C"))
    assert preview.rebuild({C}).differs
    assert cleaned == [C]
    save(root, A, post("A") + "More.\n")
    assert preview.rebuild({A}).differs
    assert cleaned == [C, A]


def test_what_is_published_meanwhile_counts(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path / "site", {A: post("A")})
    preview = press(root, tmp_path / "preview")
    preview.first()
    save(root, B, post("B", guid="urn:x:published"))
    feedmill(root, *NOW)
    save(root, B, post("B", guid="urn:x:other"))
    preview.rebuild({B})
    assert b"urn:x:published" in files(tmp_path / "preview" / "feeds")["feed.json"]


def test_an_edition_that_fails_leaves_the_last_one(tmp_path: Path) -> None:
    root = site(tmp_path / "site", {A: post("A")})
    preview = press(root, tmp_path / "preview")
    preview.first()
    before = files(tmp_path / "preview" / "feeds")
    save(root, "feedmill.toml", "[feeds]\nitems = 'many'\n")
    edition = preview.rebuild({"feedmill.toml"})
    assert not edition.differs
    assert [line.partition(": expected")[0] for line in edition.problems] == ["feedmill.toml:2: error: [feeds] items"]
    assert files(tmp_path / "preview" / "feeds") == before
