"""Twenty genre articles in eight languages, extracted from a recording, against what two readings of them list."""

from __future__ import annotations

import json
from pathlib import Path, PurePath

import pytest

from factcheck.findings import ExtractionReport
from tests.quality.articles.expected import ExpectedArticle, ExpectedClaim, load
from tests.quality.articles.measuring import Counts, count, recorded, resting_on

FLOORS = Path(__file__).with_name("articles_floors.json")


@pytest.fixture(scope="module")
def report() -> ExtractionReport:
    """The claims of all articles, from the recording."""
    return recorded()


def test_every_article_is_extracted(report: ExtractionReport) -> None:
    """Twenty articles, eight languages, no failure, each with a claim for every expected one at least."""
    assert report.failures == ()
    assert len(report.extractions) == 20
    assert len({article.language for article in report.articles}) == 8


def test_counts_do_not_fall(report: ExtractionReport) -> None:
    """Recall and attribution are at least what the recording reached; false evidence at most."""
    floor = Counts.model_validate(json.loads(FLOORS.read_text(encoding="utf-8")))
    reached = count(report)
    assert reached.expected == floor.expected, "the expectations changed: measure and set the floor anew"
    for field in ("found", "origin", "speaker", "modality"):
        assert getattr(reached, field) >= getattr(floor, field), field
    assert reached.used <= floor.used
    assert reached.ungrounded <= floor.ungrounded


def test_quotes_are_the_articles_words(report: ExtractionReport) -> None:
    """Every evidence quote stands at its place in the article, in every script."""
    texts = {article.id: article.text for article in report.articles}
    for extraction in report.extractions:
        for claim in extraction.claims:
            for evidence in claim.evidence:
                assert texts[claim.article_id][evidence.start : evidence.end] == evidence.quote


@pytest.mark.parametrize("article", load(), ids=lambda article: article.file)
def test_each_article_gives_its_core_claims(report: ExtractionReport, article: ExpectedArticle) -> None:
    """At least nine of ten expected core claims of each article have a claim on their sentence."""
    read = next(a for a in report.articles if PurePath(a.path).name == article.file)
    missed: list[ExpectedClaim] = [c for c in article.claims if not resting_on(report, read, c.quote)]
    assert len(missed) <= len(article.claims) // 10, [claim.gist for claim in missed]
