"""The interface of a destination, which publishes the artifacts that differ from what is there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from msgspec import Struct, field

from feeds.model import Artifact
from posts.store.rows import OutputRow


class Outcome(Struct, frozen=True):
    """The result of a publication: sorted paths below the web root, and the index row of each file."""

    written: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    rows: Mapping[str, OutputRow] = field(default_factory=dict)


class Destination(Protocol):
    """A place to publish artifacts to: all of them, or none if one fails."""

    def is_intact(self, path: str) -> bool:
        """Return whether a published file is there and unchanged."""
        ...

    def publish(self, artifacts: Iterable[Artifact], gone: Iterable[str] = ()) -> Outcome:
        """Publish the artifacts that differ, in their order, then remove files.

        Args:
            artifacts: the files; one that links to another comes after it.
            gone: the paths of files to remove, which feedmill wrote.

        Raises:
            RefusedError: a file that feedmill did not write is in the way.
            PublicationError: a file cannot be written.
        """
        ...
