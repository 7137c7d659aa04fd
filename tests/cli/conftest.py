"""A clean environment, a story, and runs whose end is given."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from factcheck import api
from factcheck.engine.base import Stop
from factcheck.findings import Report
from factcheck.ingestion.parsing import DEFAULT_OPTIONS, ReadOptions
from factcheck.llm.traces import Listener
from factcheck.pipeline import Input, Progress
from factcheck.settings import Settings
from tests.cli.invoking import Give
from tests.support import reports
from tests.support.environment import without_settings
from tests.support.extractions import extraction_of


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for variable in os.environ.keys() - without_settings().keys():
        monkeypatch.delenv(variable)
    for variable in ("NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "no-config"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def story(tmp_path: Path) -> Path:
    """A folder with one file."""
    folder = tmp_path / "story"
    folder.mkdir()
    (folder / "a.txt").write_text("text")
    return folder


@pytest.fixture
def give(monkeypatch: pytest.MonkeyPatch) -> Give:
    """Lets a run end with the given report or error, a model being within reach."""
    monkeypatch.setenv("OPENAI_API_KEY", "canary")

    def set_outcome(outcome: Report | BaseException) -> None:
        def read(paths: Sequence[Path], options: ReadOptions) -> Input:
            assert paths
            assert options == DEFAULT_OPTIONS
            return Input(articles=reports.veld_story().articles)

        def run(given: Input, chosen: Settings, progress: Progress | None, listener: Listener, stop: Stop) -> Report:
            assert given.articles
            assert chosen.model.api_key is not None
            assert progress is not None
            assert callable(listener)
            assert not stop.requested
            progress.note("next: 5 requests")
            progress.stage("extraction", 1, 0)
            progress.advance("extraction")
            if isinstance(outcome, BaseException):
                raise outcome
            return outcome

        monkeypatch.setattr(api, "read", read)
        monkeypatch.setattr(api, "open_run", lambda *_: None)
        monkeypatch.setattr(api, "check", run)
        monkeypatch.setattr(api, "extract", lambda *args: extraction_of(run(*args)))

    return set_outcome
