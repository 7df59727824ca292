"""A destination that stores nothing but sizes, for `feedmill check`: every file is built and verified."""

from __future__ import annotations

from collections.abc import Iterable

from feeds.destinations.base import Outcome
from feeds.model import Artifact


class Discard:
    """Takes artifacts one at a time, because all at once would fill the memory, and drops them.

    Attributes:
        sizes: The number of bytes of every file, by path.
    """

    def __init__(self) -> None:
        self.sizes: dict[str, int] = {}

    def is_intact(self, path: str) -> bool:  # noqa: ARG002 # the interface
        return False

    def publish(self, artifacts: Iterable[Artifact], gone: Iterable[str] = ()) -> Outcome:  # noqa: ARG002
        self.sizes.update((artifact.path, len(artifact.data)) for artifact in artifacts)
        return Outcome()
