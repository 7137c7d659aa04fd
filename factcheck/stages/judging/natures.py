"""Whether the explanation of a conflict holds: a later report for `update`, near values for `precision`."""

from __future__ import annotations

import datetime as dt
import math

from factcheck.claim_types.numbers import ABOUT, find_numbers
from factcheck.claim_types.quantities import figures_overlap, in_base_unit, interval, same_unit
from factcheck.claim_types.text import words
from factcheck.models import Article, Claim, Conflict, ConflictNature, Judgement, QuantityClaim

_RUNNING = frozenset(
    word
    for line in (
        "dead death deaths died killed fatalities casualties injured wounded injuries infected infections",
        "morti morte vittime deceduti uccisi uccise feriti ferite contagi contagiati",
        "tote toten getötete getöteten todesopfer verletzte verletzten verwundete infizierte",
        "morts décès tués tuées blessés blessées infectés",
        "muertos muertas muertes fallecidos fallecidas víctimas heridos heridas contagiados",
        "mortos mortas mortes vítimas feridos feridas infectados",
        "doden dodelijke slachtoffers gewonden besmettingen",
    )
    for word in line.split()
)
"""Words for what only grows as reports come in: who died stays dead. Of the missing or the homeless that is not so."""


def checked(
    judgement: Judgement, left: Claim, right: Claim, left_from: Article | None, right_from: Article | None
) -> Judgement:
    """The contradiction with the nature that its values and times bear; a change is noted.

    - `precision` between amounts that lie further apart than rounding explains: direct;
    - `update` between claims that were reported on one day and hold at one day: direct;
    - a direct conflict between two states of a running count, the later the larger: update.
    """
    conflict = judgement.conflict
    if judgement.relation != "contradicts" or conflict is None:
        return judgement
    if conflict.nature == "precision" and conflict.kind == "number" and _far(left, right):
        return _renamed(judgement, conflict, "direct", "the amounts lie too far apart for rounding")
    if conflict.nature == "update" and _one_time(left, right, left_from, right_from):
        return _renamed(judgement, conflict, "direct", "both are of one day, so neither is the later")
    if conflict.nature == "direct" and conflict.kind == "number":
        days = _as_of(left, left_from), _as_of(right, right_from)
        if days[0] and days[1] and _grew(left, right, days[0], days[1]):
            note = f"a running count as of {min(days[0], days[1])} and of {max(days[0], days[1])}"
            return _renamed(judgement, conflict, "update", note)
    return judgement


def allowed(claim: QuantityClaim, article: Article | None) -> QuantityClaim:
    """The claim with all that its words allow: "several hundred" is 200 to 999 even where a reader wrote down 300."""
    found = find_numbers(claim.text, article.language) if article else ()
    amounts = [m for m in found if m.role in ("cardinal", "percent", "money")]
    if len(amounts) != 1 or amounts[0].digits is not None or amounts[0].comparator != "range":
        return claim
    low, high = interval(claim)
    return claim.model_copy(
        update={"value": min(low, amounts[0].low), "upper": max(high, amounts[0].high), "comparator": "range"}
    )


def _renamed(judgement: Judgement, conflict: Conflict, nature: ConflictNature, why: str) -> Judgement:
    was = conflict.nature
    note = f"code: {nature}, not {was}: {why}"
    return judgement.model_copy(
        update={"conflict": conflict.model_copy(update={"nature": nature}), "note": judgement.note or note}
    )


def _far(left: Claim, right: Claim) -> bool:
    """Whether two comparable amounts stay apart even when each is taken as rounded."""
    if not isinstance(left, QuantityClaim) or not isinstance(right, QuantityClaim):
        return False
    if figures_overlap(left, right) is None:
        return False
    (a_low, a_high), (b_low, b_high) = (in_base_unit(interval(c), c.unit) for c in (left, right))
    reach = ABOUT * max((abs(v) for v in (a_low, a_high, b_low, b_high) if math.isfinite(v)), default=0.0)
    return a_high + reach < b_low or b_high + reach < a_low


def _one_time(left: Claim, right: Claim, left_from: Article | None, right_from: Article | None) -> bool:
    """Whether the two are known to be reported on one day and, where a time is given, to be of one day.

    A day is as near as dates come: a morning and an evening paper count as one.
    """
    published = [article.published_at if article else None for article in (left_from, right_from)]
    if published[0] is None or published[0] != published[1]:
        return False
    days = _day(left), _day(right)
    return days[0] == days[1] and (days[0] is not None or left.when is right.when is None)


def _day(claim: Claim) -> dt.date | None:
    when = claim.when
    return when.start if when is not None and when.start is not None and when.start == when.end else None


def _as_of(claim: Claim, article: Article | None) -> dt.date | None:
    """The day up to which a count goes: the claim's, when it is that of its own report.

    Another day may be that of the event, which says nothing of when it was counted.
    """
    day = _day(claim)
    published = article.published_at if article else None
    return day if day is not None and published is not None and 0 <= (published - day).days <= 1 else None


def _grew(left: Claim, right: Claim, left_day: dt.date, right_day: dt.date) -> bool:
    """Whether these are two states of one count that only grows, by one voice, the later of them the larger.

    Two speakers who count differently on two days are at odds all the same.
    """
    if not isinstance(left, QuantityClaim) or not isinstance(right, QuantityClaim) or left_day == right_day:
        return False
    if left.speaker and right.speaker and left.speaker.casefold() != right.speaker.casefold():
        return False
    if not all(_RUNNING & set(words(f"{claim.counted} {claim.text}")) for claim in (left, right)):
        return False
    if (left.unit or right.unit) and same_unit(left.unit, right.unit, None) is not True:
        return False
    earlier, later = (left, right) if left_day < right_day else (right, left)
    return interval(earlier)[1] < interval(later)[0]
