"""Average link in little memory: what scipy finds with the square of all distances, whatever the order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from factcheck.batch import clustering
from factcheck.batch.clustering import Sums, blocks, by_nearest, by_square, clusters, components
from factcheck.batch.likeness import Likeness
from tests.batch.test_grouping import likeness_of

LEAST = 0.26


def openings(seed: int, count: int, events: int = 4, copies: int = 0) -> Likeness:
    """Openings of a few events in three languages and three weeks, some without language or day; and copies of some."""
    chance = np.random.default_rng(seed)
    told = chance.random((events, 30)) ** 4
    vectors = told[chance.integers(events, size=count)] * chance.random((count, 30)) ** 2
    vectors[vectors < 0.02] = 0
    vectors /= np.maximum(np.sqrt((vectors**2).sum(axis=1)), 1e-9)[:, None]
    languages, days = chance.integers(-1, 3, size=count), chance.integers(0, 21, size=count).astype(np.float32)
    days[chance.random(count) < 0.1] = np.nan
    rows = np.concatenate([np.arange(count), chance.integers(count, size=copies)])
    return Likeness(csr_matrix(vectors.astype(np.float32)[rows]), languages[rows], days[rows])


SOME = st.builds(openings, st.integers(0, 10**6), st.integers(1, 40), st.integers(1, 6), st.integers(0, 5))


@given(SOME, st.floats(0.1, 0.9))
@settings(max_examples=60, deadline=None)
def test_reciprocal_nearest_neighbours_end_where_the_square_ends(alike: Likeness, least: float) -> None:
    """The same clusters as by scipy's average link over all distances at once, named by their first rows."""
    if len(alike) > 1:
        expected = by_square(alike, least).tolist()
        assert by_nearest(alike, least).tolist() == expected
        assert by_nearest(alike, least, csr_matrix(alike.between(alike) >= least)).tolist() == expected


@given(SOME, st.integers(1, 4), st.integers(1, 9))
@settings(max_examples=60, deadline=None)
def test_what_is_held_at_a_time_and_how_it_is_clustered_changes_nothing(alike: Likeness, rows: int, links: int) -> None:
    """Row by row, with few links held, and each component by whichever way."""
    expected = clusters(alike, LEAST).tolist()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clustering, "MOST_ROWS", rows)
        patch.setattr(clustering, "LINKS", links)
        assert clusters(alike, LEAST).tolist() == expected
        patch.setattr(clustering, "LARGEST", 1)
        assert clusters(alike, LEAST).tolist() == expected


@given(SOME, st.integers(0, 1000))
@settings(max_examples=40, deadline=None)
def test_the_order_of_rows_changes_no_cluster(alike: Likeness, seed: int) -> None:
    """Who is with whom depends on nothing but what is there."""
    order = np.random.default_rng(seed).permutation(len(alike))
    found = by_nearest(alike, LEAST)
    turned = by_nearest(alike.of(order), LEAST)
    assert {frozenset(np.flatnonzero(found == label).tolist()) for label in found} == {
        frozenset(order[turned == label].tolist()) for label in turned
    }


@given(SOME, st.integers(1, 5))
@settings(max_examples=40, deadline=None)
def test_components_are_those_of_the_whole_graph(alike: Likeness, links: int) -> None:
    """However few pairs are held before what they connect is all that is remembered."""
    _, expected = connected_components(csr_matrix(alike.between(alike) >= LEAST), directed=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clustering, "LINKS", links)
        patch.setattr(clustering, "MOST_ROWS", 3)
        found, pairs = components(alike, LEAST)
    assert sorted(row for rows in found for row in rows.tolist()) == list(range(len(alike)))
    assert all(rows.tolist() == np.flatnonzero(expected == expected[rows[0]]).tolist() for rows in found)
    there = alike.between(alike) >= LEAST
    np.fill_diagonal(there, False)
    assert (pairs is None) == (there.sum() > 2 * links)
    assert pairs is None or (pairs.toarray() == there).all()


@given(SOME, st.integers(1, 8), st.integers(0, 1000))
@settings(max_examples=40, deadline=None)
def test_means_are_those_of_all_pairs_of_articles(alike: Likeness, count: int, seed: int) -> None:
    """Of clusters as they are given, after some are merged and after some are left away."""
    chance = np.random.default_rng(seed)
    cluster = chance.integers(count, size=len(alike))
    sums = Sums(alike, cluster, count)
    assert_means(sums, alike, cluster)
    into = np.minimum(np.arange(count), chance.integers(count, size=count))
    into = into[into]
    if (into[into] == into).all():
        sums.merge(into)
        cluster = into[cluster]
        assert_means(sums, alike, cluster)
    kept = (chance.random(count) < 0.6) & (np.bincount(cluster, minlength=count) > 0)
    sums.keep(kept)
    there = kept[cluster]
    assert_means(sums, alike.of(there), (np.cumsum(kept) - 1)[cluster[there]])


