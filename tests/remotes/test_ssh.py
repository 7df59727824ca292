"""Folders of other machines, against OpenSSH's server: with rsync, and by SFTP."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from feeds.remotes import ssh
from feeds.remotes.base import LocalFile, Remote, Update
from feeds.remotes.rsync import Rsync
from feeds.remotes.sftp import Sftp
from posts.errors import RemoteError
from posts.files.remote_address import Address
from tests.remotes.ssh_server import SshServer, ssh_server

MODES = {"rsync": Rsync, "sftp": Sftp}
HOSTILE = (
    "a b/'x'.xml",
    '"$(touch pwned)`id`".xml',
    "-e.xml",
    "#c.xml",
    ";d.xml",
    "分类/新闻.xml",
    "new\nline",
    "\\#012",
)


@pytest.fixture(params=MODES)
def server(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SshServer]:
    only_sftp = "ForceCommand internal-sftp" if request.param == "sftp" else ""
    with ssh_server(tmp_path, only_sftp) as one:
        monkeypatch.setenv("FEEDMILL_SSH_CONFIG", str(one.keys / "config"))
        monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
        yield one


def local(root: Path, files: Mapping[str, bytes]) -> tuple[LocalFile, ...]:
    """Write files below `root` with a time of their own."""
    made = []
    for path, content in files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        os.utime(place, (1_000_000_000, 1_000_000_000))
        made.append(LocalFile(path, place, len(content)))
    return tuple(made)


def tree(folder: Path) -> dict[str, bytes]:
    return {str(one.relative_to(folder)): one.read_bytes() for one in sorted(folder.rglob("*")) if one.is_file()}


def send(remote: Remote, *stages: tuple[LocalFile, ...], gone: tuple[str, ...] = ()) -> list[str]:
    done: list[str] = []
    with remote as one:
        one.update(Update(stages, gone), done.extend)
    return done


def test_rsync_is_used_where_both_machines_have_it_and_sftp_elsewhere(
    server: SshServer, request: pytest.FixtureRequest
) -> None:
    with server.remote() as remote:
        assert isinstance(remote._transfer, MODES[request.node.callspec.params["server"]])


@pytest.mark.parametrize("version", ["openrsync: protocol version 29", "rsync  version 3.0.9  protocol version 30", ""])
def test_an_rsync_that_lacks_what_is_needed_is_not_used(version: str) -> None:
    assert ssh._version(version.encode()) < ssh._OLDEST
    assert ssh._version(b"rsync  version v3.2.7  protocol") == (3, 2, 7)


def test_files_with_hostile_names_arrive_with_their_bytes_and_times(server: SshServer, tmp_path: Path) -> None:
    files = {path: path.encode() for path in HOSTILE}
    assert sorted(send(server.remote(), local(tmp_path / "out", files))) == sorted(HOSTILE)
    assert tree(server.folder) == files
    assert {int(one.stat().st_mtime) for one in server.folder.rglob("*") if one.is_file()} == {1_000_000_000}
    assert not list(tmp_path.rglob("pwned"))


def test_the_folder_is_made_but_not_the_one_above_it(server: SshServer, tmp_path: Path) -> None:
    files = local(tmp_path / "out", {"rss.xml": b"x"})
    send(server.remote(f"{server.folder}/it's new"), files)
    assert tree(server.folder) == {"it's new/rss.xml": b"x"}
    with pytest.raises(RemoteError, match=r"^ssh://web/.*/mistyped/feeds: "):
        send(server.remote(f"{server.folder}/mistyped/feeds"), files)
    assert not (server.folder / "mistyped").exists()


def test_files_are_compared_by_their_bytes(server: SshServer, tmp_path: Path) -> None:
    files = local(tmp_path / "out", dict.fromkeys((*HOSTILE, "size", "bytes", "link", "folder", "absent"), b"12345"))
    with server.remote() as remote:
        assert set(remote.compare(files).values()) == {"absent"}
    send(server.remote(), files[:-1])
    for one in server.folder.rglob("*"):
        os.utime(one, (1, 1))
    (server.folder / "size").write_bytes(b"1")
    (server.folder / "bytes").write_bytes(b"54321")
    for name in ("link", "folder"):
        (server.folder / name).unlink()
    (server.folder / "link").symlink_to("bytes")
    (server.folder / "folder" / "inner").mkdir(parents=True)
    with server.remote() as remote:
        found = remote.compare(files)
    others = dict.fromkeys(("size", "bytes", "link", "folder"), "other")
    assert found == {**dict.fromkeys(HOSTILE, "same"), **others, "absent": "absent"}
    assert (server.folder / "folder" / "inner").is_dir()


def test_exactly_the_named_files_and_empty_folders_are_removed(server: SshServer, tmp_path: Path) -> None:
    send(server.remote(), local(tmp_path / "out", dict.fromkeys((*HOSTILE, "a/b/1", "a/b/2", "c/d/1", "keep"), b"x")))
    (server.folder / "c" / "theirs").write_bytes(b"theirs")
    gone = (*HOSTILE, "a/b/1", "a/b/2", "c/d/1", "was/never/there")
    assert sorted(send(server.remote(), gone=gone)) == sorted(gone)
    assert sorted(str(one.relative_to(server.folder)) for one in server.folder.rglob("*")) == ["c", "c/theirs", "keep"]


def test_a_folder_of_somebody_else_in_the_place_of_a_file_stays(server: SshServer, tmp_path: Path) -> None:
    (server.folder / "rss.xml").mkdir()
    (server.folder / "rss.xml" / "theirs").write_bytes(b"theirs")
    done: list[str] = []
    with pytest.raises(RemoteError, match=r"^ssh://web/"), server.remote() as remote:
        remote.update(Update((local(tmp_path / "out", {"rss.xml": b"x"}),)), done.extend)
    assert done == []
    assert tree(server.folder) == {"rss.xml/theirs": b"theirs"}
    send(server.remote(), gone=("rss.xml",))
    assert tree(server.folder) == {"rss.xml/theirs": b"theirs"}


def test_a_file_keeps_the_mode_that_its_owner_gave_it(server: SshServer, tmp_path: Path) -> None:
    send(server.remote(), local(tmp_path / "out", {"rss.xml": b"1"}))
    (server.folder / "rss.xml").chmod(0o640)
    send(server.remote(), local(tmp_path / "out", {"rss.xml": b"2"}))
    assert (server.folder / "rss.xml").stat().st_mode & 0o777 == 0o640
    assert tree(server.folder) == {"rss.xml": b"2"}


def test_an_unknown_host_key_is_refused_with_a_remedy(server: SshServer) -> None:
    (server.keys / "known_hosts").write_text("")
    with pytest.raises(RemoteError, match=r"host key is not in known_hosts.*ssh-keyscan web.*fingerprint"):
        send(server.remote())


def test_another_host_key_than_the_known_one_is_refused(server: SshServer) -> None:
    server.trust("other")
    with pytest.raises(RemoteError, match="differs from the one in known_hosts"):
        send(server.remote())


@pytest.mark.parametrize("key", ["", "other"])
def test_sftp_checks_the_host_key_itself(server: SshServer, key: str) -> None:
    (server.keys / "known_hosts").write_text("")
    if key:
        server.trust(key)
    host = ssh.ssh_host(Address("ssh", "ssh://web/x", "web", "/x"))
    with pytest.raises(RemoteError, match="host key is not in known_hosts"):
        Sftp(host)


def test_a_refused_key_names_the_remote_and_a_remedy_but_no_key(server: SshServer) -> None:
    server.login_with("other")
    with pytest.raises(RemoteError, match=r"^ssh://web/.*: it refused the user or the key.*ssh web") as caught:
        send(server.remote())
    assert str(server.keys) not in str(caught.value)


def test_a_host_that_does_not_answer_is_an_error(server: SshServer) -> None:
    server.wire.close()
    server.wire.target = 1
    with pytest.raises(RemoteError, match=r"^ssh://web/"):
        send(server.remote())


def test_a_name_that_could_be_an_option_or_a_command_is_refused() -> None:
    for host, user in (("a b", ""), ("-oProxyCommand=x", ""), ("h", "$(id)"), ("h", "-l"), ("h;id", "")):
        with pytest.raises(RemoteError, match="must not have spaces or quotes"):
            ssh.ssh_remote(Address("ssh", "ssh://…", host, "/x", user))


def test_readers_see_whole_files_while_an_update_runs(server: SshServer, tmp_path: Path) -> None:
    old, new = (dict.fromkeys(("a.xml", "b/c.xml"), letter * 3_000_000) for letter in (b"1", b"2"))
    send(server.remote(), local(tmp_path / "out", old))
    torn = poll(server.folder, lambda: send(server.remote(), local(tmp_path / "out", new)))
    assert torn == []
    assert tree(server.folder) == new


def poll(folder: Path, work: Callable[[], object]) -> list[str]:
    """Read the two files over and over while `work` runs; return those that were missing or neither old nor new."""
    ended, torn = threading.Event(), []

    def read() -> None:
        while not ended.is_set():
            for name in ("a.xml", "b/c.xml"):
                content = (folder / name).read_bytes() if (folder / name).exists() else b""
                if len(content) != 3_000_000 or content.count(content[:1]) != 3_000_000:
                    torn.append(name)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        work()
    finally:
        ended.set()
        reader.join()
    return torn


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_after_a_cut_connection_files_are_whole_and_the_next_update_completes(
    server: SshServer, tmp_path: Path, share: float
) -> None:
    chance = random.Random(7)
    old, new = ({f"{place}.bin": chance.randbytes(500_000) for place in ("a", "b/c", "b/d", "e")} for _ in "12")
    send(server.remote(), local(tmp_path / "out", old))
    server.wire.limit = server.wire.passed + int(share * 2_000_000)
    done: list[str] = []
    with pytest.raises(RemoteError, match=r"^ssh://web/"), server.remote() as remote:
        remote.update(Update((local(tmp_path / "out", new),)), done.extend)
    there = {path: content for path, content in tree(server.folder).items() if path in old}
    assert there.keys() == old.keys()
    assert all(content in (old[path], new[path]) for path, content in there.items())
    assert all(there[path] == new[path] for path in done)
    server.wire.limit = None
    send(
        server.remote(),
        local(tmp_path / "out", {path: new[path] for path in ("a.bin", "b/c.bin", "e.bin")}),
        gone=("b/d.bin",),
    )
    assert tree(server.folder) == {path: new[path] for path in ("a.bin", "b/c.bin", "e.bin")}
    assert not list(server.folder.rglob(".*"))


def test_the_stages_before_a_failure_are_reported_as_done(server: SshServer, tmp_path: Path) -> None:
    (server.folder / "feed.xml" / "theirs").mkdir(parents=True)
    stages = (local(tmp_path / "out", {"page.html": b"p"}), local(tmp_path / "out", {"feed.xml": b"f"}))
    done: list[str] = []
    with pytest.raises(RemoteError), server.remote() as remote:
        remote.update(Update(stages, ("old.xml",)), done.extend)
    assert done == ["page.html"]


def test_sftp_without_asyncssh_says_how_to_install_it(
    server: SshServer, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if request.node.callspec.params["server"] == "rsync":
        monkeypatch.setattr(ssh, "_OLDEST", (99,))
    monkeypatch.setitem(sys.modules, "asyncssh", None)
    with pytest.raises(RemoteError, match=r'pip install "feedmill\[sftp\]"'):
        send(server.remote())


def test_a_dash_of_the_environment_changes_nothing(
    server: SshServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RSYNC_RSH", "false")
    monkeypatch.setenv("RSYNC_OLD_ARGS", "1")
    send(server.remote(), local(tmp_path / "out", {"rss.xml": b"x"}))
    assert tree(server.folder) == {"rss.xml": b"x"}


def test_nothing_is_imported_for_ssh_until_it_is_used() -> None:
    code = "import sys, feeds.remotes.ssh; sys.exit('asyncssh' in sys.modules or 'cryptography' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
