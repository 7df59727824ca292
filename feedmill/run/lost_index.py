"""Recover the ledger of an index that is missing or damaged, from its readable rows and from the published feeds."""

from __future__ import annotations

from pathlib import Path

from feedmill.cli.console import complain
from feedmill.cli.report import counted
from feedmill.run.history import RunState
from feeds.compare.recover import recover_from_feeds
from feeds.options import FeedsOptions
from posts.config.options import ReadOptions
from posts.pipeline.recover import complete_ledger
from posts.store.connection import aside
from posts.store.index import Index
from posts.store.rows import UNWRITTEN, LedgerSnapshot
from posts.store.salvage import salvage_ledger


def recover_lost_index(
    index: Index, path: Path, out: Path, feeds_options: FeedsOptions, read_options: ReadOptions
) -> RunState:
    """Put what can be recovered into a new index, tell the user what that is, and return the state of the last run.

    Args:
        index: The new index.
        path: Its file.
        out: The web root, or the output folder.
        feeds_options: How feeds are made.
        read_options: How posts are read.
    """
    damage = index.damage
    saved, past = salvage_ledger(path) if damage else (LedgerSnapshot(), {})
    items, published, files = recover_from_feeds(out / feeds_options.places.prefix, feeds_options)
    memory = complete_ledger(saved, items.values(), published, read_options.rewrites)
    kept, more = len(saved.entries), len(memory.entries) - len(saved.entries)
    known = f"recovered {counted(kept, 'item')} from it and {more:,} more from"
    if damage:
        complain(f"{damage}", f"kept it as {aside(path)}; {known} the feeds in {out}")
    elif items or published.feeds:
        complain(f"{path} is missing or empty; recovered {counted(len(items), 'item')} from the feeds in {out}")
    if not (memory.entries or memory.feeds):
        return RunState()
    index.adopt(memory, past, dict.fromkeys(files, UNWRITTEN))
    state = RunState.from_rows(past)
    return RunState(first_run=state.first_run or 0, now=state.now)
