"""The small change of English sentences, for the index alone, which does not speak other languages yet."""

from __future__ import annotations

from collections.abc import Sequence

from factcheck.reporting.words.catalogue import words_in


def count(number: int, noun: str, plural: str | None = None) -> str:
    """`1 article`, `2 articles`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def names(items: Sequence[str], limit: int = 6) -> str:
    """The names in one line; beyond `limit` only how many more."""
    return words_in("en").names(items, limit)


def and_more(left_out: int, things: str = "more") -> str:
    """The line that ends a list that was cut."""
    return f"… and {left_out:,} {things} (use --format json for all)"
