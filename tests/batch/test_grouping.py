"""Groups of openings: a partition, whatever the texts are."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from factcheck.batch import clustering, grouping
from factcheck.batch.grouping import group_by_event
from factcheck.batch.likeness import Likeness
from factcheck.batch.openings import Opening, figures_of, names_of

LANGUAGES = st.sampled_from(["en", "it", "de-AT", None, "xx"])
DAYS = st.none() | st.dates(dt.date(2026, 1, 1), dt.date(2026, 3, 1))
FIRES = [
    "The Eskerby chip works caught fire after a solvent line leaked in the clean room",
    "Fire at the Eskerby chip works: solvent line leaked in a clean room",
    "The Sund bridge toll goes up by eight per cent for lorries in Eskerby county",
    "Lorries pay eight per cent more on the Sund bridge in Eskerby county",
]


def opening(
    id_: str, text: str, day: dt.date | None = None, language: str | None = "en", publisher: str | None = None
) -> Opening:
    """An opening of this text."""
    names, figures = names_of(text, language), figures_of(text, language)
    return Opening(
        article_id=id_,
        title=text[:20],
        text=text,
        names=names,
        figures=figures,
        publisher=publisher,
        language=language,
        published_at=day,
    )


def members(openings: list[Opening]) -> set[tuple[str, ...]]:
    """The groups as ids."""
    return {group.members for group in group_by_event(openings)}


@given(st.lists(st.tuples(st.text(max_size=60), LANGUAGES, DAYS), max_size=8), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_every_article_is_in_exactly_one_group_whatever_the_order(
    texts: list[tuple[str, str | None, dt.date | None]], chance: object
) -> None:
    """Empty, strange and equal texts too; nothing raises, nobody is lost, and the order read changes no group."""
    openings = [opening(str(n), text, day, language) for n, (text, language, day) in enumerate(texts)]
    found = group_by_event(openings)
    assert sorted(id_ for group in found for id_ in group.members) == sorted(o.article_id for o in openings)
    for group in found:
        assert group.central in group.members
        assert group.reason.similarity is None or 0 <= group.reason.similarity <= 1
    chance.shuffle(openings)  # type: ignore[attr-defined]
    assert set(group_by_event(openings)) == set(found)


def test_publications_far_apart_are_less_alike() -> None:
    """What is one event in a week is two when months lie between two reports that are only somewhat alike."""
    left = "Mayor Tilda Brenner closed the Orva bridge after cracks were found in two pillars near the mill."
    right = "Lorries will pay a toll on the Orva bridge from summer on, the county council told Tilda Lund and others."
    first = dt.date(2026, 3, 1)
    near, far = ([opening("a", left, first), opening("b", right, first + dt.timedelta(days))] for days in (3, 90))
    assert (len(members(near)), len(members(far))) == (1, 2)


def test_equal_texts_stay_together_however_far_apart() -> None:
    """A day of publication can be wrong, as when pages carry that of their download."""
    days = [dt.date(2026, 1, 1), dt.date(2026, 1, 3), dt.date(2026, 12, 30)]
    text = "Mayor Tilda Brenner closed the Orva bridge after cracks were found in two pillars near the mill."
    assert members([opening(str(n), text, day) for n, day in enumerate(days)]) == {("0", "1", "2")}


def test_one_event_is_found_across_scripts_and_inflections() -> None:
    """Names are compared in Latin letters and by their pieces, figures as numbers."""
    texts = {
        "ru": "Министр Аркадий Долгих открыл в Талдуре завод за 4,2 миллиарда евро, где будут работать 2300 человек.",
        "en": "Arkady Dolgikh opened a plant in Taldura for 4.2 billion euros on Monday; it will employ 2,300.",
        "pl": "Minister Arkadij Dołgich otworzył w Taldurze fabrykę za 4,2 mld euro, z pracą dla 2300 osób.",
    }
    other = {
        "en": "Anders Quill closed a mill in Norrfell on Monday; 410 people lose their jobs.",
        "de": "Anders Quill hat am Montag eine Mühle in Norrfell geschlossen; 410 Menschen verlieren ihre Arbeit.",
    }
    openings = [opening(f"a-{language}", text, language=language) for language, text in texts.items()]
    openings += [opening(f"b-{language}", text, language=language) for language, text in other.items()]
    assert members(openings) == {("a-en", "a-pl", "a-ru"), ("b-de", "b-en")}


def test_a_component_too_large_for_one_matrix_is_clustered_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """A weak link parts two events as it does in a small component."""
    texts = [
        "The Eskerby chip works caught fire after a solvent line leaked in the clean room, Dora Penhallow said",
        "Fire at the Eskerby chip works: solvent line leaked in a clean room, says Dora Penhallow",
        "The Sund bridge toll goes up by eight per cent for lorries, Ewan Strand said",
        "Lorries pay eight per cent more on the Sund bridge, says Ewan Strand",
        "Dora Penhallow opened the Sund bridge with Ewan Strand",
    ]
    openings = [opening(str(n), text) for n, text in enumerate(texts)]
    assert members(openings) == {("0", "1"), ("2", "3", "4")}
    monkeypatch.setattr(clustering, "LARGEST", 2)
    assert members(openings) == {("0", "1"), ("2", "3", "4")}


def test_one_event_of_many_articles_is_one_group_however_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither copies nor reports that are alike to the same degree fall apart because there are many."""
    names = "Brenner Orva Norrfell Tilda Haldane Market"
    told = ["dyke mill water", "soldiers sand bags", "railway closed train", "school sports hall", "rain river night"]
    openings = [opening(str(n), f"in {names} {text}") for n, text in enumerate([*told, *told[:2]])]
    openings.append(opening("x", "The Sund bridge toll goes up by eight per cent"))
    monkeypatch.setattr(clustering, "LARGEST", 3)
    groups = group_by_event(openings)
    assert {group.members for group in groups} == {("0", "1", "2", "3", "4", "5", "6"), ("x",)}


