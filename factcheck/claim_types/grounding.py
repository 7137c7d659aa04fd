"""What a claim's text says that its sources do not: digits, percentages, dates and quoted words.

Allowed are number words, other ways of writing a number, magnitudes written out, a date that a source gives relative to
publication, the year of publication, other quotation marks, white space and ellipses in quotations. Works best in en,
it, de, fr, es, pt, nl; in other languages digits, quotations and the dates that `dates` reads. Nothing here raises on
any text.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex

from factcheck.claim_types.calendar_days import Days, stepped
from factcheck.claim_types.date_patterns import patterns
from factcheck.claim_types.dates import DateMention, find_dates, spans_overlap
from factcheck.claim_types.lexicon import WORDS
from factcheck.claim_types.numbers import NumberMention, find_numbers, parse_digits
from factcheck.claim_types.text import TEXTS_HELD, folded, primary, words
from factcheck.models import TimeSpan

_QUOTES = regex.compile(
    r"«(?P<a>[^«»]+)»|»(?P<b>[^«»]+)«|“(?P<c>[^“”„]+)[”“]|„(?P<d>[^“”„]+)[“”]|\"(?P<e>[^\"]+)\"|「(?P<f>[^」]+)」"
    r"|(?<![\p{L}\p{Nd}])[‘‚'](?P<g>\p{L}[^'‘’]*(?:['’]\p{L}[^'‘’]*)*)['’‘](?![\p{L}\p{Nd}])"
)
_ELLIPSIS = regex.compile(r"\s*(?:\[\s*)?(?:…|\.\.\.)(?:\s*\])?\s*|\s*\[[^\]]*\]\s*")
_SIGNS = regex.compile(r"[\p{P}\p{S}\s]+")
_DIGIT_RUN = regex.compile(r"\p{Nd}+(?:[.,'’٫٬:\u00a0\u202f\u2009 ]\p{Nd}+)*")
_IN_NAME = regex.compile(r"(?=[\p{L}\p{Nd}-]*\p{Nd})(?=[\p{L}\p{Nd}-]*\p{L})[\p{L}\p{Nd}]+(?:-[\p{L}\p{Nd}]+)*")
_RUN = regex.compile(r"\p{Nd}+")
_PLAIN = regex.compile(r"\p{Nd}[\p{Nd}.,]*(?<=\p{Nd})")
_CHECKED = regex.compile(r"[\p{Nd}\"'‘’‚“”„«»「]")


@dataclass(frozen=True)
class _Sources:
    """What the sources hold, read once."""

    folded: str
    """Words only, one space between."""
    values: frozenset[float]
    digits: frozenset[str]
    """Digit groups as written, separators removed, and the groups inside longer ones."""
    percent: bool
    dated: tuple[tuple[DateMention, ...], ...]
    """The dates of each source."""
    names: frozenset[str]

    @property
    def dates(self) -> tuple[DateMention, ...]:
        """The dates of all sources."""
        return tuple(date for source in self.dated for date in source)


def ungrounded(
    text: str, sources: Sequence[str], language: str | None, published_at: dt.date | None, when: TimeSpan | None
) -> tuple[str, ...]:
    """The digit groups, percentages, dates and quoted strings of `text` that none of `sources` holds, as written.

    `sources` are the evidence sentences, the title and whatever else the article says of itself. A date in `text` also
    counts as given when a source gives it relative to `published_at`, or when it lies within `when` and a source's
    relative date meets `when`.
    """
    if not _CHECKED.search(text) and patterns(primary(language)).month_words.isdisjoint(words(text)):
        return ()
    known = _read(sources, primary(language), published_at)
    missing: list[tuple[int, str]] = []
    missing.extend(_quotations(text, known))
    dates = [d for d in find_dates(text, language, published_at) if d.kind not in ("relative", "weekday")]
    missing.extend((d.start, d.text) for d in dates if not _date_given(d, known, published_at, when))
    missing.extend(_numbers(text, language, known, dates))
    return tuple(dict.fromkeys(written for _, written in sorted(missing)))


def _read(sources: Sequence[str], language: str | None, published_at: dt.date | None) -> _Sources:
    parts = [_read_one(source, language, published_at) for source in sources]
    return _Sources(
        " ".join(part.folded for part in parts),
        frozenset().union(*(part.values for part in parts)),
        frozenset().union(*(part.digits for part in parts)),
        any(part.percent for part in parts),
        tuple(source for part in parts for source in part.dated),
        frozenset().union(*(part.names for part in parts)),
    )


@lru_cache(maxsize=TEXTS_HELD)
def _read_one(source: str, language: str | None, published_at: dt.date | None) -> _Sources:
    """One sentence; kept, because many claims share it."""
    values: set[float] = set()
    digits: set[str] = set()
    for m in _DIGIT_RUN.finditer(source):
        digits.add(_bare(m.group()))
        digits.update(_RUN.findall(m.group()))
        values.update(_readings(m.group()))
    numbers = find_numbers(source, language)
    for mention in numbers:
        values.update(_core(mention))
        if mention.digits and (bare := parse_digits(mention.digits, None)) is not None:
            values.add(bare)
    if language in WORDS and WORDS[language].both & set(words(source)):
        values.add(2.0)
    percent = any(m.percent for m in numbers) or "%" in source or "％" in source or _spelled_percent(source, language)
    names = frozenset(folded(m.group()) for m in _IN_NAME.finditer(source))
    dates = find_dates(source, language, published_at)
    return _Sources(_flat(source), frozenset(values), frozenset(digits), percent, (dates,), names)


def _spelled_percent(source: str, language: str | None) -> bool:
    spelled = WORDS[language].percent if language in WORDS else ()
    low = folded(source)
    return any(word in low for word in spelled)


def _flat(text: str) -> str:
    return _SIGNS.sub(" ", folded(text)).strip()


def _bare(written: str) -> str:
    return "".join(_RUN.findall(written))


def _readings(written: str) -> Iterator[float]:
    """Both readings of ambiguous separators: to the grounding check either locale will do."""
    for language in ("en", "it"):
        value = parse_digits(written, language)
        if value is not None:
            yield value


def _core(mention: NumberMention) -> Iterator[float]:
    """The value without what a comparator made of it."""
    if mention.comparator in ("at_least", "more_than"):
        yield mention.low
    elif mention.comparator in ("at_most", "less_than"):
        yield mention.high
    elif mention.comparator == "about":
        yield round((mention.low + mention.high) / 2, 9)
    else:
        yield mention.low
        yield mention.high


# -- quotations ----------------------------------------------------------------------------------


def _quotations(text: str, known: _Sources) -> Iterator[tuple[int, str]]:
    for m in _QUOTES.finditer(text):
        inside = next(group for group in m.groups() if group is not None)
        at = 0
        for part in _ELLIPSIS.split(inside):
            flat = _flat(part)
            found = f" {known.folded} ".find(f" {flat} ", at) if flat else at
            if found < 0:
                yield m.start(), m.group()
                break
            at = found


# -- dates ---------------------------------------------------------------------------------------


def _date_given(date: DateMention, known: _Sources, published_at: dt.date | None, when: TimeSpan | None) -> bool:
    if _flat(date.text) and f" {_flat(date.text)} " in f" {known.folded} ":
        return True
    if date.kind == "decade":
        return any(d.kind == "decade" and d.span.start == date.span.start for d in known.dates)
    if any(_covers(date, source) for source in known.dates):
        return True
    counts = [(d, source) for source in known.dated for d in source if d.step]
    if any(_counted(date, d, source, known) for d, source in counts):
        return True
    if date.year is not None and date.month is None:
        return _year_given(date.year, known, published_at)
    if (
        published_at is not None
        and date.year in (None, published_at.year)
        and any(_same_day(date, d) for d in known.dates)
    ):
        return True
    relative = [d for d in known.dates if d.kind in ("relative", "weekday") and not d.step]
    return any(_near(date.span, d, when) for d in relative)


def _year_given(year: int, known: _Sources, published_at: dt.date | None) -> bool:
    if str(year) in known.digits or (published_at is not None and year == published_at.year):
        return True
    return any(edge is not None and edge.year == year for d in known.dates for edge in (d.span.start, d.span.end))


def _same_day(date: DateMention, source: DateMention) -> bool:
    """Day and month as a source writes them, whatever the year."""
    return date.month is not None and date.month == source.month and date.day in (None, source.day)


def _covers(date: DateMention, source: DateMention) -> bool:
    """Whether the source's date is `date` or lies within it: a text may be vaguer than its source, not more exact."""
    if _same_day(date, source) and (date.year is None or date.year == source.year):
        return True
    span, given = date.span, source.span
    if span.start is None or span.end is None or given.start is None or given.end is None:
        return False
    return span.start <= given.start and given.end <= span.end


