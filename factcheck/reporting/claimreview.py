"""Drafts of schema.org ClaimReview for an editor: what is claimed, by whom, where; the rating is left open.

The form is that of https://schema.org/ClaimReview; what only the reviewing newsroom can say is null.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from factcheck.findings import Fact, Report
from factcheck.models import Article, BaseClaim
from factcheck.reporting.base import Style

CONTEXT = "https://schema.org"


class ClaimReviewDrafts:
    """JSON-LD in ASCII: one draft for each fact of a direct dispute, in the order of the disputes."""

    name = "claimreview"
    suffixes: tuple[str, ...] = (".jsonld",)

    def render(self, document: Report, style: Style) -> str:  # noqa: ARG002 -- programs have no width
        """One graph of drafts, not fit for publication before a person has judged, rated and signed them."""
        return json.dumps({"@context": CONTEXT, "@graph": list(_drafts(document))}, ensure_ascii=True, indent=2) + "\n"


def _drafts(report: Report) -> Iterator[dict[str, object]]:
    claims: dict[str, BaseClaim] = report.claims()
    articles = {article.id: article for article in report.articles}
    facts = {fact.id: fact for fact in report.facts}
    seen = set[str]()
    for dispute in report.disputes:
        for id_ in dispute.facts if dispute.nature == "direct" else ():
            if id_ in facts and id_ not in seen:
                seen.add(id_)
                yield _draft(facts[id_], dispute.title, claims, articles)


def _draft(fact: Fact, question: str, claims: dict[str, BaseClaim], articles: dict[str, Article]) -> dict[str, object]:
    own = [claims[id_] for id_ in fact.claims if id_ in claims]
    stands = claims.get(fact.representative)
    dated = sorted(own, key=lambda claim: (_date(articles[claim.article_id]) or "9999", claim.id))
    first = _date(articles[dated[0].article_id]) if dated else None
    appearances = [_appearance(claim, articles[claim.article_id]) for claim in dated]
    return {
        "@type": "ClaimReview",
        "creativeWorkStatus": "Draft",
        "identifier": fact.id,
        "about": question,
        "claimReviewed": fact.text,
        "inLanguage": articles[stands.article_id].language if stands else None,
        "author": None,
        "datePublished": None,
        "url": None,
        "reviewRating": None,
        "itemReviewed": {
            "@type": "Claim",
            "text": fact.text,
            "author": _author(dated, articles),
            "datePublished": first,
            "firstAppearance": appearances[0] if first else None,
            "appearance": appearances[1:] if first else appearances,
        },
    }


def _author(claims: list[BaseClaim], articles: dict[str, Article]) -> dict[str, object] | None:
    """Who makes the claim: its speaker; else the origin it is drawn from; else who published it first.

    A speaker may be a person or a body, which nothing here tells apart, hence the type above both.
    """
    for claim in claims:
        if claim.speaker:
            return {"@type": "Thing", "name": claim.speaker}
    for claim in claims:
        name = claim.origin or claim.publisher or articles[claim.article_id].publisher
        if name:
            return {"@type": "Organization", "name": name}
    return None


def _appearance(claim: BaseClaim, article: Article) -> dict[str, object]:
    publisher = claim.publisher or article.publisher
    return {
        "@type": "CreativeWork",
        "headline": article.title or article.path,
        "url": article.url,
        "datePublished": _date(article),
        "author": {"@type": "Person", "name": article.author} if article.author else None,
        "publisher": {"@type": "Organization", "name": publisher} if publisher else None,
        "abstract": " … ".join(evidence.quote for evidence in claim.evidence),
    }


def _date(article: Article) -> str | None:
    return article.published_at.isoformat() if article.published_at else None
