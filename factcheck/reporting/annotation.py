"""Articles with their claims marked, as content without a format; every renderer of it says the same."""

from __future__ import annotations

from dataclasses import dataclass

from factcheck.findings import ExtractionReport
from factcheck.models import Article, Claim, Extraction
from factcheck.reporting import claims as told
from factcheck.reporting import wording

NO_CLAIM = "no claim"
ANOTHER_STORY = "another story"
LEGEND = (
    "Behind each sentence stand the numbers of the claims that rest on it. A number with ! is a claim that holds "
    "something which its evidence does not."
)


@dataclass(frozen=True)
class MarkedSentence:
    """One sentence and what rests on it."""

    number: int
    text: str
    headline: bool
    opens_paragraph: bool
    marks: tuple[str, ...]
    """Numbers of the claims that rest on it, with `!` for an ungrounded one."""
    fate: str | None
    """Why there is no mark: `NO_CLAIM` or `ANOTHER_STORY`."""


@dataclass(frozen=True)
class ListedClaim:
    """One claim under the number that the marks refer to."""

    number: int
    text: str
    about: str
    """Type, importance, attribution, time and sentences in one line."""
    flag: str | None
    """What its evidence does not hold, in words."""


@dataclass(frozen=True)
class MarkedArticle:
    """One article of the annotated view; without an extraction only `title`, `about` and `failure` say anything."""

    title: str
    about: str
    failure: str | None
    counts: str
    """Coverage and grounding."""
    sentences: tuple[MarkedSentence, ...]
    claims: tuple[ListedClaim, ...]
    headline_only: tuple[ListedClaim, ...]
    notes: tuple[str, ...]


def annotate(report: ExtractionReport) -> tuple[MarkedArticle, ...]:
    """All articles in the order of the report."""
    extractions = {extraction.article_id: extraction for extraction in report.extractions}
    return tuple(_article(report, article, extractions.get(article.id)) for article in report.articles)


def title(report: ExtractionReport) -> str:
    """`7 claims in 2 articles`."""
    total = sum(len(extraction.claims) for extraction in report.extractions)
    return f"{wording.count(total, 'claim')} in {wording.count(len(report.articles), 'article')}"


def refused(report: ExtractionReport) -> tuple[str, ...]:
    """One line for each file that did not become an article, failed ones first."""
    files = [("could not be read", file) for file in report.unreadable] + [("skipped", f) for f in report.skipped]
    return tuple(f"{file.path}: {what}: {file.reason}" for what, file in files)


def about(article: Article) -> str:
    """`Daily Tide · 2024-10-25 · en · a1.txt`, as far as it is known."""
    parts = (article.publisher, article.published_at and article.published_at.isoformat(), article.language)
    return " · ".join([*(part for part in parts if part), article.path])


def failure(report: ExtractionReport, article: Article) -> str:
    """Why an article has no extraction."""
    failed = {each.subject: each for each in report.failures}.get(article.id)
    return f"Failed: {failed.message} ({failed.kind})" if failed else "Failed: it was not extracted"


def counts(article: Article, extraction: Extraction) -> str:
    """Coverage of the sentences, then grounding of the claims."""
    return f"{told.coverage_line(told.coverage(article, extraction))}. {told.grounding_line(extraction)}."


def _article(report: ExtractionReport, article: Article, extraction: Extraction | None) -> MarkedArticle:
    head = (article.title or article.path, about(article))
    if extraction is None:
        return MarkedArticle(*head, failure(report, article), "", (), (), (), article.notes)
    listed = {claim.id: _claim(number, claim) for number, claim in enumerate(extraction.claims, 1)}
    return MarkedArticle(
        *head,
        None,
        counts(article, extraction),
        _sentences(article, extraction),
        tuple(listed.values()),
        tuple(listed[claim.id] for claim in told.headline_only(article, extraction)),
        (*article.notes, *extraction.notes),
    )


def _sentences(article: Article, extraction: Extraction) -> tuple[MarkedSentence, ...]:
    marks: dict[int, list[str]] = {}
    for number, claim in enumerate(extraction.claims, 1):
        for held in sorted({evidence.sentence for evidence in claim.evidence}):
            marks.setdefault(held, []).append(f"{number}!" if claim.ungrounded else str(number))
    found = told.coverage(article, extraction)
    fates = {**dict.fromkeys(found.outside, ANOTHER_STORY), **dict.fromkeys(found.neither, NO_CLAIM)}
    before = 0
    sentences = []
    for sentence in article.sentences:
        sentences.append(
            MarkedSentence(
                number=sentence.number,
                text=article.text[sentence.start : sentence.end],
                headline=sentence.headline,
                opens_paragraph=sentence.paragraph != before,
                marks=tuple(marks.get(sentence.number, ())),
                fate=fates.get(sentence.number),
            )
        )
        before = sentence.paragraph
    return tuple(sentences)


def _claim(number: int, claim: Claim) -> ListedClaim:
    numbers = sorted({evidence.sentence for evidence in claim.evidence})
    parts = [claim.type, told.importance(claim), told.attribution(claim)]
    parts += [told.span(claim.when)] if claim.when is not None else []
    parts += [f"{'sentence' if len(numbers) == 1 else 'sentences'} {wording.runs(numbers)}"]
    flag = (
        f"not in its evidence, so never used as evidence: {', '.join(claim.ungrounded)}" if claim.ungrounded else None
    )
    return ListedClaim(number, claim.text, " · ".join(parts), flag)
