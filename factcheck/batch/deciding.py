"""What people decided about contradictions and agreements between stories, honoured as within a story."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from factcheck.findings import Dispute, DisputePoint
from factcheck.index import AcrossFinding
from factcheck.models import CandidatePair, Claim, Decision, Judgement
from factcheck.stages.aggregation.decisions import Seen, decide

Find = Callable[[Sequence[Judgement]], Sequence[AcrossFinding]]
"""Judgements -> the findings that they are."""


@dataclass(frozen=True)
class DecidedBetween:
    """The judgements as they count now, and the decisions that are about any of them, with what became of each."""

    judgements: tuple[Judgement, ...]
    decisions: tuple[Decision, ...]


class Deciding:
    """The decisions on pairs and on contradictions between stories, among those on whatever else."""

    def __init__(self, decisions: Iterable[Decision], pairs: Iterable[CandidatePair]) -> None:
        """`pairs` are all that are compared, gone through once."""
        self._decisions = tuple(decision for decision in decisions if decision.target != "fact")
        named = {decision.id for decision in self._decisions if decision.target == "pair"}
        self._pairs = {pair.key for pair in pairs if "|".join(pair.key) in named} if named else set()
        self._texts = {
            frozenset((_folded(decision.left_text), _folded(decision.right_text)))
            for decision in self._decisions
            if decision.target == "pair" and decision.left_text and decision.right_text
        }

    def concerns(self, judgement: Judgement, claims: Mapping[str, Claim]) -> bool:
        """Whether a decision may be about this pair, so that it counts whatever the judge found."""
        if judgement.key in self._pairs or not self._pairs.isdisjoint(judgement.chain):
            return True
        return bool(self._texts) and frozenset(_folded(claims[id_].text) for id_ in judgement.key) in self._texts

    def decided(self, judgements: Sequence[Judgement], claims: Mapping[str, Claim], find: Find) -> DecidedBetween:
        """The judgements with the decisions applied; `find` puts judgements together as the index does.

        A decision that is about none of them is about a story, or about what is no longer there.
        """
        if not self._decisions:
            return DecidedBetween(tuple(judgements), ())
        made = decide(
            self._decisions,
            judgements,
            claims,
            lambda now: Seen((), [_as_dispute(found) for found in find(now) if found.relation == "contradicts"]),
        )
        met = {(d.target, d.id) for d in made.decisions if d.fate in ("honoured", "carried")}
        return DecidedBetween(made.judgements, tuple(d for d in made.decisions if (d.target, d.id) in met))


def unmet(decisions: Sequence[Decision], met: Iterable[str]) -> tuple[Decision, ...]:
    """The decisions whose ids are not among those that were `met` by a story or between stories."""
    known = frozenset(met)
    return tuple(d.model_copy(update={"fate": "gone", "found": ()}) for d in decisions if d.id not in known)


def _as_dispute(found: AcrossFinding) -> Dispute:
    """A contradiction between stories as what a decision on a dispute looks for."""
    nature = found.nature or "direct"
    point = DisputePoint(
        kind=found.kind or "other", nature=nature, question=found.question, sides=(), reasons=(), pairs=found.pairs
    )
    facts = tuple(side.fact for side in found.sides)
    return Dispute(id=found.id, title=found.title, facts=facts, points=(point,), nature=nature)


def _folded(text: str | None) -> str:
    return " ".join((text or "").casefold().split())
