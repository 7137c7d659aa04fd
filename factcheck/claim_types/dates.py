"""Dates: the wire form that a model returns, dates in running text, and whether two spans can meet.

Text is read in en, it, de, fr, es, pt, nl with relative words; in sv, da, nb, fi, pl, cs, ru, uk, hu, el, tr, ar, ko,
ja, zh with words for single days; in other CLDR languages explicit dates with names of months and weekdays; without a
language numeric dates and years only. Nothing here raises on any text.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from functools import lru_cache

import regex

from factcheck.claim_types import date_patterns as dp
from factcheck.claim_types.calendar_days import Days, days_of
from factcheck.claim_types.date_finders import explicit, months, years
from factcheck.claim_types.date_mentions import DateKind, Found, Step
from factcheck.claim_types.day_finders import month_days, relative, weekdays
from factcheck.claim_types.text import TEXTS_HELD, primary
from factcheck.models import TimeSpan, Value


class DateMention(Value):
    """A date as written at `text[start:end]`; `span` is open on both ends when it could not be resolved."""

    start: int
    end: int
    text: str
    span: TimeSpan
    kind: DateKind
    day: int | None = None
    month: int | None = None
    year: int | None = None
    """`day`, `month`, `year`: as written, None when not written."""
    step: Step | None = None
    """Of "two days after": `span` counts from publication, and this from whatever other day the sources name."""


# -- the wire form -------------------------------------------------------------------------------

_WIRE = regex.compile(
    r"(?P<y>[0-9]{4})(?:-(?P<m>[0-9]{2}|XX)(?:-(?P<d>[0-9]{2}|XX))?)?(?:T[0-9:.]+(?:Z|[+-][0-9:]+)?)?[~?%]?",
    regex.ASCII,
)
_SEASONS = {21: (3, 5), 22: (6, 8), 23: (9, 11), 24: (12, 12)}


def _wire_days(text: str) -> Days | None:
    match = _WIRE.fullmatch(text)
    if match is None:
        return None
    month, day = match["m"], match["d"]
    if month == "XX" or month is None:
        return days_of(int(match["y"])) if day in (None, "XX") else None
    if int(month) in _SEASONS and day is None:
        first, last = _SEASONS[int(month)]
        start, end = days_of(int(match["y"]), first), days_of(int(match["y"]), last)
        return (start[0], end[1]) if start and end else None
    return days_of(int(match["y"]), int(month), int(day) if day not in (None, "XX") else None)


def parse_interval(text: str) -> TimeSpan | None:
    """The span of an EDTF or ISO 8601 date or interval, ends inclusive; None when ill-formed or without any end.

    Accepts `2022`, `2022-10`, `2022-10-25`, `2022-10/2024`, `../2021-12-31`, `2022-10/..` (also an empty end), the
    EDTF marks `~ ? %`, unspecified `XX`, seasons 21 to 24 and a trailing time of day, which is dropped.
    """
    parts = [part.strip() for part in text.strip().split("/")]
    if len(parts) == 1:
        days = _wire_days(parts[0])
        return TimeSpan(start=days[0], end=days[1]) if days else None
    if len(parts) != 2 or all(part in ("", "..") for part in parts):
        return None
    start = end = None
    if parts[0] not in ("", ".."):
        if (days := _wire_days(parts[0])) is None:
            return None
        start = days[0]
    if parts[1] not in ("", ".."):
        if (days := _wire_days(parts[1])) is None:
            return None
        end = days[1]
    if start and end and start > end:
        return None
    return TimeSpan(start=start, end=end)


def wire(span: TimeSpan) -> str:
    """The interval of `span` in the form that `parse_interval` reads; `../..` when both ends are unknown."""
    return f"{span.start.isoformat() if span.start else '..'}/{span.end.isoformat() if span.end else '..'}"


def spans_overlap(a: TimeSpan | None, b: TimeSpan | None) -> bool | None:
    """Whether two spans share a day, open ends reaching for ever; None when either is unknown on both ends."""
    if a is None or b is None or (a.start is None and a.end is None) or (b.start is None and b.end is None):
        return None
    starts_in_time = a.start is None or b.end is None or a.start <= b.end
    ends_in_time = b.start is None or a.end is None or b.start <= a.end
    return starts_in_time and ends_in_time


# -- dates in running text -----------------------------------------------------------------------


def find_dates(text: str, language: str | None, published_at: dt.date | None) -> tuple[DateMention, ...]:
    """The dates in `text`, in order and without overlap; relative and yearless ones resolved against `published_at`."""
    return _find_dates(text, primary(language), published_at)


@lru_cache(maxsize=TEXTS_HELD)
def _find_dates(text: str, language: str | None, published_at: dt.date | None) -> tuple[DateMention, ...]:
    taken: list[tuple[int, int]] = []
    mentions: list[DateMention] = []
    p = dp.patterns(language)
    for finder in _FINDERS:
        for match, kind, days, day, month, year, step in finder(text, language, p, published_at):
            start, end = _core(match)
            if any(s < end and start < e for s, e in taken):
                continue
            taken.append((start, end))
            written = text[start:end]
            span = TimeSpan(expression=written, start=days[0] if days else None, end=days[1] if days else None)
            mentions.append(
                DateMention(
                    start=start,
                    end=end,
                    text=written,
                    span=span,
                    kind=kind,
                    day=day,
                    month=month,
                    year=year,
                    step=step,
                )
            )
    return tuple(sorted(mentions, key=lambda m: m.start))


def _core(match: regex.Match[str]) -> tuple[int, int]:
    """The match without the preposition that only served to recognise a year."""
    groups = match.re.groupindex
    if "pre" in groups and match["pre"] is not None:
        parts = [match.start(g) for g in ("early", "middle", "late") if g in groups and match[g] is not None]
        return (parts[0] if parts else match.end("pre")), match.end()
    return match.start(), match.end()


_FINDERS: tuple[Callable[[str, str | None, dp.DatePatterns, dt.date | None], Iterator[Found]], ...] = (
    explicit,
    relative,
    weekdays,
    month_days,
    months,
    years,
)
