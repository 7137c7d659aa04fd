"""Which pairs are judged, by which rule, and what follows for claims that are equal in words."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.models import CandidatePair, Extraction, Judgement, Relation, TimeSpan
from factcheck.stages.blocking import (
    DIFFERENT_PASSAGES,
    IDENTICAL_TEXT,
    NOT_COMPARABLE,
    SAME_PASSAGE_SHARED_KEY,
    Blocking,
    candidate_pairs,
    expand,
)
from tests.stages.scene import Scene


def blocked(scene: Scene, detail: Literal["core", "full"] = "full") -> Blocking:
    """The pairs of a scene."""
    return candidate_pairs(scene.extractions(), {article.id: article for article in scene.articles()}, detail=detail)


def keys(pairs: Sequence[CandidatePair | Judgement]) -> list[tuple[str, str]]:
    """The pairs without their rules."""
    return [pair.key for pair in pairs]


def test_claims_of_different_articles_are_paired_even_of_one_publisher() -> None:
    """Two articles of one publisher are two passages, and nothing need be shared."""
    scene = Scene()
    first = scene.claim(scene.article("a", "Alpha"), "A bridge fell in Genoa.")
    second = scene.claim(scene.article("b", "Alpha"), "Rain is late this year.")
    assert blocked(scene).pairs == (CandidatePair(left=first, right=second, rule=DIFFERENT_PASSAGES),)


def test_passages_of_one_page_are_different_passages() -> None:
    """An aggregator page is many publishers, and their claims are compared."""
    scene = Scene()
    scene.article("page")
    claims = [
        scene.claim("page", text, passage=scene.passage("page", name))
        for name, text in (("Alpha", "Twelve died."), ("Beta", "Nobody was there."))
    ]
    assert keys(blocked(scene).pairs) == [(claims[0], claims[1])]


def test_one_passage_is_compared_with_itself_where_claims_share_a_name_or_number() -> None:
    """A text may contradict itself about what it names twice; its other claims are left alone."""
    scene = Scene()
    scene.article("a", "Alpha")
    first = scene.claim("a", "The harbour of Genoa closed.")
    second = scene.claim("a", "The harbour of Genoa stayed open.")
    scene.claim("a", "It rained all night.")
    assert blocked(scene).pairs == (CandidatePair(left=first, right=second, rule=SAME_PASSAGE_SHARED_KEY),)


def test_ungrounded_claims_are_never_paired() -> None:
    """A claim whose figures its evidence does not hold is no evidence."""
    scene = Scene()
    scene.said("Alpha", "Twelve died in Genoa.")
    scene.said("Beta", "Fourteen died in Genoa.", ungrounded=("Fourteen",))
    assert blocked(scene) == Blocking(pairs=(), identical=(), rules={})


def test_detail_core_leaves_claims_of_detail_out() -> None:
    """With `core` only core claims are paired, with `full` all."""
    scene = Scene()
    scene.said("Alpha", "Twelve died in Genoa.")
    scene.said("Beta", "The mayor wore a red scarf.", core=False)
    assert keys(blocked(scene, "core").pairs) == []
    assert len(blocked(scene, "full").pairs) == 1


def test_incomparable_types_are_counted_and_left_out() -> None:
    """What the claim types hold to be incomparable is not judged, but its number is told."""
    scene = Scene()
    scene.said("Alpha", "The bridge is a disgrace for Genoa.", type="opinion")
    scene.said("Beta", "The bridge in Genoa fell.")
    assert blocked(scene) == Blocking(pairs=(), identical=(), rules={NOT_COMPARABLE: 1})


def test_claims_equal_in_words_need_no_judge() -> None:
    """Equal claims are equivalent without a request, and one of them is paired in the name of both."""
    scene = Scene()
    copies = [scene.said(name, "The bridge in Genoa fell.") for name in ("Alpha", "Beta")]
    other = scene.said("Gamma", "The bridge in Genoa stands.")
    found = blocked(scene)
    assert found.identical == (
        Judgement(left=copies[0], right=copies[1], rule=IDENTICAL_TEXT, relation="equivalent", how="identical"),
    )
    assert keys(found.pairs) == [(copies[0], other)]
    assert found.rules == {DIFFERENT_PASSAGES: 1, IDENTICAL_TEXT: 1}


@pytest.mark.parametrize(
    "difference",
    [
        {"modality": "denied"},
        {"when": TimeSpan(start=dt.date(2023, 1, 1))},
        {"type": "quantity", "counted": "bridges", "value": 2},
    ],
)
def test_equal_words_with_another_meaning_are_judged(difference: dict[str, Any]) -> None:
    """Equal words do not make two claims equal when polarity, time or figures differ."""
    scene = Scene()
    scene.said("Alpha", "The bridge in Genoa fell.")
    scene.said("Beta", "The bridge in Genoa fell.", **difference)
    found = blocked(scene)
    assert found.identical == ()
    assert len(found.pairs) == 1


def test_a_group_is_compared_with_a_claim_of_the_passage_of_its_lowest_id() -> None:
    """A group with a copy elsewhere is in scope even where its representative shares the other claim's passage."""
    scene = Scene()
    scene.article("a.txt", "Alpha")
    representative = scene.claim("a.txt", "It rained.")
    beside = scene.claim("a.txt", "Nobody slept.")
    scene.claim(scene.article("b.txt", "Beta"), "It rained.")
    pairs = blocked(scene).pairs
    assert pairs == (CandidatePair(left=representative, right=beside, rule=DIFFERENT_PASSAGES),)


