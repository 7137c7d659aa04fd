"""What `extract` found, before anything is compared: for reading, and one claim a line for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator

from factcheck.findings import ExtractionReport
from factcheck.models import Article, Claim, Extraction, TimeSpan
from factcheck.reporting import wording
from factcheck.reporting.base import Style
from factcheck.reporting.json_document import plain
from factcheck.reporting.untrusted import markdown as safe


class ClaimLines:
    """JSON Lines: one claim a line, in the order of the articles, in ASCII; failures are not in it."""

    name = "jsonl"
    suffixes: tuple[str, ...] = (".jsonl",)

    def render(self, document: ExtractionReport, style: Style) -> str:  # noqa: ARG002 -- programs have no width
        """One line for each claim, as `factcheck schema claim` describes it."""
        claims = [claim for extraction in document.extractions for claim in extraction.claims]
        return "".join(json.dumps(plain(claim), ensure_ascii=True) + "\n" for claim in claims)


class ClaimsMarkdown:
    """The claims of each article with the sentences that state them, and what gave no claim."""

    name = "markdown"
    suffixes: tuple[str, ...] = (".md", ".markdown")

    def render(self, document: ExtractionReport, style: Style) -> str:  # noqa: ARG002 -- Markdown has no width
        """All claims; nothing is cut."""
        return "\n".join(_page(document)) + "\n"


def _page(report: ExtractionReport) -> Iterator[str]:
    extractions = {extraction.article_id: extraction for extraction in report.extractions}
    failures = {failure.subject: failure for failure in report.failures}
    total = sum(len(extraction.claims) for extraction in report.extractions)
    yield f"# {wording.count(total, 'claim')} in {wording.count(len(report.articles), 'article')}"
    for article in report.articles:
        yield ""
        yield f"## {safe(article.title or article.path)}"
        yield ""
        about = (article.publisher, article.published_at and article.published_at.isoformat(), article.language)
        yield safe(" · ".join([*(part for part in about if part), article.path]))
        yield ""
        if article.id in extractions:
            yield from _article(article, extractions[article.id])
        elif article.id in failures:
            yield f"Failed: {safe(failures[article.id].message)} ({safe(failures[article.id].kind)})"
    refused = [("could not be read", file) for file in report.unreadable] + [("skipped", f) for f in report.skipped]
    if refused:
        yield ""
        yield "## Not read"
        yield ""
        yield from (f"- {safe(file.path)}: {what}: {safe(file.reason)}" for what, file in refused)


def _article(article: Article, extraction: Extraction) -> Iterator[str]:
    for number, claim in enumerate(extraction.claims, 1):
        yield f"{number}. {safe(claim.text)}"
        yield f"   - {safe(_attributes(claim))}"
        for evidence in claim.evidence:
            yield f"   - \\[{evidence.sentence}\\] “{safe(article.quote(evidence.sentence))}”"
        if claim.ungrounded:
            yield f"   - not in its evidence, so never used as evidence: {safe(', '.join(claim.ungrounded))}"
    if not extraction.claims:
        yield "No claim was found."
    for label, sentences in (("Outside the story", extraction.outside), ("Without a claim", extraction.uncovered)):
        if sentences:
            yield ""
            yield f"{label}: {'sentence' if len(sentences) == 1 else 'sentences'} {wording.runs(sentences)}"
    for note in (*article.notes, *extraction.notes):
        yield ""
        yield f"Note: {safe(note)}"


def _attributes(claim: Claim) -> str:
    """`event · reported · in: A · by: B · from: C · when: 2022-10-01 to …`."""
    parts = [claim.type if claim.core else f"{claim.type}, detail", claim.modality]
    named = (("in", claim.publisher), ("by", claim.speaker), ("from", claim.origin))
    parts += [f"{label}: {value}" for label, value in named if value]
    if claim.when is not None:
        parts.append(f"when: {_span(claim.when)}")
    return " · ".join(parts)


def _span(when: TimeSpan) -> str:
    ends = [end.isoformat() if end else "…" for end in (when.start, when.end)]
    dates = ends[0] if ends[0] == ends[1] else " to ".join(ends)
    known = when.start or when.end
    return f"{when.expression} ({dates})" if when.expression and known else when.expression or dates
