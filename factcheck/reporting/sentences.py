"""The sentences that a report holds as data, said in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence

from factcheck.findings import Dispute, DisputePoint, Fact, Opening, Origin, OriginWay, Report, Side
from factcheck.reporting.words.catalogue import Words

UNNAMED_SOURCES = "unnamed sources"
"""What aggregation calls an origin whose voices nobody names; every other name is an article's own."""
NAMED = 3
"""Names that a reason tells one by one; more are counted."""


def told_in(report: Report, w: Words) -> Report:
    """The report with its own sentences in the language of `w`: headline, what was not checked, origins' reasons.

    Those fields are English in the report itself. What has no data behind it, as in a report of an earlier version,
    stays as it is. Nothing that an article or a model wrote is translated.
    """
    s = report.summary
    summary = s.model_copy(
        update={
            "headline": headline(s.opening, w) if s.opening else s.headline,
            "not_checked": tuple(w(f"unchecked.{key}", n) for key, n in s.unchecked.items()) or s.not_checked,
        }
    )
    return report.model_copy(
        update={
            "summary": summary,
            "origins": _origins(report.origins, w),
            "facts": tuple(_fact(fact, w) for fact in report.facts),
            "disputes": tuple(_dispute(dispute, w) for dispute in report.disputes),
        }
    )


def headline(counts: Opening, w: Words) -> str:
    """Who reports, on how many origins, what is disputed, what is corroborated; what failed is told before it."""
    failed = bool(counts.failed_articles or counts.failed_pairs or counts.interrupted)
    if failed and not (counts.facts and counts.settled_pairs):
        return _failed(counts, w)
    if not counts.facts:
        return w("headline.nothing")
    mixed = counts.files and counts.files != counts.outlets
    outlets = "headline.outlets_and_files" if mixed else "count.files" if counts.files else "headline.outlets"
    who = [w(outlets, counts.outlets)]
    if counts.shared_facts:
        who.append(w("headline.shared", counts.shared_facts, origins=w("headline.origins", counts.shared_origins)))
    elif counts.outlets > 1:
        who.append(w("headline.none_shared"))
    found = w("headline.disputes", counts.disputes)
    if counts.disputes:
        found = w("headline.with_points", disputes=found, points=w("headline.points", counts.points))
    if counts.explained:
        found += ", " + w("headline.explained", counts.explained)
    if failed and not (counts.disputes or counts.explained):
        found = w("headline.in_what_was_compared", found=found)
    corroborated = w("headline.corroborated_none")
    if counts.corroborated:
        corroborated = w("headline.corroborated", counts.corroborated, facts=w("count.facts", counts.facts))
    told = w("headline.sentence", who=", ".join(who), found=found, corroborated=corroborated)
    return f"{_failed(counts, w)} {told[0].upper()}{told[1:]}" if failed else told


def _failed(counts: Opening, w: Words) -> str:
    parts = []
    if counts.failed_pairs:
        total = w("headline.pairs", counts.failed_pairs + counts.settled_pairs)
        parts.append(w("headline.failed_pairs", counts.failed_pairs, total=total))
    if counts.failed_articles:
        parts.append(w("headline.failed_articles", counts.failed_articles))
    if not parts:
        parts.append(w("headline.unconfirmed"))
    how = "interrupted" if counts.interrupted else "failed"
    return w(f"headline.{how}" if counts.settled_pairs else f"headline.{how}_all", parts=", ".join(parts))


def reason(ways: Sequence[OriginWay], w: Words) -> str:
    """Why several claims count as one origin."""
    return "; ".join(w(f"origin_way.{way.how}", len(way.names), who=_who(way, w), whom=way.whom or "") for way in ways)


def _who(way: OriginWay, w: Words) -> str:
    if len(way.names) > NAMED:
        return w("origin_who.names" if way.how == "one_voice" else "origin_who.outlets", len(way.names))
    return w.listed(way.names, NAMED)


def _origins(origins: Sequence[Origin], w: Words) -> tuple[Origin, ...]:
    return tuple(_origin(origin, w) if origin.ways else origin for origin in origins)


def _origin(origin: Origin, w: Words) -> Origin:
    name = w("origin_who.unnamed_sources") if origin.name == UNNAMED_SOURCES else origin.name
    return origin.model_copy(update={"name": name, "reason": reason(origin.ways, w)})


def _fact(fact: Fact, w: Words) -> Fact:
    return fact.model_copy(update={"origins": _origins(fact.origins, w)})


def _dispute(dispute: Dispute, w: Words) -> Dispute:
    return dispute.model_copy(update={"points": tuple(_point(point, w) for point in dispute.points)})


def _point(point: DisputePoint, w: Words) -> DisputePoint:
    return point.model_copy(update={"sides": tuple(_side(side, w) for side in point.sides)})


def _side(side: Side, w: Words) -> Side:
    return side.model_copy(update={"origins": _origins(side.origins, w)})
