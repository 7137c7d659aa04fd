"""Contradictions over which the passes disagreed, drawn together so that one doubtful claim is one entry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from factcheck.findings import Report
from factcheck.models import Article, BaseClaim, Judgement
from factcheck.reporting.quotes import source
from factcheck.reporting.words.catalogue import Words

SHOWN = 8
"""Entries before the list is cut."""
AGAINST_SHOWN = 2
REASONS_SHOWN = 1


@dataclass(frozen=True)
class Statement:
    """What a claim says and where it stands."""

    text: str
    source: str


@dataclass(frozen=True)
class PossibleView:
    """One claim against one or several others."""

    claim: Statement
    against: tuple[Statement, ...]
    """At most `AGAINST_SHOWN`; the most telling first."""
    pairs: int
    """Pairs of claims behind the entry; equal texts are one claim in `heading` and count each time here."""
    same_reason: int
    """Pairs among them that share only the reason with this one."""
    notes: tuple[str, ...]
    """Why only possible, each reason once."""
    further_reasons: int
    heading: str
    """`against` or `against 11 claims, among them`."""


@dataclass(frozen=True)
class _Pair:
    judgement: Judgement
    ends: tuple[BaseClaim, BaseClaim]

    @property
    def rank(self) -> tuple[bool, bool]:
        """The most telling first: both core, of different publishers."""
        left, right = self.ends
        alike = left.publisher == right.publisher and (left.publisher or left.article_id == right.article_id)
        return not (left.core and right.core), bool(alike)


def possible(
    report: Report, claims: Mapping[str, BaseClaim], articles: Mapping[str, Article], w: Words
) -> tuple[PossibleView, ...]:
    """All unconfirmed contradictions, the most telling entries first.

    The claim with most open pairs takes all of them into one entry, and so on; pairs that share no claim but the
    reason are one entry too.
    """
    open_ = [
        _Pair(j, (claims[j.left], claims[j.right]))
        for j in report.judgements
        if j.certainty == "possible" and j.relation == "contradicts" and j.left in claims and j.right in claims
    ]
    entries: list[tuple[str, list[_Pair]]] = []
    while open_:
        count = Counter(text for pair in open_ for text in {_key(end) for end in pair.ends})
        text, number = max(count.items(), key=lambda item: (item[1], item[0]))
        if number == 1:
            break
        entries.append((text, [pair for pair in open_ if text in map(_key, pair.ends)]))
        open_ = [pair for pair in open_ if text not in map(_key, pair.ends)]
    by_reason: dict[str, list[_Pair]] = {}
    for pair in open_:
        by_reason.setdefault(_reason(pair.judgement) or pair.judgement.left, []).append(pair)
    entries += [(_key(group[0].ends[0]), group) for group in by_reason.values()]
    entries.sort(key=lambda entry: (min(pair.rank for pair in entry[1]), -len(entry[1])))
    return tuple(_view(text, pairs, articles, w) for text, pairs in entries)


def _view(text: str, pairs: Sequence[_Pair], articles: Mapping[str, Article], w: Words) -> PossibleView:
    alike = len(pairs)
    pairs = sorted((pair for pair in pairs if text in map(_key, pair.ends)), key=lambda pair: pair.rank)
    first = pairs[0].ends[0] if _key(pairs[0].ends[0]) == text else pairs[0].ends[1]
    against: dict[str, BaseClaim] = {}
    for pair in pairs:
        left, right = pair.ends
        other = right if _key(left) == text else left
        against.setdefault(_key(other), other)
    notes = list(dict.fromkeys(note for pair in pairs if (note := _reason(pair.judgement))))
    shown = tuple(_statement(other, articles, w) for other in list(against.values())[:AGAINST_SHOWN])
    return PossibleView(
        claim=_statement(first, articles, w),
        against=shown,
        pairs=alike,
        same_reason=alike - len(pairs),
        notes=tuple(w.told(note) for note in notes[:REASONS_SHOWN]),
        further_reasons=max(0, len(notes) - REASONS_SHOWN),
        heading=_heading(len(against), len(shown), w),
    )


def _heading(others: int, shown: int, w: Words) -> str:
    if others == 1:
        return w("possible.against")
    return w("possible.against_among" if others > shown else "possible.against_all", others)


def _reason(judgement: Judgement) -> str | None:
    """Why only possible; of a copy's judgement the reason alone, of one that was inferred what it follows from."""
    reason = judgement.conflict.reason if judgement.conflict else None
    if judgement.how == "inferred":
        return reason or (judgement.note if judgement.rule == "inferred" else None)
    return judgement.note or reason


def _statement(claim: BaseClaim, articles: Mapping[str, Article], w: Words) -> Statement:
    return Statement(claim.text, source(claim, articles[claim.article_id], w))


def _key(claim: BaseClaim) -> str:
    return " ".join(claim.text.casefold().split())
