"""One story: the order of the stages."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Sequence

from factcheck.findings import Report, RunInfo
from factcheck.models import Decision
from factcheck.pipeline.extracting import extract_all
from factcheck.pipeline.judging import judge_all
from factcheck.pipeline.means import Input, Means, Progress
from factcheck.pipeline.pairing import pair_all
from factcheck.settings import CheckSettings
from factcheck.stages.aggregation.report import aggregate
from factcheck.stages.blocking import expand
from factcheck.stages.extraction.stated import stated


async def check(given: Input, means: Means, settings: CheckSettings, run: RunInfo, watch: Progress) -> Report:
    """The verdict report of one story.

    Failures of single calls are in the report. Raises EndpointError when no article could be extracted because of the
    endpoint, CassetteError when the cassette does not hold the answers, and SettingsError when judging would take more
    than LARGEST_UNASKED requests and the user set no limit.
    """
    # By content, so that a renamed file changes neither what is asked nor a recording of it.
    ordered = sorted(given.articles, key=lambda article: article.id)
    untouched = given.stated.union(failure.subject for failure in given.failed)
    asked = [article for article in ordered if article.id not in untouched]
    extracted = await extract_all(asked, means, watch, given.shared(settings))
    stated_ones = tuple(stated(article) for article in ordered if article.id in given.stated)
    extractions = (*extracted.extractions, *stated_ones)
    articles = {article.id: article for article in ordered}
    claims = {claim.id: claim for e in extractions for claim in e.claims}
    paired = await pair_all(extractions, articles, means, settings, watch)
    blocking = paired.blocking
    judged = await judge_all(blocking.pairs, claims, articles, means, settings, watch)
    expanded = expand(judged.judgements, blocking.identical)
    return aggregate(
        articles=given.articles,
        extractions=extractions,
        judgements=expanded,
        failures=(*given.failed, *extracted.failures, *paired.failures, *judged.failures),
        skipped=given.skipped,
        unreadable=given.unreadable,
        copies=given.copies,
        decisions=given.decisions,
        known_sources=given.known_sources,
        run=run.model_copy(
            update={
                "usage": means.usage().model_copy(
                    update={"cache_hits": extracted.cached + paired.cached + judged.cached}
                ),
                "rules": dict(blocking.rules),
                "inference": judged.inference,
            }
        ),
    )


def decided_again(report: Report, decisions: Sequence[Decision]) -> Report:
    """The report as it stands with these decisions; without any, as the judge left it. Nothing is asked."""
    # all that aggregation is given stands in its report under the same name, so that nothing is forgotten here
    names = inspect.signature(aggregate).parameters.keys() & Report.model_fields.keys() - {"decisions"}
    return aggregate(**{name: getattr(report, name) for name in names}, decisions=decisions)


def decided_of_many(report: Report, decisions: Sequence[Decision], own: Collection[str]) -> Report:
    """The report with those of the decisions that are about it: the others are about other stories, and no gap here.

    A dispute goes by its title when its claims have changed, and two stories may ask the same question: then only what
    is in `own`, the ids that were decided or disputed in this story before, is taken for it.
    """
    told = decided_again(report, decisions).decisions if decisions else ()
    met = {
        (d.target, d.id)
        for d in told
        if d.fate == "honoured" or (d.fate == "carried" and (d.target != "dispute" or d.id in own))
    }
    counted = [decision for decision in decisions if (decision.target, decision.id) in met]
    return decided_again(report, counted) if counted else report
