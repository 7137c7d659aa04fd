"""Which articles of one folder report the same event: similarity of their openings, clustered, with the reason shown.

Average-link clustering (`factcheck/batch/clustering.py`), capped by similarity and never by count. What is alike is
said in `factcheck/batch/openings.py` and `factcheck/batch/likeness.py`. All similarities are computed a few rows at a
time and none is held, so that memory grows with the openings and not with their square.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from factcheck.batch import openings as measure
from factcheck.batch.clustering import LARGEST, Sums, blocks, clusters
from factcheck.batch.likeness import Likeness, likeness
from factcheck.batch.openings import Gathered, Opening, gather, latin
from factcheck.index import GroupReason
from factcheck.models import Value

if TYPE_CHECKING:
    from numpy.typing import NDArray

TOGETHER = 0.26
"""Average similarity from which two clusters are one, and so the least that links two articles at all."""
TERMS_SHOWN, FIGURES_SHOWN = 6, 2
NEARLY = 0.1
"""Average similarity from which two groups are nearly one, so that it is worth asking what their claims say."""
NEIGHBOURS = 2
"""Of those that are nearly one with a group, the most alike."""


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
    return [*measure.parameters(), TOGETHER, LARGEST, NEARLY, NEIGHBOURS]


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
    labels = clusters(alike, TOGETHER)
    rows_of: dict[int, list[int]] = defaultdict(list)
    for row, label in enumerate(labels.tolist()):
        rows_of[label].append(row)
    groups = [_group(gathered, rows, alike) for rows in rows_of.values()]
    return tuple(
        group.model_copy(
            update={
                "near": tuple(groups[number].central for number, _ in found),
                "alike": tuple(round(min(1.0, alike), 4) for _, alike in found),
            }
        )
        for group, found in zip(groups, _near(alike, labels), strict=True)
    )


def _near(alike: Likeness, labels: NDArray[Any]) -> list[list[tuple[int, float]]]:
    """The groups that are nearly one with each group, and how alike they are: of either its nearest ones.

    The most alike come first. Groups are numbered as their labels are.
    """
    import numpy as np

    _, number = np.unique(labels, return_inverse=True)
    count = int(number.max()) + 1
    sums = Sums(alike, number, count)
    chosen: dict[int, dict[int, float]] = defaultdict(dict)
    for some in sums.blocks(np.arange(count)):
        rounded = np.round(sums.means(some, np.arange(count)), 6)  # so that sums of floats order nothing
        for group, means in zip(some.tolist(), rounded, strict=True):
            others = np.flatnonzero(means >= NEARLY)
            for other in others[np.lexsort((others, -means[others]))[:NEIGHBOURS]].tolist():
                value = float(means[other])
                chosen[group][other] = chosen[other][group] = value
    return [sorted(chosen[group].items(), key=lambda found: (-found[1], found[0])) for group in range(count)]


def _group(gathered: Gathered, rows: list[int], alike: Likeness) -> Group:
    import numpy as np

    dates = [day for row in rows if (day := gathered.days[row])]
    first, last = (min(dates), max(dates)) if dates else (None, None)
    members = tuple(gathered.ids[row] for row in rows)
    if len(rows) == 1:
        return Group(members=members, central=members[0], reason=GroupReason(first=first, last=last))
    others = _to_the_others(alike.of(np.array(rows)).compact())
    return Group(
        members=members,
        central=members[int(others.argmax())],
        reason=GroupReason(
            shared=_shared(rows, alike, gathered),
            similarity=round(min(1.0, float(others.mean())), 2),
            weakest=round(min(1.0, float(others.min())), 2),
            first=first,
            last=last,
        ),
    )


def _to_the_others(alike: Likeness) -> NDArray[Any]:
    """The mean similarity of each row with all the others."""
    import numpy as np

    sums: list[NDArray[Any]] = []
    for part in blocks(len(alike), alike):
        found = alike.of(part).between(alike)
        found[np.arange(part.stop - part.start), np.arange(part.start, part.stop)] = 0
        sums.append(found.sum(axis=1))
    return np.asarray(np.concatenate(sums) / (len(alike) - 1))


def _shared(rows: list[int], alike: Likeness, gathered: Gathered) -> tuple[str, ...]:
    """What most of the articles have in common, the weightiest first and figures last; each word once."""
    vectors, terms = alike.vectors[rows], alike.terms
    holders, weight = (vectors > 0).sum(axis=0).A1, vectors.sum(axis=0).A1
    common = [int(column) for column in (holders > max(1, len(rows) / 2 - 1)).nonzero()[0]]
    shown = [(-float(weight[column]), word, column) for column in common if (word := gathered.shown(terms[column]))]
    named, figures = dict[str, str](), dict[str, str]()
    for _, word, column in sorted(shown):
        kind = figures if gathered.tells_figure(terms[column]) else named
        kind.setdefault(latin(word), word)
    return (*[*named.values()][:TERMS_SHOWN], *[*figures.values()][:FIGURES_SHOWN])
