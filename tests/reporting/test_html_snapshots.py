"""The page of the hand-made stories against what was looked at and found good; WRITE_SNAPSHOTS=1 renews them.

Kept is what a reader meets: elements with their classes and texts, in order, without style, script and tools.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml.html import document_fromstring

from factcheck.findings import Report
from factcheck.reporting.base import Style
from factcheck.reporting.html.document import HtmlReport
from tests.reporting.outlines import skeleton
from tests.support import odd_reports, reports

SNAPSHOTS = Path(__file__).parent / "snapshots"
STORIES: dict[str, Callable[[], Report]] = {
    "veld": reports.veld_story,
    "empty": reports.empty_report,
    "failed": reports.failed_report,
    "hostile": odd_reports.hostile_report,
}


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("lang", ["en", "it"])
def test_the_page_is_the_one_that_was_looked_at(story: str, lang: str) -> None:
    """Sections, sides, facts, notes and their words, in both languages."""
    page = document_fromstring(HtmlReport().render(STORIES[story](), Style(lang=lang)))
    text = "\n".join(skeleton(page)) + "\n"
    path = SNAPSHOTS / f"{story}-page{'' if lang == 'en' else f'-{lang}'}.txt"
    if os.environ.get("WRITE_SNAPSHOTS"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
