"""Which stories tell of one event by what their claims say: the second evidence, after how alike openings are.

Average-link clustering (scipy) over the share of chief facts that both tell. What is clustered are parts, the articles
that their openings put together, anew each time and from all that is known of any two of them: what was joined before
has no say, so that the stories depend on what is there and not on the order in which it came.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from factcheck.batch.openings import HALVING, LEAST, NEAR
from factcheck.models import Value

if TYPE_CHECKING:
    from numpy.typing import NDArray

FACTS = 2
"""Chief facts of either part that the other one must tell of too: one alone may be what a later event begins with, such
as the verdict of which the report on a march tells."""
SHARE = 0.3
"""Of the chief facts of the part that has fewer, how many must be among those of the other; clusters of parts are one
story from this mean on."""
FACTS_SHOWN = 3


class Link(Value):
    """What speaks for two parts being of one story."""

    sides: tuple[tuple[str, ...], tuple[str, ...]]
    """Ids of the articles of each part that tell of what both tell of."""
    facts: tuple[str, ...]
    """What both tell of, in the words of one side, or as a question where they contradict each other; a few."""
    strength: float
    """From 0 to 1: the share of the chief facts, less by the days between."""
    whole: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    """Ids of all articles of each part as it was when they were compared."""
    claims: str = ""
    """A hash of the claims that they had then."""
    about: tuple[str, ...] = ()
    """Ids and texts by which a decision may name what was compared."""
    decided: str = ""
    """A hash of the decisions that did."""

    def joins(self, one: Iterable[str], other: Iterable[str]) -> bool:
        """Whether these are the articles of the two parts that were compared."""
        return set(map(frozenset, self.whole)) == {frozenset(one), frozenset(other)}


@dataclass(frozen=True)
class Weighed:
    """Articles of a story that their openings put together, as its report has them."""

    story: str
    """Key."""
    articles: frozenset[str]
    chief: tuple[str, ...]
    """Names, within the story, of the facts that are compared: the first of those that another report would state or
    contest, by how many of the articles tell them."""
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


def linked(
    parts: Sequence[Weighed], shared: Iterable[Shared], compared: Mapping[tuple[int, int], int]
) -> dict[tuple[int, int], Link]:
    """What speaks for any two of the parts being of one story, by their places; nothing of two that share too little.

    `compared` says of how many chief facts of either two parts were compared; what was found between others, or between
    further facts, says nothing, for nobody looked for the rest. The same in whatever order it comes.
    """
    met: dict[tuple[int, int], list[Shared]] = defaultdict(list)
    for each in shared:
        many = compared.get(each.parts, 0)
        if all(fact in parts[part].chief[:many] for part, fact in zip(each.parts, each.facts, strict=True)):
            met[each.parts].append(each)
    found = {}
    for pair, both in sorted(met.items()):
        if strength := _strength(parts[pair[0]], parts[pair[1]], both, compared[pair]):
            found[pair] = _link(both, parts, strength)
    return found


def _strength(left: Weighed, right: Weighed, both: Sequence[Shared], compared: int) -> float:
    """The share of the chief facts of the part with fewer that the other one tells of too, less by the days between.

    A fact that meets several of the other part is one, on whichever side.
    """
    facts = min(len({each.facts[side] for each in both}) for side in (0, 1))
    if facts < FACTS:
        return 0.0
    return facts / min(compared, len(left.chief), len(right.chief)) * _near(left, right)


def _near(left: Weighed, right: Weighed) -> float:
    """What the days between two parts leave, as between two openings; 1 where a part has no date."""
    if left.first is None or left.last is None or right.first is None or right.last is None:
        return 1.0
    apart = max((right.first - left.last).days, (left.first - right.last).days, NEAR)
    return float(max(2 ** ((NEAR - apart) / HALVING), LEAST))


def _link(both: Sequence[Shared], parts: Sequence[Weighed], strength: float) -> Link:
    """The link of the parts that `both` is about, the side of the lower ids first."""
    sides = [tuple(sorted({id_ for each in both for id_ in each.articles[side]})) for side in (0, 1)]
    whole = [tuple(sorted(parts[part].articles)) for part in both[0].parts]
    (first, of_first), (second, of_second) = sorted(zip(sides, whole, strict=True))
    facts = tuple(_told(both))[:FACTS_SHOWN]
    return Link(sides=(first, second), facts=facts, strength=strength, whole=(of_first, of_second))


def _told(both: Sequence[Shared]) -> list[str]:
    """What both tell of, each fact of either once: agreements first, and what most articles say."""
    texts, met = list[str](), (set[str](), set[str]())
    for each in sorted(both, key=lambda each: (not each.agreed, -sum(map(len, each.articles)), each.text, each.facts)):
        if each.facts[0] not in met[0] and each.facts[1] not in met[1]:
            texts.append(each.text)
        met[0].add(each.facts[0])
        met[1].add(each.facts[1])
    return list(dict.fromkeys(texts))


def ordered(pair: Iterable[int]) -> tuple[int, int]:
    """Two numbers, the lower first."""
    low, high = sorted(pair)
    return low, high


def between(groups: Sequence[Collection[str]], links: Iterable[Link]) -> dict[tuple[int, int], list[Link]]:
    """What is known of any two of the groups of articles, by their numbers, the lower first; the strongest first.

    A link holds while each of its sides is whole within one of the groups; one of whose articles is gone or changed, or
    whose side openings put apart, says nothing any more.
    """
    home = {id_: number for number, group in enumerate(groups) for id_ in group}
    found: dict[tuple[int, int], list[Link]] = defaultdict(list)
    for link in sorted(links, key=lambda link: (-link.strength, link.sides, link.whole)):
        homes = [{home.get(id_, -1) for id_ in side} for side in link.sides]
        if all(len(numbers) == 1 and -1 not in numbers for numbers in homes) and homes[0] != homes[1]:
            found[ordered(number for numbers in homes for number in numbers)].append(link)
    return dict(found)


def holding(groups: Sequence[Collection[str]], links: Iterable[Link]) -> dict[tuple[int, int], Link]:
    """Of several links between two groups that which was made between them as they are, else the strongest."""
    return {
        (one, other): next((link for link in found if link.joins(groups[one], groups[other])), found[0])
        for (one, other), found in between(groups, links).items()
    }


def together(
    groups: Sequence[Sequence[str]], links: Iterable[Link], near: Collection[tuple[int, int]]
) -> list[tuple[list[int], tuple[str, ...]]]:
    """Groups of articles that links make one, as their numbers, with what they have in common; each group once.

    `near` are those that are nearly alike, two numbers in order: links between others do not count.
    """
    held = {pair: link for pair, link in holding(groups, links).items() if pair in near}
    label = _clusters(len(groups), {pair: link.strength for pair, link in held.items()})
    members: dict[int, list[int]] = defaultdict(list)
    for number, cluster in enumerate(label):
        members[cluster].append(number)
    facts: dict[int, list[str]] = defaultdict(list)
    for (left, right), link in sorted(held.items(), key=lambda item: (-item[1].strength, item[0])):
        if label[left] == label[right]:
            facts[label[left]] += link.facts
    return [(found, tuple(dict.fromkeys(facts[number]))[:FACTS_SHOWN]) for number, found in members.items()]


def _clusters(count: int, strength: Mapping[tuple[int, int], float]) -> list[int]:
    """Number of the cluster of each of so many parts.

    Two clusters become one only where two of their parts are linked by SHARE or more, so that each connected component
    of such links is looked at by itself; other strengths, and none at all, count in the means.
    """
    import numpy as np
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    edges = np.array(list(strength), dtype=int).reshape(-1, 2)
    weight = np.array(list(strength.values()), dtype=float)
    strong = edges[weight >= SHARE]
    graph = coo_matrix((np.ones(len(strong)), (strong[:, 0], strong[:, 1])), shape=(count, count))
    _, component = connected_components(graph, directed=False)
    label = component * (count + 1)
    order = np.argsort(component, kind="stable")
    place = np.empty(count, dtype=int)
    ends = np.cumsum(np.bincount(component)) if count else np.array([], dtype=int)
    inside = component[edges[:, 0]] == component[edges[:, 1]]
    of = component[edges[:, 0]]
    for number, found in enumerate(np.split(order, ends[:-1]) if count else []):
        if len(found) > 1:
            place[found] = np.arange(len(found))
            own = inside & (of == number)
            distance = _distances(len(found), place[edges[own]], weight[own])
            label[found] += fcluster(linkage(distance, method="average"), 1 - SHARE, criterion="distance")
    return [int(number) for number in label]


def _distances(count: int, edges: NDArray[Any], weight: NDArray[Any]) -> NDArray[Any]:
    """One minus the strength of each two of so many parts, one after the other, as scipy wants them."""
    import numpy as np

    distance = np.ones(count * (count - 1) // 2)
    low, high = edges.min(axis=1), edges.max(axis=1)
    distance[low * count - low * (low + 1) // 2 + high - low - 1] = 1 - weight
    return distance
