"""A preview: the output is served, made anew whenever something was saved, and those who look at it are told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from feedmill.preview.server import Server


@dataclass(frozen=True, slots=True)
class Edition:
    """What making the output anew has led to: whether a file of it is another now, and what is wrong, a line each."""

    differs: bool
    problems: Sequence[str]


def preview(server: Server, first: Edition, make: Callable[[set[str]], Edition], saves: Iterable[set[str]]) -> None:
    """Serves until `saves` ends or is interrupted; for each of them the output is made by `make`, in this thread."""
    server.bulletin.tell(first.problems)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    try:
        for saved in saves:
            edition = make(saved)
            if edition.differs or tuple(edition.problems) != server.bulletin.problems:
                server.bulletin.tell(edition.problems)
    finally:
        server.bulletin.close()
        server.shutdown()
        server.server_close()
