"""What follows from known labels, and which labels do not fit together."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.models import Judgement, Relation
from factcheck.stages.judging.inference import asked_again, doubtful, follows, inconsistencies, mirrored
from tests.stages.pairs_of_claims import RELATIONS, WORLDS, judged, relation_of


@given(WORLDS, WORLDS, WORLDS)
def test_inference_is_sound(x: frozenset[int], y: frozenset[int], z: frozenset[int]) -> None:
    """Claims as sets of worlds: what follows from two true relations is true of the third pair."""
    implied = follows(relation_of(x, y), relation_of(y, z))
    assert implied in (None, relation_of(x, z))


@given(st.sampled_from(RELATIONS), st.sampled_from(RELATIONS))
def test_inference_reads_the_same_from_both_ends(one: Relation, other: Relation) -> None:
    """From x over y to z, and from z over y to x, the same follows."""
    forth, back = follows(one, other), follows(mirrored(other), mirrored(one))
    assert (None if back is None else mirrored(back)) == forth


@pytest.mark.parametrize(
    ("one", "other"),
    [("contradicts", "contradicts"), ("a_entails_b", "b_entails_a"), ("b_entails_a", "contradicts")]
    + [("unrelated", r) for r in RELATIONS if r != "equivalent"],
)
def test_nothing_follows(one: Relation, other: Relation) -> None:
    """Two tolls that both contradict a third may agree; and what is unrelated tells nothing."""
    assert follows(one, other) is None
    assert follows(mirrored(other), mirrored(one)) is None


def group(size: int, odd: Relation) -> list[Judgement]:
    """`size` equivalent claims, but the first pair is labelled `odd`."""
    ids = [f"{n:02}" for n in range(size)]
    return [
        judged(a, b, odd if index == 0 else "equivalent") for index, (a, b) in enumerate(itertools.combinations(ids, 2))
    ]


def test_the_odd_label_of_a_group_is_doubted() -> None:
    """In a group of six equivalent claims one pair called unrelated stands in four triangles, the others in one."""
    assert inconsistencies(group(6, "unrelated"))["00", "01"] == 4
    assert doubtful(group(6, "unrelated")) == (("00", "01"),)
    assert doubtful(group(6, "contradicts")) == (("00", "01"),)


def test_small_disagreements_are_borne() -> None:
    """One odd triangle is not worth a request; nor is an entailment among equivalents, for both are support."""
    assert doubtful(group(5, "unrelated")) == ()
    assert inconsistencies(group(8, "a_entails_b")) == {}


@given(st.lists(WORLDS, min_size=2, max_size=7, unique=True))
def test_true_labels_fit_together(claims: list[frozenset[int]]) -> None:
    """Labels that are all true are never doubted."""
    ids = [f"{n:02}" for n in range(len(claims))]
    pairs = itertools.combinations(zip(ids, claims, strict=True), 2)
    assert inconsistencies([judged(a, b, relation_of(x, y)) for (a, x), (b, y) in pairs]) == {}


def test_the_second_answer_counts_and_says_what_the_first_was() -> None:
    """A changed label is noted; an answer that did not come leaves the first label, noted too."""
    first, second = judged("a", "b", "unrelated"), judged("a", "b", "equivalent")
    assert asked_again(first, second).relation == "equivalent"
    assert "first answer was unrelated" in (asked_again(first, second).note or "")
    assert asked_again(second, judged("a", "b", "a_entails_b")).note is None
    assert asked_again(first, None).relation == "unrelated"
    assert "not answered" in (asked_again(first, None).note or "")
