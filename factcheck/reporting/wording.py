"""Signs, orders and limits of a report for people, the same in every format and language; its words are in `words/`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from factcheck.findings import Origin, Verdict
from factcheck.models import ConflictKind
from factcheck.reporting.words.catalogue import Words

Item = TypeVar("Item")

KINDS: tuple[ConflictKind, ...] = ("existence", "number", "time", "place", "identity", "cause", "content", "other")
"""In the order in which the points of a dispute are shown."""

SIGNS: dict[Verdict, str] = {
    "corroborated": "✓",
    "disputed": "≠",
    "superseded": "↷",
    "single_origin": "◐",
    "single_report": "○",
}
"""In the order in which facts are shown. A sign never stands without its word."""

SHOWN = 20
"""Entries of a list before it is cut."""
SIDES_SHOWN = 8


def cut(items: Sequence[Item], limit: int = SHOWN) -> tuple[Sequence[Item], int]:
    """The entries to show and how many are left out; one entry is never left out for a line that says so."""
    if len(items) <= limit + 1:
        return items, 0
    return items[:limit], len(items) - limit


def runs(numbers: Sequence[int]) -> str:
    """`3, 5–9`: the numbers in order, neighbours drawn together."""
    ends: list[list[int]] = []
    for number in sorted(numbers):
        if ends and number == ends[-1][1] + 1:
            ends[-1][1] = number
        else:
            ends.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in ends)


def chain(origin: Origin, w: Words) -> str:
    """`Reuters ← A, B`: who repeats an origin; just its name when nobody else does."""
    repeaters = [name for name in origin.publishers if name != origin.name]
    return f"{origin.name} ← {w.names(repeaters, 4)}" if repeaters else origin.name
