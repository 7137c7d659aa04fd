"""What `extract` found for programs: one claim a line of JSON, or a row of CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence

from factcheck.findings import ExtractionReport
from factcheck.models import Article, Claim, Extraction, TimeSpan
from factcheck.reporting import claims as told
from factcheck.reporting.base import Style
from factcheck.reporting.json_document import plain
from factcheck.reporting.untrusted import cell


class ClaimLines:
    """JSON Lines: one claim a line, in the order of the articles, in ASCII; failures are not in it."""

    name = "jsonl"
    suffixes: tuple[str, ...] = (".jsonl",)

    def render(self, document: ExtractionReport, style: Style) -> str:  # noqa: ARG002 -- programs have no width
        """One line for each claim, as `factcheck schema claim` describes it."""
        claims = [claim for extraction in document.extractions for claim in extraction.claims]
        return "".join(json.dumps(plain(claim), ensure_ascii=True) + "\n" for claim in claims)


class ClaimRows:
    """CSV (RFC 4180): a row of names, then one claim a row, in the order of the articles; failures are not in it.

    Every cell is one line. A cell that a spreadsheet would take for a formula begins with `'`.
    """

    name = "csv"
    suffixes: tuple[str, ...] = (".csv",)

    def render(self, document: ExtractionReport, style: Style) -> str:
        """Rows that end in CR LF; several sentences, quotes or ungrounded parts share a cell, parted by ` | `."""
        sink = io.StringIO()
        rows = csv.DictWriter(sink, COLUMNS)
        rows.writeheader()
        for _, row in claim_rows(document.articles, document.extractions):
            rows.writerow({name: cell(text) for name, text in row.items()})
        return ("\ufeff" if style.excel else "") + sink.getvalue()


COLUMNS = (
    "path", "title", "publisher", "claim_id", "type", "importance", "text", "modality", "speaker", "origin",
    "when", "start", "end", "sentences", "quotes", "ungrounded", "headline_only", "details",
)  # fmt: skip


def claim_rows(
    articles: Sequence[Article], extractions: Sequence[Extraction]
) -> Iterator[tuple[str, dict[str, str | None]]]:
    """Id and row of every claim in the order of the extractions, the cells still raw."""
    by_id = {article.id: article for article in articles}
    for extraction in extractions:
        article = by_id[extraction.article_id]
        headline = {claim.id for claim in told.headline_only(article, extraction)}
        for claim in extraction.claims:
            yield claim.id, _row(article, claim, claim.id in headline)


def _row(article: Article, claim: Claim, headline: bool) -> dict[str, str | None]:
    when = claim.when or TimeSpan()
    return {
        "path": article.path,
        "title": article.title,
        "publisher": claim.publisher or article.publisher,
        "claim_id": claim.id,
        "type": claim.type,
        "importance": told.importance(claim),
        "text": claim.text,
        "modality": claim.modality,
        "speaker": claim.speaker,
        "origin": claim.origin,
        "when": when.expression,
        "start": when.start.isoformat() if when.start else None,
        "end": when.end.isoformat() if when.end else None,
        "sentences": " | ".join(str(evidence.sentence) for evidence in claim.evidence),
        "quotes": " | ".join(evidence.quote for evidence in claim.evidence),
        "ungrounded": " | ".join(claim.ungrounded),
        "headline_only": "yes" if headline else "no",
        "details": told.details(claim),
    }
