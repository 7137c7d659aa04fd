"""A report put in the order in which people read it; the text still raw, the formats make it harmless.

Every format for people is a rendering of this outline, so that none can leave out what another shows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from factcheck.findings import Dispute, DisputePoint, Origin, Report, Verdict
from factcheck.models import Article, BaseClaim, Extraction
from factcheck.reporting import claims as told
from factcheck.reporting import wording
from factcheck.reporting.facts import FactView, behind, fact_views
from factcheck.reporting.marking import shortened
from factcheck.reporting.possible import PossibleView, possible
from factcheck.reporting.provenance import Trouble, article_name, method, troubles
from factcheck.reporting.quotes import content_words
from factcheck.reporting.shared_text import SharedTextView, shared_texts
from factcheck.reporting.sides import SideView, side_views
from factcheck.reporting.untrusted import clean
from factcheck.reporting.wording import count

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

    label: str
    nature: str
    question: str | None
    sides: tuple[SideView, ...]
    both: str
    """Who stands on more than one side: `A and B carry both sides`; empty when nobody does."""
    reasons: tuple[str, ...]
    """In the model's words, none much like another; at most `REASONS_SHOWN`."""

    @property
    def why(self) -> str:
        """The reasons in one line that says whose words they are; empty when there are none."""
        return "Why, in the model's words: " + " · ".join(self.reasons) if self.reasons else ""


@dataclass(frozen=True)
class DisputeView:
    """One dispute, with its direct points only or with its explained points only."""

    number: int
    title: str
    weight: str
    facts: tuple[str, ...]
    """Ids of the facts that contradict each other in it."""
    points: tuple[PointView, ...]


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
    facts: tuple[FactView, ...]
    one_origin: tuple[FactView, ...]
    single: tuple[FactView, ...]
    shared_texts: tuple[SharedTextView, ...]
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
    numbers: dict[str, list[int]] = {}
    for dispute in disputes:
        for fact_id in dispute.facts:
            numbers.setdefault(fact_id, []).append(dispute.number)
    facts = fact_views(report, articles, numbers)
    return Outline(
        headline=report.summary.headline,
        brief=tuple(_brief(dispute) for dispute in disputes[:BRIEF]),
        counts=_counts(report, len(disputes), len(explained)),
        not_checked=report.summary.not_checked,
        disputes=disputes,
        no_disputes=_no_disputes(report),
        explained=explained,
        possible=possible(report, claims, articles),
        facts=tuple(fact for fact in facts if fact.verdict in ("corroborated", "disputed", "superseded")),
        one_origin=tuple(fact for fact in facts if fact.verdict == "single_origin"),
        single=tuple(fact for fact in facts if fact.verdict == "single_report"),
        shared_texts=shared_texts(report.copies, articles),
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
        count(s.publishers, "outlet or file", "outlets and files") if _files(report) else count(s.publishers, "outlet"),
        f"{count(s.origins, 'origin')} named in all",
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


def _files(report: Report) -> bool:
    """Whether an article counts as an outlet of its own because nobody knows its publisher."""
    named = {name for fact in report.facts for name in behind(fact)}
    return any(article.path.endswith(name) for article in report.articles if not article.publisher for name in named)


def _brief(dispute: DisputeView) -> BriefView:
    point = dispute.points[0]
    shown, left_out = wording.cut(point.sides, BRIEF_SIDES)
    sides = [f"{shortened(side.claim.text, BRIEF_LIMIT).rstrip(' .')} ({_standing_of(side)})" for side in shown]
    if left_out:
        sides.append(f"{count(left_out, 'more side')}")
    return BriefView(point.question or dispute.title, tuple(sides))


def _standing_of(side: SideView) -> str:
    """`5 outlets, origin Wall Street Journal, as reported`; `2 outlets, denied by Dmitry Peskov`."""
    parts = [wording.names(side.publishers) if len(side.publishers) == 1 else count(len(side.publishers), "outlet")]
    names = [origin.name for origin in side.origins]
    spoken = bool(names) and all(origin.basis == "speaker" for origin in side.origins)
    elsewhere = bool(names) and names != list(side.publishers) and not (spoken and side.stance)
    if elsewhere:
        parts.append(("origin " if len(names) == 1 else "origins ") + wording.names(names, 3))
    if side.hearsay and elsewhere:
        parts.append("as reported, not as fact")
    elif side.stance:
        parts.append(side.stance)
    return ", ".join(parts)


def _no_disputes(report: Report) -> str:
    s = report.summary
    if not s.judged + s.inferred:
        return "Nothing was compared, so nothing can be said about conflicts."
    rest = f" ({s.failed_pairs:,} more failed)" if s.failed_pairs else ""
    return f"No direct conflict among the {count(s.judged + s.inferred, 'pair')} of claims compared{rest}."


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
            [count(len(points), "point"), count(len(publishers), "outlet"), count(len(origins), "origin")]
        )
        points.sort(key=lambda point: kinds.index(point.kind))
        shown = tuple(_point(point, dispute, claims, articles) for point in points)
        views.append(DisputeView(len(views) + 1, dispute.title, weight, dispute.facts, shown))
    return tuple(views)


