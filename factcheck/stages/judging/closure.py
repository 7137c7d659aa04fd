"""Labels that follow from stated ones, for pairs that nobody judged, each with the chain that it rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from factcheck.claim_types.registry import comparable, get
from factcheck.models import CandidatePair, Claim, Conflict, Judgement, Relation
from factcheck.stages.judging.inference import INFERRED, LONGEST_CHAIN, Pair, follows, label_of, mirrored

Chain = tuple[Pair, ...]
Claims = Mapping[str, Claim]


def closure(judgements: Sequence[Judgement], claims: Claims, taken: Collection[Pair] = ()) -> tuple[Judgement, ...]:
    """What follows from the firm judgements for pairs of different passages that have none, in order of the pairs.

    Only supports and contradictions: that two claims are unrelated tells a reader nothing about a pair that nobody
    chose. Claims that their evidence does not bear are left out, as are pairs of types that cannot bear on each other
    and the pairs in `taken`. A pair for which two chains say different things gets no label, and a stated label is
    never touched.
    """
    firm = [j for j in judgements if j.certainty == "firm" and not _ungrounded(j, claims)]
    stated = {j.key for j in judgements} | set(taken)
    by_pair = {j.key: j for j in firm}
    made = []
    for found in _followed(firm, sorted({id_ for j in firm for id_ in j.key})):
        left, right = (claims[id_] for id_ in found.pair)
        if found.pair in stated or label_of(found.relation) == "unrelated" or not _worth(left, right):
            continue
        if found.relation != "contradicts" or _contradictable(left, right):
            pair = CandidatePair(left=left.id, right=right.id, rule=INFERRED)
            made.append(_judgement(pair, found, by_pair, claims))
    return tuple(made)


def labels_for(
    pairs: Iterable[CandidatePair], judgements: Sequence[Judgement], claims: Claims
) -> tuple[Judgement, ...]:
    """What follows for those of `pairs` for which something does, `unrelated` included, in order of the pairs.

    From firm judgements where they suffice; what follows from a possible contradiction alone is possible.
    """
    wanted = {pair.key: pair for pair in pairs}
    made: dict[Pair, Judgement] = {}
    for base in ([j for j in judgements if j.certainty == "firm"], list(judgements)):
        by_pair = {j.key: j for j in base}
        for found in _followed(base, sorted({left for left, _ in wanted.keys() - made.keys()})):
            left, right = (claims[id_] for id_ in found.pair)
            if found.pair not in wanted or found.pair in made or found.pair in by_pair:
                continue
            if found.relation != "contradicts" or _contradictable(left, right):
                made[found.pair] = _judgement(wanted[found.pair], found, by_pair, claims)
    return tuple(made[key] for key in sorted(made))


class _Found(NamedTuple):
    pair: Pair
    relation: Relation
    """Of the pair's left claim to its right one."""
    chain: Chain
    """The pairs on the way from the left claim to the right one."""


class _Graph:
    """Judged pairs as edges, told from each of their ends, in order of the other ends."""

    def __init__(self, judgements: Iterable[Judgement]) -> None:
        edges: dict[str, list[tuple[str, Relation]]] = defaultdict(list)
        for judgement in judgements:
            edges[judgement.left].append((judgement.right, judgement.relation))
            edges[judgement.right].append((judgement.left, mirrored(judgement.relation)))
        self._all = {claim: sorted(found) for claim, found in edges.items()}
        self._telling = {c: [e for e in found if e[1] != "unrelated"] for c, found in self._all.items()}
        self._same = {c: [e for e in found if e[1] == "equivalent"] for c, found in self._all.items()}

    def onwards(self, claim: str, so_far: Relation) -> list[tuple[str, Relation]]:
        """The edges with which something may follow when the chain to the claim says `so_far`."""
        edges = {"equivalent": self._all, "unrelated": self._same}.get(so_far, self._telling)
        return edges.get(claim, [])