def assert_means(sums: Sums, alike: Likeness, cluster: NDArray[Any]) -> None:
    """What `sums` says of its clusters is what their rows say."""
    each = alike.between(alike)
    filled = np.array(sorted(set(cluster.tolist())), np.int64)
    means = sums.means(filled, np.arange(len(sums)))
    assert means.shape == (len(filled), len(sums))
    assert np.allclose(sums.means(filled, filled[1:]), means[:, filled[1:]], atol=1e-6)
    for row, one in enumerate(filled.tolist()):
        for other in range(len(sums)):
            pairs = each[cluster == one][:, cluster == other]
            expected = pairs.mean() if pairs.size and one != other else 0
            assert np.isclose(means[row, other], expected, atol=1e-4)


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_what_is_compared_at_a_time_is_bounded(count: int, terms: int) -> None:
    """By CELLS while that is more than FEWEST_ROWS need, which grows with the number of articles and not its square."""
    size = next(blocks(count, Shape(count, terms))).stop
    assert 1 <= size <= clustering.MOST_ROWS
    if count > clustering.FEWEST_ROWS:
        assert size >= clustering.FEWEST_ROWS
    assert size * (terms + 4 * count) <= max(clustering.CELLS, clustering.FEWEST_ROWS * (terms + 4 * count))


class Shape(Likeness):
    """So many openings of so many terms, without any."""

    def __init__(self, count: int, terms: int) -> None:
        object.__setattr__(self, "count", count)
        object.__setattr__(self, "vectors", csr_matrix((1, terms), dtype=np.float32))

    def __len__(self) -> int:
        return int(self.count)  # type: ignore[attr-defined]


@pytest.mark.parametrize("largest", [1, 1_000])
def test_no_more_similarities_are_ever_there_than_a_few_rows_have(
    monkeypatch: pytest.MonkeyPatch, largest: int
) -> None:
    """Of 300 openings, whichever way they are clustered, and also of those that are alike and merged."""
    held = list[int]()
    between = Likeness.between

    def counted(self: Likeness, other: Likeness, start: int = 0) -> NDArray[Any]:
        held.append(len(self))
        return between(self, other, start)

    monkeypatch.setattr(Likeness, "between", counted)
    monkeypatch.setattr(clustering, "LARGEST", largest)
    assert len(set(clusters(openings(1, 300, 3), LEAST).tolist())) < 100
    assert max(held) <= clustering.MOST_ROWS


@pytest.mark.parametrize("shape", ["star", "equal", "ladder"])
def test_no_shape_makes_all_be_looked_at_again_and_again(monkeypatch: pytest.MonkeyPatch, shape: str) -> None:
    """Neither a report to which all others are nearest nor copies nor a chain: some looks for each opening, not one for
    each two."""
    count, looked = 200, 0
    means = Sums.means

    def counted(self: Sums, clusters: NDArray[Any], among: NDArray[Any]) -> NDArray[Any]:
        nonlocal looked
        looked += len(clusters)
        return means(self, clusters, among)

    monkeypatch.setattr(Sums, "means", counted)
    alike = np.triu(np.full((count, count), {"star": 0.3, "equal": 0.9, "ladder": 0.0}[shape], np.float32), 1)
    if shape == "star":
        alike[0, 1:] = np.linspace(0.5, 0.55, count - 1)
    if shape == "ladder":
        alike[np.arange(count - 1), np.arange(1, count)] = np.linspace(0.3, 0.49, count - 1)
    found = by_nearest(likeness_of(alike), LEAST)
    assert len(set(found.tolist())) == (1 if shape != "ladder" else len(set(by_square(likeness_of(alike), LEAST))))
    assert looked <= 6 * count


def test_a_circle_that_rounding_makes_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three that are equally alike, each of which takes the next for its nearest: they are one all the same."""
    means = Sums.means

    def rounded(self: Sums, clusters: NDArray[Any], among: NDArray[Any]) -> NDArray[Any]:
        found = means(self, clusters, among)
        if len(self) == 3:
            found[np.arange(len(clusters)), (clusters + 1) % 3] += 1e-5
        return found

    monkeypatch.setattr(Sums, "means", rounded)
    assert by_nearest(likeness_of(np.triu(np.full((3, 3), 0.5, np.float32), 1)), LEAST).tolist() == [0, 0, 0]
