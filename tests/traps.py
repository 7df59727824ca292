"""Posts that are traps for parsers, and what each of them costs: `python -m tests.traps`.

The command prints a table of all traps with the time and the memory that each takes, and exits with 1 where a limit is
passed: 50 ms and 64 MB for the metadata of a post whose front matter is the trap (the file may have 100 MB), 250 ms for
metadata and content where it is the body (of 1 MiB). Time is the processor's, the least of three rounds, of a process
that has read a plain post before. `--posts 10000` publishes so many good posts and a bad one of each kind instead.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from posts.config.load import merge, read_config_file
from posts.config.options import decode
from posts.pipeline.library import Library
from posts.pipeline.render import Loader, PostTask, RenderedPost, Renderer
from posts.pipeline.scanner import Scanned, Scanner, Task, unpack
from posts.sites.base import PostFile
from posts.sites.detect import detect_site
from tests.sites import post, site
from tests.trap_table import HEAD, KINDS, LOST, MATTER_SECONDS, TRAPS, Trap

NAME = "_posts/2021-02-02-trap"


class Bench:
    """A Jekyll site of one post, which is read as a run reads it: its metadata, then its content."""

    def __init__(self, root: Path) -> None:
        (root / "_posts").mkdir(parents=True)
        (root / "_config.yml").write_text("title: T\nurl: https://site.example\n", "utf-8")
        (root / "feedmill.toml").write_text('[clean]\nremove = [".ad", "p > a.share"]\n', "utf-8")
        kind = detect_site(root).kind
        options = decode(merge(read_config_file(root, None), kind.sections(), kind.locate).sections, [])
        self.root = root
        self._scanner = Scanner(root, kind, options)
        self._renderer = Renderer(Loader(root, kind, options), Library(root, options.site, {}, kind.private_names), "")

    def put(self, data: bytes, suffix: str = "md") -> PostFile:
        """Writes the post."""
        path = f"{NAME}.{suffix}"
        (self.root / path).write_bytes(data)
        return PostFile(path)

    def read(self, found: PostFile, *, whole: bool = True) -> tuple[Scanned, RenderedPost | None]:
        """The result of a run for the post; no content if its metadata could not be read, or if not `whole`."""
        (row,) = self._scanner([Task(found)])
        known = unpack(found.path, row.facts)
        assert known is not None
        if known.head is None or not whole:
            return known, None
        (made,) = self._renderer([PostTask(known.head, row.hash)])
        assert isinstance(made, RenderedPost), made
        return known, made


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of the processor, bytes by which the process grew, and the codes of what was reported."""

    seconds: float
    memory: int
    codes: tuple[str, ...]


def cost(bench: Bench, found: PostFile, *, whole: bool = True, rounds: int = 3) -> Cost:
    """What a post costs: the least of some rounds, which end early where one is cheap."""
    before, seconds = _peak(), []
    for _ in range(rounds):
        started = time.process_time()
        known, made = bench.read(found, whole=whole)
        seconds.append(time.process_time() - started)
        if seconds[-1] < MATTER_SECONDS / 2:
            break
    said = [problem.code for problem in known.problems]
    said += [complaint[1] for complaint in made.rendered.complaints] if made else []
    return Cost(min(seconds), max(0, _peak() - before), tuple(dict.fromkeys(said)))


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


_bench: Bench


def _begin(folder: str) -> None:
    """Prepares a process: everything is imported, and a plain post has been read."""
    global _bench  # noqa: PLW0603
    _bench = Bench(Path(tempfile.mkdtemp(dir=folder)))
    for suffix in ("md", "html"):
        _bench.read(_bench.put(f"{HEAD}---\n{{{{ page.title }}}} *x* <p hidden>a</p>\n".encode(), suffix))


def _put(trap: Trap) -> None:
    _bench.put(trap.make(), trap.suffix)


def _measured(found: PostFile, whole: bool, sender: Any) -> None:
    sender.send(cost(_bench, found, whole=whole))


def measured(trap: Trap) -> Cost | None:
    """The cost of a trap in a process of its own; None where that did not survive it."""
    context = multiprocessing.get_context("fork")
    maker = context.Process(target=_put, args=(trap,))  # which takes with it what making took
    maker.start()
    maker.join()
    found = PostFile(f"{NAME}.{trap.suffix}")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_measured, args=(found, trap.seconds > MATTER_SECONDS, sender))
    process.start()
    sender.close()
    try:
        return cast("Cost", receiver.recv())
    except EOFError:
        return None
    finally:
        process.join()


def one_of_each(root: Path, count: int) -> list[str]:
    """What is wrong after a run over `count` good posts and a bad one of each kind."""
    good = {f"_posts/2021-01-01-{number}.md": post(f"Good {number}") for number in range(count)}
    bad: dict[str, str | bytes] = {f"_posts/2022-01-01-{code}.md": data for code, data in KINDS.items()}
    site(root, {**good, **bad})
    command = [sys.executable, str(Path(__file__).parent.parent / "publish.py"), str(root), "--json"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode:
        return [f"exit {ran.returncode}: {ran.stderr}"]
    report = json.loads(ran.stdout)
    named = {(problem["path"], problem["code"]) for problem in report["problems"]}
    wrong = [f"{path} is not named for it" for path in bad if (path, path[18:-3]) not in named]
    wrong += [f"{path} is named without reason" for path, _ in named if path not in bad]
    if report["posts"] != count + len(KINDS) - len(LOST):
        wrong.append(f"{report['posts']} posts are published")
    return wrong


def main(arguments: list[str] | None = None) -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.traps", description=__doc__)
    parser.add_argument(
        "--allowance", type=float, default=1.0, help="how many times the seconds a slow machine may take"
    )
    parser.add_argument("--only", default="", help="a part of the names of traps")
    parser.add_argument("--slowest", type=int, default=0, help="print only so many")
    parser.add_argument(
        "--posts", type=int, default=0, help="publish so many good posts and a bad one of each kind instead"
    )
    options = parser.parse_args(arguments)
    if options.posts:
        with tempfile.TemporaryDirectory() as folder:
            wrong = one_of_each(Path(folder), options.posts)
        print(*wrong, f"{options.posts} good posts, {len(KINDS)} bad ones, {len(wrong)} mistakes", sep="\n")
        return 1 if wrong else 0
    rows: list[tuple[float, str]] = []
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        _begin(folder)
        for trap in TRAPS:
            if options.only not in trap.name:
                continue
            found = measured(trap)
            fails = found is None or found.seconds > trap.seconds * options.allowance or found.memory > trap.memory
            failed += fails
            seconds, memory, codes = (
                (found.seconds, found.memory, ", ".join(found.codes)) if found else (0, 0, "KILLED")
            )
            line = f"{'!' if fails else ' '} {seconds * 1000:7.1f} ms {memory / 1e6:6.1f} MB  {trap.name}: {codes}"
            rows.append((seconds / trap.seconds, line))
            if not options.slowest:
                print(line, flush=True)
    if options.slowest:
        print(*(line for _, line in sorted(rows)[-options.slowest :]), sep="\n")
    print(f"{len(rows)} traps, {failed} beyond the limits")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
