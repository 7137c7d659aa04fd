"""Claims -> unit vectors in which like claims are close: character n-grams beside the keys of names and numbers."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from factcheck.claim_types.text import unaccented

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from factcheck.stages.blocking.ranking import Flags, Ints

GRAM = 4
"""Characters of an n-gram; the white space around a word counts."""
KEY_WEIGHT = 0.5
"""Weight of the keys beside the n-grams; measured together with the other parameters on labelled pools."""
IDF_FROM = 2_000
"""Claims from which on rare n-grams count more than common ones; in fewer claims document frequencies are chance."""
MAX_DF = 0.05
"""Share of the claims beyond which an n-gram says nothing any more; only from IDF_FROM claims on."""
MOST_HOLDERS = 1_000
"""Claims beyond which an n-gram or a key says nothing any more, however many claims there are.

What all claims share would be multiplied by all claims; with this bound the cost grows with the claims, not with their
square.
"""
PORTION = 16_384
"""Rows that are brought to length 1 at a time."""


def lexical(texts: Sequence[str], keys: Sequence[frozenset[str]]) -> csr_matrix:
    """One row of length 1 per claim: TF-IDF of its n-grams, and half as heavy that of its keys.

    The n-grams are of four characters, inside words. A claim without any n-gram and key has a row of zeros. Of the
    columns only those are kept that two claims or more share, so that what is kept of a row may be shorter.
    """
    import numpy as np

    documents = ((text.split() for text in texts), map(sorted, keys))  # sorted, for sums of floats depend on the order
    counts = (counted(told, features) for told, features in zip(documents, (ngrams, lambda key: (key,)), strict=True))
    return unit_rows(((each, np.bincount(each.indices, minlength=each.shape[1])) for each in counts), len(texts))


def unit_rows(channels: Iterable[tuple[csr_matrix, Ints]], claims: int) -> csr_matrix:
    """Rows of length 1 of some of so many claims, from the counts of their n-grams and of their keys.

    With the counts, which are changed, comes how many of all claims hold each column.
    """
    import numpy as np
    from scipy.sparse import csr_matrix, diags_array, hstack

    parts, squares = [], np.zeros(1, np.float32)
    for (counts, holders), weight in zip(channels, (1.0, KEY_WEIGHT), strict=True):
        squares = squares + np.where(np.diff(counts.indptr) > 0, weight**2, 0).astype(np.float32)
        parts.append(weight * _weighted(counts, holders, claims))
    lengths = np.sqrt(np.where(squares > 0, squares, 1))
    return csr_matrix(diags_array(1 / lengths) @ hstack(parts, format="csr"), dtype=np.float32)


def ngrams(word: str) -> Iterator[str]:
    """The n-grams of a word without case and accents, with a space at either end; a short word is one by itself."""
    for plain in unaccented(word).split():
        padded = f" {plain} "
        for start in range(max(1, len(padded) - GRAM + 1)):
            yield padded[start : start + GRAM]


def counted(documents: Iterable[Iterable[str]], features: Callable[[str], Iterable[str]]) -> csr_matrix:
    """How often each document holds each feature of its terms; one column per feature, in the order they are met.

    A term is taken apart once, however often it occurs: words repeat, and taking them apart is what costs.
    """
    import numpy as np
    from scipy.sparse import csr_matrix

    columns: dict[str, int] = {}
    known: dict[str, array[int]] = {}
    found, ends = array("i"), array("q", (0,))
    for document in documents:
        for term in document:
            if term not in known:
                known[term] = array("i", [columns.setdefault(name, len(columns)) for name in features(term)])
            found.extend(known[term])
        ends.append(len(found))
    indices = np.frombuffer(found, np.int32) if found else np.empty(0, np.int32)
    ones = np.ones(len(indices), np.float32)
    counts = csr_matrix((ones, indices, np.array(ends)), shape=(len(ends) - 1, max(1, len(columns))))
    counts.sum_duplicates()
    return counts


def _weighted(counts: csr_matrix, holders: Ints, claims: int) -> csr_matrix:
    """Sublinear TF-IDF rows of length 1, then without the columns that say nothing.

    The arithmetic of scikit-learn's `TfidfTransformer` (smoothed idf, length by the sum of squares), in place.
    """
    import numpy as np

    rows = counts.shape[0]
    np.log(counts.data, out=counts.data)
    counts.data += 1
    rare = claims >= IDF_FROM
    if rare:
        weights = np.log(np.float32(claims + 1) / (holders + 1).astype(np.float32)) + 1
        counts.data *= weights[counts.indices]
    for start in range(0, rows, PORTION):
        ends = counts.indptr[start : start + PORTION + 1]
        part = counts.data[ends[0] : ends[-1]]
        row = np.repeat(np.arange(len(ends) - 1), np.diff(ends))
        lengths = np.sqrt(np.bincount(row, weights=part * part, minlength=len(ends) - 1))
        part /= lengths[row]
    return counts[:, np.flatnonzero(telling(holders, claims))]


def telling(holders: Ints, claims: int) -> Flags:
    """Whether features that so many of the claims hold say anything."""
    most = min(MAX_DF * claims, MOST_HOLDERS) if claims >= IDF_FROM else claims
    return (holders > 1) & (holders <= most)
