"""A report put in the order in which people read it; the text still raw, the formats make it harmless.

Every format for people is a rendering of this outline, so that none can leave out what another shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from factcheck.findings import Dispute, DisputePoint, Fact, Origin, Report, Side, Verdict
from factcheck.models import Article, BaseClaim
from factcheck.reporting import wording
from factcheck.reporting.marking import Marked, excerpt, mark
from factcheck.reporting.provenance import Trouble, article_name, method, troubles
from factcheck.reporting.wording import count

QUOTE_LIMIT = 320
"""Characters of a quote that is shown."""


@dataclass(frozen=True)
class Quote:
    """Verbatim words of an article and where they stand."""

    words: Marked
    source: str


@dataclass(frozen=True)
class SideView:
    """One side of a point."""

    letter: str
    claim: Marked
    clash: tuple[str, ...]
    """The clashing words that the claim does not hold literally."""
    publishers: tuple[str, ...]
    speakers: tuple[str, ...]
    origins: tuple[Origin, ...]
    quote: Quote | None
    further: int
    """Claims on this side beyond the quoted one."""

    @property
    def weight(self) -> str:
        """How many publishers on how many origins."""
        return f"{count(len(self.publishers), 'publisher')}, {count(len(self.origins), 'origin')}"


@dataclass(frozen=True)
class PointView:
    """One question with its sides."""

    label: str
    nature: str
    question: str | None
    sides: tuple[SideView, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class DisputeView:
    """One dispute, with its direct points only or with its explained points only."""

    number: int
    title: str
    weight: str
    points: tuple[PointView, ...]


@dataclass(frozen=True)
class PossibleView:
    """A contradiction over which the passes disagreed."""

    left: str
    left_source: str
    right: str
    right_source: str
    note: str | None


@dataclass(frozen=True)
class FactView:
    """A fact and what stands behind it."""

    verdict: Verdict
    text: str
    publishers: tuple[str, ...]
    origins: tuple[Origin, ...]

    @property
    def weight(self) -> str:
        """How many publishers on how many origins."""
        return f"{count(len(self.publishers), 'publisher')} × {count(len(self.origins), 'origin')}"


@dataclass(frozen=True)
class ArticleView:
    """What became of an article."""

    name: str
    about: str
    """Publishers, date, language."""
    counts: str
    """Claims, sentences, and the numbers of those outside the story or without a claim."""
    verdicts: tuple[tuple[Verdict, int], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Outline:
    """A whole report in reading order."""

    headline: str
    counts: tuple[str, ...]
    not_checked: tuple[str, ...]
    disputes: tuple[DisputeView, ...]
    no_disputes: str
    """What to say when there are none."""
    explained: tuple[DisputeView, ...]
    possible: tuple[PossibleView, ...]
    facts: tuple[FactView, ...]
    one_origin: tuple[FactView, ...]
    single: tuple[FactView, ...]
    origins: tuple[Origin, ...]
    articles: tuple[ArticleView, ...]
    troubles: tuple[Trouble, ...]
    method: tuple[tuple[str, str], ...]


def outline(report: Report) -> Outline:
    """The outline of a report; disputes and origins keep the report's order, which is worst and widest first."""
    claims: dict[str, BaseClaim] = report.claims()
    articles = {article.id: article for article in report.articles}
    disputes = _views(report.disputes, claims, articles, direct=True)
    explained = _views(report.disputes, claims, articles, direct=False)
    facts = sorted(report.facts, key=_standing)
    return Outline(
        headline=report.summary.headline,
        counts=_counts(report, len(disputes), len(explained)),
        not_checked=report.summary.not_checked,
        disputes=disputes,
        no_disputes=_no_disputes(report),
        explained=explained,
        possible=_possible(report, claims, articles),
        facts=tuple(_fact(f) for f in facts if f.verdict in ("corroborated", "disputed", "superseded")),
        one_origin=tuple(_fact(f) for f in facts if f.verdict == "single_origin"),
        single=tuple(_fact(f) for f in facts if f.verdict == "single_report"),
        origins=report.origins,
        articles=_articles(report, articles),
        troubles=troubles(report, claims, articles),
        method=method(report),
    )


def _counts(report: Report, disputes: int, explained: int) -> tuple[str, ...]:
    s = report.summary
    found = ", ".join(
        f"{s.verdicts[verdict]:,} {word}" for verdict, (_, word) in wording.VERDICTS.items() if s.verdicts.get(verdict)
    )
    sizes = (
        count(s.articles, "article"),
        count(s.publishers, "publisher"),
        count(s.origins, "origin"),
        count(s.claims, "claim"),
        count(s.facts, "fact"),
        count(disputes, "dispute"),
        *([count(explained, "explained difference")] if explained else []),
    )
    lines = [
        " · ".join(sizes),
        f"{count(s.pairs, 'candidate pair')}: {s.judged:,} judged, {s.inferred:,} inferred, {s.failed_pairs:,} failed",
    ]
    if found:
        lines.insert(1, f"facts: {found}")
    if s.possible:
        lines.append(f"{count(s.possible, 'possible conflict')} shown apart and not counted")
    return tuple(lines)


def _no_disputes(report: Report) -> str:
    s = report.summary
    if not s.judged + s.inferred:
        return "Nothing was compared, so nothing can be said about conflicts."
    rest = f" ({s.failed_pairs:,} more failed)" if s.failed_pairs else ""
    return f"No direct conflict among the {count(s.judged + s.inferred, 'pair')} of claims compared{rest}."


