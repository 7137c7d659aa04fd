"""The disputes as the page shows them: sides next to each other, each with its quotes in the sentences around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from factcheck.findings import Dispute, Side
from factcheck.models import Article, BaseClaim
from factcheck.reporting import claims as told
from factcheck.reporting.html.addresses import anchor, sentence_anchor, web_address
from factcheck.reporting.html.lookup import Lookup
from factcheck.reporting.marking import Marked, mark, shortened
from factcheck.reporting.outline import DisputeView, PointView
from factcheck.reporting.provenance import article_name
from factcheck.reporting.quotes import content_words, denies
from factcheck.reporting.sides import SideView, sentences_against
from factcheck.reporting.words.catalogue import Words

FURTHER = 40
"""Further claims of a side that are listed."""
CONTEXT = 200
"""Characters of a neighbouring sentence."""
SENTENCE = 700
"""Characters of a quoted sentence; a page without full stops is one sentence."""


@dataclass(frozen=True)
class QuoteInContext:
    """The sentence that states a claim, between its neighbours, and all that is known of who says it."""

    claim: str
    before: str
    words: Marked
    after: str
    publisher: str
    speaker: str
    origin: str
    modality: str
    title: str
    published: str
    """ISO date of the article, empty when not known."""
    when: str
    """When it is said to have been: the words and what they were read as."""
    lang: str
    target: str
    """Anchor of the sentence in the article."""
    url: str
    """Of the article on the web, when that is known."""


@dataclass(frozen=True)
class FurtherClaim:
    """A claim of a side beyond those quoted."""

    text: str
    publisher: str
    lang: str
    target: str


@dataclass(frozen=True)
class SidePage:
    """One side."""

    view: SideView
    lang: str
    quotes: tuple[QuoteInContext, ...]
    further: tuple[FurtherClaim, ...]
    left_out: int


@dataclass(frozen=True)
class PointPage:
    """One question of a dispute."""

    view: PointView
    sides: tuple[SidePage, ...]


@dataclass(frozen=True)
class DisputePage:
    """One dispute with what filters ask of it."""

    id: str
    anchor: str
    view: DisputeView
    lang: str
    points: tuple[PointPage, ...]
    kinds: str
    natures: str
    publishers: str
    types: str
    languages: str


def dispute_pages(
    views: Sequence[DisputeView], lookup: Lookup, kind: str, quoted: int, w: Words
) -> tuple[DisputePage, ...]:
    """The disputes of an outline, in its order; `kind` begins their anchors, `quoted` claims of a side are quoted."""
    return tuple(_dispute(view, lookup, kind, quoted, w) for view in views)


def _dispute(view: DisputeView, lookup: Lookup, kind: str, quoted: int, w: Words) -> DisputePage:
    points = [point.source for point in view.points]
    ids = [id_ for point in points for side in point.sides for id_ in side.claims]
    names = [name for point in points for side in point.sides for name in side.publishers]
    return DisputePage(
        id=view.source.id,
        anchor=anchor(kind, view.source.id),
        view=view,
        lang=_title_language(view, lookup),
        points=tuple(_point(point, view.source, lookup, quoted, w) for point in view.points),
        kinds=" ".join(sorted({point.kind for point in points})),
        natures=" ".join(sorted({point.nature for point in points})),
        publishers=lookup.places(names),
        types=lookup.types(ids),
        languages=lookup.languages(ids),
    )


def _title_language(view: DisputeView, lookup: Lookup) -> str:
    """A title has no language of its own; it is known where all its claims have the same."""
    found = lookup.languages([id_ for point in view.source.points for side in point.sides for id_ in side.claims])
    return found if " " not in found else ""


def _point(point: PointView, dispute: Dispute, lookup: Lookup, quoted: int, w: Words) -> PointPage:
    sides = enumerate(zip(point.sides, point.source.sides, strict=True))
    against = [sentences_against(n, point.source, dispute, lookup.claims) for n in range(len(point.sides))]
    return PointPage(point, tuple(_side(view, _Told(side, against[n]), lookup, quoted, w) for n, (view, side) in sides))


@dataclass(frozen=True)
class _Told:
    """A side, and the sentences that state another one: article and number."""

    side: Side
    against: set[tuple[str, int]]

    def rank(self, claim: BaseClaim, number: int, text: str) -> tuple[bool, bool]:
        """Not what the other side says, as the sentence before a denial does; with the clashing words."""
        return (claim.article_id, number) in self.against, not mark(text, self.side.words).any


def _side(view: SideView, told_by: _Told, lookup: Lookup, quoted: int, w: Words) -> SidePage:
    side = told_by.side
    claims = _ranked([lookup.claims[id_] for id_ in side.claims if id_ in lookup.claims], told_by, lookup)
    chosen = _worded(claims, told_by, lookup, quoted)
    quotes = tuple(_quote(claim, told_by, lookup, w) for claim in chosen)
    shown = {claim.id for claim in chosen}
    rest = [claim for claim in claims if claim.id not in shown]
    further = tuple(
        FurtherClaim(claim.text, lookup.publisher_of[claim.id], _language(claim, lookup.articles), _target(claim))
        for claim in rest[:FURTHER]
    )
    stands = next((claim for claim in claims if claim.text == side.text), claims[0] if claims else None)
    lang = _language(stands, lookup.articles) if stands else ""
    return SidePage(view, lang, quotes, further, max(0, len(rest) - FURTHER))


def _ranked(claims: Sequence[BaseClaim], told_by: _Told, lookup: Lookup) -> list[BaseClaim]:
    """Grounded before not, then by what its best sentence is; another publisher each time while there is one."""

    def rank(claim: BaseClaim) -> tuple[bool, tuple[bool, bool], bool, str]:
        best = min((told_by.rank(claim, e.sentence, e.quote) for e in claim.evidence), default=(True, True))
        return bool(claim.ungrounded), best, claim.text != told_by.side.text, claim.id

    first: list[BaseClaim] = []
    rest: list[BaseClaim] = []
    seen: set[str] = set()
    for claim in sorted(claims, key=rank):
        name = lookup.publisher_of[claim.id]
        (rest if name in seen else first).append(claim)
        seen.add(name)
    return first + rest


def _worded(claims: Sequence[BaseClaim], told_by: _Told, lookup: Lookup, limit: int) -> list[BaseClaim]:
    """The first claims whose sentences differ: a copy of a sentence shows nothing that the first has not shown."""
    chosen: dict[str, BaseClaim] = {}
    for claim in claims:
        if len(chosen) == limit:
            break
        article = lookup.articles[claim.article_id]
        _, words, _ = _around(article, _sentence(claim, article, told_by))
        chosen.setdefault(" ".join(words.casefold().split()), claim)
    return list(chosen.values())


def _quote(claim: BaseClaim, told_by: _Told, lookup: Lookup, w: Words) -> QuoteInContext:
    article = lookup.articles[claim.article_id]
    number = _sentence(claim, article, told_by)
    before, words, after = _around(article, number)
    return QuoteInContext(
        claim=claim.text,
        before=before,
        words=mark(words, told_by.side.words),
        after=after,
        publisher=lookup.publisher_of[claim.id],
        speaker=claim.speaker or "",
        origin=claim.origin or "",
        modality=claim.modality,
        title=article_name(article),
        published=article.published_at.isoformat() if article.published_at else "",
        when=told.span(claim.when, w) if claim.when else "",
        lang=article.language or "",
        target=sentence_anchor(article.id, number),
        url=web_address(article.url),
    )


def _sentence(claim: BaseClaim, article: Article, told_by: _Told) -> int:
    """The claim's sentence that ranks best on its side, then the one most like the claim; of a denial the last."""
    wanted = content_words(claim.text)

    def rank(number: int) -> tuple[tuple[bool, bool], int, int]:
        text = article.quote(number)
        return (
            told_by.rank(claim, number, text),
            -len(content_words(text) & wanted),
            -number if denies(claim) else number,
        )

    numbers = sorted({evidence.sentence for evidence in claim.evidence}, key=rank)
    return numbers[0] if numbers else 1


def _around(article: Article, number: int) -> tuple[str, str, str]:
    """The end of the sentence before, the sentence, and the beginning of the one after; headlines are no context."""
    near = {s.number: s for s in article.sentences[max(0, number - 2) : number + 1]}
    before = near.get(number - 1)
    after = near.get(number + 1)
    words = shortened(article.quote(number), SENTENCE) if number in near else ""
    lead = article.quote(before.number) if before and not before.headline and not near[number].headline else ""
    follow = article.quote(after.number) if after and not after.headline and not near[number].headline else ""
    if len(lead) > CONTEXT:
        lead = "… " + lead[-CONTEXT:].partition(" ")[2]
    return lead, words, shortened(follow, CONTEXT)


def _language(claim: BaseClaim, articles: Mapping[str, Article]) -> str:
    return articles[claim.article_id].language or ""


def _target(claim: BaseClaim) -> str:
    return sentence_anchor(claim.article_id, claim.evidence[0].sentence if claim.evidence else 1)
