"""What a second look at a random sample of the inferred labels found."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from factcheck.models import CandidatePair, Judgement, tagged_hash
from factcheck.stages.judging.inference import Pair

Z = 1.959964
"""Of a normal distribution, for 95 per cent on both sides together."""


def sample(inferred: Sequence[Judgement], size: int) -> tuple[CandidatePair, ...]:
    """`size` of the inferred pairs, or all when there are fewer, in canonical order.

    Drawn by a hash of each pair, which knows nothing of what the pair says: as good as chance, and the same run draws
    the same ones. A larger sample holds the smaller one, so that what was asked for it is paid for.
    """
    drawn = sorted(inferred, key=lambda j: tagged_hash(["audit", *j.key]))[:size]
    return tuple(
        CandidatePair(left=j.left, right=j.right, rule=j.rule, also=j.also) for j in sorted(drawn, key=lambda j: j.key)
    )


def wilson(hits: int, number: int) -> tuple[float, float]:
    """The 95 % interval of a share by Wilson's score (1927); all of 0 to 1 when nothing was drawn."""
    if not number:
        return 0.0, 1.0
    share, spread = hits / number, Z * Z / number
    middle = share + spread / 2
    reach = Z * math.sqrt((share * (1 - share) + spread / 4) / number)
    # The share itself bounds both ends, which rounding would put a hair beyond it at 0 and at 1.
    low, high = (middle - reach) / (1 + spread), (middle + reach) / (1 + spread)
    return max(0.0, min(share, low)), min(1.0, max(share, high))


def audited(inferred: Iterable[Judgement], asked: Mapping[Pair, Judgement]) -> tuple[Judgement, ...]:
    """The inferred labels; one that the model does not share is only possible, and says so."""
    return tuple(_doubted(j, asked[j.key]) if j.key in asked and disagree(j, asked[j.key]) else j for j in inferred)


def disagree(inferred: Judgement, asked: Judgement) -> bool:
    """Whether the label that follows and the one that was asked for differ, as a reader sees labels."""
    return inferred.label != asked.label


def _doubted(inferred: Judgement, asked: Judgement) -> Judgement:
    note = f"asked for the audit, the model said {asked.relation.replace('_', ' ')}; {inferred.note or ''}".rstrip("; ")
    return inferred.model_copy(update={"certainty": "possible", "note": note})
