"""Branches of git repositories: one commit if something changed, on top of whatever is there."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from feeds.remotes import git
from feeds.remotes.base import LocalFile, Update
from feeds.remotes.git import GitRemote
from posts.errors import RemoteError
from posts.files.remote_address import parse_address
from tests.needs import needs
from tests.remotes.ssh_server import ssh_server

AUTHOR = "Ann <ann@example.org>"
HOSTILE = ("a b/'x'.xml", '"$(touch pwned)".xml', "-e.xml", "#c.xml", "分类/新闻.xml", "new\nline", "tab\t\\x.xml")


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    needs("git")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("EMAIL", "")
    monkeypatch.setattr(git, "_PAUSES", (0.0, 0.0001))
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"):
        monkeypatch.delenv(name, raising=False)


def called(folder: Path, *words: str, data: bytes = b"", env: Mapping[str, str] | None = None) -> bytes:
    command = ["git", "-C", str(folder), "-c", "user.name=Bob", "-c", "user.email=bob@example.org", *words]
    return subprocess.run(command, check=True, input=data, capture_output=True, env=env).stdout


def run(folder: Path, *words: str) -> str:
    return called(folder, *words).decode().strip()


@pytest.fixture
def server(tmp_path: Path) -> Path:
    """A bare repository."""
    folder = tmp_path / "server.git"
    subprocess.run(["git", "init", "-q", "--bare", str(folder)], check=True)
    return folder


@pytest.fixture
def site(tmp_path: Path, server: Path) -> Path:
    """A site in a repository with the remote `origin`, uncommitted work, and hooks that fail."""
    root = tmp_path / "repository"
    subprocess.run(["git", "init", "-q", "-b", "main", str(root)], check=True)
    run(root, "remote", "add", "origin", str(server))
    folder = root / "blog"
    folder.mkdir()
    (folder / "a.md").write_text("committed")
    run(root, "add", ".")
    run(root, "commit", "-qm", "posts")
    (folder / "a.md").write_text("staged")
    run(root, "add", ".")
    (folder / "a.md").write_text("changed")
    for hook in ("pre-push", "pre-commit", "reference-transaction"):
        place = root / ".git" / "hooks" / hook
        place.parent.mkdir(exist_ok=True)
        place.write_text("#!/bin/sh\nexit 1\n")
        place.chmod(0o755)
    return folder


def local(root: Path, files: Mapping[str, bytes]) -> tuple[LocalFile, ...]:
    made = []
    for path, content in files.items():
        place = root / "out" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        made.append(LocalFile(path, place, len(content)))
    return tuple(made)


def remote(site: Path, address: str = "git:origin#gh-pages", author: str = AUTHOR) -> GitRemote:
    return GitRemote(parse_address(address), site, author)


def send(one: GitRemote, *stages: tuple[LocalFile, ...], gone: tuple[str, ...] = ()) -> list[str]:
    done: list[str] = []
    with one:
        one.update(Update(stages, gone), done.extend)
    return done


def tree(server: Path, branch: str = "gh-pages") -> dict[str, bytes]:
    listed = run(server, "ls-tree", "-r", "-z", "--name-only", branch).split("\0")[:-1]
    show = ["git", "-C", str(server), "cat-file", "blob"]
    return {
        path: subprocess.run([*show, f"{branch}:{path}"], check=True, capture_output=True).stdout for path in listed
    }


def commits(server: Path, branch: str = "gh-pages") -> list[str]:
    return run(server, "log", "--reverse", "--format=%an <%ae>|%cn|%s", branch).splitlines()


def push_as_somebody_else(server: Path, files: Mapping[str, str], branch: str = "gh-pages") -> None:
    """Make a commit in the bare repository, as a push does that is faster."""
    head = run(server, "for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}")
    index = {**os.environ, "GIT_INDEX_FILE": str(server / "their-index")}
    called(server, "read-tree", *([head] if head else ["--empty"]), env=index)
    for path, content in files.items():
        blob = called(server, "hash-object", "-w", "--stdin", data=content.encode()).decode().strip()
        called(server, "update-index", "--add", "--cacheinfo", f"100644,{blob},{path}", env=index)
    made = called(server, "write-tree", env=index).decode().strip()
    commit = run(server, "commit-tree", made, *(["-p", head] if head else []), "-m", "theirs")
    run(server, "update-ref", f"refs/heads/{branch}", commit)


def state(site: Path) -> tuple[object, ...]:
    """Everything of the user's repository that must stay as it is."""
    top = site.parent
    files = {str(one.relative_to(top)): one.read_bytes() for one in sorted(top.rglob("*")) if one.is_file()}
    return (
        run(top, "status", "--porcelain"),
        run(top, "for-each-ref"),
        files.keys(),
        files[".git/config"],
        files[".git/index"],
    )