def test_what_is_in_memory_at_a_time_changes_no_group(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compared row by row they are what they are compared at once."""
    texts = [*FIRES[:2], *(text.replace("Eskerby", "Tarnmouth") for text in FIRES[2:])]
    openings = [opening(str(n), text) for n, text in enumerate(texts)]
    at_once = group_by_event(openings)
    monkeypatch.setattr(clustering, "MOST_ROWS", 1)
    assert group_by_event(openings) == at_once
    assert [group.members for group in at_once] == [("0", "1"), ("2", "3")]


def test_a_reason_puts_names_before_figures() -> None:
    """Readers know a story by its names; a figure that is shared is told behind them."""
    texts = [
        "Twelve people died when the Aurora Star sank off Marlund on Monday, the Nordlinje company said.",
        "The sinking of the Aurora Star off Marlund cost 12 lives, says Nordlinje.",
    ]
    (group,) = group_by_event([opening(str(n), text) for n, text in enumerate(texts)])
    assert group.reason.shared[-1] == "12"
    assert {"aurora", "star", "marlund", "nordlinje"} <= set(group.reason.shared)


NEAR = (
    "Ida Falk, who runs the Eskerby chip works, said on Monday that a solvent line had leaked in the clean room",
    "The Eskerby chip works caught fire after a solvent line leaked in the clean room, said Ida Falk",
    "Ida Falk gave the prize of the regatta on Lake Osmund to Petra Quill, Rolf Tanner and their crew from Vellenburg",
    "The Sund bridge toll goes up by eight per cent for lorries in winter",
)
"""Two of one event, one that has a person in common with them, and one of something else."""


def test_groups_that_are_nearly_one_name_each_other() -> None:
    """What two groups have in common is too little to be one and enough to ask; of what has nothing, nobody asks."""
    groups = {group.members: group for group in group_by_event([opening(str(n), text) for n, text in enumerate(NEAR)])}
    assert set(groups) == {("0", "1"), ("2",), ("3",)}
    assert groups["2",].near == (groups["0", "1"].central,)
    assert groups["0", "1"].near == ("2",)
    assert groups["3",].near == ()


@given(st.lists(st.tuples(st.sampled_from([*FIRES, *NEAR]), DAYS), max_size=9))
@settings(max_examples=40, deadline=None)
def test_nearness_is_mutual_and_never_to_oneself(texts: list[tuple[str, dt.date | None]]) -> None:
    """Whatever the texts are."""
    found = group_by_event([opening(str(n), text, day) for n, (text, day) in enumerate(texts)])
    near = {group.central: group.near for group in found}
    assert all(central not in others and len(set(others)) == len(others) for central, others in near.items())
    assert all(central in near[other] for central, others in near.items() for other in others)
    assert all(0.1 <= value <= 1 for group in found for value in group.alike)


def likeness_of(upper: NDArray[np.float32]) -> Likeness:
    """Openings that are alike as this matrix says above its diagonal."""
    count = len(upper)
    vectors = np.linalg.cholesky((upper + upper.T + np.eye(count)).astype(np.float64))
    return Likeness(csr_matrix(vectors.astype(np.float32)), np.full(count, -1), np.full(count, np.nan, np.float32))


def test_how_nearly_alike_groups_are_is_the_mean_of_all_their_articles() -> None:
    """One pair of articles that is alike makes two large groups no neighbours; of either the two nearest count."""
    alike = np.zeros((6, 6), np.float32)
    alike[0, 2] = alike[0, 3] = alike[1, 2] = alike[1, 3] = 0.2  # groups 0 and 1
    alike[0, 4] = 0.19  # groups 0 and 2
    alike[4, 5] = 0.25
    near = grouping._near(likeness_of(alike), np.array([0, 0, 1, 1, 2, 3]))
    assert [[number for number, _ in found] for found in near] == [[1], [0], [3], [2]]
    assert [round(value, 4) for found in near for _, value in found] == [0.2, 0.2, 0.25, 0.25]


def test_of_many_neighbours_of_a_group_the_nearest_two_are_its_own() -> None:
    """Further ones are where they have it among theirs; the most alike come first, of equal ones the earlier."""
    alike = np.zeros((5, 5), np.float32)
    alike[0, 1:] = [0.15, 0.25, 0.2, 0.19]
    alike[1, 2] = alike[1, 3] = alike[3, 4] = alike[2, 4] = 0.21
    near = grouping._near(likeness_of(alike), np.arange(5))
    assert [[number for number, _ in found] for found in near] == [[2, 3], [2, 3], [0, 1, 4], [1, 4, 0], [2, 3]]
