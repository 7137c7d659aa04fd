"""Days, months and years of the calendar as first and last day; None where there is no such date."""

from __future__ import annotations

import calendar
import datetime as dt

Days = tuple[dt.date, dt.date]
"""First and last day, both inclusive."""

HALF_WEEK = dt.timedelta(days=3)


def days_of(year: int, month: int | None = None, day: int | None = None) -> Days | None:
    """First and last day of a year, month or day; None when there is no such date."""
    try:
        if month is None:
            return dt.date(year, 1, 1), dt.date(year, 12, 31)
        if day is None:
            return dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])
        return dt.date(year, month, day), dt.date(year, month, day)
    except ValueError:
        return None


def nearest(month: int, day: int | None, published: dt.date | None, direction: int = 0) -> Days | None:
    """The occurrence of a yearless date nearest to publication, or the last before or next after it."""
    if published is None:
        return None
    candidates = [
        d
        for year in (published.year - 1, published.year, published.year + 1)
        if 1 <= year <= 9999 and (d := days_of(year, month, day))
    ]
    if direction < 0:
        candidates = [d for d in candidates if d[1] < published][-1:]
    elif direction > 0:
        candidates = [d for d in candidates if d[0] > published][:1]
    return min(candidates, key=lambda d: abs((d[0] - published).days), default=None)


def month_day(day: int, published: dt.date | None, months: int | None = None) -> Days | None:
    """The day of a month that is not named: `months` after that of publication, or the nearer when that is not said.

    Nearer is this month or the last one, for whoever means the next one says so.
    """
    if published is None:
        return None
    steps = (0, -1) if months is None and day > published.day else (months or 0,)
    found = [d for step in steps if (month := shift(published, "month", step)) and (d := _in_month(month[0], day))]
    return min(found, key=lambda d: abs((d[0] - published).days), default=None)


def _in_month(first: dt.date, day: int) -> Days | None:
    return days_of(first.year, first.month, day)


def shift(day: dt.date, unit: str, count: int) -> Days | None:
    """The day, the seven days around it, the month or the year that lies `count` units after `day`."""
    try:
        if unit == "day":
            moved = day + dt.timedelta(days=count)
            return moved, moved
        if unit == "week":
            moved = day + dt.timedelta(weeks=count)
            return moved - HALF_WEEK, moved + HALF_WEEK
        if unit == "month":
            index = day.year * 12 + day.month - 1 + count
            return days_of(index // 12, index % 12 + 1)
        return days_of(day.year + count)
    except OverflowError:
        return None


def stepped(day: dt.date, unit: str, count: int) -> Days | None:
    """As `shift`, a week counted to the day: "a week after the flood" names one day, "a week ago" none so exactly."""
    return shift(day, "day", 7 * count) if unit == "week" else shift(day, unit, count)


def weekend(published: dt.date, weeks: int | None = None) -> Days | None:
    """Saturday and Sunday: the nearest to publication, or that of the week `weeks` after publication's."""
    try:
        saturday = published + dt.timedelta(days=5 - published.weekday())
        if weeks is None:
            weeks = -1 if published.weekday() < 2 else 0
        saturday += dt.timedelta(weeks=weeks)
        return saturday, saturday + dt.timedelta(days=1)
    except OverflowError:
        return None
