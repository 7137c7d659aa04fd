"""How a figure or a state changed over time: the updates in order, and the steps to draw where they are numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from factcheck.models import BaseClaim, QuantityClaim
from factcheck.reporting.html.addresses import sentence_anchor
from factcheck.reporting.html.disputes import DisputePage
from factcheck.reporting.html.lookup import Lookup

WIDTH, HEIGHT = 640.0, 220.0
LEFT, RIGHT, TOP, BOTTOM = 24.0, 120.0, 34.0, 30.0
"""Margins of the drawing, in its own units; the last label stands in the right one."""
DAY_GAP, VALUE_GAP = 92.0, 30.0
"""Units between two dates, or two equal or close figures, from which both can be read."""
FROM_ZERO = 0.5
"""Share of the highest figure that the lowest must reach for the drawing to leave out the way up from zero."""
SHOWN = 60
"""States that are listed; as many are drawn."""


@dataclass(frozen=True)
class State:
    """What was said at one time, by all who said the same."""

    day: str
    """ISO date: as of when; else when the article appeared; empty when neither is known."""
    as_of: bool
    """Whether the day is the claim's own."""
    claim: str
    lang: str
    publishers: tuple[str, ...]
    value: float | None
    upper: float | None
    unit: str
    comparator: str
    target: str


@dataclass(frozen=True)
class Mark:
    """A state in the drawing."""

    x: float
    y: float
    value_x: float
    """Where the figure stands: beside the line where it falls to its point from above."""
    value: float
    day: str
    value_shown: bool
    day_shown: bool
    anchor: str
    """`start`, `middle` or `end`: how the label lies to its point."""


@dataclass(frozen=True)
class Steps:
    """The drawing: a line that keeps its height until the next state."""

    path: str
    marks: tuple[Mark, ...]
    from_zero: bool
    """Whether the base line is zero; figures that differ little are drawn without the way up from it."""


@dataclass(frozen=True)
class Timeline:
    """One changing matter."""

    title: str
    lang: str
    anchor: str
    """Of the dispute that tells it in full."""
    states: tuple[State, ...]
    left_out: int
    steps: Steps | None
    """None where the states are not numbers, or fewer than two."""


def timelines(disputes: Sequence[DisputePage], lookup: Lookup) -> tuple[Timeline, ...]:
    """One for each point that an update explains."""
    found = []
    for dispute in disputes:
        for point in dispute.points:
            if point.view.source.nature != "update":
                continue
            ids = [id_ for side in point.view.source.sides for id_ in side.claims]
            claims = [lookup.claims[id_] for id_ in ids if id_ in lookup.claims]
            states = _states(claims, lookup)
            title = point.view.source.question or dispute.view.title
            rest = max(0, len(states) - SHOWN)
            shown = tuple(states[:SHOWN])
            found.append(Timeline(title, dispute.lang, dispute.anchor, shown, rest, _steps(shown)))
    return tuple(found)


def _states(claims: Sequence[BaseClaim], lookup: Lookup) -> list[State]:
    """In order of time; those of one day and value are one."""
    grouped: dict[tuple[str, float | None, float | None, str], list[BaseClaim]] = {}
    for claim in sorted(claims, key=lambda claim: (_day(claim, lookup)[0], claim.id)):
        day, _ = _day(claim, lookup)
        value = claim.value if isinstance(claim, QuantityClaim) else None
        upper = claim.upper if isinstance(claim, QuantityClaim) else None
        words = "" if isinstance(claim, QuantityClaim) else claim.text.casefold()
        grouped.setdefault((day, value, upper, words), []).append(claim)
    return [_state(group, lookup) for group in grouped.values()]


def _state(group: Sequence[BaseClaim], lookup: Lookup) -> State:
    first = group[0]
    day, as_of = _day(first, lookup)
    quantity = first if isinstance(first, QuantityClaim) else None
    return State(
        day=day,
        as_of=as_of,
        claim=first.text,
        lang=lookup.articles[first.article_id].language or "",
        publishers=tuple(dict.fromkeys(lookup.publisher_of[claim.id] for claim in group)),
        value=quantity.value if quantity else None,
        upper=quantity.upper if quantity else None,
        unit=(quantity.unit or "") if quantity else "",
        comparator=quantity.comparator if quantity else "exactly",
        target=sentence_anchor(first.article_id, first.evidence[0].sentence if first.evidence else 1),
    )


def _day(claim: BaseClaim, lookup: Lookup) -> tuple[str, bool]:
    """As of which day, and whether the claim itself says so."""
    own = (claim.when.end or claim.when.start) if claim.when else None
    if own:
        return own.isoformat(), True
    published = lookup.articles[claim.article_id].published_at
    return (published.isoformat() if published else ""), False


def _steps(states: Sequence[State]) -> Steps | None:
    """The figures against time; without two days to tell apart they stand at equal distances."""
    numbers = [(state, state.value) for state in states if state.value is not None and state.day]
    if len(numbers) < 2 or len({value for _, value in numbers}) < 2:
        return None
    days = [dt.date.fromisoformat(state.day).toordinal() for state, _ in numbers]
    spread = days[-1] - days[0]
    lowest, high = min(value for _, value in numbers), max(value for _, value in numbers)
    from_zero = lowest < FROM_ZERO * high
    low = min(0.0, lowest) if from_zero else lowest - (high - lowest)
    marks: list[Mark] = []
    path, day_at, value_at = "", -DAY_GAP, -VALUE_GAP
    for index, (state, value) in enumerate(numbers):
        share = (days[index] - days[0]) / spread if spread else index / (len(numbers) - 1)
        x = LEFT + share * (WIDTH - LEFT - RIGHT)
        y = TOP + (high - value) / (high - low) * (HEIGHT - TOP - BOTTOM)
        path += f"H{x:.1f}V{y:.1f}" if path else f"M{x:.1f} {y:.1f}"
        day_shown = x - day_at >= DAY_GAP
        value_shown = x - value_at >= VALUE_GAP
        day_at, value_at = x if day_shown else day_at, x if value_shown else value_at
        falls = bool(marks) and value < marks[-1].value
        side = "start" if falls or index in (0, len(numbers) - 1) else "middle"
        value_x = round(x + 8 * falls, 1)
        marks.append(Mark(round(x, 1), round(y, 1), value_x, value, state.day, value_shown, day_shown, side))
    path += f"H{WIDTH - RIGHT + 40:.1f}"
    return Steps(path, tuple(marks), from_zero)
