"""The judged pairs one by one, for whoever checks the judge."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from factcheck.findings import Report
from factcheck.models import Judgement, Label
from factcheck.reporting.html.addresses import sentence_anchor
from factcheck.reporting.html.lookup import Lookup
from factcheck.reporting.marking import Marked, mark

SHOWN = 120
"""Rows of the page; JSON and CSV hold all."""
ORDER: dict[Label, int] = {"contradicts": 0, "supports": 1, "unrelated": 2}


@dataclass(frozen=True)
class PairEnd:
    """One claim of a pair."""

    text: Marked
    publisher: str
    lang: str
    target: str


@dataclass(frozen=True)
class PairRow:
    """A judged pair with what filters ask of it."""

    judgement: Judgement
    left: PairEnd
    right: PairEnd
    publishers: str
    types: str
    languages: str


@dataclass(frozen=True)
class Pairs:
    """The pairs that are shown and how many there are of each label."""

    rows: tuple[PairRow, ...]
    counts: dict[Label, int]
    left_out: int


def pairs(report: Report, lookup: Lookup, limit: int = SHOWN) -> Pairs:
    """Contradictions first, then support, then the unrelated as far as there is room."""
    known = [j for j in report.judgements if j.left in lookup.claims and j.right in lookup.claims]
    counts = Counter(judgement.label for judgement in known)
    known.sort(key=lambda j: (ORDER[j.label], j.certainty != "firm", j.left, j.right))
    rows = tuple(_row(judgement, lookup) for judgement in known[:limit])
    return Pairs(rows, {label: counts[label] for label in ORDER}, max(0, len(known) - limit))


def _row(judgement: Judgement, lookup: Lookup) -> PairRow:
    ids = (judgement.left, judgement.right)
    conflict = judgement.conflict
    return PairRow(
        judgement,
        _end(judgement.left, conflict.left_words if conflict else None, lookup),
        _end(judgement.right, conflict.right_words if conflict else None, lookup),
        lookup.places([lookup.publisher_of[id_] for id_ in ids]),
        lookup.types(ids),
        lookup.languages(ids),
    )


def _end(id_: str, words: str | None, lookup: Lookup) -> PairEnd:
    claim = lookup.claims[id_]
    number = claim.evidence[0].sentence if claim.evidence else 1
    return PairEnd(
        mark(claim.text, [words] if words else []),
        lookup.publisher_of[id_],
        lookup.articles[claim.article_id].language or "",
        sentence_anchor(claim.article_id, number),
    )
