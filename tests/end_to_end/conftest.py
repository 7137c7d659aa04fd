"""A machine of its own for runs from the command line, and a story for them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from factcheck.llm.retries import without_waits
from tests.support.canary_watch import SUITE_KEY
from tests.support.eastley_fire import write_articles
from tests.support.environment import without_settings


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No key, no settings and no cache of the machine; no waiting."""
    for name in os.environ.keys() - without_settings().keys():
        monkeypatch.delenv(name)
    monkeypatch.setenv("FACTCHECK_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    with without_waits():
        yield


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key in the environment, which must reach no file."""
    monkeypatch.setenv("OPENAI_API_KEY", SUITE_KEY)


@pytest.fixture
def story(tmp_path: Path) -> Path:
    """Three articles on one fire."""
    return write_articles(tmp_path / "story")
