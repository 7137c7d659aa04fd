"""How well a report meets the labels of its story; matching is by evidence, never by the wording of a claim.

Run as `python -m tests.quality.measuring`, it tells what was found in each recorded story, and what core claims alone
save.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePath

from factcheck.claim_types.names import find_names, same_name
from factcheck.findings import Report
from factcheck.models import Claim, Judgement, Value
from factcheck.stages.blocking import candidate_pairs
from tests.seeds.labels import SEEDS, KeyClaim, LabelledPair, StoryLabels, load
from tests.seeds.recordings import STORIES, replay


class Scores(Value):
    """Counts over one story: what was found, of how many."""

    key_claims: tuple[int, int]
    """Key claims of which some claim has the labelled sentence as evidence."""
    speakers: tuple[int, int]
    """Found key claims with a speaker labelled by name, of which some claim has that speaker."""
    origins: tuple[int, int]
    publishers: tuple[int, int]
    contradictions: tuple[int, int]
    """Labelled contradictions that some firm judgement between the matching claims found."""
    supports: tuple[int, int]
    """Labelled equivalences and entailments between found claims that some judgement supports."""
    cried_wolf: int
    """`never` pairs that a firm contradiction was found for; explained ones (update, scope) do not count."""
    outside_used: int
    """Teasers that a claim has as evidence."""


class Core(Value):
    """What is left of stories with `--detail core`, of how many with all claims."""

    pairs: tuple[int, int]
    """Pairs of claims that are judged."""
    contradictions: tuple[int, int]
    """Of those pairs, the ones that firmly contradict each other."""


class Sums(Value):
    """What README tells, over all stories."""

    labelled: tuple[int, int]
    """Labelled contradictions that were found, of how many."""
    cried_wolf: int
    core: Core


def core_of(report: Report) -> Core:
    """What a check of the same claims would judge, and find, if it looked at the core ones alone."""
    articles = {article.id: article for article in report.articles}
    core, full = (
        {pair.key for pair in candidate_pairs(report.extractions, articles, detail=detail).pairs}
        for detail in ("core", "full")
    )
    firm = {j.key for j in report.judgements if j.label == "contradicts" and j.certainty == "firm"}
    return Core(pairs=(len(core), len(full)), contradictions=(len(firm & core), len(firm & full)))


def sums(reports: Mapping[str, Report]) -> Sums:
    """The sums over the reports of stories, by name."""
    scores = [measure(report, load(SEEDS / name)) for name, report in reports.items()]
    cores = [core_of(report) for report in reports.values()]
    return Sums(
        labelled=_sum(score.contradictions for score in scores),
        cried_wolf=sum(score.cried_wolf for score in scores),
        core=Core(pairs=_sum(c.pairs for c in cores), contradictions=_sum(c.contradictions for c in cores)),
    )


def _sum(counts: Iterable[tuple[int, int]]) -> tuple[int, int]:
    found, of = zip(*counts, strict=True)
    return sum(found), sum(of)


def measure(report: Report, labels: StoryLabels) -> Scores:
    """The scores of one report."""
    claims = {key.id: tuple(matching(report, key.file, key.quote)) for key in labels.key_claims}
    found = [key for key in labels.key_claims if claims[key.id]]
    verdicts = {judgement.key: judgement for judgement in report.judgements}
    pairs = [p for p in labels.pairs if claims[p.a] and claims[p.b]]
    conflicts = [p for p in labels.pairs if p.relation == "contradicts"]
    supports = [p for p in pairs if p.relation not in ("contradicts", "unrelated")]
    return Scores(
        key_claims=(len(found), len(labels.key_claims)),
        speakers=_share([key for key in found if find_names(f"by {key.speaker}", "en")], claims, "speaker"),
        origins=_share(found, claims, "origin"),
        publishers=_share(found, claims, "publisher"),
        contradictions=(sum(_has(p, claims, verdicts, "contradicts") for p in conflicts), len(conflicts)),
        supports=(sum(_has(p, claims, verdicts, "supports") for p in supports), len(supports)),
        cried_wolf=sum(
            any(_clash(a, b, verdicts) for a in _side(report, labels, n.a) for b in _side(report, labels, n.b))
            for n in labels.never
        ),
        outside_used=sum(any(matching(report, o.file, o.quote)) for o in labels.outside),
    )


def matching(report: Report, file: str, quote: str) -> Iterator[Claim]:
    """The claims that have the sentence, or part of it, that holds `quote` as evidence."""
    for article in report.articles:
        start = article.text.find(quote)
        if PurePath(article.path).name != file or start < 0:
            continue
        end = start + len(quote)
        for claim in report.claims().values():
            if claim.article_id == article.id and any(e.start < end and start < e.end for e in claim.evidence):
                yield claim


def _share(found: list[KeyClaim], claims: dict[str, tuple[Claim, ...]], field: str) -> tuple[int, int]:
    right = sum(any(_same(getattr(key, field), getattr(c, field)) for c in claims[key.id]) for key in found)
    return right, len(found)


def _same(labelled: str | None, extracted: str | None) -> bool:
    if labelled is None or extracted is None:
        return labelled is extracted
    return any(
        same_name(labelled, part.strip()) or labelled.casefold() in part.casefold() for part in extracted.split(";")
    )


def _has(
    pair: LabelledPair, claims: dict[str, tuple[Claim, ...]], verdicts: dict[tuple[str, str], Judgement], label: str
) -> bool:
    return any(
        judgement.label == label and judgement.certainty == "firm"
        for a in claims[pair.a]
        for b in claims[pair.b]
        if (judgement := verdicts.get((min(a.id, b.id), max(a.id, b.id))))
    )


def _side(report: Report, labels: StoryLabels, side: str) -> list[Claim]:
    """The claims of a `never` side: of an outside text, or of a key claim that has its sentence to itself.

    Where one sentence holds several key claims, evidence cannot tell which of them a claim is.
    """
    for key in labels.key_claims:
        if key.id == side:
            claims = list(matching(report, key.file, key.quote))
            others = [k for k in labels.key_claims if k.file == key.file and k.id != side]
            taken = {c.id for k in others for c in matching(report, k.file, k.quote)}
            return [claim for claim in claims if claim.id not in taken]
    return [c for o in labels.outside if o.quote == side for c in matching(report, o.file, o.quote)]


def _clash(a: Claim, b: Claim, verdicts: dict[tuple[str, str], Judgement]) -> bool:
    judgement = verdicts.get((min(a.id, b.id), max(a.id, b.id)))
    if judgement is None or judgement.label != "contradicts" or judgement.certainty != "firm":
        return False
    return judgement.conflict is None or judgement.conflict.nature == "direct"


def main() -> None:
    """Print the scores of each recorded story, and the sums that README tells."""
    reports = {story: replay(story) for story in STORIES}
    for name, report in reports.items():
        print(name, measure(report, load(SEEDS / name)).model_dump_json())
    found = sums(reports)
    print(f"labelled contradictions found: {found.labelled[0]} of {found.labelled[1]}")
    print(f"pairs that must not be one and were called one: {found.cried_wolf}")
    print(f"pairs with --detail core: {found.core.pairs[0]:,} of {found.core.pairs[1]:,}")
    print(f"contradictions with --detail core: {found.core.contradictions[0]} of {found.core.contradictions[1]}")


if __name__ == "__main__":
    main()
