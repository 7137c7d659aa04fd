"""Publication dates as newspapers write them; an ambiguous date is no date."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

import regex
from babel import Locale

LOCALES = "en it fr de es pt nl ru pl ro cs sv da nb fi hu el tr uk"

ISO = regex.compile(r"\b((?:19|20)\d{2})-?(\d{2})-?(\d{2})(?=$|[T\s,;.)]|\b)")
YEAR_FIRST = regex.compile(r"\b((?:19|20)\d{2})\s*[./年]\s*(\d{1,2})\s*[./月]\s*(\d{1,2})日?")
NUMERIC = regex.compile(r"\b(\d{1,2})[./-](\d{1,2})[./-]((?:19|20)\d{2})\b")
DAY_MONTH = regex.compile(
    r"\b(\d{1,2})(?:st|nd|rd|th|er|º|°|\.)?\s+(?:de\s+|d['’])?(\p{L}{3,12})\.?,?\s+(?:de\s+)?((?:19|20)\d{2})\b"
)
MONTH_DAY = regex.compile(r"\b(\p{L}{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+((?:19|20)\d{2})\b")
EPOCH = regex.compile(r"1\d{9}(?:\d{3})?")


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    names: dict[str, int] = {}
    for code in LOCALES.split():
        months = Locale(code).months
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in months[context][width].items():
                    names.setdefault(name.lower().rstrip("."), number)
    return names | {"sept": 9, "genn": 1, "febb": 2, "sett": 9}


def parse(written: str, language: str | None = None) -> dt.date | None:
    """The date in a metadata value or line; None when there is none or it reads two ways (`03/04/2025` in English)."""
    written = written.strip()
    if EPOCH.fullmatch(written):
        return dt.datetime.fromtimestamp(int(written[:10]), tz=dt.UTC).date()
    found = _find(written, language)
    return found[0] if found else None


def _find(line: str, language: str | None) -> tuple[dt.date, int, int] | None:
    """The first date in a line and where it stands."""
    for pattern in (ISO, YEAR_FIRST, DAY_MONTH, MONTH_DAY, NUMERIC):
        for match in pattern.finditer(line):
            date = _read(pattern, match, language)
            if date is not None:
                return date, match.start(), match.end()
    return None


def _read(pattern: regex.Pattern[str], match: regex.Match[str], language: str | None) -> dt.date | None:
    first, second, third = match[1], match[2], match[3]
    if pattern is ISO or pattern is YEAR_FIRST:
        return _date(first, second, third)
    if pattern is NUMERIC:
        return _numeric(int(first), int(second), third, language)
    name, day = (second, first) if pattern is DAY_MONTH else (first, second)
    month = _months().get(name.lower())
    return _date(third, month, day) if month else None


def _numeric(first: int, second: int, year: str, language: str | None) -> dt.date | None:
    if second > 12:
        return _date(year, first, second)
    if first > 12 or first == second or (language is not None and language != "en"):
        return _date(year, second, first)
    return None


def _date(year: str | int, month: str | int, day: str | int) -> dt.date | None:
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None


SAYS_PUBLISHED = regex.compile(
    r"\b(published|posted|updated|last modified|pubblicat[oa]|aggiornat[oa]|ultimo aggiornamento|publiée?|mis à jour|"
    r"veröffentlicht|aktualisiert|stand|publicado|actualizado|atualizado|gepubliceerd|bijgewerkt|опубликовано|opublikowano)\b",
    regex.I,
)
DATE_LINE_LIMIT = 80
DATELINE = regex.compile(r"(?:\(?\p{Lu}[\p{L}.'’]*\)?[\s,.–—-]*){0,4}")
"""What may stand before the date in a line that is only a dateline: a place, an agency, a weekday."""
AFTER_DATE = regex.compile(
    r"[\s,.|–—-]*(?:(?:ore|alle|at|um|à|h)?\s*\d{1,2}[:.h]\d{2}(?:\s*(?:[ap]\.?m\.?|Uhr))?)?[\s,.|–—-]*", regex.I
)


@lru_cache(maxsize=1)
def _weekdays() -> frozenset[str]:
    return frozenset(
        name.lower().rstrip(".")
        for code in LOCALES.split()
        for width in ("wide", "abbreviated")
        for name in Locale(code).days["format"][width].values()
    )


def stated_in(text: str, language: str | None = None) -> dt.date | None:
    """The publication date that the text itself states.

    That is a short line near its start or end that says when it was published, or a dateline (`Kiel, 4 March 2025`)
    near its start. A date inside a sentence is when something happened.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for place, line in enumerate(dict.fromkeys([*lines[:6], *lines[-3:]])):
        found = _find(line, language) if len(line) <= DATE_LINE_LIMIT else None
        if found is None:
            continue
        date, start, end = found
        if SAYS_PUBLISHED.search(line) or (place < 6 and _is_dateline(line[:start], line[end:])):
            return date
    return None


def _is_dateline(before: str, after: str) -> bool:
    words = " ".join(word for word in before.split() if word.strip(",.").lower() not in _weekdays())
    return DATELINE.fullmatch(words) is not None and AFTER_DATE.fullmatch(after) is not None
