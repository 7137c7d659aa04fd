"""Which publishers rest on which origin, laid out for drawing: publishers on the left, shared origins on the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from factcheck.findings import Origin, OriginBasis
from factcheck.reporting.marking import shortened

ROW = 22.0
"""Units between two publishers; names of 13 units stay apart."""
LETTER = 7.4
"""Units that a letter of a name takes at most, on average."""
GAP, SPAN = 16.0, 240.0
"""Units between a name and its lines, and those that the lines cross."""
TOP = 34.0
NAME_LIMIT = 38
"""Characters of a name in the drawing; the table below it has the whole."""
PUBLISHERS, ORIGINS = 120, 60
"""What is drawn at most; the table lists the rest."""


@dataclass(frozen=True)
class PublisherNode:
    """A publisher with the lines to its origins."""

    name: str
    label: str
    y: float
    own: bool
    """Whether some of what it says rests on nobody but itself."""
    lines: tuple[tuple[str, OriginBasis, str], ...]
    """Path of the line, what the link rests on, and the origin's name."""


@dataclass(frozen=True)
class OriginNode:
    """An origin that somebody else repeats."""

    name: str
    label: str
    y: float
    publishers: int


@dataclass(frozen=True)
class Graph:
    """The drawing."""

    width: float
    height: float
    left: float
    """Where the lines begin."""
    right: float
    """Where they end."""
    publishers: tuple[PublisherNode, ...]
    origins: tuple[OriginNode, ...]
    publishers_left_out: int
    origins_left_out: int


def graph(origins: Sequence[Origin]) -> Graph:
    """Publishers stand in the order of their widest origin, so that lines of one origin run side by side.

    An origin that is nobody's but the publisher's own is a mark at the publisher, not a node; else every outlet
    would stand twice.
    """
    shared = [origin for origin in origins if any(name != origin.name for name in origin.publishers)]
    shared.sort(key=lambda origin: -len(origin.publishers))
    shown = shared[:ORIGINS]
    own = {o.name for o in origins if o.basis == "own_report" or o.name in o.publishers}
    rests: dict[str, list[int]] = {}
    for place, origin in enumerate(shown):
        for name in origin.publishers:
            if name != origin.name:
                rests.setdefault(name, []).append(place)
    names = sorted({name for origin in origins for name in origin.publishers})
    names.sort(key=lambda name: (rests.get(name, [len(shown)])[0], -len(rests.get(name, ())), name))
    drawn = names[:PUBLISHERS]
    rows = {name: TOP + ROW * index for index, name in enumerate(drawn)}
    heights = _heights(shown, rows, len(drawn))
    left = GAP + LETTER * max((min(len(name), NAME_LIMIT) for name in drawn), default=0)
    publishers = tuple(
        _publisher(name, (left, rows[name]), name in own, rests.get(name, ()), shown, heights) for name in drawn
    )
    nodes = tuple(
        OriginNode(o.name, shortened(o.name, NAME_LIMIT), heights[place], len(o.publishers))
        for place, o in enumerate(shown)
    )
    height = TOP + ROW * max(len(drawn), len(shown))
    width = left + SPAN + 3 * GAP + LETTER * max((min(len(o.name), NAME_LIMIT) for o in shown), default=0)
    return Graph(
        width=round(width, 1),
        height=height,
        left=round(left, 1),
        right=round(left + SPAN, 1),
        publishers=publishers,
        origins=nodes,
        publishers_left_out=len(names) - len(drawn),
        origins_left_out=len(shared) - len(shown),
    )


def _heights(origins: Sequence[Origin], rows: Mapping[str, float], count: int) -> list[float]:
    """Each origin at the middle of those who repeat it, moved apart so that names do not lie on each other."""
    middles = []
    for place, origin in enumerate(origins):
        ys = [rows[name] for name in origin.publishers if name in rows and name != origin.name]
        middles.append((sum(ys) / len(ys) if ys else TOP, place))
    middles.sort()
    found = [0.0] * len(origins)
    at = TOP - ROW
    for middle, place in middles:
        at = max(at + ROW, middle)
        found[place] = at
    # a crowd that ran over the lower edge moves up again, from below
    limit = TOP + ROW * (max(count, len(origins)) - 1)
    for _, place in reversed(middles):
        found[place] = min(found[place], limit)
        limit = found[place] - ROW
    return [round(y, 1) for y in found]


def _publisher(
    name: str,
    start: tuple[float, float],
    own: bool,
    places: Sequence[int],
    origins: Sequence[Origin],
    heights: Sequence[float],
) -> PublisherNode:
    x, y = start
    middle, end = x + SPAN / 2, x + SPAN
    lines = tuple(
        (
            f"M{x:.1f} {y:g}C{middle:.1f} {y:g} {middle:.1f} {heights[p]:g} {end:.1f} {heights[p]:g}",
            origins[p].basis,
            origins[p].name,
        )
        for p in places
    )
    return PublisherNode(name, shortened(name, NAME_LIMIT), y, own, lines)
