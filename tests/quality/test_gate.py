"""The quality gate: what the recordings reach against the labels; a floor is never lowered silently."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from factcheck import api
from factcheck.settings import Settings
from tests.quality.measuring import Scores, measure
from tests.seeds.labels import SEEDS, load

FLOORS = Path(__file__).with_name("floors.json")
"""Story -> the scores that its recording reached when it was made."""
STORIES = sorted(path.parent.name for path in SEEDS.glob("*/labels.json"))


@pytest.mark.parametrize("story", STORIES)
def test_scores_do_not_fall(story: str) -> None:
    """Each score is at least its floor, of the same number of labels; false alarms and used teasers at most."""
    tape = SEEDS.parent / "cassettes" / "demo" / f"{story}.yaml"
    found = measure(api.check(api.read([SEEDS / story]), Settings(cassette=tape)), load(SEEDS / story))
    floor = Scores.model_validate(json.loads(FLOORS.read_text(encoding="utf-8"))[story])
    for name in ("key_claims", "speakers", "origins", "publishers", "contradictions", "supports"):
        reached, wanted = getattr(found, name), getattr(floor, name)
        assert reached[0] >= wanted[0], f"{name}: {reached} is below the floor {wanted}"
        assert reached[1] == wanted[1], f"{name}: the labels changed, so measure and set the floor anew"
    assert found.cried_wolf <= floor.cried_wolf
    assert found.outside_used == floor.outside_used == 0
