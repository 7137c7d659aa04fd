"""The extraction of all articles of a story: what is paid for already, what is asked, what failed."""

from __future__ import annotations

from collections.abc import Sequence

from factcheck.engine.base import Raised
from factcheck.models import Article, Extraction, Failure, Value
from factcheck.pipeline.means import STOP, Means, Progress, advance, failure, raise_if_endpoint
from factcheck.prompts import load
from factcheck.stages.extraction import stage as extraction


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
        done=lambda article: advance(watch, means, "extraction", int(article.id in fresh)),
    )
    extractions, failures = [], []
    for article, outcome in zip(articles, outcomes, strict=True):
        if isinstance(outcome, Raised):
            failures.append(failure("extraction", article.id, outcome.error))
        else:
            extractions.append(outcome.value)
    if articles and not extractions:
        raise_if_endpoint(outcomes)
    return Extracted(extractions=tuple(extractions), failures=tuple(failures), cached=cached)
