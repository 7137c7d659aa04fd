"""One story: the order of the stages."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Mapping, Sequence
from itertools import chain

from factcheck.findings import Report, RunInfo
from factcheck.models import Decision
from factcheck.pipeline.extracting import extract_all
from factcheck.pipeline.judging import judge_all
from factcheck.pipeline.means import Input, Means, Progress
from factcheck.pipeline.pairing import pair_all
from factcheck.settings import CheckSettings
from factcheck.stages.aggregation.decisions import Pair
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


def decided_of_many(
    report: Report, decisions: Sequence[Decision], own: Collection[str], between: Mapping[str, Collection[Pair]]
) -> Report:
    """The report with those of the decisions that are about it: the others are about other stories, and no gap here.

    A dispute goes by its title when its claims have changed, and two stories may ask the same question: then only what
    is in `own`, the ids that were decided or disputed in this story before, is taken for it. `between` says which pairs
    of claims the disputes were about that were told between stories: where two of these are one story now, a decision
    on such a dispute is carried over to all that the two facts contradict each other by.
    """
    told = decided_again(report, decisions).decisions if decisions else ()
    met = {
        (d.target, d.id)
        for d in told
        if d.fate == "honoured" or (d.fate == "carried" and (d.target != "dispute" or d.id in own))
    }
    counted = [decision for decision in decisions if (decision.target, decision.id) in met]
    pairs = {decision.id for decision in counted if decision.target == "pair"}
    carried = dict[Decision, list[Decision]]()
    for decision in decisions:
        if decision.target == "dispute" and decision.id in between and decision not in counted:
            found = _between_facts(report, between[decision.id])
            if singly := [_on_pair(decision, key) for key in found if "|".join(key) not in pairs]:
                carried[decision] = singly
    if not counted and not carried:
        return report
    again = decided_again(report, [*counted, *chain(*carried.values())])
    became = [_as_carried(decision, singly, report) for decision, singly in carried.items()]
    return again.model_copy(update={"decisions": (*again.decisions[: len(counted)], *became)})


def _between_facts(report: Report, pairs: Collection[Pair]) -> list[Pair]:
    """All pairs that contradict each other between the two facts that any of these pairs is about."""
    fact_of = {id_: fact.id for fact in report.facts for id_ in fact.claims}
    facts = {frozenset(fact_of.get(id_, id_) for id_ in pair) for pair in pairs}
    firm = [j for j in report.judgements if j.relation == "contradicts" and j.certainty == "firm"]
    return [j.key for j in firm if frozenset(fact_of.get(id_, id_) for id_ in j.key) in facts]


def _on_pair(decision: Decision, key: Pair) -> Decision:
    update = {"target": "pair", "id": "|".join(key), "left_text": None, "right_text": None}
    return decision.model_copy(update=update)


def _as_carried(decision: Decision, singly: Sequence[Decision], report: Report) -> Decision:
    """The decision, with what became of it; one typed by hand gets the title of the dispute that it was about."""
    found = tuple(each.id for each in singly)
    titles = (d.title for d in report.disputes for point in d.points if "|".join(point.pairs[0]) in found)
    title = decision.left_text or next(titles, None)
    return decision.model_copy(update={"fate": "carried", "found": found, "left_text": title})