def _followed(judgements: Sequence[Judgement], starts: Iterable[str]) -> Iterator[_Found]:
    """For each start, as the left claim, the pairs whose label follows; nothing where two chains disagree."""
    graph = _Graph(judgements)
    for start in starts:
        for other, ways in sorted(_reached(graph, start).items()):
            if start < other and len({label_of(relation) for relation in ways}) == 1:
                relation = min(ways, key=_STRONGEST.index)
                yield _Found((start, other), relation, ways[relation])


_STRONGEST: tuple[Relation, ...] = ("equivalent", "a_entails_b", "b_entails_a", "contradicts", "unrelated")


def _reached(graph: _Graph, start: str) -> dict[str, dict[Relation, Chain]]:
    """Claim -> what `start` is to it by chains of at most LONGEST_CHAIN pairs, each with its shortest chain."""
    found: dict[str, dict[Relation, Chain]] = {}
    frontier: list[tuple[str, Relation, Chain]] = [(start, "equivalent", ())]
    for _ in range(LONGEST_CHAIN):
        further: list[tuple[str, Relation, Chain]] = []
        for claim, so_far, chain in frontier:
            for other, relation in graph.onwards(claim, so_far):
                after = follows(so_far, relation)
                if after is None or other == start or after in found.setdefault(other, {}):
                    continue
                found[other][after] = (*chain, (min(claim, other), max(claim, other)))
                further.append((other, after, found[other][after]))
        frontier = further
    return {other: ways for other, ways in found.items() if ways}


def _judgement(pair: CandidatePair, found: _Found, by_pair: Mapping[Pair, Judgement], claims: Claims) -> Judgement:
    """The inferred label with its chain, in ids and in words.

    A contradiction is firm only when a confirmed one is carried over by equivalent claims: then its facts are at odds
    without it. One that an entailment carries over would make a dispute of its own, on a label that was read once.
    """
    links = [by_pair[key] for key in found.chain]
    conflict, certainty = None, "possible" if any(j.certainty == "possible" for j in links) else "firm"
    if found.relation == "contradicts":
        (source,) = (j for j in links if j.relation == "contradicts")
        conflict = _carried(source, pair)
        if source.how != "confirmed" or any(j.relation in ("a_entails_b", "b_entails_a") for j in links):
            certainty = "possible"
    return Judgement.model_validate(
        {
            "left": pair.left,
            "right": pair.right,
            "rule": pair.rule,
            "also": pair.also,
            "relation": found.relation,
            "conflict": conflict,
            "how": "inferred",
            "certainty": certainty,
            "note": _told(links, claims),
            "chain": found.chain,
        }
    )


def _carried(source: Judgement, pair: CandidatePair) -> Conflict:
    """The conflict without the words and the reason, which are those of other claims; a side's own words stay."""
    conflict = source.conflict or Conflict(kind="other")
    words = {source.left: conflict.left_words, source.right: conflict.right_words}
    update = {"left_words": words.get(pair.left), "right_words": words.get(pair.right), "reason": None}
    return conflict.model_copy(update=update)


def _told(links: Sequence[Judgement], claims: Claims) -> str:
    """The chain for people: which pairs the label follows from."""
    steps = []
    for link in links:
        left, right = claims[link.left].text, claims[link.right].text
        if link.relation == "b_entails_a":
            left, right = right, left
        steps.append(f"“{left}” {_SAYS[link.relation]} “{right}”")
    return f"follows from {'; '.join(steps)}"


_SAYS: Mapping[Relation, str] = {
    "equivalent": "says the same as",
    "a_entails_b": "says that and more than",
    "b_entails_a": "says that and more than",
    "contradicts": "contradicts",
    "unrelated": "does not bear on",
}


def _ungrounded(judgement: Judgement, claims: Claims) -> bool:
    return bool(claims[judgement.left].ungrounded or claims[judgement.right].ungrounded)


def _worth(left: Claim, right: Claim) -> bool:
    return (left.article_id, left.passage) != (right.article_id, right.passage) and comparable(left, right)


def _contradictable(left: Claim, right: Claim) -> bool:
    return get(left.type).contradictable and get(right.type).contradictable