def _standing(fact: Fact) -> tuple[int, bool, int, int]:
    order = list(wording.VERDICTS)
    return order.index(fact.verdict), not fact.core, -len(fact.origins), -len(fact.publishers)


def _fact(fact: Fact) -> FactView:
    return FactView(fact.verdict, fact.text, fact.publishers, fact.origins)


def _views(
    disputes: Sequence[Dispute], claims: dict[str, BaseClaim], articles: dict[str, Article], *, direct: bool
) -> tuple[DisputeView, ...]:
    kinds = list(wording.KINDS)
    views: list[DisputeView] = []
    for dispute in disputes:
        points = [point for point in dispute.points if (point.nature == "direct") == direct]
        if not points:
            continue
        sides = [side for point in points for side in point.sides]
        publishers = {name for side in sides for name in side.publishers}
        origins = {origin.name for side in sides for origin in side.origins}
        weight = " · ".join(
            [count(len(points), "point"), count(len(publishers), "publisher"), count(len(origins), "origin")]
        )
        points.sort(key=lambda point: kinds.index(point.kind))
        shown = tuple(_point(point, claims, articles) for point in points)
        views.append(DisputeView(len(views) + 1, dispute.title, weight, shown))
    return tuple(views)


def _point(point: DisputePoint, claims: dict[str, BaseClaim], articles: dict[str, Article]) -> PointView:
    sides = tuple(
        _side(chr(ord("A") + index) if index < 26 else str(index + 1), side, claims, articles)
        for index, side in enumerate(point.sides)
    )
    return PointView(wording.KINDS[point.kind], wording.NATURES[point.nature], point.question, sides, point.reasons)


def _side(letter: str, side: Side, claims: dict[str, BaseClaim], articles: dict[str, Article]) -> SideView:
    text = mark(side.text, side.words)
    held = text.text.casefold()
    return SideView(
        letter=letter,
        claim=text,
        clash=tuple(word for word in side.words if word.strip() and word.casefold() not in held),
        publishers=side.publishers,
        speakers=side.speakers,
        origins=side.origins,
        quote=_best_quote(side, claims, articles),
        further=max(0, len(side.claims) - 1),
    )


def _best_quote(side: Side, claims: dict[str, BaseClaim], articles: dict[str, Article]) -> Quote | None:
    """The sentence that holds most of the clashing words, of a grounded claim, the representative's first."""
    best: tuple[tuple[bool, int, bool, int], str, str] | None = None
    for order, claim_id in enumerate(side.claims):
        claim = claims.get(claim_id)
        article = articles.get(claim.article_id) if claim else None
        if claim is None or article is None:
            continue
        for evidence in claim.evidence:
            words = article.quote(evidence.sentence)
            held = sum(mark(words, [word]).any for word in side.words)
            rank = (bool(claim.ungrounded), -held, claim.text != side.text, order)
            if best is None or rank < best[0]:
                best = rank, words, _source(claim, article)
    if best is None:
        return None
    _, words, source = best
    return Quote(mark(excerpt(words, side.words, QUOTE_LIMIT), side.words), source)


def _source(claim: BaseClaim, article: Article) -> str:
    """Publisher, article and date: `Corriere, in “Title” (2024-10-25)`."""
    name = article_name(article)
    where = f"{claim.publisher}, in “{name}”" if claim.publisher else f"“{name}”"
    return f"{where} ({article.published_at.isoformat()})" if article.published_at else where


def _possible(report: Report, claims: dict[str, BaseClaim], articles: dict[str, Article]) -> tuple[PossibleView, ...]:
    views = []
    for judgement in report.judgements:
        left, right = claims.get(judgement.left), claims.get(judgement.right)
        if judgement.certainty == "possible" and left is not None and right is not None:
            reason = judgement.conflict.reason if judgement.conflict else None
            views.append(
                PossibleView(
                    left.text,
                    _source(left, articles[left.article_id]),
                    right.text,
                    _source(right, articles[right.article_id]),
                    judgement.note or reason,
                )
            )
    return tuple(views)


def _articles(report: Report, articles: dict[str, Article]) -> tuple[ArticleView, ...]:
    extractions = {extraction.article_id: extraction for extraction in report.extractions}
    summaries = {summary.article_id: summary for summary in report.article_summaries}
    views = []
    for article in articles.values():
        extraction, summary = extractions.get(article.id), summaries.get(article.id)
        passages = extraction.passages if extraction else ()
        publishers = list(dict.fromkeys(name for name in (article.publisher, *(p.publisher for p in passages)) if name))
        about = [wording.names(publishers) or "publisher not known"]
        about.append(article.published_at.isoformat() if article.published_at else "no date")
        about.append(article.language or "language not known")
        sizes = [count(summary.claims, "claim")] if summary else ["not extracted"]
        sizes.append(count(len(article.sentences), "sentence"))
        if extraction and extraction.outside:
            sizes.append(f"outside the story: {wording.runs(extraction.outside)}")
        if extraction and extraction.uncovered:
            sizes.append(f"without a claim: {wording.runs(extraction.uncovered)}")
        verdicts = summary.verdicts if summary else {}
        notes = (*article.notes, *(("only a part of the article",) if article.partial else ()))
        views.append(
            ArticleView(
                article_name(article),
                " · ".join(about),
                " · ".join(sizes),
                tuple((verdict, verdicts[verdict]) for verdict in wording.VERDICTS if verdicts.get(verdict)),
                (*notes, *(extraction.notes if extraction else ())),
            )
        )
    return tuple(views)
