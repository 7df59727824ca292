"""Hostile bodies by the thousand, cleaned and judged: `python -m tests.fuzz --documents 100000`.

Every document of the grammar is made from its number and the seed alone. It is rendered and cleaned as a post's body
is, in process; html5lib judges what comes out, then Chromium opens pages of it. Exits with 1 where anything is objected
to.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from posts.html.clean import clean_html
from posts.markup.to_html import markup_to_html
from tests import browser, grammar, judge

BASE = "https://news.example/2021/12/31/post.html"
PAGE = 1_000  # items on a page of Chromium
_SELECTORS = ((), (), (".a", "p > a[href]", "table td:first-child"))


@dataclass(frozen=True, slots=True)
class Verdict:
    """Of one document: what it became, and what is wrong with that."""

    number: int
    html: str
    objections: tuple[str, ...]


def cleaned(text: str, *, markdown: bool = False, remove: tuple[str, ...] = ()) -> str:
    """A body as it leaves feedmill."""
    made = markup_to_html(text, markdown=markdown, liquid=None, report=lambda *_: None)
    return clean_html(made, base=BASE, remove=remove, report=lambda *_: None).html


def objections(html: str) -> list[str]:
    """What is wrong with a cleaned body."""
    found = judge.objections(html)
    if not judge.settles(html):
        found.append("written down and read again, it is another tree")
    if cleaned(html) != html:
        found.append("cleaned again, it changes")
    return found


def verdict(seed: int, number: int) -> Verdict:
    """Makes, cleans and judges the document of a number."""
    text, markdown = grammar.document(number, seed)
    try:
        html = cleaned(text, markdown=markdown, remove=_SELECTORS[number % 3])
    except Exception as error:  # noqa: BLE001 # it is what is looked for
        return Verdict(number, "", (f"raised {error!r}",))
    return Verdict(number, html, tuple(objections(html)))


def _verdicts(task: tuple[int, range]) -> list[Verdict]:
    seed, numbers = task
    return [verdict(seed, number) for number in numbers]


def verdicts(documents: int, seed: int, workers: int) -> Iterator[list[Verdict]]:
    """The verdicts by pages, in order."""
    tasks = [(seed, range(start, min(start + PAGE, documents))) for start in range(0, documents, PAGE)]
    if workers < 2:
        yield from map(_verdicts, tasks)
        return
    with multiprocessing.Pool(workers) as pool:
        yield from pool.imap(_verdicts, tasks)


def main(arguments: list[str] | None = None) -> int:
    """Prints what was objected to, and the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--documents", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--no-browser", action="store_true", help="html5lib alone is judge")
    options = parser.parse_args(arguments)
    started = time.monotonic()
    objected = empty = settled = shown = 0
    for page in verdicts(options.documents, options.seed, options.workers):
        for one in page:
            empty += not one.html
            if one.objections:
                objected += 1
                print(f"{one.number}: {'; '.join(one.objections)}\n  {grammar.document(one.number, options.seed)!r}")
        if options.no_browser:
            continue
        items = [one.html for one in page if one.html]
        same, seen = browser.judged(items)
        settled, shown = settled + same, shown + len(items)
        objected += len(seen)
        if seen:
            print(f"Chromium, {page[0].number} to {page[-1].number}: {seen}", flush=True)
    print(
        f"{options.documents} documents of seed {options.seed}, {empty} of them empty when cleaned; "
        f"{shown} opened by Chromium, {settled} settled; {objected} objections; {time.monotonic() - started:.0f} s"
    )
    return 1 if objected or settled != shown else 0


if __name__ == "__main__":
    sys.exit(main())
