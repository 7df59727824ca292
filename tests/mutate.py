"""Mutation testing: `python -m tests.mutate [MODULE…]` changes a module a little, and expects its tests to fail.

The mutants are those of cosmic-ray and a few of our own (`tests.mutants`). Each is tested in a process that is forked
from one with all libraries loaded, only with the tests that hold the module, so it takes about a second. CI does not
run this; it needs the extra `mutation`. The tests of each module are in `mutation.toml`, and so are the mutants that no
test can kill, with the reason. Exits with 1 if others survive.
"""

from __future__ import annotations

import argparse
import gc
import importlib.util
import io
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stdout
from importlib.machinery import ModuleSpec, SourceFileLoader
from itertools import islice
from types import CodeType

import pytest

from tests.mutants import CONFIGURED, ROOT, Mutant, mutants

TESTS: dict[str, list[str]] = CONFIGURED["tests"]
PROJECT = ("feedmill", "feeds", "posts", "publish", "tests")
# Without what costs time and only explains a failure.
QUICK = "-x -q --assert=plain -p no:cacheprovider -p no:unraisableexception -p no:threadexception -p no:xdist".split()
# Tests of whole corpora, and of what takes long.
SLOW = (
    "corpus or corpora or real_site or no_two_different or thousand or code_point or does_not_grow "
    "or trap or far_too or beyond_the_limits or mebibyte"
)


class _Loader(SourceFileLoader):
    """Loads one module of the project from a changed source, which is never cached."""

    def __init__(self, name: str, path: str, source: str) -> None:
        super().__init__(name, path)
        self.source = source

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002
        return compile(self.source, self.path, "exec", dont_inherit=True)

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        return importlib.util.spec_from_file_location(name, self.path, loader=self) if name == self.name else None


class _NoChance:
    """Leaves out the tests of hypothesis: what only a random example shows is not held by a test, and they are slow."""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [one for one in items if not hasattr(getattr(one, "obj", None), "hypothesis")]


def survives(path: str, source: str, seconds: float) -> bool:
    """Run the tests of a module with another source, in a process of their own."""
    child = os.fork()
    if not child:
        _test(path, source)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status == 0
        time.sleep(0.01)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def _test(path: str, source: str) -> None:
    """Run the tests, and end this process with what they say."""
    code = 1
    try:
        os.setpgid(0, 0)
        null = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(null, number)
        name = path.removesuffix(".py").replace("/", ".")
        sys.meta_path.insert(0, _Loader(name, str(ROOT / path), source))  # type: ignore[arg-type]
        with tempfile.TemporaryDirectory() as place:
            options = [*QUICK, f"--basetemp={place}/tests", "-k", f"not ({SLOW})"]
            code = pytest.main([*options, *TESTS[path]], [_NoChance()])
    finally:
        os._exit(int(code))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutate", description="Change modules, and run their tests.")
    parser.add_argument(
        "modules", nargs="*", metavar="MODULE", help="a part of its path; default: all in mutation.toml"
    )
    parser.add_argument("--sample", type=int, default=60, help="mutants per module, 0 for all (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="chooses the sample (default: %(default)s)")
    parser.add_argument("--only", default="", help="only mutants of lines that contain this text")
    options = parser.parse_args()
    os.chdir(ROOT)
    sys.dont_write_bytecode = False  # of the modules that are not changed
    with tempfile.TemporaryDirectory() as sys.pycache_prefix:
        return _run(options)


def _run(options: argparse.Namespace) -> int:
    _load_libraries()
    paths = [path for path in TESTS if not options.modules or any(one in path for one in options.modules)]
    survivors = [
        _survivors(path, islice(mutants(path, options.seed, options.only), options.sample or None)) for path in paths
    ]
    return int(any(survivors))


def _load_libraries() -> None:
    """Import all libraries that tests need, and none of our own modules: those may depend on the changed one."""
    with redirect_stdout(io.StringIO()):
        pytest.main(["--collect-only", "-q", "-p", "no:cacheprovider", "tests/posts", "tests/feeds"])
    for name, one in list(sys.modules.items()):
        is_ours = name.partition(".")[0] in PROJECT or (getattr(one, "__file__", None) or "").startswith(f"{ROOT}/")
        if is_ours and name != "__main__":
            del sys.modules[name]
    gc.collect()
    gc.freeze()


def _survivors(path: str, chosen: Iterator[Mutant]) -> int:
    """Print the mutants that survive and are not known to be equivalent; return their number."""
    began = time.monotonic()
    if not survives(path, (ROOT / path).read_text("utf-8"), 600):
        sys.exit(f"{path}: its tests fail without a change")
    most = 5 + 5 * (time.monotonic() - began)  # seconds
    counts = Counter[str]()
    for one in chosen:
        fate = "killed" if not survives(path, one.source, most) else "equivalent" if one.reason() else "survived"
        counts[fate] += 1
        if fate == "survived":
            print(one, flush=True)
    share = 100 * counts["killed"] / max(1, counts["killed"] + counts["survived"])
    fates = ", ".join(f"{counts[fate]} {fate}" for fate in ("killed", "equivalent", "survived"))
    print(f"{path}: {counts.total()} mutants, {fates}: {share:.1f} %", flush=True)
    return counts["survived"]


if __name__ == "__main__":
    sys.exit(main())
