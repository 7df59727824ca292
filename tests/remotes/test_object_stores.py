"""Publishing to Amazon S3, Google Cloud Storage and Azure: what is stored, compared and removed."""

from __future__ import annotations

import gzip
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from datetime import timedelta
from pathlib import Path

import pytest

from feeds.remotes.base import LocalFile, Update
from feeds.remotes.object_store import ObjectStoreRemote
from posts.errors import RemoteError
from posts.files.remote_address import parse_address
from posts.objects.store import ObjectStore, open_store
from tests.remotes.fault_proxy import fault_proxy
from tests.remotes.object_stores import (
    AZURE_ACCOUNT,
    AZURE_KEY,
    QUICK,
    azure_server,
    clean_environment,
    google_server,
    request,
    s3_server,
)
from tests.servers import documented

SERVERS: dict[str, Callable[[], AbstractContextManager[str]]] = {
    "s3": s3_server,
    "gs": google_server,
    "az": azure_server,
}
PATHS = (
    "rss.xml",
    "category/新闻/rss.xml",
    "tag/c++-1a2b3c4d/feed.json",
    "tag/a b/atom.xml",
    "tag/100%25/a#b?c&d=e.xml",
    "tag/~é'()!*.xml",
)


@pytest.fixture(scope="module", params=SERVERS)
def server(request: pytest.FixtureRequest) -> Iterator[tuple[str, str]]:
    with SERVERS[request.param]() as endpoint:
        yield request.param, endpoint


