"""What the workers of a Dask cluster do with chunks of posts, and what they must have for it.

These functions run in other processes, on other machines and for many runs: nothing that a run has read outlives it.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from threading import Lock
from typing import Any

from msgspec import Struct

from feedmill import __version__
from posts.errors import RemoteError
from posts.pipeline.cache_keys import reader_versions

_MOST_FOLDERS = 20

_one_at_a_time = Lock()  # posts are read in one thread of a process


class Job(Struct, frozen=True):
    """The work of one stage of one run: what it needs, and its function, pickled. `run` sets it apart from others."""

    run: str
    terms: Terms
    function: bytes

    def packed(self) -> bytes:
        """Return the job as bytes, which the scheduler passes on as they are."""
        return pickle.dumps(self, pickle.HIGHEST_PROTOCOL)


class Terms(Struct, frozen=True):
    """Say what a worker must have: the versions that results depend on, and the folder of the site with its inodes."""

    versions: Mapping[str, str]
    root: str
    inodes: Mapping[str, int]


@cache
def _own_versions() -> dict[str, str]:
    """Return the versions as they were when this process first used them, not those of an upgrade since then."""
    return {"feedmill": __version__, **reader_versions()}


def own_terms(root: str) -> Terms:
    """Return what workers must have to read posts in `root` for this process."""
    return Terms(_own_versions(), root, _inodes(root))


def _inodes(root: str) -> dict[str, int]:
    """Return the inodes of a site's folder and of some folders in it, by name: network file systems keep them."""
    with os.scandir(root) as entries:
        names = sorted(entry.name for entry in entries if entry.is_dir(follow_symlinks=False))[:_MOST_FOLDERS]
    return {name: os.lstat(f"{root}/{name}").st_ino for name in (".", *names)}


def complaint_of(terms: Terms) -> str:
    """Return what this worker lacks, "" for nothing."""
    own = _own_versions()
    for name, version in terms.versions.items():
        if own.get(name, "") != version:
            what = "other code in feedmill's " + name if name.endswith("/") else f"{name} {own.get(name) or '(none)'}"
            return f"has {what}, and this run {version}; install the same version there and restart the worker"
    return _blindness(terms)


def _blindness(terms: Terms) -> str:
    """Return a message if this worker does not see the folder of the site; names in it may be new or gone."""
    same = set()
    for name, inode in terms.inodes.items():
        try:
            if os.lstat(f"{terms.root}/{name}").st_ino == inode:
                same.add(name)
        except OSError:
            continue
    if "." in same and (len(same) > 1 or len(terms.inodes) == 1):
        return ""
    return f"does not see the site in {terms.root}; mount the same file system there, at the same path"


@lru_cache(maxsize=2)
def _unpacked(job: bytes) -> tuple[Terms, Callable[[Any], Any]]:
    """Return what a job needs and its function, which is unpickled once in every worker for every job."""
    wanted: Job = pickle.loads(job)  # noqa: S301 # who reaches the scheduler runs code on its workers
    if complaint := complaint_of(wanted.terms):
        raise _refusal(complaint)
    return wanted.terms, pickle.loads(wanted.function)  # noqa: S301


def _refusal(complaint: str) -> RemoteError:
    from distributed import get_worker

    return RemoteError(f"worker {get_worker().address} {complaint}; published feeds are intact")


def work(job: bytes, chunks: bytes) -> bytes:
    """Return the results for some chunks, on a worker."""
    with _one_at_a_time:
        terms, function = _unpacked(job)
        try:
            results = [function(chunk) for chunk in pickle.loads(chunks)]  # noqa: S301
        except OSError as error:  # of this machine: those of a post are results
            raise _refusal(f"cannot read {error.filename or 'posts'}: {error.strerror}") from None
        if complaint := _blindness(terms):  # posts that could not be read are no news of the posts
            raise _refusal(complaint)
        return pickle.dumps(results, 5)
