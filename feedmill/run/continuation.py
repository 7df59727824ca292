"""Decide whether a run may read only the posts that changed, because everything else is as the last run left it.

That needs the same request, configuration, code and outputs, and a complete catalog. All posts are read after anything
else has changed, also after a run that was interrupted, and for feeds with archives or `_headers`.
"""

from __future__ import annotations

import os
from pathlib import Path

from feedmill.run.history import RunState
from feedmill.run.options import RunOptions, run_request
from feedmill.run.up_to_date import fingerprint, has_bytes, young_files
from feeds.options import FeedsOptions
from posts.errors import DamagedError
from posts.store.catalog import Catalog
from posts.store.index import Index


def find_catalog(
    index: Index, state: RunState, options: RunOptions, feeds: FeedsOptions, out: Path, environment: str
) -> Catalog | None:
    """Return the catalog if the run may continue from it, else None.

    Args:
        index: The index.
        state: The state that the last run left in it.
        options: The options of the run.
        feeds: The options of the generator.
        out: The folder that the paths of published files are relative to.
        environment: A digest of the interpreter, the libraries and this code.
    """
    is_same = state.request == run_request(options, out) and state.environment == environment
    is_settled = not state.is_unfinished and (state.out, state.prefix) == (str(out.resolve()), feeds.places.prefix)
    if not (index.is_current and is_same and is_settled and is_simple(feeds)) or options.full or options.prune:
        return None
    catalog = Catalog(index)
    try:
        index.verify()
        if catalog.is_complete() and _is_same(index, catalog, state, options) and _has_outputs(index, state, out):
            return catalog
    except DamagedError:
        return None
    return None


def is_simple(feeds: FeedsOptions) -> bool:
    """Return whether the files of a feed depend on nothing but its window: there are no archives and no `_headers`."""
    return not (feeds.archives or feeds.headers)


def _is_same(index: Index, catalog: Catalog, state: RunState, options: RunOptions) -> bool:
    """Return whether all files but posts that the last run depended on are unchanged."""
    changed = {
        name.partition(":")[2]
        for name, seen in index.watched().items()
        if not name.startswith("names:") and fingerprint(name, options.site, state.began) != seen
    }
    return changed == catalog.posts(changed).keys()  # a link to a post: the post itself is compared


def _has_outputs(index: Index, state: RunState, out: Path) -> bool:
    """Return whether all published files are as the last run wrote them."""
    young = young_files(index.stamps("outputs"), os.fspath(out), state.ended)
    return young is not None and all(has_bytes(out / path, index.hash_of("outputs", path)) for path in young)