def test_the_first_update_makes_the_branch_with_one_commit(site: Path, server: Path, tmp_path: Path) -> None:
    before = state(site)
    files = {path: path.encode() for path in HOSTILE}
    pages, feeds = dict(list(files.items())[:3]), dict(list(files.items())[3:])
    done = send(remote(site), local(tmp_path, pages), local(tmp_path, feeds), gone=("never/there",))
    assert sorted(done) == sorted([*HOSTILE, "never/there"])
    assert tree(server) == files
    assert commits(server) == [f"{AUTHOR}|Ann|Update feeds"]
    assert run(server, "rev-list", "--count", "gh-pages") == "1"
    assert state(site) == before
    assert not list(tmp_path.rglob("pwned"))


def test_an_update_that_changes_nothing_makes_no_commit(site: Path, server: Path, tmp_path: Path) -> None:
    files = local(tmp_path, {"rss.xml": b"1"})
    send(remote(site), files)
    assert send(remote(site), files, gone=("old.xml",)) == ["rss.xml", "old.xml"]
    assert len(commits(server)) == 1


def test_files_of_others_stay_and_exactly_the_named_ones_go(site: Path, server: Path, tmp_path: Path) -> None:
    push_as_somebody_else(server, {"CNAME": "example.org", "category/theirs.txt": "x"})
    send(remote(site), local(tmp_path, {"rss.xml": b"1", "category/a/rss.xml": b"2"}))
    send(remote(site), local(tmp_path, {"rss.xml": b"3"}), gone=("category/a/rss.xml",))
    assert tree(server) == {"CNAME": b"example.org", "category/theirs.txt": b"x", "rss.xml": b"3"}
    assert commits(server) == ["Bob <bob@example.org>|Bob|theirs", *[f"{AUTHOR}|Ann|Update feeds"] * 2]


def test_filters_and_line_endings_do_not_change_bytes(site: Path, server: Path, tmp_path: Path) -> None:
    run(site, "config", "core.autocrlf", "true")
    run(site, "config", "filter.lfs.clean", "echo pointer")
    push_as_somebody_else(server, {".gitattributes": "* text=auto eol=crlf filter=lfs\n"})
    files = local(tmp_path, {"rss.xml": b"a\r\nb\nc\r\n", ".gitattributes2": b"\0"})
    send(remote(site), files)
    assert tree(server)["rss.xml"] == b"a\r\nb\nc\r\n"
    with remote(site) as one:
        assert one.compare(files) == {"rss.xml": "same", ".gitattributes2": "same"}


def test_files_are_compared_by_their_bytes(site: Path, server: Path, tmp_path: Path) -> None:
    push_as_somebody_else(server, {"same": "x", "other": "y", "folder/file": "z"})
    with remote(site) as one:
        found = one.compare(local(tmp_path, {"same": b"x", "other": b"x", "absent": b"x", "folder": b"x"}))
    assert found == {"same": "same", "other": "other", "absent": "absent", "folder": "other"}


def test_a_folder_or_a_file_in_the_way_is_an_error(site: Path, server: Path, tmp_path: Path) -> None:
    push_as_somebody_else(server, {"rss.xml/theirs": "x", "category": "y"})
    with pytest.raises(RemoteError, match=r"^git:origin#gh-pages: rss.xml is a folder there"):
        send(remote(site), local(tmp_path, {"rss.xml": b"1"}))
    with pytest.raises(RemoteError, match=r"category/rss.xml cannot be below the file category"):
        send(remote(site), local(tmp_path, {"category/rss.xml": b"1"}))
    assert len(commits(server)) == 1


