"""What `extract` found, in Markdown: claim by claim with the evidence, or the articles with their claims marked."""

from __future__ import annotations

from collections.abc import Iterator

from factcheck.findings import ExtractionReport
from factcheck.models import Article, Claim, Extraction
from factcheck.reporting import annotation, wording
from factcheck.reporting import claims as told
from factcheck.reporting.base import Style
from factcheck.reporting.untrusted import markdown as safe


class ClaimsMarkdown:
    """The claims of each article with the sentences that state them, and what gave no claim."""

    name = "markdown"
    suffixes: tuple[str, ...] = (".md", ".markdown")

    def render(self, document: ExtractionReport, style: Style) -> str:  # noqa: ARG002 -- Markdown has no width
        """All claims; nothing is cut."""
        return "\n".join(_list(document)) + "\n"


class AnnotatedMarkdown:
    """Each article sentence by sentence with the claims that rest on it, then these claims."""

    name = "markdown"
    suffixes: tuple[str, ...] = (".md", ".markdown")

    def render(self, document: ExtractionReport, style: Style) -> str:  # noqa: ARG002 -- Markdown has no width
        """All sentences and all claims; nothing is cut."""
        return "\n".join(_annotated(document)) + "\n"


def _list(report: ExtractionReport) -> Iterator[str]:
    extractions = {extraction.article_id: extraction for extraction in report.extractions}
    yield f"# {annotation.title(report)}"
    for article in report.articles:
        yield from ("", f"## {safe(article.title or article.path)}", "", safe(annotation.about(article)), "")
        if article.id in extractions:
            yield from _article(article, extractions[article.id])
        else:
            yield safe(annotation.failure(report, article))
    yield from _refused(report)


def _article(article: Article, extraction: Extraction) -> Iterator[str]:
    yield annotation.counts(article, extraction)
    yield ""
    for number, claim in enumerate(extraction.claims, 1):
        yield f"{number}. {safe(claim.text)}"
        yield f"   - {safe(_attributes(claim))}"
        for evidence in claim.evidence:
            yield f"   - \\[{evidence.sentence}\\] “{safe(evidence.quote)}”"
        if claim.ungrounded:
            yield f"   - not in its evidence, so never used as evidence: {safe(', '.join(claim.ungrounded))}"
    if not extraction.claims:
        yield "No claim was found."
    numbers = {claim.id: number for number, claim in enumerate(extraction.claims, 1)}
    headline = told.headline_only(article, extraction)
    yield from _headline_only([(numbers[claim.id], claim.text) for claim in headline])
    found = told.coverage(article, extraction)
    for label, sentences in (("Outside the story", found.outside), ("Without a claim", found.neither)):
        if sentences:
            yield ""
            yield f"{label}: {'sentence' if len(sentences) == 1 else 'sentences'} {wording.runs(sentences)}"
    yield from _notes((*article.notes, *extraction.notes))


def _attributes(claim: Claim) -> str:
    """`event · reported · in: A · by: B · from: C · when: 2022-10-01 to …`."""
    parts = [claim.type if claim.core else f"{claim.type}, detail", claim.modality]
    named = (("in", claim.publisher), ("by", claim.speaker), ("from", claim.origin))
    parts += [f"{label}: {value}" for label, value in named if value]
    if claim.when is not None:
        parts.append(f"when: {told.span(claim.when)}")
    return " · ".join(parts)


def _annotated(report: ExtractionReport) -> Iterator[str]:
    yield f"# {annotation.title(report)}"
    if report.extractions:
        yield from ("", annotation.LEGEND)
    for article in annotation.annotate(report):
        yield from ("", f"## {safe(article.title)}", "", safe(article.about), "")
        if article.failure is not None:
            yield safe(article.failure)
        else:
            yield article.counts
            yield ""
            yield from (_sentence(sentence) for sentence in article.sentences)
            yield from ("", "### Claims", "")
            for claim in article.claims:
                yield from _claim(claim)
            if not article.claims:
                yield "No claim was found."
            yield from _headline_only([(claim.number, claim.text) for claim in article.headline_only])
        yield from _notes(article.notes)
    yield from _refused(report)


def _sentence(sentence: annotation.MarkedSentence) -> str:
    """An item of an ordered list: sentences are numbered without gaps, so that the list's numbers are theirs."""
    headline = "headline: " if sentence.headline else ""
    tail = f"→ **{safe(', '.join(sentence.marks))}**" if sentence.marks else f"— *{sentence.fate}*"
    return f"{sentence.number}. {headline}{safe(sentence.text)} {tail}"


def _claim(claim: annotation.ListedClaim) -> Iterator[str]:
    yield f"{claim.number}. {safe(claim.text)}"
    yield f"   - {safe(claim.about)}"
    if claim.flag is not None:
        yield f"   - **!** {safe(claim.flag)}"


def _headline_only(claims: list[tuple[int, str]]) -> Iterator[str]:
    if claims:
        yield from ("", f"{told.HEADLINE_ONLY}:", "")
        yield from (f"- claim {number}: {safe(text)}" for number, text in claims)


def _notes(notes: tuple[str, ...]) -> Iterator[str]:
    for note in notes:
        yield from ("", f"Note: {safe(note)}")


def _refused(report: ExtractionReport) -> Iterator[str]:
    lines = annotation.refused(report)
    if lines:
        yield from ("", "## Not read", "", *(f"- {safe(line)}" for line in lines))
