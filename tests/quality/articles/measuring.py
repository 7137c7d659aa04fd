"""What the recorded extraction of the genre articles of this folder gave, against the lists of expected claims.

Run as `python -m tests.quality.articles.measuring`, it prints the counts.
"""

from __future__ import annotations

from pathlib import PurePath

from factcheck import api
from factcheck.findings import ExtractionReport
from factcheck.models import Article, Claim, Value
from factcheck.settings import Settings
from tests.quality.articles.expected import FOLDER, load
from tests.seeds.labels import SEEDS

TAPE = SEEDS.parent / "cassettes" / "quality" / "articles.yaml"


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


def recorded() -> ExtractionReport:
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


if __name__ == "__main__":
    print(count(recorded()).model_dump_json(indent=1))
