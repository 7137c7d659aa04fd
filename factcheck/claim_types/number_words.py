"""Numbers in words: cardinals and ordinals by text2num, vague nouns ("dozens", "una quarantina") by the lexicon."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import regex
from text_to_num import find_numbers as find_spoken

from factcheck.claim_types.day_patterns import alternation
from factcheck.claim_types.lexicon import Words
from factcheck.claim_types.text import folded

_TOKEN = regex.compile(r"\p{L}[\p{L}\p{M}]*(?:-[\p{L}\p{M}]+)*|\p{Nd}+|[^\s\p{L}\p{Nd}]")


class Spoken(NamedTuple):
    """A number in words at `text[start:end]`; `low` and `high` differ only when it is vague."""

    start: int
    end: int
    low: float
    high: float
    vague: bool = False
    ordinal: bool = False
    percent: bool = False


_NEUTRAL_ONE = frozenset({"no", "this", "that", "any", "which", "the", "every", "each", "some", "another"})


class _Token:
    """The protocol that text2num wants, over one word of ours; a plain class, for there is one per word of text."""

    __slots__ = ("end", "number_part", "start", "word")

    def __init__(self, word: str, start: int, end: int, number_part: bool) -> None:
        self.word = word
        self.start = start
        self.end = end
        self.number_part = number_part

    def text(self) -> str:
        return self.word

    def nt_separated(self, _previous: _Token) -> bool:
        return False

    def not_a_number_part(self) -> bool:
        return not self.number_part


@lru_cache(maxsize=16)
def _vague(words: Words) -> regex.Pattern[str]:
    plural, singular, halves = (
        alternation(words.tens_of or {"\0"}),
        alternation(words.collectives),
        alternation(words.halves),
    )
    magnitudes = alternation(words.magnitudes)
    several = alternation(words.several or {"\0"})
    of = r"(?:\s+(?:of|di|de|von|d['’]|a|an|un|una|ein|eine|van|de\s+un)\s*)?"
    return regex.compile(
        rf"(?<!\p{{L}})(?:(?:(?:a|an|un|um|ein|een)\s+)?(?P<several>{several})(?!\p{{L}}){of}\s*"
        rf"(?P<many>{plural}|{magnitudes})(?:{of}\s*(?P<more>{plural}|{magnitudes})(?!\p{{L}}))?"
        rf"|(?P<plural>{plural})(?:{of}\s*(?P<times>{plural}|{magnitudes})(?!\p{{L}}))?"
        rf"|(?P<half>{halves})(?:{of}\s*(?P<halved>{magnitudes})(?!\p{{L}}))?"
        rf"|(?P<article>(?:a|an|un|una|une|un['’]|ein|eine|einem|einer|um|uma|een|one|some)\s+)?(?P<singular>{singular}))(?!\p{{L}})",
        regex.IGNORECASE,
    )


@lru_cache(maxsize=16)
def _half_of(words: Words) -> regex.Pattern[str]:
    return regex.compile(words.half_of, regex.IGNORECASE)


def spoken(text: str, language: str, words: Words) -> Iterator[Spoken]:
    """The numbers in words in `text`, without overlap: vague nouns first, then what text2num reads."""
    taken: list[tuple[int, int]] = []
    for item in _vague_numbers(text, words):
        taken.append((item.start, item.end))
        yield item
    tokens = [
        _Token(word, start, end, word[0].isalpha() and not any(s <= start < e for s, e in taken))
        for word, (start, end) in ((m.group(), m.span()) for m in _TOKEN.finditer(text))
    ]
    for found in find_spoken(tokens, language, 0.0):
        first, last = tokens[found.start], tokens[found.end - 1]
        if found.value is None or found.value != found.value:
            continue
        value = float(found.value)
        if value == 1 and not found.is_ordinal and not _counts_as_one(tokens, found.start, found.end, words):
            continue
        yield Spoken(first.start, last.end, value, value, ordinal=bool(found.is_ordinal))


def _counts_as_one(tokens: list[_Token], start: int, end: int, words: Words) -> bool:
    """Whether "one" counts; articles never do."""
    if end - start != 1 or folded(tokens[start].word) not in words.ones:
        return False
    before = folded(tokens[start - 1].word) if start else ""
    return before not in _NEUTRAL_ONE


def _vague_numbers(text: str, words: Words) -> Iterator[Spoken]:
    for m in _vague(words).finditer(text):
        if m["several"]:
            low, high = words.several[folded(m["several"])]
            factor = _factor(m["many"], words) * (_factor(m["more"], words) if m["more"] else 1.0)
            yield Spoken(m.start(), m.end(), low * factor, (high + 1) * factor - 1, vague=True)
        elif m["plural"]:
            low, high = words.tens_of[" ".join(folded(m["plural"]).split())]
            if m["times"]:
                factor = _factor(m["times"], words)
                low, high = low * factor, (high + 1) * factor - 1
            yield Spoken(m.start(), m.end(), low, high, vague=True)
        elif m["half"]:
            if m["halved"]:
                value = words.magnitudes[folded(m["halved"])] / 2
                yield Spoken(m.start(), m.end(), value, value)
            elif words.half_of and _half_of(words).match(text, pos=m.start("half")):
                yield Spoken(m.start(), m.end(), 50.0, 50.0, percent=True)
        elif m["article"] or not _digit_before(text, m.start()):
            low, high = words.collectives[folded(m["singular"])]
            if low == high and low != 2:
                yield Spoken(m.start(), m.end(), low, high, vague=True)
            elif m["article"]:
                yield Spoken(m.start(), m.end(), low, high, vague=low != high)


def _factor(written: str, words: Words) -> float:
    """What a magnitude or a plural multiplies by."""
    key = " ".join(folded(written).split())
    return words.magnitudes.get(key) or _base(words.tens_of.get(key))


def _base(span: tuple[float, float] | None) -> float:
    """The magnitude behind a plural: 1000 of thousands (2000 to 9999)."""
    return span[0] / 2 if span else 1.0


def _digit_before(text: str, start: int) -> bool:
    return text[max(0, start - 4) : start].rstrip()[-1:].isdigit()
