"""What a Dask cluster costs: the CPU of a first run with 1 and 2 workers, beside the same run with processes.

    pip install "feedmill[dask]"
    python benchmarks/dask_overhead.py --posts 10000 50000 --categories 40 --rounds 3

    python benchmarks/dask_overhead.py --parts --posts 10000 50000 --categories 40

In turns, over the same posts, after a run over a small site that starts everything: imports do not count, and the
cluster is running. CPU is that of all processes: those of the run, the scheduler and the workers. All are on this
machine, so that wall time says nothing about machines of their own. With `--parts`, without a cluster: what goes over the network, and what the coordinator
does for a post (docs/explanation/scale.md works with these). RESULTS.md has the outcome.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from articles import articles
from sites import LAYOUTS
from sites import build as build_site

ROOT = Path(__file__).resolve().parent.parent
NOW = "2026-11-01"
TICKS = os.sysconf("SC_CLK_TCK")

Figures = dict[str, float]


def main() -> int:
    """Measure, and print a table for each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, nargs="+", default=[10_000, 50_000], metavar="N")
    parser.add_argument("--categories", type=int, default=40, metavar="N")
    parser.add_argument("--rounds", type=int, default=3, metavar="N")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2], metavar="N")
    parser.add_argument("--parts", action="store_true", help="what a post costs the coordinator and the network")
    parser.add_argument("--run", nargs="+", help=argparse.SUPPRESS)  # one measured run: WORKERS FOLDER WARM PID…
    options = parser.parse_args()
    if options.run:
        workers, site, warm, *cluster = options.run
        if workers == "parts":
            _parts(Path(site))
            return 0
        print(json.dumps(_measured(workers, Path(site), Path(warm), [int(one) for one in cluster])))
        return 0
    with tempfile.TemporaryDirectory(prefix="feedmill-dask-") as folder:
        warm = _site(Path(folder, "warm"), 1000, 40)
        for posts in options.posts:
            site = _site(Path(folder, str(posts)), posts, options.categories)
            if options.parts:
                parts = [sys.executable, __file__, "--run", "parts", str(site), str(warm)]
                subprocess.run(parts, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True)  # noqa: S603 # this file
                continue
            _compare(site, warm, posts, options)
    return 0


def _site(folder: Path, posts: int, categories: int) -> Path:
    folder.mkdir()
    for _ in build_site({folder: LAYOUTS["feedmill"]}, articles(posts, categories)):
        pass
    return folder


