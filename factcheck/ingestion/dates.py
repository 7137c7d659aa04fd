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
    for pattern in (ISO, YEAR_FIRST):
        if (match := pattern.search(written)) and (date := _date(match[1], match[2], match[3])):
            return date
    if (match := DAY_MONTH.search(written)) and (month := _months().get(match[2].lower())):
        return _date(match[3], month, match[1])
    if (match := MONTH_DAY.search(written)) and (month := _months().get(match[1].lower())):
        return _date(match[3], month, match[2])
    if match := NUMERIC.search(written):
        return _numeric(int(match[1]), int(match[2]), match[3], language)
    return None


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


def stated_in(text: str, language: str | None = None) -> dt.date | None:
    """The publication date that the text itself states: a short line near its start or end that is about a date."""
    lines = [line for line in text.splitlines() if line.strip()]
    for line in dict.fromkeys([*lines[:6], *lines[-3:]]):
        if len(line) > DATE_LINE_LIMIT:
            continue
        date = parse(line, language)
        if date is None:
            continue
        letters = sum(c.isalpha() for c in line)
        if SAYS_PUBLISHED.search(line) or letters <= 30:
            return date
    return None
