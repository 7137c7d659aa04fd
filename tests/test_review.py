"""review.csv: read as spreadsheets save it, refused with its line where it is wrong, honoured by the next report."""

from __future__ import annotations

import csv
import inspect
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factcheck.errors import SettingsError
from factcheck.findings import Report
from factcheck.models import Decision
from factcheck.pipeline.story import decided_again
from factcheck.reporting.base import Style
from factcheck.reporting.registry import REPORT_RENDERERS
from factcheck.review import COLUMNS, read_review
from factcheck.stages.aggregation.report import aggregate
from tests.seeds.recordings import replay

HEAD = ",".join(COLUMNS)


@pytest.fixture(scope="module")
def report() -> Report:
    """A real report: the demo story from its recording."""
    return replay("harbour-fire")


def write(path: Path, *rows: dict[str, str]) -> Path:
    """A review with these rows."""
    sink = io.StringIO()
    table = csv.DictWriter(sink, COLUMNS)
    table.writeheader()
    table.writerows(rows)
    path.write_text(sink.getvalue(), encoding="utf-8")
    return path


def decision(report: Report, **fields: str) -> Decision:
    """A decision about the first dispute, in its words, unless said otherwise."""
    dispute = report.disputes[0]
    given_: dict[str, object] = {
        "target": "dispute",
        "id": dispute.id,
        "decision": "reject",
        "reviewer": "Anna",
        "line": 2,
    }
    return Decision.model_validate({**given_, "left_text": dispute.title, **fields})


# -- reading -------------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_reviews_are_read_as_spreadsheets_save_them(tmp_path: Path, mark: str, delimiter: str, end: str) -> None:
    """Any mark, delimiter and line end; empty rows and foreign columns are nothing; guards of formulas come off."""
    row = ["Pair", "b|a", "relabel", "Supports", "'=SUM(1)", "Anna", "2026-11-26T10:00:00Z", "x", "y", "red"]
    lines = [
        delimiter.join((*COLUMNS, "row colour")),
        delimiter.join(row),
        delimiter * 9,
    ]
    path = tmp_path / "review.csv"
    path.write_bytes((mark + end.join(lines)).encode())
    (found,) = read_review(path)
    assert (found.target, found.id, found.decision, found.label) == ("pair", "a|b", "relabel", "supports")
    assert (found.note, found.line) == ("=SUM(1)", 2)
    assert found.decided_at is not None
    assert found.decided_at.utcoffset() is not None


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("pear,a|b,accept", "line 2: target must be"),
        ("pair,,accept", "line 2: id is empty"),
        ("pair,a,accept", "line 2: the id of a pair"),
        ("pair,a|b,acept", "line 2: decision must be"),
        ("pair,a|b,relabel,maybe", "line 2: label must be"),
        ("pair,a|b,relabel", "line 2: relabel needs a label"),
        ("fact,a,relabel,supports", "line 2: a fact is accepted or rejected"),
        ("pair,a|b,accept,,,,yesterday", "line 2: decided_at is no ISO 8601 time"),
        ('pair,"a|b,accept', "no CSV"),
        ('pair,a|b,"acc"ept', "no CSV"),
    ],
)
def test_a_wrong_row_is_refused_with_its_line(tmp_path: Path, row: str, complaint: str) -> None:
    """What cannot be used is told with its line, and nothing of the file is taken."""
    path = tmp_path / "review.csv"
    path.write_text(f"{HEAD}\n{row}\n")
    with pytest.raises(SettingsError, match=complaint):
        read_review(path)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "line 1: the columns target, id, decision are missing"),
        (b"target,id\npair,a|b\n", "line 1: the columns decision are missing"),
        (b"target,id,decision,id\n", "stands there twice"),
        (b"target,id,decision\npair,a|b,accept,\xe9\n", "not UTF-8"),
        (b"PK\x03\x04\x00\x00", "line 1"),
    ],
)
def test_a_file_that_is_no_review_is_refused(tmp_path: Path, content: bytes, complaint: str) -> None:
    """An empty, cut, doubled, wrongly encoded or foreign file says what a review looks like."""
    path = tmp_path / "review.csv"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match=complaint):
        read_review(path)


