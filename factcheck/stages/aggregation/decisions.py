"""What people decided about findings, applied to the judgements before anything is put together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from factcheck.findings import Dispute
from factcheck.models import Claim, Conflict, Decision, Fate, Judgement, Relation, Review
from factcheck.stages.aggregation.facts import Group

Pair = tuple[str, str]
"""The ids of two claims, the lower left."""


@dataclass(frozen=True)
class Seen:
    """What a reviewer may have had before them: the facts and disputes of the same judgements."""

    groups: Sequence[Group]
    disputes: Sequence[Dispute]


@dataclass(frozen=True)
class Decided:
    """The judgements as they count now, the claims that no longer form facts, and what became of each decision."""

    judgements: tuple[Judgement, ...]
    rejected: frozenset[str]
    decisions: tuple[Decision, ...]


def as_found(judgements: Iterable[Judgement]) -> list[Judgement]:
    """The judgements as the judge left them, so that decisions are applied to findings and never to decisions."""
    return [
        j.model_copy(
            update={
                "relation": j.review.relation,
                "certainty": j.review.certainty,
                "conflict": j.review.conflict,
                "review": None,
            }
        )
        if j.review
        else j
        for j in judgements
    ]


def decide(
    decisions: Sequence[Decision],
    judgements: Sequence[Judgement],
    claims: Mapping[str, Claim],
    seen: Callable[[Sequence[Judgement]], Seen],
) -> Decided:
    """Apply the decisions to the judgements that the judge left; `seen` puts judgements together as a report does.

    An accepted finding becomes firm. A rejected contradiction or agreement counts as unrelated; so do all pairs of a
    rejected dispute. A relabelled pair, or each pair of a relabelled dispute, counts as its new label. The claims of a
    rejected fact form no fact. Decisions about pairs win over those about disputes, which hold whole groups of them.

    A decision is honoured where its ids are found. Ids are content hashes: where an article changed they are new, and
    then the texts decided upon are looked for, word for word; a decision so carried over says so. Where neither is
    found nothing is done, and that is said too. Of several decisions about one thing the latest counts.
    """
    latest = {(d.target, d.id): d for d in sorted(decisions, key=_when)}
    by_key = {j.key: j for j in judgements}
    copies = _copies(judgements)
    texts: dict[str, list[str]] = {}
    for id_, claim in claims.items():
        texts.setdefault(_folded(claim.text), []).append(id_)
    told: dict[int, dict[str, object]] = {}
    settled: dict[Pair, Decision] = {}
    rejected = set[str]()
    counted = [d for d in decisions if latest[d.target, d.id] is d]
    for decision in (d for d in counted if d.target == "pair"):
        keys, fate = _pairs(decision, by_key, copies, texts)
        said = [claims[id_].text for id_ in keys[0] if id_ in claims] if keys else []
        told[id(decision)] = _told(decision, fate, ["|".join(key) for key in keys], said)
        settled |= dict.fromkeys(keys, decision)
    if any(decision.target != "pair" for decision in counted):
        first, then = seen(judgements), seen(_applied(judgements, settled))
        for decision in (d for d in counted if d.target == "dispute"):
            dispute, fate = _dispute(decision, (*then.disputes, *first.disputes))
            told[id(decision)] = _told(decision, fate, *(([dispute.id], [dispute.title]) if dispute else ([], [])))
            for key in (key for point in dispute.points for key in point.pairs) if dispute else ():
                settled.setdefault(key, decision)
        for decision in (d for d in counted if d.target == "fact"):
            group, fate = _fact(decision, (*then.groups, *first.groups), claims)
            said = [claims[group.representative].text] if group else []
            told[id(decision)] = _told(decision, fate, [group.id] if group else [], said)
            rejected |= set(group.claims) if group and decision.decision == "reject" else set()
    outcome = tuple(d.model_copy(update=told.get(id(d), {"fate": "overruled", "found": ()})) for d in decisions)
    return Decided(tuple(_applied(judgements, settled)), frozenset(rejected), outcome)


def _told(decision: Decision, fate: Fate, found: Sequence[str], said: Sequence[str]) -> dict[str, object]:
    """What became of a decision; one typed by hand, without the texts it is about, gets them."""
    texts = {name: text for name, text in zip(("left_text", "right_text"), said, strict=False) if text}
    kept = {name: getattr(decision, name) for name in texts if getattr(decision, name)}
    return {"fate": fate, "found": tuple(found), **texts, **kept}


def _when(decision: Decision) -> tuple[str, int]:
    """Later ones last; one without a time, as typed by hand, goes by its place in the file."""
    return decision.decided_at.isoformat() if decision.decided_at else "", decision.line


def _folded(text: str | None) -> str:
    return " ".join((text or "").casefold().split())


def _pairs(
    decision: Decision,
    by_key: Mapping[Pair, Judgement],
    copies: Mapping[Pair, Sequence[Pair]],
    texts: Mapping[str, Sequence[str]],
) -> tuple[list[Pair], Fate]:
    """The judged pairs that a decision is about: its own, else all that say the same two texts."""
    left, _, right = decision.id.partition("|")
    key = (min(left, right), max(left, right))
    if key in by_key:
        return [key, *copies.get(key, ())], "honoured"
    ends = [texts.get(_folded(text), ()) for text in (decision.left_text, decision.right_text)]
    alike = sorted({(min(a, b), max(a, b)) for a in ends[0] for b in ends[1] if a != b} & by_key.keys())
    return alike, "carried" if alike else "gone"


def _copies(judgements: Sequence[Judgement]) -> dict[Pair, list[Pair]]:
    """Judged pair -> the pairs of other outlets' same words that were never judged themselves, but follow from it."""
    found: dict[Pair, list[Pair]] = {}
    for j in judgements:
        if j.how == "inferred" and j.chain:
            found.setdefault(j.chain[0], []).append(j.key)
    return found


