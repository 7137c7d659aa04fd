"""What people decided about contradictions and agreements between stories, honoured as within a story."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from factcheck.batch.spool import Spool
from factcheck.findings import Dispute, DisputePoint
from factcheck.index import AcrossFinding, AcrossStories, StoryRow
from factcheck.models import CandidatePair, Claim, Decision, Judgement
from factcheck.stages.aggregation.decisions import Seen, decide

Pairs = tuple[tuple[str, str], ...]
NAMED = "named between stories"
REMEMBERED = 1_000
"""Contradictions between stories whose pairs are known by their ids, the last ones that were told."""
_NAMED = TypeAdapter(dict[str, Pairs])
Find = Callable[[Sequence[Judgement]], Sequence[AcrossFinding]]
"""Judgements -> the findings that they are."""


@dataclass(frozen=True)
class DecidedBetween:
    """The judgements as they count now, and the decisions that are about any of them, with what became of each."""

    judgements: tuple[Judgement, ...]
    decisions: tuple[Decision, ...]


class Deciding:
    """The decisions on pairs and on contradictions between stories, among those on whatever else."""

    def __init__(
        self, decisions: Iterable[Decision], pairs: Iterable[CandidatePair], named: Mapping[str, Pairs] | None = None
    ) -> None:
        """`pairs` are all that are compared, gone through once; `named` see `named_before`."""
        self._remembered = named or {}
        self._decisions = tuple(decision for decision in decisions if decision.target != "fact")
        singly = {decision.id for decision in self._decisions if decision.target == "pair"}
        self._pairs = {pair.key for pair in pairs if "|".join(pair.key) in singly} if singly else set()
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
        named = any(d.target == "dispute" and d.id in self._remembered for d in self._decisions)
        there = [found for found in find(judgements) if found.relation == "contradicts"] if named else []
        made = decide(
            [self._as_now(decision, there) for decision in self._decisions],
            judgements,
            claims,
            lambda now: Seen((), [_as_dispute(found) for found in find(now) if found.relation == "contradicts"]),
        )
        pairs = {found.id: tuple(map("|".join, found.pairs)) for found in there}
        told = [_as_written(now, written, pairs) for now, written in zip(made.decisions, self._decisions, strict=True)]
        met = {(d.target, d.id) for d in told if d.fate in ("honoured", "carried")}
        return DecidedBetween(made.judgements, tuple(d for d in told if (d.target, d.id) in met))

    def _as_now(self, decision: Decision, there: Sequence[AcrossFinding]) -> Decision:
        """The decision by the id that its contradiction has now, where a fact of it has another claim since then."""
        if decision.target != "dispute" or decision.id not in self._remembered or decision.id in {f.id for f in there}:
            return decision
        pairs = set(self._remembered[decision.id])
        now = [found for found in there if not pairs.isdisjoint(found.pairs)]
        return decision.model_copy(update={"id": now[0].id}) if now else decision


def _as_written(now: Decision, written: Decision, pairs: Mapping[str, tuple[str, ...]]) -> Decision:
    """What became of a decision by the id that the person knew; `pairs` of each contradiction by the id of now."""
    if now.id == written.id:
        return now
    carried = {"fate": "carried", "found": pairs[now.id]} if now.fate == "honoured" else {}
    return now.model_copy(update={"id": written.id, **carried})


def named_before(spool: Spool, found: Iterable[AcrossFinding] = ()) -> dict[str, Pairs]:
    """Id of each contradiction between stories that was told of -> its pairs; those of `found` too, from now on.

    A person may decide on one whose stories are one by then, or one of whose facts has another claim and so another id.
    """
    try:
        known = _NAMED.validate_json(spool.fact(NAMED, "{}"))
    except ValidationError:
        known = {}
    told = {each.id: each.pairs for each in found if each.relation == "contradicts"}
    now = {id_: pairs for id_, pairs in known.items() if id_ not in told} | told
    if list(now.items()) != list(known.items()):
        now = dict(list(now.items())[-REMEMBERED:])
        spool.state(NAMED, _NAMED.dump_json(now).decode())
    return now


def unmet_by(
    rows: Iterable[StoryRow], across: AcrossStories | None, decisions: Sequence[Decision]
) -> tuple[Decision, ...]:
    """Decisions that are about nothing in these stories; none while a story waits that one of them may be about."""
    met = [decision.id for decision in across.decisions] if across is not None else []
    waits = across is not None and across.status == "waiting"
    for row in rows if decisions else ():
        waits = waits or row.status == "waiting"
        met.extend(row.decided)
    return () if waits else unmet(decisions, met)


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