def test_many_wrong_rows_are_counted(tmp_path: Path) -> None:
    """Five lines are told, the others counted."""
    path = tmp_path / "review.csv"
    path.write_text(HEAD + "\n" + "pair,a,accept\n" * 9)
    with pytest.raises(SettingsError, match=r"line 6.*\nand 4 more lines"):
        read_review(path)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_file_breaks_the_reading(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    """Any bytes are decisions or a SettingsError."""
    path = tmp_path_factory.mktemp("review") / "review.csv"
    path.write_bytes(HEAD.encode() + b"\n" + content)
    told = ""
    try:
        read_review(path)
    except SettingsError as error:
        told = str(error)
    assert not told or str(path) in told


def test_a_report_holds_all_that_it_was_put_together_from() -> None:
    """Whatever aggregation is given stands in the report under the same name, so that it can be put together again."""
    assert set(inspect.signature(aggregate).parameters) <= set(Report.model_fields)


# -- honouring -----------------------------------------------------------------------------------


def test_without_decisions_nothing_changes(report: Report) -> None:
    """Putting a report together again gives the report."""
    assert decided_again(report, ()) == report


def test_a_rejected_dispute_is_not_counted_and_not_hidden(report: Report) -> None:
    """Its pairs count as unrelated with the reviewer's name on them, the dispute is gone, the decision is listed."""
    asked = decision(report)
    after = decided_again(report, [asked])
    assert len(after.disputes) == len(report.disputes) - 1
    pairs = {key for point in report.disputes[0].points for key in point.pairs}
    reviewed = {j.key: j for j in after.judgements if j.review}
    assert reviewed.keys() == pairs
    assert {j.relation for j in reviewed.values()} == {"unrelated"}
    assert {j.review.relation for j in reviewed.values() if j.review} == {"contradicts"}
    (told,) = after.decisions
    assert (told.fate, told.found) == ("honoured", (report.disputes[0].id,))
    for name in ("table", "markdown", "jsonl"):
        assert "Anna" in REPORT_RENDERERS[name].render(after, Style(200)), name


def test_decisions_start_from_what_was_found(report: Report) -> None:
    """Taken back, a decision leaves no trace; given again, it gives the same report."""
    after = decided_again(report, [decision(report)])
    assert decided_again(after, ()) == report
    assert decided_again(after, [decision(report)]) == after


def test_a_relabelled_pair_counts_as_its_label(report: Report) -> None:
    """An unrelated pair that a person finds contradictory makes a dispute, and the sums still add up."""
    found = next(j for j in report.judgements if j.relation == "unrelated" and j.how == "model")
    pair = decision(report, target="pair", id="|".join(found.key), decision="relabel", label="contradicts")
    after = decided_again(report, [pair])
    judged = next(j for j in after.judgements if j.key == found.key)
    assert judged.label == "contradicts"
    assert any(found.key in point.pairs for dispute in after.disputes for point in dispute.points)
    assert after.summary.pairs == report.summary.pairs


def test_an_accepted_finding_is_signed(report: Report) -> None:
    """An accepted dispute stays, with the reviewer's name beside it in every format for people."""
    after = decided_again(report, [decision(report, decision="accept")])
    assert after.disputes == report.disputes
    assert "✎ accepted by Anna" in REPORT_RENDERERS["markdown"].render(after, Style())
    assert "✎ accettato da Anna" in REPORT_RENDERERS["table"].render(after, Style(lang="it"))


def test_the_claims_of_a_rejected_fact_form_no_fact(report: Report) -> None:
    """They are counted under what was not checked, and no fact holds them."""
    fact = report.facts[0]
    after = decided_again(report, [decision(report, target="fact", id=fact.id, left_text=fact.text)])
    assert not set(fact.claims) & {id_ for each in after.facts for id_ in each.claims}
    assert after.summary.unchecked["rejected"] == len(fact.claims)


def test_a_decision_is_carried_over_where_the_words_are_the_same(report: Report) -> None:
    """With other ids and the same texts it is honoured and says so; with other texts it is not, and says so too."""
    carried = decided_again(report, [decision(report, id="sha256:other")])
    assert len(carried.disputes) == len(report.disputes) - 1
    assert carried.decisions[0].fate == "carried"
    gone = decided_again(report, [decision(report, id="sha256:other", left_text="Something else?")])
    assert gone.disputes == report.disputes
    assert (gone.decisions[0].fate, gone.summary.unchecked["undecided"]) == ("gone", 1)
    assert "Not applied" in REPORT_RENDERERS["markdown"].render(gone, Style())


def test_a_decision_typed_by_hand_gets_its_text(report: Report) -> None:
    """A row that holds an id and nothing else is told by the words it is about, not by the id."""
    fact = report.facts[0]
    plain = Decision(target="fact", id=fact.id, decision="accept")
    after = decided_again(report, [plain])
    assert after.decisions[0].left_text == fact.text
    shown = REPORT_RENDERERS["table"].render(after, Style(400))
    assert f"accepted by a reviewer without a name: fact “{fact.text}”" in shown


def test_the_latest_of_several_decisions_counts(report: Report) -> None:
    """Two reviewers disagree: the later one counts, the other is listed as overruled."""
    early = decision(report, decided_at="2026-11-25T10:00:00+00:00")
    late = decision(report, decision="accept", reviewer="Bruno", decided_at="2026-11-26T10:00:00+00:00")
    after = decided_again(report, [late, early])
    assert len(after.disputes) == len(report.disputes)
    assert [told.fate for told in after.decisions] == ["honoured", "overruled"]


def test_a_pair_wins_over_its_dispute(report: Report) -> None:
    """Who accepts one pair of a dispute and rejects the dispute keeps that pair."""
    key = report.disputes[0].points[0].pairs[0]
    after = decided_again(
        report, [decision(report), decision(report, target="pair", id="|".join(key), decision="accept")]
    )
    assert next(j for j in after.judgements if j.key == key).relation == "contradicts"
