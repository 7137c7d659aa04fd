"""Groups of openings: a partition, whatever the texts are."""

from __future__ import annotations

import datetime as dt
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factcheck.batch import grouping
from factcheck.batch.grouping import Opening, group_by_event, opening_of
from tests.support.scripted import article

LANGUAGES = st.sampled_from(["en", "it", "de", None, "xx"])


def opening(id_: str, text: str, day: dt.date | None = None, language: str | None = "en") -> Opening:
    """An opening of this text."""
    return Opening(article_id=id_, title=text[:20], text=text, language=language, published_at=day)


@given(st.lists(st.tuples(st.text(max_size=60), LANGUAGES), max_size=8))
@settings(max_examples=40, deadline=None)
def test_every_article_is_in_exactly_one_group(texts: list[tuple[str, str | None]]) -> None:
    """Empty, strange and equal texts too; nothing raises and nobody is lost."""
    openings = [opening(str(n), text, language=language) for n, (text, language) in enumerate(texts)]
    found = [id_ for group in group_by_event(openings) for id_ in group.members]
    assert sorted(found) == sorted(o.article_id for o in openings)


def test_publications_far_apart_are_less_alike() -> None:
    """What is one event in a week is two when months lie between two reports that are only somewhat alike."""
    left = "Mayor Tilda Brenner closed the Orva bridge after cracks were found in two pillars near the mill."
    right = "Lorries will pay a toll on the Orva from summer on, the county council told Tilda Lund and others."

    def count(days: int) -> int:
        first = dt.date(2026, 3, 1)
        return len(group_by_event([opening("a", left, first), opening("b", right, first + dt.timedelta(days))]))

    assert (count(3), count(90)) == (1, 2)


def test_a_component_too_large_for_one_matrix_is_linked_harder(monkeypatch: pytest.MonkeyPatch) -> None:
    """A chain of weakly linked pairs is parted at the weak links, and strong pairs stay together."""
    monkeypatch.setattr(grouping, "LARGEST", 3)
    texts = [
        "The Eskerby chip works caught fire after a solvent line leaked in the clean room",
        "Fire at the Eskerby chip works: solvent line leaked in a clean room",
        "The Sund bridge toll goes up by eight per cent for lorries in Eskerby county",
        "Lorries pay eight per cent more on the Sund bridge in Eskerby county",
    ]
    groups = group_by_event([opening(str(n), text) for n, text in enumerate(texts)])
    pairs = {pair for group in groups for pair in combinations(group.members, 2)}
    assert pairs == {("0", "1"), ("2", "3")}


def test_the_opening_is_the_title_and_the_first_words() -> None:
    """An article without a title opens with its first sentence; what comes after the first words does not count."""
    long = article(["# Fire in Eastley"], ["Twelve died. " + "word " * 400 + "tail"])
    found = opening_of(long)
    assert found.title == "Fire in Eastley"
    assert found.text.split()[:3] == ["Fire", "in", "Eastley"]
    assert "tail" not in found.text
