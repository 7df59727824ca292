"""A destination in memory, for tests."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct, field

from feeds.destinations.base import Outcome
from feeds.model import Artifact


class MemoryDestination(Struct):
    """Stores published files in `files`: path to bytes."""

    files: dict[str, bytes] = field(default_factory=dict)

    def is_intact(self, path: str) -> bool:
        return path in self.files

    def publish(self, artifacts: Iterable[Artifact], gone: Iterable[str] = ()) -> Outcome:
        """Store all artifacts, or none if one cannot be built."""
        new = {artifact.path: artifact.data for artifact in artifacts}
        written = tuple(sorted(path for path, data in new.items() if self.files.get(path) != data))
        self.files.update(new)
        removed = tuple(path for path in gone if self.files.pop(path, None) is not None)
        return Outcome(written=written, unchanged=tuple(sorted(new.keys() - set(written))), removed=removed)
