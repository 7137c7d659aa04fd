"""Which stories claims make one: what is enough, what is not, and that nothing depends on the order."""

from __future__ import annotations

import datetime as dt
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from factcheck.batch.joining import FACTS, FACTS_SHOWN, Link, Shared, Weighed, linked, together

DAY = dt.date(2026, 3, 2)


def part(story: str, facts: int = 4, day: dt.date | None = DAY) -> Weighed:
    """A part of one article, which goes by the name of its story."""
    return Weighed(story, frozenset({f"article of {story}"}), facts, day, day)


def meeting(one: int, other: int, *facts: tuple[str, str], agreed: bool = True) -> list[Shared]:
    """These facts of two parts, which are about the same."""
    who = frozenset({f"a{one}"}), frozenset({f"a{other}"})
    return [Shared((one, other), pair, who, f"{pair[0]} is so", agreed) for pair in facts]


def many(one: int, other: int, number: int) -> list[Shared]:
    """So many facts that two parts have in common."""
    return meeting(one, other, *((f"f{n}", f"g{n}") for n in range(number)))


def stories(parts: list[Weighed], shared: list[Shared]) -> set[frozenset[str]]:
    """Pairs of stories that are linked, by the articles that their links rest on."""
    return {frozenset(id_ for side in link.sides for id_ in side) for link in linked(parts, shared)}


def test_two_facts_that_are_a_good_part_of_the_smaller_story_make_one() -> None:
    """A contradiction is about the same fact, and so counts like an agreement; the link names articles and facts."""
    both = meeting(0, 1, ("toll", "deaths")) + meeting(0, 1, ("ships", "boats"), agreed=False)
    (link,) = linked([part("a", 40), part("b", 5)], both)
    assert link == Link(sides=(("a0",), ("a1",)), facts=("toll is so", "ships is so"))


def test_one_fact_makes_none_however_often_it_is_told() -> None:
    """A fact that meets several of the other side is one fact, and a march tells of one verdict."""
    assert linked([part("a", 2), part("b", 2)], many(0, 1, FACTS - 1)) == ()
    assert linked([part("a", 2), part("b", 2)], meeting(0, 1, *(("verdict", f"g{n}") for n in range(9)))) == ()


def test_a_small_share_makes_none() -> None:
    """Two long stories that meet in two facts of twenty are two."""
    assert linked([part("a", 20), part("b", 20)], many(0, 1, 2)) == ()


def test_what_lies_far_apart_in_time_is_no_event_of_one_story() -> None:
    """The same facts two months later are background; without a date nobody knows, and the facts decide."""
    later = DAY + dt.timedelta(days=60)
    assert stories([part("a"), part("b")], many(0, 1, 2))
    assert not stories([part("a"), part("b", day=later)], many(0, 1, 2))
    assert stories([part("a"), part("b", day=None)], many(0, 1, 2))


def test_a_story_that_meets_two_does_not_make_them_one() -> None:
    """A roundup has something of both, and goes to the one with which it has more in common."""
    parts = [part("left", 6), part("roundup", 6), part("right", 6)]
    assert stories(parts, many(0, 1, 3) + many(1, 2, 2)) == {frozenset({"a0", "a1"})}


def test_a_story_that_was_joined_counts_as_its_parts() -> None:
    """Once the roundup is in the left story, the right one has no more in common with that than before."""
    parts = [part("left", 6), part("left", 6), part("right", 6)]
    assert stories(parts, many(0, 1, 3) + many(1, 2, 2)) == set()
    assert stories(parts, many(0, 2, 3) + many(1, 2, 3)) == {frozenset({"a0", "a2"}), frozenset({"a1", "a2"})}


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), max_size=8),
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(0, 3), st.integers(0, 3)), max_size=40),
    st.integers(0, 9),
)
@settings(max_examples=60, deadline=None)
def test_links_are_between_stories_and_the_same_in_any_order(
    sizes: list[tuple[int, int]], met: list[tuple[int, int, int, int]], seed: int
) -> None:
    """No link is within a story, each is by so many facts at least, and the order of facts changes nothing."""
    parts = [part(f"s{story}", size) for story, size in sizes]
    shared = [
        each
        for one, other, fact, its in met
        if one < other < len(parts)
        for each in meeting(one, other, (f"f{fact}", f"g{its}"))
    ]
    links = linked(parts, shared)
    for link in links:
        one, other = sorted(int(side[0][1:]) for side in link.sides)
        assert parts[one].story != parts[other].story
        both = [each for each in shared if each.parts == (one, other)]
        assert min(len({each.facts[side] for each in both}) for side in (0, 1)) >= FACTS
        assert 0 < len(link.facts) <= FACTS_SHOWN
    random.Random(seed).shuffle(shared)
    assert linked(parts, shared) == links


def test_links_put_groups_together_once_each() -> None:
    """Two links make one story of three groups; a group without any stays as it is."""
    groups = [["a", "b"], ["c"], ["d"], ["e"]]
    links = [Link(sides=(("a",), ("c",)), facts=("x",)), Link(sides=(("c",), ("e",)), facts=("y",))]
    assert together(groups, links) == [([0, 1, 3], ("x", "y")), ([2], ())]
    assert together(groups, ()) == [([n], ()) for n in range(4)]


def test_a_link_that_lost_an_article_says_nothing() -> None:
    """So does one whose side openings put apart, and one whose sides they put together by themselves."""
    link = Link(sides=(("a", "b"), ("c",)), facts=("x",))
    assert together([["a"], ["c"]], [link]) == [([0], ()), ([1], ())]
    assert together([["a"], ["b"], ["c"]], [link]) == [([0], ()), ([1], ()), ([2], ())]
    assert together([["a", "b", "c"]], [link]) == [([0], ())]
    assert together([["c", "z"], ["b", "a"]], [link]) == [([0, 1], ("x",))]


@given(
    st.lists(st.lists(st.integers(0, 5), max_size=4), max_size=5),
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=9),
)
@settings(max_examples=60, deadline=None)
def test_every_group_is_in_exactly_one_story(sizes: list[list[int]], pairs: list[tuple[int, int]]) -> None:
    """Whatever the links say, also of articles that are not there."""
    groups = [[f"{n}-{m}" for m in range(len(group))] for n, group in enumerate(sizes)]
    ids = [id_ for group in groups for id_ in group] + ["gone"]
    links = [Link(sides=((ids[a % len(ids)],), (ids[b % len(ids)],)), facts=("f",)) for a, b in pairs]
    found = together(groups, links)
    assert sorted(number for numbers, _ in found for number in numbers) == list(range(len(groups)))
    assert all(bool(facts) == (len(numbers) > 1) for numbers, facts in found)
