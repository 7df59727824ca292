"""`--workers dask://HOST:PORT`: the same bytes as with processes, and what a run says of a cluster that is not fit."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from feedmill.run import dask_tasks, dask_workers
from feedmill.run.site import OpenSite
from posts.errors import RemoteError
from posts.pipeline.render import Renderer
from tests.dask_work import doubled, fatal, fatal_once, out_of_files
from tests.needs import REQUIRED, needs
from tests.sites import Command, post, site, tree

if not REQUIRED:
    pytest.importorskip("distributed")

ROOT = Path(__file__).parent.parent
CONFIG = "title: Site\nurl: https://site.example\ntimezone: Asia/Shanghai\nfeeds: {}\n"
NOW = "2024-01-01"
ALLOWED_FAILURES = "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES"


class Cluster:
    """A scheduler and its workers, processes of one thread each on the loopback interface."""

    def __init__(self, folder: Path, protocol: str = "tcp", words: Sequence[str] = ()) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.folder = folder
        self.protocol = protocol
        self.address = f"{'dask' if protocol == 'tcp' else protocol}://127.0.0.1:{self.port}"
        self.processes: list[subprocess.Popen[bytes]] = []
        self.scheduler = self._start("dask_scheduler", "--port", str(self.port), "--protocol", protocol, *words)

    def worker(self, *words: str) -> subprocess.Popen[bytes]:
        address = f"{self.protocol}://127.0.0.1:{self.port}"
        return self._start("dask_worker", address, "--nthreads", "1", "--no-nanny", *words)

    def _start(self, program: str, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.{program}", "--host", "127.0.0.1", "--no-dashboard", *words]
        with (self.folder / f"log{len(self.processes)}").open("wb") as log:
            environment = {**os.environ, "PYTHONPATH": f"{ROOT}", ALLOWED_FAILURES: "1"}
            started = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log, env=environment)
        self.processes.append(started)
        return started

    def ready(self) -> None:
        """Waits until the scheduler listens and all workers have found it."""
        end = time.monotonic() + 60
        while not all(re.search("Scheduler at: |Registered to: ", self.log(process)) for process in self.processes):
            assert time.monotonic() < end, "the cluster does not start"
            time.sleep(0.05)

    def log(self, process: subprocess.Popen[bytes]) -> str:
        return (self.folder / f"log{self.processes.index(process)}").read_text()

    def stop(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster with two workers, for tests that leave it as it is."""
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    cluster.worker()
    cluster.worker()
    cluster.ready()
    yield cluster
    cluster.stop()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Cluster]:
    """A scheduler that a test may add workers to, and kill."""
    (tmp_path / "own").mkdir()
    cluster = Cluster(tmp_path / "own")
    yield cluster
    cluster.stop()


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Jekyll site whose posts include a file, link to one another, show data, and are wrong in some ways."""
    files: dict[str, str | bytes] = {
        "_config.yml": CONFIG,
        "_includes/note.html": "<p>A note.</p>",
        "_data/team.yml": "lead: Ann\n",
        "_posts/2021-01-02-bad.md": "---\ntitle: [\n---\ntext\n",
        "_posts/2021-01-02-old.md": "---\ntitle: Old\ndate: 2021-02-31\n---\ntext\n",
    }
    for number in range(700):
        body = (
            f"{{% include note.html %}} {{{{ site.data.team.lead }}}} {{% post_url 2021-01-02-{number // 2} %}} *x*\n"
        )
        files[f"_posts/2021-01-02-{number}.md"] = post(f"T{number}", tags=f"t{number % 4}") + body
    return site(tmp_path_factory.mktemp("site"), files, config=None)


@pytest.fixture(scope="module")
def expected(root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The feeds as one process writes them."""
    folder = tmp_path_factory.mktemp("expected")
    words = ["-q", "--out", folder / "out", "--state", folder / "state", "--workers", "1", "--now", NOW]
    subprocess.run([sys.executable, ROOT / "publish.py", root, *words], check=True, stderr=subprocess.DEVNULL)
    return tree(folder / "out")


def words(folder: Path, *more: object) -> list[object]:
    return ["--out", folder / "out", "--state", folder / "state", "--now", NOW, *more]


