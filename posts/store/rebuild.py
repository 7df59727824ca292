"""A new index in the place of a damaged one, in one step: whoever is killed meanwhile leaves one of them there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from posts.store import connection as database
from posts.store.index import Index
from posts.store.rows import Memory, OutputRow


def renew(path: Path, memory: Memory, said: Mapping[str, Any], outputs: Mapping[str, OutputRow]) -> None:
    """Keeps the index at `path` aside, and puts one there that knows a ledger and what was published.

    `said` is what the last run said of itself: when the first and the last one were.
    """
    new = Index(database.fresh(path))
    with new.change() as change:
        change.ledger(memory, said.get("first"))
        change.outputs(outputs, ())
        change.run({"now": said["now"]} if "now" in said else {})
    new.close()
    database.take_the_place(new.path, path)


def rescue(path: Path, memory: Memory | None) -> None:
    """The same for an index that can be read and not be changed; `memory` is its ledger, if that is known already."""
    old = Index(path)
    old.examine()
    known, said, outputs = (memory, {}, {}) if old.damage else (old.ledger(), old.run(), old.outputs())
    old.close()
    if known:
        renew(path, known, said, outputs)
