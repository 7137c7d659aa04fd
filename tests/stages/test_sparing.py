"""Two rounds: who is nearest, who stands for whom, and which pairs need not be asked."""

from __future__ import annotations

import itertools
import random

from hypothesis import given
from hypothesis import strategies as st

from factcheck.models import CandidatePair, Claim, Judgement
from factcheck.stages.judging.audit import audited, disagree, sample, wilson
from factcheck.stages.judging.closure import labels_for
from factcheck.stages.judging.inference import label_of
from factcheck.stages.judging.sparing import (
    NEAREST,
    SPARED_FROM,
    first_round,
    representatives,
    second_round,
    worth_sparing,
)
from tests.stages.pairs_of_claims import judged, make, relation_of

IDS = [f"c{n:02}" for n in range(9)]
CLAIMS: dict[str, Claim] = {id_: make(id_, article_id=f"article-{id_}") for id_ in IDS}
KEYS = list(itertools.combinations(IDS, 2))


def ranked(left: str, right: str, score: float = 0.5) -> CandidatePair:
    """A pair with the score that ranked it."""
    return CandidatePair(left=left, right=right, rule="nearest_words", score=score)


def test_small_or_unranked_stories_are_asked_at_once() -> None:
    """The second round is for large stories, and needs to know who is near."""
    many = [ranked(f"a{n:05}", f"b{n:05}") for n in range(SPARED_FROM + 1)]
    assert worth_sparing(many)
    assert not worth_sparing(many[:-1])
    assert not worth_sparing([*many, CandidatePair(left="x", right="y", rule="different_passages")])


def test_the_nearest_come_first() -> None:
    """Each claim meets its two nearest others, and also those to whom it is near."""
    pairs = [ranked(a, b, 1 / (1 + abs(IDS.index(a) - IDS.index(b)))) for a, b in KEYS]
    near = {pair.key for pair in first_round(pairs)}
    assert {(IDS[n], IDS[n + 1]) for n in range(len(IDS) - 1)} <= near
    assert all(sum(id_ in key for key in near) >= NEAREST for id_ in IDS)
    assert len(near) <= NEAREST * len(IDS)


def test_rounding_cannot_creep() -> None:
    """c0 = c1 = c2 = c3 in a row: who was not judged equivalent to the representative itself is not in its group."""
    chain = [judged(IDS[n], IDS[n + 1], "equivalent") for n in range(3)]
    of = representatives(chain)
    assert of == {"c00": "c01", "c01": "c01", "c02": "c01", "c03": "c03"}
    apart = representatives([*chain, judged("c00", "c02", "contradicts")])
    assert apart["c00"] != apart["c02"]


def test_one_pair_speaks_for_two_groups() -> None:
    """Two groups of three: of nine pairs between them the one of the representatives is asked."""
    one, other = IDS[:3], IDS[3:6]
    stated = [judged(group[0], member, "equivalent") for group in (one, other) for member in group[1:]]
    pairs = [ranked(*key) for key in itertools.product(one, other)] + [ranked("c01", "c02")]
    asked, spared = second_round(pairs, stated, representatives(stated))
    assert [pair.key for pair in asked] == [("c00", "c03")]
    assert len(spared) == 9
    known = [*stated, judged("c00", "c03", "contradicts")]
    assert {j.key for j in labels_for(spared, known, CLAIMS)} == {pair.key for pair in spared}


WORLDS = st.frozensets(st.integers(0, 2), min_size=1)


@given(st.lists(WORLDS, min_size=len(IDS), max_size=len(IDS)), st.randoms(use_true_random=False))
def test_every_pair_is_asked_or_follows_rightly(worlds: list[frozenset[int]], rng: random.Random) -> None:
    """With a reader who is always right, both rounds and what follows give every pair its true label."""
    truth = {(a, b): relation_of(x, y) for (a, x), (b, y) in itertools.combinations(zip(IDS, worlds, strict=True), 2)}
    pairs = [ranked(*key, score=rng.random()) for key in KEYS]
    near = first_round(pairs)
    known: list[Judgement] = [judged(*pair.key, truth[pair.key]) for pair in near]
    left = [pair for pair in pairs if pair not in near]
    asked, spared = second_round(left, known, representatives(known))
    assert sorted(p.key for p in (*near, *asked, *spared)) == KEYS
    rng.shuffle(left)
    assert second_round(left, known, representatives(rng.sample(known, len(known)))) == (asked, spared)
    known += [judged(*pair.key, truth[pair.key]) for pair in asked]
    followed = {j.key: j.label for j in labels_for(spared, known, CLAIMS)}
    assert followed == {pair.key: label_of(truth[pair.key]) for pair in spared}


# -- audit ---------------------------------------------------------------------------------------


def inferred(left: str, right: str) -> Judgement:
    """A support that follows."""
    return judged(left, right, "equivalent").model_copy(update={"how": "inferred", "note": "follows from others"})


def test_the_sample_is_random_but_the_same_each_time() -> None:
    """The pairs decide the draw, in whatever order they come; a larger sample holds the smaller one."""
    labels = [inferred(*key) for key in KEYS]
    drawn = sample(labels, 5)
    assert len({pair.key for pair in drawn}) == 5
    assert sample(labels[::-1], 5) == drawn
    assert [pair.key for pair in drawn] != KEYS[:5]
    assert {*drawn} <= {*sample(labels, 9)}
    assert len(sample(labels, 1000)) == len(labels)
    assert sample([], 5) == ()


def test_a_label_that_the_model_does_not_share_is_only_possible() -> None:
    """Support of another kind is no disagreement; another label is, and is told."""
    labels = [inferred("c00", "c01"), inferred("c00", "c02")]
    asked = {"c01": judged("c00", "c01", "a_entails_b"), "c02": judged("c00", "c02", "unrelated")}
    kept, doubted = audited(labels, {j.key: j for j in asked.values()})
    assert kept == labels[0]
    assert not disagree(labels[0], asked["c01"])
    assert doubted.certainty == "possible"
    assert doubted.note == "asked for the audit, the model said unrelated; follows from others"


def test_wilson_interval() -> None:
    """Against values worked out by hand from the formula: 0 of 10, 5 of 10, and nothing drawn."""
    assert [round(end, 4) for end in wilson(0, 10)] == [0.0, 0.2775]
    assert [round(end, 4) for end in wilson(5, 10)] == [0.2366, 0.7634]
    assert wilson(0, 0) == (0.0, 1.0)


@given(st.integers(0, 500), st.integers(1, 500))
def test_the_share_lies_in_its_interval(hits: int, number: int) -> None:
    """And the interval in 0 to 1."""
    low, high = wilson(min(hits, number), number)
    assert 0 <= low <= min(hits, number) / number <= high <= 1
