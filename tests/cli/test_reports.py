"""`report`, `diff` and `--fail-on`, from the command line."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from factcheck.cli.exits import DONE, MATCHED, NOTHING, USAGE
from factcheck.reporting.base import Style
from factcheck.reporting.registry import REPORT_RENDERERS
from tests.cli.invoking import invoke
from tests.support import reports


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A report of an earlier run, as a file."""
    path = tmp_path / "report.json"
    path.write_text(REPORT_RENDERERS["json"].render(reports.veld_story(), Style()))
    return path


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A report in which nothing was found."""
    path = tmp_path / "empty.json"
    path.write_text(REPORT_RENDERERS["json"].render(reports.empty_report(), Style()))
    return path


@pytest.mark.parametrize("name", [name for name in REPORT_RENDERERS if name not in ("table", "html")])
def test_a_run_is_shown_again_in_every_format(run: Path, name: str) -> None:
    """`report -f` gives what the renderer gives, and asks no model."""
    done = invoke("report", str(run), "-f", name)
    assert done.exit_code == DONE
    assert done.stdout == REPORT_RENDERERS[name].render(reports.veld_story(), Style()).replace("\r\n", "\n")


def test_files_choose_their_table_by_name(run: Path, tmp_path: Path) -> None:
    """`-o my-pairs.csv` holds pairs, and a name that says nothing holds what --table says."""
    names = ("claims.csv", "my-pairs.csv", "x.csv")
    outputs = [word for name in names for word in ("-o", str(tmp_path / name))]
    done = invoke("report", str(run), *outputs, "--table", "disputes", "--excel")
    assert done.exit_code == DONE
    texts = [(tmp_path / name).read_text(encoding="utf-8-sig") for name in names]
    heads = [next(csv.reader(text.splitlines()))[0] for text in texts]
    assert heads == ["path", "label", "dispute_id"]
    assert (tmp_path / "x.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_run_keeps_its_own_report(run: Path) -> None:
    """What was found is not overwritten with what is shown of it."""
    before = run.read_bytes()
    done = invoke("report", str(run), "-o", str(run.parent / "." / run.name))
    assert done.exit_code == USAGE
    assert "own report" in done.stderr
    assert run.read_bytes() == before


def test_italian_is_chosen_by_flag_and_by_variable(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--lang wins over FACTCHECK_LANG, which wins over English."""
    assert "## Contrasti (1)" in invoke("report", str(run), "-f", "markdown", "--lang", "it").stdout
    monkeypatch.setenv("FACTCHECK_LANG", "it")
    assert "## Contrasti (1)" in invoke("report", str(run), "-f", "markdown").stdout
    assert "## Disputes (1)" in invoke("report", str(run), "-f", "markdown", "--lang", "en").stdout


def test_annotations_bring_the_step_summary(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where GitHub names a file for the step summary, the Markdown report is added to what it holds."""
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    done = invoke("report", str(run), "-f", "github")
    assert done.stdout.startswith("::warning ")
    assert summary.read_text() == "before\n" + REPORT_RENDERERS["markdown"].render(reports.veld_story(), Style())


def test_what_is_no_run_is_told(tmp_path: Path) -> None:
    """A file that holds no report is refused with what to name instead."""
    wrong = tmp_path / "notes.json"
    wrong.write_text("[]")
    done = invoke("report", str(wrong))
    assert done.exit_code == NOTHING
    assert "no report" in done.stderr


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        (["direct"], MATCHED),
        (["failures"], DONE),
        (["failures", "possible"], MATCHED),
        (["nonsense"], USAGE),
        (["new-dispute"], USAGE),
    ],
)
def test_rules_choose_the_exit_code(run: Path, rules: list[str], code: int) -> None:
    """A rule that holds ends with 1; one that is unknown, or lacks its baseline, is a usage error that says so."""
    done = invoke("report", str(run), *[word for rule in rules for word in ("--fail-on", rule)])
    assert done.exit_code == code
    if code == MATCHED:
        assert f"--fail-on {rules[-1]}: " in done.stderr


def test_a_new_dispute_needs_an_earlier_run(run: Path, empty: Path) -> None:
    """Compared with a run without it the dispute is new, compared with its own run it is not."""
    assert invoke("report", str(run), "--fail-on", "new-dispute", "--baseline", str(empty)).exit_code == MATCHED
    assert invoke("report", str(run), "--fail-on", "new-dispute", "--baseline", str(run)).exit_code == DONE


def test_diff_says_what_moved_and_only_that(run: Path, empty: Path) -> None:
    """The same run twice moved nothing; from an empty one the dispute is new, and a rule can fail on it."""
    same = invoke("diff", str(run), str(run))
    assert same.exit_code == DONE
    assert same.stdout.startswith("# Nothing moved since ")
    grown = invoke("diff", str(empty), str(run), "--fail-on", "new-dispute")
    assert grown.exit_code == MATCHED
    assert "`+` **new** Contacts between Nora Veld and Adan Kort" in grown.stdout


def test_diff_takes_only_its_own_rules(run: Path) -> None:
    """A rule of a single report is a usage error of `diff`."""
    assert invoke("diff", str(run), str(run), "--fail-on", "direct").exit_code == USAGE
