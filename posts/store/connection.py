"""The file of the index: opened, refused or believed, made, and kept aside when it is damaged."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Set as AbstractSet
from pathlib import Path

from posts.errors import DamagedError, FeedmillError, RefusedError
from posts.store.schema import APPLICATION_ID, COLUMNS, VERSION

# What is the system's fault and not the file's (the primary result codes of SQLite).
_TROUBLES = frozenset(
    (
        *(sqlite3.SQLITE_PERM, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM),
        *(sqlite3.SQLITE_READONLY, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL),
        *(sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_NOLFS, sqlite3.SQLITE_AUTH),
    )
)


def connect(path: Path, mode: str, patience: float) -> tuple[sqlite3.Connection, int]:
    """The index at `path` and its version, 0 for one that a run was killed at while it made it, and has no table yet.

    `mode` is "ro" or "rw"; `patience` (seconds) is for who else is at it.

    Raises:
        RefusedError: it is another program's file, or of a newer version.
        DamagedError: it cannot be read as an index.
        FeedmillError: the system does not let us.
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
    """Another program's file, or a newer one, is no business of ours; ours with a wrong mark is damaged."""
    if not tables >= {"run", *COLUMNS}:
        return RefusedError(f"{path} is not a feedmill index; use another --state")
    if application != APPLICATION_ID or version < 1:
        return damaged(path, "its mark is gone")
    return RefusedError(f"{path} is of a newer version of feedmill: install that, or give another --state")


def writable(path: Path, patience: float) -> tuple[sqlite3.Connection, int]:
    """The index at `path` to be changed; a new one, without any table, where there is none. As `connect`."""
    if path.exists() and path.stat().st_size:
        database, version = connect(path, "rw", patience)
    else:
        _make_folder(path.parent)
        database, version = sqlite3.connect(path, isolation_level=None, timeout=patience), VERSION
    # What was decided is on the disk before anything is published, its folder's entry too; no other folder is used.
    database.execute("PRAGMA synchronous = EXTRA")
    database.execute("PRAGMA temp_store = MEMORY")
    return database, version or VERSION


def failure(path: Path, error: sqlite3.Error | UnicodeDecodeError) -> FeedmillError:
    """What to raise for an error of SQLite (or of its texts): the file may be damaged, or the system in trouble."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None or code & 0xFF not in _TROUBLES:
        return damaged(path, str(error))
    remedy = "look at the space and the permissions there, then run again"
    return FeedmillError(f"{path} cannot be read or written ({error}): {remedy}; what was published stands")


def damaged(path: Path, reason: str) -> DamagedError:
    """The error for an index that is not what was written."""
    remedy = "`feedmill SITE` keeps it under another name, and takes from it and from the published feeds what it can"
    return DamagedError(f"{path} is damaged ({reason}): {remedy}")


def journal(path: Path) -> Path:
    """The file in which SQLite keeps what a transaction overwrites."""
    return path.with_name(f"{path.name}-journal")


def aside(path: Path) -> Path:
    """Where a damaged index is kept: the first name that is free."""
    number = 1
    while (free := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    return free


def fresh(path: Path) -> Path:
    """Where a new index is made that is to take the place of a damaged one; what a killed run left there is gone."""
    new = path.with_name(f"{path.name}.new")
    for left in (new, journal(new)):
        left.unlink(missing_ok=True)
    return new


def take_the_place(new: Path, path: Path) -> None:
    """Puts a new index in the place of a damaged one, which is kept under another name (`aside`)."""
    kept = aside(path)
    if journal(path).exists():  # it must never be played back into the new one
        journal(path).replace(journal(kept))
    try:
        kept.hardlink_to(path)
    except OSError:  # not every file system knows links
        path.replace(kept)
    new.replace(path)


def _make_folder(folder: Path) -> None:
    """Makes a folder, and has its name on the disk before anything relies on it."""
    if not folder.exists():
        _make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        handle = os.open(folder.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