def _dispute(decision: Decision, disputes: Sequence[Dispute]) -> tuple[Dispute | None, Fate]:
    for dispute in disputes:
        if dispute.id == decision.id:
            return dispute, "honoured"
    title = _folded(decision.left_text)
    for dispute in disputes:
        if title and _folded(dispute.title) == title:
            return dispute, "carried"
    return None, "gone"


def _fact(decision: Decision, groups: Sequence[Group], claims: Mapping[str, Claim]) -> tuple[Group | None, Fate]:
    for group in groups:
        if group.id == decision.id:
            return group, "honoured"
    text = _folded(decision.left_text)
    for group in groups:
        if text and _folded(claims[group.representative].text) == text:
            return group, "carried"
    return None, "gone"


def _applied(judgements: Sequence[Judgement], settled: Mapping[Pair, Decision]) -> list[Judgement]:
    return [_one(j, settled[j.key]) if j.key in settled else j for j in judgements]


def _one(found: Judgement, decision: Decision) -> Judgement:
    review = Review(
        decision=decision.decision,
        reviewer=decision.reviewer,
        note=decision.note,
        decided_at=decision.decided_at,
        relation=found.relation,
        certainty=found.certainty,
        conflict=found.conflict,
    )
    relation = _relation(found, decision)
    conflict = (found.conflict or Conflict(kind="other")) if relation == "contradicts" else None
    return found.model_copy(update={"relation": relation, "conflict": conflict, "certainty": "firm", "review": review})


def _relation(found: Judgement, decision: Decision) -> Relation:
    """A label says less than a relation: `supports` keeps the direction that was found, else it is equivalence."""
    if decision.decision == "accept":
        return found.relation
    if decision.decision == "reject" or decision.label in (None, "unrelated"):
        return "unrelated"
    if decision.label == "contradicts":
        return "contradicts"
    return found.relation if found.label == "supports" else "equivalent"
