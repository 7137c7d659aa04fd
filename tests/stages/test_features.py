"""The vectors of claims are those that scikit-learn's vectorizers give, made in a third of the time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

from factcheck.claim_types.text import unaccented
from factcheck.stages.blocking import features
from factcheck.stages.blocking.features import counted, lexical, ngrams

TEXTS = st.lists(
    st.text(st.sampled_from("aAbcdé ßİﬁǅ¨´\u0301\u00a0-–'1². \n東京ไท"), max_size=30) | st.text(max_size=30), max_size=8
)


@given(TEXTS)
def test_ngrams_are_those_of_the_vectorizer(texts: list[str]) -> None:
    """The same n-grams as often, whatever the script, the case and the white space."""
    counts = counted((text.split() for text in texts), ngrams)
    vectorizer = CountVectorizer(analyzer="char_wb", ngram_range=(4, 4), lowercase=False, preprocessor=unaccented)
    try:
        expected = vectorizer.fit_transform(texts)
    except ValueError:  # not a single n-gram
        assert counts.nnz == 0
        return
    assert [sorted(row) for row in _rows(counts)] == [sorted(row) for row in _rows(expected)]
    assert counts.shape == expected.shape


def _rows(matrix: csr_matrix) -> list[list[float]]:
    return [matrix[row].data.tolist() for row in range(matrix.shape[0])]


@pytest.mark.parametrize("idf_from", [1, 1_000])
def test_weights_are_those_of_the_transformer(idf_from: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sublinear, with and without inverse document frequencies, at length 1: equal to the last bit."""
    monkeypatch.setattr(features, "IDF_FROM", idf_from)
    monkeypatch.setattr(features, "MAX_DF", 1.0)
    texts = [f"the ferry ferry sank off port {n % 7} in storm {n % 5} of {n}" for n in range(90)]
    counts = counted((text.split() for text in texts), ngrams)
    expected = TfidfTransformer(sublinear_tf=True, use_idf=idf_from == 1).fit_transform(counts.copy())
    holders = np.bincount(expected.indices, minlength=expected.shape[1])
    weighted = features._weighted(counts, holders, len(texts))
    kept = csr_matrix(expected[:, np.flatnonzero(holders > 1)])
    assert weighted.nnz == kept.nnz > 0
    assert (weighted != kept).nnz == 0


@given(st.lists(st.tuples(st.text("abc 12", max_size=12), st.frozensets(st.sampled_from(["name:a", "number:1"])))))
def test_rows_are_of_length_one_at_most(claims: list[tuple[str, frozenset[str]]]) -> None:
    """A row per claim, none longer than 1; shorter where a part of it is no other claim's."""
    vectors = lexical([text for text, _ in claims], [keys for _, keys in claims])
    assert vectors.shape[0] == len(claims)
    assert (vectors.multiply(vectors).sum(axis=1) <= 1.00001).all()