def _near(span: TimeSpan, source: DateMention, when: TimeSpan | None) -> bool:
    """Whether `span` lies in a relative date, a weekday meaning the last or next one, or a `when` that meets it."""
    given = source.span
    if span.start is None or span.end is None or given.start is None or given.end is None:
        return False
    if given.start <= span.start and span.end <= given.end:
        return True
    if source.kind == "weekday":
        return any(_moved_within(span.start, span.end, given, days) for days in (-7, 7))
    within = (
        when is not None
        and when.start is not None
        and when.end is not None
        and when.start <= span.start
        and span.end <= when.end
    )
    return within and spans_overlap(when, given) is True


def _moved_within(start: dt.date, end: dt.date, given: TimeSpan, days: int) -> bool:
    """Whether a span lies in another that is moved by some days."""
    if given.start is None or given.end is None:
        return False
    return given.start <= start - dt.timedelta(days=days) and end - dt.timedelta(days=days) <= given.end


def _counted(date: DateMention, given: DateMention, source: tuple[DateMention, ...], known: _Sources) -> bool:
    """Whether `date` lies where `source` counts to, from publication or from another day that the sources name.

    "Restored on Wednesday, two days after the attack" tells of Monday. Not more exact than what is counted in.
    """
    span, step = date.span, given.step
    if span.start is None or span.end is None or step is None:
        return False
    if (step.unit == "year" and date.month is not None) or (step.unit == "month" and date.day is not None):
        return False
    counted = {(given.span.start, given.span.end)} if given.span.start and given.span.end else set()
    for other in known.dated:
        for anchor in other:
            if anchor.step is not None or anchor.span.start is None or not _anchors(anchor.span, step.unit):
                continue
            told_of = other == source and anchor.end <= given.start
            moved = (stepped(anchor.span.start, step.unit, count) for count in step.counts[-1 if told_of else 0 :])
            counted.update(days for days in moved if days)
    return any(_within(span.start, span.end, days) for days in counted)


