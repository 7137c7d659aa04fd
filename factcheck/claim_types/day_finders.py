"""Days that a text counts from publication or from an event; see `dates` for what is read in which language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

import regex

from factcheck.claim_types import date_patterns as dp
from factcheck.claim_types.calendar_days import Days, days_of, month_day, shift, stepped, weekend
from factcheck.claim_types.date_mentions import Found, Step, direction_of, matches
from factcheck.claim_types.day_patterns import DAY_BEHIND, DayPatterns, key
from factcheck.claim_types.text import words

_BACK = frozenset({"after", "earlier"})
"""What stands on these sides of an event is told on the day of publication, unless a text names another."""


def relative(text: str, language: str | None, p: dp.DatePatterns, published: dt.date | None) -> Iterator[Found]:
    """ "yesterday", "the day after the vote", "two days ago", "last week" and their like."""
    if p.days is None:
        return
    found = words(text)
    if p.days.may_hold(p.days.day_words, found):
        for m in matches(p.days.single_day, text):
            if language == "de" and m["name"] == "Morgen":
                continue
            offset = p.days.days[key(m["name"])]
            yield Found(m, "relative", shift(published, "day", offset) if published else None)
    if p.days.may_hold(p.days.weekend_words, found):
        yield from _weekends(text, p.days, published)
    if p.days.may_hold(p.days.next_words, found):
        for m in matches(p.days.next_day, text):
            yield _step(m, p.days.next_to[key(m["name"])], "day", 1, published)
    if p.days.may_hold(p.days.unit_words, found):
        yield from _steps(text, p.days, published)
        yield from _ago(text, p.days, published)
    if not p.unit_words.isdisjoint(found):
        for m in matches(p.unit, text):
            yield Found(m, "relative", _unit_days(m, p, published))


def _weekends(text: str, p: DayPatterns, published: dt.date | None) -> Iterator[Found]:
    for m in matches(p.weekend, text):
        weeks = direction_of(m) or None
        yield Found(m, "weekday", weekend(published, weeks) if published else None)


def _steps(text: str, p: DayPatterns, published: dt.date | None) -> Iterator[Found]:
    for m in matches(p.step, text):
        side = next(side for side in ("before", "earlier", "after", "later") if m[side] is not None)
        unit, count = _counted(m["number"], m["unit"], m["whole"], p)
        yield _step(m, side, unit, count, published)


def _step(m: regex.Match[str], side: str, unit: str, count: int, published: dt.date | None) -> Found:
    """A distance from an event, told on the day of publication: "later" says only how far from another day."""
    days = None
    if published and side != "later":
        days = stepped(published, unit, -count if side in _BACK else count)
    counts = {"later": (count,), "earlier": (-count,), "before": (-count, count)}.get(side, (count, -count))
    return Found(m, "relative", days, step=Step(unit, counts))


def _counted(number: str | None, unit: str | None, whole: str | None, p: DayPatterns) -> tuple[str, int]:
    if number is None or unit is None:
        return p.wholes[key(whole or "")]
    name, size = p.units[key(unit)]
    return name, _value(number, p.numbers) * size


def _value(number: str, numbers: Mapping[str, int]) -> int:
    return int(number) if number.isdecimal() else numbers[key(number)]


def _ago(text: str, p: DayPatterns, published: dt.date | None) -> Iterator[Found]:
    for m in matches(p.ago, text):
        group, _, last = (m.lastgroup or "").rpartition("_")
        frame, groups = last[1:], m.groupdict()
        unit, count = _counted(
            groups[f"{group}_n{frame}"], groups[f"{group}_u{frame}"], groups.get(f"{group}_w{frame}"), p
        )
        yield Found(m, "relative", shift(published, unit, -count if group == "ago" else count) if published else None)


def _unit_days(m: regex.Match[str], p: dp.DatePatterns, published: dt.date | None) -> Days | None:
    """ "last week" is the calendar week before; "the past two years" reaches back to publication."""
    if published is None or p.words is None:
        return None
    unit, size = p.words.units[key(m["unit"] or m["unit_first"] or m["unit_counted"])]
    if m["unit_counted"]:
        first = shift(published, unit, -_value(m["number"] or m["number_first"], p.numbers) * size)
        return (first[0], published) if first else None
    direction = direction_of(m)
    if unit == "week":
        try:
            monday = published - dt.timedelta(days=published.weekday()) + dt.timedelta(weeks=direction * size)
            return monday, monday + dt.timedelta(days=6)
        except OverflowError:
            return None
    return shift(published, unit, direction * size)


def weekdays(text: str, _language: str | None, p: dp.DatePatterns, published: dt.date | None) -> Iterator[Found]:
    """Days of the week: the last of its kind, or the one whose number stands behind it."""
    if p.days is None or not p.days.may_hold(p.days.weekday_words, words(text)):
        return
    for m in matches(p.days.weekday, text):
        if published is None:
            yield Found(m, "weekday", None)
            continue
        weekday = p.days.weekdays[key(m["weekday"])]
        if numbered := _numbered(text, m, weekday, published):
            yield Found(m, "relative", numbered)
            continue
        back, direction = (published.weekday() - weekday) % 7, direction_of(m)
        count = -(back or 7) if direction < 0 else 7 - back if direction > 0 else -back
        yield Found(m, "weekday", shift(published, "day", count))


def _numbered(text: str, m: regex.Match[str], weekday: int, published: dt.date) -> Days | None:
    """The day of "Tuesday 8" in the months around publication, when it is a Tuesday: else the 8 counts something."""
    behind = DAY_BEHIND.match(text, pos=m.end("weekday"))
    if behind is None:
        return None
    months = (month for step in (0, -1, 1) if (month := shift(published, "month", step)))
    found = (days_of(first.year, first.month, int(behind["day"])) for first, _ in months)
    return next((days for days in found if days and days[0].weekday() == weekday), None)


def month_days(text: str, _language: str | None, p: dp.DatePatterns, published: dt.date | None) -> Iterator[Found]:
    """Days of a month that is not named: `8日`, "el día 8"."""
    if p.days is None or not any(map(str.isdigit, text)):
        return
    for m in matches(p.days.month_day, text):
        if 1 <= int(m["day"]) <= 31:
            yield Found(m, "relative", month_day(int(m["day"]), published, direction_of(m) or None))
