"""The facts as the page shows them: who states each, and where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from factcheck.models import Label
from factcheck.reporting.facts import FactView
from factcheck.reporting.html.addresses import anchor, sentence_anchor
from factcheck.reporting.html.articles import LABELS
from factcheck.reporting.html.lookup import Lookup

STATEMENTS = 30
"""Claims that are listed behind a fact."""


@dataclass(frozen=True)
class Statement:
    """One claim of a fact."""

    text: str
    publisher: str
    speaker: str
    modality: str
    lang: str
    target: str


@dataclass(frozen=True)
class FactPage:
    """One fact with what filters ask of it."""

    anchor: str
    view: FactView
    lang: str
    disputes: tuple[tuple[int, str], ...]
    """Number and anchor of the disputes that it is a part of."""
    statements: tuple[Statement, ...]
    left_out: int
    label: Label
    publishers: str
    types: str
    languages: str

    @property
    def alone(self) -> bool:
        """Whether one claim in the fact's own words is all that is behind it."""
        return len(self.statements) == 1 and self.statements[0].text == self.view.text and not self.left_out


def fact_pages(views: Sequence[FactView], disputes: Mapping[int, str], lookup: Lookup) -> tuple[FactPage, ...]:
    """The facts of an outline, in its order; `disputes` are the anchors by number."""
    return tuple(_fact(view, disputes, lookup) for view in views)


def _fact(view: FactView, disputes: Mapping[int, str], lookup: Lookup) -> FactPage:
    fact = view.source
    claims = [lookup.claims[id_] for id_ in fact.claims if id_ in lookup.claims]
    statements = tuple(
        Statement(
            claim.text,
            lookup.publisher_of[claim.id],
            claim.speaker or "",
            claim.modality,
            lookup.articles[claim.article_id].language or "",
            sentence_anchor(claim.article_id, claim.evidence[0].sentence if claim.evidence else 1),
        )
        for claim in claims[:STATEMENTS]
    )
    stands = lookup.claims.get(fact.representative)
    return FactPage(
        anchor=anchor("fact", fact.id),
        view=view,
        lang=(lookup.articles[stands.article_id].language or "") if stands else "",
        disputes=tuple((number, disputes[number]) for number in view.disputes if number in disputes),
        statements=statements,
        left_out=max(0, len(claims) - STATEMENTS),
        label=LABELS[view.verdict],
        publishers=lookup.places(view.publishers),
        types=lookup.types(fact.claims),
        languages=lookup.languages(fact.claims),
    )
