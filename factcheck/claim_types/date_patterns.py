"""Regular expressions for dates in running text, built once per language from CLDR names and our own words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import regex
from babel import Locale, UnknownLocaleError

from factcheck.claim_types.day_patterns import (
    END,
    NEVER,
    START,
    DayPatterns,
    Direction,
    alternation,
    day_patterns,
    keyed,
)
from factcheck.claim_types.lexicon_counts import DECADES, NUMBERS
from factcheck.claim_types.lexicon_dates import DATE_WORDS, DateWords
from factcheck.claim_types.text import folded, unaccented
from factcheck.claim_types.text import words as tokens

Pattern = regex.Pattern[str]

YEAR = r"(?P<year>1[0-9]{3}|20[0-9]{2})(?!\p{Nd}|[.,]\p{Nd}|\p{L})"
_DAY = r"(?P<day>[0-3]?[0-9])"

ISO = regex.compile(
    r"(?<![\p{Nd}-])(?P<year>[12][0-9]{3})-(?P<month>[01][0-9])(?:-(?P<day>[0-3][0-9]))?(?![\p{Nd}]|-\p{Nd})"
)
NUMERIC = regex.compile(
    r"(?<![\p{Nd}.,/-])(?P<first>[0-3]?[0-9])(?P<sep>[./-])(?P<second>[0-3]?[0-9])(?P=sep)(?P<year>[12][0-9]{3}|[0-9]{2})"
    r"(?![\p{Nd}]|[./-]\p{Nd})"
)
GERMAN_SHORT = regex.compile(r"(?<![\p{Nd}.,])(?P<day>[0-3]?[0-9])\.(?P<month>[01]?[0-9])\.(?![\p{Nd}])")
CJK = regex.compile(
    r"(?P<year>[12][0-9]{3})\s*[年년](?:\s*(?P<month>[01]?[0-9])\s*[月월](?:\s*(?P<day>[0-3]?[0-9])\s*[日号號일])?)?"
)
CJK_SHORT = regex.compile(r"(?<!\p{Nd})(?P<month>[01]?[0-9])\s*[月월]\s*(?P<day>[0-3]?[0-9])\s*[日号號일]")


@dataclass(frozen=True)
class DatePatterns:
    """The compiled patterns of one language and the meaning of the names in them."""

    words: DateWords | None
    months: dict[str, int]
    numbers: dict[str, int]
    decades: dict[str, int]
    days: DayPatterns | None
    month_words: frozenset[str]
    unit_words: frozenset[str]
    decade_words: frozenset[str]
    """First words of what each pattern looks for: a text that holds none of them is not searched."""
    day_month: Pattern
    month_day: Pattern
    month: Pattern
    unit: Pattern
    year: Pattern
    decade: Pattern
    decade_name: Pattern


def _either_apostrophe(pattern: str) -> str:
    return pattern.replace("'", "['’]")


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale | None:
    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError, TypeError):
        return None


def _names(table: Any, widths: tuple[str, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for context in ("format", "stand-alone"):
        for width in widths:
            for key, name in table[context][width].items():
                for form in (folded(name).rstrip("."), unaccented(name).rstrip(".")):
                    found.setdefault(form, key)
    return found


def decimal_symbol(language: str | None) -> str | None:
    """The decimal separator of a language by CLDR, `.` or `,`; None when the language is not known."""
    locale = _locale(language) if language else None
    if locale is None:
        return None
    symbol = locale.number_symbols.get("latn", {}).get("decimal")
    return symbol if symbol in (".", ",") else None


def _calendar_names(language: str) -> tuple[dict[str, int], dict[str, int], dict[str, int]]:
    """Wide month names, all month names, weekdays (0 is Monday)."""
    locale = _locale(language)
    if locale is None:
        return {}, {}, {}
    wide = {name: int(key) for name, key in _names(locale.months, ("wide",)).items()}
    every = {
        name: int(key) for name, key in _names(locale.months, ("wide", "abbreviated")).items() if not name.isdigit()
    }
    if language == "en":
        every["sept"] = 9
    days = {name: int(key) for name, key in _names(locale.days, ("wide",)).items() if len(name) > 2}
    return {n: k for n, k in wide.items() if len(n) > 2}, every, days


@lru_cache(maxsize=64)
def patterns(language: str | None) -> DatePatterns:
    """The patterns of `language`; of a language without words only explicit dates, of none only bare years."""
    language = language or ""
    words, decades = DATE_WORDS.get(language), DECADES.get(language, {})
    wide, months, weekdays = _calendar_names(language)
    parts = (
        rf"(?:(?:(?P<early>{words.early})|(?P<middle>{words.middle})|(?P<late>{words.late}))[\s'’-]+)?" if words else ""
    )
    day_month, month_day, month = _month_patterns(words, wide, months, parts) if months else (NEVER, NEVER, NEVER)
    year, decade = _year_patterns(words, parts)
    return DatePatterns(
        words,
        months,
        keyed(NUMBERS.get(language, {})),
        keyed(decades),
        day_patterns(language, weekdays, Direction(*_last_next(words))),
        _triggers(months),
        _triggers(words.units if words else ()),
        _triggers(decades),
        day_month,
        month_day,
        month,
        _unit(words, language),
        year,
        decade,
        regex.compile(rf"{START}(?P<name>{alternation(decades)}){END}", regex.IGNORECASE) if decades else NEVER,
    )


def _month_patterns(
    words: DateWords | None, wide: dict[str, int], months: dict[str, int], parts: str
) -> tuple[Pattern, Pattern, Pattern]:
    """Day and month, month and day, month with or without a year."""
    links = words.links if words else r"(?!)"
    suffix = words.day_suffix if words else r"\.?"
    joins = words.joins if words else "-|–"
    short = rf"(?P<month>{alternation(months)})"
    full = rf"(?P<wide>{alternation(wide)})" if wide else "(?P<wide>(?!))"
    tail = rf"(?:,?\s+(?:(?:{links})\s+)?{YEAR})?"
    day = rf"{START}(?:(?P<first>[0-3]?[0-9])(?:{suffix})?\s*(?:{joins})\s*)?{_DAY}(?:{suffix})?"
    dated = rf"{short}\.?,?\s+(?:(?:{links})\s*)?{YEAR}"
    last, coming = _last_next(words)
    return (
        regex.compile(rf"{day}\s+(?:(?:{links})\s+)?{short}\.?{END}{tail}", regex.IGNORECASE),
        regex.compile(
            rf"{START}{short}\.?\s+{_DAY}(?:{suffix})?(?!\p{{Nd}}|[.,:]\p{{Nd}}|\p{{L}}|%){tail}", regex.IGNORECASE
        ),
        regex.compile(rf"{START}{parts}{last}(?:{dated}|{full}{END}){coming}", regex.IGNORECASE),
    )


def _year_patterns(words: DateWords | None, parts: str) -> tuple[Pattern, Pattern]:
    """A bare year with what stands in front of it, and a decade."""
    bare = rf"(?<![\p{{L}}\p{{Nd}}.,$€£#])(?<!\p{{L}}-){YEAR}"
    if words is None:
        return regex.compile(rf"(?P<pre>){bare}", regex.IGNORECASE), NEVER
    before = _either_apostrophe(words.year_before)
    return (
        regex.compile(
            rf"{parts}(?P<pre>(?<![\p{{L}}\p{{Nd}}])(?:{before})(?:\s+|(?<=['’]))|[(–-]\s*)?{bare}", regex.IGNORECASE
        ),
        regex.compile(
            rf"{START}(?:{words.decade})\s+['’]?(?P<decade>(?:1[0-9]|20)?[0-9]0)(?:s|er)?{END}|"
            rf"{START}(?P<plural>(?:1[0-9]|20)[0-9]0)(?:s|er){END}",
            regex.IGNORECASE,
        ),
    )


def _triggers(names: Iterable[str]) -> frozenset[str]:
    return frozenset(tokens(name)[0] for name in names)


def _last_next(words: DateWords | None) -> tuple[str, str]:
    if words is None:
        return "", ""
    last, coming, this = alternation(words.last), alternation(words.next), alternation(words.this)
    return (
        rf"(?:(?:(?P<last>{last})|(?P<next>{coming})|(?P<this>{this}))\s+)?",
        rf"(?:\s+(?:(?P<last_after>{last})|(?P<next_after>{coming})){END})?",
    )


def _unit(words: DateWords | None, language: str) -> Pattern:
    """ "last week", "la settimana scorsa", "the past two years"."""
    if words is None:
        return NEVER
    last, coming, this = alternation(words.last), alternation(words.next), alternation(words.this)
    plural = r"last|past|ultimi|ultime|letzten|vergangenen|derniers|dernières|últimos|últimas|afgelopen|laatste"
    number = rf"[0-9]{{1,3}}|{alternation(NUMBERS[language])}"
    counted = rf"(?:{plural})\s+(?P<number>{number})|(?P<number_first>{number})\s+(?:{plural})"
    unit = alternation(words.units)
    return regex.compile(
        rf"{START}(?:(?:(?P<last>{last})|(?P<next>{coming})|(?P<this>{this}))(?:\s+|(?<=['’]))(?P<unit>{unit})"
        rf"|(?P<unit_first>{unit})\s+(?:(?P<last_after>{last})|(?P<next_after>{coming}))"
        rf"|(?:{counted})\s+(?P<unit_counted>{unit})){END}",
        regex.IGNORECASE,
    )
