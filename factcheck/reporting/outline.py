"""A report put in the order in which people read it; the text still raw, the formats make it harmless.

Every format for people is a rendering of this outline, so that none can leave out what another shows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from factcheck.findings import Dispute, DisputePoint, Origin, Report, Verdict
from factcheck.models import Article, BaseClaim, Extraction
from factcheck.reporting import claims as told
from factcheck.reporting import wording
from factcheck.reporting.base import Style
from factcheck.reporting.decided import DecisionView, decision_views, on_disputes, on_facts
from factcheck.reporting.facts import FactView, behind, fact_views
from factcheck.reporting.marking import shortened
from factcheck.reporting.possible import PossibleView, possible
from factcheck.reporting.provenance import Trouble, article_name, method, troubles
from factcheck.reporting.quotes import content_words
from factcheck.reporting.sentences import told_in
from factcheck.reporting.shared_text import SharedTextView, shared_texts
from factcheck.reporting.sides import SideView, side_views
from factcheck.reporting.untrusted import clean
from factcheck.reporting.words.catalogue import Words, words_in

BRIEF = 3
"""Disputes that the brief tells."""
BRIEF_SIDES = 3
BRIEF_LIMIT = 160
"""Characters of a claim in the brief."""
REASONS_SHOWN = 2
ALIKE = 0.6
"""Share of the shorter reason's words from which two reasons say the same."""
ASIDES_SHOWN = 4
ASIDE_LIMIT = 60
"""Characters of a sentence that was set aside."""
HEADLINES_SHOWN = 4


@dataclass(frozen=True)
class PointView:
    """One question with its sides."""

    source: DisputePoint
    label: str
    nature: str
    question: str | None
    sides: tuple[SideView, ...]
    both: str
    """Who stands on more than one side: `A and B carry both sides`; empty when nobody does."""
    reasons: tuple[str, ...]
    """In the model's words, none much like another; at most `REASONS_SHOWN`."""
    why: str
    """The reasons in one line that says whose words they are; empty when there are none."""


@dataclass(frozen=True)
class DisputeView:
    """One dispute, with its direct points only or with its explained points only."""

    source: Dispute
    """With all its points."""
    number: int
    title: str
    weight: str
    facts: tuple[str, ...]
    """Ids of the facts that contradict each other in it."""
    points: tuple[PointView, ...]
    decided: tuple[str, ...] = ()
    """Who decided on it or on pairs of it."""


@dataclass(frozen=True)
class BriefView:
    """A dispute in one breath: the question and what each side says, with its standing in brackets."""

    question: str
    sides: tuple[str, ...]


