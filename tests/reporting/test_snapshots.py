"""Each format against the text that was looked at and found good; `make snapshots` renews them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from factcheck.changes.comparing import compare as compare_reports
from factcheck.findings import ExtractionReport, Report
from factcheck.reporting.base import Style
from factcheck.reporting.registry import ANNOTATED_RENDERERS, DIFF_RENDERERS, EXTRACTION_RENDERERS, REPORT_RENDERERS
from factcheck.reporting.report_tables import TABLES
from tests.reporting.stored import stored
from tests.support import odd_reports, reports
from tests.support.extractions import extraction_of, harbour_extraction

SNAPSHOTS = Path(__file__).parent / "snapshots"
STORIES: dict[str, Callable[[], Report]] = {
    "veld": reports.veld_story,
    "empty": reports.empty_report,
    "failed": reports.failed_report,
    "hostile": odd_reports.hostile_report,
    "arabic": odd_reports.arabic_report,
}


def compare(name: str, text: str) -> None:
    """Assert that `text` is the stored one, to the byte."""
    stored(SNAPSHOTS / name, text)


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize(("columns", "color"), [(60, False), (80, False), (140, False), (80, True)])
def test_table(story: str, columns: int, color: bool) -> None:
    """The table at narrow, usual and wide terminals, and in colour, is the one that was looked at."""
    text = REPORT_RENDERERS["table"].render(STORIES[story](), Style(columns, color))
    compare(f"{story}-{columns}{'-color' if color else ''}.txt", text)


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("markdown", "md"),
        ("json", "json"),
        ("jsonl", "jsonl"),
        ("junit", "xml"),
        ("github", "github"),
        ("claimreview", "jsonld"),
    ],
)
def test_files(story: str, name: str, suffix: str) -> None:
    """The formats that have one look only are the ones that were looked at."""
    compare(f"{story}.{suffix}", REPORT_RENDERERS[name].render(STORIES[story](), Style()))


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("table", TABLES)
def test_tables(story: str, table: str) -> None:
    """The tables of a report are the ones that were looked at."""
    text = REPORT_RENDERERS["csv"].render(STORIES[story](), Style(table=table))
    compare(f"{story}-{table}.csv", text.replace("\r\n", "\n"))


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize(("name", "suffix"), [("table", "txt"), ("markdown", "md")])
def test_italian(story: str, name: str, suffix: str) -> None:
    """The report in Italian is the one that was looked at."""
    compare(f"{story}-it.{suffix}", REPORT_RENDERERS[name].render(STORIES[story](), Style(lang="it")))


@pytest.mark.parametrize("lang", ["en", "it"])
@pytest.mark.parametrize(("name", "suffix"), [("table", "txt"), ("markdown", "md"), ("json", "json")])
def test_differences(name: str, suffix: str, lang: str) -> None:
    """What moved between two reports is shown as it was looked at."""
    diff = compare_reports(reports.failed_report(), reports.veld_story(), ("monday", "tuesday"))
    compare(f"diff-{lang}.{suffix}", DIFF_RENDERERS[name].render(diff, Style(80, lang=lang)))


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
    compare(f"{story}-extraction.{suffix}", text.replace("\r\n", "\n"))


@pytest.mark.parametrize("story", EXTRACTIONS)
@pytest.mark.parametrize(("name", "color", "suffix"), [
    ("markdown", False, ".md"), ("text", False, ".txt"), ("text", True, "-color.txt"),
])  # fmt: skip
def test_annotated(story: str, name: str, color: bool, suffix: str) -> None:
    """The articles with their claims marked are the ones that were looked at."""
    text = ANNOTATED_RENDERERS[name].render(extraction(story), Style(80, color))
    compare(f"{story}-annotated{suffix}", text)
