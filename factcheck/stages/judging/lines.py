"""What the first reader sees: the claims of a request, one a line, and the pairs to judge by number."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from factcheck.claim_types.text import folded
from factcheck.models import Claim, TimeSpan
from factcheck.prompts import fence
from factcheck.stages.judging.packing import Batch

_TYPES = frozenset({"statement", "prediction", "opinion"})
"""The types that change what a pair is judged by; of the others the words say all."""
SHORTEST_RANGE = 3
"""Numbers in a row from which on a range is shorter than the list."""


def user_text(batch: Batch, claims: Mapping[str, Claim], *, ranges: bool = True) -> str:
    """The first pass as the model sees it: the claims, fenced, then the pairs to judge by number.

    With `ranges` a run of numbers is written `8-49`; without, every number is written out, which is easier to answer.
    """
    numbers = batch.numbers()
    listed = "\n".join(f"{number} | {describe(claims[id_])}" for id_, number in numbers.items())
    return f"{fence(listed)}\nPairs:\n" + "\n".join(_rows(batch, numbers, ranges))


def _rows(batch: Batch, numbers: Mapping[str, int], ranges: bool) -> Iterator[str]:
    """The pairs by number; the claim listed first leads the row, so that a reader goes through the list once."""
    rows: dict[int, list[int]] = {}
    for pair in batch.pairs:
        first, second = sorted((numbers[pair.left], numbers[pair.right]))
        rows.setdefault(first, []).append(second)
    for row, others in sorted(rows.items()):
        yield f"{row}: {in_ranges(others) if ranges else ' '.join(map(str, sorted(others)))}"


def in_ranges(numbers: Collection[int]) -> str:
    """`8-20 23` for 8 to 20 and 23; `from_ranges` reads it back."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    short = (f"{run[0]}-{run[-1]}" if len(run) >= SHORTEST_RANGE else " ".join(map(str, run)) for run in runs)
    return " ".join(short)


def from_ranges(text: str) -> tuple[int, ...]:
    """The numbers that `in_ranges` wrote; raises ValueError when it did not."""
    numbers: list[int] = []
    for part in text.split():
        first, _, last = part.partition("-")
        numbers.extend(range(int(first), int(last or first) + 1))
    return tuple(numbers)


def describe(claim: Claim) -> str:
    """A claim in one line as the judge sees it: its text, and a note where the text alone would mislead.

    Who says it and how surely is left out, for it must not matter; a time only where the text leaves it open.
    """
    note = ", ".join(_note(claim))
    return " | ".join(one_line(field) for field in (claim.text, note) if field)


def _note(claim: Claim) -> Iterator[str]:
    if claim.type in _TYPES:
        yield claim.type
    if claim.modality == "denied":
        yield "denied"
    if claim.when is not None and not _tells(claim.text, claim.when):
        yield written(claim.when)


def _tells(text: str, when: TimeSpan) -> bool:
    """Whether the words tell the time themselves: they hold its expression or, resolved, all its years."""
    years = {str(day.year) for day in (when.start, when.end) if day is not None}
    if years:
        return all(year in text for year in years)
    return not when.expression or folded(when.expression) in folded(text)


def written(when: TimeSpan) -> str:
    """A time in its own words when they name a year or nothing better is known, else as `2022-10-01..2022-12-31`."""
    days = [day for day in (when.start, when.end) if day is not None]
    if when.expression and (not days or any(str(day.year) in when.expression for day in days)):
        return when.expression
    if when.start == when.end:
        return str(when.start)
    return f"{when.start or ''}..{when.end or ''}"


def one_line(text: str) -> str:
    """Text that can end neither its line nor its column."""
    return " ".join(text.replace("|", "/").split())
