"""What code knows better than the judge: overlapping amounts, opinions, predictions; every change is noted."""

from __future__ import annotations

from collections.abc import Mapping

from factcheck.claim_types.numbers import find_numbers
from factcheck.claim_types.quantities import figures_overlap, interval
from factcheck.claim_types.registry import get
from factcheck.claim_types.text import words
from factcheck.models import Article, Claim, Conflict, ConflictKind, Judgement, QuantityClaim
from factcheck.stages.judging.natures import allowed, checked

APPOINTMENT: frozenset[ConflictKind] = frozenset({"time", "place", "identity"})
"""What two announcements of one planned event can contradict each other about."""
ALIKE = 0.75
"""Share of their words from which on two amounts count as amounts of the same thing."""


def ruled_out(judgement: Judgement, left: Claim, right: Claim) -> Judgement:
    """The judgement, demoted where the claims' types rule a contradiction out; no second reading could change it.

    Predictions and opinions are never contradicted: unrelated. But two announcements of one planned event (both
    predictions) that name another time, place or person do conflict, as plans.
    """
    if judgement.relation != "contradicts":
        return judgement
    kind = judgement.conflict.kind if judgement.conflict else "other"
    if left.type == right.type == "prediction" and kind in APPOINTMENT:
        return judgement
    for claim in (left, right):
        if not get(claim.type).contradictable:
            return _demoted(judgement, f"the {claim.type} of one side is never contradicted")
    return judgement


def suspicion(judgement: Judgement, left: Claim, right: Claim) -> Judgement | None:
    """What a second reader has to settle; None when the first reader and code agree that there is no contradiction.

    Every contradiction is read again, also one that code doubts because amounts or times overlap; and so are two
    different amounts of one thing that the first reader took for compatible.
    """
    if judgement.relation == "contradicts":
        return judgement
    if not _amounts_differ(left, right):
        return None
    conflict = Conflict(kind="number", nature="direct")
    return judgement.model_copy(update={"relation": "contradicts", "conflict": conflict, "certainty": "possible"})


def gated(judgement: Judgement, left: Claim, right: Claim, articles: Mapping[str, Article] | None = None) -> Judgement:
    """The judgement after its second reading, demoted where a contradiction is impossible or doubtful by rule.

    - what `ruled_out` rules out;
    - two quantities of the same unit whose ranges overlap do not contradict in number: unrelated;
    - two coarse times (longer than a day) that overlap: possible, because the dates cannot bear a firm conflict;
    - an `update` or a `precision` that the values do not bear, see `natures.checked`.

    `articles` are those of the claims by id; they tell languages and days of publication.
    """
    judgement = ruled_out(judgement, left, right)
    if judgement.relation != "contradicts":
        return judgement
    kind = judgement.conflict.kind if judgement.conflict else "other"
    sources = [(articles or {}).get(claim.article_id) for claim in (left, right)]
    if kind == "number" and _amounts_overlap(left, right, *sources):
        return _demoted(judgement, "the two amounts overlap")
    if kind == "time" and _coarse(left) and _coarse(right) and _share_days(left, right):
        return judgement.model_copy(update={"certainty": "possible", "note": judgement.note or "the two times overlap"})
    return checked(judgement, left, right, *sources)


def settled(first: Judgement, second: Judgement) -> Judgement:
    """The end of a pair that was read twice: where only code saw a contradiction and nobody else, the first reading."""
    if first.relation == "contradicts" or second.how == "confirmed":
        return second
    return first.model_copy(update={"note": f"code: the two amounts differ; {second.note or 'it was not confirmed'}"})


def _amounts_differ(left: Claim, right: Claim) -> bool:
    """Whether two claims give amounts of the same thing, in words alike but for the figures, that cannot both hold."""
    if not isinstance(left, QuantityClaim) or not isinstance(right, QuantityClaim):
        return False
    if not (_written(left) and _written(right)) or figures_overlap(left, right) is not False:
        return False
    one, other = (frozenset(w for w in words(c.text) if not w.isdecimal()) for c in (left, right))
    apart = left.when is not None and right.when is not None and not _share_days(left, right, least=0)
    return len(one & other) >= ALIKE * len(one | other) and not apart


def _amounts_overlap(left: Claim, right: Claim, left_from: Article | None, right_from: Article | None) -> bool:
    """Whether two amounts overlap, when each claim's figure stands in its words; the model may have misread one."""
    if not isinstance(left, QuantityClaim) or not isinstance(right, QuantityClaim):
        return False
    if not (_written(left) and _written(right)):
        return False
    return figures_overlap(allowed(left, left_from), allowed(right, right_from)) is True


def _written(claim: QuantityClaim) -> bool:
    """Whether a number of the text is the claim's figure; where we read no number in it (other scripts), yes."""
    low, high = interval(claim)
    mentions = [m for m in find_numbers(claim.text, None) if m.role in ("cardinal", "percent", "money")]
    # Without the language "1.200" may have been read as 1.2; its digits are those of 1200 all the same.
    digits = f"{claim.value:.10g}".replace(".", "")
    written = ("".join(filter(str.isdigit, m.digits or "")) for m in mentions)
    return not mentions or digits in written or any(m.low <= high and low <= m.high for m in mentions)


def _demoted(judgement: Judgement, note: str) -> Judgement:
    return judgement.model_copy(update={"relation": "unrelated", "conflict": None, "note": f"code: {note}"})


def _coarse(claim: Claim) -> bool:
    when = claim.when
    return when is not None and (when.start is None or when.end is None or (when.end - when.start).days > 1)


def _share_days(left: Claim, right: Claim, *, least: int = 1) -> bool:
    """Whether two known times overlap by `least` days more than their last.

    One by default, because "before 2022" may be written with or without its last day.
    """
    if left.when is None or right.when is None:
        return False
    starts = [day for day in (left.when.start, right.when.start) if day is not None]
    ends = [day for day in (left.when.end, right.when.end) if day is not None]
    return not starts or not ends or (min(ends) - max(starts)).days >= least