def _within(start: dt.date, end: dt.date, days: Days) -> bool:
    """Whether one of the spans lies in the other: a text may name the month of a day that its source counts to."""
    return (days[0] <= start and end <= days[1]) or (start <= days[0] and days[1] <= end)


def _anchors(span: TimeSpan, unit: str) -> bool:
    """Whether a span is exact enough to count `unit` from it."""
    start, end = span.start, span.end
    if start is None or end is None or unit in ("day", "week"):
        return start == end
    return start.year == end.year and (unit == "year" or start.month == end.month)


# -- numbers -------------------------------------------------------------------------------------


def _numbers(
    text: str, language: str | None, known: _Sources, dates: Sequence[DateMention]
) -> Iterator[tuple[int, str]]:
    done = [(d.start, d.end) for d in dates]
    for mention in find_numbers(text, language):
        done.append((mention.start, mention.end))
        if mention.digits is None or mention.role in ("year", "date"):
            continue
        if mention.role == "time":
            if not _time_given(mention, known):
                yield mention.start, mention.text
        elif (mention.percent and not known.percent) or not all(_given(value, known) for value in _core(mention)):
            yield mention.start, mention.text
    for m in _PLAIN.finditer(text):
        if any(s < m.end() and m.start() < e for s, e in done):
            continue
        name = next((n for n in _IN_NAME.finditer(text) if n.start() <= m.start() < n.end()), None)
        if (name is None or folded(name.group()) not in known.names) and _bare(m.group()) not in known.digits:
            yield m.start(), name.group() if name else m.group()


def _given(value: float, known: _Sources) -> bool:
    """Whether a source holds the value; one is allowed, for "a", "single" and "first" all say it."""
    if value == 1 or value in known.values:
        return True
    return any(abs(value - other) <= 1e-9 * abs(value) for other in known.values)


def _time_given(mention: NumberMention, known: _Sources) -> bool:
    """20:30, 20.30 and 8:30 in the evening are one time."""
    groups = _RUN.findall(mention.digits or "")
    hour = int(groups[0])
    hours = {str(hour), str(hour % 12), str(hour % 12 + 12), f"{hour:02d}"}
    minutes = groups[1] if len(groups) > 1 and int(groups[1]) else None
    return bool(hours & known.digits or float(hour) in known.values) and (minutes is None or minutes in known.digits)