def _compare(site: Path, warm: Path, posts: int, options: argparse.Namespace) -> None:
    found: dict[tuple[int, str], list[Figures]] = {}
    for count in options.workers:
        with _cluster(count, site.parent) as (address, pids):
            for _ in range(options.rounds):
                for kind, workers in (("processes", str(count)), ("Dask", address)):
                    found.setdefault((count, kind), []).append(_run(workers, site, warm, pids))
    print(f"\n{posts:,} posts, {options.categories:,} categories, {options.rounds} rounds, medians\n")
    print("| workers | kind | CPU s | of it run | scheduler | workers | wall s | CPU ÷ processes |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for (count, kind), runs in found.items():
        cpu, run, scheduler, work, wall = (
            statistics.median(one[name] for one in runs) for name in ("cpu", "run", "scheduler", "workers", "wall")
        )
        base = statistics.median(one["cpu"] for one in found[count, "processes"])
        rest = f"{scheduler:.2f} | {work:.2f}" if kind == "Dask" else " | "
        print(f"| {count} | {kind} | {cpu:.2f} | {run:.2f} | {rest} | {wall:.2f} | {cpu / base:.3f} |", flush=True)


@contextmanager
def _cluster(count: int, folder: Path) -> Iterator[tuple[str, list[int]]]:
    """Run a scheduler and workers with one thread each; yield the address and the processes, the scheduler first."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    quiet = ["--no-dashboard", "--host", "127.0.0.1"]
    commands = [["dask_scheduler", "--port", str(port), *quiet]]
    commands += [["dask_worker", address, "--nthreads", "1", "--no-nanny", *quiet]] * count
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    running = [
        subprocess.Popen(  # noqa: S603 # our own programs
            [sys.executable, "-m", f"distributed.cli.{command[0]}", *command[1:]],
            cwd=folder,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for command in commands
    ]
    try:
        yield f"dask://127.0.0.1:{port}", [one.pid for one in running]
    finally:
        for one in running:
            one.kill()  # a worker without its scheduler waits for it
            one.wait()


def _run(workers: str, site: Path, warm: Path, pids: list[int]) -> Figures:
    command = [sys.executable, __file__, "--run", workers, str(site), str(warm), *map(str, pids)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)  # noqa: S603 # this file
    figures: Figures = json.loads(done.stdout)
    return figures


def _measured(workers: str, site: Path, warm: Path, cluster: list[int]) -> Figures:
    """Publish the small site, then the other one; return what the second run took."""
    from feedmill.cli.main import main as feedmill

    def publish(folder: Path) -> None:
        with tempfile.TemporaryDirectory(dir=site.parent) as out:
            words = ["--out", f"{out}/feeds", "--state", f"{out}/index", "--now", NOW, "--workers", workers, "-q"]
            if code := feedmill([str(folder), *words]):
                sys.exit(code)

    publish(warm)
    os.sync()
    before, began = [_own_cpu(), *map(_cpu_of, cluster)], time.perf_counter()
    publish(site)
    wall, after = time.perf_counter() - began, [_own_cpu(), *map(_cpu_of, cluster)]
    run, scheduler, *others = (two - one for one, two in zip(before, after, strict=True))
    cpu = run + scheduler + sum(others) if "://" in workers else run
    return {"cpu": cpu, "run": run, "scheduler": scheduler, "workers": sum(others), "wall": wall}


def _parts(site: Path) -> None:
    """Publish a site with a `map` that pickles as Dask does, and print what each part of the run takes for a post."""
    import pickle

    from feedmill.cli.main import main as feedmill
    from feedmill.run.site import OpenSite
    from posts.store.catalog_writer import CatalogWriter
    from posts.store.transaction import Transaction

    clock, counts = time.process_time, Counter[str]()
    spent: dict[str, float] = defaultdict(float)

    def pickled(function: Callable[[Any], Any], chunks: Sequence[Any]) -> Iterator[Any]:
        name = type(function).__name__
        for chunk in chunks:
            began = clock()
            sent = pickle.dumps(chunk, 5)
            spent[f"{name}: pickle tasks"] += clock() - began
            began = clock()
            found = pickle.dumps(function(pickle.loads(sent)), 5)  # noqa: S301 # our own
            spent[f"{name}: the work of a worker"] += clock() - began
            began = clock()
            results = pickle.loads(found)  # noqa: S301 # our own
            spent[f"{name}: unpickle results"] += clock() - began
            counts[f"{name}: posts"] += len(chunk)
            counts[f"{name}: bytes sent"] += len(sent)
            counts[f"{name}: bytes back"] += len(found)
            yield results

    def timed(owner: Any, method: str) -> None:
        original = getattr(owner, method)

        def measured(*values: Any, **named: Any) -> Any:
            began = clock()
            try:
                return original(*values, **named)
            finally:
                spent[f"SQLite: {owner.__name__}.{method}"] += clock() - began

        setattr(owner, method, measured)

    for method in ("files", "contents", "items", "loaded", "seen", "finish"):
        timed(Transaction, method)
    for method in ("posts", "members", "finish"):
        timed(CatalogWriter, method)
    OpenSite._reading_map = lambda _: pickled  # type: ignore[method-assign, assignment] # noqa: SLF001 # instead of a cluster's
    with tempfile.TemporaryDirectory(dir=site.parent) as out:
        began = clock()
        feedmill([str(site), "--out", f"{out}/feeds", "--state", f"{out}/index", "--now", NOW, "--workers", "1", "-q"])
        total, size = clock() - began, Path(out, "index").stat().st_size
    posts = counts["Scanner: posts"]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"\n{posts:,} posts: {total:.2f} s of CPU, {memory // 1024} MB, index {size / posts:.0f} bytes a post\n")
    print("| part | µs or bytes, each | µs a post of the site |\n| --- | --- | --- |")
    for name, seconds in sorted(spent.items()):
        each = counts.get(f"{name.partition(':')[0]}: posts", posts)
        print(f"| {name} | {seconds / each * 1e6:.1f} | {seconds / posts * 1e6:.1f} |")
    for name, count in sorted(counts.items()):
        print(f"| {name} | {count / counts[name.partition(':')[0] + ': posts']:.0f} | |")


def _own_cpu() -> float:
    return sum(os.times()[:4])  # with the processes that have ended


def _cpu_of(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


if __name__ == "__main__":
    sys.exit(main())
