"""A site in a bucket of each provider: the feeds are those of the folder, and only what changed is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest

from posts.files.remote_address import parse_address
from posts.objects.store import ObjectStore, open_store
from tests.remotes.object_stores import (
    AZURE_ACCOUNT,
    AZURE_KEY,
    QUICK,
    azure_server,
    clean_environment,
    google_server,
    s3_server,
)
from tests.sites import Command, post, site, tree

SERVERS: dict[str, Callable[[], AbstractContextManager[str]]] = {
    "s3": s3_server,
    "gs": google_server,
    "az": azure_server,
}
A, B = "_posts/2021-01-01-a.md", "_posts/2021/2021-01-02-新闻 b.md"
FILES = {
    "_config.yml": "title: Site\nurl: https://site.example\n",
    A: post("A", image="/images/a.png"),
    B: post("B"),
    "images/a.png": "picture",
    "empty.txt": "",
}


@pytest.fixture(scope="module", params=SERVERS)
def server(request: pytest.FixtureRequest) -> Iterator[tuple[str, str]]:
    with SERVERS[request.param]() as endpoint:
        yield request.param, endpoint


@pytest.fixture
def store(server: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ObjectStore:
    scheme, endpoint = server
    clean_environment(monkeypatch, tmp_path / "home")
    settings = {
        "s3": {"AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"},
        "gs": {"GOOGLE_BASE_URL": endpoint, "GOOGLE_BEARER_TOKEN": "a"},
        "az": {
            "AZURE_STORAGE_ENDPOINT": endpoint,
            "AZURE_STORAGE_ACCOUNT_NAME": AZURE_ACCOUNT,
            "AZURE_STORAGE_ACCOUNT_KEY": AZURE_KEY,
        },
    }
    for name, value in settings[scheme].items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("feedmill.run.bucket_copy.open_store", partial(open_store, patience=QUICK))
    return open_store(parse_address(f"{scheme}://bucket/{tmp_path.name}"), QUICK)


def test_a_site_in_a_bucket_of_any_provider_has_the_feeds_of_the_folder(
    feedmill: Command, store: ObjectStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    whole = ObjectStore.read

    def reading(self: ObjectStore, path: str, start: int, length: int) -> object:
        read.append(path)
        return whole(self, path, start, length)

    monkeypatch.setattr(ObjectStore, "read", reading)
    local = site(tmp_path / "local", FILES, None)
    for path, text in FILES.items():
        store.put(path, text.encode())
    near = ("--out", tmp_path / "near", "--state", tmp_path / "near.sqlite3", "--now", "2026-01-01")
    far = ("--out", tmp_path / "far", "--state", tmp_path / "far.sqlite3", "--now", "2026-01-01", "--json")
    for text in (FILES[A], FILES[A], post("A anew")):
        (local / A).write_text(text)
        if text != FILES[A]:
            store.put(A, text.encode())
            store.delete([B])
            (local / B).unlink()
        assert feedmill(local, *near).code == 0
        outcome = feedmill(store.address.text, *far)
        assert outcome.code == 0, outcome.err
        assert tree(tmp_path / "far") == tree(tmp_path / "near")
        read.append("|")
    assert sorted(read[:3]) == ["_config.yml", A, B]
    assert read[3:] == ["|", "|", A, "|"]


def test_the_parts_of_an_object_are_those_of_one_version(store: ObjectStore) -> None:
    data = bytes(range(256)) * 2_000
    store.put("parts/a.bin", data)
    listed = {one.path: one for one in store.list()}["parts/a.bin"]
    for start, length in ((0, len(data)), (0, 1), (300_000, 5), (len(data) - 3, 3)):
        found, parts = store.read("parts/a.bin", start, length)
        assert b"".join(parts) == data[start : start + length]
        assert (found.path, found.size, found.etag) == ("parts/a.bin", len(data), listed.etag)
    with pytest.raises(FileNotFoundError):
        store.read("parts/b.bin", 0, 1)
