"""Which explanations of a conflict the values and dates bear."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.models import Article, Claim, Conflict, ConflictNature, Judgement, TimeSpan
from factcheck.stages.judging.gates import gated
from tests.stages.pairs_of_claims import amount, make
from tests.support.scripted import article

MONDAY, TUESDAY = "2023-03-06", "2023-03-07"


def paper(name: str, day: str | None, language: str = "en") -> Article:
    """An article of a day."""
    published = dt.date.fromisoformat(day) if day else None
    return article([f"{name} was out."], publisher=name, path=f"{name}.txt", language=language, published_at=published)


def clash(nature: ConflictNature, kind: str = "number") -> Judgement:
    """A firm contradiction of a and b that was explained as `nature`."""
    conflict = Conflict.model_validate({"kind": kind, "nature": nature})
    return Judgement(left="a", right="b", rule="test", relation="contradicts", conflict=conflict, how="confirmed")


def day(text: str) -> TimeSpan:
    """One day."""
    return TimeSpan.model_validate({"start": text, "end": text})


def nature_of(judgement: Judgement, left: Claim, right: Claim, *papers: Article) -> str:
    """What code makes of the nature; a change has a note, and only a change has one."""
    placed = [
        claim.model_copy(update={"article_id": paper.id}) for claim, paper in zip((left, right), papers, strict=True)
    ]
    result = gated(judgement, placed[0], placed[1], {paper.id: paper for paper in papers})
    assert result.conflict is not None
    assert judgement.conflict is not None
    assert (result.note is not None) == (result.conflict.nature != judgement.conflict.nature)
    return result.conflict.nature


def toll(id_: str, value: float, when: str | None = None, **fields: Any) -> Claim:
    """A death toll as of a day."""
    text = f"In Eastley {value:g} people died."
    return amount(id_, value, text=text, when=day(when) if when else None, **fields)


@pytest.mark.parametrize(
    ("left", "right", "nature"),
    [(1187, 1250, "precision"), (1187, 1700, "direct"), (2, 3, "direct"), (100, 101, "precision")],
)
def test_rounding_explains_near_amounts_only(left: float, right: float, nature: str) -> None:
    """A tenth of the larger amount is what rounding bears; two dead are not three dead rounded."""
    papers = paper("Herald", MONDAY), paper("Gazette", MONDAY)
    assert nature_of(clash("precision"), toll("a", left), toll("b", right), *papers) == nature


def test_an_update_needs_a_later_report() -> None:
    """Two papers of one day that speak of one day, or of none, cannot be each other's update."""
    one_day = paper("Herald", TUESDAY), paper("Gazette", TUESDAY)
    assert nature_of(clash("update"), toll("a", 12), toll("b", 16), *one_day) == "direct"
    assert nature_of(clash("update"), toll("a", 12, MONDAY), toll("b", 16, MONDAY), *one_day) == "direct"


@pytest.mark.parametrize(
    ("whens", "days"),
    [
        ((None, None), (MONDAY, TUESDAY)),
        ((MONDAY, TUESDAY), (TUESDAY, TUESDAY)),
        ((MONDAY, None), (TUESDAY, TUESDAY)),
        ((MONDAY, MONDAY), (MONDAY, None)),
        ((MONDAY, MONDAY), (MONDAY, TUESDAY)),
    ],
    ids=["papers of two days", "states of two days", "one state unknown", "one paper unknown", "day of the event"],
)
def test_an_update_that_may_be_one_stays(whens: tuple[str | None, ...], days: tuple[str | None, ...]) -> None:
    """Where a time is unknown or differs, code does not know better than the reader."""
    papers = paper("Herald", days[0]), paper("Gazette", days[1])
    assert nature_of(clash("update"), toll("a", 12, whens[0]), toll("b", 16, whens[1]), *papers) == "update"


def test_a_later_larger_toll_is_an_update() -> None:
    """Twelve dead on Monday's paper, sixteen on Tuesday's, each as of its day: the count grew."""
    papers = paper("Herald", MONDAY), paper("Gazette", TUESDAY)
    assert nature_of(clash("direct"), toll("a", 12, MONDAY), toll("b", 16, TUESDAY), *papers) == "update"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (toll("a", 16, MONDAY), toll("b", 12, TUESDAY)),
        (toll("a", 12), toll("b", 16)),
        (toll("a", 12, MONDAY), toll("b", 16, MONDAY)),
        (toll("a", 12, MONDAY, speaker="the mayor"), toll("b", 16, TUESDAY, speaker="the union")),
        (
            amount("a", 12, text="12 boats are out.", counted="boats", when=day(MONDAY)),
            amount("b", 16, text="16 boats are out.", counted="boats", when=day(TUESDAY)),
        ),
    ],
    ids=["shrinks", "no time of its own", "day of the event", "two voices", "not a running count"],
)
def test_a_direct_conflict_stays_where_growth_is_not_known(left: Claim, right: Claim) -> None:
    """A falsely explained conflict hides it, so in doubt it stays direct."""
    papers = paper("Herald", MONDAY), paper("Gazette", TUESDAY)
    assert nature_of(clash("direct"), left, right, *papers) == "direct"


@pytest.mark.parametrize(
    ("text", "language", "other"),
    [("Several hundred people fled.", "en", 450), ("Alcune centinaia di persone sono fuggite.", "it", 800)],
)
def test_vague_words_bear_what_they_allow(text: str, language: str, other: float) -> None:
    """A reader who wrote down 100 for "several hundred" makes no conflict with 450, and 1,500 still is one."""
    papers = {p.id: p for p in (paper("Herald", MONDAY, language), paper("Gazette", MONDAY))}
    ids = list(papers)
    left = amount("a", 100, text=text, article_id=ids[0])
    right = amount("b", other, text=f"{other} people fled.", article_id=ids[1])
    assert gated(clash("direct"), left, right, papers).relation == "unrelated"
    far = amount("b", 1500, text="1,500 people fled.", article_id=ids[1])
    assert gated(clash("direct"), left, far, papers).relation == "contradicts"


FIGURES = st.floats(allow_nan=True, allow_infinity=True)
NATURES = st.sampled_from(["direct", "update", "scope", "precision"])


@given(FIGURES, FIGURES, st.sampled_from(["exactly", "about", "at_least", "at_most"]), NATURES)
def test_any_figures_can_be_checked(one: float, other: float, comparator: str, nature: ConflictNature) -> None:
    """Whatever figures a model writes down, a pair is judged; a contradiction stays one or becomes unrelated."""
    left, right = make("a"), make("b")
    left = amount("a", one, comparator, text=left.text)
    right = amount("b", other, text=right.text)
    assert gated(clash(nature), left, right).relation in ("contradicts", "unrelated")
