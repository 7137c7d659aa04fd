"""What is said of claims before anything is compared, and the formats that say it."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from factcheck.findings import ExtractionReport
from factcheck.models import Article, BaseClaim, Extraction, Failure, QuantityClaim, TimeSpan
from factcheck.reporting import claims as told
from factcheck.reporting.annotation import annotate
from factcheck.reporting.base import Renderer, Style
from factcheck.reporting.claim_lists import COLUMNS
from factcheck.reporting.registry import ANNOTATED_RENDERERS, EXTRACTION_RENDERERS
from factcheck.reporting.words.catalogue import words_in
from tests.support.extractions import extraction_of, harbour_extraction
from tests.support.odd_reports import hostile_report
from tests.support.report_parts import article, claim
from tests.support.reports import failed_report, veld_story

OWN_COLORS = re.compile(r"\x1b\[[0-9;]*m")

ENGLISH = words_in("en")


def rows(report: ExtractionReport) -> list[dict[str, str]]:
    """The CSV as a program reads it."""
    text = EXTRACTION_RENDERERS["csv"].render(report, Style())
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def with_headlines(source: Article, *numbers: int) -> Article:
    """The article with just these sentences as headlines."""
    marked = tuple(s.model_copy(update={"headline": s.number in numbers}) for s in source.sentences)
    return source.model_copy(update={"sentences": marked})


# -- coverage, grounding, headline against body -------------------------------------------------


@given(
    evidence=st.lists(st.integers(1, 9), max_size=6),
    outside=st.sets(st.integers(1, 9)),
    uncovered=st.sets(st.integers(1, 9)),
)
@settings(deadline=None)
def test_coverage_sorts_each_sentence_once(evidence: list[int], outside: set[int], uncovered: set[int]) -> None:
    """Covered, outside and neither are all sentences of the article, none twice, whatever the extraction says."""
    source = article("a", [f"Sentence {n}." for n in range(1, 10)])
    claims = tuple(claim(f"c{i}", source, n, "x", "P") for i, n in enumerate(evidence))
    extraction = Extraction(
        article_id="a", passages=(), claims=claims, outside=tuple(outside), uncovered=tuple(uncovered)
    )
    found = told.coverage(source, extraction)
    assert sorted((*found.covered, *found.outside, *found.neither)) == list(range(1, 10))
    assert set(found.covered) == set(evidence)
    assert set(found.outside) == outside - set(evidence)
    assert [int(n) for n in re.findall(r"\d+", told.coverage_line(found, ENGLISH))] == [
        9, len(found.covered), len(found.outside), len(found.neither),
    ]  # fmt: skip


def test_headline_only_takes_claims_without_a_sentence_of_the_body() -> None:
    """A claim from headlines alone is told; one that the body states as well, or alone, is not."""
    report = harbour_extraction()
    (extraction,) = report.extractions
    assert [c.text for c in told.headline_only(report.articles[0], extraction)] == ["The harbour is lost."]


@pytest.mark.parametrize("what", ["partial", "headlines alone", "no body of this story"])
def test_headline_only_needs_a_body(what: str) -> None:
    """Without a body there is nothing that the headline could say more than."""
    source = with_headlines(article("a", ["Head.", "Deck.", "Body."]), 1, 2)
    extraction = Extraction(
        article_id="a", passages=(), claims=(claim("c", source, 1, "Head.", "P"),), outside=(), uncovered=(2, 3)
    )
    assert len(told.headline_only(source, extraction)) == 1
    if what == "partial":
        source = source.model_copy(update={"partial": True})
    elif what == "headlines alone":
        source = with_headlines(source, 1, 2, 3)
    else:
        extraction = extraction.model_copy(update={"outside": (3,), "uncovered": (2,)})
    assert told.headline_only(source, extraction) == ()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"modality": "reported", "origin": "Harbour Journal"}, "reported, from Harbour Journal, in P"),
        ({"modality": "denied", "speaker": "Ilo Brandt"}, "denied by Ilo Brandt, in P"),
        ({"modality": "reported", "speaker": "Ilo Brandt"}, "reported, said by Ilo Brandt, in P"),
        ({"modality": "asserted", "publisher": None}, "asserted"),
    ],
)
def test_attribution_in_words(fields: dict[str, str | None], words: str) -> None:
    """How it is put, who says it, where it is from and where it stands, each only when known."""
    source = article("a", ["Head."])
    assert told.attribution(claim("c", source, 1, "x", "P").model_copy(update=fields), ENGLISH) == words


def test_details_are_the_fields_of_the_type() -> None:
    """A quantity's own fields come as JSON; an event has none."""
    event = claim("c", article("a", ["Head."]), 1, "x", "P")
    given_fields = event.model_dump(include=set(BaseClaim.model_fields))
    quantity = QuantityClaim(**given_fields, counted="vessels", value=40)
    assert json.loads(told.details(quantity)) == {"counted": "vessels", "value": 40.0, "comparator": "exactly"}
    assert told.details(event) == ""


