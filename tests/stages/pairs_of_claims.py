"""Claims and judgements made by hand, for the tests of what is done with pairs."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from factcheck.models import CLAIM, Claim, Conflict, Evidence, Judgement, Relation
from tests.support.scripted import article

ART = article(["Nothing happened before.", "At least 12 people died.", "16 people died, says B.", "The end."])


def make(id_: str, text: str = "Something happened.", **fields: Any) -> Claim:
    """A claim on the second sentence of ART."""
    sentence = ART.sentences[1]
    evidence = Evidence(sentence=2, start=sentence.start, end=sentence.end, quote=ART.quote(2))
    values = {"type": "event", "id": id_, "article_id": ART.id, "text": text, "evidence": (evidence,), "passage": 1}
    return CLAIM.validate_python({**values, **fields})


def conflict(kind: str = "number", **fields: Any) -> Judgement:
    """A first-pass contradiction between a and b."""
    return Judgement(
        left="a",
        right="b",
        rule="test",
        relation="contradicts",
        conflict=Conflict.model_validate({"kind": kind}),
        **fields,
    )


RELATIONS: tuple[Relation, ...] = ("equivalent", "a_entails_b", "b_entails_a", "contradicts", "unrelated")


def judged(left: str, right: str, relation: Relation) -> Judgement:
    """A label of the first pass."""
    conflict = Conflict(kind="number") if relation == "contradicts" else None
    return Judgement(left=left, right=right, rule="test", relation=relation, conflict=conflict)


def relation_of(x: frozenset[int], y: frozenset[int]) -> Relation:
    """The true relation of two claims that are told by the worlds in which they hold."""
    if x == y:
        return "equivalent"
    if x <= y:
        return "a_entails_b"
    if y <= x:
        return "b_entails_a"
    return "unrelated" if x & y else "contradicts"


WORLDS = st.frozensets(st.integers(0, 4), min_size=1)


def amount(id_: str, value: float, comparator: str = "exactly", **fields: Any) -> Claim:
    """A death toll."""
    return make(id_, **{"type": "quantity", "counted": "deaths", "value": value, "comparator": comparator, **fields})
