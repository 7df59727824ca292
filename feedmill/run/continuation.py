"""Decide whether a run may read only the posts that changed, because everything else is as the last run left it.

That needs the same request, configuration, code and outputs, and a complete catalog. All posts are read after anything
else has changed, also after a run that was interrupted, and where `_headers` is written.
"""

from __future__ import annotations

from pathlib import Path

from feedmill.run.history import RunState
from feedmill.run.options import RunOptions, run_request
from feedmill.run.up_to_date import Changes, find_changes
from feeds.options import FeedsOptions
from posts.errors import DamagedError
from posts.store.catalog import Catalog
from posts.store.index import Index


def changes_since(
    index: Index, state: RunState, options: RunOptions, feeds: FeedsOptions, out: Path, known: Changes | None
) -> Changes | None:
    """Return what has changed if the run may continue from the catalog, else None.

    Args:
        index: The index.
        state: The state that the last run left in it.
        options: The options of the run.
        feeds: The options of the generator.
        out: The folder that the paths of published files are relative to.
        known: What was found to have changed before the index was locked.
    """
    is_settled = (state.out, state.prefix) == (str(out.resolve()), feeds.places.prefix)
    if not (index.is_current and is_settled and is_simple(feeds)) or options.full or options.prune:
        return None
    try:
        if known is None or known.ended != state.ended:
            known = find_changes(index, state, run_request(options, out))
        if known is None or not Catalog(index).is_complete():
            return None
        index.verify()
    except DamagedError:
        return None
    return known


def is_simple(feeds: FeedsOptions) -> bool:
    """Return whether no file depends on the files of all feeds: there is no `_headers`."""
    return not feeds.headers
