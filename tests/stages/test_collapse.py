"""Which claims are one without a judge, and which are never."""

from __future__ import annotations

from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.stages.blocking.collapse import Collapsed, collapse
from factcheck.stages.blocking.rules import NEAR_IDENTICAL_TEXT, SAME_SENTENCE
from tests.stages.scene import Scene

LONG = "The port authority of Tarnmouth said on Friday that 38 ferry crossings to Eastley had been cancelled"


def collapsed(scene: Scene) -> Collapsed:
    """The claims of a scene."""
    return collapse(scene.claims().values(), {article.id: article.language for article in scene.articles()})


def two(first: str, second: str, quotes: tuple[str | None, str | None] = (None, None)) -> Collapsed:
    """Two claims of two outlets."""
    scene = Scene()
    for name, text, quote in (("Alpha", first, quotes[0]), ("Beta", second, quotes[1])):
        scene.claim(scene.article(f"{name}.txt", name), text, quote)
    return collapsed(scene)


def test_nine_tenths_of_the_words_are_enough() -> None:
    """A claim that differs in one little word of twenty is judged with the other one, and the rule is told."""
    found = two(f"{LONG}.", LONG.replace("Friday that", "Friday"))
    assert [judgement.rule for judgement in found.identical] == [NEAR_IDENTICAL_TEXT]
    assert len(found.groups) == 1


@pytest.mark.parametrize(
    ("was", "becomes"),
    [("38", "41"), ("had been", "had not been"), ("Eastley", "Norhaven"), ("38 ferry", "about 38 ferry")],
)
def test_a_changed_figure_negation_or_name_is_judged(was: str, becomes: str) -> None:
    """One word may be the whole conflict."""
    assert two(LONG, LONG.replace(was, becomes)).identical == ()


def test_one_copied_sentence_gives_the_same_claim_in_another_order() -> None:
    """Of one sentence, the same words in another order are the same claim; of two sentences they are judged."""
    first = "More than 900 tonnes of fish were lost in Tarnmouth when the roof came down."
    second = "When the roof came down in Tarnmouth, more than 900 tonnes of fish were lost."
    copied = "More than 900 tonnes of fish were lost when the roof came down, Tarnmouth says."
    assert [j.rule for j in two(first, second, (copied, copied)).identical] == [SAME_SENTENCE]
    assert two(first, second).identical == ()


def test_small_differences_do_not_add_up() -> None:
    """Three claims of which the outer two differ too much do not meet in one group over the middle one."""
    words = [f"word{letter}" for letter in "abcdefghijklmnopqrst"]
    scene = Scene()
    for cut in (0, 2, 4):
        scene.said(f"Outlet {cut}", " ".join(words[cut:]))
    assert len(collapsed(scene).groups) == 2


WORDS = st.lists(st.sampled_from(["rain", "fell", "in", "Genoa", "not", "12", "on", "the", "old", "port"]), max_size=14)


@given(st.lists(WORDS, max_size=8))
def test_every_claim_is_in_one_group_and_every_two_of_a_group_are_judged(texts: list[list[str]]) -> None:
    """Groups part the claims, and the judgements are exactly the pairs inside them."""
    scene = Scene()
    for number, text in enumerate(texts):
        scene.said(f"Outlet {number}", " ".join(text))
    found = collapsed(scene)
    members = [claim.id for group in found.groups for claim in group]
    assert sorted(members) == sorted(scene.claims())
    inside = {tuple(sorted((a.id, b.id))) for group in found.groups for a, b in combinations(group, 2)}
    assert [judgement.key for judgement in found.identical] == sorted(inside)


def test_claims_that_are_alike_in_a_chain_are_grouped_the_same_in_every_order() -> None:
    """Of three claims of which the ends differ by a fifth, the same two are one, whatever the order of arrival."""
    scene = Scene()
    words = "the crossings were cancelled because strong winds closed the old harbour"
    for name, text in (("Alpha", words), ("Beta", f"{words} early"), ("Gamma", f"{words} early again")):
        scene.claim(scene.article(f"{name}.txt", name), text)
    languages = {article.id: article.language for article in scene.articles()}
    found = {str(collapse(order, languages)) for order in permutations(scene.claims().values())}
    assert len(found) == 1
    assert sorted(len(group) for group in collapsed(scene).groups) == [1, 2]