def background(root: Path, folder: Path, address: str, *more: str) -> subprocess.Popen[str]:
    arguments = map(str, words(folder, "--workers", address, "--json", *more))
    command = [sys.executable, ROOT / "publish.py", root, *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_a_cluster_writes_the_same_bytes_as_processes(
    feedmill: Command, shared: Cluster, root: Path, expected: dict[str, bytes], tmp_path: Path
) -> None:
    local = feedmill(root, *words(tmp_path / "local", "--workers", "2", "--json"))
    spread = feedmill(root, *words(tmp_path / "spread", "--workers", shared.address, "--json"))
    assert spread.code == 0
    assert {**spread.report, "seconds": 0} == {**local.report, "seconds": 0}
    assert tree(tmp_path / "spread/out") == expected
    again = feedmill(root, *words(tmp_path / "spread", "--workers", "1", "--json"))
    assert again.report["written"] == [], "the index is the one that processes leave"
    assert feedmill("list", root, *words(tmp_path / "spread", "--workers", "1")).code == 0


def test_a_relative_path_of_a_site_means_the_same_folder_on_the_workers(
    feedmill: Command,
    shared: Cluster,
    root: Path,
    expected: dict[str, bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(root)
    assert feedmill(".", *words(tmp_path, "--workers", shared.address.replace("dask", "tcp"))).code == 0
    assert tree(tmp_path / "out") == expected


def test_a_cluster_is_reached_by_tls(feedmill: Command, root: Path, expected: dict[str, bytes], tmp_path: Path) -> None:
    needs("openssl")
    request = "req -x509 -newkey ed25519 -nodes -days 2 -subj /CN=feedmill -keyout key.pem -out cert.pem"
    subprocess.run(["openssl", *request.split()], cwd=tmp_path, check=True, capture_output=True)
    files = {"ca-file": "cert.pem", "cert": "cert.pem", "key": "key.pem"}
    certificates = [word for name, file in files.items() for word in (f"--tls-{name}", str(tmp_path / file))]
    cluster = Cluster(tmp_path, "tls", certificates)
    try:
        cluster.worker(*certificates)
        cluster.ready()
        refused = feedmill(root, *words(tmp_path, "--workers", cluster.address.replace("tls", "tcp")))
        assert (refused.code, (tmp_path / "out").exists()) == (4, False)
        command = [sys.executable, ROOT / "publish.py", root, *words(tmp_path, "-q", "--workers", cluster.address)]
        names = {"CA_FILE": "cert.pem", "CLIENT__CERT": "cert.pem", "CLIENT__KEY": "key.pem"}
        client = {f"DASK_DISTRIBUTED__COMM__TLS__{name}": file for name, file in names.items()}
        done = subprocess.run(
            command, cwd=tmp_path, env={**os.environ, **client}, capture_output=True, text=True, check=False
        )
        assert (done.returncode, tree(tmp_path / "out")) == (0, expected), done.stderr
    finally:
        cluster.stop()


def test_the_chunks_on_the_cluster_are_few_whatever_their_number(shared: Cluster, root: Path) -> None:
    class Chunks(list[list[int]]):
        sent = 0

        def __getitem__(self, place: Any) -> Any:
            self.sent = place.stop
            return super().__getitem__(place)

    chunks = Chunks([number] for number in range(300))
    for place, result in enumerate(dask_workers.DaskWorkers(shared.address, str(root))(doubled, chunks)):
        assert result == [2 * place]
        assert chunks.sent - place <= 5 * (3 * 2 + 1)


def test_a_killed_worker_changes_no_byte(own: Cluster, root: Path, expected: dict[str, bytes], tmp_path: Path) -> None:
    first = own.worker()
    own.worker()
    own.ready()
    running = background(root, tmp_path, own.address)
    while "complaint_of" not in own.log(first):  # it has been asked for its versions, and gets work now
        time.sleep(0.01)
        assert running.poll() is None
    time.sleep(0.1)
    first.kill()
    out, err = running.communicate(timeout=60)
    assert running.returncode == 0, err
    assert out
    assert tree(tmp_path / "out") == expected


def test_chunks_of_a_dead_worker_are_repeated_and_those_that_kill_every_worker_end_the_run(
    own: Cluster, root: Path, tmp_path: Path
) -> None:
    for _ in range(3):
        own.worker()
    own.ready()
    trap = tmp_path / "trap"
    trap.touch()
    results = dask_workers.DaskWorkers(own.address, str(root))(
        partial(fatal_once, trap), [[place] for place in range(99)]
    )
    assert list(results) == [[2 * place] for place in range(99)]
    assert not trap.exists()
    with pytest.raises(RemoteError, match=r"workers were killed again and again, the last one at tcp://127\.0\.0\.1"):
        list(dask_workers.DaskWorkers(own.address, str(root))(fatal, [[1], [2]]))


def test_a_worker_that_is_out_of_files_ends_the_run_by_name(shared: Cluster, root: Path) -> None:
    with pytest.raises(RemoteError, match=r"worker tcp://127\.0\.0\.1:\d+ cannot read a\.md: Too many open files"):
        list(dask_workers.DaskWorkers(shared.address, str(root))(out_of_files, [[1], [2]]))


def test_a_scheduler_that_is_gone_leaves_published_feeds(
    feedmill: Command,
    own: Cluster,
    root: Path,
    expected: dict[str, bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    worker = own.worker()
    own.ready()
    assert feedmill(root, *words(tmp_path, "--workers", "2")).code == 0
    asked = own.log(worker).count("complaint_of")
    running = background(root, tmp_path, own.address, "--full")
    while own.log(worker).count("complaint_of") == asked:
        time.sleep(0.01)
        assert running.poll() is None
    own.scheduler.kill()
    _, err = running.communicate(timeout=60)
    assert running.returncode == 4
    assert f"{own.address}: the connection to the scheduler was lost" in err
    assert "Traceback" not in err
    assert tree(tmp_path / "out") == expected
    own.scheduler.wait()
    monkeypatch.setattr(dask_workers, "CONNECT_TIMEOUT", 1.0)
    outcome = feedmill(root, *words(tmp_path, "--workers", own.address, "--full"))
    assert outcome.code == 4
    assert re.search(rf"{own.address}: no Dask scheduler answers .*use --workers N .*feeds are intact", outcome.err)
    assert tree(tmp_path / "out") == expected


def test_other_versions_are_refused_by_name(
    feedmill: Command, shared: Cluster, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = dask_tasks._own_versions()
    assert {"feedmill", "Python", "posts/", "nh3", "lxml", "tzdata"} <= versions.keys()
    for name, message in (
        ("feedmill", rf"has feedmill {versions['feedmill']}, and this run 99\.9"),
        ("posts/", r"has other code in feedmill's posts/, and this run 99\.9"),
        ("nh3", rf"has nh3 {versions['nh3']}, and this run 99\.9"),
    ):
        monkeypatch.setattr(dask_tasks, "_own_versions", lambda name=name: versions | {name: "99.9"})
        outcome = feedmill(root, *words(tmp_path, "--workers", shared.address))
        assert outcome.code == 4
        assert len(re.findall(rf"worker tcp://127\.0\.0\.1:\d+ {message}; install the same version", outcome.err)) == 2
        assert not (tmp_path / "out").exists()


def test_a_worker_that_joins_later_with_other_versions_refuses_its_work(
    shared: Cluster, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = dask_tasks._own_versions() | {"feedmill": "99.9"}
    monkeypatch.setattr(dask_tasks, "_own_versions", lambda: versions)
    monkeypatch.setattr(dask_workers.DaskWorkers, "_refuse_strangers", lambda *_: None)
    with pytest.raises(RemoteError, match=r"worker tcp://127\.0\.0\.1:\d+ has feedmill .*, and this run 99\.9"):
        list(dask_workers.DaskWorkers(shared.address, str(root))(doubled, [[1], [2]]))


def test_a_worker_without_feedmill_is_refused_by_name(own: Cluster, root: Path) -> None:
    (own.folder / "feedmill").mkdir()
    (own.folder / "feedmill/__init__.py").write_text("raise ImportError('this is not the feedmill that you look for')")
    (own.folder / "hidden.py").write_text(f"import sys\nsys.path.insert(0, {str(own.folder)!r})\n")
    own.worker("--preload", str(own.folder / "hidden.py"))
    own.ready()
    with pytest.raises(RemoteError, match=r"worker tcp://127\.0\.0\.1:\d+ cannot import feedmill: .*not the feedmill"):
        list(dask_workers.DaskWorkers(own.address, str(root))(doubled, [[1], [2]]))


@pytest.mark.parametrize("late", [False, True])
def test_a_worker_that_does_not_see_the_site_is_refused_by_name(
    shared: Cluster, root: Path, monkeypatch: pytest.MonkeyPatch, late: bool
) -> None:
    elsewhere = {name: inode + 1 for name, inode in dask_tasks._inodes(str(root)).items()}
    monkeypatch.setattr(dask_tasks, "_inodes", lambda _: elsewhere)
    if late:
        monkeypatch.setattr(dask_workers.DaskWorkers, "_refuse_strangers", lambda *_: None)
    with pytest.raises(
        RemoteError, match=rf"worker tcp://\S+ does not see the site in {root}; mount the same file sys"
    ):
        list(dask_workers.DaskWorkers(shared.address, str(root))(doubled, [[1], [2]]))


def test_a_folder_that_is_gone_or_another_one_is_not_the_site(tmp_path: Path) -> None:
    here, other = site(tmp_path / "here", {"_posts/a.md": "text"}), site(tmp_path / "other", {"_posts/a.md": "text"})
    terms = dask_tasks.own_terms(str(here))
    assert dask_tasks.complaint_of(terms) == ""
    (here / "assets").mkdir()
    (here / "_drafts").mkdir()
    assert dask_tasks.complaint_of(terms) == "", "folders may be added, which a network file system shows later"
    here.rename(tmp_path / "before")
    assert "does not see the site" in dask_tasks.complaint_of(terms)
    other.rename(here)
    assert "does not see the site" in dask_tasks.complaint_of(terms)


def test_a_scheduler_without_workers_ends_the_run(own: Cluster, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own.ready()
    monkeypatch.setattr(dask_workers, "CONNECT_TIMEOUT", 1.0)
    with pytest.raises(RemoteError, match=rf"{own.address}: the scheduler has no workers; start some"):
        list(dask_workers.DaskWorkers(own.address, str(root))(doubled, [[1], [2]]))


def test_a_post_that_workers_do_not_see_yet_is_read_here(
    feedmill: Command, root: Path, expected: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stale = tmp_path / "stale"
    shutil.copytree(root, stale)
    (stale / "_posts/2021-01-02-0.md").unlink()
    (stale / "_posts/2021-01-02-bad.md").unlink()

    def elsewhere(function: Any, chunks: Sequence[Any]) -> Iterator[Any]:
        if isinstance(function, Renderer):
            (stale / "_posts/2021-01-02-1.md").unlink(missing_ok=True)
            yield from map(replace(function, loader=replace(function.loader, root=stale)), chunks)
        else:
            yield from map(replace(function, root=stale), chunks)

    monkeypatch.setattr(OpenSite, "_reading_map", lambda _: elsewhere)
    outcome = feedmill(root, *words(tmp_path, "--json"))
    assert [code for _, _, code in outcome.codes] == ["bad-yaml", "bad-date"]
    assert tree(tmp_path / "out") == expected


def test_few_posts_need_no_cluster(feedmill: Command, tmp_path: Path) -> None:
    root = site(tmp_path / "site", {f"_posts/2021-01-02-{number}.md": post() for number in range(150)})
    assert feedmill(root, *words(tmp_path, "--workers", "dask://127.0.0.1:1")).code == 0


def test_without_dask_a_message_names_the_extra(
    feedmill: Command, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_workers, "find_spec", lambda _: None)
    outcome = feedmill(root, *words(tmp_path, "--workers", "dask://127.0.0.1:1"))
    assert outcome.code == 2
    assert 'run `pip install "feedmill[dask]"`' in outcome.err


@pytest.mark.parametrize(
    "address", ["dask://", "dask://host", "http://host:1", "tcp://user@host:1", "tcp://host:1/path"]
)
def test_an_address_that_is_not_one_of_a_scheduler_is_an_error(feedmill: Command, root: Path, address: str) -> None:
    outcome = feedmill(root, "--workers", address)
    assert outcome.code == 2
    assert "--workers: expected dask://HOST:PORT, tcp://HOST:PORT or tls://HOST:PORT" in outcome.err


def test_a_run_over_processes_does_not_import_dask(root: Path, tmp_path: Path) -> None:
    code = "import sys, publish; publish.main(sys.argv[1:]); print({'dask', 'distributed'} & sys.modules.keys())"
    command = [sys.executable, "-c", code, root, *map(str, words(tmp_path, "-q", "--workers", "1"))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
