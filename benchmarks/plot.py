"""Cost over posts as SVG: logarithmic both ways, a panel for each number of categories, a line for each peer and kind."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _HEIGHT = 330, 400  # of a panel's grid, pixels
_LEFT, _TOP, _LABELS, _BOTTOM = 60, 50, 220, 50
_GAP = 14  # between two labels, at the least
_STYLE = """\
svg { background: #fff; font: 12px system-ui, sans-serif; }
text { fill: #1f2328; stroke: #fff; stroke-width: 3px; paint-order: stroke; }
.grid { stroke: #d1d9e0; }
.feedmill { color: #0969da; } .hugo { color: #cf222e; } .pelican { color: #1a7f37; }
.jekyll { color: #8250df; } .eleventy { color: #9a6700; } .hexo { color: #bf3989; }
path, line { fill: none; } path { stroke: currentColor; stroke-width: 2px; } circle { fill: currentColor; }
text[class] { fill: currentColor; }
.nothing, .settled { stroke-dasharray: 2 4; } .changed { stroke-dasharray: 8 4; } .added { stroke-dasharray: 8 3 2 3; }
@media (prefers-color-scheme: dark) {
  svg { background: #0d1117; } text { fill: #f0f6fc; stroke: #0d1117; }
  .grid { stroke: #3d444d; }
  .feedmill { color: #58a6ff; } .hugo { color: #ff7b72; } .pelican { color: #56d364; }
  .jekyll { color: #bc8cff; } .eleventy { color: #e3b341; } .hexo { color: #f778ba; }
}
"""


@dataclass(frozen=True, slots=True)
class Line:
    """The seconds of wall of one peer's kind of run, by number of posts."""

    peer: str
    kind: str
    points: Mapping[int, float]


def plot(panels: Mapping[str, Sequence[Line]]) -> str:
    """Return an SVG document with a panel for each title."""
    points = [point for lines in panels.values() for line in lines for point in line.points.items()]
    sizes = sorted({posts for posts, _ in points}) or [1]
    powers = [math.log10(seconds) for _, seconds in points] or [0.0]
    low, high = math.floor(min(powers)), max(math.ceil(max(powers)), math.floor(min(powers)) + 1)
    across = _Scale(sizes[0], sizes[-1] if len(sizes) > 1 else 10 * sizes[0], _WIDTH), sizes
    up = _Scale(10.0**low, 10.0**high, _HEIGHT), [10.0**power for power in range(low, high + 1)]
    step = _LEFT + _WIDTH + _LABELS
    width, height = step * len(panels), _TOP + _HEIGHT + _BOTTOM
    drawn = [
        f'<g transform="translate({_LEFT + step * place} {_TOP})">\n{"".join(_panel(title, lines, across, up))}</g>\n'
        for place, (title, lines) in enumerate(panels.items())
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img"'
        f' aria-label="Seconds of a run over the number of posts">\n<style>\n{_STYLE}</style>\n{"".join(drawn)}</svg>\n'
    )


class _Scale:
    """Logarithms of what lies between two values, spread over a length in pixels."""

    def __init__(self, low: float, high: float, length: int) -> None:
        self.low = math.log10(low)
        self.per_power = length / (math.log10(high) - self.low)

    def __call__(self, value: float) -> float:
        return round((math.log10(value) - self.low) * self.per_power, 1)


_Axis = tuple[_Scale, Sequence[float]]  # and where it has its ticks


def _panel(title: str, lines: Sequence[Line], horizontal: _Axis, vertical: _Axis) -> Iterator[str]:
    (across, sizes), (up, seconds) = horizontal, vertical
    yield f'<text y="-25" font-weight="bold">{escape(title)}</text><text x="-45" y="-8">seconds, wall</text>\n'
    for tick in sizes:
        yield f'<line class="grid" x1="{across(tick)}" x2="{across(tick)}" y2="{_HEIGHT}"/>'
        yield f'<text x="{across(tick)}" y="{_HEIGHT + 18}" text-anchor="middle">{tick:,}</text>\n'
    yield f'<text x="{_WIDTH / 2}" y="{_HEIGHT + 36}" text-anchor="middle">posts</text>\n'
    for tick in seconds:
        yield f'<line class="grid" x2="{_WIDTH}" y1="{_HEIGHT - up(tick)}" y2="{_HEIGHT - up(tick)}"/>'
        yield f'<text x="-8" y="{_HEIGHT - up(tick) + 4}" text-anchor="end">{tick:g}</text>\n'
    for line in lines:
        places = [(across(posts), _HEIGHT - up(wall)) for posts, wall in sorted(line.points.items())]
        way = " L".join(f"{x} {y}" for x, y in places)
        yield f'<path class="{line.peer} {line.kind}" d="M{way}"/>'
        yield "".join(f'<circle class="{line.peer}" cx="{x}" cy="{y}" r="3"/>' for x, y in places) + "\n"
    yield from _labels(lines, across, up)


def _labels(lines: Iterable[Line], across: _Scale, up: _Scale) -> Iterator[str]:
    """Beside each line's last point; kinds of a peer that end in the same place share one, others are moved apart."""
    ends = defaultdict(list)
    for line in lines:
        posts, seconds = max(line.points.items())
        ends[across(posts)].append((_HEIGHT - up(seconds), line))
    for x, labelled in sorted(ends.items()):
        free = -math.inf
        for y, peer, kinds in _shared(sorted(labelled, key=lambda end: (end[0], end[1].peer))):
            free = max(y, free + _GAP)
            yield f'<text class="{peer}" x="{x + 8}" y="{free + 4:.1f}">{escape(peer)}: {escape(", ".join(kinds))}</text>\n'


def _shared(ends: Iterable[tuple[float, Line]]) -> Iterator[tuple[float, str, list[str]]]:
    groups: list[tuple[float, str, list[str]]] = []
    for y, line in ends:
        if groups and groups[-1][1] == line.peer and y - groups[-1][0] < _GAP:
            groups[-1][2].append(line.kind)
        else:
            groups.append((y, line.peer, [line.kind]))
    yield from groups
