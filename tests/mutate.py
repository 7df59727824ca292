"""Mutation testing: `python -m tests.mutate [MODULE…]` changes a module a little, and expects its tests to fail.

The mutants are those of cosmic-ray, and a few of our own. Each one is tested in a process that is forked from one with
all libraries loaded, and only with the tests that hold the module, so it takes about a second. CI does not run this.
Needs the extra `mutation`. Survivors that no test can kill are listed in `equivalent_mutants.toml`, with the reason.
Exits with 1 if there are other survivors.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import importlib.util
import io
import os
import random
import signal
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, SourceFileLoader
from itertools import islice
from pathlib import Path
from types import CodeType

import pytest
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import MutationVisitor
from cosmic_ray.plugins import get_operator, operator_names

from tests.mutation_operators import OPERATORS

ROOT = Path(__file__).parent.parent
EQUIVALENT = tomllib.loads((ROOT / "tests/equivalent_mutants.toml").read_text())["mutant"]
# Others, such as `a ** b` for `a | b`, mostly raise.
BINARY = ("Add_Sub", "Sub_Add", "Mul_Add", "Div_Mul", "FloorDiv_Mul", "Mod_Mul", "BitOr_BitAnd", "BitAnd_BitOr")
PROJECT = ("feedmill", "feeds", "posts", "publish", "tests")
MOST_OF_A_KIND = 2  # mutants of one operator at one place: `+` has eleven others to be replaced by
# The tests that hold each module; those of whole corpora take too long.
SLOW = (
    "corpus or corpora or real_site or no_two_different or thousand or code_point or does_not_grow or trap or far_too"
)
DATES = "tests/posts/test_dates.py"
IDENTITY = "tests/posts/test_ledger.py"
BODIES = "tests/posts/test_allowed.py tests/posts/test_body.py tests/posts/test_gate.py"
TRAILER = "tests/posts/test_trailer.py tests/posts/test_source_links.py"
SELECT = "tests/feeds/test_choose.py tests/feeds/test_slugs.py tests/feeds/test_windows.py"
TESTS = {
    "posts/pipeline/loss_guard.py": "tests/test_guards.py",
    "feeds/select/tombstones.py": "tests/feeds/test_tombstones.py tests/test_withdrawals.py",
    "posts/identity/assign.py": IDENTITY,
    "posts/identity/merging.py": IDENTITY,
    "posts/identity/urls.py": "tests/posts/test_identity.py",
    "posts/frontmatter/dates.py": DATES,
    "posts/frontmatter/loose_dates.py": DATES,
    "posts/frontmatter/time_of_day.py": DATES,
    "feeds/select/feeds.py": SELECT,
    "feeds/select/slugs.py": SELECT,
    "feeds/select/paths.py": SELECT,
    "feeds/select/archives.py": "tests/feeds/test_archive_documents.py",
    "posts/html/sanitize.py": BODIES,
    "posts/html/clean.py": f"{BODIES} tests/posts/test_embeds.py tests/posts/test_foreign.py",
    "posts/trailer/blocks.py": TRAILER,
    "posts/trailer/cut.py": TRAILER,
    "posts/trailer/navigation.py": TRAILER,
    "posts/trailer/source.py": TRAILER,
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module with one change."""

    path: str
    operator: str
    source: str
    removed: str
    added: str
    line: int

    def reason(self) -> str:
        """Return why no test can kill it, "" if that is not known."""
        known = (
            one["reason"]
            for one in EQUIVALENT
            if one["module"] == self.path and one["old"] in self.removed and one.get("new", "") in self.added
        )
        return next(known, "")

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.operator}\n  - {self.removed}\n  + {self.added}"


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


