"""Where two stories meet: facts of theirs that contradict or support each other, as their own reports tell them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from factcheck.batch import filing
from factcheck.index import AcrossFinding, AcrossSide, StoryRow
from factcheck.models import Claim, ConflictNature, Judgement, Label, tagged_hash

NATURES: tuple[ConflictNature, ...] = get_args(ConflictNature)
"""Worst first."""
Place = tuple[str, str]
"""Key of a story and id of one of its facts."""
QUOTES_SHOWN = 3
"""Sentences that a side names."""


@dataclass(frozen=True)
class Told:
    """What a story's report says of one fact."""

    place: Place
    publishers: tuple[str, ...]
    origins: tuple[str, ...]


def found_between(
    judgements: Sequence[Judgement],
    claims: Mapping[str, Claim],
    told: Mapping[str, Told],
    rows: Mapping[str, StoryRow],
    known: Collection[tuple[str, str]],
) -> tuple[AcrossFinding, ...]:
    """The findings behind the firm ones of the judgements, each pair of facts once, conflicts and new ones first.

    `claims` holds the claims of the judgements, `told` what their stories' reports say of them, `rows` the stories by
    key. A claim that its story's report counts in no fact is left out: a person rejected it. `known` are the pairs of
    claims that were found before.
    """
    groups: dict[tuple[Label, Place, Place], list[Judgement]] = defaultdict(list)
    for judgement in judgements:
        firm = judgement.certainty == "firm" and judgement.relation != "unrelated"
        if firm and judgement.left in told and judgement.right in told:
            first, second = sorted((told[judgement.left].place, told[judgement.right].place))
            groups[judgement.label, first, second].append(judgement)
    findings = [_finding(groups[group], claims, told, rows, known) for group in sorted(groups)]
    return tuple(sorted(findings, key=rank))


def rank(finding: AcrossFinding) -> tuple[bool, bool, int, int, tuple[tuple[str, str], ...]]:
    """What findings are sorted by: conflicts, new ones, direct ones, and those with the most pairs first."""
    return finding.relation != "contradicts", not finding.new, _bad(finding.nature), -len(finding.pairs), finding.pairs


def _bad(nature: ConflictNature | None) -> int:
    return NATURES.index(nature) if nature else len(NATURES)


def told_in_reports(
    judgements: Sequence[Judgement], homes: Mapping[str, str], rows: Mapping[str, StoryRow], folder: Path
) -> dict[str, Told]:
    """Claim id -> the fact that it is part of in the report of its story, below `folder`; one report at a time.

    `homes` names the story of each claim of the judgements.
    """
    wanted: dict[str, set[str]] = defaultdict(set)
    for id_ in {id_ for judgement in judgements for id_ in judgement.key}:
        wanted[homes[id_]].add(id_)
    told = dict[str, Told]()
    for key, ids in wanted.items():
        for fact in filing.report_of(folder, rows[key]).facts:
            if held := ids.intersection(fact.claims):
                origins = tuple(dict.fromkeys(origin.name for origin in fact.origins))
                told |= dict.fromkeys(held, Told((key, fact.id), fact.publishers, origins))
    return told


def _finding(
    found: Sequence[Judgement],
    claims: Mapping[str, Claim],
    told: Mapping[str, Told],
    rows: Mapping[str, StoryRow],
    known: Collection[tuple[str, str]],
) -> AcrossFinding:
    """The judgements between two facts as one finding, told by the worst of them."""
    ordered = sorted(found, key=lambda judgement: judgement.key)
    best = min(found, key=lambda j: (_bad(j.conflict.nature if j.conflict else None), j.key))
    conflict = best.conflict if best.relation == "contradicts" else None
    sides = sorted(
        (_side(id_, found, claims, told, rows) for id_ in best.key), key=lambda side: (side.story, side.fact)
    )
    places = sorted(told[id_].place for id_ in best.key)
    return AcrossFinding(
        id=tagged_hash(["between", best.label, *places]),
        relation="supports" if best.label == "supports" else "contradicts",
        kind=conflict.kind if conflict else None,
        nature=conflict.nature if conflict else None,
        question=conflict.question if conflict else None,
        reason=conflict.reason if conflict else None,
        sides=(sides[0], sides[1]),
        pairs=tuple(judgement.key for judgement in ordered),
        new=not any(judgement.key in known for judgement in found),
        reviews=tuple(dict.fromkeys(review for judgement in ordered if (review := judgement.review))),
    )


def _side(
    shown: str,
    found: Sequence[Judgement],
    claims: Mapping[str, Claim],
    told: Mapping[str, Told],
    rows: Mapping[str, StoryRow],
) -> AcrossSide:
    """The side of the claim `shown`, with the words and sentences of all claims of its fact that were compared."""
    own = told[shown]
    row = rows[own.place[0]]
    members, words = [shown], list[str | None]()
    for judgement in found:
        conflict = judgement.conflict if judgement.relation == "contradicts" else None
        said = (conflict.left_words, conflict.right_words) if conflict else (None, None)
        for id_, its_words in zip(judgement.key, said, strict=True):
            if told[id_].place == own.place:
                members.append(id_)
                words.append(its_words)
    quotes = dict.fromkeys(evidence.quote for id_ in members for evidence in claims[id_].evidence)
    return AcrossSide(
        story=row.key,
        title=row.title,
        report=str(row.report),
        fact=own.place[1],
        text=claims[shown].text,
        words=tuple(dict.fromkeys(filter(None, words))),
        quotes=tuple(quotes)[:QUOTES_SHOWN],
        publishers=own.publishers,
        origins=own.origins,
    )
