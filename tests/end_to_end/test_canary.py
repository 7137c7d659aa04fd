"""No secret reaches a file: whole runs with a key that every file is then searched for."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from factcheck.cli.app import app
from factcheck.llm.retries import without_waits
from tests.architecture.source import ROOT
from tests.end_to_end.test_faults import ARTICLES, reader
from tests.llm.asking import CANARY
from tests.support.llm_server import LlmServer, Reply, error, llm_server

LOGIN = "canary-login-6c1f"
ECHOED = "org-canary4711"
"""What a vendor's error may say beside the key."""
REPORTS = ("report.md", "report.json", "report.html", "report.csv", "report.jsonl", "report.xml")


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing of this machine's, and a key; no waiting."""
    for name in [name for name in os.environ if name.startswith(("FACTCHECK_", "OPENAI_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("OPENAI_API_KEY", CANARY)
    monkeypatch.setenv("FACTCHECK_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    with without_waits():
        yield


@pytest.fixture
def story(tmp_path: Path) -> Path:
    """Three articles on one fire."""
    folder = tmp_path / "story"
    folder.mkdir()
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def leaks(folder: Path, *secrets: str) -> list[str]:
    """Files below `folder` that hold one of the secrets, whole or in part."""
    parts = [secret.encode() for secret in secrets]
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    return [str(path.relative_to(folder)) for path in files if any(part in path.read_bytes() for part in parts)]


def run(story: Path, server: LlmServer, login: bool, *more: str) -> str:
    """All that a verbose check says and shows; its address may carry a login, which then goes instead of the key."""
    address = server.url.replace("://", f"://user:{LOGIN}@") if login else server.url
    done = CliRunner().invoke(app, ["check", str(story), "-v", "--base-url", address, "-m", "m", *more])
    return done.stdout + done.stderr


def echoes(body: dict[str, object]) -> Reply:
    """A server that says the key back in every third answer, as an error."""
    echoes.count += 1  # type: ignore[attr-defined]
    if echoes.count % 3 == 0:  # type: ignore[attr-defined]
        return error(400, f"Incorrect API key provided: {CANARY} of {ECHOED}")
    return reader(body)


echoes.count = 0  # type: ignore[attr-defined]


@pytest.mark.parametrize("login", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["key", "login"])
@pytest.mark.parametrize("recording", [False, True], ids=["cache", "cassette"])
def test_no_file_of_a_run_holds_a_secret(story: Path, tmp_path: Path, recording: bool, login: bool) -> None:
    """Cache, cassette, run folder with traces, reports in every form, stderr; with errors that say the key back."""
    outputs = [part for name in REPORTS for part in ("-o", str(tmp_path / name))] if not recording else []
    tape = ["--cassette", str(tmp_path / "tape.yaml")] if recording else []
    with llm_server(echoes) as server:
        said = run(story, server, login, *_known(outputs), *tape)
        assert all((CANARY in headers["authorization"]) != login for headers in server.headers)
    files = [path.name for path in tmp_path.rglob("*") if path.is_file()]
    assert {"manifest.json", "requests.jsonl", "report.json"} <= set(files)
    assert ("tape.yaml" in files) == recording
    assert ("cache.db" in files) != recording
    assert leaks(tmp_path, CANARY, CANARY[-12:], LOGIN) == []
    assert CANARY[-12:] not in said
    assert LOGIN not in said


def _known(outputs: list[str]) -> list[str]:
    """Those of the files whose format there is."""
    from factcheck.reporting.registry import REPORT_RENDERERS

    suffixes = {suffix for renderer in REPORT_RENDERERS.values() for suffix in renderer.suffixes}
    pairs = zip(outputs[::2], outputs[1::2], strict=True)
    return [part for flag, path in pairs if Path(path).suffix in suffixes for part in (flag, path)]


@pytest.mark.slow
def test_no_file_that_the_suite_writes_holds_the_canary(tmp_path: Path) -> None:
    """The tests that use the key leave it in none of their own files either."""
    rooms = ["tests/llm", "tests/runs", "tests/end_to_end/test_runs.py", "tests/end_to_end/test_faults.py"]
    base = tmp_path / "base"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--basetemp={base}", *rooms]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
    assert len(list(base.rglob("*"))) > 100
    assert leaks(base, CANARY, CANARY[-12:]) == []
