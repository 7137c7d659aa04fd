"""The quality gate: what the recordings reach against the labels; a floor is never lowered silently."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from factcheck.findings import Report
from tests.quality.measuring import Scores, measure, sums
from tests.seeds.labels import SEEDS, load
from tests.seeds.recordings import STORIES, replay

FLOORS = Path(__file__).with_name("floors.json")
"""Story -> the scores that its recording reached when it was made."""


@pytest.fixture(scope="module")
def reports() -> dict[str, Report]:
    """The report of each story, from its recording."""
    return {story: replay(story) for story in STORIES}


@pytest.mark.parametrize("story", STORIES)
def test_scores_do_not_fall(story: str, reports: dict[str, Report]) -> None:
    """Each score is at least its floor, of the same number of labels; false alarms and used teasers at most."""
    found = measure(reports[story], load(SEEDS / story))
    floor = Scores.model_validate(json.loads(FLOORS.read_text(encoding="utf-8"))[story])
    for name in ("key_claims", "speakers", "origins", "publishers", "contradictions", "supports"):
        reached, wanted = getattr(found, name), getattr(floor, name)
        assert reached[0] >= wanted[0], f"{name}: {reached} is below the floor {wanted}"
        assert reached[1] == wanted[1], f"{name}: the labels changed, so measure and set the floor anew"
    assert found.cried_wolf <= floor.cried_wolf
    assert found.outside_used == floor.outside_used == 0


def test_readme_tells_what_the_recordings_reach(reports: dict[str, Report]) -> None:
    """The sums over all stories stand in README as they are."""
    readme = " ".join((SEEDS.parent / "README.md").read_text(encoding="utf-8").split())
    found = sums(reports)
    assert f"{found.labelled[0]} of {found.labelled[1]} labelled contradictions were found" in readme
    assert f"{found.core.pairs[0]:,} of {found.core.pairs[1]:,} pairs" in readme
    assert f"{found.core.contradictions[0]} of their {found.core.contradictions[1]} contradictions" in readme
    assert found.cried_wolf == 0, "README says that none was"
