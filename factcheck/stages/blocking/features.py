"""Claims -> unit vectors in which like claims are close: character n-grams beside the keys of names and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from factcheck.claim_types.text import unaccented

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

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


def lexical(texts: Sequence[str], keys: Sequence[frozenset[str]]) -> csr_matrix:
    """One row of length 1 per claim: TF-IDF of its n-grams, and half as heavy that of its keys.

    The n-grams are of four characters, inside words. A claim without any n-gram and key has a row of zeros. Of the
    columns only those are kept that two claims or more share, so that what is kept of a row may be shorter.
    """
    import numpy as np
    from scipy.sparse import csr_matrix, diags_array, hstack
    from sklearn.feature_extraction.text import CountVectorizer

    grams = CountVectorizer(
        analyzer="char_wb", ngram_range=(4, 4), lowercase=False, preprocessor=unaccented, dtype=np.float32
    )
    named = CountVectorizer(analyzer=sorted, dtype=np.float32)
    parts, squares = [], np.zeros(len(texts), np.float32)
    for vectorizer, documents, weight in ((grams, texts, 1.0), (named, keys, KEY_WEIGHT)):
        try:
            counts = csr_matrix(vectorizer.fit_transform(documents))
        except ValueError:  # not a single n-gram or key in all claims
            continue
        squares += np.where(np.diff(counts.indptr) > 0, weight**2, 0).astype(np.float32)
        parts.append(weight * _weighted(counts))
    if not parts:
        return csr_matrix((len(texts), 1), dtype=np.float32)
    lengths = np.sqrt(np.where(squares > 0, squares, 1))
    return csr_matrix(diags_array(1 / lengths) @ hstack(parts, format="csr"), dtype=np.float32)


def _weighted(counts: csr_matrix) -> csr_matrix:
    """Sublinear TF-IDF rows of length 1, then without the columns that say nothing."""
    import numpy as np
    from sklearn.feature_extraction.text import TfidfTransformer

    claims = counts.shape[0]
    rare = claims >= IDF_FROM
    weighting = TfidfTransformer(sublinear_tf=True, use_idf=rare)
    weighted = weighting.fit(counts).transform(counts, copy=False)
    holders = np.bincount(weighted.indices, minlength=weighted.shape[1])
    most = min(MAX_DF * claims, MOST_HOLDERS) if rare else claims
    return weighted[:, np.flatnonzero((holders > 1) & (holders <= most))]