@dataclass(frozen=True)
class ArticleView:
    """What became of an article."""

    name: str
    about: str
    """Publishers, date, language."""
    counts: str
    """Coverage with the numbers of the sentences without a claim, and grounding; the sums are the article's own."""
    headline: str
    """What only the headline says; empty when the body bears all of it out."""
    ungrounded: tuple[str, ...]
    """The claims that were not compared because their sentences do not hold all that they say, and what is missing."""
    aside: str
    """What was set aside as other stories, in its own first words; empty when nothing was."""
    verdicts: tuple[tuple[Verdict, int], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Outline:
    """A whole report in reading order."""

    headline: str
    brief: tuple[BriefView, ...]
    counts: tuple[str, ...]
    not_checked: tuple[str, ...]
    disputes: tuple[DisputeView, ...]
    no_disputes: str
    """What to say when there are none."""
    explained: tuple[DisputeView, ...]
    possible: tuple[PossibleView, ...]
    decisions: tuple[DecisionView, ...]
    facts: tuple[FactView, ...]
    one_origin: tuple[FactView, ...]
    single: tuple[FactView, ...]
    shared_texts: tuple[SharedTextView, ...]
    origins: tuple[Origin, ...]
    articles: tuple[ArticleView, ...]
    troubles: tuple[Trouble, ...]
    method: tuple[tuple[str, str], ...]


def outline(report: Report, w: Words | None = None) -> Outline:
    """The outline of a report; disputes and origins keep the report's order, which is worst and widest first."""
    w = w or words_in(Style().lang)
    report = told_in(report, w)
    claims: dict[str, BaseClaim] = report.claims()
    articles = {article.id: article for article in report.articles}
    decided = on_disputes(report, w)
    disputes = _views(report.disputes, claims, articles, decided, w, direct=True)
    explained = _views(report.disputes, claims, articles, decided, w, direct=False)
    numbers: dict[str, list[int]] = {}
    for dispute in disputes:
        for fact_id in dispute.facts:
            numbers.setdefault(fact_id, []).append(dispute.number)
    facts = fact_views(report, articles, numbers, on_facts(report, w), w)
    return Outline(
        headline=report.summary.headline,
        brief=tuple(_brief(dispute, w) for dispute in disputes[:BRIEF]),
        counts=_counts(report, len(disputes), len(explained), w),
        not_checked=report.summary.not_checked,
        disputes=disputes,
        no_disputes=_no_disputes(report, w),
        explained=explained,
        possible=possible(report, claims, articles, w),
        decisions=decision_views(report, w),
        facts=tuple(fact for fact in facts if fact.verdict in ("corroborated", "disputed", "superseded")),
        one_origin=tuple(fact for fact in facts if fact.verdict == "single_origin"),
        single=tuple(fact for fact in facts if fact.verdict == "single_report"),
        shared_texts=shared_texts(report.copies, articles, w),
        origins=report.origins,
        articles=_articles(report, articles, w),
        troubles=troubles(report, claims, articles, w),
        method=method(report, w),
    )


def fact_sections(view: Outline, w: Words) -> tuple[tuple[str, tuple[FactView, ...]], ...]:
    """The facts in three sections under their titles; a section without any is left out."""
    sections = (
        (w("section.facts"), view.facts),
        (f"{wording.SIGNS['single_origin']} {w('section.single_origin')}", view.one_origin),
        (f"{wording.SIGNS['single_report']} {w('section.single_report')}", view.single),
    )
    return tuple((title, facts) for title, facts in sections if facts)


def _counts(report: Report, disputes: int, explained: int, w: Words) -> tuple[str, ...]:
    s = report.summary
    found = ", ".join(
        w(f"verdicts.{verdict}", s.verdicts[verdict]) for verdict in wording.SIGNS if s.verdicts.get(verdict)
    )
    sizes = (
        w("count.articles", s.articles),
        w("count.outlets_and_files" if _files(report) else "count.outlets", s.publishers),
        w("count.origins_in_all", s.origins),
        w("count.claims", s.claims),
        w("count.facts", s.facts),
        w("count.disputes", disputes),
        *([w("count.explained", explained)] if explained else []),
    )
    lines = [
        " · ".join(sizes),
        w("counts.pairs", s.pairs, judged=s.judged, inferred=s.inferred, failed=s.failed_pairs),
    ]
    if found:
        lines.insert(1, w("counts.facts", verdicts=found))
    if s.possible:
        lines.append(w("counts.possible", s.possible))
    return tuple(lines)


def _files(report: Report) -> bool:
    """Whether an article counts as an outlet of its own because nobody knows its publisher."""
    named = {name for fact in report.facts for name in behind(fact)}
    return any(article.path.endswith(name) for article in report.articles if not article.publisher for name in named)


def _brief(dispute: DisputeView, w: Words) -> BriefView:
    point = dispute.points[0]
    shown, left_out = wording.cut(point.sides, BRIEF_SIDES)
    sides = [f"{shortened(side.claim.text, BRIEF_LIMIT).rstrip(' .')} ({_standing_of(side, w)})" for side in shown]
    if left_out:
        sides.append(w("count.more_sides", left_out))
    return BriefView(point.question or dispute.title, tuple(sides))


def _standing_of(side: SideView, w: Words) -> str:
    """`5 outlets, origin Wall Street Journal, as reported`; `2 outlets, denied by Dmitry Peskov`."""
    parts = [w.names(side.publishers) if len(side.publishers) == 1 else w("count.outlets", len(side.publishers))]
    names = [origin.name for origin in side.origins]
    spoken = bool(names) and all(origin.basis == "speaker" for origin in side.origins)
    elsewhere = bool(names) and names != list(side.publishers) and not (spoken and side.stance)
    if elsewhere:
        parts.append(w("side.origin", len(names), names=w.names(names, 3)))
    if side.hearsay and elsewhere:
        parts.append(w("side.reported"))
    elif side.stance:
        parts.append(side.stance)
    return ", ".join(parts)


def _no_disputes(report: Report, w: Words) -> str:
    s = report.summary
    if not s.judged + s.inferred:
        return w("dispute.nothing_compared")
    if s.failed_pairs:
        return w("dispute.none_some_failed", s.judged + s.inferred, failed=s.failed_pairs)
    return w("dispute.none", s.judged + s.inferred)


def _views(
    disputes: Sequence[Dispute],
    claims: dict[str, BaseClaim],
    articles: dict[str, Article],
    decided: Mapping[str, tuple[str, ...]],
    w: Words,
    *,
    direct: bool,
) -> tuple[DisputeView, ...]:
    views: list[DisputeView] = []
    for dispute in disputes:
        points = [point for point in dispute.points if (point.nature == "direct") == direct]
        if not points:
            continue
        sides = [side for point in points for side in point.sides]
        publishers = {name for side in sides for name in side.publishers}
        origins = {origin.name for side in sides for origin in side.origins}
        weight = " · ".join(
            [w("count.points", len(points)), w("count.outlets", len(publishers)), w("count.origins", len(origins))]
        )
        points.sort(key=lambda point: wording.KINDS.index(point.kind))
        shown = tuple(_point(point, dispute, claims, articles, w) for point in points)
        told_on = decided.get(dispute.id, ())
        views.append(DisputeView(dispute, len(views) + 1, dispute.title, weight, dispute.facts, shown, told_on))
    return tuple(views)


def _point(
    point: DisputePoint, dispute: Dispute, claims: dict[str, BaseClaim], articles: dict[str, Article], w: Words
) -> PointView:
    """A question that is the dispute's title is not told twice."""
    reasons = _unlike(point.reasons)[:REASONS_SHOWN]
    return PointView(
        point,
        w(f"kind.{point.kind}"),
        w(f"nature.{point.nature}"),
        None if point.question == dispute.title else point.question,
        side_views(point, dispute, claims, articles, w),
        _both(point, w),
        reasons,
        w("dispute.why", reasons=" · ".join(reasons)) if reasons else "",
    )


def _both(point: DisputePoint, w: Words) -> str:
    sides = Counter(name for side in point.sides for name in set(side.publishers))
    names = sorted(name for name, number in sides.items() if number > 1)
    if not names:
        return ""
    how = "dispute.both_sides" if len(point.sides) == 2 else "dispute.many_sides"
    return w(how, len(names), names=w.listed(names))


def _unlike(reasons: Sequence[str]) -> tuple[str, ...]:
    """The reasons without those that share most of their words with one before them."""
    kept: list[tuple[str, set[str]]] = []
    for reason in reasons:
        words = content_words(reason)
        if not any(len(words & other) >= ALIKE * min(len(words), len(other)) for _, other in kept):
            kept.append((reason, words))
    return tuple(reason for reason, _ in kept)


def _articles(report: Report, articles: dict[str, Article], w: Words) -> tuple[ArticleView, ...]:
    extractions = {extraction.article_id: extraction for extraction in report.extractions}
    summaries = {summary.article_id: summary for summary in report.article_summaries}
    views = []
    for article in articles.values():
        extraction, summary = extractions.get(article.id), summaries.get(article.id)
        passages = extraction.passages if extraction else ()
        publishers = list(dict.fromkeys(name for name in (article.publisher, *(p.publisher for p in passages)) if name))
        about = [w.names(publishers) or w("article.publisher_unknown")]
        about += [PurePath(article.path).name] if article.title else []
        about.append(article.published_at.isoformat() if article.published_at else w("article.no_date"))
        about.append(article.language or w("article.language_unknown"))
        verdicts = summary.verdicts if summary else {}
        notes = (*article.notes, *((w("article.partial"),) if article.partial else ()))
        views.append(
            ArticleView(
                article_name(article),
                " · ".join(about),
                _sizes(article, extraction, w),
                _headline(told.unborne_headlines(article, extraction, report.judgements), w) if extraction else "",
                tuple(told.ungrounded_line(claim, w) for claim in extraction.claims if claim.ungrounded)
                if extraction
                else (),
                _aside(article, told.coverage(article, extraction).outside if extraction else (), w),
                tuple((verdict, verdicts[verdict]) for verdict in wording.SIGNS if verdicts.get(verdict)),
                (*map(w.told, notes), *(extraction.notes if extraction else ())),
            )
        )
    return tuple(views)


def _sizes(article: Article, extraction: Extraction | None, w: Words) -> str:
    if extraction is None:
        return w("article.not_extracted", sentences=w("count.sentences", len(article.sentences)))
    found = told.coverage(article, extraction)
    neither = f" ({wording.runs(found.neither)})" if found.neither else ""
    return f"{told.coverage_line(found, w)}{neither} · {told.grounding_line(extraction, w)}"


def _headline(claims: Sequence[BaseClaim], w: Words) -> str:
    """`said by the headline only: “…”, “…” and 2 more`."""
    if not claims:
        return ""
    shown, left_out = wording.cut(claims, HEADLINES_SHOWN)
    said = ", ".join(w("list.quoted", text=shortened(clean(claim.text).strip(), BRIEF_LIMIT)) for claim in shown)
    if left_out:
        return w("article.headline_only_more", left_out, claims=said)
    return w("article.headline_only", claims=said)


def _aside(article: Article, outside: Sequence[int], w: Words) -> str:
    """`set aside as other stories: “…”, “…” and 2 more`: the headlines among the sentences, or where a run begins."""
    starts: list[str] = []
    run: list[int] = []
    for number in [*sorted(outside), 0]:
        if run and number != run[-1] + 1:
            headlines = [n for n in run if article.sentences[n - 1].headline] or run[:1]
            starts += [article.quote(n) for n in headlines]
            run = []
        run.append(number)
    if not starts:
        return ""
    shown, left_out = wording.cut(starts, ASIDES_SHOWN)
    names = ", ".join(w("list.quoted", text=shortened(clean(words).strip(), ASIDE_LIMIT)) for words in shown)
    told_of = w("list.and_more", left_out, shown=names) if left_out else names
    return w("article.set_aside", len(outside), starts=told_of)
