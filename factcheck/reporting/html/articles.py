"""The articles in full, each claim marked where it stands, with its fact and the fact's verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from factcheck.findings import Fact, Report, Verdict
from factcheck.models import Article, BaseClaim, Extraction, Label
from factcheck.reporting import claims as told
from factcheck.reporting import wording
from factcheck.reporting.facts import behind
from factcheck.reporting.html.addresses import anchor, sentence_anchor, web_address
from factcheck.reporting.html.lookup import Lookup
from factcheck.reporting.outline import ArticleView

LOUDEST: tuple[Verdict, ...] = ("disputed", "superseded", "corroborated", "single_origin", "single_report")
"""Which verdict colours a sentence that states several facts."""
NOTED = 6
"""Claims that the note of one sentence tells."""


@dataclass(frozen=True)
class Note:
    """What a reader of a sentence learns of one claim in it."""

    text: str
    """The fact's text, in the words that stand for all who state it."""
    verdict: Verdict | None
    """None for a claim that is in no fact, such as an ungrounded one."""
    outlets: int
    origins: int
    target: str
    """Anchor of the fact."""


@dataclass(frozen=True)
class MarkedSentence:
    """A sentence of an article."""

    number: int
    anchor: str
    text: str
    verdict: Verdict | None
    notes: tuple[Note, ...]
    left_out: int
    fate: str
    """`claimed`, `outside` (another story) or `plain`."""


@dataclass(frozen=True)
class Paragraph:
    """Sentences that stand together."""

    headline: bool
    sentences: tuple[MarkedSentence, ...]


@dataclass(frozen=True)
class ArticlePage:
    """An article with what became of it, and what filters ask of it."""

    anchor: str
    view: ArticleView
    article: Article
    url: str
    lang: str
    paragraphs: tuple[Paragraph, ...]
    publishers: str
    types: str
    labels: str


def article_pages(report: Report, views: Sequence[ArticleView], lookup: Lookup) -> tuple[ArticlePage, ...]:
    """The articles in the report's order."""
    extractions = {extraction.article_id: extraction for extraction in report.extractions}
    pages = zip(views, report.articles, strict=True)
    return tuple(_article(view, article, extractions.get(article.id), lookup) for view, article in pages)


def _article(view: ArticleView, article: Article, extraction: Extraction | None, lookup: Lookup) -> ArticlePage:
    claims = extraction.claims if extraction else ()
    held: dict[int, list[BaseClaim]] = {}
    for claim in claims:
        for number in sorted({evidence.sentence for evidence in claim.evidence}):
            held.setdefault(number, []).append(claim)
    outside = set(told.coverage(article, extraction).outside) if extraction else set()
    paragraphs = []
    for _, group in groupby(article.sentences, key=lambda sentence: sentence.paragraph):
        sentences = list(group)
        marked = tuple(_sentence(article, s.number, held.get(s.number, ()), outside, lookup) for s in sentences)
        paragraphs.append(Paragraph(all(s.headline for s in sentences), marked))
    verdicts = {lookup.fact_of[claim.id].verdict for claim in claims if claim.id in lookup.fact_of}
    names = [lookup.publisher_of[claim.id] for claim in claims]
    return ArticlePage(
        anchor=anchor("article", article.id),
        view=view,
        article=article,
        url=web_address(article.url),
        lang=article.language or "",
        paragraphs=tuple(paragraphs),
        publishers=lookup.places([*names, *([article.publisher] if article.publisher else [])]),
        types=lookup.types([claim.id for claim in claims]),
        labels=" ".join(sorted({LABELS[verdict] for verdict in verdicts})),
    )


LABELS: Mapping[Verdict, Label] = {
    "disputed": "contradicts",
    "superseded": "contradicts",
    "corroborated": "supports",
    "single_origin": "supports",
    "single_report": "unrelated",
}
"""The label of the pairs that brought a fact its verdict; one that stands alone has none but unrelated ones."""


def _sentence(
    article: Article, number: int, claims: Sequence[BaseClaim], outside: set[int], lookup: Lookup
) -> MarkedSentence:
    notes: dict[str, Note] = {}
    for claim in claims:
        fact = lookup.fact_of.get(claim.id)
        notes.setdefault(fact.id if fact else claim.id, _note(claim, fact))
    told_first = sorted(notes.values(), key=lambda note: LOUDEST.index(note.verdict) if note.verdict else len(LOUDEST))
    shown, left_out = wording.cut(told_first, NOTED)
    fate = "claimed" if claims else "outside" if number in outside else "plain"
    verdict = told_first[0].verdict if told_first else None
    return MarkedSentence(
        number, sentence_anchor(article.id, number), article.quote(number), verdict, tuple(shown), left_out, fate
    )


def _note(claim: BaseClaim, fact: Fact | None) -> Note:
    if fact is None:
        return Note(claim.text, None, 0, 0, "")
    return Note(fact.text, fact.verdict, len(behind(fact)), len(fact.origins), anchor("fact", fact.id))
