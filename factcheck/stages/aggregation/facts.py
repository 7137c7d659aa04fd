"""Equivalent claims become facts; a contradiction never stays inside one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from factcheck.models import Claim, Judgement, tagged_hash


@dataclass(frozen=True)
class Group:
    """A fact before its origins and verdict are known; all ids sorted."""

    id: str
    representative: str
    claims: tuple[str, ...]
    entailed_by: tuple[str, ...]


@dataclass(frozen=True)
class Grouping:
    """All facts of a story, in order of their ids."""

    groups: tuple[Group, ...]
    fact_of: Mapping[str, str]
    """Claim id -> fact id."""
    set_aside: tuple[Judgement, ...]
    """Supports that a firm contradiction overruled."""


def group_facts(claims: Mapping[str, Claim], judgements: Sequence[Judgement]) -> Grouping:
    """Partition `claims` (grounded ones, by id) into facts by the firm judgements between them.

    Equivalent claims form one fact, unless that would put two contradicting claims together. Then the equivalences are
    applied strongest first, and one whose two sides already hold a contradiction is set aside: clustering with
    cannot-link constraints (Wagstaff et al. 2001), merged greedily as in Kruskal's algorithm. The strength of an
    equivalence is whether the claims are equal in words, then how many claims are equivalent to both. So the best
    supported group stays whole, the weak bridge gives way, and a group without a contradiction is never touched.

    A fact is entailed by another when any claim of the other entails one of its own; chains are not followed, because
    all pairs were judged and a chain repeats the judge's errors. An entailment between facts that also contradict
    each other is set aside.
    """
    inside = [j for j in judgements if j.certainty == "firm" and j.left in claims and j.right in claims]
    equivalent = [j for j in inside if j.relation == "equivalent"]
    contradicting = [j.key for j in inside if j.relation == "contradicts"]
    clusters = _merge(claims, _strongest_first(equivalent), contradicting)
    fact_of = {id_: _fact_id(members) for members in clusters for id_ in members}
    at_odds = {frozenset((fact_of[left], fact_of[right])) for left, right in contradicting}
    aside = [j for j in equivalent if fact_of[j.left] != fact_of[j.right]]
    entailed_by: dict[str, set[str]] = defaultdict(set)
    for j in inside:
        if j.relation not in ("a_entails_b", "b_entails_a"):
            continue
        strong, weak = j.key if j.relation == "a_entails_b" else (j.right, j.left)
        if frozenset((fact_of[strong], fact_of[weak])) in at_odds:
            aside.append(j)
        elif fact_of[strong] != fact_of[weak]:
            entailed_by[fact_of[weak]].add(fact_of[strong])
    centrality = _centrality(equivalent, fact_of)
    groups = [
        Group(
            id=fact_of[members[0]],
            representative=min(members, key=lambda id_: _standing(claims[id_], centrality[id_])),
            claims=tuple(members),
            entailed_by=tuple(sorted(entailed_by[fact_of[members[0]]])),
        )
        for members in clusters
    ]
    return Grouping(
        groups=tuple(sorted(groups, key=lambda group: group.id)),
        fact_of=fact_of,
        set_aside=tuple(sorted(aside, key=lambda j: j.key)),
    )


def components(nodes: Iterable[str], edges: Iterable[tuple[str, str]]) -> list[list[str]]:
    """The connected components of a graph, each sorted, in order of their first nodes."""
    return _merge(nodes, edges, ())


def _fact_id(members: Sequence[str]) -> str:
    return tagged_hash(["fact", *members])


def _standing(claim: Claim, equivalents: int) -> tuple[int, bool, int, str]:
    """Least first: the claim most others agree with, for it says what the group has in common; then core; then the
    best evidenced."""
    return -equivalents, not claim.core, -sum(e.end - e.start for e in claim.evidence), claim.id


def _centrality(equivalent: Sequence[Judgement], fact_of: Mapping[str, str]) -> dict[str, int]:
    """Claim id -> how many claims of its own fact were judged equivalent to it."""
    count = dict.fromkeys(fact_of, 0)
    for j in equivalent:
        if fact_of[j.left] == fact_of[j.right]:
            count[j.left] += 1
            count[j.right] += 1
    return count


def _strongest_first(equivalent: Sequence[Judgement]) -> list[tuple[str, str]]:
    """The pairs judged equivalent: equal in words first, then those with the most common equivalents, then by id."""
    near: dict[str, set[str]] = defaultdict(set)
    for j in equivalent:
        near[j.left].add(j.right)
        near[j.right].add(j.left)
    ranked = sorted(equivalent, key=lambda j: (j.how != "identical", -len(near[j.left] & near[j.right]), j.key))
    return [j.key for j in ranked]


def _merge(
    nodes: Iterable[str], links: Iterable[tuple[str, str]], forbidden: Iterable[tuple[str, str]]
) -> list[list[str]]:
    """Merge along `links` in their order, but never so that a forbidden pair shares a cluster."""
    members = {node: [node] for node in nodes}
    root = {node: node for node in members}
    enemies: dict[str, set[str]] = defaultdict(set)
    for left, right in forbidden:
        enemies[left].add(right)
        enemies[right].add(left)
    for left, right in links:
        keep, join = sorted((root[left], root[right]), key=lambda r: (-len(members[r]), r))
        if keep == join or join in enemies[keep]:
            continue
        for node in members[join]:
            root[node] = keep
        members[keep] += members.pop(join)
        for enemy in enemies.pop(join, set()):
            enemies[enemy].discard(join)
            enemies[enemy].add(keep)
            enemies[keep].add(enemy)
    return sorted(sorted(cluster) for cluster in members.values())
