"""Which pairs travel together: a graph of claims is cut into requests so that few claims are listed twice."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterable, Mapping, Sequence

from factcheck.models import CandidatePair, Value


class Limits(Value):
    """What one request may hold."""

    pairs: int
    tokens: int
    """For claims, names of pairs and the expected answer together, without the instructions; local servers count
    prompt and answer against one window."""
    tokens_per_pair: int
    """To name one pair, and to answer it."""


class Batch(Value):
    """The pairs of one request, and the claims they need in the order in which they are listed."""

    pairs: tuple[CandidatePair, ...]
    listed: tuple[str, ...]

    def numbers(self) -> dict[str, int]:
        """Claim id -> its number in the request, from 1."""
        return {id_: number for number, id_ in enumerate(self.listed, 1)}


def pack(
    pairs: Iterable[CandidatePair], order: Sequence[str], weights: Mapping[str, int], limits: Limits
) -> tuple[Batch, ...]:
    """Batches within `limits` that hold every pair once and list few claims.

    Claims are vertices, pairs are edges, a batch lists the vertices of its edges: an edge partition with few copies
    of vertices, which is NP-hard. A batch is grown from one claim by taking in, again and again, the neighbour that
    brings most pairs for what it leaves open (the neighbourhood heuristic of Zhang et al., "Graph Edge Partitioning
    via Neighborhood Heuristic", KDD 2017, with other scores); of the results of all scores the cheapest is kept.
    Batches are of even size, because the slowest request decides how long a stage takes.

    `order` is that of the articles and their text: claims are listed in it, and it settles what is equally good.
    `weights` are the prompt tokens of each paired claim's lines. A single pair is sent even when it exceeds the
    limits. The order of `pairs` changes nothing.
    """
    rank = {id_: index for index, id_ in enumerate(order)}
    edges = {(min(e), max(e)): pair for pair in pairs for e in [(rank[pair.left], rank[pair.right])]}
    if not edges:
        return ()
    weight = [weights.get(id_, 0) for id_ in order]
    size = math.ceil(len(edges) / math.ceil(len(edges) / limits.pairs))
    found = [_grown(sorted(edges), weight, limits, size, score) for score in _SCORES]
    best = min(found, key=lambda parts: (len(parts), sum(weight[v] for part in parts for v in _vertices(part))))
    return tuple(batch([edges[edge] for edge in sorted(part)], order) for part in best)


def batch(pairs: Sequence[CandidatePair], order: Sequence[str]) -> Batch:
    """One request's pairs; their claims are listed in `order`."""
    needed = {id_ for pair in pairs for id_ in pair.key}
    return Batch(pairs=tuple(pairs), listed=tuple(id_ for id_ in order if id_ in needed))


Edge = tuple[int, int]
Score = Callable[[int, int], float]
"""(Pairs that a claim brings with it, pairs of its that are still open) -> the lower the sooner."""
_SCORES: tuple[Score, ...] = (
    lambda gain, degree: -gain * gain / degree,
    lambda gain, degree: -gain / degree,
    lambda gain, degree: -gain + (degree - gain) / (degree + 1),
)


def _vertices(part: Iterable[Edge]) -> set[int]:
    return {vertex for edge in part for vertex in edge}


def _grown(edges: Sequence[Edge], weight: Sequence[int], limits: Limits, size: int, score: Score) -> list[list[Edge]]:
    """The edges in parts of at most `size`, each within the limit of tokens unless it is a single edge."""
    open_: list[set[int]] = [set() for _ in weight]
    for one, other in edges:
        open_[one].add(other)
        open_[other].add(one)
    parts: list[list[Edge]] = []
    seed, left = 0, len(edges)
    while left:
        part: list[Edge] = []
        listed: set[int] = set()
        gain: dict[int, int] = {}
        heap: list[tuple[float, int, int]] = []
        used = 0
        while left and len(part) < size:
            vertex = _best(heap, gain, listed)
            if vertex is None:  # whatever is listed has no open edge, so the next component begins
                while not open_[seed]:
                    seed += 1
                vertex = seed
            taken = sorted(open_[vertex] & listed)[: size - len(part)]
            used += weight[vertex] + len(taken) * limits.tokens_per_pair
            if part and used > limits.tokens:
                break
            for other in taken:
                part.append((min(vertex, other), max(vertex, other)))
                open_[vertex].discard(other)
                open_[other].discard(vertex)
            left -= len(taken)
            listed.add(vertex)
            for other in open_[vertex] - listed:
                gain[other] = gain.get(other, 0) + 1
                heapq.heappush(heap, (score(gain[other], len(open_[other])), other, gain[other]))
        parts.append(part)
    return parts


def _best(heap: list[tuple[float, int, int]], gain: Mapping[int, int], listed: set[int]) -> int | None:
    """The best neighbour of what is listed; older scores of one that has gained since are passed over."""
    while heap:
        _, vertex, at = heapq.heappop(heap)
        if vertex not in listed and gain[vertex] == at:
            return vertex
    return None
