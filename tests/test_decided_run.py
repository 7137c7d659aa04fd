"""From a run to a review and back: what a person decided counts in the next run, which says so."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from factcheck.cli.exits import DONE, MATCHED, USAGE
from factcheck.review import COLUMNS
from tests.cli.invoking import invoke
from tests.seeds.labels import SEEDS
from tests.seeds.recordings import tape

CHECK = ("check", str(SEEDS / "harbour-fire"), "--cassette", str(tape("harbour-fire")), "--no-run", "-q")


def test_a_review_travels_from_run_to_run(tmp_path: Path) -> None:
    """All direct disputes are rejected in review.csv: the next run counts none, lists each decision, and passes."""
    first = tmp_path / "first.json"
    assert invoke(*CHECK, "-o", str(first), "--fail-on", "direct").exit_code == MATCHED
    disputes = json.loads(first.read_text())["disputes"]
    review = tmp_path / "review.csv"
    with review.open("w", newline="") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        for dispute in disputes:
            row = {"target": "dispute", "id": dispute["id"], "decision": "reject", "left_text": dispute["title"]}
            table.writerow({**row, "reviewer": "Anna", "note": "two things", "decided_at": "2026-11-26T09:00:00+01:00"})
    second = tmp_path / "second.json"
    again = invoke(*CHECK, "-o", str(second), "--fail-on", "direct", "--review", str(review))
    assert again.exit_code == DONE
    report = json.loads(second.read_text())
    assert report["disputes"] == []
    assert [decision["fate"] for decision in report["decisions"]] == ["honoured"] * len(disputes)
    shown = invoke("report", str(first), "--review", str(review), "-f", "json")
    assert json.loads(shown.stdout) == report
    moved = invoke("diff", str(first), str(second), "-f", "json")
    assert {change["kind"] for change in json.loads(moved.stdout)["disputes"]} == {"gone"}
    assert json.loads(moved.stdout)["run_changed"] == ["decisions"]


def test_a_broken_review_is_told_before_anything_is_asked(tmp_path: Path) -> None:
    """A row that cannot be used ends the command with its line, before a report is written."""
    review = tmp_path / "review.csv"
    review.write_text("target,id,decision\npair,a|b,maybe\n")
    done = invoke(*CHECK, "-o", str(tmp_path / "report.json"), "--review", str(review))
    assert done.exit_code == USAGE
    assert "line 2: decision must be accept, reject or relabel, not 'maybe'" in done.stderr
    assert not (tmp_path / "report.json").exists()
