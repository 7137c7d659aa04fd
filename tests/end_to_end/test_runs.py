"""What a check leaves on the disk, over real sockets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from factcheck.cli.app import app
from factcheck.runs import read_report
from tests.support.eastley_fire import reader, write_articles
from tests.support.llm_server import Reply, error, llm_server

pytestmark = pytest.mark.usefixtures("alone")


@pytest.fixture
def story(tmp_path: Path) -> Path:
    """Three articles on one fire, in a folder whose name no file system likes."""
    return write_articles(tmp_path / "Eastley: harbour fire?")


def check(story: Path | str, url: str, *more: str) -> Result:
    """`factcheck check` in this process."""
    return CliRunner().invoke(app, ["check", str(story), "-f", "json", "--base-url", url, "-m", "m", *more])


def folders(root: Path) -> list[Path]:
    """The run folders below `root`."""
    return sorted(path for path in root.glob("*") if path.is_dir())


def test_a_check_leaves_its_report_and_says_where(story: Path, tmp_path: Path) -> None:
    """What stdout got is in the folder, whose name is told on stderr; a second run has a folder of its own."""
    with llm_server(reader) as server:
        done = check(story, server.url)
        check(story, server.url)
    first, _ = folders(tmp_path / "runs")
    assert first.name.endswith("Z-eastley-harbour-fire")
    assert f"run: runs/{first.name}" in done.stderr
    assert (first / "report.json").read_text() == done.stdout
    assert read_report(first).summary.disputes == 1


def test_the_place_can_be_chosen_and_the_folder_declined(
    story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A flag, a variable, and both ways to have none."""
    with llm_server(reader) as server:
        check(story, server.url, "--run-dir", "elsewhere")
        monkeypatch.setenv("FACTCHECK_RUN_DIR", str(tmp_path / "third"))
        check(story, server.url)
        monkeypatch.setenv("FACTCHECK_RUN", "false")
        declined = check(story, server.url)
        monkeypatch.delenv("FACTCHECK_RUN")
        check(story, server.url, "--no-run")
    assert len(folders(tmp_path / "elsewhere")) == len(folders(tmp_path / "third")) == 1
    assert not (tmp_path / "runs").exists()
    assert "run: " not in declined.stderr


def test_run_folders_among_the_articles_are_no_articles(story: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`factcheck check .`, twice: the second run reads what the first one read, and names what it left out once."""
    monkeypatch.chdir(story)
    with llm_server(reader) as server:
        check(".", server.url)
        again = json.loads(check(".", server.url).stdout)
    assert again["summary"]["articles"] == 3
    assert [refused["path"] for refused in again["skipped"]] == ["runs"]


def test_a_run_that_cannot_go_on_says_so_in_its_manifest(story: Path, tmp_path: Path) -> None:
    """A refused key: exit code 5, a manifest that names the error, no report."""
    with llm_server([error(401, "bad key")]) as server:
        assert check(story, server.url).exit_code == 5
    (folder,) = folders(tmp_path / "runs")
    manifest = json.loads((folder / "manifest.json").read_text())
    assert (manifest["status"], manifest["error"]) == ("failed", "EndpointError")
    assert not (folder / "report.json").exists()


def test_a_folder_that_cannot_be_written_costs_nothing(story: Path, tmp_path: Path) -> None:
    """The error comes before the first request and names both ways out."""
    (tmp_path / "runs").write_text("a file")
    with llm_server([Reply(500)]) as server:
        done = check(story, server.url)
    assert (done.exit_code, server.count) == (2, 0)
    assert "--no-run" in done.stderr


def test_a_disk_that_fills_up_at_the_end_costs_the_folder_only(story: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The report reaches stdout, and stderr says that the folder is not complete."""

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("factcheck.runs.folder.RunFolder.finish", full)
    with llm_server(reader) as server:
        done = check(story, server.url)
    assert done.exit_code == 0
    assert json.loads(done.stdout)["summary"]["disputes"] == 1
    assert "is not complete: No space left on device" in done.stderr


def test_a_login_in_an_address_is_not_written_down(story: Path, tmp_path: Path) -> None:
    """User name and password of a base URL are in no file that the run leaves."""
    with llm_server(reader) as server:
        check(story, server.url.replace("://", "://user:canary-word@"))
    files = [path for path in (tmp_path / "runs").rglob("*") if path.is_file()]
    assert len(files) > 5
    assert [path for path in files if b"canary-word" in path.read_bytes()] == []


def traces(root: Path) -> list[dict[str, object]]:
    """The lines of requests.jsonl of the one run below `root`."""
    (folder,) = folders(root)
    return [json.loads(line) for line in (folder / "requests.jsonl").read_text().splitlines()]


def test_every_request_leaves_a_line_without_a_word_of_the_articles(story: Path, tmp_path: Path) -> None:
    """Times, tokens, attempts, status, mode and end of each; with a retry counted and no article text."""
    faults = iter([error(503)])

    def stumbles(body: dict[str, object]) -> Reply:
        return next(faults, None) or reader(body)

    with llm_server(stumbles) as server:
        done = check(story, server.url, "-v", "--concurrency", "1")
    lines = traces(tmp_path / "runs")
    assert [line["answer"] for line in lines] == ["WireExtraction"] * 3 + ["WireJudgements", "WireConfirmations"]
    assert [line["attempts"] for line in lines] == [2, 1, 1, 1, 1]
    expected = {"model": "m", "mode": "json_schema", "status": 200, "end": "answered", "cached_tokens": 0}
    expected |= {"prompt_tokens": 4000, "completion_tokens": 50, "tokens_measured": True}
    for line in lines:
        assert expected.items() <= line.items()
        assert str(line["at"]).endswith("+00:00")
    assert "request: Extraction answered in" in done.stderr
    (file,) = (tmp_path / "runs").rglob("requests.jsonl")
    for told in (done.stderr, file.read_text()):
        assert "Eastley harbour fire on" not in told


def test_a_request_that_fails_says_as_what(story: Path, tmp_path: Path) -> None:
    """A refusal of one article has its class and status, and no tokens."""

    def refuses_radio(body: dict[str, object]) -> Reply:
        return error(400, "content policy") if "our reporter" in json.dumps(body) else reader(body)

    with llm_server(refuses_radio) as server:
        check(story, server.url)
    (refused,) = [line for line in traces(tmp_path / "runs") if line["end"] != "answered"]
    assert (refused["end"], refused["status"], refused["prompt_tokens"]) == ("ModelRefused", 400, None)