def _point(
    point: DisputePoint, dispute: Dispute, claims: dict[str, BaseClaim], articles: dict[str, Article]
) -> PointView:
    """A question that is the dispute's title is not told twice."""
    return PointView(
        wording.KINDS[point.kind],
        wording.NATURES[point.nature],
        None if point.question == dispute.title else point.question,
        side_views(point, dispute, claims, articles),
        _both(point),
        _unlike(point.reasons)[:REASONS_SHOWN],
    )


def _both(point: DisputePoint) -> str:
    sides = Counter(name for side in point.sides for name in set(side.publishers))
    names = sorted(name for name, number in sides.items() if number > 1)
    if not names:
        return ""
    carry = "carries" if len(names) == 1 else "carry"
    return f"{wording.listed(names)} {carry} {'both sides' if len(point.sides) == 2 else 'more than one side'}"


def _unlike(reasons: Sequence[str]) -> tuple[str, ...]:
    """The reasons without those that share most of their words with one before them."""
    kept: list[tuple[str, set[str]]] = []
    for reason in reasons:
        words = content_words(reason)
        if not any(len(words & other) >= ALIKE * min(len(words), len(other)) for _, other in kept):
            kept.append((reason, words))
    return tuple(reason for reason, _ in kept)


def _articles(report: Report, articles: dict[str, Article]) -> tuple[ArticleView, ...]:
    extractions = {extraction.article_id: extraction for extraction in report.extractions}
    summaries = {summary.article_id: summary for summary in report.article_summaries}
    views = []
    for article in articles.values():
        extraction, summary = extractions.get(article.id), summaries.get(article.id)
        passages = extraction.passages if extraction else ()
        publishers = list(dict.fromkeys(name for name in (article.publisher, *(p.publisher for p in passages)) if name))
        about = [wording.names(publishers) or "publisher not known"]
        about += [PurePath(article.path).name] if article.title else []
        about.append(article.published_at.isoformat() if article.published_at else "no date")
        about.append(article.language or "language not known")
        verdicts = summary.verdicts if summary else {}
        notes = (*article.notes, *(("only a part of the article",) if article.partial else ()))
        views.append(
            ArticleView(
                article_name(article),
                " · ".join(about),
                _sizes(article, extraction),
                _headline(told.unborne_headlines(article, extraction, report.judgements)) if extraction else "",
                tuple(told.ungrounded_line(claim) for claim in extraction.claims if claim.ungrounded)
                if extraction
                else (),
                _aside(article, told.coverage(article, extraction).outside if extraction else ()),
                tuple((verdict, verdicts[verdict]) for verdict in wording.VERDICTS if verdicts.get(verdict)),
                (*notes, *(extraction.notes if extraction else ())),
            )
        )
    return tuple(views)


def _sizes(article: Article, extraction: Extraction | None) -> str:
    if extraction is None:
        return f"not extracted · {count(len(article.sentences), 'sentence')}"
    found = told.coverage(article, extraction)
    neither = f" ({wording.runs(found.neither)})" if found.neither else ""
    return f"{told.coverage_line(found)}{neither} · {told.grounding_line(extraction)}"


def _headline(claims: Sequence[BaseClaim]) -> str:
    """`said by the headline only: “…”, “…” and 2 more`."""
    if not claims:
        return ""
    shown, left_out = wording.cut(claims, HEADLINES_SHOWN)
    said = ", ".join(f"“{shortened(clean(claim.text).strip(), BRIEF_LIMIT)}”" for claim in shown)
    more = f" and {left_out} more" if left_out else ""
    return f"{told.HEADLINE_ONLY[:1].lower()}{told.HEADLINE_ONLY[1:]}: {said}{more}"


def _aside(article: Article, outside: Sequence[int]) -> str:
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
    names = ", ".join(f"“{shortened(clean(words).strip(), ASIDE_LIMIT)}”" for words in shown)
    more = f" and {left_out} more" if left_out else ""
    return f"{count(len(outside), 'sentence')} set aside as other stories: {names}{more}"
