"""Keep the ledger of a site at an address, for machines that are thrown away after a run.

What is stored is the ledger and what remotes hold (`posts.store.jsonl`), and what a run without an index cannot know:
the time of the last run, the notifications that are due, and the hashes and times of published files. Every version has
a serial number, which the index remembers. An index with an earlier one, or none, is replaced before the run.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from feedmill.cli.console import complain
from feeds.remotes.ledger_connect import ledger_store
from feeds.remotes.ledger_placement import placement_mistake
from feeds.remotes.ledger_store import Claim
from feeds.remotes.options import RemoteOptions
from posts.errors import BusyError, DamagedError, FeedmillError, RemoteError, UsageError
from posts.files.remote_address import Address, parse_address
from posts.files.stat import Stamp
from posts.store.index import Index
from posts.store.jsonl import export_lines, import_lines
from posts.store.lock import Lock
from posts.store.rows import OutputRow

_FORMAT = 1
_ROW = "kept"  # the key of table `run`
# What the next run needs of table `run`; the rest is about this machine.
_STATE = ("now", "first", "due", "runs", "pings", "pending", "queue", "to", "destinations", "unfinished")
_TIMES = {"now", "runs"}  # they change with every run


class _Version(NamedTuple):
    """The version of the stored ledger that an index has. `digest` is that of its lines."""

    serial: int = 0
    name: str = ""
    author: str = ""
    digest: str = ""


class KeptLedger:
    """The ledger of a site that is kept at an address, locked for this run.

    Attributes:
        is_restored: Whether the index was made from it, and no run has published with that index yet.
    """

    def __init__(self, address: Address, site: Path, author: str, state: Path) -> None:
        """Connect and take the lock.

        Args:
            address: The address.
            site: The folder of the site.
            author: The author of commits, "" for the one that git is configured with.
            state: The index, which this run has locked.

        Raises:
            BusyError: Another run has locked the ledger.
            RemoteError: The address cannot be used, or everybody can read what is stored there.
        """
        self.is_restored = False
        self._state, self._author = state, author
        self._store = ledger_store(address, site, author)
        self._store.__enter__()
        try:
            stale = self._store.lock(Claim.new(datetime.now(UTC)))
        except BaseException:
            self._store.__exit__(None, None, None)
            raise
        if stale:
            complain(f"took over the lock of the ledger at {self._store.name}, which {stale.holder} left")

    def restore(self, out: Path, prefix: str) -> None:
        """Replace the index if it is missing, or has an earlier version of the ledger than the one that is stored.

        Args:
            out: The web root or output folder of this run.
            prefix: The output folder below it.

        Raises:
            RemoteError: What is stored cannot be read, or was stored by a newer version of feedmill.
        """
        data = self._store.read()
        if data is None:
            return
        lines = data.decode("utf-8", "replace").removesuffix("\n").split("\n")
        serial = self._serial(lines)
        if _version(self._state, self._store.name).serial >= serial:
            self.is_restored = not _has_published(self._state)
            return
        if self._state.exists():
            aside = self._state.with_name(f"{self._state.name}.before-{serial}")
            shutil.move(self._state, aside)
            complain(f"the ledger at {self._store.name} is newer than {self._state}, which was kept as {aside.name}")
        here = {"out": str(out.resolve()), "prefix": prefix}
        try:
            self._import(lines[1:], here, _Version(serial, self._store.name, self._author, _digest(lines[1:])))
        except (UsageError, ValueError, KeyError, TypeError) as error:
            with suppress(FileNotFoundError):
                self._state.unlink()
            damage = f"the ledger there is damaged ({error}); restore an older version of it"
            raise RemoteError(f"{self._store.name}: {damage}") from None
        self.is_restored = True

    def save(self) -> None:
        """Store the ledger of the index, unless that is what is stored already.

        Raises:
            RemoteError: The address cannot be used, or another run has taken the lock over.
        """
        with closing(Index(self._state)) as index:
            lines = list(_lines(index))
            before = _version(self._state, self._store.name)
            digest = _digest(lines)
            if digest == before.digest:
                return
            now = _Version(before.serial + 1, self._store.name, self._author, digest)
            head = json.dumps({"format": _FORMAT, "serial": now.serial})
            self._store.write("".join(f"{line}\n" for line in (head, *lines)).encode())
            with index.change() as change:
                change.run({_ROW: now._asdict()})

    def close(self) -> None:
        """Release the lock."""
        try:
            self._store.unlock()
        except RemoteError as error:
            complain(f"{error}; the ledger stays locked for an hour")
        finally:
            self._store.__exit__(None, None, None)

    def _serial(self, lines: list[str]) -> int:
        try:
            head = json.loads(lines[0])
            form, serial = int(head["format"]), int(head["serial"])
        except (ValueError, KeyError, TypeError, IndexError):
            raise RemoteError(f"{self._store.name}: what is stored there is not a ledger of feedmill") from None
        if form > _FORMAT:
            raise RemoteError(f"{self._store.name}: the ledger there is that of a newer feedmill; install its version")
        return serial

    def _import(self, lines: Iterable[str], here: Mapping[str, str], version: _Version) -> None:
        state: dict[str, Any] = {}
        outputs: dict[str, OutputRow] = {}
        ledger = []
        for line in lines:
            values = json.loads(line)
            if "last_run" in values:
                state = {key: value for key, value in dict(values["last_run"]).items() if key in _STATE}
            elif "output" in values:
                stamp = Stamp(int(values["size"]), int(values["mtime"]), 0, 0)
                row = OutputRow(stamp, bytes.fromhex(values["hash"]), str(values["signature"]))
                outputs[str(values["output"])] = row
            else:
                ledger.append(line)
        with closing(Index(self._state)) as index:
            import_lines(index, ledger, None)
            with index.change() as change:
                change.outputs(outputs, ())
                change.run({**state, **here, _ROW: version._asdict()})


def open_kept_ledger(options: RemoteOptions, site: Path, state: Path, out: Path, prefix: str) -> KeptLedger:
    """Lock the ledger of a site where it is kept, and replace the index by it if that is older or missing.

    Args:
        options: Where the ledger is kept, and where files are published to.
        site: The folder of the site.
        state: The index, which this run has locked.
        out: The web root or output folder of this run.
        prefix: The output folder below it.

    Raises:
        UsageError: Files are published to where the ledger is kept.
        BusyError: Another run has locked it.
        RemoteError: The address cannot be used, or everybody can read what is stored there.
    """
    if options.ledger is None:
        raise UsageError("no ledger is kept; set `ledger` in [publish]")
    if mistake := placement_mistake(options.ledger, options.to):
        raise UsageError(f"--to: {mistake}")
    kept = KeptLedger(options.ledger, site, options.git_author, state)
    try:
        kept.restore(out, prefix)
    except BaseException:
        kept.close()
        raise
    return kept


def keep_again(site: Path, state: Path) -> None:
    """Store the ledger of an index once more, after hubs were notified: the next machine must not notify them again."""
    try:
        with Lock() as lock, closing(Index(state)) as index:
            version = _version_of(index.run())
            if not version.serial:
                return
            lock.index(state)
            kept = KeptLedger(parse_address(version.name), site, version.author, state)
            try:
                kept.save()
            finally:
                kept.close()
    except BusyError:  # the run that holds the lock stores its own
        return
    except (FeedmillError, ValueError) as error:
        complain(f"{error}; the next run may notify hubs again")


def _lines(index: Index) -> Iterator[str]:
    rows = index.run()
    yield json.dumps({"last_run": {key: rows[key] for key in _STATE if key in rows}}, ensure_ascii=False)
    for path, row in sorted(index.outputs().items()):
        about = {"size": row.stamp.size, "mtime": row.stamp.mtime, "hash": row.hash.hex(), "signature": row.signature}
        yield json.dumps({"output": path, **about}, ensure_ascii=False)
    yield from export_lines(index)


def _digest(lines: Iterable[str]) -> str:
    """Return a digest of what is stored, without the times of runs that change nothing."""
    found = sha256()
    for line in lines:
        if line.startswith('{"last_run": '):
            state = json.loads(line)["last_run"]
            found.update(json.dumps({key: state[key] for key in sorted(state.keys() - _TIMES)}).encode())
        else:
            found.update(line.encode())
        found.update(b"\n")
    return found.hexdigest()


def _version(state: Path, name: str) -> _Version:
    """Return the version that an index has of the ledger at an address."""
    try:
        with closing(Index(state)) as index:
            found = _version_of(index.run())
    except DamagedError:
        return _Version()
    return found if found.name == name else _Version()


def _has_published(state: Path) -> bool:
    """Return whether a run has published with an index since it was made from a ledger, which lacks requests."""
    with suppress(DamagedError), closing(Index(state)) as index:
        return bool(index.run().get("request"))
    return True


def _version_of(rows: Mapping[str, Any]) -> _Version:
    try:
        return _Version(**rows[_ROW])
    except (KeyError, TypeError):
        return _Version()
