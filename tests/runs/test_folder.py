"""The run folder: what is in it, that it is known as killed, and that the same run goes on in it."""

from __future__ import annotations

import datetime as dt
import json
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from factcheck.errors import InputError, SettingsError
from factcheck.findings import Report
from factcheck.reporting.base import Style
from factcheck.reporting.registry import REPORT_RENDERERS
from factcheck.runs import read_report
from factcheck.runs.folder import RunFolder, begin
from factcheck.runs.manifest import read_manifest
from tests.support import reports


@pytest.fixture
def report() -> Report:
    """A report with claims, pairs and a dispute."""
    return reports.veld_story()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Where run folders go; not there yet."""
    return tmp_path / "runs"


def open_folder(root: Path, report: Report, name: str = "Veld story") -> RunFolder:
    """The folder of a run that will give `report`."""
    return begin(root, name, report.articles, report.run, ["check", "veld/"], root.parent)


def status(folder: RunFolder) -> str:
    """What the manifest on the disk says."""
    manifest = read_manifest(folder.path)
    assert manifest is not None
    return manifest.status


def test_a_finished_run_holds_everything_that_is_promised(root: Path, report: Report) -> None:
    """Manifest, articles, claims, pairs, failures and the report in each form that has a renderer."""
    with open_folder(root, report) as folder:
        assert status(folder) == "running"
        folder.finish(report)
    lines = {
        path.stem: [json.loads(line) for line in path.read_text().splitlines()] for path in folder.path.glob("*.jsonl")
    }
    assert [article["id"] for article in lines["articles"]] == [article.id for article in report.articles]
    assert [claim["id"] for claim in lines["claims"]] == list(report.claims())
    assert len(lines["pairs"]) == len(report.judgements)
    assert lines["failures"] == []
    assert (folder.path / "report.json").read_text() == REPORT_RENDERERS["json"].render(report, Style())
    assert (folder.path / "report.html").exists() == ("html" in REPORT_RENDERERS)
    manifest = read_manifest(folder.path)
    assert manifest is not None
    assert (manifest.status, manifest.command, manifest.sessions) == ("complete", ("check", "veld/"), 1)
    assert manifest.run == report.run
    assert {file.article for file in manifest.inputs} == {article.id for article in report.articles}


def test_everything_in_it_is_the_users_alone(root: Path, report: Report) -> None:
    """Folders 700, files 600: the articles are in there in full."""
    with open_folder(root, report) as folder:
        folder.finish(report)
    for path in (root, *root.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_the_name_is_the_time_and_the_story(root: Path, report: Report) -> None:
    """UTC to the second, then the slug; a second run in the same second gets a number."""
    with open_folder(root, report) as first, open_folder(root, report) as second:
        pass
    stamp, _, name = first.path.name.partition("-")
    assert abs(dt.datetime.strptime(stamp + "+0000", "%Y%m%dT%H%M%SZ%z") - dt.datetime.now(dt.UTC)).seconds < 60
    assert name == "veld-story"
    assert second.path != first.path


def test_a_living_run_is_not_continued_but_a_dead_one_is(root: Path, report: Report) -> None:
    """While the first is open a second one gets a folder of its own; once it is gone without an end, its folder."""
    first = open_folder(root, report)
    with open_folder(root, report) as beside:
        beside.finish(report)
    assert beside.path != first.path
    first._lock.close()  # as the system does it when a process dies
    with open_folder(root, report) as again:
        assert (again.path, again.continued) == (first.path, True)
        again.finish(report)
    with open_folder(root, report) as new:
        assert not new.continued
    assert new.path not in (first.path, beside.path)


def test_only_the_same_question_is_continued(root: Path, report: Report) -> None:
    """Another model, or another article, is another run."""
    open_folder(root, report)._lock.close()
    other = report.model_copy(update={"run": report.run.model_copy(update={"model": "other"})})
    fewer = report.model_copy(update={"articles": report.articles[1:]})
    for changed in (other, fewer):
        with open_folder(root, changed) as folder:
            assert not folder.continued


def test_a_killed_process_leaves_a_run_that_can_be_continued(root: Path, report: Report) -> None:
    """kill -9 with the folder open: the manifest says running, the lock is gone with its holder."""
    code = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from tests.runs.test_folder import open_folder\n"
        "from tests.support import reports\n"
        "folder = open_folder(Path(sys.argv[1]), reports.veld_story())\n"
        "print(folder.path, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    died = subprocess.run([sys.executable, "-c", code, str(root)], capture_output=True, text=True, check=False)
    assert died.returncode == -signal.SIGKILL
    with open_folder(root, report) as folder:
        assert str(folder.path) == died.stdout.strip()
        assert folder.continued


def test_what_ends_a_run_is_in_its_manifest(root: Path, report: Report) -> None:
    """An error makes it failed, with the error's name; an interrupt leaves it to be continued."""
    with pytest.raises(SettingsError), open_folder(root, report) as failed:
        raise SettingsError("no")
    manifest = read_manifest(failed.path)
    assert manifest is not None
    assert (manifest.status, manifest.error) == ("failed", "SettingsError")
    with pytest.raises(KeyboardInterrupt), open_folder(root, report) as stopped:
        raise KeyboardInterrupt
    assert status(stopped) == "running"


def test_a_place_that_cannot_be_written_is_told_before_anything_is_spent(tmp_path: Path, report: Report) -> None:
    """The error names the place and both ways out."""
    blocked = tmp_path / "file"
    blocked.write_text("x")
    for root in (blocked, blocked / "below"):
        with pytest.raises(SettingsError, match=r"--run-dir DIR\), or keep none \(--no-run\)"):
            open_folder(root, report)


def test_a_report_comes_back_from_folder_and_file(root: Path, report: Report, tmp_path: Path) -> None:
    """The folder, its report.json and a file that -o wrote give the same report."""
    with open_folder(root, report) as folder:
        folder.finish(report)
    saved = tmp_path / "mine.json"
    saved.write_text(REPORT_RENDERERS["json"].render(report, Style()))
    assert read_report(folder.path) == read_report(folder.path / "report.json") == read_report(saved) == report


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "not JSON"),
        ("[]", "no report of this version"),
        ('{"schema_version": 99}', "another version"),
        ('{"schema_version": 1}', "check the articles again"),
    ],
)
def test_what_is_no_report_is_refused_with_the_remedy(tmp_path: Path, content: str, words: str) -> None:
    """Broken, foreign and older files each say what to do."""
    file = tmp_path / "report.json"
    file.write_text(content)
    with pytest.raises(InputError, match=words):
        read_report(file)


def test_a_folder_without_a_report_says_why(root: Path, report: Report, tmp_path: Path) -> None:
    """Running, failed, no run folder at all, and not there."""
    with open_folder(root, report) as folder, pytest.raises(InputError, match="still going, or was killed"):
        read_report(folder.path)
    with pytest.raises(InputError, match="is no run folder"):
        read_report(tmp_path)
    with pytest.raises(InputError, match="does not exist"):
        read_report(tmp_path / "nowhere")


def test_a_run_folder_is_named_by_nobody_else(root: Path, report: Report) -> None:
    """The files beside the run folders keep them out of the next run's articles and out of commits."""
    with open_folder(root, report):
        pass
    assert "*" in (root / ".factcheckignore").read_text().split()
    assert "*" in (root / ".gitignore").read_text().split()
