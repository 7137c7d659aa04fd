"""The sides of a dispute as readers see them: who says it and how, in which words, with the sentence that bears it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from factcheck.findings import Dispute, DisputePoint, Origin, Side
from factcheck.models import Article, BaseClaim
from factcheck.reporting.marking import Marked, mark
from factcheck.reporting.quotes import Quote, best_quote, denies
from factcheck.reporting.words.catalogue import Words

VARIANTS_SHOWN = 3


@dataclass(frozen=True)
class SideView:
    """One side of a point."""

    letter: str
    claim: Marked
    publishers: tuple[str, ...]
    stance: str
    """Who says it and how: "denied by …", "attributed to …", "as reported, not as fact"; empty when it is plain."""
    denied: bool
    """Whether the stance is a denial."""
    hearsay: bool
    """Whether no claim of the side is stated as fact."""
    origins: tuple[Origin, ...]
    quote: Quote | None
    further: int
    """Claims on this side beyond the quoted one."""
    weight: str
    """How many outlets on how many origins."""
    also: str
    """`also: “…”, “…” and 4 more`, of the clashing words that the claim does not hold; empty when there are none."""


def side_views(
    point: DisputePoint,
    dispute: Dispute,
    claims: Mapping[str, BaseClaim],
    articles: Mapping[str, Article],
    w: Words,
) -> tuple[SideView, ...]:
    """The sides of a point of the dispute, lettered from A."""
    views = []
    for index, side in enumerate(point.sides):
        own = [claims[id_] for id_ in side.claims if id_ in claims]
        text = mark(side.text, side.words)
        stance = _stance(side, own, w)
        against = sentences_against(index, point, dispute, claims)
        views.append(
            SideView(
                letter=chr(ord("A") + index) if index < 26 else str(index + 1),
                claim=text,
                publishers=side.publishers,
                stance=stance.words,
                denied=stance.denied,
                hearsay=stance.hearsay,
                origins=side.origins,
                quote=best_quote(own, articles, side.text, side.words, against, w=w),
                further=max(0, len(side.claims) - 1),
                weight=_weight(side, w),
                also=_also(_variants(side), w),
            )
        )
    return tuple(views)


def _weight(side: Side, w: Words) -> str:
    outlets, origins = w("count.outlets", len(side.publishers)), w("count.origins", len(side.origins))
    return w("side.weight", outlets=outlets, origins=origins)


def _also(variants: Sequence[str], w: Words) -> str:
    if not variants:
        return ""
    words = ", ".join(w("list.quoted", text=words) for words in variants[:VARIANTS_SHOWN])
    left_out = len(variants) - VARIANTS_SHOWN
    return w("side.also_more", left_out, words=words) if left_out > 0 else w("side.also", words=words)


def sentences_against(
    index: int, point: DisputePoint, dispute: Dispute, claims: Mapping[str, BaseClaim]
) -> set[tuple[str, int]]:
    """Article and number of the sentences that state another side.

    Where every point has two sides they are the same two camps throughout, and the other camp's sentences at any
    point count.
    """
    points = dispute.points if all(len(each.sides) == 2 for each in dispute.points) else (point,)
    others = [side for each in points for number, side in enumerate(each.sides) if number != index]
    found = [claims[id_] for side in others for id_ in side.claims if id_ in claims]
    return {(claim.article_id, evidence.sentence) for claim in found for evidence in claim.evidence}


def _variants(side: Side) -> list[str]:
    """The clashing words that neither the claim nor an earlier variant holds."""
    held = side.text.casefold()
    found: list[str] = []
    for words in side.words:
        folded = words.strip().casefold()
        if folded and folded not in held and not any(folded in other.casefold() for other in found):
            found.append(words)
    return found


# -- who says it and how -------------------------------------------------------------------------


@dataclass(frozen=True)
class _Stance:
    words: str
    denied: bool
    hearsay: bool


def _stance(side: Side, claims: Sequence[BaseClaim], w: Words) -> _Stance:
    """Who says it and how; what all tell as hearsay must not read as fact."""
    denials = [claim for claim in claims if denies(claim)]
    deniers = {claim.speaker for claim in denials}
    denied = [name for name in side.speakers if name in deniers]
    if denials and not denied and all(denies(claim) for claim in claims if claim.speaker):
        denied = list(side.speakers)
    named = [name for name in side.speakers if name not in denied]
    told = [claim for claim in claims if not denies(claim)]
    parts = [w("side.denied_by", who=_voices(denied, w))] if denied else []
    parts += [w("side.denied")] if denials and not denied and not told else []
    modalities = {claim.modality for claim in told}
    hearsay = bool(modalities) and "asserted" not in modalities
    if hearsay:
        speakers = named or ([] if side.speakers else _unnamed(told))
        parts += [w("side.attributed_to", who=_voices(speakers, w, 3 if named else 1))] if speakers else []
        if modalities == {"alleged"}:
            parts.append(w("side.alleged"))
        elif not speakers and not denied:
            parts.append(w("side.reported"))
    else:
        parts += [w("side.said_by", who=_voices(named, w))] if named else []
        if modalities & {"reported", "alleged"}:
            factual = sum(claim.modality == "asserted" for claim in told)
            parts.append(w("side.stated_in", len(claims), factual=factual))
    return _Stance("; ".join(parts), denied=bool(denials) and not named, hearsay=hearsay)


def _voices(speakers: Sequence[str], w: Words, limit: int = 6) -> str:
    """The speakers in one line; words with a comma of their own in quotes, so that they do not read as several."""
    return w.names([w("list.quoted", text=words) if "," in words else words for words in speakers], limit)


def _unnamed(claims: Sequence[BaseClaim]) -> list[str]:
    """Speakers without a proper name ("the insurers"), in the words most used."""
    return [words for words, _ in Counter(claim.speaker for claim in claims if claim.speaker).most_common()]
