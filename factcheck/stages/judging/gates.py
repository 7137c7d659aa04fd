"""What code knows better than the judge: overlapping amounts, opinions, predictions; every change is noted."""

from __future__ import annotations

from factcheck.claim_types.dates import spans_overlap
from factcheck.claim_types.quantities import interval, intervals_overlap
from factcheck.claim_types.registry import get
from factcheck.models import Claim, Judgement, QuantityClaim


def gated(judgement: Judgement, left: Claim, right: Claim) -> Judgement:
    """The judgement, demoted where a contradiction is impossible or doubtful by rule.

    - predictions and opinions are never contradicted: unrelated;
    - two quantities of the same unit whose ranges overlap do not contradict in number: unrelated;
    - two coarse times (longer than a day) that overlap: possible, because the dates cannot bear a firm conflict.
    """
    if judgement.relation != "contradicts":
        return judgement
    for claim in (left, right):
        if not get(claim.type).contradictable:
            return _demoted(judgement, f"the {claim.type} of one side is never contradicted")
    kind = judgement.conflict.kind if judgement.conflict else "other"
    if kind == "number" and isinstance(left, QuantityClaim) and isinstance(right, QuantityClaim):
        same_unit = (left.unit or "").casefold() == (right.unit or "").casefold()
        if same_unit and intervals_overlap(interval(left), interval(right)):
            return _demoted(judgement, "the two amounts overlap")
    if kind == "time" and _coarse(left) and _coarse(right) and spans_overlap(left.when, right.when):
        return judgement.model_copy(update={"certainty": "possible", "note": "the two times overlap"})
    return judgement


def _demoted(judgement: Judgement, note: str) -> Judgement:
    return judgement.model_copy(update={"relation": "unrelated", "conflict": None, "note": f"code: {note}"})


def _coarse(claim: Claim) -> bool:
    when = claim.when
    return when is not None and (when.start is None or when.end is None or (when.end - when.start).days > 1)
