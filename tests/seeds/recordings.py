"""The seed stories as they were recorded."""

from __future__ import annotations

from pathlib import Path

from factcheck import api
from factcheck.findings import Report
from factcheck.settings import Settings
from tests.seeds.labels import SEEDS, stories

DEMO = SEEDS.parent / "cassettes" / "demo"
STORIES = [folder.name for folder in stories()]


def tape(story: str) -> Path:
    """The cassette of a story."""
    return DEMO / f"{story}.yaml"


def replay(story: str, folder: Path | None = None) -> Report:
    """The report of a story from its recording; of another folder as if it were the story's."""
    return api.check(api.read([folder or SEEDS / story]), Settings(cassette=tape(story)))
