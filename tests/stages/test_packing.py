"""Which pairs travel together, and how claims and pairs are written for the first reader."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.models import CandidatePair, Claim
from factcheck.stages.judging.lines import describe, from_ranges, in_ranges, user_text
from factcheck.stages.judging.packing import Limits, pack
from tests.stages.pairs_of_claims import make
from tests.support.newsroom import asked_rows

ROOMY = 10**9


def limits(pairs: int, tokens: int = ROOMY) -> Limits:
    """Limits with a pair at 7 tokens."""
    return Limits(pairs=pairs, tokens=tokens, tokens_per_pair=7)


def some_pairs(count: int, random: Any, share: float = 0.4) -> tuple[list[str], list[CandidatePair]]:
    """Claim ids in order, and a random share of their pairs."""
    ids = [f"{n:03}" for n in range(count)]
    return ids, [
        CandidatePair(left=a, right=b, rule="r") for a, b in itertools.combinations(ids, 2) if random.random() < share
    ]


@given(st.integers(1, 40), st.integers(2, 40), st.randoms(), st.sampled_from([30, 150, ROOMY]))
def test_every_pair_travels_once(size: int, count: int, random: Any, tokens: int) -> None:
    """No pair is lost or doubled, no batch exceeds its limits, and the order of the pairs does not matter."""
    ids, pairs = some_pairs(count, random)
    weights = {id_: 5 + int(id_) % 7 for id_ in ids}
    batches = pack(random.sample(pairs, len(pairs)), ids, weights, limits(size, tokens))
    assert sorted(p.key for b in batches for p in b.pairs) == sorted(p.key for p in pairs)
    assert all(len(b.pairs) <= size for b in batches)
    assert all({id_ for p in b.pairs for id_ in p.key} == set(b.listed) for b in batches)
    used = [7 * len(b.pairs) + sum(weights[id_] for id_ in b.listed) for b in batches]
    assert all(u <= tokens or len(b.pairs) == 1 for u, b in zip(used, batches, strict=True))
    assert batches == pack(pairs, ids, weights, limits(size, tokens))


@given(st.integers(1, 40), st.integers(2, 40), st.randoms())
def test_no_more_requests_than_needed(size: int, count: int, random: Any) -> None:
    """With room enough the number of requests is the least possible, and they are even."""
    ids, pairs = some_pairs(count, random)
    lengths = [len(b.pairs) for b in pack(pairs, ids, dict.fromkeys(ids, 9), limits(size))]
    assert len(lengths) == -(-len(pairs) // size)
    assert max(lengths, default=0) <= -(-len(pairs) // max(1, len(lengths)))


def test_packing_is_dense() -> None:
    """All pairs of 49 claims in four requests list each claim less than three times, where 23 are needed for each."""
    ids = [f"{n:03}" for n in range(49)]
    pairs = [CandidatePair(left=a, right=b, rule="r") for a, b in itertools.combinations(ids, 2)]
    batches = pack(pairs, ids, dict.fromkeys(ids, 30), limits(294))
    assert len(batches) == 4
    assert sum(len(b.listed) for b in batches) <= 140


def test_packing_follows_the_groups_of_a_sparse_graph() -> None:
    """Claims that belong together, but stand far apart by order, travel together: few are listed twice."""
    ids = [f"{n:03}" for n in range(200)]
    pairs = [CandidatePair(left=a, right=b, rule="r") for a, b in itertools.combinations(ids, 2) if a[-1] == b[-1]]
    batches = pack(pairs, ids, dict.fromkeys(ids, 30), limits(190))
    assert sum(len(b.listed) for b in batches) == 200


@given(st.sets(st.integers(1, 500)))
def test_ranges_come_back(numbers: set[int]) -> None:
    """Numbers written as ranges are read back as the same numbers, in order."""
    assert from_ranges(in_ranges(numbers)) == tuple(sorted(numbers))


@pytest.mark.parametrize(
    ("numbers", "written"), [([8, 9, 10, 11, 13], "8-11 13"), ([1, 2, 4], "1 2 4"), ([5], "5"), ([], "")]
)
def test_ranges_are_written_where_they_are_shorter(numbers: list[int], written: str) -> None:
    """Two neighbours are a list, three a range."""
    assert in_ranges(numbers) == written


@given(st.integers(1, 60), st.integers(2, 30), st.randoms())
def test_what_is_named_is_what_is_asked(size: int, count: int, random: Any) -> None:
    """Read back from the request, rows name exactly the pairs of the batch, with ranges and without."""
    ids, pairs = some_pairs(count, random)
    claims = {id_: make(id_) for id_ in ids}
    for part in pack(pairs, ids, dict.fromkeys(ids, 9), limits(size)):
        for ranges in (True, False):
            rows = asked_rows(user_text(part, claims, ranges=ranges))
            named = [(part.listed[row - 1], part.listed[n - 1]) for row, others in rows for n in others]
            assert sorted(named) == sorted(p.key for p in part.pairs)


@pytest.mark.parametrize(
    ("claim", "line"),
    [
        (make("a", "It burned."), "It burned."),
        (make("a", "It burned.", publisher="Herald", speaker="Ada", modality="alleged"), "It burned."),
        (make("a", "It did not burn.", modality="denied"), "It did not burn. | denied"),
        (make("a", "Ada apologised.", type="statement"), "Ada apologised. | statement"),
        (make("a", "It burned.", when={"start": "2023-03-08", "end": "2023-03-08"}), "It burned. | 2023-03-08"),
        (make("a", "It burned in 2023.", when={"start": "2023-03-08", "end": "2023-03-08"}), "It burned in 2023."),
        (make("a", "It burned.", when={"expression": "since then"}), "It burned. | since then"),
        (make("a", "It burned.", when={"expression": "ieri", "start": "2023-03-08"}), "It burned. | 2023-03-08.."),
        (make("a", "It burned.", when={"expression": "2022/2024", "start": "2022-01-01"}), "It burned. | 2022/2024"),
    ],
)
def test_a_claim_is_shown_with_a_note_only_where_its_words_mislead(claim: Claim, line: str) -> None:
    """Who says it is left out; a time stands where the text tells no year of it."""
    assert describe(claim) == line
