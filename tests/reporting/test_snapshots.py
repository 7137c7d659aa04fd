"""Each format against the text that was looked at and found good; set WRITE_SNAPSHOTS=1 to renew them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from factcheck.findings import ExtractionReport, Report
from factcheck.reporting.base import Style
from factcheck.reporting.registry import EXTRACTION_RENDERERS, REPORT_RENDERERS
from tests.support import reports

SNAPSHOTS = Path(__file__).parent / "snapshots"
STORIES: dict[str, Callable[[], Report]] = {
    "veld": reports.veld_story,
    "empty": reports.empty_report,
    "failed": reports.failed_report,
    "hostile": reports.hostile_report,
}


def compare(name: str, text: str) -> None:
    """Assert that `text` is the stored one, to the byte."""
    path = SNAPSHOTS / name
    if os.environ.get("WRITE_SNAPSHOTS"):
        path.write_bytes(text.encode())
    assert text.encode() == path.read_bytes()


def extraction_of(report: Report) -> ExtractionReport:
    """The extraction that a report rests on."""
    return ExtractionReport(
        articles=report.articles,
        extractions=report.extractions,
        failures=tuple(failure for failure in report.failures if failure.stage == "extraction"),
        skipped=report.skipped,
        unreadable=report.unreadable,
    )


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize(("columns", "color"), [(60, False), (80, False), (140, False), (80, True)])
def test_table(story: str, columns: int, color: bool) -> None:
    """The table at narrow, usual and wide terminals, and in colour, is the one that was looked at."""
    text = REPORT_RENDERERS["table"].render(STORIES[story](), Style(columns, color))
    compare(f"{story}-{columns}{'-color' if color else ''}.txt", text)


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize(("name", "suffix"), [("markdown", "md"), ("json", "json")])
def test_files(story: str, name: str, suffix: str) -> None:
    """Markdown and JSON are the ones that were looked at."""
    compare(f"{story}.{suffix}", REPORT_RENDERERS[name].render(STORIES[story](), Style()))


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize(("name", "suffix"), [("markdown", "md"), ("jsonl", "jsonl")])
def test_claims(story: str, name: str, suffix: str) -> None:
    """The claims of an extraction, for reading and one a line, are the ones that were looked at."""
    text = EXTRACTION_RENDERERS[name].render(extraction_of(STORIES[story]()), Style())
    compare(f"{story}-claims.{suffix}", text)
