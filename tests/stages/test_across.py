"""The thin net between stories: only what is much alike, never inside a story."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from factcheck.models import Claim
from factcheck.stages.blocking.across import SCORE, pairs_across
from tests.stages.scene import Scene

TEXTS = st.sampled_from(
    [
        "The ferry Aurora Star sank off Marlund on 14 April 2024.",
        "The Aurora Star, a ferry, sank near Marlund.",
        "The mayor of Genoa resigned over the bridge.",
        "Nobody was hurt.",
    ]
)


def claims_of(*texts: str) -> list[Claim]:
    """One claim per text, each of an outlet of its own."""
    scene = Scene()
    for number, text in enumerate(texts):
        scene.said(f"Outlet {number}", text)
    return list(scene.claims().values())


def test_claims_of_two_stories_that_are_much_alike_are_paired() -> None:
    """The same event in two stories is found; what only shares a word, or a story, is not."""
    ferry, other_words, bridge = claims_of(
        "The ferry Aurora Star sank off Marlund on 14 April 2024.",
        "The Aurora Star, a ferry, sank near Marlund.",
        "The bridge near Genoa fell.",
    )
    (found,) = pairs_across({"ferry": [ferry, bridge], "sea": [other_words]}, {})
    assert found.key == (ferry.id, other_words.id)
    assert found.rules == ("nearest_across_stories",)
    assert found.score is not None
    assert found.score >= SCORE
    assert pairs_across({"one": [ferry, other_words, bridge]}, {}) == ()


def test_a_claim_has_at_most_five_of_its_own_choice() -> None:
    """Of thirty copies in other stories each claim chooses five."""
    claims = claims_of(*["The ferry Aurora Star sank off Marlund."] * 30)
    found = pairs_across({str(number): [claim] for number, claim in enumerate(claims)}, {})
    assert len(found) <= 5 * 30


def test_ungrounded_claims_and_empty_stories_give_nothing() -> None:
    """What its evidence does not hold is paired with nothing, and no claims give no pairs."""
    assert pairs_across({}, {}) == pairs_across({"a": [], "b": []}, {}) == ()
    one, other = claims_of("The ferry Aurora Star sank.", "The ferry Aurora Star sank.")
    doubtful = other.model_copy(update={"ungrounded": ("Aurora",)})
    assert pairs_across({"a": [one], "b": [doubtful]}, {}) == ()


@settings(max_examples=15)
@given(st.lists(st.lists(TEXTS, max_size=4), max_size=4), st.randoms(use_true_random=False))
def test_pairs_across_do_not_depend_on_order(stories: list[list[str]], chance: random.Random) -> None:
    """Lower id left, each once, never within a story, whatever the order of stories and claims."""
    claims = claims_of(*[text for story in stories for text in story])
    homes, at = dict[str, list[Claim]](), 0
    for number, story in enumerate(stories):
        homes[str(number)] = claims[at : at + len(story)]
        at += len(story)
    found = pairs_across(homes, {})
    keys = [pair.key for pair in found]
    assert keys == sorted(set(keys))
    where = {claim.id: name for name, told in homes.items() for claim in told}
    assert all(left < right and where[left] != where[right] for left, right in keys)
    shuffled = [(name, list(told)) for name, told in homes.items()]
    chance.shuffle(shuffled)
    for _, told in shuffled:
        chance.shuffle(told)
    assert pairs_across(dict(shuffled), {}) == found
