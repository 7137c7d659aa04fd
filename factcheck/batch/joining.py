"""Which stories report one event by what their claims say: the second evidence, after how alike openings are.

Average-link clustering (scipy) of the stories over the share of facts that both report. What is weighed are parts, the
articles that their openings put together, so that a story which was joined before counts as what it was joined from.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from factcheck.batch.openings import HALVING, LEAST, NEAR
from factcheck.models import Value

FACTS = 2
"""Facts that two parts must both report: one alone may be what a later event begins with, such as the verdict of which
the report on a march tells."""
SHARE = 0.3
"""Of the facts of the smaller part, how many the other one must report too; two stories are one from this mean of their
parts on."""
FACTS_SHOWN = 3


class Link(Value):
    """That two parts are of one story, and by what."""

    sides: tuple[tuple[str, ...], tuple[str, ...]]
    """Ids of the articles of each part that report what both report."""
    facts: tuple[str, ...]
    """What both report, in the words of one side, or as a question where they contradict each other; a few."""


@dataclass(frozen=True)
class Weighed:
    """Articles of a story that their openings put together, as its report has them."""

    story: str
    """Key."""
    articles: frozenset[str]
    facts: int
    """That another report would state or contest."""
    first: dt.date | None
    last: dt.date | None
    """Days of publication."""


@dataclass(frozen=True)
class Shared:
    """A fact of one part and one of another that support or contradict each other, and so are about the same."""

    parts: tuple[int, int]
    """Their places, the lower first."""
    facts: tuple[str, str]
    """Names of the facts, each within its story."""
    articles: tuple[frozenset[str], frozenset[str]]
    """Articles of the part that say so."""
    text: str
    agreed: bool


def parameters() -> list[float]:
    """All that the links between given parts depend on."""
    return [FACTS, SHARE, NEAR, HALVING, LEAST]


def linked(parts: Sequence[Weighed], shared: Iterable[Shared]) -> tuple[Link, ...]:
    """The links that make stories one; none between the parts of one story. The same in whatever order they come."""
    met: dict[tuple[int, int], list[Shared]] = defaultdict(list)
    for each in shared:
        if parts[each.parts[0]].story != parts[each.parts[1]].story:
            met[each.parts].append(each)
    strength = {pair: value for pair, both in met.items() if (value := _strength(parts, pair, both))}
    of_story: dict[str, list[int]] = defaultdict(list)
    for number, part in enumerate(parts):
        of_story[part.story].append(number)
    label = _clusters(of_story, strength)
    links = [_link(met[pair]) for pair in strength if label[parts[pair[0]].story] == label[parts[pair[1]].story]]
    return tuple(sorted(links, key=lambda link: link.sides))


def _strength(parts: Sequence[Weighed], pair: tuple[int, int], both: Sequence[Shared]) -> float:
    """The share of the facts of the smaller part that the other one reports too, less by the days between them.

    A fact that meets several of the other part is one, on whichever side.
    """
    left, right = parts[pair[0]], parts[pair[1]]
    facts = min(len({each.facts[side] for each in both}) for side in (0, 1))
    if facts < FACTS:
        return 0.0
    return facts / max(1, facts, min(left.facts, right.facts)) * _near(left, right)


def _near(left: Weighed, right: Weighed) -> float:
    """What the days between two parts leave, as between two openings; 1 where a part has no date."""
    if left.first is None or left.last is None or right.first is None or right.last is None:
        return 1.0
    apart = max((right.first - left.last).days, (left.first - right.last).days, NEAR)
    return float(max(2 ** ((NEAR - apart) / HALVING), LEAST))


def _clusters(of_story: Mapping[str, Sequence[int]], strength: Mapping[tuple[int, int], float]) -> dict[str, int]:
    """Number of the cluster of each story."""
    import numpy as np
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial.distance import squareform

    stories = sorted(of_story)
    place = {number: at for at, story in enumerate(stories) for number in of_story[story]}
    edges = np.array([(place[left], place[right]) for left, right in strength], dtype=int).reshape(-1, 2)
    graph = coo_matrix((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(len(stories), len(stories)))
    _, component_of = connected_components(graph, directed=False)
    components: dict[int, list[str]] = defaultdict(list)
    for story, component in zip(stories, component_of.tolist(), strict=True):
        components[component].append(story)
    label, fresh = dict[str, int](), 0
    for found in components.values():
        numbers = [1]
        if len(found) > 1:
            distance = np.array([[1 - _mean(of_story[a], of_story[b], strength) for b in found] for a in found])
            np.fill_diagonal(distance, 0)
            tree = linkage(squareform(distance, checks=False), method="average")
            numbers = fcluster(tree, 1 - SHARE, criterion="distance").tolist()
        label |= {story: fresh + number for story, number in zip(found, numbers, strict=True)}
        fresh += len(found)
    return label


def _mean(left: Sequence[int], right: Sequence[int], strength: Mapping[tuple[int, int], float]) -> float:
    """Of the strengths between the parts of two stories."""
    met = [strength.get((min(pair), max(pair)), 0.0) for pair in product(left, right)]
    return sum(met) / len(met)


def _link(both: Sequence[Shared]) -> Link:
    sides = [tuple(sorted({id_ for each in both for id_ in each.articles[side]})) for side in (0, 1)]
    first, second = sorted(sides)
    return Link(sides=(first, second), facts=tuple(_told(both))[:FACTS_SHOWN])


def _told(both: Sequence[Shared]) -> list[str]:
    """What both report, each fact of either once: agreements first, and what most articles say."""
    texts, met = list[str](), (set[str](), set[str]())
    for each in sorted(both, key=lambda each: (not each.agreed, -sum(map(len, each.articles)), each.text, each.facts)):
        if each.facts[0] not in met[0] and each.facts[1] not in met[1]:
            texts.append(each.text)
        met[0].add(each.facts[0])
        met[1].add(each.facts[1])
    return list(dict.fromkeys(texts))


def together(groups: Sequence[Sequence[str]], links: Sequence[Link]) -> list[tuple[list[int], tuple[str, ...]]]:
    """Groups of articles that links make one, as their numbers, with what they have in common; each group once.

    A link holds while each of its sides is whole within one of the groups; one of whose articles is gone or changed, or
    whose side openings put apart, says nothing any more.
    """
    home = {id_: number for number, group in enumerate(groups) for id_ in group}
    leader = list(range(len(groups)))

    def lead(number: int) -> int:
        while leader[number] != number:
            number = leader[number]
        return number

    held = list[tuple[int, Link]]()
    for link in links:
        homes = [{home.get(id_, -1) for id_ in side} for side in link.sides]
        if all(len(found) == 1 and -1 not in found for found in homes):
            left, right = (found.pop() for found in homes)
            if left != right:
                held.append((left, link))
                low, high = sorted((lead(left), lead(right)))
                leader[high] = low
    members: dict[int, list[int]] = defaultdict(list)
    for number in range(len(groups)):
        members[lead(number)].append(number)
    facts: dict[int, list[str]] = defaultdict(list)
    for left, link in held:
        facts[lead(left)] += link.facts
    return [(found, tuple(dict.fromkeys(facts[number]))[:FACTS_SHOWN]) for number, found in members.items()]
