"""Every seed story in every format, against the text that was looked at and found good; `make snapshots` renews it.

HTML, JSON, JSON Lines and the table of pairs are some hundred kilobytes a story, most of it said elsewhere; of them an
outline is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from factcheck.findings import Report
from factcheck.reporting.base import Style
from factcheck.reporting.provenance import method
from factcheck.reporting.registry import REPORT_RENDERERS
from factcheck.reporting.words.catalogue import words_in
from tests.reporting.outlines import json_outline, lines_outline, page_outline, table_outline
from tests.reporting.stored import stored
from tests.seeds.labels import SEEDS
from tests.seeds.recordings import STORIES, replay

SNAPSHOTS = Path(__file__).parent / "snapshots" / "stories"
NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?![\d.%])")
"""A count; no percentage."""
LOOKS = {
    "80.txt": ("table", Style(80)),
    "140.txt": ("table", Style(140)),
    "it.txt": ("table", Style(80, lang="it")),
    "md": ("markdown", Style()),
    "it.md": ("markdown", Style(lang="it")),
    "claims.csv": ("csv", Style(table="claims")),
    "disputes.csv": ("csv", Style(table="disputes")),
    "xml": ("junit", Style()),
    "github": ("github", Style()),
    "jsonld": ("claimreview", Style()),
}
"""Suffix of the stored text -> format and style."""
OUTLINES: dict[str, tuple[str, Style, Callable[[str], str]]] = {
    "page.txt": ("html", Style(), page_outline),
    "json.txt": ("json", Style(), json_outline),
    "jsonl.txt": ("jsonl", Style(), lines_outline),
    "pairs.txt": ("csv", Style(table="pairs"), table_outline),
}
"""Suffix of the stored outline -> format, style and what is kept of it."""


@cache
def story(name: str) -> Report:
    """The report of a story from its recording, its paths as in the repository."""
    report = replay(name)
    text = report.model_dump_json().replace(f"{SEEDS.parent.as_posix()}/", "")
    return Report.model_validate_json(text)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", STORIES)
def test_stories_look_as_they_were_looked_at(name: str, look: str) -> None:
    """Each story in each format is the stored one, to the byte."""
    renderer, style = LOOKS[look]
    text = REPORT_RENDERERS[renderer].render(story(name), style)
    stored(SNAPSHOTS / f"{name}.{look}", text.replace("\r\n", "\n"))


@pytest.mark.parametrize("look", OUTLINES)
@pytest.mark.parametrize("name", STORIES)
def test_long_formats_hold_what_was_looked_at(name: str, look: str) -> None:
    """The page as a reader meets it, and each part of the data with its number, its hash and its first entry."""
    renderer, style, outline = OUTLINES[look]
    stored(SNAPSHOTS / f"{name}.{look}", outline(REPORT_RENDERERS[renderer].render(story(name), style)))


def test_every_format_has_a_look() -> None:
    """A format that joins is looked at in every story."""
    assert {renderer for renderer, *_ in (*LOOKS.values(), *OUTLINES.values())} == set(REPORT_RENDERERS)


@pytest.mark.parametrize("name", STORIES)
def test_the_counts_of_the_method_add_up(name: str) -> None:
    """Pairs by rule and relations by how they came about are all candidate pairs, as a reader would add them."""
    report = story(name)
    rows = dict(method(report, words_in("en")))
    added = [
        sum(int(number.replace(",", "")) for number in NUMBER.findall(rows[label]))
        for label in ("Pairs by rule", "How judged")
    ]
    assert added == [report.summary.pairs, report.summary.pairs - report.summary.failed_pairs]
