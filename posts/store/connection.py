"""Open, check, create and replace the SQLite file of the index; keep a damaged one under another name."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Set as AbstractSet
from pathlib import Path

from posts.errors import DamagedError, FeedmillError, RefusedError
from posts.store.schema import APPLICATION_ID, VERSION

_MARKS = frozenset(("run", "items", "followers", "files", "contents", "outputs"))  # tables of every version

# SQLite's primary result codes for failures of the system; any other code means that the file is damaged.
_TROUBLES = frozenset(
    (
        *(sqlite3.SQLITE_PERM, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM),
        *(sqlite3.SQLITE_READONLY, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL),
        *(sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_NOLFS, sqlite3.SQLITE_AUTH),
    )
)


def connect(path: Path, mode: str, patience: float) -> tuple[sqlite3.Connection, int]:
    """Open an existing index, and check that it belongs to feedmill.

    Args:
        path: the file of the index.
        mode: "ro" or "rw".
        patience: how long to wait for another process that has locked the file, in seconds.

    Returns:
        The connection and the schema version; 0 if a run was killed before it created the tables.

    Raises:
        RefusedError: the file belongs to another program or to a newer version of feedmill.
        DamagedError: the file cannot be read as an index.
        FeedmillError: the operating system reports an error, such as missing permissions.
    """
    database = None
    try:
        uri = f"{path.absolute().as_uri()}?mode={mode}"
        database = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=patience)
        application, version = (
            database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
        )
        if application != APPLICATION_ID or not 1 <= version <= VERSION:
            tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master")}
            if tables or application or version:
                raise _refusal(path, tables, application, version)  # noqa: TRY301 # closes the connection
    except BaseException as error:
        if database is not None:
            database.close()
        if isinstance(error, sqlite3.Error):
            raise failure(path, error) from None
        raise
    return database, version


def _refusal(path: Path, tables: AbstractSet[str], application: int, version: int) -> FeedmillError:
    """Return the error for a file with a wrong application id or version.

    With the tables of an index but a wrong id it is damaged; otherwise it is another program's, or a newer version's.
    """
    if not tables >= _MARKS:
        return RefusedError(f"{path} is not a feedmill index; use another --state")
    if application != APPLICATION_ID or version < 1:
        return damaged(path, "its mark is gone")
    return RefusedError(f"{path} is from a newer version of feedmill; install that version, or use another --state")


def writable(path: Path, patience: float) -> tuple[sqlite3.Connection, int]:
    """Open the index at `path` for writing, or create an empty file. Arguments and errors are those of `connect`."""
    if path.exists() and path.stat().st_size:
        database, version = connect(path, "rw", patience)
    else:
        _make_folder(path.parent)
        database, version = sqlite3.connect(path, isolation_level=None, timeout=patience), VERSION
    # EXTRA also syncs the folder: decisions must be on the disk before anything is published.
    # MEMORY keeps temporary tables out of other folders.
    database.execute("PRAGMA synchronous = EXTRA")
    database.execute("PRAGMA temp_store = MEMORY")
    return database, version or VERSION


def failure(path: Path, error: sqlite3.Error | UnicodeDecodeError) -> FeedmillError:
    """Return the error to raise for an error of SQLite or of decoding its text: a damaged file or a system failure."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None or code & 0xFF not in _TROUBLES:
        return damaged(path, str(error))
    remedy = "check the disk space and the permissions, then run again"
    return FeedmillError(f"{path} cannot be read or written ({error}); published feeds are intact; {remedy}")


def damaged(path: Path, reason: str) -> DamagedError:
    """Return the error for an index whose contents fail a check."""
    remedy = "run `feedmill SITE` to keep it under another name and recover what it and the published feeds have"
    return DamagedError(f"{path} is damaged ({reason}); {remedy}")


def journal(path: Path) -> Path:
    """Return the path of SQLite's rollback journal."""
    return path.with_name(f"{path.name}-journal")


def aside(path: Path) -> Path:
    """Return the path under which to keep a damaged index: the first `.damaged-N` that is free."""
    number = 1
    while (free := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    return free


def fresh(path: Path) -> Path:
    """Return the path at which to build the replacement of a damaged index; delete leftovers of a killed run."""
    new = path.with_name(f"{path.name}.new")
    for left in (new, journal(new)):
        left.unlink(missing_ok=True)
    return new


def take_the_place(new: Path, path: Path) -> None:
    """Replace a damaged index by a new one, and keep the damaged one under another name (`aside`)."""
    kept = aside(path)
    if journal(path).exists():  # SQLite must not roll it back into the new index
        journal(path).replace(journal(kept))
    try:
        kept.hardlink_to(path)
    except OSError:  # not every file system supports hard links
        path.replace(kept)
    new.replace(path)


def _make_folder(folder: Path) -> None:
    """Create a folder and its parents, and sync each parent so that the new entry survives a crash."""
    if not folder.exists():
        _make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        handle = os.open(folder.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
