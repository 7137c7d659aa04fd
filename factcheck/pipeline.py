"""One story: the order of the stages; touches no file and no clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar

from pydantic import model_validator

from factcheck.engine.base import Engine, Raised
from factcheck.errors import CassetteError, EndpointError, ModelError, SettingsError
from factcheck.findings import Report, RunInfo, Usage
from factcheck.llm.base import AnswerStore, Model
from factcheck.models import (
    Article,
    CandidatePair,
    Claim,
    CopyGroup,
    Extraction,
    Failure,
    Judgement,
    RefusedFile,
    Stage,
    Value,
)
from factcheck.prompts import load
from factcheck.settings import CheckSettings
from factcheck.stages.aggregation.report import aggregate
from factcheck.stages.blocking import candidate_pairs, expand
from factcheck.stages.extraction import stage as extraction
from factcheck.stages.judging import confirmation, first_pass
from factcheck.stages.judging.packing import pack, user_text

Unit = TypeVar("Unit")
Result = TypeVar("Result")

LARGEST_UNASKED = 300
"""Judging requests that a run may make without the user having set a limit; all pairs grow with the square."""
STOP = (EndpointError, CassetteError)
"""What ends a stage: no further call can succeed."""


class Progress(Protocol):
    """Who watches a run; every method is called from the thread that runs it."""

    def stage(self, name: Stage, total: int, cached: int) -> None:
        """A stage begins: `total` units, of which `cached` are already paid for and count as done."""

    def advance(self, name: Stage, units: int = 1) -> None:
        """So many units of the stage are done together, with results or failures."""

    def spent(self, usage: Usage) -> None:
        """What the run has asked of the model so far; told before the units it was spent on."""

    def note(self, message: str) -> None:
        """Something to tell the user, such as what the next stage will cost."""


class Unwatched:
    """A Progress that tells nobody."""

    def stage(self, name: Stage, total: int, cached: int) -> None:
        """Nothing."""

    def advance(self, name: Stage, units: int = 1) -> None:
        """Nothing."""

    def spent(self, usage: Usage) -> None:
        """Nothing."""

    def note(self, message: str) -> None:
        """Nothing."""


class Input(Value):
    """What ingestion gave: every file is in exactly one of the three."""

    articles: tuple[Article, ...]
    skipped: tuple[RefusedFile, ...] = ()
    unreadable: tuple[RefusedFile, ...] = ()
    copies: tuple[CopyGroup, ...] = ()
    """Of the articles, those that share their text; said in the report, they change nothing that is asked."""

    @model_validator(mode="after")
    def _copies_are_articles(self) -> Input:
        unknown = {id_ for group in self.copies for id_ in group.articles} - {article.id for article in self.articles}
        if unknown:
            raise ValueError(f"copies of articles that are not given: {sorted(unknown)}")
        return self


@dataclass(frozen=True)
class Means:
    """What the stages are given to work with; built by the caller, never stored below."""

    model: Model
    store: AnswerStore
    engine: Engine
    usage: Callable[[], Usage]
    """The usage so far."""
    estimate: Callable[[str, Sequence[tuple[str, str]], int], str]
    """Model name, (system, user) of the requests to come, output tokens to expect -> a line for the user."""
    name: str
    """The model's name on the wire."""
    confirm_name: str
    limited: bool = False
    """Whether the user set a limit on calls or cost, or a recording answers; then a large story just runs."""
    lasting: bool = False
    """Whether the store outlasts the run."""


class Extracted(Value):
    """The claims of all articles, and the articles that gave none because the call failed."""

    extractions: tuple[Extraction, ...]
    failures: tuple[Failure, ...]
    cached: int


