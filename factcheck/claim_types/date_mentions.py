"""What a search for dates in running text finds, before it is told apart from what overlaps it."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, NamedTuple

import regex

from factcheck.claim_types.calendar_days import Days
from factcheck.claim_types.text import TEXTS_HELD

DateKind = Literal["day", "month", "year", "decade", "weekday", "relative"]


class Step(NamedTuple):
    """A distance in time from a day that a text may name elsewhere: "two days after the fire"."""

    unit: str
    """`day`, `week`, `month` or `year`."""
    counts: tuple[int, ...]
    """How many units from that day: "two days after" is `(2, -2)`, the first when that day is the event's, the last
    when it is the day of what is told."""


class Found(NamedTuple):
    """A date in a text, with day, month and year as far as written."""

    match: regex.Match[str]
    kind: DateKind
    days: Days | None
    day: int | None = None
    month: int | None = None
    year: int | None = None
    step: Step | None = None


@lru_cache(maxsize=TEXTS_HELD)
def matches(pattern: regex.Pattern[str], text: str) -> tuple[regex.Match[str], ...]:
    """All matches; kept, because one text is read with and without a publication date."""
    return tuple(pattern.finditer(text))


def direction_of(m: regex.Match[str]) -> int:
    """-1 of "last", 1 of "next", 0 of neither."""
    groups = m.groupdict()
    if groups.get("last") or groups.get("last_after"):
        return -1
    return 1 if groups.get("next") or groups.get("next_after") else 0
