"""What becomes of each fact: disputed, superseded, or resting on so many outlets and origins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from factcheck.findings import Fact, Origin, Verdict
from factcheck.stages.aggregation.disputes import Clash, Story
from factcheck.stages.aggregation.facts import Group
from factcheck.stages.aggregation.origins import origins_of

VERDICTS: tuple[Verdict, ...] = ("disputed", "superseded", "corroborated", "single_origin", "single_report")


def verdict_of(*, disputed: bool, superseded: bool, publishers: int, origins: int) -> Verdict:
    """The first that holds: disputed, superseded, single report, corroborated, single origin.

    One outlet is a single report even when it names two origins, for nobody else vouches that it heard both.
    """
    if disputed:
        return "disputed"
    if superseded:
        return "superseded"
    if publishers < 2:
        return "single_report"
    return "corroborated" if origins >= 2 else "single_origin"


def facts_of(clashes: Sequence[Clash], superseded: frozenset[str], story: Story) -> tuple[Fact, ...]:
    """The facts with origins and verdicts: core ones first, then those with most publishers.

    Disputed are the facts of a firm, direct clash; explained clashes leave the verdict to outlets and origins. Outlets
    and origins of facts that entail this one count for it, unless those facts are disputed themselves: what is
    contested confirms nothing.
    """
    disputed = {fact for clash in clashes if clash.nature == "direct" for fact in clash.facts}
    found = [
        _fact(group, story, disputed=disputed, superseded=group.id in superseded) for group in story.groups.values()
    ]
    return tuple(sorted(found, key=lambda fact: (not fact.core, -len(fact.publishers), -len(fact.claims), fact.id)))


def _fact(group: Group, story: Story, *, disputed: Set[str], superseded: bool) -> Fact:
    behind = _claims_behind(group, story.groups, disputed)
    origins: tuple[Origin, ...] = origins_of(behind, story.sources)
    outlets = {story.sources[id_].publisher for id_ in behind}
    return Fact(
        id=group.id,
        text=story.claims[group.representative].text,
        representative=group.representative,
        claims=group.claims,
        entailed_by=group.entailed_by,
        publishers=tuple(sorted({story.sources[id_].publisher for id_ in group.claims})),
        origins=origins,
        verdict=verdict_of(
            disputed=group.id in disputed, superseded=superseded, publishers=len(outlets), origins=len(origins)
        ),
        core=any(story.claims[id_].core for id_ in group.claims),
    )


def _claims_behind(group: Group, groups: Mapping[str, Group], disputed: Set[str]) -> list[str]:
    undisputed = [other for other in group.entailed_by if other not in disputed]
    return [*group.claims, *(id_ for other in undisputed for id_ in groups[other].claims)]
