"""Which pairs travel together: dense around shared claims, so that each claim is listed once for many pairs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from factcheck.models import CandidatePair, Claim, Value
from factcheck.prompts import fence


class Batch(Value):
    """The pairs of one request, and the claims they need in the order in which they are listed."""

    pairs: tuple[CandidatePair, ...]
    listed: tuple[str, ...]

    def numbers(self) -> dict[str, int]:
        """Claim id -> its number in the request, from 1."""
        return {id_: number for number, id_ in enumerate(self.listed, 1)}


def pack(pairs: Iterable[CandidatePair], order: Sequence[str], size: int) -> tuple[Batch, ...]:
    """Batches of at most `size` pairs that list few claims.

    Claims stand in `order` (that of the articles and their text) and are cut into blocks of sqrt(size); the pairs
    between two blocks form a tile, and tiles are filled into batches one after the other. A full tile of 100 pairs
    lists 20 claims, where one claim against all others would list 101.
    """
    block = max(1, math.isqrt(size))
    place = {id_: index // block for index, id_ in enumerate(order)}
    rank = {id_: index for index, id_ in enumerate(order)}

    def position(pair: CandidatePair) -> tuple[int, int, int, int]:
        tile = sorted((place[pair.left], place[pair.right]))
        ranks = sorted((rank[pair.left], rank[pair.right]))
        return (*tile, *ranks)  # type: ignore[return-value]

    ordered = sorted(pairs, key=position)
    return tuple(batch(ordered[i : i + size], order) for i in range(0, len(ordered), size))


def batch(pairs: Sequence[CandidatePair], order: Sequence[str]) -> Batch:
    """One request's pairs; their claims are listed in `order`."""
    needed = {id_ for pair in pairs for id_ in pair.key}
    return Batch(pairs=tuple(pairs), listed=tuple(id_ for id_ in order if id_ in needed))


def user_text(batch: Batch, claims: Mapping[str, Claim]) -> str:
    """The first pass as the model sees it: the claims, fenced, then the pairs to judge by number."""
    numbers = batch.numbers()
    listed = "\n".join(f"{number} | {describe(claims[id_])}" for id_, number in numbers.items())
    return f"{fence(listed)}\nPairs:\n" + "\n".join(_rows(batch, numbers))


def _rows(batch: Batch, numbers: Mapping[str, int]) -> Iterator[str]:
    """The pairs by number; the claim listed first leads the row, so that a reader goes through the list once."""
    rows: dict[int, list[int]] = {}
    for pair in batch.pairs:
        first, second = sorted((numbers[pair.left], numbers[pair.right]))
        rows.setdefault(first, []).append(second)
    for row, others in sorted(rows.items()):
        yield f"{row}: {' '.join(str(other) for other in sorted(others))}"


def describe(claim: Claim) -> str:
    """A claim in one line as the judge sees it: type, modality, who says it, time, text."""
    said_by = "; ".join(name for name in (claim.publisher, claim.speaker, claim.origin) if name) or "?"
    time = claim.when.expression if claim.when and claim.when.expression else "?"
    fields = (claim.type, claim.modality, said_by, time, claim.text)
    return " | ".join(" ".join(field.replace("|", "/").split()) for field in fields)
