"""Each format against the text that was looked at and found good; set WRITE_SNAPSHOTS=1 to renew them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from factcheck.findings import ExtractionReport, Report
from factcheck.reporting.base import Style
from factcheck.reporting.registry import ANNOTATED_RENDERERS, EXTRACTION_RENDERERS, REPORT_RENDERERS
from tests.support import odd_reports, reports
from tests.support.extractions import extraction_of, harbour_extraction

SNAPSHOTS = Path(__file__).parent / "snapshots"
STORIES: dict[str, Callable[[], Report]] = {
    "veld": reports.veld_story,
    "empty": reports.empty_report,
    "failed": reports.failed_report,
    "hostile": odd_reports.hostile_report,
}


def compare(name: str, text: str) -> None:
    """Assert that `text` is the stored one, to the byte."""
    path = SNAPSHOTS / name
    if os.environ.get("WRITE_SNAPSHOTS"):
        path.write_bytes(text.encode())
    assert text.encode() == path.read_bytes()


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


EXTRACTIONS = (*STORIES, "harbour")


def extraction(story: str) -> ExtractionReport:
    """The extraction of one of the stories, or the one that stands alone."""
    return harbour_extraction() if story == "harbour" else extraction_of(STORIES[story]())


@pytest.mark.parametrize("story", EXTRACTIONS)
@pytest.mark.parametrize(("name", "suffix"), [("markdown", "md"), ("jsonl", "jsonl"), ("csv", "csv")])
def test_claims(story: str, name: str, suffix: str) -> None:
    """The claims of an extraction, for reading, one a line and one a row, are the ones that were looked at."""
    text = EXTRACTION_RENDERERS[name].render(extraction(story), Style())
    # the checkout's line ends are LF in every text file; test_claims.py holds those of CSV
    compare(f"{story}-claims.{suffix}", text.replace("\r\n", "\n"))


@pytest.mark.parametrize("story", EXTRACTIONS)
@pytest.mark.parametrize(("name", "color", "suffix"), [
    ("markdown", False, ".md"), ("text", False, ".txt"), ("text", True, "-color.txt"),
])  # fmt: skip
def test_annotated(story: str, name: str, color: bool, suffix: str) -> None:
    """The articles with their claims marked are the ones that were looked at."""
    text = ANNOTATED_RENDERERS[name].render(extraction(story), Style(80, color))
    compare(f"{story}-annotated{suffix}", text)