async def extract_all(articles: Sequence[Article], means: Means, watch: Progress) -> Extracted:
    """Extract every article; raises EndpointError when no article could be extracted for that reason."""
    prompt = load("extract_claims")
    new = [a for a in articles if not extraction.is_stored(a, means.store, prompt, means.name)]
    cached = len(articles) - len(new)
    if new:
        asked = [(prompt.text, user) for article in new for user in extraction.requests(article)]
        watch.note(means.estimate(means.name, asked, extraction.expected_tokens(new)))
    watch.stage("extraction", len(articles), cached)

    async def work(article: Article) -> Extraction:
        return await extraction.extract(article, means.model, means.store, prompt, means.name)

    fresh = {article.id for article in new}
    outcomes = await means.engine.run(
        work,
        articles,
        stop_on=STOP,
        done=lambda article: _advance(watch, means, "extraction", int(article.id in fresh)),
    )
    extractions, failures = [], []
    for article, outcome in zip(articles, outcomes, strict=True):
        if isinstance(outcome, Raised):
            failures.append(_failure("extraction", article.id, outcome.error))
        else:
            extractions.append(outcome.value)
    if articles and not extractions:
        _raise_if_endpoint(outcomes)
    return Extracted(extractions=tuple(extractions), failures=tuple(failures), cached=cached)


async def check(given: Input, means: Means, settings: CheckSettings, run: RunInfo, watch: Progress) -> Report:
    """The verdict report of one story.

    Failures of single calls are in the report. Raises EndpointError when no article could be extracted because of the
    endpoint, CassetteError when the cassette does not hold the answers, and SettingsError when judging would take more
    than LARGEST_UNASKED requests and the user set no limit.
    """
    # By content, so that a renamed file changes neither what is asked nor a recording of it.
    ordered = sorted(given.articles, key=lambda article: article.id)
    extracted = await extract_all(ordered, means, watch)
    articles = {article.id: article for article in ordered}
    claims = {claim.id: claim for e in extracted.extractions for claim in e.claims}
    blocking = candidate_pairs(extracted.extractions, articles, detail=settings.detail)
    judged = await _judge(blocking.pairs, claims, articles, means, settings, watch)
    expanded = expand(judged.judgements, blocking.identical)
    return aggregate(
        articles=given.articles,
        extractions=extracted.extractions,
        judgements=expanded,
        failures=(*extracted.failures, *judged.failures),
        skipped=given.skipped,
        unreadable=given.unreadable,
        copies=given.copies,
        run=run.model_copy(
            update={
                "usage": means.usage().model_copy(update={"cache_hits": extracted.cached + judged.cached}),
                "rules": dict(blocking.rules),
            }
        ),
    )


class JudgedAll(Value):
    """Every candidate pair's judgement or failure, after both passes."""

    judgements: tuple[Judgement, ...]
    failures: tuple[Failure, ...]
    cached: int


async def _judge(
    pairs: Sequence[CandidatePair],
    claims: Mapping[str, Claim],
    articles: Mapping[str, Article],
    means: Means,
    settings: CheckSettings,
    watch: Progress,
) -> JudgedAll:
    first = await _first_pass(pairs, claims, means, settings, watch)
    suspected = [j for j in first.judgements if j.relation == "contradicts" and j.certainty == "firm"]
    second = await _second_pass(suspected, claims, articles, means, settings, watch)
    confirmed = {j.key: j for j in second.judgements}
    return JudgedAll(
        judgements=tuple(confirmed.get(j.key, j) for j in first.judgements),
        failures=(*first.failures, *second.failures),
        cached=first.cached + second.cached,
    )


