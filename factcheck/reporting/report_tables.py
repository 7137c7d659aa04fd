"""CSV: the claims, the pairs or the disputes of a report, one table at a time, for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping

from factcheck.findings import Dispute, DisputePoint, Report, Side
from factcheck.models import Article, BaseClaim, Conflict
from factcheck.reporting.base import Style
from factcheck.reporting.claim_lists import COLUMNS as CLAIM_COLUMNS
from factcheck.reporting.claim_lists import claim_rows
from factcheck.reporting.quotes import best_quote
from factcheck.reporting.untrusted import cell
from factcheck.reporting.words.catalogue import words_in

Row = Mapping[str, str | None]


class ReportTables:
    """CSV (RFC 4180): a row of names, then rows that end in CR LF; failed pairs are rows with an empty label.

    `style.table` chooses the table. Every cell is one line; one that a spreadsheet would take for a formula begins with
    `'`. With `style.excel` the file begins with a byte order mark, by which Excel knows that it is UTF-8.
    """

    name = "csv"
    suffixes: tuple[str, ...] = (".csv",)

    def render(self, document: Report, style: Style) -> str:
        """One table; several names, quotes or words share a cell, parted by ` | `."""
        columns, rows = TABLES[style.table]
        return written(columns, rows(document), excel=style.excel)


def written(columns: tuple[str, ...], rows: Iterator[Row], *, excel: bool) -> str:
    """The rows as CSV, every cell harmless to a spreadsheet."""
    sink = io.StringIO()
    table = csv.writer(sink)
    table.writerow(columns)
    table.writerows([cell(row[column]) for column in columns] for row in rows)
    return ("\ufeff" if excel else "") + sink.getvalue()


# -- claims --------------------------------------------------------------------------------------


def _claims(report: Report) -> Iterator[Row]:
    fact_of = {id_: fact for fact in report.facts for id_ in fact.claims}
    for claim_id, row in claim_rows(report.articles, report.extractions):
        fact = fact_of.get(claim_id)
        yield {
            **row,
            "fact_id": fact.id if fact else None,
            "verdict": fact.verdict if fact else None,
            "origins": _joined(origin.name for origin in fact.origins) if fact else None,
        }


# -- pairs ---------------------------------------------------------------------------------------

_SIDE_COLUMNS = ("id", "text", "publisher", "speaker", "path", "words")
PAIR_COLUMNS = (
    "label", "relation", "certainty", "how", "rule", "kind", "nature", "question", "reason", "note",
    *(f"left_{name}" for name in _SIDE_COLUMNS), *(f"right_{name}" for name in _SIDE_COLUMNS), "failure",
    "decision", "reviewer", "decided_at", "review_note", "found",
)  # fmt: skip


def _pairs(report: Report) -> Iterator[Row]:
    """Contradictions first, then supports, then what could not be judged, then the unrelated."""
    claims: dict[str, BaseClaim] = report.claims()
    paths = {article.id: article.path for article in report.articles}
    empty: Row = dict.fromkeys(PAIR_COLUMNS)
    order = {"contradicts": 0, "supports": 1, "unrelated": 3}
    for j in sorted(report.judgements, key=lambda j: (order[j.label], j.certainty != "firm")):
        conflict = j.conflict or Conflict(kind="other")
        row: dict[str, str | None] = {
            **empty,
            "label": j.label,
            "relation": j.relation,
            "certainty": j.certainty,
            "how": j.how,
            "rule": j.rule,
            "note": j.note,
            **_end("left", claims.get(j.left), paths, conflict.left_words),
            **_end("right", claims.get(j.right), paths, conflict.right_words),
        }
        if j.conflict:
            row |= {name: getattr(j.conflict, name) for name in ("kind", "nature", "question", "reason")}
        if j.review:
            row |= {
                "decision": j.review.decision,
                "reviewer": j.review.reviewer,
                "decided_at": j.review.decided_at.isoformat() if j.review.decided_at else None,
                "review_note": j.review.note,
                "found": j.review.relation,
            }
        yield row
    for failure in report.failures:
        left, bar, right = failure.subject.partition("|")
        if failure.stage == "judging" and bar:
            ends = {**_end("left", claims.get(left), paths, None), **_end("right", claims.get(right), paths, None)}
            yield {**empty, **ends, "failure": f"{failure.kind}: {failure.message}"}


def _end(side: str, claim: BaseClaim | None, paths: Mapping[str, str], words: str | None) -> Row:
    if claim is None:
        return {}
    return {
        f"{side}_id": claim.id,
        f"{side}_text": claim.text,
        f"{side}_publisher": claim.publisher,
        f"{side}_speaker": claim.speaker,
        f"{side}_path": paths.get(claim.article_id),
        f"{side}_words": words,
    }


# -- disputes ------------------------------------------------------------------------------------

DISPUTE_COLUMNS = (
    "dispute_id", "title", "nature", "point", "kind", "point_nature", "question", "side", "text", "words",
    "publishers", "speakers", "origins", "quote", "source", "claims", "reasons", "pairs",
)  # fmt: skip


def _disputes(report: Report) -> Iterator[Row]:
    """One row for each side of each point."""
    claims: dict[str, BaseClaim] = report.claims()
    articles = {article.id: article for article in report.articles}
    for dispute in report.disputes:
        for number, point in enumerate(dispute.points, 1):
            for index, side in enumerate(point.sides):
                yield _side(dispute, number, point, index, side, claims, articles)


def _side(
    dispute: Dispute,
    number: int,
    point: DisputePoint,
    index: int,
    side: Side,
    claims: Mapping[str, BaseClaim],
    articles: Mapping[str, Article],
) -> Row:
    own = [claims[id_] for id_ in side.claims if id_ in claims]
    quote = best_quote(own, articles, side.text, side.words, w=words_in("en"))
    return {
        "dispute_id": dispute.id,
        "title": dispute.title,
        "nature": dispute.nature,
        "point": str(number),
        "kind": point.kind,
        "point_nature": point.nature,
        "question": point.question,
        "side": chr(ord("A") + index) if index < 26 else str(index + 1),
        "text": side.text,
        "words": _joined(side.words),
        "publishers": _joined(side.publishers),
        "speakers": _joined(side.speakers),
        "origins": _joined(origin.name for origin in side.origins),
        "quote": quote.words.text if quote else None,
        "source": quote.source if quote else None,
        "claims": _joined(side.claims),
        "reasons": _joined(point.reasons),
        "pairs": _joined("|".join(pair) for pair in point.pairs),
    }


def _joined(parts: Iterator[str] | tuple[str, ...]) -> str:
    return " | ".join(parts)


TABLES: Mapping[str, tuple[tuple[str, ...], Callable[[Report], Iterator[Row]]]] = {
    "claims": ((*CLAIM_COLUMNS, "fact_id", "verdict", "origins"), _claims),
    "pairs": (PAIR_COLUMNS, _pairs),
    "disputes": (DISPUTE_COLUMNS, _disputes),
}
"""Name of a table -> its columns and rows."""
