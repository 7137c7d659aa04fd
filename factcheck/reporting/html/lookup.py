"""What the sections look up in a report, gathered once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from factcheck.findings import Fact, Report
from factcheck.models import Article, BaseClaim, Claim


@dataclass(frozen=True)
class Lookup:
    """A report by its ids."""

    claims: dict[str, Claim]
    articles: dict[str, Article]
    facts: dict[str, Fact]
    fact_of: dict[str, Fact]
    """Claim id -> the fact that holds it."""
    publisher_of: dict[str, str]
    """Claim id -> the name that the report gives its publisher."""
    publishers: tuple[str, ...]
    """All names, sorted; filters name them by their place here."""
    place: dict[str, int] = field(default_factory=dict)
    """Publisher -> its place in `publishers`."""

    def languages(self, claims: Sequence[str]) -> str:
        """The languages of the articles that hold the claims, blank-separated; for filters."""
        found = {self.articles[self.claims[id_].article_id].language or "" for id_ in claims if id_ in self.claims}
        return " ".join(sorted(found - {""}))

    def types(self, claims: Sequence[str]) -> str:
        """The types of the claims, blank-separated; for filters."""
        return " ".join(sorted({self.claims[id_].type for id_ in claims if id_ in self.claims}))

    def places(self, publishers: Sequence[str]) -> str:
        """The places of the publishers, blank-separated; for filters."""
        return " ".join(str(place) for place in sorted({self.place[name] for name in publishers if name in self.place}))


def look_up(report: Report) -> Lookup:
    """Gather the maps of a report."""
    claims: dict[str, Claim] = report.claims()
    articles = {article.id: article for article in report.articles}
    known = {name for fact in report.facts for name in fact.publishers}
    known |= {name for origin in report.origins for name in origin.publishers}
    labels = {article.id: _label(article, known) for article in report.articles}
    publisher_of = {id_: _publisher(claim, labels) for id_, claim in claims.items()}
    names = tuple(sorted({*known, *publisher_of.values(), *labels.values()}))
    return Lookup(
        claims=claims,
        articles=articles,
        facts={fact.id: fact for fact in report.facts},
        fact_of={id_: fact for fact in reversed(report.facts) for id_ in fact.claims},
        publisher_of=publisher_of,
        publishers=names,
        place={name: place for place, name in enumerate(names)},
    )


def _publisher(claim: BaseClaim, labels: dict[str, str]) -> str:
    return claim.publisher or labels.get(claim.article_id, "")


def _label(article: Article, known: set[str]) -> str:
    """The publisher; without one, the tail of the path that the report calls it by."""
    if article.publisher:
        return article.publisher
    tails = [name for name in known if article.path.endswith(name)]
    return max(tails, key=len) if tails else PurePath(article.path).name