def test_a_file_may_become_a_folder_in_the_same_update(site: Path, server: Path, tmp_path: Path) -> None:
    send(remote(site), local(tmp_path, {"a": b"1"}))
    (tmp_path / "out" / "a").unlink()
    send(remote(site), local(tmp_path, {"a/b": b"2"}), gone=("a",))
    assert tree(server) == {"a/b": b"2"}


@pytest.mark.parametrize("branch", ["exists", "is new"])
def test_a_push_that_is_overtaken_is_made_again_on_top(
    site: Path, server: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, branch: str
) -> None:
    if branch == "exists":
        send(remote(site), local(tmp_path, {"rss.xml": b"1"}))
    overtake(monkeypatch, server, 2)
    send(remote(site), local(tmp_path, {"rss.xml": b"2"}))
    assert tree(server) == {"rss.xml": b"2", "theirs-0": b"0", "theirs-1": b"1"}
    assert commits(server)[-3:] == [*["Bob <bob@example.org>|Bob|theirs"] * 2, f"{AUTHOR}|Ann|Update feeds"]


def overtake(monkeypatch: pytest.MonkeyPatch, server: Path, times: int, path: str = "") -> None:
    """Let somebody else push before each of the first pushes."""
    pushes = iter(range(times))
    push = GitRemote._push

    def late(one: GitRemote, commit: str) -> None:
        if (number := next(pushes, None)) is not None:
            push_as_somebody_else(server, {path or f"theirs-{number}": str(number)})
        push(one, commit)

    monkeypatch.setattr(GitRemote, "_push", late)


