"""The words and signs of a report for people; the same in every format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from factcheck.findings import Origin, OriginBasis, Verdict
from factcheck.models import ConflictKind, ConflictNature

Item = TypeVar("Item")

KINDS: dict[ConflictKind, str] = {
    "existence": "whether",
    "number": "how many",
    "time": "when",
    "place": "where",
    "identity": "who",
    "cause": "why",
    "content": "about what",
    "other": "in another respect",
}
"""In the order in which the points of a dispute are shown."""

NATURES: dict[ConflictNature, str] = {
    "direct": "direct",
    "update": "update: a later state of something that changes",
    "scope": "scope: another population, place or period",
    "precision": "precision: rounding or coarser words",
}

VERDICTS: dict[Verdict, tuple[str, str]] = {
    "corroborated": ("✓", "corroborated"),
    "disputed": ("≠", "disputed"),
    "superseded": ("↷", "superseded"),
    "single_origin": ("◐", "single origin"),
    "single_report": ("○", "single report"),
}
"""Sign and word; in the order in which facts are shown. A sign never stands without its word."""

SINGLE_ORIGIN = "◐ Single origin: repeated, but resting on one"
SINGLE_REPORT = "○ Single report: said in one place only"
"""Headings of the sections whose facts all have one verdict, so that it need not stand in every row."""

BASES: dict[OriginBasis, str] = {
    "stated": "named in the text",
    "credit": "credited",
    "speaker": "the speaker",
    "shared_text": "same text",
    "own_report": "own report",
}

LIMITS = (
    "This report shows where the articles agree, where they contradict each other and on how many origins that rests. "
    "It never rules on truth: what all articles say may be wrong, and a claim that one article makes may be right. "
    "Claims and relations were found by a language model; check the quotes before you rely on them."
)


SHOWN = 20
"""Entries of a list before it is cut."""
SIDES_SHOWN = 8


def count(number: int, noun: str, plural: str | None = None) -> str:
    """`1 article`, `2 articles`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def names(items: Sequence[str], limit: int = 6) -> str:
    """The names in one line; beyond `limit` only how many more."""
    shown = ", ".join(items[:limit])
    return f"{shown} and {len(items) - limit} more" if len(items) > limit else shown


def listed(items: Sequence[str], limit: int = 4) -> str:
    """`A`, `A and B`, `A, B and C`; beyond `limit` names only how many more."""
    shown = [*items[:limit], *([f"{len(items) - limit} more"] if len(items) > limit else [])]
    return f"{', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else "".join(shown)


def cut(items: Sequence[Item], limit: int = SHOWN) -> tuple[Sequence[Item], int]:
    """The entries to show and how many are left out; one entry is never left out for a line that says so."""
    if len(items) <= limit + 1:
        return items, 0
    return items[:limit], len(items) - limit


def and_more(left_out: int, things: str = "more") -> str:
    """The line that ends a list that was cut."""
    return f"… and {left_out:,} {things} (use --format json for all)"


def runs(numbers: Sequence[int]) -> str:
    """`3, 5–9`: the numbers in order, neighbours drawn together."""
    ends: list[list[int]] = []
    for number in sorted(numbers):
        if ends and number == ends[-1][1] + 1:
            ends[-1][1] = number
        else:
            ends.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in ends)


def chain(origin: Origin) -> str:
    """`Reuters ← A, B`: who repeats an origin; just its name when nobody else does."""
    repeaters = [name for name in origin.publishers if name != origin.name]
    return f"{origin.name} ← {names(repeaters, 4)}" if repeaters else origin.name
