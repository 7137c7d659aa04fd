"""Contradictions between facts, grouped so that each matter is shown once: its points, and the sides of each."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from factcheck.findings import Dispute, DisputePoint, Side
from factcheck.models import Claim, ConflictKind, ConflictNature, Judgement, QuantityClaim, tagged_hash
from factcheck.stages.aggregation.facts import Group, components
from factcheck.stages.aggregation.origins import origins_of
from factcheck.stages.aggregation.sources import Source

KINDS: tuple[ConflictKind, ...] = ("existence", "number", "time", "place", "identity", "cause", "content", "other")
"""In the order in which a reader wants them: whether at all, how many, when, where, who, why, about what."""
NATURES: tuple[ConflictNature, ...] = ("direct", "update", "scope", "precision")
"""Worst first."""
REASONS = 3
"""Most reasons shown per point; every judgement keeps its own."""

FactPair = tuple[str, str]
Item = TypeVar("Item")


@dataclass(frozen=True)
class Clash:
    """All firm contradictions between two facts, lower fact id left, and what they are mostly about."""

    facts: FactPair
    kind: ConflictKind
    nature: ConflictNature
    judgements: tuple[Judgement, ...]


def clashes_between(judgements: Sequence[Judgement], fact_of: Mapping[str, str]) -> tuple[Clash, ...]:
    """The firm contradictions by pair of facts, in order.

    A fact states one thing, so that two facts clash about one thing: of the kinds that the judge gave for their
    claims the most frequent holds (ties: the order of `KINDS`), and likewise of the natures (ties: the worst).
    """
    by_facts: dict[FactPair, list[Judgement]] = defaultdict(list)
    for j in judgements:
        if j.relation == "contradicts" and j.certainty == "firm" and j.left in fact_of and j.right in fact_of:
            left, right = sorted((fact_of[j.left], fact_of[j.right]))
            by_facts[left, right].append(j)
    return tuple(
        Clash(
            facts=facts,
            kind=_most(KINDS, [j.conflict.kind if j.conflict else "other" for j in found]),
            nature=_most(NATURES, [j.conflict.nature if j.conflict else "direct" for j in found]),
            judgements=tuple(sorted(found, key=lambda j: j.key)),
        )
        for facts, found in sorted(by_facts.items())
    )


@dataclass(frozen=True)
class Story:
    """What the sides of a dispute are described from."""

    claims: Mapping[str, Claim]
    groups: Mapping[str, Group]
    sources: Mapping[str, Source]


def disputes_of(clashes: Sequence[Clash], story: Story) -> tuple[Dispute, ...]:
    """The disputes, worst first: connected facts are one matter, whatever they contradict each other about.

    Inside, clashes of one kind that hang together are one point. Its sides are its two colours when it has two
    (every fact on one side contradicts only facts of the other); else the facts are dealt to the first side they do
    not contradict, in the order of value, date or spread, so that three death tolls make three sides. Explained
    conflicts (update, scope, precision) are points like the others and say what they are.
    """
    facts = sorted({fact for clash in clashes for fact in clash.facts})
    found = []
    for matter in components(facts, [clash.facts for clash in clashes]):
        inside = [clash for clash in clashes if clash.facts[0] in matter]
        found.append(_dispute(matter, inside, story))
    return tuple(sorted(found, key=lambda dispute: _severity(dispute, story)))


def _severity(dispute: Dispute, story: Story) -> tuple[Any, ...]:
    claims = [id_ for fact in dispute.facts for id_ in story.groups[fact].claims]
    core = any(story.claims[id_].core for id_ in claims)
    publishers = {story.sources[id_].publisher for id_ in claims}
    return NATURES.index(dispute.nature), not core, -len(publishers), -len(dispute.points), -len(claims), dispute.id


def _dispute(matter: Sequence[str], clashes: Sequence[Clash], story: Story) -> Dispute:
    camps = _camps(matter, clashes, story)
    points = []
    for kind in KINDS:
        alike = [clash for clash in clashes if clash.kind == kind]
        nodes = sorted({fact for clash in alike for fact in clash.facts})
        for cluster in components(nodes, [clash.facts for clash in alike]):
            points.append(_point(kind, cluster, [c for c in alike if c.facts[0] in cluster], camps, story))
    points.sort(key=lambda p: (NATURES.index(p.nature), KINDS.index(p.kind), -len(p.pairs), p.pairs))
    return Dispute(
        id=tagged_hash(["dispute", *matter]),
        title=_title(matter, points, clashes, story),
        facts=tuple(matter),
        points=tuple(points),
        nature=min((point.nature for point in points), key=NATURES.index),
    )


def _camps(matter: Sequence[str], clashes: Sequence[Clash], story: Story) -> dict[str, int]:
    """Fact -> 0 or 1 when a matter of several points has two sides, so that each point shows them in one order."""
    if len({clash.kind for clash in clashes}) == 1:
        return {}
    sides = sorted(_sides(sorted(matter), [clash.facts for clash in clashes]), key=lambda side: _denying(side, story))
    return {fact: number for number, side in enumerate(sides) for fact in side} if len(sides) == 2 else {}


def _denying(side: Sequence[str], story: Story) -> tuple[float, int, list[str]]:
    """Orders camps: the one that denies less first, then the one with more publishers."""
    claims = [id_ for fact in side for id_ in story.groups[fact].claims]
    denied = sum(story.claims[id_].modality == "denied" for id_ in claims) / len(claims)
    return denied, -len({story.sources[id_].publisher for id_ in claims}), list(side)


def _title(matter: Sequence[str], points: Sequence[DisputePoint], clashes: Sequence[Clash], story: Story) -> str:
    """The question of whether it happened at all; else the question asked most often; else what most say."""
    for point in points:
        if point.kind == "existence" and point.question:
            return point.question
    asked = [j.conflict.question for c in clashes for j in c.judgements if j.conflict and j.conflict.question]
    if asked:
        return _by_frequency(asked)[0]
    widest = min((story.groups[fact] for fact in matter), key=lambda group: (-len(group.claims), group.id))
    return story.claims[widest.representative].text


def _point(
    kind: ConflictKind, facts: Sequence[str], clashes: Sequence[Clash], camps: Mapping[str, int], story: Story
) -> DisputePoint:
    judgements = sorted((j for clash in clashes for j in clash.judgements), key=lambda j: j.key)
    conflicts = [j.conflict for j in judgements if j.conflict]
    ordered = sorted(facts, key=lambda fact: _place(kind, story.groups[fact], story))
    sides = sorted(_sides(ordered, [clash.facts for clash in clashes]), key=lambda side: camps.get(side[0], 0))
    words = _words(judgements)
    described = [_side([story.groups[fact] for fact in side], words, story) for side in sides]
    questions = _by_frequency([c.question for c in conflicts if c.question])
    return DisputePoint(
        kind=kind,
        nature=min((clash.nature for clash in clashes), key=NATURES.index),
        question=questions[0] if questions else None,
        sides=tuple(described),
        reasons=tuple(_by_frequency([c.reason for c in conflicts if c.reason])[:REASONS]),
        pairs=tuple(j.key for j in judgements),
    )


def _sides(ordered: Sequence[str], edges: Sequence[FactPair]) -> list[list[str]]:
    """Classes of facts of which none contradicts another of its class; `ordered` and connected."""
    against: dict[str, set[str]] = defaultdict(set)
    for left, right in edges:
        against[left].add(right)
        against[right].add(left)
    side: dict[str, int] = {ordered[0]: 0}
    queue = [ordered[0]]
    while queue:
        fact = queue.pop()
        for other in sorted(against[fact]):
            if other not in side:
                side[other] = 1 - side[fact]
                queue.append(other)
    if any(side[left] == side[right] for left, right in edges):
        side = {}
        for fact in ordered:
            taken = {side[other] for other in against[fact] if other in side}
            side[fact] = next(number for number in range(len(ordered)) if number not in taken)
    return [[fact for fact in ordered if side[fact] == number] for number in sorted(set(side.values()))]


def _place(kind: ConflictKind, group: Group, story: Story) -> tuple[Any, ...]:
    """Where a fact stands among the sides: by value or date where that is the question, a denial last."""
    claims = [story.claims[id_] for id_ in group.claims]
    spread = len({story.sources[id_].publisher for id_ in group.claims})
    denials = sum(claim.modality == "denied" for claim in claims)
    measure = float("inf")
    if kind == "number":
        measure = min((c.value for c in claims if isinstance(c, QuantityClaim)), default=measure)
    elif kind == "time":
        days = [d.toordinal() for c in claims if c.when and (d := c.when.start or c.when.end)]
        measure = float(min(days, default=dt.date.max.toordinal()))
    return measure, denials * 2 > len(claims), -spread, group.id


def _words(judgements: Sequence[Judgement]) -> dict[str, list[str]]:
    """Claim id -> the words of its own that clash."""
    words: dict[str, list[str]] = defaultdict(list)
    for j in judgements:
        if j.conflict and j.conflict.left_words:
            words[j.left].append(j.conflict.left_words)
        if j.conflict and j.conflict.right_words:
            words[j.right].append(j.conflict.right_words)
    return words


def _side(groups: Sequence[Group], words: Mapping[str, Sequence[str]], story: Story) -> Side:
    claims = sorted(id_ for group in groups for id_ in group.claims)
    origins = origins_of(claims, story.sources)
    widest = min(groups, key=lambda group: (-len(group.claims), group.id))
    return Side(
        claims=tuple(claims),
        text=story.claims[widest.representative].text,
        words=tuple(_by_frequency([text for id_ in claims for text in words.get(id_, ())])),
        publishers=tuple(sorted({story.sources[id_].publisher for id_ in claims})),
        speakers=_speakers(claims, story),
        origins=origins,
    )


def _speakers(claims: Sequence[str], story: Story) -> tuple[str, ...]:
    """The named speakers, each once per set of names that the texts have for them: "Dmitry Peskov (Kremlin)" and
    "Russia", though they count as one voice."""
    forms: dict[frozenset[str], Counter[str]] = defaultdict(Counter)
    for id_ in claims:
        words = story.claims[id_].speaker
        if words and story.sources[id_].heard:
            forms[story.sources[id_].heard][words] += 1
    return tuple(sorted(min(c, key=lambda form: (-c[form], -len(form), form)) for c in forms.values()))


# -- explained by time -----------------------------------------------------------------------------


def superseded(
    clashes: Sequence[Clash], story: Story, withdrawn: Mapping[tuple[str, str], str] | None = None
) -> frozenset[str]:
    """The facts that an update replaced: the older ones of clashes of nature `update`.

    Older is the fact that an outlet corrected, by `withdrawn` (pair of claims -> the one that is withdrawn). Else
    older is the fact whose claims speak of an earlier time; when they speak of the same time or of none, the fact
    that was published first; in a clash about the time itself only publication counts, for a meeting may be brought
    forward. When neither tells them apart nothing is superseded, and the dispute stays one of nature `update`.
    """
    older = set()
    for clash in clashes:
        if clash.nature != "update":
            continue
        left, right = (story.groups[fact].claims for fact in clash.facts)
        taken_back = {(withdrawn or {}).get(judgement.key) for judgement in clash.judgements} - {None}
        if taken_back:
            older.add(clash.facts[0] if taken_back.intersection(left) else clash.facts[1])
            continue
        dates: list[Callable[[str], dt.date | None]] = [lambda id_: story.sources[id_].published]
        if clash.kind != "time":
            dates.insert(0, lambda id_: _as_of(story.claims[id_]))
        for date in dates:
            first, second = _earliest(left, date), _earliest(right, date)
            if first is not None and second is not None and first != second:
                older.add(clash.facts[0] if first < second else clash.facts[1])
                break
    return frozenset(older)


def _as_of(claim: Claim) -> dt.date | None:
    return (claim.when.end or claim.when.start) if claim.when else None


def _earliest(claims: Iterable[str], date: Callable[[str], dt.date | None]) -> dt.date | None:
    """The first known date; a later repetition of an old figure does not make it new."""
    return min((known for id_ in claims if (known := date(id_)) is not None), default=None)


def _most(order: Sequence[Item], given: Sequence[Item]) -> Item:
    """The most frequent of `given`; of equally frequent ones the first in `order`."""
    count = Counter(given)
    return min(count, key=lambda item: (-count[item], order.index(item)))


def _by_frequency(texts: Iterable[str]) -> list[str]:
    """Each text once but for case and spacing, the most frequent first, then the shortest."""
    count: Counter[str] = Counter()
    forms: dict[str, list[str]] = defaultdict(list)
    for text in texts:
        form = " ".join(text.split())
        count[form.casefold()] += 1
        forms[form.casefold()].append(form)
    ranked = sorted(count, key=lambda form: (-count[form], len(form), form))
    return [min(forms[form]) for form in ranked]