def test_a_push_that_is_overtaken_three_times_is_an_error(
    site: Path, server: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    overtake(monkeypatch, server, 3)
    done: list[str] = []
    with pytest.raises(RemoteError, match=r"rejected 3 times .*run again"), remote(site) as one:
        one.update(Update((local(tmp_path, {"rss.xml": b"1"}),)), done.extend)
    assert done == []
    assert tree(server).keys() == {"theirs-0", "theirs-1", "theirs-2"}


def test_a_file_that_somebody_else_changes_meanwhile_is_not_overwritten(
    site: Path, server: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    overtake(monkeypatch, server, 1, "rss.xml")
    with pytest.raises(RemoteError, match=r"another commit has just changed rss.xml"):
        send(remote(site), local(tmp_path, {"rss.xml": b"1"}))
    assert tree(server) == {"rss.xml": b"0"}


def test_a_protected_branch_is_an_error_with_what_the_server_says(site: Path, server: Path, tmp_path: Path) -> None:
    hook = server / "hooks" / "update"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'GH006: protected branch' >&2\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(RemoteError, match=r"refused the push: .*hook declined.*GH006: protected branch"):
        send(remote(site), local(tmp_path, {"rss.xml": b"1"}))


def test_history_is_never_rewritten(site: Path, server: Path, tmp_path: Path) -> None:
    send(remote(site), local(tmp_path, {"rss.xml": b"1"}))
    first = run(server, "rev-parse", "gh-pages")
    send(remote(site), local(tmp_path, {"rss.xml": b"2"}))
    assert run(server, "rev-parse", "gh-pages^") == first


@pytest.mark.parametrize(
    "address, message",
    [
        ("git:upstream#gh-pages", r"has no remote 'upstream'; add it with `git remote add upstream"),
        (
            "git:../nowhere.git#gh-pages",
            r"^git:../nowhere.git#gh-pages: .*(does not exist|not appear).*check the address",
        ),
    ],
)
def test_a_missing_repository_is_an_error(site: Path, address: str, message: str) -> None:
    with pytest.raises(RemoteError, match=message):
        send(remote(site, address))


def test_a_path_is_relative_to_the_top_of_the_repository(site: Path, server: Path, tmp_path: Path) -> None:
    send(remote(site, "git:../server.git#pages/v1"), local(tmp_path, {"rss.xml": b"1"}))
    send(remote(site, f"git:{server}#pages/v1"), local(tmp_path, {"rss.xml": b"2"}))
    send(remote(site, f"git:file://{server}#pages/v1"), local(tmp_path, {"rss.xml": b"3"}))
    assert len(commits(server, "pages/v1")) == 3


def test_a_site_without_a_repository_needs_an_address(server: Path, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    send(remote(tmp_path / "plain", f"git:{server}#gh-pages"), local(tmp_path, {"rss.xml": b"1"}))
    assert tree(server) == {"rss.xml": b"1"}


def test_the_author_is_the_one_of_git_unless_one_is_configured(site: Path, server: Path, tmp_path: Path) -> None:
    with pytest.raises(RemoteError, match=r"author of the commit is not known; set \[publish\] git_author"):
        send(remote(site, author=""), local(tmp_path, {"rss.xml": b"1"}))
    # A file of settings for the repositories in one folder: it holds for the site, wherever the commit is made.
    (tmp_path / "work").write_text("[user]\nname = Cleo\nemail = cleo@example.org\n")
    (tmp_path / "gitconfig").write_text(f'[includeIf "gitdir:{site.parent}/"]\npath = {tmp_path}/work\n')
    send(remote(site, author=""), local(tmp_path, {"rss.xml": b"1"}))
    assert commits(server) == ["Cleo <cleo@example.org>|Cleo|Update feeds"]


def test_settings_of_the_repository_say_how_to_reach_the_remote(site: Path, server: Path, tmp_path: Path) -> None:
    (tmp_path / "rewrite").write_text(f'[url "{tmp_path}/"]\ninsteadOf = "https://example.org/"\n')
    run(site, "config", f"includeIf.gitdir:{site.parent}/.git.path", str(tmp_path / "rewrite"))
    run(site, "remote", "set-url", "origin", "https://example.org/server.git")
    send(remote(site), local(tmp_path, {"rss.xml": b"1"}))
    assert tree(server) == {"rss.xml": b"1"}


def test_credentials_in_an_address_of_git_are_not_shown(site: Path) -> None:
    run(site, "remote", "set-url", "origin", "http://user:secret@127.0.0.1:9/x.git")
    with pytest.raises(RemoteError) as caught:
        send(remote(site))
    assert "secret" not in str(caught.value)
    assert "127.0.0.1" in str(caught.value)


def test_a_run_in_a_hook_of_git_does_not_use_the_hook_s_repository(
    site: Path, server: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path / "other")], check=True)
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other" / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "other-index"))
    send(remote(site), local(tmp_path, {"rss.xml": b"1"}))
    monkeypatch.undo()
    assert tree(server) == {"rss.xml": b"1"}
    assert not (tmp_path / "other-index").exists()


def test_the_bytes_of_other_files_are_not_fetched(site: Path, server: Path, tmp_path: Path) -> None:
    run(server, "config", "uploadpack.allowFilter", "true")
    push_as_somebody_else(server, {"film.mp4": "x" * 1000})
    blob = run(server, "rev-parse", "gh-pages:film.mp4")
    with remote(site) as one:
        assert one.git.ask("cat-file", "-e", blob, more={"GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none"}).code
        one.update(Update((local(tmp_path, {"rss.xml": b"1"}),)), lambda _: None)
    assert tree(server) == {"film.mp4": b"x" * 1000, "rss.xml": b"1"}


def test_a_branch_is_pushed_over_ssh(site: Path, server: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ssh").mkdir()
    with ssh_server(tmp_path / "ssh") as host:
        monkeypatch.setenv("FEEDMILL_SSH_CONFIG", str(host.keys / "config"))
        monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
        send(remote(site, f"git:ssh://web{server}#gh-pages"), local(tmp_path, {"rss.xml": b"1"}))
        (host.keys / "known_hosts").write_text("")
        with pytest.raises(RemoteError, match="Host key verification failed"):
            send(remote(site, f"git:ssh://web{server}#gh-pages"), local(tmp_path, {"rss.xml": b"2"}))
    assert tree(server) == {"rss.xml": b"1"}


def test_without_git_the_message_says_so(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(RemoteError, match="git is not installed"):
        send(remote(site))
