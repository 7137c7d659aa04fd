"""The nearest claims of each claim, as `ranked` finds them, with the vectors in a file and few of them in memory.

Scores that are equal when rounded go by the order of the claims, so that it does not matter how claims are parted into
blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from factcheck.stages.blocking.ranking import (
    DECIMALS,
    NUMBER_BONUS,
    SPARE,
    THREADS,
    Population,
    Ranked,
    in_order,
    positions,
)

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from factcheck.stages.blocking.ranking import Flags, Floats, Ints
    from factcheck.stages.blocking.stored_vectors import Block, Stored

CELLS = 65_536
"""Candidates that are looked for at a time; a claim with many that are equally near takes thousands."""
LARGE = 1_000_000
"""Products from which on threads are worth waiting for each other."""
LATER = 4
"""Times as many are looked for when it was too few."""


@dataclass(frozen=True)
class _Search:
    """What a search needs beside the rows."""

    blocks: Sequence[Block]
    read: Callable[[Stored], csr_matrix]
    population: Population
    k: int
    floor: float


@dataclass(frozen=True)
class _Candidates:
    """Ordered by row, then language of the column, the nearest first; rows by their number among those looked at."""

    row: Ints
    col: Ints
    score: Floats


def ranked_block(
    block: Block,
    blocks: Sequence[Block],
    read: Callable[[Stored], csr_matrix],
    population: Population,
    k: int,
    floor: float,
) -> Ranked:
    """For each claim of a block its `k` nearest claims of each language in `blocks`, as `ranked` has them.

    `read` brings in the rows or the columns of a block.
    """
    import numpy as np

    search, rows = _Search(blocks, read, population, k, floor), read(block.rows)
    parts = list[_Candidates]()
    waiting, wanted = np.arange(len(block.places)), k + SPARE
    while len(waiting):
        later = []
        at_once = max(1, CELLS // wanted)
        for start in range(0, len(waiting), at_once):
            part = waiting[start : start + at_once]
            found, short = _searched(rows[part], block.places[part], wanted, search)
            later.append(part[short])
            parts.append(found)
        waiting, wanted = np.concatenate(later), wanted * LATER
    row, col, score, _ = in_order(*_joined(parts), population)
    return Ranked(row, col, score, np.empty(0, np.int64))


def _searched(rows: csr_matrix, places: Ints, wanted: int, search: _Search) -> tuple[_Candidates, Flags]:
    """What is certain to be the nearest, with rows by place; and whether a row has to be searched further.

    It has to when something that was cut off could be as near as the last of its `k`.
    """
    import numpy as np

    found, cut = _collected(rows, places, wanted, search)
    kept, last = _allowed(found, places, search)
    short = np.any((cut >= last) & np.isfinite(cut), axis=1)
    done = kept & ~short[found.row]
    return _Candidates(places[found.row[done]], found.col[done], found.score[done]), short


def _collected(rows: csr_matrix, places: Ints, wanted: int, search: _Search) -> tuple[_Candidates, Floats]:
    """At most `wanted` candidates of each row and language, and the highest score of what was cut off there."""
    import numpy as np

    languages = int(search.population.block.max()) + 1
    cut = np.full((len(places), languages), -np.inf)
    held, many = list[_Candidates](), 0
    for block in search.blocks:
        held.append(_nearest(rows, places, block, wanted, search, cut[:, block.language]))
        many += len(held[-1].row)
        if many > LATER * CELLS:
            held = [_cut_off(held, wanted, search.population, cut)]
            many = len(held[0].row)
    return _cut_off(held, wanted, search.population, cut), cut


def _nearest(rows: csr_matrix, places: Ints, block: Block, wanted: int, search: _Search, cut: Floats) -> _Candidates:
    """The candidates of each row in one block; raises `cut` to what was cut off."""
    import numpy as np
    from sparse_dot_topn import sp_matmul_topn

    population = search.population
    threads = THREADS if len(places) * len(block.places) >= LARGE else 1
    columns = search.read(block.columns)
    product = sp_matmul_topn(rows, columns, top_n=wanted, threshold=search.floor, n_threads=threads)
    counts = np.diff(product.indptr)
    row = np.repeat(np.arange(len(places)), counts)
    one, col = places[row], block.places[product.indices[: len(row)]]
    bonus = NUMBER_BONUS * (population.number[one] & block.number)
    score = np.round(product.data[: len(row)].astype(np.float64) + bonus, DECIMALS)
    if wanted < len(block.places) and (counts >= wanted).any():
        some = np.flatnonzero(counts)
        full = counts[some] >= wanted
        least = np.minimum.reduceat(score, product.indptr[some])
        cut[some[full]] = np.maximum(cut[some[full]], least[full])
    free = (one != col) & ((population.group[one] != population.group[col]) | (population.group[one] < 0))
    return _Candidates(row[free], col[free], score[free])


def _cut_off(parts: Sequence[_Candidates], wanted: int, population: Population, cut: Floats) -> _Candidates:
    """The candidates in order, of each row and language so many; raises `cut` to what was cut off."""
    import numpy as np

    row, col, score, place = in_order(*_joined(parts), population)
    (first,) = np.nonzero(place == wanted)
    where = row[first], population.block[col[first]]
    cut[where] = np.maximum(cut[where], score[first])
    kept = place < wanted
    return _Candidates(row[kept], col[kept], score[kept])


def _allowed(found: _Candidates, places: Ints, search: _Search) -> tuple[Flags, Floats]:
    """Which candidates are the `k` nearest that may be paired, and the score of the last, by row and language.

    Whether a pair is allowed is asked of no more than are needed, for asking costs most.
    """
    import numpy as np

    language = search.population.block[found.col]
    rows, languages = len(places), int(search.population.block.max()) + 1
    place, list_ = positions(found.row, language), found.row * languages + language
    fine, full, start, stop = np.zeros(len(place), bool), np.zeros(rows * languages, bool), 0, search.k
    while len(looked := np.flatnonzero((place >= start) & (place < stop) & ~full[list_])):
        pairs = zip(places[found.row[looked]].tolist(), found.col[looked].tolist(), strict=True)
        fine[looked] = np.fromiter((search.population.allowed(*pair) for pair in pairs), bool, len(looked))
        full = np.bincount(list_[fine], minlength=len(full)) >= search.k
        start, stop = stop, stop * 2
    those = np.flatnonzero(fine)
    place = positions(list_[those])
    last = np.full(rows * languages, -np.inf)
    last[list_[those[place == search.k - 1]]] = found.score[those[place == search.k - 1]]
    kept = np.zeros(len(fine), bool)
    kept[those[place < search.k]] = True
    return kept, last.reshape(rows, languages)


def _joined(parts: Sequence[_Candidates]) -> tuple[Ints, Ints, Floats]:
    import numpy as np

    row, col = np.concatenate([p.row for p in parts]), np.concatenate([p.col for p in parts])
    return row, col, np.concatenate([p.score for p in parts])