def test_span_shows_words_and_dates() -> None:
    """The words of the text stand first, with what they were read as."""
    start = dt.date(2022, 10, 1)
    assert told.span(TimeSpan(expression="since autumn", start=start), ENGLISH) == "since autumn (from 2022-10-01)"
    assert told.span(TimeSpan(start=start, end=start), ENGLISH) == "2022-10-01"
    assert told.span(TimeSpan(expression="long ago"), ENGLISH) == "long ago"


@pytest.mark.parametrize(
    ("expression", "start", "end", "words"),
    [
        ("2022-10/..", "2022-10-01", None, "from 2022-10"),
        ("../2021-12-31", None, "2021-12-31", "until 2021-12-31"),
        ("2022/2024", "2022-01-01", "2024-12-31", "2022 to 2024"),
        ("2022-10", "2022-10-01", "2022-10-31", "2022-10"),
        ("2022-10-25", "2022-10-25", "2022-10-25", "2022-10-25"),
        ("2022/", "2022-01-01", None, "from 2022"),
        ("2022-10", "2023-10-01", "2023-10-31", "2022-10 (2023-10-01 to 2023-10-31)"),
        ("2022", "2022-01-01", None, "2022 (from 2022-01-01)"),
        ("/", "2022-01-01", None, "/ (from 2022-01-01)"),
        ("..", None, None, ".."),
    ],
)
def test_dates_are_told_once(expression: str, start: str | None, end: str | None, words: str) -> None:
    """A date or an interval in the notation of ISO 8601 is put in words, unless it was read as something else."""
    when = TimeSpan.model_validate({"expression": expression, "start": start, "end": end})
    assert told.span(when, ENGLISH) == words


# -- the annotated view ---------------------------------------------------------------------------


def test_annotation_says_of_each_sentence_what_became_of_it() -> None:
    """Marks refer to the listed claims, `!` to an ungrounded one, and a sentence without marks says why."""
    (view,) = annotate(harbour_extraction(), ENGLISH)
    assert [(s.marks, s.fate) for s in view.sentences] == [
        (("1", "2"), None),
        (("2", "3!"), None),
        ((), "no_claim"),
        ((), "of_another_story"),
    ]
    assert [c.number for c in view.claims] == [1, 2, 3]
    assert [c.flag for c in view.claims] == [None, None, "not in its evidence, so never used as evidence: 14, Tuesday"]
    assert view.counts == ("4 sentences: 2 with a claim, 1 of another story, 1 with neither. 2 of 3 claims grounded.")


@pytest.mark.parametrize("name", ANNOTATED_RENDERERS)
def test_annotated_formats_say_the_same(name: str) -> None:
    """Every format shows coverage, grounding, the flag, the fates and what only the headline says."""
    text = " ".join(ANNOTATED_RENDERERS[name].render(harbour_extraction(), Style()).split())
    for words in (
        "2 of 3 claims grounded", "4 sentences: 2 with a claim", "never used as evidence: 14, Tuesday",
        "no claim", "another story", "Said by the headline only", "denied by Ilo Brandt, from Harbour Journal",
    ):  # fmt: skip
        assert words in text


@pytest.mark.parametrize("renderer", [*ANNOTATED_RENDERERS.values(), EXTRACTION_RENDERERS["markdown"]])
def test_an_article_without_claims_says_why(renderer: Renderer[ExtractionReport]) -> None:
    """A failed article shows its failure, one that is merely absent says so, an empty one that nothing was found."""
    report = extraction_of(failed_report())
    assert "Failed: no valid answer (OutputInvalid)" in renderer.render(report, Style())
    unknown = report.model_copy(update={"failures": (Failure(stage="extraction", subject="?", kind="K", message="m"),)})
    assert "Failed: it was not extracted" in renderer.render(unknown, Style())
    empty = report.extractions[0].model_copy(update={"claims": ()})
    assert "No claim was found." in renderer.render(report.model_copy(update={"extractions": (empty,)}), Style())


