"""Where artifacts go. A destination takes them all, publishes what differs, and says what it did."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from feeds.model import Artifact


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a publication did: paths below the output, each list sorted."""

    written: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


class Destination(Protocol):
    """A place that artifacts can be published to, all of them or none."""

    def publish(self, artifacts: Iterable[Artifact]) -> Outcome:
        """Publishes what differs from what is there. Raises RefusedError or PublicationError."""
        ...
