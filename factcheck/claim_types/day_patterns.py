"""Regular expressions for single days in running text: relative words, weekdays, week-ends, distances from an event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import regex

from factcheck.claim_types.lexicon_counts import NUMBERS
from factcheck.claim_types.lexicon_dates import DATE_WORDS, DateWords
from factcheck.claim_types.lexicon_days import DayWords
from factcheck.claim_types.lexicon_days_beyond import DAY_WORDS
from factcheck.claim_types.text import folded
from factcheck.claim_types.text import words as tokens

Pattern = regex.Pattern[str]
T = TypeVar("T")

START = r"(?<![\p{L}\p{Nd}])"
END = r"(?![\p{L}\p{Nd}])"
NEVER = regex.compile(r"(?!)")
_COUNT_START = START + r"(?<!\p{Nd}[.,])"
_DAY = r"(?P<day>[0-3]?[0-9])"

DAY_BEHIND = regex.compile(
    rf",?\s*\(?(?:(?:den|de|the|le|il|el|día|dia|der|d\.)\s+)?{_DAY}(?:st|nd|rd|th|er?|[.º°])?\)?"
    r"(?![\p{L}\p{Nd}%]|[.,:/-]\p{Nd})",
    regex.IGNORECASE,
)
"""A day of the month behind a weekday: "terça-feira (8)"."""
_HAN_DIGITS = "一二三四五六七八九"
_NO_COUNT = rf"(?<![{_HAN_DIGITS}两兩每几幾\p{{Nd}}])"
"""In front of a weekday without blanks: 一周一次 is once a week and no Monday."""
HAN_DATE = regex.compile(
    rf"(?P<month>(?<![\p{{Nd}}.])(?:1[0-2]|0?[1-9])|(?<![{_HAN_DIGITS}十百千两兩数數几幾])(?:十[一二]?|[{_HAN_DIGITS}]))"
    rf"\s?[月월](?:\s*(?P<day>[0-3]?[0-9]|[二三]?十[{_HAN_DIGITS}]?|[{_HAN_DIGITS}])\s?[日号號일])?"
)
"""Month, or month and day, in Chinese, Japanese or Korean, in either kind of numerals and without a year."""


class Direction(NamedTuple):
    """Words in front of and behind a name that make it the last or the next of its kind, as expressions."""

    before: str
    behind: str


@dataclass(frozen=True)
class DayPatterns:
    """The compiled patterns of one language and the meaning of the words in them."""

    days: dict[str, int]
    """Days from publication."""
    weekdays: dict[str, int]
    """0 is Monday."""
    units: dict[str, tuple[str, int]]
    """Noun -> unit and how many of them it is."""
    wholes: dict[str, tuple[str, int]]
    numbers: dict[str, int]
    next_to: dict[str, str]
    single_day: Pattern
    weekday: Pattern
    weekend: Pattern
    ago: Pattern
    step: Pattern
    next_day: Pattern
    month_day: Pattern
    day_words: frozenset[str]
    weekday_words: frozenset[str]
    weekend_words: frozenset[str]
    unit_words: frozenset[str]
    next_words: frozenset[str]
    """One word of each name in the pattern: a text that holds none of them is not searched."""
    spaced: bool
    """Whether blanks part words; where they do not, every text is searched."""

    def may_hold(self, triggers: frozenset[str], found: Iterable[str]) -> bool:
        """Whether a text of the words `found` can match the pattern of `triggers`."""
        return not triggers.isdisjoint(found) if self.spaced else True


def alternation(options: Iterable[str]) -> str:
    """A group of literal alternatives, longest first; white space matches any, apostrophes match both kinds."""
    escaped = (
        regex.escape(o).replace(r"\ ", r"\s+").replace("'", "['’]")
        for o in sorted(set(options), key=lambda o: (-len(o), o))
    )
    return "(?:" + "|".join(escaped) + ")"


def key(name: str) -> str:
    """A name as written in a text, as it is looked up: folded, and one i for all that match without regard to case."""
    return " ".join(folded(name).replace("’", "'").replace("i\u0307", "i").replace("ı", "i").split())


def keyed(names: Mapping[str, T]) -> dict[str, T]:
    """Names by their `key`: folding makes another letter of ß and of a final sigma."""
    return {key(name): value for name, value in names.items()}


def day_patterns(language: str, weekdays: Mapping[str, int], direction: Direction) -> DayPatterns | None:
    """The patterns of `language`, whose plain weekday names CLDR gives; None when it has neither those nor words."""
    words, extra = DATE_WORDS.get(language), DAY_WORDS.get(language)
    if extra is None:
        if not weekdays:
            return None
        extra = DayWords()
    days = {**(words.days if words else {}), **{k: int(v) for k, v in _items(extra.days)}}
    units = {**(words.units if words else {}), **_sized(extra.units)}
    wholes, next_to, numbers = _sized(extra.wholes), dict(_items(extra.next_to)), NUMBERS.get(language, {})
    named = _weekday_forms(weekdays, extra)
    start, end = (START, END) if extra.spaced else ("", "")
    weekend = [name.replace("_", " ") for name in extra.weekend.split()]
    return DayPatterns(
        keyed(days),
        keyed(named),
        keyed(units),
        keyed(wholes),
        keyed(numbers),
        keyed(next_to),
        _single_day(days, extra),
        _compiled(
            rf"{start or _NO_COUNT}{direction.before}(?P<weekday>{alternation(named)}){end}{direction.behind}", named
        ),
        _compiled(rf"{start}{direction.before}(?P<weekend>{alternation(weekend)}){end}{direction.behind}", weekend),
        _ago(words, extra, numbers, units, wholes),
        _step(extra, numbers, units, wholes),
        _compiled(rf"{start}(?P<name>{alternation(next_to)})(?:(?<=['’])|{end or '(?=)'})", next_to),
        _compiled(extra.month_day.replace("{day}", rf"(?<!\p{{Nd}}){_DAY}(?!\p{{Nd}})"), extra.month_day),
        _triggers(days),
        _triggers(named),
        _triggers(weekend),
        _triggers((*units, *wholes)),
        _triggers(next_to),
        extra.spaced,
    )


def _items(text: str) -> Iterable[tuple[str, str]]:
    return ((name.replace("_", " "), value) for name, _, value in (item.partition("=") for item in text.split()))


def _sized(text: str) -> dict[str, tuple[str, int]]:
    """`fortnight=week*2`."""
    split = ((name, value.partition("*")) for name, value in _items(text))
    return {name: (unit, int(size or 1)) for name, (unit, _, size) in split}


def _weekday_forms(weekdays: Mapping[str, int], extra: DayWords) -> dict[str, int]:
    forms = {form.replace("_", " "): day for day, text in enumerate(extra.weekdays) for form in text.split()}
    plain = {**forms, **weekdays}
    joined = {name + tail: day for name, day in plain.items() for tail in extra.tails.split()}
    return {**joined, **plain}


def _triggers(names: Iterable[str]) -> frozenset[str]:
    """The longest word of each name, the last of equals: the first is often an article."""
    return frozenset(max(reversed(tokens(name)), key=len) for name in names)


def _compiled(pattern: str, wanted: object) -> Pattern:
    return regex.compile(pattern, regex.IGNORECASE) if wanted else NEVER


def _single_day(days: Mapping[str, int], extra: DayWords) -> Pattern:
    nouns = frozenset(extra.nouns.split())
    start, end = (START, END) if extra.spaced else ("", "")
    plain = alternation(name for name in days if name not in nouns)
    either = rf"{plain}|(?<!{START}(?:{extra.article})\s+){alternation(nouns)}" if nouns else plain
    return _compiled(rf"{start}(?P<name>{either}){end}", days)


def _count(numbers: Mapping[str, int]) -> str:
    return rf"(?:[0-9]{{1,3}}|{alternation(numbers)})" if numbers else r"[0-9]{1,3}"


def _ago(
    words: DateWords | None,
    extra: DayWords,
    numbers: Mapping[str, int],
    units: Mapping[str, tuple[str, int]],
    wholes: Mapping[str, tuple[str, int]],
) -> Pattern:
    """ "two days ago", "vor zwei Tagen", "da due anni", "in three weeks"."""
    if not units:
        return NEVER
    number, unit = _count(numbers), alternation(units)
    start, end, gap = (_COUNT_START, END, r"\s+") if extra.spaced else (r"(?<![\p{Nd}.,])", "", r"\s*")
    frames = [("ago", frame) for frame in _by_shape((*words.ago, *extra.ago) if words else extra.ago)]
    frames += [("within", frame) for frame in _by_shape(words.within if words else ())]
    options = []
    for i, (group, (before, after)) in enumerate(frames):
        head = rf"(?:{before})\s+" if before else ""
        tail = rf"{gap}(?:{after})" if after else ""
        counted = rf"(?P<{group}_n{i}>{number})['’]?\s*(?P<{group}_u{i}>{unit})"
        whole = rf"(?P<{group}_w{i}>{alternation(wholes)})" if wholes else r"(?!)"
        options.append(rf"{head}(?:{counted}|{whole}){tail}{end}")
    return _compiled(start + "(?:" + "|".join(options) + ")", options)


def _by_shape(frames: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    """One frame of all that stand in front, one of all that stand behind, and those that do both as they are.

    Each frame repeats the names of numbers and units, which costs most of the time that compiling takes.
    """
    every = tuple(frames)
    front, behind = "|".join(b for b, a in every if not a), "|".join(a for b, a in every if not b)
    return (*((front, "") for _ in front[:1]), *(("", behind) for _ in behind[:1]), *(f for f in every if all(f)))


def _step(
    extra: DayWords,
    numbers: Mapping[str, int],
    units: Mapping[str, tuple[str, int]],
    wholes: Mapping[str, tuple[str, int]],
) -> Pattern:
    """ "two days after", "twee dagen eerder": number, unit, and on which side of an event."""
    if not units:
        return NEVER
    start, end, gap = (_COUNT_START, END, r"\s+") if extra.spaced else (r"(?<![\p{Nd}.,])", "", r"\s*")
    whole = rf"(?P<whole>{alternation(wholes)})" if wholes else r"(?P<whole>(?!))"
    sides = "|".join(
        rf"(?P<{side}>{expression})"
        for side, expression in (
            ("before", extra.before),
            ("earlier", extra.earlier),
            ("after", extra.after),
            ("later", extra.later),
        )
    )
    counted = rf"(?P<number>{_count(numbers)})['’]?\s*(?P<unit>{alternation(units)})"
    return regex.compile(
        rf"{start}(?:{counted}|{whole}){gap}(?:{sides})(?:(?<=['’])|{end or '(?=)'})", regex.IGNORECASE
    )
