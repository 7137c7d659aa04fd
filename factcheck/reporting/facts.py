"""Facts as readers see them: how each is said, on whose word, and the words that bear it where it counts most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from factcheck.findings import Fact, Origin, Report, Verdict
from factcheck.models import Article, BaseClaim, Claim
from factcheck.reporting import wording
from factcheck.reporting.quotes import Quote, best_quote
from factcheck.reporting.words.catalogue import Words


@dataclass(frozen=True)
class FactView:
    """A fact and what stands behind it."""

    source: Fact
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
    standing: str
    """Word of the verdict, with the numbers of its disputes: `disputed (1)`."""
    weight: str
    """How many outlets on how many origins."""
    behind: str
    """`3 outlets × 1 origin: Reuters ← A, B, C`; of a single report only its name."""
    decided: tuple[str, ...] = ()
    """Who decided on it."""


def fact_views(
    report: Report,
    articles: Mapping[str, Article],
    disputes: Mapping[str, Sequence[int]],
    decided: Mapping[str, tuple[str, ...]],
    w: Words,
) -> tuple[FactView, ...]:
    """All facts by verdict, the core ones first, then by how many stand behind them.

    `disputes` maps the id of a fact to the numbers under which its disputes are shown, `decided` to who decided on it.
    """
    claims: dict[str, Claim] = report.claims()
    facts = {fact.id: fact for fact in report.facts}
    views = []
    for fact in sorted(report.facts, key=_rank):
        own = [claims[id_] for id_ in fact.claims if id_ in claims]
        fuller = [claims[id_] for other in fact.entailed_by if other in facts for id_ in facts[other].claims]
        numbers = tuple(disputes.get(fact.id, ())) if fact.verdict == "disputed" else ()
        publishers = tuple(sorted(behind(fact)))
        views.append(
            FactView(
                fact,
                fact.verdict,
                fact.text,
                _how(fact, own, fuller, claims.get(fact.representative), w),
                numbers,
                publishers,
                fact.origins,
                best_quote(own, articles, fact.text, w=w) if fact.verdict == "corroborated" else None,
                _standing(fact.verdict, numbers, w),
                _weight(fact, publishers, w),
                _behind(fact, publishers, w),
                decided.get(fact.id, ()),
            )
        )
    return tuple(views)


def _standing(verdict: Verdict, disputes: Sequence[int], w: Words) -> str:
    word = w(f"verdict.{verdict}")
    return f"{word} ({', '.join(map(str, disputes))})" if disputes else word


def _weight(fact: Fact, publishers: Sequence[str], w: Words) -> str:
    return w("fact.weight", outlets=w("count.outlets", len(publishers)), origins=w("count.origins", len(fact.origins)))


def _behind(fact: Fact, publishers: Sequence[str], w: Words) -> str:
    chains = "; ".join(wording.chain(origin, w) for origin in fact.origins)
    if fact.verdict == "single_report":
        return chains or w.names(publishers)
    weight = _weight(fact, publishers, w)
    return w("fact.weight_of", weight=weight, origins=chains) if chains else weight


def behind(fact: Fact) -> set[str]:
    """Names of all who stand behind a fact, those included that say it and more."""
    return {*fact.publishers, *(name for origin in fact.origins for name in origin.publishers)}


def _rank(fact: Fact) -> tuple[int, bool, int, int]:
    order = list(wording.SIGNS)
    return order.index(fact.verdict), not fact.core, -len(fact.origins), -len(behind(fact))


def _how(fact: Fact, own: Sequence[BaseClaim], fuller: Sequence[BaseClaim], stands: Claim | None, w: Words) -> str:
    """How a fact is said, by its own claims and those that say it and more; one that asserts it makes it plain."""
    kind = w(f"type.{stands.type}") if stands and stands.type in ("prediction", "opinion") else ""
    modalities = {claim.modality for claim in (*own, *fuller)}
    if not modalities or "asserted" in modalities:
        return kind
    elsewhere = [origin for origin in fact.origins if origin.basis != "own_report"]
    # a voice without a name is no origin, but its words must not pass for the outlet's own
    unnamed = dict.fromkeys(claim.speaker for claim in own if claim.speaker)
    names = w.listed([origin.name for origin in elsewhere] or list(unnamed))
    # what a voice says is its word; what an outlet or agency prints is its report
    said = all(origin.basis == "speaker" for origin in elsewhere) or len({o.basis for o in elsewhere}) > 1
    if modalities == {"alleged"}:
        words = w("fact.alleged_per", who=names) if names else w("fact.alleged")
    elif names:
        words = w("fact.per" if said or kind else "fact.reported_by", who=names)
    else:
        words = w("fact.reported")
    return w("fact.kind_and_how", kind=kind, how=words) if kind else words