def mutants(path: str, seed: int, only: str) -> Iterator[Mutant]:
    """Yield the mutants of a module in random order, a few of one kind at one place; those of lines with `only`."""
    source = (ROOT / path).read_text()
    meaning, lines = _meaning(source), source.splitlines()
    core = {name.partition("/")[2]: get_operator(name) for name in operator_names()}
    core = {
        name: kind
        for name, kind in core.items()
        if name.endswith(BINARY) or not name.endswith(("_Is", "_IsNot")) and "BinaryOperator" not in name
    }
    nodes = list(ast_nodes(get_ast(source)))
    places = []
    for name, kind in {**core, **OPERATORS}.items():
        if not kind.arguments():  # others need the names of variables
            found = (start for node in nodes for (start, _) in kind().mutation_positions(node))
            places += [(name, kind, occurrence, start) for occurrence, start in enumerate(found)]
    random.Random(f"{seed}{path}").shuffle(places)
    seen: Counter[tuple[object, str]] = Counter()
    for name, kind, occurrence, start in places:
        family = (start, name.split("_")[0])
        seen[family] += 1
        if only not in lines[start[0] - 1] or (seen[family] > MOST_OF_A_KIND and "Replace" in name):
            continue
        changed = MutationVisitor.mutate_code(source, kind(), occurrence)
        if _meaning(changed) not in (meaning, ""):  # an annotation or a docstring
            new = changed.splitlines()
            parts = difflib.SequenceMatcher(None, lines, new, autojunk=False).get_opcodes()
            _, first, last, begin, end = next(part for part in parts if part[0] != "equal")
            removed, added = (" ".join(" ".join(part).split()) for part in (lines[first:last], new[begin:end]))
            yield Mutant(path, name, changed, removed, added, first + 1)


def _meaning(source: str) -> str:
    """Return what a module does: its syntax tree without annotations and docstrings; "" if it has none."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return ""
    for node in ast.walk(tree):
        if isinstance(node, ast.arg | ast.AnnAssign):
            node.annotation = ast.Constant(0)
        elif isinstance(node, ast.FunctionDef):
            node.returns = None
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [one for one in body if not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))]  # type: ignore[attr-defined]
    return ast.dump(tree)


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
            options = ["-x", "-q", "-p", "no:cacheprovider", f"--basetemp={place}/tests", "-k", f"not ({SLOW})"]
            code = pytest.main([*options, *TESTS[path].split()], [_NoChance()])
    finally:
        os._exit(int(code))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutate", description="Change modules, and run their tests.")
    parser.add_argument(
        "modules", nargs="*", metavar="MODULE", help="a path, or a part of it; default: all that have tests here"
    )
    parser.add_argument("--sample", type=int, default=60, help="mutants per module, 0 for all (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="chooses the sample (default: %(default)s)")
    parser.add_argument("--only", default="", help="only mutants of lines that contain this text")
    options = parser.parse_args()
    os.chdir(ROOT)
    with redirect_stdout(io.StringIO()):
        pytest.main(
            ["--collect-only", "-q", "-p", "no:cacheprovider", "tests/posts", "tests/feeds", "tests/test_publish.py"]
        )
    for name, one in list(sys.modules.items()):
        is_ours = name.partition(".")[0] in PROJECT or (getattr(one, "__file__", None) or "").startswith(f"{ROOT}/")
        if is_ours and name != "__main__":
            del sys.modules[name]
    left = 0
    for path in (path for path in TESTS if not options.modules or any(one in path for one in options.modules)):
        began = time.monotonic()
        if not survives(path, (ROOT / path).read_text(), 600):
            sys.exit(f"{path}: its tests fail without a change")
        seconds = 5 + 5 * (time.monotonic() - began)
        chosen = list(islice(mutants(path, options.seed, options.only), options.sample or None))
        alive = [one for one in chosen if survives(path, one.source, seconds)]
        open_ = [one for one in alive if not one.reason()]
        for one in open_:
            print(one)
        equal = len(alive) - len(open_)
        killed = len(chosen) - len(alive)
        share = 100 * killed / max(1, len(chosen) - equal)
        print(
            f"{path}: {len(chosen)} mutants, {killed} killed, {equal} equivalent, {len(open_)} survived: {share:.1f} %",
            flush=True,
        )
        left += len(open_)
    return bool(left)


if __name__ == "__main__":
    sys.exit(main())