async def _first_pass(
    pairs: Sequence[CandidatePair],
    claims: Mapping[str, Claim],
    means: Means,
    settings: CheckSettings,
    watch: Progress,
) -> JudgedAll:
    prompt = load("judge_pairs")
    known = first_pass.stored(pairs, claims, means.store, prompt, means.name)
    batches = pack([p for p in pairs if p.key not in known], list(claims), settings.pairs_per_request)
    if batches:
        asked = [(prompt.text, user_text(batch, claims)) for batch in batches]
        if len(batches) > LARGEST_UNASKED and not means.limited:
            kept = "and kept" if means.lasting else "but not kept, for the cache is off"
            raise SettingsError(
                f"judging {len(pairs):,} pairs would take {len(batches):,} requests. The claims are extracted {kept};"
                " nothing was judged yet. Allow it with --max-calls or --max-cost, judge less with --detail core, or"
                " check fewer articles at a time"
            )
        watch.note(means.estimate(means.name, asked, first_pass.expected_tokens(len(pairs) - len(known))))
    watch.stage("judging", len(pairs), len(known))
    outcomes = await means.engine.run(
        partial(first_pass.judge, claims=claims, model=means.model, store=means.store, prompt=prompt, name=means.name),
        batches,
        stop_on=STOP,
        done=lambda batch: _advance(watch, means, "judging", len(batch.pairs)),
    )
    judgements, failures = list(known.values()), list[Failure]()
    for batch, outcome in zip(batches, outcomes, strict=True):
        if isinstance(outcome, Raised):
            _raise_if_cassette(outcome.error)
            failures.extend(_failure("judging", f"{p.left}|{p.right}", outcome.error) for p in batch.pairs)
        else:
            judgements.extend(outcome.value.judgements)
            failures.extend(outcome.value.failures)
    order = {pair.key: index for index, pair in enumerate(pairs)}
    return JudgedAll(
        judgements=tuple(sorted(judgements, key=lambda j: order[j.key])), failures=tuple(failures), cached=len(known)
    )


async def _second_pass(
    suspected: Sequence[Judgement],
    claims: Mapping[str, Claim],
    articles: Mapping[str, Article],
    means: Means,
    settings: CheckSettings,
    watch: Progress,
) -> JudgedAll:
    prompt = load("confirm_conflict")
    known = confirmation.stored(suspected, claims, articles, means.store, prompt, means.confirm_name)
    open_ = [j for j in suspected if j.key not in known]
    size = settings.confirmations_per_request
    groups = [tuple(open_[i : i + size]) for i in range(0, len(open_), size)]
    if not suspected:
        return JudgedAll(judgements=(), failures=(), cached=0)
    if groups:
        asked = [(prompt.text, confirmation.user_text(group, claims, articles)) for group in groups]
        watch.note(means.estimate(means.confirm_name, asked, confirmation.expected_tokens(len(open_))))
    watch.stage("confirmation", len(suspected), len(known))
    outcomes = await means.engine.run(
        partial(
            confirmation.confirm,
            claims=claims,
            articles=articles,
            model=means.model,
            store=means.store,
            prompt=prompt,
            name=means.confirm_name,
        ),
        groups,
        stop_on=STOP,
        done=lambda group: _advance(watch, means, "confirmation", len(group)),
    )
    judgements, failures = list(known.values()), list[Failure]()
    for group, outcome in zip(groups, outcomes, strict=True):
        if isinstance(outcome, Raised):
            _raise_if_cassette(outcome.error)
            judgements.extend(confirmation.unconfirmed(j) for j in group)
            failures.extend(_failure("confirmation", f"{j.left}|{j.right}", outcome.error) for j in group)
        else:
            judgements.extend(outcome.value.judgements)
            failures.extend(outcome.value.failures)
    return JudgedAll(judgements=tuple(judgements), failures=tuple(failures), cached=len(known))


def _advance(watch: Progress, means: Means, name: Stage, units: int) -> None:
    if units:
        watch.spent(means.usage())
        watch.advance(name, units)


def _failure(stage: Stage, subject: str, error: Exception) -> Failure:
    _raise_if_cassette(error)
    if isinstance(error, ModelError):
        return Failure(
            stage=stage, subject=subject, kind=type(error).__name__, message=str(error), attempts=error.attempts
        )
    return Failure(
        stage=stage,
        subject=subject,
        kind=type(error).__name__,
        message=f"unexpected {type(error).__name__}; please report it",
    )


def _raise_if_cassette(error: Exception) -> None:
    if isinstance(error, CassetteError):
        raise error


def _raise_if_endpoint(outcomes: Sequence[object]) -> None:
    for outcome in outcomes:
        if isinstance(outcome, Raised) and isinstance(outcome.error, EndpointError):
            raise outcome.error
