"""What people see who wait."""

from __future__ import annotations

import io
import itertools

import pytest

from feedmill.cli.progress import Progress
from posts.pipeline.parallel import chunked, serial


class Screen(io.StringIO):
    """A stream that says whether it is a terminal."""

    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


def shown(*, terminal: bool, quiet: bool, seconds: float) -> str:
    screen = Screen(terminal=terminal)
    ticks = itertools.count(0, seconds)
    progress = Progress(quiet=quiet, clock=lambda: next(ticks), stream=screen)
    spread = progress.following("reading", serial)
    assert [len(chunk) for chunk in spread(list, chunked(range(450)))] == [200, 200, 50]
    progress.close()
    return screen.getvalue()


@pytest.mark.parametrize("terminal", [True, False])
@pytest.mark.parametrize(("quiet", "seconds"), [(True, 5), (False, 0.01)])
def test_nothing_is_shown_when_it_is_quick_or_asked_to_be_quiet(terminal: bool, quiet: bool, seconds: float) -> None:
    assert shown(terminal=terminal, quiet=quiet, seconds=seconds) == ""


def test_a_terminal_shows_bars_with_counts() -> None:
    text = shown(terminal=True, quiet=False, seconds=5)
    assert "reading" in text
    assert "450/450" in text


def test_elsewhere_a_line_says_what_was_done() -> None:
    assert shown(terminal=False, quiet=False, seconds=5).startswith("reading: 450 in ")
