"""What `extract` found, in Markdown: claim by claim with the evidence, or the articles with their claims marked."""

from __future__ import annotations

from collections.abc import Iterator

from factcheck.findings import ExtractionReport
from factcheck.models import Article, Claim, Extraction
from factcheck.reporting import annotation, wording
from factcheck.reporting import claims as told
from factcheck.reporting.base import Style
from factcheck.reporting.untrusted import markdown as safe
from factcheck.reporting.words.catalogue import Words, words_in


class ClaimsMarkdown:
    """The claims of each article with the sentences that state them, and what gave no claim."""

    name = "markdown"
    suffixes: tuple[str, ...] = (".md", ".markdown")

    def render(self, document: ExtractionReport, style: Style) -> str:
        """All claims; nothing is cut."""
        return "\n".join(_list(document, words_in(style.lang))) + "\n"


class AnnotatedMarkdown:
    """Each article sentence by sentence with the claims that rest on it, then these claims."""

    name = "markdown"
    suffixes: tuple[str, ...] = (".md", ".markdown")

    def render(self, document: ExtractionReport, style: Style) -> str:
        """All sentences and all claims; nothing is cut."""
        return "\n".join(_annotated(document, words_in(style.lang))) + "\n"


def _list(report: ExtractionReport, w: Words) -> Iterator[str]:
    extractions = {extraction.article_id: extraction for extraction in report.extractions}
    yield f"# {annotation.title(report, w)}"
    for article in report.articles:
        yield from ("", f"## {safe(article.title or article.path)}", "", safe(annotation.about(article)), "")
        if article.id in extractions:
            yield from _article(article, extractions[article.id], w)
        else:
            yield safe(annotation.failure(report, article, w))
    yield from _refused(report, w)


def _article(article: Article, extraction: Extraction, w: Words) -> Iterator[str]:
    yield annotation.counts(article, extraction, w)
    yield ""
    for number, claim in enumerate(extraction.claims, 1):
        yield f"{number}. {safe(claim.text)}"
        yield f"   - {safe(_attributes(claim, w))}"
        for evidence in claim.evidence:
            yield f"   - \\[{evidence.sentence}\\] “{safe(evidence.quote)}”"
        if claim.ungrounded:
            yield f"   - {safe(w('claims.flag', missing=', '.join(claim.ungrounded)))}"
    if not extraction.claims:
        yield w("claims.none")
    numbers = {claim.id: number for number, claim in enumerate(extraction.claims, 1)}
    headline = told.headline_only(article, extraction)
    yield from _headline_only([(numbers[claim.id], claim.text) for claim in headline], w)
    found = told.coverage(article, extraction)
    for label, sentences in (("claims.outside", found.outside), ("claims.without_claim", found.neither)):
        if sentences:
            yield ""
            yield f"{w(label)}: {w('claims.sentences', len(sentences), numbers=wording.runs(sentences))}"
    yield from _notes((*article.notes, *extraction.notes), w)


def _attributes(claim: Claim, w: Words) -> str:
    """`event · reported · in: A · by: B · from: C · when: 2022-10-01 to …`."""
    kind = w(f"type.{claim.type}")
    parts = [kind if claim.core else w("said.detail", type=kind), w(f"modality.{claim.modality}")]
    parts += [w("said.in_label", publisher=claim.publisher)] if claim.publisher else []
    parts += [w("said.by_label", speaker=claim.speaker)] if claim.speaker else []
    parts += [w("said.from_label", origin=claim.origin)] if claim.origin else []
    parts += [w("said.when_label", span=told.span(claim.when, w))] if claim.when is not None else []
    return " · ".join(parts)


def _annotated(report: ExtractionReport, w: Words) -> Iterator[str]:
    yield f"# {annotation.title(report, w)}"
    if report.extractions:
        yield from ("", w("claims.legend"))
    for article in annotation.annotate(report, w):
        yield from ("", f"## {safe(article.title)}", "", safe(article.about), "")
        if article.failure is not None:
            yield safe(article.failure)
        else:
            yield article.counts
            yield ""
            yield from (_sentence(sentence, w) for sentence in article.sentences)
            yield from ("", f"### {w('section.claims')}", "")
            for claim in article.claims:
                yield from _claim(claim)
            if not article.claims:
                yield w("claims.none")
            yield from _headline_only([(claim.number, claim.text) for claim in article.headline_only], w)
        yield from _notes(article.notes, w)
    yield from _refused(report, w)


def _sentence(sentence: annotation.MarkedSentence, w: Words) -> str:
    """An item of an ordered list: sentences are numbered without gaps, so that the list's numbers are theirs."""
    text = w("claims.headline", text=safe(sentence.text)) if sentence.headline else safe(sentence.text)
    tail = f"→ **{safe(', '.join(sentence.marks))}**" if sentence.marks else f"— *{w(f'claims.{sentence.fate}')}*"
    return f"{sentence.number}. {text} {tail}"


def _claim(claim: annotation.ListedClaim) -> Iterator[str]:
    yield f"{claim.number}. {safe(claim.text)}"
    yield f"   - {safe(claim.about)}"
    if claim.flag is not None:
        yield f"   - **!** {safe(claim.flag)}"


def _headline_only(claims: list[tuple[int, str]], w: Words) -> Iterator[str]:
    if claims:
        yield from ("", f"{w('claims.headline_only')}:", "")
        yield from ("- " + w("claims.headline_claim", number, text=safe(text)) for number, text in claims)


def _notes(notes: tuple[str, ...], w: Words) -> Iterator[str]:
    for note in notes:
        yield from ("", w("claims.note", note=safe(note)))


def _refused(report: ExtractionReport, w: Words) -> Iterator[str]:
    lines = annotation.refused(report, w)
    if lines:
        yield from ("", f"## {w('section.not_read')}", "", *(f"- {safe(line)}" for line in lines))
