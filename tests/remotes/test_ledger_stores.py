"""Places that keep a ledger: one run at a time, and readable with credentials alone."""

from __future__ import annotations

import secrets
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from feeds.remotes import git_program, ledger_objects
from feeds.remotes.git_program import public_address
from feeds.remotes.ledger_connect import ledger_store
from feeds.remotes.ledger_placement import placement_mistake
from feeds.remotes.ledger_store import Claim, LedgerStore
from posts.errors import BusyError, RemoteError
from posts.files.remote_address import parse_address
from tests.needs import needs
from tests.remotes.object_stores import clean_environment, request, s3_server
from tests.remotes.ssh_server import ssh_server

NOW = datetime.now(UTC)
PUBLIC = (
    b'{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::%b/*"}]}'
)
Opener = Callable[[], LedgerStore]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with s3_server() as one:
        yield one


@pytest.fixture
def bucket(endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a new bucket."""
    clean_environment(monkeypatch, tmp_path)
    monkeypatch.setattr(ledger_objects, "_SETTLING", 0.0)
    settings = {"AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    name = f"ledger-{secrets.token_hex(8)}"
    request("PUT", f"{endpoint}/{name}")
    return name


@pytest.fixture(params=["s3", "git", "ssh"])
def opened(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opener]:
    """Return the same place with every call, each time as another run opens it."""
    with ExitStack() as stack:

        def run() -> LedgerStore:
            author = "Ann <ann@example.org>"
            return stack.enter_context(ledger_store(parse_address(address), tmp_path, author))

        if request.param == "s3":
            address = f"s3://{request.getfixturevalue('bucket')}/private/news"
        elif request.param == "git":
            needs("git")
            subprocess.run(["git", "init", "-q", "--bare", str(tmp_path / "x.git")], check=True)
            address = f"git:{tmp_path}/x.git#ledger"
        else:
            server = stack.enter_context(ssh_server(tmp_path))
            monkeypatch.setenv("FEEDMILL_SSH_CONFIG", str(server.keys / "config"))
            monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
            place = server.folder / "it's private"
            place.mkdir()
            address = f"ssh://web{place}".replace(" ", "%20")
        yield run


def test_what_one_run_writes_the_next_one_reads(opened: Opener) -> None:
    first = opened()
    assert first.lock(Claim.new(NOW)) is None
    assert first.read() is None
    first.write("one\n新闻\n".encode())
    first.write(b"two\n" * 10_000)
    first.unlock()
    second = opened()
    assert second.lock(Claim.new(NOW)) is None
    assert second.read() == b"two\n" * 10_000
    second.write(b"three\n")
    second.unlock()


def test_a_second_run_finds_the_lock_of_the_first(opened: Opener) -> None:
    first = opened()
    first.lock(Claim.new(NOW))
    with pytest.raises(
        BusyError, match=r"is locked by process \d+ on .* since \d{4}-.*UTC.*takes the lock over"
    ) as caught:
        opened().lock(Claim.new(NOW))
    assert caught.value.exit_code == 75
    first.write(b"one")
    first.unlock()
    opened().lock(Claim.new(NOW))


def test_a_lock_of_more_than_an_hour_ago_is_taken_over_and_its_holder_stores_nothing(opened: Opener) -> None:
    killed = opened()
    old = Claim.new(NOW - timedelta(minutes=61))
    killed.lock(old)
    later = opened()
    found = later.lock(Claim.new(NOW))
    assert found is not None
    assert found.token == old.token
    later.write(b"later")
    with pytest.raises(RemoteError, match="taken over by another run"):
        killed.write(b"killed")
    killed.unlock()
    assert later.read() in (b"later", None)  # git reads what was there when it connected
    with pytest.raises(BusyError):
        opened().lock(Claim.new(NOW))
    later.unlock()
    reader = opened()
    reader.lock(Claim.new(NOW))
    assert reader.read() == b"later"


def test_writing_renews_the_lock(opened: Opener) -> None:
    slow = opened()
    slow.lock(Claim.new(NOW - timedelta(minutes=61)))
    slow.write(b"x")
    with pytest.raises(BusyError):
        opened().lock(Claim.new(NOW))


def test_two_runs_that_find_a_stale_lock_do_not_both_get_it(opened: Opener) -> None:
    opened().lock(Claim.new(NOW - timedelta(minutes=61)))
    opened().lock(Claim.new(NOW))
    with pytest.raises(BusyError):
        opened().lock(Claim.new(NOW))


def test_a_bucket_that_everybody_can_read_is_refused(endpoint: str, bucket: str, tmp_path: Path) -> None:
    request("PUT", f"{endpoint}/{bucket}?policy", PUBLIC % bucket.encode(), Content_Type="application/json")
    with ledger_store(parse_address(f"s3://{bucket}/x"), tmp_path, "") as one:
        with pytest.raises(RemoteError, match=r"^s3://.*/x: everybody can read .* bucket without public access"):
            one.lock(Claim.new(NOW))
        assert [found.path for found in one._store.list()] == []


@pytest.mark.parametrize(
    "repository, public",
    [
        ("git@github.example:me/site.git", "https://github.example/me/site.git"),
        ("github.example:/me/site.git", "https://github.example/me/site.git"),
        ("ssh://git@ssh.github.example:443/me/site.git", "https://github.example/me/site.git"),
        ("https://token@git.example/site.git", "https://git.example/site.git"),
        ("git://git.example/site.git", "git://git.example/site.git"),
        ("/srv/a:b.git", ""),
        ("file:///srv/site.git", ""),
    ],
)
def test_a_repository_that_is_reached_by_ssh_may_be_public_by_https(repository: str, public: str) -> None:
    assert public_address(repository) == public


@pytest.mark.parametrize("is_there", [True, False])
def test_a_repository_that_everybody_can_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_there: bool
) -> None:
    needs("git")
    repository = tmp_path / "www" / "site.git"
    subprocess.run(["git", "init", "-q", "--bare", str(repository)], check=True)
    subprocess.run(["git", "-C", str(repository), "update-server-info"], check=True)
    (tmp_path / "www" / "other").mkdir()
    serve = partial(SimpleHTTPRequestHandler, directory=str(tmp_path / "www" / ("" if is_there else "other")))
    with ThreadingHTTPServer(("127.0.0.1", 0), serve) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        asked: list[str] = []

        def at_this_server(written: str) -> str:
            asked.append(written)
            return f"http://127.0.0.1:{server.server_port}/site.git"

        monkeypatch.setattr(git_program, "public_address", at_this_server)
        with ledger_store(parse_address(f"git:{repository}#ledger"), tmp_path, "Ann <ann@example.org>") as one:
            if is_there:
                with pytest.raises(RemoteError, match=r"everybody can read this repository.*Use a private repository"):
                    one.lock(Claim.new(NOW))
            else:
                one.lock(Claim.new(NOW))
        server.shutdown()
    assert asked == [str(repository)]


@pytest.mark.parametrize(
    "ledger, remote, is_mistake",
    [
        ("s3://news/feeds/private", "s3://news/feeds", True),
        ("s3://news/private", "s3://news", True),
        ("s3://news/feeds", "s3://news/feeds", True),
        ("s3://news/feeds-private", "s3://news/feeds", False),
        ("s3://other/feeds", "s3://news/feeds", False),
        ("ssh://me@h/srv/www/l", "ssh://h/srv/www", True),
        ("ssh://h/srv/l", "ssh://h/srv/www", False),
        ("git:origin#gh-pages", "git:origin#gh-pages", True),
        ("git:origin#gh-pages/x", "git:origin#gh-pages", False),
    ],
)
def test_a_ledger_is_not_kept_where_files_are_published(ledger: str, remote: str, *, is_mistake: bool) -> None:
    mistake = placement_mistake(parse_address(ledger), [parse_address(remote)])
    assert bool(mistake) == is_mistake
    assert (remote in mistake) == is_mistake


def test_a_ledger_on_another_machine_can_be_read_by_its_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ssh_server(tmp_path) as server:
        monkeypatch.setenv("FEEDMILL_SSH_CONFIG", str(server.keys / "config"))
        with ledger_store(parse_address(f"ssh://web{server.folder}"), tmp_path, "") as one:
            one.lock(Claim.new(NOW))
            one.write(b"x")
            assert {path.stat().st_mode & 0o777 for path in server.folder.iterdir()} == {0o600}
            one.unlock()
        assert [path.name for path in server.folder.iterdir()] == ["feedmill-ledger.jsonl.gz"]
        with (
            ledger_store(parse_address(f"ssh://web{server.folder}/missing"), tmp_path, "") as one,
            pytest.raises(RemoteError, match="does the folder exist"),
        ):
            one.lock(Claim.new(NOW))


def test_a_damaged_ledger_is_an_error(bucket: str, tmp_path: Path) -> None:
    with ledger_store(parse_address(f"s3://{bucket}/x"), tmp_path, "") as one:
        one._store.put(ledger_objects._FILE, b"nonsense")
        with pytest.raises(RemoteError, match="is damaged"):
            one.read()
