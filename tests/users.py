"""Run the command line without the rights of root: what the modes of files forbid is forbidden, too."""

from __future__ import annotations

import ctypes
import json
import os
import warnings
from pathlib import Path

from tests.sites import Command, Outcome

_VERSION_3 = 0x20080522  # of `capset` (linux/capability.h): two words each of effective, permitted, inheritable


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


def run_unprivileged(feedmill: Command, root: Path, *arguments: object) -> Outcome:
    """Run `feedmill ROOT` as a user who may read and write only what the modes of files allow.

    For root, that is a child process without capabilities: it still owns the checkout, which another user may be unable
    to read, but reads and writes nothing against the modes of files (capabilities(7), CAP_DAC_OVERRIDE).
    """
    if os.geteuid() != 0:
        return feedmill(root, *arguments)
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12: pytest-xdist has threads
        child = os.fork()
    if not child:
        try:
            _drop_capabilities()
            outcome = feedmill(root, *arguments)
            os.write(writing, json.dumps([outcome.code, outcome.out, outcome.err]).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with open(reading, "rb") as pipe:  # noqa: PTH123 # a descriptor
        answer = pipe.read()
    os.waitpid(child, 0)
    return Outcome(*json.loads(answer))


def _drop_capabilities() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.capset(ctypes.byref(_Header(_VERSION_3, 0)), (ctypes.c_uint32 * 6)()):
        raise OSError(ctypes.get_errno(), "capset")
