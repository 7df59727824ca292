"""Where artifacts go. A destination takes them all, publishes what differs, and says what it did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from feeds.model import Artifact
from posts.store.rows import OutputRow


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a publication did: paths below the output, each list sorted; `rows` is what to remember of each file."""

    written: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    rows: Mapping[str, OutputRow] = field(default_factory=dict, compare=False)


class Destination(Protocol):
    """A place that artifacts can be published to, all of them or none."""

    def is_intact(self, path: str) -> bool:
        """Whether a file that was published is there just as it was."""
        ...

    def publish(self, artifacts: Iterable[Artifact], gone: Iterable[str] = ()) -> Outcome:
        """Publishes what differs from what is there, in its order: what is pointed to comes before what points to it.

        Removes what is `gone` (files that we wrote, by path) last.

        Raises:
            RefusedError: a place is not ours to write to.
            PublicationError: a file could not be written.
        """
        ...