def test_copies_take_over_a_judgement_with_its_direction_and_words() -> None:
    """A copy has the relation of its representative, turned where canonical order turns, and the chain is told."""
    scene = Scene()
    low = scene.said("Alpha", "The old bridge in Genoa fell at noon.")
    middle = scene.said("Beta", "The bridge fell.")
    high = scene.said("Gamma", "The old bridge in Genoa fell at noon.")
    found = blocked(scene)
    judged = Judgement(left=low, right=middle, rule=DIFFERENT_PASSAGES, relation="a_entails_b")
    expanded = {j.key: j for j in expand([judged], found.identical)}
    assert set(expanded) == {(low, middle), (low, high), (middle, high)}
    inferred = expanded[middle, high]
    assert (inferred.relation, inferred.how) == ("b_entails_a", "inferred")
    assert inferred.chain == ((low, middle), (low, high))


def test_the_clashing_words_of_a_contradiction_stay_on_their_side() -> None:
    """Where canonical order turns a taken-over contradiction, its words turn with it."""
    scene = Scene()
    copies = [scene.said(name, "Twelve people died in Genoa.") for name in ("Alpha", "Gamma")]
    other = scene.said("Beta", "Nobody died in Genoa.")
    scene.judge(copies[0], other, "contradicts", words=("Twelve", "Nobody"))
    expanded = {j.key: j for j in expand(scene.judgements, blocked(scene).identical)}
    conflict = expanded[other, copies[1]].conflict
    assert conflict is not None
    assert (conflict.left_words, conflict.right_words) == ("Nobody", "Twelve")


TEXTS = st.sampled_from(["It rained in Genoa.", "Twelve died in Genoa.", "Nobody died.", "The mayor of Genoa left."])
STORIES = st.lists(st.lists(st.tuples(TEXTS, st.booleans(), st.booleans()), max_size=4), max_size=5)


def story(articles: list[list[tuple[str, bool, bool]]]) -> Scene:
    """A scene of articles of (text, denied, grounded) claims."""
    scene = Scene()
    for number, claims in enumerate(articles):
        path = scene.article(f"{number}.txt", "Alpha" if number % 2 else None)
        for text, denied, grounded in claims:
            scene.claim(
                path,
                text,
                modality="denied" if denied else "asserted",
                ungrounded=() if grounded else ("Twelve",),
            )
    return scene


@given(STORIES, st.randoms(use_true_random=False))
def test_pairs_are_canonical_unique_and_independent_of_order(
    articles: list[list[tuple[str, bool, bool]]], chance: random.Random
) -> None:
    """No self pair, no pair twice, each in canonical order, counted by rule, whatever the order of arrival."""
    scene = story(articles)
    found = blocked(scene)
    everything = keys(found.pairs) + keys(found.identical)
    assert len(everything) == len(set(everything))
    assert all(left < right for left, right in everything)
    counted = {rule: number for rule, number in found.rules.items() if rule != NOT_COMPARABLE}
    assert sum(counted.values()) == len(everything)
    shuffled: list[Extraction] = []
    for extraction in scene.extractions():
        claims = list(extraction.claims)
        chance.shuffle(claims)
        shuffled.append(extraction.model_copy(update={"claims": tuple(claims)}))
    chance.shuffle(shuffled)
    assert candidate_pairs(shuffled, {a.id: a for a in scene.articles()}, detail="full") == found


@given(STORIES)
def test_expansion_covers_every_pair_of_different_passages(articles: list[list[tuple[str, bool, bool]]]) -> None:
    """Once the pairs are judged, every two grounded claims of different passages have a judgement, each once."""
    scene = story(articles)
    found = blocked(scene)
    unrelated: Relation = "unrelated"
    judged = [Judgement(left=p.left, right=p.right, rule=p.rule, relation=unrelated) for p in found.pairs]
    expanded = keys(expand(judged, found.identical))
    assert len(expanded) == len(set(expanded))
    grounded = [claim for claim in scene.claims().values() if not claim.ungrounded]
    wanted = {
        (left.id, right.id)
        for left in grounded
        for right in grounded
        if left.id < right.id and left.article_id != right.article_id
    }
    assert wanted <= set(expanded)
