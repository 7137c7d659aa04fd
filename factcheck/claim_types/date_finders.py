"""Dates with a number or a month's name in running text; see `dates` for what is read in which language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache

import regex

from factcheck.claim_types import date_patterns as dp
from factcheck.claim_types.calendar_days import Days, days_of, nearest
from factcheck.claim_types.date_mentions import Found, direction_of, matches
from factcheck.claim_types.day_patterns import HAN_DATE, key
from factcheck.claim_types.text import TEXTS_HELD, folded, words

_DIGIT = regex.compile(r"\p{Nd}")
_FOUR_DIGITS = regex.compile(r"(?<!\p{Nd})[12][0-9]{3}(?!\p{Nd})")
_LONGEST_HEAD = 32
_SIGN_BEHIND = regex.compile(r"\s?[%€$£]")
_CAPITAL_BEHIND = regex.compile(r"\s+\p{Lu}")
_SMALL_BEHIND = regex.compile(r"\s+\p{Ll}")
_PLAUSIBLE_WITHOUT_WORDS = range(1900, 2100)
_HAN = frozenset({"zh", "ja", "ko"})
_HAN_DIGITS = {digit: value for value, digit in enumerate("一二三四五六七八九", 1)}


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


def explicit(text: str, language: str | None, p: dp.DatePatterns, published: dt.date | None) -> Iterator[Found]:
    """Days and months in numbers, and days of a month that is named."""
    for m in (*matches(dp.ISO, text), *matches(dp.CJK, text)):
        year, month, day = int(m["year"]), int(m["month"]) if m["month"] else None, int(m["day"]) if m["day"] else None
        if days := days_of(year, month, day):
            yield Found(m, "day" if day else "month" if month else "year", days, day, month, year)
    if language in _HAN:
        yield from _han(text, published)
    if not _DIGIT.search(text):
        return
    for m in matches(dp.NUMERIC, text):
        yield from _numeric(m, language)
    short = (*matches(dp.CJK_SHORT, text), *(matches(dp.GERMAN_SHORT, text) if language == "de" else ()))
    for m in short:
        day, month = int(m["day"]), int(m["month"])
        if days_of(2024, month, day):
            yield Found(m, "day", nearest(month, day, published), day, month)
    if p.month_words.isdisjoint(words(text)):
        return
    for m in (*matches(p.day_month, text), *matches(p.month_day, text)):
        named, day = p.months.get(folded(m["month"]).rstrip(".")), int(m["day"])
        if named is None or (language == "en" and not m["month"][0].isupper()) or not days_of(2024, named, day):
            continue
        month = named
        dated = int(m["year"]) if m["year"] else None
        days = days_of(dated, month, day) if dated else nearest(month, day, published)
        if days and m.re is p.day_month and m["first"] and (first := days_of(days[0].year, month, int(m["first"]))):
            days = min(first[0], days[0]), days[1]
        yield Found(m, "day", days, day, month, dated)


def _han(text: str, published: dt.date | None) -> Iterator[Found]:
    """Month and day without a year where names of months are numbers: `10月`, `十月十四日`."""
    for m in matches(HAN_DATE, text):
        month, day = _han_number(m["month"]), _han_number(m["day"]) if m["day"] else None
        if days_of(2024, month, day):
            yield Found(m, "day" if day else "month", nearest(month, day, published), day, month)


def _han_number(written: str) -> int:
    if written.isdecimal():
        return int(written)
    tens, ten, ones = written.rpartition("十")
    return (_HAN_DIGITS.get(tens, 1) * 10 if ten else 0) + _HAN_DIGITS.get(ones, 0)


def _numeric(m: regex.Match[str], language: str | None) -> Iterator[Found]:
    """`25/10/2024`: day first everywhere; in English text an ambiguous one spans both readings."""
    first, second, year = int(m["first"]), int(m["second"]), int(m["year"])
    year += 2000 if year < 50 else 1900 if year < 100 else 0
    day_first, month_first = days_of(year, second, first), days_of(year, first, second)
    if language == "en" and day_first and month_first and day_first != month_first:
        both = sorted((day_first[0], month_first[0]))
        yield Found(m, "day", (both[0], both[1]), None, None, year)
    elif day_first:
        yield Found(m, "day", day_first, first, second, year)
    elif month_first:
        yield Found(m, "day", month_first, second, first, year)


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


def months(text: str, language: str | None, p: dp.DatePatterns, published: dt.date | None) -> Iterator[Found]:
    """Months by their names, with or without a year."""
    if p.month_words.isdisjoint(words(text)):
        return
    for m in matches(p.month, text):
        name = m["month"] or m["wide"]
        if language == "en" and not name[0].isupper():
            continue
        month = p.months.get(folded(name).rstrip("."))
        if month is None:
            continue
        if m["year"]:
            yield Found(m, "month", _part(m, days_of(int(m["year"]), month)), None, month, int(m["year"]))
        elif not (
            language == "en" and folded(name) in ("may", "march") and not text[: m.start()].rstrip()[-1:].isalpha()
        ):
            yield Found(m, "month", _part(m, nearest(month, None, published, direction_of(m))), None, month)


def years(text: str, language: str | None, p: dp.DatePatterns, _published: dt.date | None) -> Iterator[Found]:
    """Decades and bare years."""
    if not p.decade_words.isdisjoint(words(text)):
        for m in matches(p.decade_name, text):
            year = p.decades[key(m["name"])]
            yield Found(m, "decade", (dt.date(year, 1, 1), dt.date(year + 9, 12, 31)))
    if not _DIGIT.search(text):
        return
    for m in matches(p.decade, text):
        year = int(m["decade"] or m["plural"])
        year += 1900 if year < 100 else 0
        yield Found(m, "decade", (dt.date(year, 1, 1), dt.date(year + 9, 12, 31)))
    for m in _year_matches(p.year, text):
        year = int(m["year"])
        if _is_year(text, m, year, language, p):
            yield Found(m, "year", _part(m, days_of(year)), None, None, year)


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
