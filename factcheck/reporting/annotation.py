"""Articles with their claims marked, as content without a format; every renderer of it says the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from factcheck.findings import ExtractionReport
from factcheck.models import Article, Claim, Extraction
from factcheck.reporting import claims as told
from factcheck.reporting import wording
from factcheck.reporting.words.catalogue import Words

Fate = Literal["no_claim", "of_another_story"]
"""Why a sentence has no claim."""


@dataclass(frozen=True)
class MarkedSentence:
    """One sentence and what rests on it."""

    number: int
    text: str
    headline: bool
    opens_paragraph: bool
    marks: tuple[str, ...]
    """Numbers of the claims that rest on it, with `!` for an ungrounded one."""
    fate: Fate | None
    """Why there is no mark."""


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


def annotate(report: ExtractionReport, w: Words) -> tuple[MarkedArticle, ...]:
    """All articles in the order of the report."""
    extractions = {extraction.article_id: extraction for extraction in report.extractions}
    return tuple(_article(report, article, extractions.get(article.id), w) for article in report.articles)


def title(report: ExtractionReport, w: Words) -> str:
    """`7 claims in 2 articles`."""
    total = sum(len(extraction.claims) for extraction in report.extractions)
    return w("claims.extracted", claims=w("count.claims", total), articles=w("count.articles", len(report.articles)))


def refused(report: ExtractionReport, w: Words) -> tuple[str, ...]:
    """One line for each file that did not become an article, failed ones first."""
    files = [("trouble.file_unreadable", file) for file in report.unreadable]
    files += [("trouble.file_skipped", file) for file in report.skipped]
    return tuple(w(what, path=file.path, reason=w.told(file.reason)) for what, file in files)


def about(article: Article) -> str:
    """`Daily Tide · 2024-10-25 · en · a1.txt`, as far as it is known."""
    parts = (article.publisher, article.published_at and article.published_at.isoformat(), article.language)
    return " · ".join([*(part for part in parts if part), article.path])


def failure(report: ExtractionReport, article: Article, w: Words) -> str:
    """Why an article has no extraction."""
    failed = {each.subject: each for each in report.failures}.get(article.id)
    return w("claims.failed", message=failed.message, kind=failed.kind) if failed else w("claims.not_extracted")


def counts(article: Article, extraction: Extraction, w: Words) -> str:
    """Coverage of the sentences, then grounding of the claims."""
    return f"{told.coverage_line(told.coverage(article, extraction), w)}. {told.grounding_line(extraction, w)}."


def _article(report: ExtractionReport, article: Article, extraction: Extraction | None, w: Words) -> MarkedArticle:
    head = (article.title or article.path, about(article))
    if extraction is None:
        return MarkedArticle(*head, failure(report, article, w), "", (), (), (), article.notes)
    listed = {claim.id: _claim(number, claim, w) for number, claim in enumerate(extraction.claims, 1)}
    return MarkedArticle(
        *head,
        None,
        counts(article, extraction, w),
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
    fates: dict[int, Fate] = dict.fromkeys(found.outside, "of_another_story")
    fates |= dict.fromkeys(found.neither, "no_claim")
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


def _claim(number: int, claim: Claim, w: Words) -> ListedClaim:
    numbers = sorted({evidence.sentence for evidence in claim.evidence})
    parts = [w(f"type.{claim.type}"), w(f"importance.{told.importance(claim)}"), told.attribution(claim, w)]
    parts += [told.span(claim.when, w)] if claim.when is not None else []
    parts += [w("claims.sentences", len(numbers), numbers=wording.runs(numbers))]
    flag = w("claims.flag", missing=", ".join(claim.ungrounded)) if claim.ungrounded else None
    return ListedClaim(number, claim.text, " · ".join(parts), flag)
