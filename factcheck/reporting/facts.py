"""Facts as readers see them: how each is said, on whose word, and the words that bear it where it counts most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from factcheck.findings import Fact, Origin, Report, Verdict
from factcheck.models import Article, BaseClaim, Claim
from factcheck.reporting import wording
from factcheck.reporting.quotes import Quote, best_quote
from factcheck.reporting.wording import count


@dataclass(frozen=True)
class FactView:
    """A fact and what stands behind it."""

    verdict: Verdict
    text: str
    how: str
    """What keeps hearsay from reading as fact: `alleged`, `as reported by A`, `prediction, per B`; empty when plain."""
    disputes: tuple[int, ...]
    """Numbers of the disputes that it is a part of."""
    publishers: tuple[str, ...]
    """All behind its origins, those included that say this and more."""
    origins: tuple[Origin, ...]
    quote: Quote | None
    """Of a corroborated fact, words to check it by."""

    @property
    def standing(self) -> str:
        """Word of the verdict, with the numbers of its disputes: `disputed (1)`."""
        _, word = wording.VERDICTS[self.verdict]
        return f"{word} ({', '.join(map(str, self.disputes))})" if self.disputes else word

    @property
    def weight(self) -> str:
        """How many outlets on how many origins."""
        return f"{count(len(self.publishers), 'outlet')} × {count(len(self.origins), 'origin')}"

    @property
    def behind(self) -> str:
        """`3 outlets × 1 origin: Reuters ← A, B, C`; of a single report only its name."""
        chains = "; ".join(wording.chain(origin) for origin in self.origins)
        if self.verdict == "single_report":
            return chains or wording.names(self.publishers)
        return f"{self.weight}: {chains}" if chains else self.weight


def fact_views(
    report: Report, articles: Mapping[str, Article], disputes: Mapping[str, Sequence[int]]
) -> tuple[FactView, ...]:
    """All facts by verdict, the core ones first, then by how many stand behind them.

    `disputes` maps the id of a fact to the numbers under which its disputes are shown.
    """
    claims: dict[str, Claim] = report.claims()
    facts = {fact.id: fact for fact in report.facts}
    views = []
    for fact in sorted(report.facts, key=_rank):
        own = [claims[id_] for id_ in fact.claims if id_ in claims]
        fuller = [claims[id_] for other in fact.entailed_by if other in facts for id_ in facts[other].claims]
        views.append(
            FactView(
                fact.verdict,
                fact.text,
                _how(fact, own, fuller, claims.get(fact.representative)),
                tuple(disputes.get(fact.id, ())) if fact.verdict == "disputed" else (),
                tuple(sorted(behind(fact))),
                fact.origins,
                best_quote(own, articles, fact.text) if fact.verdict == "corroborated" else None,
            )
        )
    return tuple(views)


def behind(fact: Fact) -> set[str]:
    """Names of all who stand behind a fact, those included that say it and more."""
    return {*fact.publishers, *(name for origin in fact.origins for name in origin.publishers)}


def _rank(fact: Fact) -> tuple[int, bool, int, int]:
    order = list(wording.VERDICTS)
    return order.index(fact.verdict), not fact.core, -len(fact.origins), -len(behind(fact))


def _how(fact: Fact, own: Sequence[BaseClaim], fuller: Sequence[BaseClaim], stands: Claim | None) -> str:
    """How a fact is said, by its own claims and those that say it and more; one that asserts it makes it plain."""
    kind = stands.type if stands and stands.type in ("prediction", "opinion") else ""
    modalities = {claim.modality for claim in (*own, *fuller)}
    if not modalities or "asserted" in modalities:
        return kind
    elsewhere = [origin for origin in fact.origins if origin.basis != "own_report"]
    # a voice without a name is no origin, but its words must not pass for the outlet's own
    unnamed = dict.fromkeys(claim.speaker for claim in own if claim.speaker)
    names = wording.listed([origin.name for origin in elsewhere] or list(unnamed))
    # what a voice says is its word; what an outlet or agency prints is its report
    said = all(origin.basis == "speaker" for origin in elsewhere) or len({o.basis for o in elsewhere}) > 1
    if modalities == {"alleged"}:
        words = "alleged" + (f", per {names}" if names else "")
    elif names:
        words = f"per {names}" if said or kind else f"as reported by {names}"
    else:
        words = "as reported, not as fact"
    return f"{kind}, {words}" if kind else words
