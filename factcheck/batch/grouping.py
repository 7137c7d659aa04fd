"""Which articles of one folder report the same event: similarity of their openings, clustered, with the reason shown.

Word TF-IDF of title and first words beside names and figures, average-link clustering on cosine distance inside
connected components of a similarity graph. Capped by similarity and never by count; dates are only a soft hint.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from factcheck.claim_types.names import find_names
from factcheck.claim_types.text import content_tokens, unaccented, words
from factcheck.index import GroupReason
from factcheck.models import Article, Value

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

OPENING_WORDS = 150
"""Words of the body that count beside the title: news leads hold who, what, where and when."""
LINKED = 0.2
"""Similarity from which two articles may belong to one event; most pairs of a folder lie below and are never looked at
again."""
APART = 0.8
"""Average cosine distance beyond which two clusters stay apart."""
NAMES_WEIGHT = 1.0
"""Of names and figures beside words: they are what reports in two languages have in common."""
FAR = 14
"""Days between two publications from which their similarity counts less."""
FAR_FACTOR = 0.7
LARGEST = 3_000
"""Articles of one component that are clustered at once, in a matrix of its square; a larger one is linked harder."""
HARDER = 0.05
BLOCK = 512
"""Rows of the similarity matrix that are in memory at a time."""
TERMS_SHOWN = 6


class Opening(Value):
    """What grouping looks at of one article."""

    article_id: str
    title: str
    text: str
    """Title and first words."""
    language: str | None
    published_at: dt.date | None


class Group(Value):
    """Articles that report one event, in the order given, and why they are together."""

    members: tuple[str, ...]
    central: str
    """Id of the article that is most like the others."""
    reason: GroupReason


def opening_of(article: Article) -> Opening:
    """The opening of an article; the title when it has one, else its first sentence."""
    first = article.quote(1) if article.sentences else article.text[:100]
    title = article.title or first
    body = article.text.removeprefix(title)
    start = " ".join(body.split(maxsplit=OPENING_WORDS)[:OPENING_WORDS])
    return Opening(
        article_id=article.id,
        title=" ".join(title.split()),
        text=f"{title}\n{start}",
        language=article.language,
        published_at=article.published_at,
    )


def group_by_event(openings: Sequence[Opening]) -> tuple[Group, ...]:
    """Groups of articles about the same events, each article in exactly one; most are of one article.

    The result depends only on the set of openings, not on their order or on anything that was grouped before.
    """
    ordered = sorted(openings, key=lambda opening: opening.article_id)
    if not ordered:
        return ()
    vectors, terms = _vectors(ordered)
    if vectors is None:
        return tuple(_group([opening], None, terms) for opening in ordered)
    labels = _clusters(vectors, ordered)
    members: dict[int, list[int]] = defaultdict(list)
    for index, label in enumerate(labels):
        members[label].append(index)
    return tuple(_group([ordered[i] for i in found], vectors[found], terms) for found in members.values())


def _vectors(openings: Sequence[Opening]) -> tuple[csr_matrix | None, Sequence[str]]:
    """Normalised rows of word TF-IDF beside name and figure TF-IDF, and what each column stands for."""
    from scipy.sparse import hstack
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import normalize

    parts, terms = [], list[str]()
    for tokens, weight in ((_words_of, 1.0), (_marks_of, NAMES_WEIGHT)):
        vectorizer = TfidfVectorizer(analyzer=tokens, sublinear_tf=True)
        try:
            parts.append(vectorizer.fit_transform(openings) * weight)
        except ValueError:  # no token at all, such as a folder of pictures' captions
            continue
        terms.extend(vectorizer.get_feature_names_out())
    if not parts:
        return None, ()
    return normalize(hstack(parts, format="csr")), terms


def _words_of(opening: Opening) -> list[str]:
    return [unaccented(token) for token in content_tokens(opening.text, opening.language) if len(token) > 1]


def _marks_of(opening: Opening) -> list[str]:
    """Names and figures; the mark keeps them apart from the same words of the other channel."""
    names = {token for name in find_names(opening.text, opening.language) for token in name.split()}
    figures = {word for word in words(opening.text) if word.isdigit() and len(word) > 1}
    return [f"={mark}" for mark in sorted(names | figures)]


def _clusters(vectors: csr_matrix, openings: Sequence[Opening]) -> list[int]:
    """Cluster number of each row."""
    from scipy.sparse.csgraph import connected_components

    graph = _graph(vectors, openings)
    labels = [-1] * len(openings)
    fresh = 0
    waiting: list[tuple[list[int], float]] = [(list(range(len(openings))), LINKED)]
    while waiting:
        rows, threshold = waiting.pop()
        part = graph[rows][:, rows]
        part.data[part.data < threshold] = 0
        part.eliminate_zeros()
        _, component_of = connected_components(part, directed=False)
        components: dict[int, list[int]] = defaultdict(list)
        for row, component in zip(rows, component_of.tolist(), strict=True):
            components[component].append(row)
        for found in components.values():
            if len(found) > LARGEST:
                waiting.append((found, threshold + HARDER))
                continue
            for row, label in zip(found, _average_link(vectors[found], [openings[i] for i in found]), strict=True):
                labels[row] = fresh + label
            fresh += len(found)
    return labels


def _graph(vectors: csr_matrix, openings: Sequence[Opening]) -> Any:
    """Sparse similarities from LINKED on, in blocks so that memory holds few of the others."""
    from scipy.sparse import vstack

    days = _days(openings)
    turned = vectors.T.tocsc()
    blocks = []
    for first in range(0, len(openings), BLOCK):
        block = (vectors[first : first + BLOCK] @ turned).tocoo()
        near = block.data >= LINKED
        block.data, block.row, block.col = block.data[near], block.row[near], block.col[near]
        block.data = block.data * _hint(days[first + block.row], days[block.col])
        block.data[block.data < LINKED] = 0
        block = block.tocsr()
        block.eliminate_zeros()
        blocks.append(block)
    return vstack(blocks, format="csr")


def _average_link(vectors: csr_matrix, openings: Sequence[Opening]) -> list[int]:
    """Clusters of one component, numbered from 0."""
    if len(openings) == 1:
        return [0]
    import numpy as np
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    days = _days(openings)
    similar = (vectors @ vectors.T).toarray() * _hint(days[:, None], days[None, :])
    distance = np.clip(1 - similar, 0, 1)
    np.fill_diagonal(distance, 0)
    tree = linkage(squareform(distance, checks=False), method="average")
    return [int(label) - 1 for label in fcluster(tree, APART, criterion="distance")]


def _days(openings: Sequence[Opening]) -> Any:
    """Publication days as numbers, NaN when unknown."""
    import numpy as np

    return np.array([o.published_at.toordinal() if o.published_at else np.nan for o in openings], dtype=float)


def _hint(left: Any, right: Any) -> Any:
    """What the publication days make of a similarity: nothing when near or unknown, some discount when far apart."""
    import numpy as np

    return np.where(np.abs(left - right) > FAR, FAR_FACTOR, 1.0)


def _group(openings: Sequence[Opening], vectors: csr_matrix | None, terms: Sequence[str]) -> Group:
    dates = [opening.published_at for opening in openings if opening.published_at]
    first, last = (min(dates), max(dates)) if dates else (None, None)
    alone = GroupReason(shared=(), similarity=None, weakest=None, first=first, last=last)
    if len(openings) == 1 or vectors is None:
        return Group(members=(openings[0].article_id,), central=openings[0].article_id, reason=alone)
    similar = (vectors @ vectors.T).toarray()
    others = (similar.sum(axis=1) - 1) / (len(openings) - 1)
    return Group(
        members=tuple(opening.article_id for opening in openings),
        central=openings[int(others.argmax())].article_id,
        reason=GroupReason(
            shared=_shared(vectors, terms),
            similarity=round(float(others.mean()), 2),
            weakest=round(float(others.min()), 2),
            first=first,
            last=last,
        ),
    )


def _shared(vectors: csr_matrix, terms: Sequence[str]) -> tuple[str, ...]:
    """What most of the articles have in common, the weightiest first; each word once, as a name or not."""
    holders = (vectors > 0).sum(axis=0).A1
    weight = vectors.sum(axis=0).A1
    columns = [int(column) for column in (holders > max(1, vectors.shape[0] / 2 - 1)).nonzero()[0]]
    columns.sort(key=lambda column: (-float(weight[column]), terms[column]))
    shown = dict.fromkeys(terms[column].removeprefix("=") for column in columns)
    return tuple(shown)[:TERMS_SHOWN]
