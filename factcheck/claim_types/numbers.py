"""Numbers in running text as intervals, with what they are: counts, percentages, money, ordinals, years, dates, times.

Digits are read in every language, with the decimal sign that CLDR gives it ("1.200" is 1200 in Italian and 1.2 in
English; without a language three digits behind one separator are a group). Number words (text2num), approximations,
bounds and ranges are read in en, it, de, fr, es, pt, nl; magnitudes also in zh and ja. Digits that are part of a name
("G7", "Covid-19") and telephone numbers are no numbers. Nothing here raises on any text.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import regex

from factcheck.claim_types.date_patterns import decimal_symbol
from factcheck.claim_types.dates import find_dates
from factcheck.claim_types.lexicon import DIGITS_ONLY, WORDS, Words
from factcheck.claim_types.number_patterns import Frame, frame_of
from factcheck.claim_types.number_words import spoken
from factcheck.claim_types.text import TEXTS_HELD, folded, primary
from factcheck.claim_types.units import AMBIGUOUS, UNITS
from factcheck.models import Comparator, Value

Role = Literal["cardinal", "percent", "money", "ordinal", "year", "date", "time"]

ABOUT = 0.1
"""Half-width of "about N", as a share of N."""


class NumberMention(Value):
    """A number at `text[start:end]`, its bound or approximation, magnitude, sign and unit included in the span."""

    start: int
    end: int
    text: str
    low: float
    high: float
    """Closed interval; equal to `low` when exact, infinite when open."""
    comparator: Comparator = "exactly"
    percent: bool = False
    unit: str | None = None
    """Symbol of the unit (`km`, `kg`) or code of the currency (`EUR`), when written next to the number."""
    role: Role = "cardinal"
    digits: str | None = None
    """The digits as written; None of a number in words."""


@dataclass(frozen=True)
class _Atom:
    """A number without its surroundings; `low` and `high` differ only for vague nouns."""

    start: int
    end: int
    low: float
    high: float
    digits: str | None = None
    vague: bool = False
    ordinal: bool = False
    percent: bool = False


_DIGITS = regex.compile(
    r"(?<![\p{Nd}\p{Lu}\p{Ll}_])(?<![\p{L}\p{Nd}][-./:])"
    r"\p{Nd}+(?:[.,'’٫٬]\p{Nd}+|[\u00a0\u202f\u2009 ]\p{Nd}{3}(?!\p{Nd}))*"
)
_SPACED = regex.compile(r"\p{Nd}{1,3}(?:[\u00a0\u202f\u2009 ]\p{Nd}{3})+(?:[.,]\p{Nd}+)?")
_GROUP_MARKS = regex.compile(r"[\s'’٬\u00a0\u202f\u2009]")
_RUN = regex.compile(r"\p{Nd}+")
_UNSPACED = regex.compile(r"\S+")
_TAIL = regex.compile(r"\p{Nd}+(?:[.,]\p{Nd}+)*")
_LINKED = regex.compile(r"\s?(?:di|de|of|d['’])")
_DASHED = regex.compile(r"\s?[-–—]\s?")
_RANGE_TAIL = regex.compile(r"(?<=\p{Nd})\s*[-–—]\s*(?=\p{Nd})")
_PHONE = regex.compile(
    r"(?<![\p{Nd}\p{L}])(?:\+|00)\p{Nd}[\p{Nd} ()/.-]{6,}\p{Nd}"
    r"|(?<![\p{Nd}\p{L}])0\p{Nd}{1,4}[-/ ]\p{Nd}[\p{Nd} -]{4,}\p{Nd}"
)
_TIME = regex.compile(r"(?<![\p{Nd}.,:])(?:[01]?\p{Nd}|2[0-4])(?::|h)[0-5]\p{Nd}(?::[0-5]\p{Nd})?(?![\p{Nd}:])")
_MONEY_BEFORE = regex.compile(r"(?r)(?:US\$|[€$£¥₽₹₴]|\b(?:EUR|USD|GBP|CHF|RUB|JPY)\s?)\s?")
_CURRENCY_LETTER = regex.compile(r"(?:m|b)(?!\p{L})")
_UNIT_AFTER = regex.compile(r"\s?(?:(?:di|de|of|d['’])\s?)?(?P<unit>US\$|[€$£¥₽₹₴元]|km²|km2|m²|m2|\p{L}+)")
_SPACE_GROUPS = frozenset({"fr", "es", "pt", "pl", "ru", "uk", "cs", "sk", "sv", "no", "nb", "fi", "da", "bg", "hu"})


def parse_digits(written: str, language: str | None) -> float | None:
    """The value of digits with separators as `language` writes them; None when they form no number ("1.2.3")."""
    text = _GROUP_MARKS.sub("", written).replace("٫", ".")
    last = max(text.rfind("."), text.rfind(","))
    if last < 0:
        return _float(text)
    decimal = text[last]
    other = "," if decimal == "." else "."
    whole, fraction = text[:last], text[last + 1 :]
    groups = text.replace(",", ".").split(".")
    grouped = len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])
    if other in whole:
        inner = whole.split(other)
        if decimal in whole or not all(len(group) == 3 for group in inner[1:]):
            return None
        return _float(f"{''.join(inner)}.{fraction}")
    if decimal in whole:
        return _float("".join(groups)) if grouped else None
    symbol = decimal_symbol(language)
    if grouped and not whole.startswith("0") and symbol != decimal:
        return _float(whole + fraction)
    return _float(f"{whole}.{fraction}")


def _float(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def find_numbers(text: str, language: str | None) -> tuple[NumberMention, ...]:
    """The numbers in `text`, in order and without overlap; see the module for what is read in which language."""
    return _find_numbers(text, primary(language))


@lru_cache(maxsize=TEXTS_HELD)
def _find_numbers(text: str, language: str | None) -> tuple[NumberMention, ...]:
    fixed = _dates_and_times(text, language)
    taken = [(m.start, m.end) for m in fixed] + [m.span() for m in _PHONE.finditer(text)]
    atoms = [a for a in _atoms(text, language) if not any(s < a.end and a.start < e for s, e in taken)]
    frame = frame_of(language or "")
    words = WORDS.get(language or "", DIGITS_ONLY)
    found: list[NumberMention] = []
    for atom in atoms:
        if found and atom.start < found[-1].end:
            continue
        mention = _mention(text, atom, frame, words)
        joined = _range(text, found[-1], mention, frame) if found else None
        if joined is not None:
            found[-1] = joined
            continue
        if found and mention.start < found[-1].end:
            # One currency sign between two numbers belongs to the first.
            start = found[-1].end
            mention = mention.model_copy(update={"start": start, "text": text[start : mention.end]})
        found.append(mention)
    return tuple(sorted((*found, *fixed), key=lambda m: m.start))


def _dates_and_times(text: str, language: str | None) -> list[NumberMention]:
    """The digits inside dates, marked as what they are, and clock times."""
    found: list[NumberMention] = []
    dates = [d for d in find_dates(text, language, None) if d.kind not in ("relative", "weekday")]
    for date in dates:
        for m in _RUN.finditer(date.text):
            value, start = float(m.group()), date.start + m.start()
            role: Role = "year" if len(m.group()) == 4 else "date"
            found.append(
                NumberMention(
                    start=start,
                    end=start + len(m.group()),
                    text=m.group(),
                    low=value,
                    high=value,
                    role=role,
                    digits=m.group(),
                )
            )
    for m in _TIME.finditer(text):
        if not any(d.start < m.end() and m.start() < d.end for d in dates):
            hours, minutes = (int(part) for part in _RUN.findall(m.group())[:2])
            value = hours + minutes / 60
            found.append(
                NumberMention(
                    start=m.start(), end=m.end(), text=m.group(), low=value, high=value, role="time", digits=m.group()
                )
            )
    return found


def _atoms(text: str, language: str | None) -> list[_Atom]:
    atoms: list[_Atom] = []
    for m in _DIGITS.finditer(text):
        start, written = m.start(), m.group()
        spaced = len(written.split()) > 1
        if spaced and ((" " in written and language not in _SPACE_GROUPS) or not _SPACED.fullmatch(written)):
            pieces = [(start + p.start(), p.group()) for p in _UNSPACED.finditer(written)]
        else:
            pieces = [(start, written)]
        for at, piece in pieces:
            value = parse_digits(piece, language)
            if value is not None:
                atoms.append(_Atom(at, at + len(piece), value, value, digits=piece))
    for m in _RANGE_TAIL.finditer(text):
        tail = _TAIL.match(text, pos=m.end())
        if tail and not any(a.start < tail.end() and tail.start() < a.end for a in atoms):
            value = parse_digits(tail.group(), language)
            if value is not None and any(a.end == m.start() for a in atoms):
                atoms.append(_Atom(tail.start(), tail.end(), value, value, digits=tail.group()))
    words = WORDS.get(language or "")
    if words is not None and language not in ("zh", "ja"):
        for word in spoken(text, language or "", words):
            if not any(a.start < word.end and word.start < a.end for a in atoms):
                atoms.append(
                    _Atom(word.start, word.end, word.low, word.high, None, word.vague, word.ordinal, word.percent)
                )
    return sorted(atoms, key=lambda a: a.start)


def _magnitude(text: str, atom: _Atom, frame: Frame, words: Words) -> _Atom:
    """The atom times the magnitude behind it: "1,2 milioni", "12mila", "half a million"."""
    match = frame.magnitude.match(text, pos=atom.end)
    if match is None or atom.ordinal:
        return atom
    if atom.digits is None and not atom.vague and atom.low >= 1000:
        return atom
    factor = words.magnitudes.get(folded(match["word"]), 1.0)
    if match["second"]:
        factor *= words.magnitudes.get(folded(match["second"]), 1.0)
    return replace(atom, end=match.end(), low=atom.low * factor, high=atom.high * factor)


def _mention(text: str, atom: _Atom, frame: Frame, words: Words) -> NumberMention:
    """The atom with magnitude, percent sign, currency, unit, ordinal mark, clock and comparator."""
    digits_end = atom.end
    ordinal = atom.ordinal or (atom.digits is not None and frame.ordinal.match(text, pos=atom.end) is not None)
    atom = _magnitude(text, atom, frame, words)
    start, end, unit, percent = atom.start, atom.end, None, False
    role: Role = "ordinal" if ordinal else "cardinal"
    low, high = atom.low, atom.high
    if atom.percent:
        percent, role = True, "percent"
    elif sign := frame.percent.match(text, pos=end):
        end, percent, role = sign.end(), True, "percent"
    elif money := _MONEY_BEFORE.match(text, 0, start):
        start = money.start()
        unit, role = UNITS[folded(money.group()).strip()][1], "money"
        if end == digits_end and (letter := _CURRENCY_LETTER.match(text, pos=end)):
            factor = 1e6 if letter.group() == "m" else 1e9
            low, high, end = low * factor, high * factor, letter.end()
    elif not ordinal and (named := _UNIT_AFTER.match(text, pos=end)):
        known = UNITS.get(folded(named["unit"]))
        if known and known[0] != "percent" and _plausible_unit(text, named, end):
            unit, end, role = known[1], named.end(), "money" if known[0] == "money" else role
    if atom.digits is not None and role == "cardinal" and low < 25:
        at = frame.clock_before.match(text, 0, start)
        if (at and unit is None) or frame.clock_after.match(text, pos=digits_end):
            role, unit = "time", None
    comparator: Comparator = "about" if atom.vague and low == high else "range" if atom.vague else "exactly"
    if role not in ("ordinal", "time"):
        start, end, low, high, comparator = _bounded(text, start, end, low, high, comparator, frame, words)
    return NumberMention(
        start=start,
        end=end,
        text=text[start:end],
        low=low,
        high=high,
        comparator=comparator,
        percent=percent,
        unit=unit,
        role=role,
        digits=atom.digits,
    )


def _plausible_unit(text: str, named: regex.Match[str], end: int) -> bool:
    """Whether a word behind a number is a unit: no link word before a common word, no single letter at a distance."""
    name = folded(named["unit"])
    linked = _LINKED.match(text, pos=end) is not None
    if linked:
        return UNITS[name][0] == "money"
    return name not in AMBIGUOUS or len(name) > 1 or named.start("unit") - end <= 1


def _bounded(
    text: str, start: int, end: int, low: float, high: float, comparator: Comparator, frame: Frame, words: Words
) -> tuple[int, int, float, float, Comparator]:
    """The interval after "at least", "about", "or more" and their like, and the span with those words."""
    if before := frame.before.match(text, 0, start):
        comparator = words.before.get(_key(before["phrase"]), comparator)
        start = before.start()
    elif after := frame.after.match(text, pos=end):
        comparator = words.after.get(_key(after["phrase"]), comparator)
        end = after.end()
    low, high = bounds(low, high, comparator)
    return start, end, low, high, comparator


def _key(phrase: str) -> str:
    return " ".join(folded(phrase).replace("’", "'").split())


def bounds(low: float, high: float, comparator: Comparator) -> tuple[float, float]:
    """The closed interval that a comparator makes of [low, high]: "about" 10 % either side, open ends infinite."""
    if comparator == "about":
        return low - abs(low) * ABOUT, high + abs(high) * ABOUT
    if comparator in ("at_least", "more_than"):
        return low, math.inf
    if comparator in ("at_most", "less_than"):
        return (0.0 if high >= 0 else -math.inf), high
    return low, high


def _range(text: str, left: NumberMention, right: NumberMention, frame: Frame) -> NumberMention | None:
    """ "10-12", "between 10 and 12", "fra 10 e 12", "two or three" as one range; None when they are two numbers."""
    between = text[left.end : right.start]
    dashed = _DASHED.fullmatch(between) is not None
    worded = next(((o, m) for o, m in frame.ranges if m.fullmatch(between) and o.match(text, 0, left.start)), None)
    if not (dashed or worded) or left.comparator != "exactly" or right.comparator != "exactly":
        return None
    low, high = left.low, right.high
    if left.role not in ("cardinal", right.role) or right.role in ("ordinal", "time", "year", "date"):
        return None
    if low < 1000 <= high and right.digits and high != (parse_digits(right.digits, None) or high):
        scaled = low * (high / (parse_digits(right.digits, None) or high))
        low = scaled if scaled < high else low
    if not low < high:
        return None
    opening = worded[0].match(text, 0, left.start) if worded else None
    start = opening.start() if opening else left.start
    return NumberMention(
        start=start,
        end=right.end,
        text=text[start : right.end],
        low=low,
        high=high,
        comparator="range",
        percent=right.percent or left.percent,
        unit=right.unit or left.unit,
        role=right.role,
        digits=left.digits if right.digits is None else right.digits,
    )
