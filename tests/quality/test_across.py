"""The thin net between stories, measured on labelled stories that were parted in two."""

from __future__ import annotations

import pytest

from tests.quality.pairs.across import cast, others
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


def test_among_many_claims_of_other_stories_as_much_is_found(stories: tuple[LabelledStory, ...]) -> None:
    """From 2,000 claims on another score holds as much, in about as many pairs, hardly any of them with strangers."""
    crowd = others(3_000)
    assert cast(stories, {}, language="en", among=crowd).recall >= 0.95
    alone, amid = cast(stories, {}), cast(stories, {}, among=crowd)
    assert amid.recall >= 0.74
    assert amid.pairs < 1.2 * alone.pairs
    assert amid.strangers < 0.005 * amid.pairs
    assert cast(stories, recorded(TAPE), siblings=True, among=crowd).recall >= 0.92
