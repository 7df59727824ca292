"""Define the state that a run stores in the index for the next run, `feedmill status` and notifications.

`RunState` is the only reader and writer of table `run`, except for the keys of `posts.store`. The
check for "nothing changed" imports this module: it stays small.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from feedmill.cli.report import Report
from feedmill.run.options import RunRequest

if TYPE_CHECKING:  # there is nearly never a queue
    from feedmill.notify.websub_queue import PendingTopics

MAX_LOG_ENTRIES = 20


class RunLogEntry(NamedTuple):
    """A run that wrote or removed files. `at` is in seconds since 1970, `seconds` is how long it took."""

    at: float = 0.0
    seconds: float = 0.0
    written: int = 0
    removed: int = 0
    new: int = 0
    changed: int = 0
    gone: int = 0


class DestinationState(NamedTuple):
    """The state of a destination.

    Attributes:
        is_complete: Whether it holds everything that the last run published.
        completed: When it last did, in seconds since 1970; 0 for never.
        error: Why it does not, without credentials; "" if nothing has failed.
    """

    is_complete: bool = False
    completed: float = 0.0
    error: str = ""


class RunState(NamedTuple):
    """The state after the last run. A field without a stored value has its default.

    Attributes:
        request: The site, configuration and output of the run; None if no run has ended yet.
        environment: The interpreter and the folders of libraries (`feedmill.run.up_to_date.environment`).
        versions: The versions of libraries and digests of packages that `environment` stands for.
        metadata_key: The cache key of the stored metadata of posts.
        began: When the run began, in nanoseconds since 1970.
        ended: When its files were in place, in nanoseconds since 1970.
        now: The `now` of the run, in seconds since 1970.
        first_run: The `now` of the first run over the site, in seconds since 1970; None before it.
        next_change: When time alone changes a feed next, in seconds since 1970; None for never.
        report: The report of the run; without paths.
        log: The last runs that wrote, oldest first.
        has_ping: Whether `[publish] ping` names an address.
        pending: Files of which hubs are notified once they are published; left by a run that was interrupted.
        queue: The notifications that are due, by hub.
        is_unfinished: Whether the run was interrupted after it had changed the ledger.
        out: The web root or output folder, absolute; "" before the first run.
        prefix: The output folder below `out`.
        specimens: What feedgen wrote for the shapes of documents (`feeds.formats.specimens`).
        to: The addresses of `--to`, () for those of `[publish] to`.
        destinations: The states of the destinations, by address.
    """

    request: RunRequest | None = None
    environment: str = ""
    versions: Mapping[str, str] = MappingProxyType({})
    metadata_key: str = ""
    began: int = 0
    ended: int = 0
    now: float = 0.0
    first_run: int | None = None
    next_change: float | None = None
    report: Report | None = None
    log: tuple[RunLogEntry, ...] = ()
    has_ping: bool = False
    pending: tuple[str, ...] = ()
    queue: Mapping[str, PendingTopics] = MappingProxyType({})
    is_unfinished: bool = False
    out: str = ""
    prefix: str = ""
    specimens: str = ""
    to: tuple[str, ...] = ()
    destinations: Mapping[str, DestinationState] = MappingProxyType({})

    @property
    def incomplete(self) -> list[str]:
        """Return the destinations that lack something."""
        return [address for address, one in self.destinations.items() if not one.is_complete]

    @classmethod
    def from_rows(cls, rows: Mapping[str, Any]) -> RunState:
        """Return the state in the rows of table `run`, which are JSON values by key.

        Unknown keys are ignored, because `posts.store` and newer versions have other keys. A value of
        another shape, which an older version may have stored, counts as missing.
        """
        known = {}
        for name, key in _KEYS.items():
            value = rows.get(key)
            if value is None:
                continue
            try:
                known[name] = _DECODERS[name](value)
            except (TypeError, ValueError, KeyError, AttributeError):
                continue
        if "out" not in known and (request := known.get("request")):
            known["out"] = request.out  # an older version stored it there alone
        if rows and _KEYS["is_unfinished"] not in rows:
            known["is_unfinished"] = True  # an older version stored this only at the end of a run
        return cls(**known)

    def to_rows(self, before: RunState) -> dict[str, Any]:
        """Return the rows that replace those of the state `before`, as JSON values by key.

        Fields that have their defaults in both states have no rows, except `is_unfinished`.
        """
        changed = {name for name in _KEYS if not _EMPTY[name] == getattr(self, name) == getattr(before, name)}
        changed.add("is_unfinished")
        return {_KEYS[name]: _ENCODERS.get(name, _unchanged)(getattr(self, name)) for name in sorted(changed)}

    def with_run(self, report: Report, at: float) -> tuple[RunLogEntry, ...]:
        """Return the log with a run that ended `at` this time (seconds since 1970), if it wrote or removed files."""
        if not (report.written or report.removed):
            return self.log
        entry = RunLogEntry(
            at=at,
            seconds=report.seconds,
            written=len(report.written),
            removed=len(report.removed),
            new=report.new,
            changed=report.changed,
            gone=report.gone,
        )
        return (*self.log, entry)[-MAX_LOG_ENTRIES:]


def _unchanged(value: Any) -> Any:
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _report(value: Any) -> Report:
    return Report.recalled(dict(value), (), 0.0)


def _log(value: Any) -> tuple[RunLogEntry, ...]:
    return tuple([RunLogEntry(**{name: one[name] for name in RunLogEntry._fields if name in one}) for one in value])


def _queue(value: Any) -> Mapping[str, PendingTopics]:
    if not value:
        return {}
    from feedmill.notify.websub_queue import PendingTopics

    return {hub: PendingTopics(int(one["tries"]), float(one["due"]), dict(one["topics"])) for hub, one in value.items()}


def _destinations(value: Any) -> Mapping[str, DestinationState]:
    return {
        str(address): DestinationState(bool(one["is_complete"]), float(one["completed"]), _text(one["error"]))
        for address, one in value.items()
    }


_EMPTY = RunState()._asdict()

# The keys of table `run`. They are part of the format of the index: a renamed field keeps its key.
_KEYS = {name: name for name in _EMPTY} | {
    "request": "setting",
    "metadata_key": "facts_key",
    "first_run": "first",
    "next_change": "due",
    "log": "runs",
    "has_ping": "pings",
    "is_unfinished": "unfinished",
}

_DECODERS: Mapping[str, Callable[[Any], Any]] = {
    "request": lambda value: RunRequest(**value),
    "environment": _text,
    "versions": dict,
    "metadata_key": _text,
    "began": int,
    "ended": int,
    "now": float,
    "first_run": int,
    "next_change": float,
    "report": _report,
    "log": _log,
    "has_ping": bool,
    "pending": tuple,
    "queue": _queue,
    "is_unfinished": bool,
    "out": _text,
    "prefix": _text,
    "specimens": _text,
    "to": tuple,
    "destinations": _destinations,
}

_ENCODERS: Mapping[str, Callable[[Any], Any]] = {
    "request": lambda value: value._asdict() if value else None,
    "versions": dict,
    "report": lambda value: value.remembered() if value else None,
    "log": lambda value: [entry._asdict() for entry in value],
    "pending": list,
    "queue": lambda value: {hub: one._asdict() for hub, one in value.items()},
    "to": list,
    "destinations": lambda value: {address: one._asdict() for address, one in value.items()},
}
