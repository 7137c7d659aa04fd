"""An outlet that corrects itself withdraws what it said before: its correction is an update of its own words, of nobody
else's. Outlets that still print the old version keep contradicting it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import regex

from factcheck.models import Article, Claim, Conflict, Judgement
from factcheck.stages.aggregation.sources import Source

NOTE = "the outlet corrects its own earlier version"

_HEAD = regex.compile(
    r"\W*(?:errata(?:[ -]corrige)?|erratum|rettifica|correzione|corrections?|corrected|clarification|berichtigung|"
    r"korrektur|richtigstellung|korrigiert|rectificatif|correctif|corrección|rectificación|"
    r"fe de err(?:ores|atas)|correção|rectificatie|correctie|sprostowanie|korekta|исправление|"
    r"поправка)(?:\s*[:.,–—-]|\W*$)",
    regex.I,
)
"""How a sentence, a heading or a headline begins that announces a correction."""
_EARLIER = regex.compile(
    r"\b(?:(?:earlier|previous) version of (?:this|the) (?:article|story|report)|this article has been corrected|"
    r"(?:precedente|prima) versione (?:di quest|dell['’]articol|del pezzo|del testo)|"
    r"versione precedente (?:di quest|dell['’]articol)|"
    r"früheren (?:version|fassung) (?:dieses|des)|version (?:précédente|antérieure) de (?:cet|l['’])|"
    r"versión anterior de (?:este|esta|la)|versão anterior d(?:este|esta|a)|eerdere versie van (?:dit|het))",
    regex.I,
)


@dataclass(frozen=True)
class Corrected:
    """The judgements, and what corrections withdraw."""

    judgements: tuple[Judgement, ...]
    """As given, but for contradictions between a correction and what it withdraws: these are updates."""
    withdrawn: Mapping[tuple[str, str], str]
    """Pair -> the claim of the two that its own outlet has withdrawn."""


def corrected(
    judgements: Iterable[Judgement],
    claims: Mapping[str, Claim],
    articles: Sequence[Article],
    sources: Mapping[str, Source],
) -> Corrected:
    """Find the contradictions in which an outlet corrects itself.

    A claim is a correction when a sentence of its paragraph says so, when the heading above it does, or when the
    article's title does. What the outlet publishes later than its correction is not withdrawn by it.
    """
    by_id = {article.id: article for article in articles}
    marked = {article.id: _correcting(article) for article in articles}
    correcting = {
        claim.id for claim in claims.values() if any(e.sentence in marked[claim.article_id] for e in claim.evidence)
    }
    found: list[Judgement] = []
    withdrawn: dict[tuple[str, str], str] = {}
    for judgement in judgements:
        old = _withdrawn(judgement, correcting, claims, by_id, sources)
        if old is None:
            found.append(judgement)
            continue
        withdrawn[judgement.key] = old
        conflict = (judgement.conflict or Conflict(kind="other")).model_copy(update={"nature": "update"})
        known = judgement.note or ""
        note = known if NOTE in known else f"{known}; {NOTE}" if known else NOTE
        found.append(judgement.model_copy(update={"conflict": conflict, "note": note}))
    return Corrected(judgements=tuple(found), withdrawn=withdrawn)


def _withdrawn(
    judgement: Judgement,
    correcting: set[str],
    claims: Mapping[str, Claim],
    articles: Mapping[str, Article],
    sources: Mapping[str, Source],
) -> str | None:
    """The claim of a contradicting pair that the other one's outlet, which is its own, corrects."""
    if judgement.relation != "contradicts" or not {judgement.left, judgement.right} <= claims.keys():
        return None
    new = correcting & {judgement.left, judgement.right}
    if len(new) != 1:
        return None
    (correction,) = new
    old = judgement.left if correction == judgement.right else judgement.right
    if sources[old].publisher != sources[correction].publisher:
        return None
    said, mended = (articles[claims[id_].article_id].published_at for id_ in (old, correction))
    return None if said is not None and mended is not None and said > mended else old


def _correcting(article: Article) -> frozenset[int]:
    """The sentences of an article that correct an earlier version."""
    if article.title and _HEAD.match(article.title):
        return frozenset(sentence.number for sentence in article.sentences)
    paragraphs: set[int] = set()
    heading = False
    for sentence in article.sentences:
        words = article.quote(sentence.number)
        announces = _HEAD.match(words) is not None
        if announces or heading or _EARLIER.search(words):
            paragraphs.add(sentence.paragraph)
        heading = announces and len(words.split()) <= 3
    return frozenset(sentence.number for sentence in article.sentences if sentence.paragraph in paragraphs)
