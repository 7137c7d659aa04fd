"""The formats for programs: each is read back as what it is, and nothing that somebody wrote breaks out of it."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from factcheck.reporting.base import Style
from factcheck.reporting.registry import REPORT_RENDERERS
from factcheck.reporting.report_tables import TABLES
from factcheck.reporting.untrusted import cell, github, github_property, xml
from tests.support import odd_reports, reports
from tests.support.large_reports import large_report

ANY_TEXT = st.text(alphabet=st.characters(), max_size=60)
STORIES = {
    "veld": reports.veld_story(),
    "failed": reports.failed_report(),
    "hostile": odd_reports.hostile_report(),
    "empty": reports.empty_report(),
}
STYLE = Style()


def render(name: str, story: str, style: Style = STYLE) -> str:
    """A story in a format."""
    return REPORT_RENDERERS[name].render(STORIES[story], style)


# -- escaping ------------------------------------------------------------------------------------


@settings(deadline=None)
@given(ANY_TEXT)
@example("\t=1+1")
@example(" \x00@x")
@example("＝1")
def test_no_cell_is_a_formula_or_breaks_its_row(text: str) -> None:
    """A cell begins with nothing that a spreadsheet runs, holds no line end, and comes back from CSV as it went in."""
    shown = cell(text)
    assert not shown.startswith(tuple("=+-@＝＋－＠\t\r"))
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", shown)
    sink = io.StringIO()
    csv.writer(sink).writerow([shown, "x"])
    assert next(csv.reader(io.StringIO(sink.getvalue(), newline=""))) == [shown, "x"]


@settings(deadline=None)
@given(ANY_TEXT)
@example("\ufffe\uffff\ud800\x08]]>&lt;")
def test_any_text_stands_in_xml(text: str) -> None:
    """What no XML document can hold is replaced, so that the document is always read."""
    element = ET.Element("a", b=xml(text))
    element.text = xml(text)
    read = ET.fromstring(ET.tostring(element, encoding="unicode"))
    assert read.get("b") == xml(text)
    assert (read.text or "") == xml(text)


@settings(deadline=None)
@given(ANY_TEXT)
@example("a\n::error::b")
@example("%0A::stop-commands::x")
@example("x ##[add-mask]y")
@example(",file=/etc/passwd::")
def test_no_text_begins_a_workflow_command(text: str) -> None:
    """Every message is one line, its percent signs are escaped, and a property ends where ours ends it."""
    assert "\n" not in github(text)
    assert "\r" not in github(text)
    assert "##[" not in github(text)
    assert re.sub(r"%25", "", github(text)).count("%") == 0
    assert not set(",:") & set(github_property(text))


# -- JSON Lines ----------------------------------------------------------------------------------


@pytest.mark.parametrize("story", STORIES)
def test_lines_hold_the_whole_report(story: str) -> None:
    """Each line is a record in ASCII, and there are as many of each as the report has."""
    text = render("jsonl", story)
    assert text.isascii()
    records = [json.loads(line) for line in text.splitlines()]
    report = STORIES[story]
    assert records[0]["record"] == "run"
    assert records[0]["summary"]["headline"] == report.summary.headline.encode("utf-16", "surrogatepass").decode(
        "utf-16", "surrogatepass"
    )
    counts = {name: sum(r["record"] == name for r in records) for name in ("dispute", "fact", "claim", "judgement")}
    assert counts == {
        "dispute": len(report.disputes),
        "fact": len(report.facts),
        "claim": len(report.claims()),
        "judgement": len(report.judgements),
    }


# -- CSV -----------------------------------------------------------------------------------------


def rows(story: str, table: str) -> list[dict[str, str]]:
    """A table of a story, read back."""
    text = render("csv", story, replace(STYLE, table=table))
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("story", STORIES)
def test_tables_have_a_row_for_each_thing(story: str) -> None:
    """A row for each claim, for each pair judged or failed, and for each side of each point."""
    report = STORIES[story]
    failed = sum(failure.stage == "judging" and "|" in failure.subject for failure in report.failures)
    assert len(rows(story, "claims")) == len(report.claims())
    assert len(rows(story, "pairs")) == len(report.judgements) + failed
    sides = [side for dispute in report.disputes for point in dispute.points for side in point.sides]
    assert len(rows(story, "disputes")) == len(sides)


def test_a_pair_says_what_was_found_and_where() -> None:
    """The open contradiction comes first, with both texts, and its label is not that of a firm one."""
    first = rows("veld", "pairs")[0]
    assert (first["label"], first["certainty"]) == ("contradicts", "possible")
    assert first["left_text"].startswith("Nora Veld")
    assert first["right_path"] == "a2.txt"
    failed = [row for row in rows("failed", "pairs") if row["failure"]]
    assert {row["label"] for row in failed} == {""}


@pytest.mark.parametrize("table", TABLES)
def test_no_cell_of_a_hostile_report_runs(table: str) -> None:
    """No cell begins as a formula, whatever the articles, the paths and the model said."""
    cells = [text for row in rows("hostile", table) for text in row.values()]
    assert cells
    assert not [text for text in cells if text.startswith(tuple("=+-@"))]


def test_excel_gets_its_mark() -> None:
    """With `excel` the file begins with a byte order mark, and without it does not."""
    assert render("csv", "veld", replace(STYLE, excel=True)).startswith("\ufeffpath")
    assert render("csv", "veld").startswith("path")


# -- JUnit ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("story", STORIES)
def test_junit_counts_what_it_holds(story: str) -> None:
    """The document is XML, and the totals of suites and root are those of their cases."""
    root = ET.fromstring(render("junit", story))
    for suite in root:
        assert suite.get("tests") == str(len(suite))
        for total, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert suite.get(total) == str(len(suite.findall(f"testcase/{tag}")))
    assert root.get("tests") == str(len(root.findall(".//testcase")))


def test_junit_fails_direct_disputes_only() -> None:
    """The direct dispute fails with its sides, and the one that explains itself passes."""
    root = ET.fromstring(render("junit", "veld"))
    direct, explained = root.findall("testsuite[@name='factcheck.disputes']/testcase")
    failure = direct.find("failure")
    assert failure is not None
    assert "Ilo Brandt" in (failure.text or "")
    assert explained.find("failure") is None


def test_junit_shows_what_was_not_checked() -> None:
    """An article that failed, a file that was not read and each failed pair are errors."""
    assert ET.fromstring(render("junit", "failed")).get("errors") == "7"


@pytest.mark.parametrize("story", STORIES)
def test_junit_has_what_its_readers_ask_for(story: str) -> None:
    """Suites have name and tests, cases a name and a class, and what went wrong a type and a message."""
    root = ET.fromstring(render("junit", story))
    assert root.tag == "testsuites"
    assert all({"name", "tests", "failures", "errors", "skipped"} <= set(suite.attrib) for suite in root)
    for case in root.iter("testcase"):
        assert case.get("name", "").strip()
        assert case.get("classname")
        assert len(case) <= 1
    for bad in (*root.iter("failure"), *root.iter("error")):
        assert bad.get("type")
        assert bad.get("message")


# -- GitHub --------------------------------------------------------------------------------------


@pytest.mark.parametrize("story", STORIES)
def test_every_line_is_a_command_of_ours(story: str) -> None:
    """Nothing stands on a line that is not a warning, an error or a notice of ours, in this order for disputes."""
    lines = render("github", story).splitlines()
    command = re.compile(r"::(warning|error|notice) (file=[^,:]+,)?title=[^,:]*::")
    assert lines
    assert all(command.match(line) for line in lines)
    assert len(re.findall(r"(?m)^::warning", render("github", "veld"))) == 1


def test_annotations_that_github_drops_are_told() -> None:
    """Of 36 warnings GitHub shows ten: the tenth says how many there are beyond, and the log has all."""
    report = large_report(20, 400, 40)
    lines = REPORT_RENDERERS["github"].render(report, STYLE).splitlines()
    for level, number in (("warning", 36), ("notice", 5)):
        found = [line for line in lines if line.startswith(f"::{level} ")]
        assert len(found) == number + (number > 10)
        assert ("GitHub shows ten of a kind" in found[min(9, number - 1)]) is (number > 10)
    assert "27 more are in the log" in lines[9]
    assert next(line for line in lines if line.startswith("::notice")).startswith("::notice title=factcheck::")


def test_titles_stay_within_what_github_takes() -> None:
    """A question of a thousand characters is cut; the whole of it stands in the message."""
    dispute = reports.veld_story().disputes[0].model_copy(update={"title": "why " * 300})
    report = reports.veld_story().model_copy(update={"disputes": (dispute,)})
    line = REPORT_RENDERERS["github"].render(report, STYLE).splitlines()[0]
    title = re.search(r"title=([^,:]*)::", line)
    assert title
    assert len(title[1]) <= 255
    assert title[1].endswith("…")


# -- ClaimReview ---------------------------------------------------------------------------------


def test_drafts_are_drafts() -> None:
    """Each fact of a direct dispute is a draft with its author and where it appeared, and nobody has rated it."""
    graph = json.loads(render("claimreview", "veld"))["@graph"]
    assert [draft["claimReviewed"] for draft in graph] == [reports.REGULAR, "There was a single call."]
    for draft in graph:
        assert draft["creativeWorkStatus"] == "Draft"
        assert draft["reviewRating"] is None
    denial = graph[1]["itemReviewed"]
    assert denial["author"] == {"@type": "Thing", "name": "Ilo Brandt"}
    assert denial["firstAppearance"]["datePublished"] == "2024-10-26"
    assert denial["firstAppearance"]["publisher"]["name"] == "Evening Mail"


# -- all of them ---------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "it"])
@pytest.mark.parametrize("name", REPORT_RENDERERS)
@pytest.mark.parametrize("story", STORIES)
def test_every_format_ends_its_last_line_and_can_be_written(name: str, story: str, lang: str) -> None:
    """Whatever the report, the text can be written as UTF-8, ends with a line end, and is the same again."""
    text = render(name, story, replace(STYLE, lang=lang))
    text.encode("utf-8")
    assert text.endswith("\n")
    assert text == render(name, story, replace(STYLE, lang=lang))