def test_sentence_numbers_in_markdown_are_those_of_the_article() -> None:
    """A Markdown parser numbers the sentences as we do: one list, from 1, an item for each sentence."""
    report = extraction_of(veld_story())
    text = ANNOTATED_RENDERERS["markdown"].render(report, Style())
    html = MarkdownIt("commonmark").render(text)
    lists = re.findall(r"<ol>(.*?)</ol>", html, re.DOTALL)
    assert [len(re.findall(r"<li>", part)) for part in lists[::2]] == [len(a.sentences) for a in report.articles]


# -- hostile text -----------------------------------------------------------------------------------


@pytest.mark.parametrize("color", [False, True])
@pytest.mark.parametrize("width", [40, 80, 140])
def test_annotated_text_of_hostile_text(width: int, color: bool) -> None:
    """The only escapes are our own colours, no line is wider than asked, and markup stays text."""
    text = ANNOTATED_RENDERERS["text"].render(extraction_of(hostile_report()), Style(width, color))
    bare = OWN_COLORS.sub("", text) if color else text
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", bare)
    assert max(map(len, bare.split("\n"))) <= width
    assert "[/nope]" in bare


@pytest.mark.parametrize("renderer", [ANNOTATED_RENDERERS["markdown"], EXTRACTION_RENDERERS["markdown"]])
def test_markdown_of_hostile_text_as_a_parser_reads_it(renderer: Renderer[ExtractionReport]) -> None:
    """No link, image, code or HTML comes of hostile text, and only our own headings."""
    report = extraction_of(hostile_report())
    text = renderer.render(report, Style())
    blocks = MarkdownIt("commonmark").enable("table").enable("strikethrough").parse(text)
    inline = [child for block in blocks for child in block.children or ()]
    kinds = {token.type for token in (*blocks, *inline)}
    assert not kinds & {"link_open", "image", "code_inline", "code_block", "fence", "html_block", "s_open", "hr"}
    assert {token.content for token in inline if token.type == "html_inline"} <= {"<!-- -->"}
    headings = sum(token.type == "heading_open" for token in blocks)
    assert headings == text.count("\n## ") + text.count("\n### ") + 1


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", "\n@", " =", "\u200b=", "\x1b[0m=", "＝"])
def test_no_cell_is_a_formula(start: str) -> None:
    """Whatever a cell begins with, and whatever is stripped from it, a spreadsheet sees text."""
    bad = f'{start}HYPERLINK("http://evil.example";"x")'
    report = harbour_extraction()
    source = report.articles[0].model_copy(update={"title": bad, "path": bad})
    changed = report.extractions[0].claims[0].model_copy(update={"text": bad, "speaker": bad, "ungrounded": (bad,)})
    extraction = report.extractions[0].model_copy(update={"claims": (changed,)})
    (row,) = rows(report.model_copy(update={"articles": (source,), "extractions": (extraction,)}))
    for column in ("title", "path", "text", "speaker", "ungrounded"):
        assert re.fullmatch(r"'[=+\-@＝]HYPERLINK.*", row[column])


@given(st.text(alphabet=st.characters(), max_size=60))
@settings(deadline=None)
def test_any_text_keeps_its_cell(text: str) -> None:
    """Quotes, separators, line ends and surrogates move nothing to another cell, and the file is UTF-8."""
    report = harbour_extraction()
    changed = report.extractions[0].claims[0].model_copy(update={"text": text})
    extraction = report.extractions[0].model_copy(update={"claims": (changed,)})
    (row,) = rows(report.model_copy(update={"extractions": (extraction,)}))
    assert row["claim_id"] == "c1"
    assert row["type"] == "event"
    assert row["modality"] == "asserted"
    assert None not in {*row, *row.values()}  # neither too many cells nor too few
    row["text"].encode()
    assert row["text"][:1] not in {*"=+-@"}


def test_csv_has_a_row_for_each_claim() -> None:
    """The first line names the columns, lines end in CR LF, and all claims are there in order."""
    report = extraction_of(veld_story())
    text = EXTRACTION_RENDERERS["csv"].render(report, Style())
    assert text.split("\r\n")[0] == ",".join(COLUMNS)
    assert text.count("\r\n") == text.count("\n") == 8
    assert [row["claim_id"] for row in rows(report)] == ["c1", "c5", "c2", "c4", "c3", "c6", "c7"]
    last = rows(harbour_extraction())[2]
    assert (last["sentences"], last["ungrounded"], last["start"], last["end"]) == (
        "2",
        "14 | Tuesday",
        "2024-10-01",
        "",
    )
    assert [row["headline_only"] for row in rows(harbour_extraction())] == ["yes", "no", "no"]
