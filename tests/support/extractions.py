"""Extractions made by hand."""

from __future__ import annotations

import datetime as dt

from factcheck.findings import ExtractionReport, Report
from factcheck.models import Evidence, Extraction, TimeSpan
from tests.support.report_parts import article, claim


def extraction_of(report: Report) -> ExtractionReport:
    """The extraction that a report rests on."""
    return ExtractionReport(
        articles=report.articles,
        extractions=report.extractions,
        failures=tuple(failure for failure in report.failures if failure.stage == "extraction"),
        skipped=report.skipped,
        unreadable=report.unreadable,
    )


def harbour_extraction() -> ExtractionReport:
    """One article of which every fate is one sentence, with a headline that its body does not bear out."""
    source = article(
        "a1",
        (
            "Harbour lost to the flames",
            "The fire closed the harbour, the Harbour Journal writes; Ilo Brandt denies that a crane fell.",
            "It was a long night.",
            "Elsewhere: a new ferry line opens in spring.",
        ),
        publisher="Daily Tide",
    )
    head = source.sentences[0]
    headline = Evidence(sentence=1, start=head.start, end=head.end, quote=source.quote(1))
    lost = claim("c1", source, 1, "The harbour is lost.", "Daily Tide")
    closed = claim("c2", source, 2, "The fire closed the harbour.", "Daily Tide", modality="reported")
    crane = claim(
        "c3",
        source,
        2,
        "On Tuesday 14 cranes did not fall.",
        "Daily Tide",
        origin="Harbour Journal",
        speaker="Ilo Brandt",
        modality="denied",
    )
    when = TimeSpan(expression="since October", start=dt.date(2024, 10, 1))
    claims = (
        lost,
        closed.model_copy(update={"evidence": (headline, *closed.evidence)}),
        crane.model_copy(update={"ungrounded": ("14", "Tuesday"), "when": when, "core": False}),
    )
    extraction = Extraction(article_id="a1", passages=(), claims=claims, outside=(4,), uncovered=(3,))
    return ExtractionReport(articles=(source,), extractions=(extraction,), failures=(), skipped=(), unreadable=())
