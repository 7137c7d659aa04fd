"""Everything that was found about one story -> its report, in an order that does not depend on the order of arrival."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from factcheck.findings import INTERRUPTED, Fact, Report, RunInfo
from factcheck.models import (
    Article,
    Claim,
    CopyGroup,
    Decision,
    Extraction,
    Failure,
    Judgement,
    KnownSources,
    RefusedFile,
)
from factcheck.stages.aggregation.corrections import corrected
from factcheck.stages.aggregation.decisions import Decided, Seen, as_found, decide
from factcheck.stages.aggregation.disputes import Clash, Story, clashes_between, disputes_of, superseded
from factcheck.stages.aggregation.facts import Grouping, group_facts
from factcheck.stages.aggregation.origins import all_origins
from factcheck.stages.aggregation.sources import Source
from factcheck.stages.aggregation.sources import sources as sources_of
from factcheck.stages.aggregation.summary import article_summaries, story_summary, without_inferred
from factcheck.stages.aggregation.verdicts import facts_of

NOTHING_KNOWN = KnownSources()


def aggregate(
    *,
    articles: Sequence[Article],
    extractions: Sequence[Extraction],
    judgements: Sequence[Judgement],
    failures: Sequence[Failure],
    skipped: Sequence[RefusedFile],
    unreadable: Sequence[RefusedFile],
    run: RunInfo,
    copies: Sequence[CopyGroup] = (),
    known_sources: KnownSources = NOTHING_KNOWN,
    decisions: Sequence[Decision] = (),
) -> Report:
    """The verdict report of one story.

    `judgements` and the failures of stage `judging` together are all candidate pairs. Ungrounded claims are shown but
    form no facts, and `possible` contradictions make no disputes. `decisions` count before anything is put together, in
    place of older ones. The order of the arguments' items changes nothing.
    """
    articles = sorted(articles, key=lambda article: (article.path, article.id))
    extractions = _ordered(extractions, articles)
    failures = _in_stages(failures)
    grounded = {claim.id: claim for e in extractions for claim in e.claims if not claim.ungrounded}
    sources = sources_of(articles, extractions, known_sources)
    mended = corrected(as_found(judgements), grounded, articles, sources)
    decided, put = _decided(grounded, mended.judgements, sources, decisions)
    facts = facts_of(put.clashes, superseded(put.clashes, put.story, mended.withdrawn), put.story)
    disputes = disputes_of(put.clashes, put.story)
    return Report(
        partial=any(failure.kind == INTERRUPTED for failure in failures),
        run=run,
        summary=story_summary(
            articles=articles,
            extractions=extractions,
            sources=sources,
            facts=facts,
            disputes=disputes,
            origins=(origins := all_origins([fact.origins for fact in facts], sources)),
            judgements=decided.judgements,
            failures=failures,
            set_aside=put.grouping.set_aside,
            skipped=skipped,
            unreadable=unreadable,
            rules=without_inferred(run.rules, run.inference.closed),
            decided=decided,
        ),
        disputes=disputes,
        facts=facts,
        origins=origins,
        articles=tuple(articles),
        article_summaries=article_summaries(articles, extractions, facts),
        extractions=tuple(extractions),
        judgements=decided.judgements,
        failures=tuple(failures),
        skipped=_by_path(skipped),
        unreadable=_by_path(unreadable),
        copies=_in_order(copies, articles),
        decisions=decided.decisions,
        known_sources=known_sources,
    )


def facts_among(report: Report, articles: Collection[str]) -> tuple[Fact, ...]:
    """The facts that some articles of a report come to by themselves, by its judgements as people left them.

    In a report's order; those of all its articles are the report's own. A claim that the report counts in no fact is in
    none here either: a person rejected it.
    """
    standing = {id_ for fact in report.facts for id_ in fact.claims}
    chosen = [article for article in report.articles if article.id in articles]
    extractions = [extraction for extraction in report.extractions if extraction.article_id in articles]
    claims = {claim.id: claim for e in extractions for claim in e.claims if claim.id in standing}
    judgements = [j for j in report.judgements if j.left in claims and j.right in claims]
    sources = sources_of(chosen, extractions, report.known_sources)
    withdrawn = corrected(judgements, claims, chosen, sources).withdrawn
    put = _together(claims, judgements, sources)
    return facts_of(put.clashes, superseded(put.clashes, put.story, withdrawn), put.story)


def _decided(
    claims: Mapping[str, Claim],
    judgements: Sequence[Judgement],
    sources: Mapping[str, Source],
    decisions: Sequence[Decision],
) -> tuple[Decided, _Together]:
    """The judgements as they count with the decisions, and what they put together of the claims that still stand."""

    def seen(given: Sequence[Judgement]) -> Seen:
        put = _together(claims, given, sources)
        return Seen(put.grouping.groups, disputes_of(put.clashes, put.story))

    decided = decide(decisions, sorted(judgements, key=lambda j: j.key), claims, seen)
    standing = {id_: claim for id_, claim in claims.items() if id_ not in decided.rejected}
    return decided, _together(standing, decided.judgements, sources)


@dataclass(frozen=True)
class _Together:
    grouping: Grouping
    story: Story
    clashes: tuple[Clash, ...]


def _together(claims: Mapping[str, Claim], judgements: Sequence[Judgement], sources: Mapping[str, Source]) -> _Together:
    """Claims as facts, and what contradicts what among them."""
    grouping = group_facts(claims, judgements)
    story = Story(claims=claims, groups={group.id: group for group in grouping.groups}, sources=sources)
    return _Together(grouping, story, clashes_between(judgements, grouping.fact_of))


def _in_stages(failures: Sequence[Failure]) -> list[Failure]:
    return sorted(failures, key=lambda f: (f.stage, f.subject, f.kind, f.message, f.attempts))


def _ordered(extractions: Sequence[Extraction], articles: Sequence[Article]) -> list[Extraction]:
    """In the order of the articles, the claims in the order of the text."""
    place = {article.id: number for number, article in enumerate(articles)}
    return [
        extraction.model_copy(update={"claims": tuple(sorted(extraction.claims, key=_in_text))})
        for extraction in sorted(extractions, key=lambda extraction: place[extraction.article_id])
    ]


def _in_order(copies: Sequence[CopyGroup], articles: Sequence[Article]) -> tuple[CopyGroup, ...]:
    """The largest group first, then in the order of the articles."""
    place = {article.id: number for number, article in enumerate(articles)}
    return tuple(sorted(copies, key=lambda group: (-len(group.articles), place[group.representative])))


def _in_text(claim: Claim) -> tuple[int, int, str]:
    return claim.passage, min((e.start for e in claim.evidence), default=0), claim.id


def _by_path(files: Sequence[RefusedFile]) -> tuple[RefusedFile, ...]:
    return tuple(sorted(files, key=lambda file: (file.path, file.reason)))
