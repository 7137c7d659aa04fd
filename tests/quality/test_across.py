"""The thin net between stories, measured on labelled stories that were parted in two."""

from __future__ import annotations

import pytest

from tests.quality.pairs.across import cast
from tests.quality.pairs.labelled import LabelledStory, load
from tests.quality.pairs.record import TAPE, recorded


@pytest.fixture(scope="module")
def stories() -> tuple[LabelledStory, ...]:
    """All labelled stories."""
    return load()


def test_what_belongs_together_is_found_again(stories: tuple[LabelledStory, ...]) -> None:
    """Floors of the recall: in one language, in five, and in five with gists and among events of the same kind."""
    assert cast(stories, {}, language="en").recall >= 0.95
    assert cast(stories, {}).recall >= 0.71
    assert cast(stories, recorded(TAPE), siblings=True).recall >= 0.91


def test_stories_that_have_nothing_to_do_with_each_other_cost_next_to_nothing(
    stories: tuple[LabelledStory, ...],
) -> None:
    """No pair is asked about between events of different kinds, and fewer than two a claim between those of one."""
    assert cast(stories, recorded(TAPE)).strangers == 0
    alike = cast(stories, recorded(TAPE), siblings=True)
    assert alike.strangers < 2 * alike.claims
