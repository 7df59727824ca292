"""Real readers subscribe to a served output, and to the next one: nothing comes twice, and what is new is seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.readers.table import READERS
from tests.sites import CONFIG, Command, post, site
from tests.web import TYPES, web

HTTP = CONFIG.replace("https://", "http://") + "description: 新闻\n"
HTTPS = CONFIG + "description: 新闻\n"
TOML = "[feeds]\ngzip = true\n"
PAIRS = [(name, file) for name, row in READERS.items() for file in row.formats]


def dated(title: str, day: int) -> str:
    return post(title).replace("2021-12-31", f"2021-12-{day}")


def first(root: Path) -> Path:
    posts = {
        "_posts/2021-12-21-same.md": dated("Same 港口", 21),
        "_posts/2021-12-22-edited.md": dated("Before the edit", 22),
        "_posts/2021-12-23-old-name.md": dated("Renamed & kept", 23),
        "_posts/2021-12-24-removed.md": dated("Removed", 24),
    }
    return site(root, {**posts, "feedmill.toml": TOML}, HTTP)


def following(root: Path) -> None:
    (root / "_posts/2021-12-23-old-name.md").rename(root / "_posts/2021-12-23-new-name.md")
    (root / "_posts/2021-12-24-removed.md").unlink()
    posts = {
        "_posts/2021-12-22-edited.md": dated("After the edit <1>", 22),
        "_posts/2021-12-25-added.md": dated("Added", 25),
    }
    site(root, posts, HTTPS)


@pytest.mark.parametrize(("name", "file"), PAIRS, ids=lambda value: value)
def test_a_subscriber_sees_the_next_output_without_duplicates(
    feedmill: Command, tmp_path: Path, name: str, file: str
) -> None:
    row = READERS[name]
    root = first(tmp_path / "site")
    state = tmp_path / "state"
    state.mkdir()
    assert feedmill(root).code == 0
    with web(root / "feeds") as served:
        url = f"{served.url}/{file}"
        before = {entry.title: entry for entry in row.fetch(url, state)}
        assert sorted(before) == ["Before the edit", "Removed", "Renamed & kept", "Same 港口"]
        assert sorted(row.fetch(url, state)) == sorted(before.values())
        following(root)
        assert feedmill(root).code == 0
        entries = row.fetch(url, state)
        again = row.fetch(url, state)
    after = {entry.title: entry for entry in entries}
    kept = [title for title in after if title != "Removed"]
    assert len(after) == len(entries)
    assert sorted(kept) == ["Added", "After the edit <1>", "Renamed & kept", "Same 港口"]
    assert len({entry.id for entry in entries}) == len(entries)
    for old, new in {"Before the edit": "After the edit <1>", "Renamed & kept": "Renamed & kept"}.items():
        assert after[new].id == before[old].id
    assert after["Same 港口"] == before["Same 港口"]
    assert "Text of After the edit" in after["After the edit <1>"].body
    assert sorted(again) == sorted(entries)
    asked = [(one.conditional, one.status) for one in served.requests if one.path == f"/{file}"]
    # The second request may be either: newsboat keeps an ETag from the second time on.
    later = [(True, 200), (True, 304)] if row.conditional else [(False, 200), (False, 200)]
    assert [asked[0], *asked[2:]] == [(False, 200), *later]


@pytest.mark.parametrize("media_type", ["application/xml; charset=utf-8", "application/rss+xml; charset=utf-8"])
@pytest.mark.parametrize(
    ("name", "file"), [pair for pair in PAIRS if pair[1].endswith(".xml")], ids=lambda value: value
)
def test_a_reader_detects_the_format_whatever_the_media_type_and_ignores_the_link_to_the_page(
    feedmill: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, file: str, media_type: str
) -> None:
    monkeypatch.setitem(TYPES, file, media_type)
    shown = []
    for number, setting in enumerate(("", "page_link = true\n")):
        root = first(tmp_path / str(number) / "site")
        site(root, {"feedmill.toml": TOML + setting}, None)
        state = tmp_path / str(number) / "state"
        state.mkdir()
        assert feedmill(root).code == 0
        assert (b"xhtml" in (root / "feeds" / file).read_bytes()) is bool(setting)
        with web(root / "feeds") as served:
            shown.append(sorted(READERS[name].fetch(f"{served.url}/{file}", state)))
    assert [entry.title for entry in shown[0]].count("Same 港口") == 1
    assert shown[0] == shown[1]
