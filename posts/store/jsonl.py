"""Export and import the ledger as sorted JSON Lines, one object per line, suited to version control and review.

An export holds ids, links, dates and hashes; it does not hold the bodies of items or the caches. With the ledger it has
what remotes hold: without it, a machine that starts with an import could not tell its own files there from others.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, get_args

from posts.errors import UsageError
from posts.store import codec
from posts.store.index import Index
from posts.store.lock import Lock
from posts.store.old_packets import post_from_positions
from posts.store.remote_files import RemoteFiles
from posts.store.rows import Entry, FeedRow, RemoteFile, RemoteState, SeenPost, implied_lines, parted, place_of

_ITEM = ("id", "path", "link", "first", "gone", "source_hash", "text_hash", "updated", "others")
_FEED = ("id", "title", "updated")


def export_lines(index: Index) -> Iterator[str]:
    """Yield the lines of the ledger and of what remotes hold, sorted."""
    lines: list[dict[str, Any]] = [{"first_run": index.run().get("first", 0)}]
    lines += ({"feed": key, **{name: getattr(row, name) for name in _FEED}} for key, row in index.feeds().items())
    for place, ids in index.archives().items():
        key, number = parted(place)
        lines.append({"archive": key, "number": number, "ids": ids.split("\n") if ids else []})
    lines += ({"seen": path, **line._asdict()} for path, line in index.seen().items())
    lines += (
        {"remote": remote, "path": path, **row._asdict(), "hash": row.hash.hex()}
        for remote, files in RemoteFiles(index).all().items()
        for path, row in files.items()
    )
    lines += ({"follower": path, "id": item_id} for path, item_id in index.followers().items())
    for entry in index.entries().values():
        known = codec.decode_post(entry.post)
        post = codec.post_to_fields(known) if known else None
        lines.append({"item": entry.id, **{name: getattr(entry, name) for name in _ITEM[1:]}, "post": post})
    yield from sorted(json.dumps(line, ensure_ascii=False) for line in lines)


def import_lines(index: Index, lines: Iterable[str], lock: Lock | None) -> int:
    """Add lines of `export_lines` to the ledger, replacing rows with the same key.

    Exports of version 0.1 have no lines of posts: the items imply them.

    Args:
        index: the index to change.
        lines: the exported lines, in any order.
        lock: the locks of this run; the index is locked before it is changed. None if it is locked already.

    Returns:
        The number of lines.

    Raises:
        UsageError: a line is not one that `export_lines` writes; nothing was imported.
        BusyError: another run has locked the index.
    """
    seen, items, followers, feeds, archives, first = {}, [], {}, {}, {}, 0
    bodies: dict[str, str] = {}
    remotes: dict[str, dict[str, RemoteFile]] = {}
    number = 0
    for number, line in enumerate(lines, 1):
        try:
            values = json.loads(line)
            if "item" in values:
                items.append(_entry(values))
                bodies[items[-1].id] = str(values.get("body_hash", ""))
            elif "seen" in values:
                body = str(values["body"])
                seen[str(values["seen"])] = SeenPost(_number(values["first"]), _number(values["gone"]), body)
            elif "remote" in values:
                remotes.setdefault(str(values["remote"]), {})[str(values["path"])] = _remote_file(values)
            elif "follower" in values:
                followers[values["follower"]] = values["id"]
            elif "archive" in values:
                archives[place_of(str(values["archive"]), int(values["number"]))] = "\n".join(map(str, values["ids"]))
            elif "feed" in values:
                feeds[values["feed"]] = FeedRow(*(str(values[name]) for name in _FEED))
            else:
                first = int(values["first_run"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise UsageError(
                f"line {number} is not a line of `feedmill state export` ({error}); nothing was imported"
            ) from None
    if lock:
        lock.index(index.path)
    known = index.seen()
    implied = {path: line for path, line in implied_lines(items, followers, bodies).items() if path not in known}
    with index.change() as change:
        change.seen({**implied, **seen}, ())
        change.items(items)
        change.followers(followers, ())
        change.feeds(feeds, ())
        change.archives(archives)
        for remote, files in remotes.items():
            change.remote_files(remote, files)
        change.run({"first": first})
    return number


def _number(value: Any) -> int:
    """Return a size, or a time in seconds. Raises ValueError for one that the index cannot store."""
    number = int(value)
    if not 0 <= number < 1 << 62:
        raise ValueError(f"{number} is not a time or size")
    return number


def _remote_file(values: dict[str, Any]) -> RemoteFile:
    states: tuple[RemoteState, ...] = get_args(RemoteState)
    state = states[states.index(values["state"])]
    return RemoteFile(_number(values["size"]), bytes.fromhex(values["hash"]), str(values["attributes"]), state)


def _entry(values: dict[str, Any]) -> Entry:
    post = values["post"]
    # Exports of version 1.0 have the post as a list, its fields by position.
    known = post_from_positions(post) if isinstance(post, list) else codec.post_from_fields(post)
    fields = {name: values[name] for name in _ITEM[1:]}
    fields |= {name: _number(values[name]) for name in ("first", "gone")}
    return Entry(id=values["item"], **fields, post=codec.encode_post(known))
