"""What a claim type is, and what all of them share."""

from __future__ import annotations

from typing import Protocol

from factcheck.claim_types.dates import find_dates
from factcheck.claim_types.names import find_names
from factcheck.claim_types.numbers import NumberMention, find_numbers
from factcheck.models import BaseClaim, TimeSpan


class ClaimType(Protocol):
    """One kind of claim. Everything is pure and total; adding one is a file here and a line in `registry`."""

    @property
    def name(self) -> str:
        """The value of the claim's `type`."""
        ...

    @property
    def contradictable(self) -> bool:
        """Whether a claim of this type can be contradicted at all; predictions and opinions are not, by default."""
        ...

    def keys(self, claim: BaseClaim) -> frozenset[str]:
        """Blocking keys: `name:...`, `number:...`, `date:...` and `speaker:...`, folded."""
        ...

    def comparable(self, left: BaseClaim, right: BaseClaim) -> bool:
        """Whether judging `left` (of this type) against `right` can find anything; in doubt True."""
        ...


def common_keys(claim: BaseClaim, *more: str | None) -> frozenset[str]:
    """Keys from the text, the speaker and the time of a claim, and from `more` fields of its type.

    The language is not known here, so digits and names count and number words do not.
    """
    keys = {f"name:{name}" for part in (claim.text, *more) if part for name in find_names(part, None)}
    if claim.speaker:
        keys.update(f"speaker:{name}" for name in find_names(claim.speaker, None))
    if any(character.isnumeric() for character in claim.text):  # most claims have none, and looking costs most of all
        for mention in find_numbers(claim.text, None):
            keys.update(number_keys(mention))
        for date in find_dates(claim.text, None, None):
            keys.update(date_keys(date.span))
    return frozenset(keys | date_keys(claim.when))


def number_keys(mention: NumberMention) -> set[str]:
    """One key per finite end of the number's interval; years and dates have keys of their own."""
    if mention.role in ("year", "date"):
        return set()
    return {number_key(value) for value in (mention.low, mention.high) if abs(value) != float("inf")}


def number_key(value: float) -> str:
    """`number:38`, `number:1.5`, `number:1200000`."""
    return f"number:{int(value)}" if value.is_integer() else f"number:{value:g}"


def date_keys(span: TimeSpan | None) -> set[str]:
    """Year and month of each known end: `date:2022` and `date:2022-10`."""
    ends = (span.start, span.end) if span else ()
    return {key for end in ends if end for key in (f"date:{end.year:04d}", f"date:{end.year:04d}-{end.month:02d}")}
