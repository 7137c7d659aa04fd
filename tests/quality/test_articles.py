"""Twenty genre articles in eight languages, extracted from a recording, against what two readings of them list."""

from __future__ import annotations

import json
from pathlib import Path, PurePath

import pytest

from factcheck import api
from factcheck.findings import ExtractionReport
from factcheck.models import Article, Claim, Value
from factcheck.settings import Settings
from tests.quality.articles.expected import FOLDER, ExpectedArticle, ExpectedClaim, load

TAPE = Path(__file__).resolve().parents[2] / "cassettes" / "quality" / "articles.yaml"
FLOORS = Path(__file__).with_name("articles_floors.json")


class Counts(Value):
    """Of the expected core claims: found, and found with the expected kind of attribution."""

    expected: int
    found: int
    """Some claim has the expected sentence as evidence."""
    origin: int
    """Of the found, some claim names an origin exactly when one is expected."""
    speaker: int
    modality: int
    used: int
    """Words that are no part of the story and that some claim rests on; the fewer the better."""
    ungrounded: int
    claims: int


@pytest.fixture(scope="module")
def report() -> ExtractionReport:
    """The claims of all articles, from the recording."""
    files = sorted([*FOLDER.glob("*.txt"), *FOLDER.glob("*.md")])
    return api.extract(api.read(files), Settings(cassette=TAPE))


def resting_on(report: ExtractionReport, article: Article, quote: str) -> list[Claim]:
    """The claims of the article that have the sentence of `quote`, or a part of it, as evidence."""
    start = article.text.index(quote)
    end = start + len(quote)
    claims = next(e.claims for e in report.extractions if e.article_id == article.id)
    return [c for c in claims if any(e.start < end and start < e.end for e in c.evidence)]


def count(report: ExtractionReport) -> Counts:
    """The counts over all articles."""
    articles = {PurePath(article.path).name: article for article in report.articles}
    expected = load()
    pairs = [(c, resting_on(report, articles[e.file], c.quote)) for e in expected for c in e.claims]
    found = [(wanted, claims) for wanted, claims in pairs if claims]
    everything = [claim for extraction in report.extractions for claim in extraction.claims]

    def agreeing(field: str) -> int:
        return sum(any((getattr(w, field) is None) == (getattr(c, field) is None) for c in cs) for w, cs in found)

    return Counts(
        expected=len(pairs),
        found=len(found),
        origin=agreeing("origin"),
        speaker=agreeing("speaker"),
        modality=sum(any(w.modality == c.modality for c in claims) for w, claims in found),
        used=sum(bool(resting_on(report, articles[e.file], quote)) for e in expected for quote in e.not_extracted),
        ungrounded=sum(bool(claim.ungrounded) for claim in everything),
        claims=len(everything),
    )


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
