"""Decide what a remote must get, and in which order, from the record of what it holds. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from feeds.remotes.base import LocalFile, Presence, Update
from feeds.remotes.published_files import PublishedFiles
from posts.errors import RemoteError
from posts.store.rows import ComparedFile, RemoteFile

_FEW = 5  # removals that need no permission
_SHARE = 10  # percent of what a remote holds that may be removed without permission


class Changes(Struct, frozen=True):
    """What a remote lacks. Rows are those of the record, as they are while the files are being sent.

    Attributes:
        send: The files that feedmill has sent to their paths before and that differ now, by path.
        unknown: The files at paths of which the record says nothing, by path.
        same: The files that the remote has according to the record, by path.
        gone: The files to remove, by path.
    """

    send: Mapping[str, RemoteFile]
    unknown: Mapping[str, RemoteFile]
    same: Mapping[str, RemoteFile]
    gone: Mapping[str, RemoteFile]

    def __bool__(self) -> bool:
        return bool(self.send or self.unknown or self.gone)


def changes_of(
    files: Iterable[ComparedFile], others: Mapping[str, RemoteFile], attributes: Callable[[str], str]
) -> Changes:
    """Return what a remote lacks according to its record.

    Args:
        files: The published files beside what the record says of their paths.
        others: What the record says of other paths.
        attributes: Returns the digest of the headers of a file by its path.
    """
    send, unknown, same = {}, {}, {}
    for file in files:
        row = RemoteFile(file.size, file.hash, attributes(file.path))
        if file.state is None:
            unknown[file.path] = row._replace(state="adding")
        elif file.state == "held" and (file.held_hash, file.attributes) == (row.hash, row.attributes):
            same[file.path] = row
        else:
            send[file.path] = row._replace(state="replacing" if file.state in ("held", "replacing") else "adding")
    return Changes(send, unknown, same, dict(others))


def removal_refusal(name: str, changes: Changes, held: int) -> str:
    """Return why files must not be removed without permission, or "": they are more than 10 % and more than five.

    Removals that an earlier run was permitted and did not complete do not count.

    Args:
        name: The remote.
        changes: What it lacks.
        held: How many files it holds.
    """
    count = sum(row.state != "removing" for row in changes.gone.values())
    if count <= _FEW or count * 100 <= held * _SHARE:
        return ""
    return (
        f"{name}: {count:,} of {held:,} files would be removed; nothing was sent there. "
        "If that is right, use --allow-removals"
    )


def settled(
    name: str, changes: Changes, found: Mapping[str, Presence], *, overwrite: bool
) -> tuple[Changes, Mapping[str, RemoteFile]]:
    """Return what a remote lacks and what it has turned out to have, after a look at it.

    Args:
        name: The remote.
        changes: What it lacks according to the record.
        found: What is there, at least at the paths of which the record says nothing.
        overwrite: Whether to send over files that feedmill did not put there.

    Raises:
        RemoteError: Such a file is in the way.
    """
    foreign = [path for path in changes.unknown if found[path] == "other"]
    if foreign and not overwrite:
        more = f" and {len(foreign) - 1:,} more" if len(foreign) > 1 else ""
        verb, them = ("are", "them") if more else ("is", "it")
        # An empty record is that of a destination that is new, or of a machine that has lost its index.
        is_first = not (changes.send or changes.same or changes.gone)
        kept = f". If an earlier run sent {them} from another machine, keep the index, or set [publish] ledger"
        raise RemoteError(
            f"{name}: {foreign[0]}{more} {verb} there already, and feedmill has no record that it sent {them}; "
            f"nothing was sent there. Move {them} away, or use `feedmill deploy SITE --overwrite`{kept * is_first}"
        )
    send, same, settled_rows = dict(changes.send), {}, {}
    for path, row in changes.unknown.items():
        if found[path] == "same":
            settled_rows[path] = row._replace(state="held")
        else:
            send[path] = row._replace(state="replacing" if found[path] == "other" else "adding")
    for path, row in changes.same.items():
        presence = found.get(path, "same")
        if presence == "same":
            same[path] = row
        else:
            send[path] = row._replace(state="replacing" if presence == "other" else "adding")
    return replace(changes, send=send, unknown={}, same=same), settled_rows


def update_of(changes: Changes, files: PublishedFiles, folder: Path) -> Update:
    """Return what to send in stages, and what to remove.

    Within a kind of file, those that are new at the remote are sent before those that replace others: only the latter
    can be reached from what is there, and may refer to the former. Removals are in the reverse order of the stages.

    Args:
        changes: What the remote lacks, after a look at what is unknown.
        files: What the published files are.
        folder: The folder that their paths are below.
    """
    stages: dict[tuple[int, bool], list[LocalFile]] = {}
    for path, row in sorted(changes.send.items()):
        stages.setdefault((files.stage(path), row.state == "replacing"), []).append(
            local_file(path, row, files, folder)
        )
    # What refers to others goes before them.
    gone = sorted(changes.gone, key=lambda path: (-files.stage(path), path))
    return Update(tuple(tuple(stages[key]) for key in sorted(stages)), tuple(gone))


def local_file(path: str, row: RemoteFile, files: PublishedFiles, folder: Path) -> LocalFile:
    """Return a published file as a remote gets it."""
    attributes = files.attributes(path)
    return LocalFile(
        path, folder / path, row.size, attributes.media_type, attributes.cache_control, attributes.encoding
    )
