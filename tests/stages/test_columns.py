"""Candidate pairs as columns read like a tuple of values."""

from __future__ import annotations

import copy
import pickle
from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from factcheck.models import CandidatePair
from factcheck.stages.blocking.columns import PORTION, PairColumns

IDS = ("a", "b", "c", "d")
RULES = (("words",), ("gist",), ("words", "gist"))
PAIRS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(1, 3), st.floats(0, 1.05), st.integers(0, 2)).map(
        lambda entry: (min(entry[0], entry[0] + entry[1]), min(3, entry[0] + entry[1]), entry[2], entry[3])
    ),
    max_size=12,
)


def columns_of(entries: list[tuple[int, int, float, int]]) -> PairColumns:
    """The entries as columns."""
    left, right, score, rule = zip(*entries, strict=True) if entries else ((), (), (), ())
    return PairColumns(
        IDS,
        np.array(left, np.int64),
        np.array(right, np.int64),
        np.array(score, np.float64),
        np.array(rule, np.int64),
        RULES,
    )


def values_of(entries: list[tuple[int, int, float, int]]) -> tuple[CandidatePair, ...]:
    """The entries as validated values."""
    return tuple(
        CandidatePair(left=IDS[left], right=IDS[right], rule=RULES[rule][0], also=RULES[rule][1:], score=score)
        for left, right, score, rule in entries
    )


@given(PAIRS)
def test_columns_read_like_the_values_they_stand_for(entries: list[tuple[int, int, float, int]]) -> None:
    """Length, order, every place from either end, every slice, membership and equality are those of the tuple."""
    columns, values = columns_of(entries), values_of(entries)
    assert len(columns) == len(values)
    assert tuple(columns) == values
    assert columns == values
    assert columns == columns_of(entries)
    assert [columns[place] for place in range(-len(values), len(values))] == [*values, *values]
    assert columns[1:5] == values[1:5]
    assert columns[::-1] == values[::-1]
    assert all(value in columns for value in values)
    assert columns.tally() == Counter(value.rules for value in values)
    assert columns != (*values, *values, CandidatePair(left="x", right="y", rule="words"))


@given(PAIRS)
def test_a_value_that_was_made_is_whole(entries: list[tuple[int, int, float, int]]) -> None:
    """It can be copied, dumped and pickled like one that was validated, and so can the columns."""
    columns = columns_of(entries)
    for value in columns:
        assert CandidatePair.model_validate(value.model_dump()) == value
        assert copy.deepcopy(value) == pickle.loads(pickle.dumps(value)) == value
    assert pickle.loads(pickle.dumps(columns)) == columns


def test_more_pairs_than_are_made_at_a_time_come_in_order() -> None:
    """No pair is lost or repeated where one portion ends and the next begins."""
    count = 2 * PORTION + 3
    entries = [(0, 1, number / count, 0) for number in range(count)]
    assert [pair.score for pair in columns_of(entries)] == [number / count for number in range(count)]


@given(PAIRS, st.integers(0, 12))
def test_the_most_alike_are_those_of_the_highest_scores(entries: list[tuple[int, int, float, int]], count: int) -> None:
    """As sorting the values finds them, equal scores by id; the rest and the ids that only it has are gone."""
    entries = sorted({entry[:2]: entry for entry in entries}.values())
    found = columns_of(entries).most_alike(count)
    best = sorted(values_of(entries), key=lambda pair: (-(pair.score or 0), pair.key))[:count]
    assert found == sorted(best, key=lambda pair: pair.key)
    assert found.ids == tuple(sorted({id_ for pair in best for id_ in pair.key}))


@given(PAIRS, st.lists(st.sampled_from([("a", "b"), ("a", "x"), ("0", "d"), ("c", "z")])))
def test_pairs_that_join_stand_in_order_without_a_score(
    entries: list[tuple[int, int, float, int]], keys: list[tuple[str, str]]
) -> None:
    """Those that were there stay as they are; each of the others once, with its rule alone; and they are counted."""
    entries = sorted({entry[:2]: entry for entry in entries}.values())
    there = {pair.key: pair for pair in values_of(entries)}
    joined = {key: CandidatePair(left=key[0], right=key[1], rule="asked") for key in keys if key not in there}
    assert columns_of(entries).common(set(keys)) == len(there.keys() & set(keys))
    found = columns_of(entries).with_also(keys, "asked")
    assert list(found) == sorted((there | joined).values(), key=lambda pair: pair.key)


@given(PAIRS, st.integers(1, 4))
def test_parts_hold_the_pairs_of_the_same_groups_together(
    entries: list[tuple[int, int, float, int]], size: int
) -> None:
    """By the names of both groups, then by ids; none larger than asked for, and nothing is lost."""
    entries = sorted({entry[:2]: entry for entry in entries}.values())
    groups = {"a": "two", "b": "one", "c": "two", "d": "three"}
    parts = list(columns_of(entries).parts(groups, size))
    ordered = sorted(values_of(entries), key=lambda p: (sorted((groups[p.left], groups[p.right])), p.key))
    assert [pair for part in parts for pair in part] == ordered
    assert all(0 < len(part) <= size for part in parts)