@pytest.fixture
def scheme(server: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    scheme, endpoint = server
    clean_environment(monkeypatch, tmp_path)
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
    return scheme


@pytest.fixture
def store(scheme: str, tmp_path: Path) -> ObjectStore:
    return open_store(parse_address(f"{scheme}://bucket/{tmp_path.name}/%E6%96%B0 a"), QUICK)


@pytest.fixture
def remote(store: ObjectStore) -> Iterator[ObjectStoreRemote]:
    with ObjectStoreRemote(store.address, QUICK) as remote:
        yield remote


def local(folder: Path, path: str, data: bytes, **fields: str) -> LocalFile:
    source = folder / f"{abs(hash(path))}"
    source.write_bytes(data)
    return LocalFile(path, source, len(data), **fields)


def test_objects_are_listed_read_written_and_removed(store: ObjectStore) -> None:
    for path in PATHS:
        assert store.put(path, path.encode()) is not None
    listed = {one.path: one for one in store.list()}
    assert set(listed) == set(PATHS)
    assert [one.path for one in store.list("tag/a b")] == ["tag/a b/atom.xml"]
    for path in PATHS:
        assert store.get(path) == path.encode()
        head = store.head(path)
        assert head is not None
        assert (head.path, head.size, head.etag) == (path, len(path.encode()), listed[path].etag)
        assert head.modified.tzinfo is not None
    assert store.get_range("rss.xml", 1, 3) == b"ss"
    assert store.get_range("rss.xml", 4, 100) == b"xml"
    assert store.head("none") is None
    for read in (lambda: store.get("none"), lambda: store.get_range("none", 0, 5)):
        with pytest.raises(FileNotFoundError):
            read()
    store.delete([*PATHS, "none"])
    assert list(store.list()) == []


def test_a_range_behind_the_end_of_an_object_is_empty(store: ObjectStore) -> None:
    store.put("empty", b"")
    store.put("short", b"ab")
    assert store.get_range("empty", 0, 100) == b""
    assert store.get_range("short", 2, 100) == b""
    assert store.get_range("short", 50, 100) == b""


def test_an_object_that_exists_is_left_alone_on_request(store: ObjectStore) -> None:
    assert store.put("lock", b"first", only_if_absent=True) is not None
    assert store.put("lock", b"second", only_if_absent=True) is None
    assert store.get("lock") == b"first"


def test_an_update_stores_headers_and_reports_what_is_done(
    store: ObjectStore, remote: ObjectStoreRemote, tmp_path: Path, scheme: str
) -> None:
    store.put("old.xml", b"old")
    first = local(tmp_path, "style.css", b"a {}", media_type="text/css; charset=utf-8", cache_control="max-age=60")
    packed = gzip.compress(b"<rss/>", mtime=0)
    second = [
        local(tmp_path, path, path.encode(), media_type="application/rss+xml; charset=utf-8") for path in PATHS
    ] + [local(tmp_path, "rss.xml.gz", packed, media_type="application/rss+xml; charset=utf-8", encoding="gzip")]
    calls: list[list[str]] = []
    update = Update(((first,), tuple(second)), ("old.xml", "gone already.xml"))
    remote.update(update, lambda paths: calls.append(sorted(paths)))
    assert calls[0] == ["style.css"]
    assert calls[1] == sorted([*PATHS, "rss.xml.gz"])
    assert sorted(path for call in calls[2:] for path in call) == ["gone already.xml", "old.xml"]
    assert {one.path for one in store.list()} == {"style.css", "rss.xml.gz", *PATHS}
    css, xml = store.head("style.css"), store.head("rss.xml.gz")
    assert css is not None
    assert xml is not None
    assert css.metadata["Content-Type"] == "text/css; charset=utf-8"
    assert css.metadata["Cache-Control"] == "max-age=60"
    assert xml.metadata["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert xml.metadata["Content-Encoding"] == "gzip"
    if scheme != "gs":  # what readers get; to sign for Google needs a private key
        from obstore import sign

        address = sign(store._store, "GET", f"{store.address.path}/rss.xml.gz", timedelta(minutes=1))
        with urllib.request.urlopen(address) as answer:
            assert answer.headers["Content-Type"] == "application/rss+xml; charset=utf-8"
            assert answer.headers["Content-Encoding"] == "gzip"
            assert gzip.decompress(answer.read()) == b"<rss/>"


@pytest.mark.parametrize("count", [0, 120])
def test_files_are_compared_with_objects_one_by_one_and_by_a_list(
    store: ObjectStore, remote: ObjectStoreRemote, tmp_path: Path, count: int
) -> None:
    files = [local(tmp_path, path, path.encode()) for path in ("same", "same, by others", "edited", "longer", "absent")]
    more = [local(tmp_path, f"more/{number}", b"more") for number in range(count)]
    remote.update(Update((tuple(files[:4]),)), lambda _: None)
    store.put("same, by others", b"same, by others")
    store.put("edited", b"edIted")
    store.put("longer", b"longer!")
    expected = {"same": "same", "same, by others": "same", "edited": "other", "longer": "other", "absent": "absent"}
    found = remote.compare([*files, *more])
    assert {path: found[path] for path in expected} == expected
    assert {presence for path, presence in found.items() if path.startswith("more/")} <= {"absent"}
    assert len(found) == len(files) + count


def test_where_looking_up_is_denied_the_bucket_is_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with s3_server() as endpoint, fault_proxy(endpoint) as proxy:
        clean_environment(monkeypatch, tmp_path)
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.address)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
        files = [local(tmp_path, path, b"<rss/>") for path in ("rss.xml", "atom.xml")]
        with ObjectStoreRemote(parse_address("s3://bucket/denied"), QUICK, concurrency=1) as remote:
            remote.update(Update(((files[0],),)), lambda _: None)
            proxy.plan("403", 0, 1)
            assert remote.compare(files) == {"rss.xml": "same", "atom.xml": "absent"}
        assert [line.partition("&")[0] for line in proxy.seen] == [
            "HEAD /bucket/denied/rss.xml",
            "GET /bucket?list-type=2",
        ]


def test_an_object_of_somebody_else_that_cannot_be_listed_does_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with s3_server() as endpoint:
        clean_environment(monkeypatch, tmp_path)
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
        request("PUT", f"{endpoint}/bucket/images//a.png", b"x")
        files = [local(tmp_path, f"{number}.xml", b"<rss/>") for number in range(101)]
        with ObjectStoreRemote(parse_address("s3://bucket"), QUICK) as remote:
            with pytest.raises(RemoteError, match=r"'images//a\.png', which the library cannot list"):
                list(remote._store.list())
            remote.update(Update(((files[0],),)), lambda _: None)
            found = remote.compare(files)
    assert (found.pop("0.xml"), {*found.values()}) == ("same", {"absent"})


def test_the_policy_of_the_docs_is_enough_and_does_not_reach_beyond_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with s3_server() as endpoint:
        import boto3

        clean_environment(monkeypatch, tmp_path)
        made = {"endpoint_url": endpoint, "region_name": "us-east-1"}
        iam = boto3.client("iam", aws_access_key_id="a", aws_secret_access_key="b", **made)
        iam.create_user(UserName="feeds")
        policy = documented("policy").replace("BUCKET", "bucket")
        iam.put_user_policy(UserName="feeds", PolicyName="feeds", PolicyDocument=policy)
        key = iam.create_access_key(UserName="feeds")["AccessKey"]
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
        # moto checks the bucket, and not the objects, where S3 removes several objects in one request.
        monkeypatch.setenv("AWS_DISABLE_BULK_DELETE", "true")
        request("POST", f"{endpoint}/moto-api/reset-auth", b"0", Content_Type="text/plain")
        try:
            files = [local(tmp_path, f"{number}.xml", b"<rss/>") for number in range(120)]
            with ObjectStoreRemote(parse_address("s3://bucket/feeds"), QUICK) as remote:
                assert remote.compare(files[:1]) == {"0.xml": "absent"}
                remote.update(Update((tuple(files),), ()), lambda _: None)
                assert set(remote.compare(files).values()) == {"same"}
                remote.update(Update((), ("0.xml",)), lambda _: None)
                assert remote.compare(files[:1]) == {"0.xml": "absent"}
            denied = pytest.raises(RemoteError, match=r"access is denied .*; the credentials need s3:PutObject")
            with denied, ObjectStoreRemote(parse_address("s3://bucket/other"), QUICK) as remote:
                remote.update(Update((tuple(files[:1]),), ()), lambda _: None)
        finally:
            request("POST", f"{endpoint}/moto-api/reset-auth", b"Infinity", Content_Type="text/plain")


ENDPOINTS = {"s3": "AWS_ENDPOINT_URL", "gs": "GOOGLE_BASE_URL", "az": "AZURE_STORAGE_ENDPOINT"}
FAULTS = [("reset", 1), ("damaged", 1), ("answer lost", 1), ("403", 99)]
REQUESTS = {"s3": 3, "gs": 3, "az": 5}  # Azure's objects are read back


@pytest.mark.parametrize("fault, times", FAULTS)
def test_a_fault_at_any_request_leaves_every_object_whole(
    store: ObjectStore, server: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str, times: int
) -> None:
    scheme, endpoint = server
    paths = ("archive.xml", "rss.xml")
    update = Update(tuple((local(tmp_path, path, b"new " + path.encode()),) for path in paths), ("gone.xml",))
    for first in range(REQUESTS[scheme]):
        for path in (*paths, "gone.xml"):
            store.put(path, b"old")
        done: list[str] = []
        with fault_proxy(endpoint) as proxy, monkeypatch.context() as patch:
            patch.setenv(ENDPOINTS[scheme], endpoint.replace(endpoint.split("/")[2], proxy.address.split("/")[2]))
            proxy.plan(fault, first, times)
            with suppress(RemoteError), ObjectStoreRemote(store.address, QUICK, concurrency=1) as remote:
                remote.update(update, done.extend)
        held = {one.path: store.get(one.path) for one in store.list()}
        assert all(held[path] in {b"old", b"new " + path.encode()} for path in paths)
        assert held["archive.xml"] != b"old" or held["rss.xml"] == b"old"
        assert "gone.xml" in held or held["rss.xml"] != b"old"
        whole = {*paths, "gone.xml"} == {*done}
        assert whole == (times == 1)
        if whole:
            assert held == {path: b"new " + path.encode() for path in paths}
