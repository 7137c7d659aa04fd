"""Which stories claims make one: what is enough, what is not, and that nothing depends on the order."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from factcheck.batch.joining import FACTS, FACTS_SHOWN, SHARE, Link, Shared, Weighed, holding, linked, together

DAY = dt.date(2026, 3, 2)


def part(story: str, facts: int = 4, day: dt.date | None = DAY) -> Weighed:
    """A part of one article, which goes by the name of its story, with so many chief facts f0, f1 and so on."""
    return Weighed(story, frozenset({f"article of {story}"}), tuple(f"f{n}" for n in range(facts)), day, day)


def meeting(one: int, other: int, *facts: tuple[str, str], agreed: bool = True) -> list[Shared]:
    """These facts of two parts, which are about the same."""
    who = frozenset({f"a{one}"}), frozenset({f"a{other}"})
    return [Shared((one, other), pair, who, f"{pair[0]} is so", agreed) for pair in facts]


def many(one: int, other: int, number: int) -> list[Shared]:
    """So many facts that two parts have in common."""
    return meeting(one, other, *((f"f{n}", f"f{n}") for n in range(number)))


def strength(left: Weighed, right: Weighed, shared: list[Shared], compared: int = 8) -> float:
    """Of two parts of whose chief facts so many were compared."""
    found = linked([left, right], shared, {(0, 1): compared})
    return found[0, 1].strength if found else 0.0


def link(one: int, other: int, strength: float, *facts: str) -> Link:
    """Between the groups of one article each that go by these numbers."""
    sides = ((str(min(one, other)),), (str(max(one, other)),))
    return Link(sides=sides, whole=sides, facts=facts or ("f",), strength=strength)


def stories(count: int, links: list[Link], near: set[tuple[int, int]] | None = None) -> list[list[int]]:
    """Which of so many groups of one article are together; all are nearly alike unless it is said which are."""
    groups = [[str(n)] for n in range(count)]
    return [
        numbers for numbers, _ in together(groups, links, set(combinations(range(count), 2)) if near is None else near)
    ]


def test_two_facts_that_are_a_good_part_of_the_smaller_part_speak_for_one_story() -> None:
    """A contradiction is about the same fact, and so counts like an agreement; the link names articles and facts."""
    both = meeting(0, 1, ("f1", "f0")) + meeting(0, 1, ("f0", "f3"), agreed=False)
    parts = [part("a", 8), part("b", 5)]
    assert linked(parts, both, {(0, 1): 8}) == {
        (0, 1): Link(
            sides=(("a0",), ("a1",)),
            whole=(("article of a",), ("article of b",)),
            facts=("f1 is so", "f0 is so"),
            strength=2 / 5,
        )
    }


def test_what_both_tell_is_named_by_what_most_articles_say_and_then_by_its_words() -> None:
    """In whatever order it was found."""
    both = many(0, 1, 3)
    wide = Shared((0, 1), ("f3", "f3"), (frozenset({"a0", "a9"}), frozenset({"a1"})), "f3 is so", True)
    for shared in ([*both, wide], [wide, *reversed(both)]):
        (found,) = linked([part("a"), part("b")], shared, {(0, 1): 8}).values()
        assert found.facts == ("f3 is so", "f0 is so", "f1 is so")
    crossed = [replace(each, text=text) for each, text in zip(many(0, 1, 2), ("z", "a"), strict=True)]
    (found,) = linked([part("a"), part("b")], crossed, {(0, 1): 8}).values()
    assert found.facts == ("a", "z")


def test_one_fact_says_nothing_however_often_it_is_told() -> None:
    """A fact that meets several of the other side is one fact, and a march tells of one verdict."""
    assert not strength(part("a", 2), part("b", 2), many(0, 1, FACTS - 1))
    assert not strength(part("a", 2), part("b", 2), meeting(0, 1, ("f0", "f0"), ("f0", "f1")))


def test_facts_count_where_both_are_among_those_compared() -> None:
    """Three of two hundred facts are a small share, whatever else the net between stories has found."""
    many_facts = part("a", 8), part("b", 8)
    behind = meeting(0, 1, *((f"f{n}", f"f{n}") for n in range(60, 63)))
    assert not strength(*many_facts, behind)
    assert strength(*many_facts, many(0, 1, 2) + behind) == 2 / 8
    assert not strength(*many_facts, meeting(0, 1, ("f0", "f60"), ("f1", "f61")))
    assert strength(*many_facts, many(0, 1, 4) + meeting(0, 1, ("f5", "f6")), compared=4) == 1
    assert not strength(*many_facts, meeting(0, 1, ("f4", "f0"), ("f5", "f1")), compared=4)
    assert linked(many_facts, many(0, 1, 8), {}) == {}


def test_what_lies_far_apart_in_time_is_no_event_of_one_story() -> None:
    """The same facts two months later are background; without a date nobody knows, and the facts decide."""
    later = DAY + dt.timedelta(days=60)
    assert strength(part("a"), part("b"), many(0, 1, 2)) == 0.5
    assert strength(part("a"), part("b", day=later), many(0, 1, 2)) < SHARE
    assert strength(part("a"), part("b", day=None), many(0, 1, 2)) == 0.5


def test_a_part_that_meets_two_does_not_make_them_one() -> None:
    """A roundup has something of both, and goes to the one with which it has more in common, whichever came first."""
    assert stories(3, [link(0, 1, 0.33), link(1, 2, 0.67)]) == [[0], [1, 2]]
    assert stories(3, [link(0, 1, 0.67), link(1, 2, 0.33)]) == [[0, 1], [2]]
    assert stories(3, [link(0, 1, 0.67), link(1, 2, 0.33), link(0, 2, 0.33)]) == [[0, 1, 2]]


def test_links_count_between_groups_that_are_nearly_alike_alone() -> None:
    """What others have in common nobody looked for."""
    assert stories(3, [link(0, 1, 0.9), link(1, 2, 0.9)], {(1, 2)}) == [[0], [1, 2]]


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), max_size=8),
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(0, 9), st.integers(0, 9)), max_size=40),
    st.integers(0, 9),
)
@settings(max_examples=60, deadline=None)
def test_links_are_the_same_in_any_order(
    sizes: list[tuple[int, int]], met: list[tuple[int, int, int, int]], seed: int
) -> None:
    """Each is by so many chief facts at least and of a strength from 0 to 1, and the order of facts changes nothing."""
    parts = [part(f"s{story}", size) for story, size in sizes]
    shared = [
        each
        for one, other, fact, its in met
        if one < other < len(parts)
        for each in meeting(one, other, (f"f{fact}", f"f{its}"))
    ]
    compared = dict.fromkeys(combinations(range(len(parts)), 2), 6)
    links = linked(parts, shared, compared)
    for pair, found in links.items():
        both = [each for each in shared if each.parts == pair]
        assert min(len({each.facts[side] for each in both}) for side in (0, 1)) >= FACTS
        assert 0 < found.strength <= 1
        assert 0 < len(found.facts) <= FACTS_SHOWN
    random.Random(seed).shuffle(shared)
    assert linked(parts, shared, compared) == links


def test_links_put_groups_together_once_each() -> None:
    """Links make one story of three groups, which names the strongest first; a group without any stays as it is."""
    links = [link(0, 1, 0.4, "x"), link(1, 3, 0.6, "y"), link(0, 3, 0.5, "z")]
    groups = [["0"], ["1"], ["2"], ["3"]]
    near = set(combinations(range(4), 2))
    assert together(groups, links, near) == [([0, 1, 3], ("y", "z", "x")), ([2], ())]
    assert together(groups, (), near) == [([n], ()) for n in range(4)]
    assert together([], (), ()) == []


def test_a_link_that_lost_an_article_says_nothing() -> None:
    """So does one whose side openings put apart, and one whose sides they put together by themselves."""
    known = Link(sides=(("a", "b"), ("c",)), facts=("x",), strength=1.0)
    for groups in ([["a"], ["c"]], [["a"], ["b"], ["c"]], [["a", "b", "c"]]):
        near = set(combinations(range(len(groups)), 2))
        assert together(groups, [known], near) == [([n], ()) for n in range(len(groups))]
    assert together([["c", "z"], ["b", "a"]], [known], {(0, 1)}) == [([0, 1], ("x",))]


def test_of_two_links_that_counts_which_was_made_between_the_groups_as_they_are() -> None:
    """Else the stronger one: what an article of a part was compared by before others came."""
    grown = Link(sides=(("a",), ("b",)), whole=(("a", "z"), ("b",)), facts=("x",), strength=0.3)
    before = [
        Link(sides=(("a",), ("b",)), whole=(("a",), ("b",)), facts=("y",), strength=value) for value in (0.5, 1.0)
    ]
    for links in ([grown, *before], [*before, grown]):
        assert holding([["a", "z"], ["b"]], links) == {(0, 1): grown}
        assert holding([["a", "z", "q"], ["b"]], links) == {(0, 1): before[1]}


@given(
    st.lists(st.lists(st.integers(0, 5), max_size=4), max_size=5),
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.floats(0.01, 1)), max_size=9),
    st.integers(0, 9),
)
@settings(max_examples=60, deadline=None)
def test_every_group_is_in_exactly_one_story(
    sizes: list[list[int]], pairs: list[tuple[int, int, float]], seed: int
) -> None:
    """Whatever the links say and in whatever order, also of articles that are not there."""
    groups = [[f"{n}-{m}" for m in range(len(group))] for n, group in enumerate(sizes)]
    ids = [id_ for group in groups for id_ in group] + ["gone"]
    links = [
        Link(sides=((ids[a % len(ids)],), (ids[b % len(ids)],)), facts=("f",), strength=value) for a, b, value in pairs
    ]
    near = set(combinations(range(len(groups)), 2))
    found = together(groups, links, near)
    assert sorted(number for numbers, _ in found for number in numbers) == list(range(len(groups)))
    assert all(bool(facts) == (len(numbers) > 1) for numbers, facts in found)
    random.Random(seed).shuffle(links)
    assert together(groups, links, near) == found
