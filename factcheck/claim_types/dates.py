"""Dates: the wire form that a model returns, dates in running text, and whether two spans can meet.

Text is read in en, it, de, fr, es, pt, nl with relative words; in other CLDR languages explicit dates with month names;
without a language numeric dates and years only. Nothing here raises on any text.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Literal

import regex

from factcheck.claim_types import date_patterns as dp
from factcheck.claim_types.text import TEXTS_HELD, folded, primary, words
from factcheck.models import TimeSpan, Value

DateKind = Literal["day", "month", "year", "decade", "weekday", "relative"]
Days = tuple[dt.date, dt.date]


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


# -- the wire form -------------------------------------------------------------------------------

_WIRE = regex.compile(
    r"(?P<y>[0-9]{4})(?:-(?P<m>[0-9]{2}|XX)(?:-(?P<d>[0-9]{2}|XX))?)?(?:T[0-9:.]+(?:Z|[+-][0-9:]+)?)?[~?%]?",
    regex.ASCII,
)
_SEASONS = {21: (3, 5), 22: (6, 8), 23: (9, 11), 24: (12, 12)}


def _days(year: int, month: int | None = None, day: int | None = None) -> Days | None:
    """First and last day of a year, month or day; None when there is no such date."""
    try:
        if month is None:
            return dt.date(year, 1, 1), dt.date(year, 12, 31)
        if day is None:
            return dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])
        return dt.date(year, month, day), dt.date(year, month, day)
    except ValueError:
        return None


def _wire_days(text: str) -> Days | None:
    match = _WIRE.fullmatch(text)
    if match is None:
        return None
    month, day = match["m"], match["d"]
    if month == "XX" or month is None:
        return _days(int(match["y"])) if day in (None, "XX") else None
    if int(month) in _SEASONS and day is None:
        first, last = _SEASONS[int(month)]
        start, end = _days(int(match["y"]), first), _days(int(match["y"]), last)
        return (start[0], end[1]) if start and end else None
    return _days(int(match["y"]), int(month), int(day) if day not in (None, "XX") else None)


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

_Found = tuple["regex.Match[str]", DateKind, Days | None, int | None, int | None, int | None]
_DIGIT = regex.compile(r"\p{Nd}")
_FOUR_DIGITS = regex.compile(r"(?<!\p{Nd})[12][0-9]{3}(?!\p{Nd})")
_LONGEST_HEAD = 32
_SIGN_BEHIND = regex.compile(r"\s?[%€$£]")
_CAPITAL_BEHIND = regex.compile(r"\s+\p{Lu}")
_SMALL_BEHIND = regex.compile(r"\s+\p{Ll}")
_PLAUSIBLE_WITHOUT_WORDS = range(1900, 2100)


def find_dates(text: str, language: str | None, published_at: dt.date | None) -> tuple[DateMention, ...]:
    """The dates in `text`, in order and without overlap; relative and yearless ones resolved against `published_at`."""
    return _find_dates(text, primary(language), published_at)


@lru_cache(maxsize=TEXTS_HELD)
def _find_dates(text: str, language: str | None, published_at: dt.date | None) -> tuple[DateMention, ...]:
    taken: list[tuple[int, int]] = []
    mentions: list[DateMention] = []
    p = dp.patterns(language)
    for finder in _FINDERS:
        for match, kind, days, day, month, year in finder(text, language, p, published_at):
            start, end = _core(match)
            if any(s < end and start < e for s, e in taken):
                continue
            taken.append((start, end))
            written = text[start:end]
            span = TimeSpan(expression=written, start=days[0] if days else None, end=days[1] if days else None)
            mentions.append(
                DateMention(start=start, end=end, text=written, span=span, kind=kind, day=day, month=month, year=year)
            )
    return tuple(sorted(mentions, key=lambda m: m.start))


@lru_cache(maxsize=TEXTS_HELD)
def _matches(pattern: regex.Pattern[str], text: str) -> tuple[regex.Match[str], ...]:
    """Kept, because one text is read with and without a publication date."""
    return tuple(pattern.finditer(text))


@lru_cache(maxsize=TEXTS_HELD)
def _year_matches(pattern: regex.Pattern[str], text: str) -> tuple[regex.Match[str], ...]:
    """The years with what stands in front of them, searched only around four digits."""
    found = []
    end = 0
    for candidate in _FOUR_DIGITS.finditer(text):
        match = pattern.search(text, max(end, candidate.start() - _LONGEST_HEAD), candidate.end() + 2)
        if match is not None and match.end() == candidate.end():
            found.append(match)
            end = match.end()
    return tuple(found)


def _core(match: regex.Match[str]) -> tuple[int, int]:
    """The match without the preposition that only served to recognise a year."""
    groups = match.re.groupindex
    if "pre" in groups and match["pre"] is not None:
        parts = [match.start(g) for g in ("early", "middle", "late") if g in groups and match[g] is not None]
        return (parts[0] if parts else match.end("pre")), match.end()
    return match.start(), match.end()


def _nearest(month: int, day: int | None, published: dt.date | None, direction: int = 0) -> Days | None:
    """The occurrence of a yearless date nearest to publication, or the last before or next after it."""
    if published is None:
        return None
    candidates = [
        d
        for year in (published.year - 1, published.year, published.year + 1)
        if 1 <= year <= 9999 and (d := _days(year, month, day))
    ]
    if direction < 0:
        candidates = [d for d in candidates if d[1] < published][-1:]
    elif direction > 0:
        candidates = [d for d in candidates if d[0] > published][:1]
    return min(candidates, key=lambda d: abs((d[0] - published).days), default=None)


def _explicit(text: str, language: str | None, p: dp.DatePatterns, published: dt.date | None) -> Iterator[_Found]:
    if not _DIGIT.search(text):
        return
    for m in (*_matches(dp.ISO, text), *_matches(dp.CJK, text)):
        year, month, day = int(m["year"]), int(m["month"]) if m["month"] else None, int(m["day"]) if m["day"] else None
        if days := _days(year, month, day):
            yield m, "day" if day else "month" if month else "year", days, day, month, year
    for m in _matches(dp.NUMERIC, text):
        yield from _numeric(m, language)
    short = (*_matches(dp.CJK_SHORT, text), *(_matches(dp.GERMAN_SHORT, text) if language == "de" else ()))
    for m in short:
        day, month = int(m["day"]), int(m["month"])
        if _days(2024, month, day):
            yield m, "day", _nearest(month, day, published), day, month, None
    if p.month_words.isdisjoint(words(text)):
        return
    for m in (*_matches(p.day_month, text), *_matches(p.month_day, text)):
        named, day = p.months.get(folded(m["month"]).rstrip(".")), int(m["day"])
        if named is None or (language == "en" and not m["month"][0].isupper()) or not _days(2024, named, day):
            continue
        month = named
        dated = int(m["year"]) if m["year"] else None
        days = _days(dated, month, day) if dated else _nearest(month, day, published)
        if days and m.re is p.day_month and m["first"] and (first := _days(days[0].year, month, int(m["first"]))):
            days = min(first[0], days[0]), days[1]
        yield m, "day", days, day, month, dated


def _numeric(m: regex.Match[str], language: str | None) -> Iterator[_Found]:
    """`25/10/2024`: day first everywhere; in English text an ambiguous one spans both readings."""
    first, second, year = int(m["first"]), int(m["second"]), int(m["year"])
    year += 2000 if year < 50 else 1900 if year < 100 else 0
    day_first, month_first = _days(year, second, first), _days(year, first, second)
    if language == "en" and day_first and month_first and day_first != month_first:
        both = sorted((day_first[0], month_first[0]))
        yield m, "day", (both[0], both[1]), None, None, year
    elif day_first:
        yield m, "day", day_first, first, second, year
    elif month_first:
        yield m, "day", month_first, second, first, year


def _part(m: regex.Match[str], days: Days | None) -> Days | None:
    """Early, middle or late part of a span, wide enough that neighbours of the wording still meet."""
    if days is None or "early" not in m.re.groupindex:
        return days
    third = ((days[1] - days[0]) + dt.timedelta(days=1)) / 3
    if m["early"]:
        return days[0], days[0] + third
    if m["middle"]:
        return days[0] + third * 0.75, days[1] - third * 0.75
    return (days[1] - third, days[1]) if m["late"] else days


def _direction(m: regex.Match[str]) -> int:
    groups = m.groupdict()
    if groups.get("last") or groups.get("last_after"):
        return -1
    return 1 if groups.get("next") or groups.get("next_after") else 0


def _months(text: str, language: str | None, p: dp.DatePatterns, published: dt.date | None) -> Iterator[_Found]:
    if p.month_words.isdisjoint(words(text)):
        return
    for m in _matches(p.month, text):
        name = m["month"] or m["wide"]
        if language == "en" and not name[0].isupper():
            continue
        month = p.months.get(folded(name).rstrip("."))
        if month is None:
            continue
        if m["year"]:
            yield m, "month", _part(m, _days(int(m["year"]), month)), None, month, int(m["year"])
        elif not (
            language == "en" and folded(name) in ("may", "march") and not text[: m.start()].rstrip()[-1:].isalpha()
        ):
            yield m, "month", _part(m, _nearest(month, None, published, _direction(m))), None, month, None


def _shift(day: dt.date, unit: str, count: int) -> Days | None:
    try:
        if unit == "day":
            moved = day + dt.timedelta(days=count)
            return moved, moved
        if unit == "week":
            moved = day + dt.timedelta(weeks=count)
            return moved - dt.timedelta(days=3), moved + dt.timedelta(days=3)
        if unit == "month":
            index = day.year * 12 + day.month - 1 + count
            return _days(index // 12, index % 12 + 1)
        return _days(day.year + count)
    except OverflowError:
        return None


def _relative(text: str, language: str | None, p: dp.DatePatterns, published: dt.date | None) -> Iterator[_Found]:
    if p.words is None:
        return
    found = words(text)
    if not p.unit_words.isdisjoint(found):
        yield from _unit_dates(text, p, published)
    if p.day_words.isdisjoint(found):
        return
    for m in _matches(p.single_day, text):
        if language == "de" and m["name"] == "Morgen":
            continue
        offset = p.words.days[" ".join(folded(m["name"]).replace("’", "'").split())]
        yield m, "relative", _shift(published, "day", offset) if published else None, None, None, None


def _unit_dates(text: str, p: dp.DatePatterns, published: dt.date | None) -> Iterator[_Found]:
    """ "two days ago" and "last week" and their like."""
    units = p.words.units if p.words else {}
    for m in _matches(p.ago, text):
        group, index = next((g.split("_n")[0], g.split("_n")[1]) for g, v in m.groupdict().items() if v and "_n" in g)
        number, (unit, size) = m[f"{group}_n{index}"], units[folded(m[f"{group}_u{index}"])]
        count = (int(number) if number.isdigit() else p.numbers[folded(number)]) * size
        days = _shift(published, unit, -count if group == "ago" else count) if published else None
        yield m, "relative", days, None, None, None
    for m in _matches(p.unit, text):
        yield m, "relative", _unit_days(m, p, published), None, None, None


def _unit_days(m: regex.Match[str], p: dp.DatePatterns, published: dt.date | None) -> Days | None:
    """ "last week" is the calendar week before; "the past two years" reaches back to publication."""
    if published is None or p.words is None:
        return None
    unit, size = p.words.units[folded(m["unit"] or m["unit_first"] or m["unit_counted"])]
    if m["unit_counted"]:
        number = m["number"] or m["number_first"]
        count = int(number) if number.isdigit() else p.numbers[folded(number)]
        first = _shift(published, unit, -count * size)
        return (first[0], published) if first else None
    direction = _direction(m)
    if unit == "week":
        try:
            monday = published - dt.timedelta(days=published.weekday()) + dt.timedelta(weeks=direction * size)
            return monday, monday + dt.timedelta(days=6)
        except OverflowError:
            return None
    return _shift(published, unit, direction * size)


def _weekdays(text: str, _language: str | None, p: dp.DatePatterns, published: dt.date | None) -> Iterator[_Found]:
    if p.weekday_words.isdisjoint(words(text)):
        return
    for m in _matches(p.weekday, text):
        days = None
        if published is not None and (weekday := p.weekdays.get(folded(m["weekday"]))) is not None:
            back, direction = (published.weekday() - weekday) % 7, _direction(m)
            count = -(back or 7) if direction < 0 else 7 - back if direction > 0 else -back
            days = _shift(published, "day", count)
        yield m, "weekday", days, None, None, None


def _years(text: str, language: str | None, p: dp.DatePatterns, _published: dt.date | None) -> Iterator[_Found]:
    if not _DIGIT.search(text):
        return
    for m in _matches(p.decade, text):
        year = int(m["decade"] or m["plural"])
        year += 1900 if year < 100 else 0
        yield m, "decade", (dt.date(year, 1, 1), dt.date(year + 9, 12, 31)), None, None, None
    for m in _year_matches(p.year, text):
        year = int(m["year"])
        if _is_year(text, m, year, language, p):
            yield m, "year", _part(m, _days(year)), None, None, year


def _is_year(text: str, m: regex.Match[str], year: int, language: str | None, p: dp.DatePatterns) -> bool:
    """Whether four digits are a year and no count; in doubt 1900 to 2099 are years and the others are not."""
    if _SIGN_BEHIND.match(text, pos=m.end()):
        return False
    if p.words is None:
        return year in _PLAUSIBLE_WITHOUT_WORDS
    framed = bool(m["pre"]) or any(m[g] for g in ("early", "middle", "late"))
    if framed:
        return True
    # NOTE: German counts capitalised nouns ("2000 Menschen"); elsewhere what is counted starts in lower case.
    counted = (_CAPITAL_BEHIND if language == "de" else _SMALL_BEHIND).match(text, pos=m.end()) is not None
    return year in _PLAUSIBLE_WITHOUT_WORDS and not counted


_FINDERS: tuple[Callable[[str, str | None, dp.DatePatterns, dt.date | None], Iterator[_Found]], ...] = (
    _explicit,
    _relative,
    _weekdays,
    _months,
    _years,
)
