"""Which articles of one folder report the same event: similarity of their openings, clustered, with the reason shown.

Average-link clustering (scipy) inside connected components of a similarity graph. Capped by similarity and never by
count. What is alike is said in `factcheck/batch/openings.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from factcheck.batch import openings as measure
from factcheck.batch.openings import Gathered, Likeness, Opening, gather, latin, likeness
from factcheck.index import GroupReason
from factcheck.models import Value

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

TOGETHER = 0.26
"""Average similarity from which two clusters are one, and so the least that links two articles at all."""
LARGEST = 5_000
"""Articles of one component that are clustered at once, in a matrix of its square; of more, the much alike are one."""
EQUAL, STEP = 0.95, 0.05
"""Similarity from which articles of such a component are taken as one, and how it falls until LARGEST are left."""
CELLS = 4_000_000
"""Similarities that are in memory at a time while those of cells are summed up."""
DRAWN = 400_000
"""The same while the graph is drawn, which takes eight times their memory."""
TERMS_SHOWN, FIGURES_SHOWN = 6, 2
NEARLY = 0.1
"""Average similarity from which two groups are nearly one, so that it is worth asking what their claims say."""
NEIGHBOURS = 2
"""Of those that are nearly one with a group, the most alike."""
MOST = 8_000_000
"""Similarities that are held to find them; of more, the highest."""


class Group(Value):
    """Articles that report one event, in the order given, and why they are together."""

    members: tuple[str, ...]
    central: str
    """Id of the article that is most like the others."""
    reason: GroupReason
    near: tuple[str, ...] = ()
    """The central articles of groups that are nearly one with this one: of its own nearest, and of those of whose
    nearest this is; the most alike first."""
    alike: tuple[float, ...] = ()
    """Average similarity to each of them."""


def parameters() -> list[float]:
    """All that the groups of given articles depend on."""
    return [*measure.parameters(), TOGETHER, LARGEST, EQUAL, STEP, NEARLY, NEIGHBOURS, MOST]


def group_by_event(openings: Iterable[Opening]) -> tuple[Group, ...]:
    """`grouped` of these openings, in whatever order they come."""
    return grouped(gather(sorted(openings, key=lambda opening: opening.article_id)))


def grouped(gathered: Gathered) -> tuple[Group, ...]:
    """Groups of articles about the same events, each article in exactly one; most are of one article.

    The openings are in order of the articles' ids, so that the result depends only on the set of them and not on
    anything that was grouped before.
    """
    if not len(gathered):
        return ()
    alike = likeness(gathered)
    graph = _graph(alike)
    labels = _clusters(alike, graph)
    rows_of: dict[int, list[int]] = defaultdict(list)
    for row, label in enumerate(labels):
        rows_of[label].append(row)
    groups = [_group(gathered, rows, alike) for rows in rows_of.values()]
    number = {label: at for at, label in enumerate(rows_of)}
    near = _near(graph, [number[label] for label in labels], len(groups))
    return tuple(
        group.model_copy(
            update={
                "near": tuple(groups[number].central for number, _ in found),
                "alike": tuple(round(alike, 4) for _, alike in found),
            }
        )
        for group, found in zip(groups, near, strict=True)
    )


def _clusters(alike: Likeness, nearly: csr_matrix) -> list[int]:
    """Cluster number of each row."""
    graph = nearly.copy()
    graph.data[graph.data < TOGETHER] = 0
    graph.eliminate_zeros()
    labels = [-1] * graph.shape[0]
    fresh = 0
    for rows in _components(graph):
        for row, number in zip(rows, _average_link(rows, graph, alike), strict=True):
            labels[row] = fresh + number
        fresh += len(rows)
    return labels


def _near(nearly: csr_matrix, labels: Sequence[int], count: int) -> list[list[tuple[int, float]]]:
    """The groups that are nearly one with each group, and how alike they are: of either its nearest ones.

    The most alike come first.
    """
    import numpy as np
    from scipy.sparse import csr_matrix

    member = csr_matrix(
        (np.ones(len(labels), np.float32), (np.arange(len(labels)), labels)), shape=(len(labels), count)
    )
    upper = (member.T @ nearly @ member).tocsr()
    lower = upper.T.tocsr()
    sizes = np.bincount(labels, minlength=count)
    chosen: dict[int, dict[int, float]] = defaultdict(dict)
    for group in range(count):
        columns, mean = _means(upper, lower, group, sizes)
        for place in np.lexsort((columns, -mean))[:NEIGHBOURS].tolist():
            other, value = int(columns[place]), float(mean[place])
            chosen[group][other] = chosen[other][group] = value
    return [sorted(chosen[group].items(), key=lambda found: (-found[1], found[0])) for group in range(count)]


def _means(upper: csr_matrix, lower: csr_matrix, group: int, sizes: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """The groups that are nearly one with this one, and the average similarity to each.

    `upper` holds sums of similarities, each two groups once; `lower` is the same turned.
    """
    import numpy as np

    rows = [(half.indices[s], half.data[s]) for half in (upper, lower) if (s := slice(*half.indptr[group : group + 2]))]
    columns, at = np.unique(np.concatenate([columns for columns, _ in rows]), return_inverse=True)
    sums = np.bincount(at, weights=np.concatenate([data for _, data in rows]), minlength=len(columns))
    mean = sums / (sizes[group] * sizes[columns])
    kept = (columns != group) & (mean >= NEARLY)
    return columns[kept], mean[kept]


def _components(graph: csr_matrix) -> list[list[int]]:
    """The rows of each connected component."""
    from scipy.sparse.csgraph import connected_components

    _, component_of = connected_components(graph, directed=False)
    found: dict[int, list[int]] = defaultdict(list)
    for row, component in enumerate(component_of.tolist()):
        found[component].append(row)
    return list(found.values())


def _graph(alike: Likeness) -> csr_matrix:
    """The similarities from NEARLY on, each pair once, drawn in blocks so that memory holds few of the others.

    Of more than MOST the highest, and all from TOGETHER on.
    """
    import numpy as np
    from scipy.sparse import csr_matrix, vstack

    count, least = alike.vectors.shape[0], NEARLY
    blocks, held = list[csr_matrix](), 0
    for rows in _blocks(count, count, DRAWN):
        near = alike.between(rows)
        near[near < least] = 0
        blocks.append(csr_matrix(np.triu(near, rows.start + 1)))
        held += blocks[-1].nnz
        while held > MOST and least < TOGETHER:
            least = min(TOGETHER, least + STEP)
            for block in blocks:
                block.data[block.data < least] = 0
                block.eliminate_zeros()
            held = sum(block.nnz for block in blocks)
    return vstack(blocks, format="csr")


def _blocks(rows: int, columns: int, cells: int) -> Iterator[slice]:
    """Slices of the rows, none with more than so many similarities."""
    size = max(1, cells // columns)
    for start in range(0, rows, size):
        yield slice(start, start + size)


def _average_link(rows: list[int], graph: csr_matrix, alike: Likeness) -> list[int]:
    """Clusters of one component, numbered from 0."""
    from scipy.cluster.hierarchy import fcluster, linkage

    if len(rows) == 1:
        return [0]
    if len(rows) <= LARGEST:
        cells, distance = list(range(len(rows))), _distances(rows, alike)
    else:
        cells = _much_alike(graph[rows][:, rows])
        distance = _mean_distances(rows, cells, alike)
    if not len(distance):
        return cells
    labels = fcluster(linkage(distance, method="average"), 1 - TOGETHER, criterion="distance")
    return [int(labels[cell]) - 1 for cell in cells]


def _distances(rows: list[int], alike: Likeness) -> Any:
    """One minus the similarity of each two of the rows, one after the other, as scipy wants them."""
    import numpy as np

    count, at = len(rows), 0
    found = np.empty(count * (count - 1) // 2)
    for part in _blocks(count, count, DRAWN):
        for row, near in enumerate(np.subtract(1, alike.between(rows[part], rows)), part.start):
            found[at : at + count - row - 1] = near[row + 1 :]
            at += count - row - 1
    return found


def _much_alike(graph: csr_matrix) -> list[int]:
    """Number of the cell of each row: what is linked so strongly that at most LARGEST cells are left."""
    threshold = EQUAL
    while True:
        strong = graph.copy()
        strong.data[strong.data < threshold] = 0
        strong.eliminate_zeros()
        cells = _components(strong)
        if len(cells) <= LARGEST:
            break
        threshold = max(TOGETHER, threshold - STEP)
    numbers = [0] * graph.shape[0]
    for number, rows in enumerate(cells):
        for row in rows:
            numbers[row] = number
    return numbers


def _mean_distances(rows: list[int], cells: list[int], alike: Likeness) -> Any:
    """The same of each two cells, by the mean similarity of their articles."""
    import numpy as np
    from scipy.sparse import csr_matrix

    count, at = max(cells) + 1, 0
    member = csr_matrix((np.ones(len(rows), np.float32), (np.arange(len(rows)), cells)), shape=(len(rows), count))
    sums = np.zeros((count, count), np.float32)
    for part in _blocks(len(rows), len(rows), CELLS):
        sums += member[part].T @ (alike.between(rows[part], rows) @ member)
    sizes = np.bincount(cells).astype(np.float32)
    sums /= sizes[:, None]
    sums /= sizes[None, :]
    np.subtract(1, sums, out=sums)
    found = np.empty(count * (count - 1) // 2)
    for row in range(count):
        found[at : at + count - row - 1] = sums[row, row + 1 :]
        at += count - row - 1
    return found


def _group(gathered: Gathered, rows: list[int], alike: Likeness) -> Group:
    dates = [day for row in rows if (day := gathered.days[row])]
    first, last = (min(dates), max(dates)) if dates else (None, None)
    members = tuple(gathered.ids[row] for row in rows)
    if len(rows) == 1:
        return Group(members=members, central=members[0], reason=GroupReason(first=first, last=last))
    others = (_sums(rows, alike) - 1) / (len(rows) - 1)
    return Group(
        members=members,
        central=members[int(others.argmax())],
        reason=GroupReason(
            shared=_shared(rows, alike),
            similarity=round(float(others.mean()), 2),
            weakest=round(float(others.min()), 2),
            first=first,
            last=last,
        ),
    )


def _sums(rows: list[int], alike: Likeness) -> Any:
    """What each row's similarities with all of these rows come to, that with itself included."""
    import numpy as np

    return np.concatenate(
        [alike.between(rows[part], rows).sum(axis=1) for part in _blocks(len(rows), len(rows), CELLS)]
    )


def _shared(rows: list[int], alike: Likeness) -> tuple[str, ...]:
    """What most of the articles have in common, the weightiest first and figures last; each word once."""
    vectors, terms = alike.vectors[rows], alike.terms
    holders, weight = (vectors > 0).sum(axis=0).A1, vectors.sum(axis=0).A1
    common = [int(column) for column in (holders > max(1, len(rows) / 2 - 1)).nonzero()[0] if terms[column]]
    named, figures = dict[str, str](), dict[str, str]()
    for column in sorted(common, key=lambda column: (-float(weight[column]), terms[column])):
        kind = named if column < alike.figures_from else figures
        kind.setdefault(latin(terms[column]), terms[column])
    return (*[*named.values()][:TERMS_SHOWN], *[*figures.values()][:FIGURES_SHOWN])
