"""What code overrules in a judgement."""

from __future__ import annotations

import pytest

from factcheck.models import Claim, Judgement, TimeSpan
from factcheck.stages.judging.gates import gated, ruled_out, settled, suspicion
from tests.stages.pairs_of_claims import amount, conflict, make


@pytest.mark.parametrize(
    ("left", "right", "relation"),
    [
        (amount("a", 12, "at_least"), amount("b", 16), "unrelated"),
        (amount("a", 1200, "about"), amount("b", 1187), "unrelated"),
        (amount("a", 20, "range", upper=99), amount("b", 38), "unrelated"),
        (amount("a", 12), amount("b", 16), "contradicts"),
        (amount("a", 12, unit="km"), amount("b", 12, unit="miles"), "contradicts"),
        (amount("a", 12, "at_most"), amount("b", 16), "contradicts"),
    ],
)
def test_overlapping_amounts_never_contradict(left: Claim, right: Claim, relation: str) -> None:
    """Overlapping ranges are demoted with a note, disjoint ones stay."""
    result = gated(conflict(), left, right)
    assert result.relation == relation
    assert (result.note is None) == (relation == "contradicts")


def test_a_figure_that_the_text_does_not_hold_demotes_nothing() -> None:
    """When the model wrote down another figure than the claim's words, code does not overrule the judge with it."""
    left = amount("a", 12, text="In all 12 people died.")
    assert gated(conflict(), left, amount("b", 12, text="In all 40 people died.")).relation == "contradicts"
    assert gated(conflict(), left, amount("b", 12, text="In all 12 people died there.")).relation == "unrelated"
    assert gated(conflict(), amount("a", 1200, text="Circa 1.200 morti."), amount("b", 1200)).relation == "unrelated"


@pytest.mark.parametrize("type_", ["opinion", "prediction"])
def test_opinions_and_predictions_are_never_contradicted(type_: str) -> None:
    """Whatever the model says, an opinion or a prediction is no side of a conflict."""
    assert gated(conflict("content"), make("a", type=type_), make("b")).relation == "unrelated"


def test_two_announcements_of_one_event_can_conflict() -> None:
    """A meeting announced at two places is a conflict of plans; two forecasts of a figure are not."""
    left, right = make("a", type="prediction"), make("b", type="prediction")
    assert gated(conflict("place"), left, right).relation == "contradicts"
    assert gated(conflict("number"), left, right).relation == "unrelated"


def test_a_shared_last_day_is_no_overlap() -> None:
    """ "Before 2022" written with its last day as 1 January still contradicts 2022 to 2024 firmly."""
    before = TimeSpan.model_validate({"end": "2022-01-01"})
    later = TimeSpan.model_validate({"start": "2022-01-01", "end": "2024-12-31"})
    assert gated(conflict("time"), make("a", when=before), make("b", when=later)).certainty == "firm"


def test_overlapping_coarse_times_are_only_possible() -> None:
    """The end of 2022 against October 2022 is never firm; before 2022 against 2023 is."""
    end = TimeSpan.model_validate({"start": "2022-10-01", "end": "2022-12-31"})
    october = TimeSpan.model_validate({"start": "2022-10-01", "end": "2022-10-31"})
    before = TimeSpan.model_validate({"end": "2021-12-31"})
    assert gated(conflict("time"), make("a", when=end), make("b", when=october)).certainty == "possible"
    assert gated(conflict("time"), make("a", when=before), make("b", when=october)).certainty == "firm"


# -- what is read a second time ------------------------------------------------------------------


def unrelated() -> Judgement:
    """A first reading that sees nothing between a and b."""
    return Judgement(left="a", right="b", rule="test", relation="unrelated")


def test_every_contradiction_is_read_again() -> None:
    """Also one of overlapping times or amounts: the second reader may see that it is about something else."""
    end = TimeSpan.model_validate({"start": "2022-10-01", "end": "2022-12-31"})
    left, right = make("a", when=end), make("b", when=end)
    assert suspicion(conflict("time"), left, right) == conflict("time")
    assert suspicion(conflict(), amount("a", 12, "at_least"), amount("b", 16)) == conflict()


@pytest.mark.parametrize(
    ("left", "right", "doubted"),
    [
        (amount("a", 12, text="In Eastley 12 people died."), amount("b", 16, text="In Eastley 16 people died."), True),
        (amount("a", 12, text="In Eastley 12 people died."), amount("b", 12, text="In Eastley 12 people died."), False),
        (amount("a", 12, text="In Eastley 12 people died."), amount("b", 16, text="16 boats sank off Eastley."), False),
        (make("a", "In Eastley 12 people died."), make("b", "In Eastley 16 people died."), False),
    ],
    ids=["differ", "same", "other thing", "no quantities"],
)
def test_code_doubts_a_reader_who_overlooks_two_amounts(left: Claim, right: Claim, doubted: bool) -> None:
    """Two different figures in the same words are read again even when the first reader saw nothing."""
    found = suspicion(unrelated(), left, right)
    assert (found is not None) == doubted
    assert found is None or (found.relation, found.certainty) == ("contradicts", "possible")


def test_amounts_of_two_times_are_not_doubted() -> None:
    """A toll of Monday and one of Tuesday may both be right; whether it is an update the first reader has said."""
    texts = {"text": "The toll in Eastley was {}."}
    days = [TimeSpan.model_validate({"start": day, "end": day}) for day in ("2023-03-08", "2023-03-09")]
    left = amount("a", 12, when=days[0], text=texts["text"].format(12))
    right = amount("b", 16, when=days[1], text=texts["text"].format(16))
    assert suspicion(unrelated(), left, right) is None
    assert suspicion(unrelated(), left, right.model_copy(update={"when": days[0]})) is not None


def test_what_only_code_saw_is_no_conflict() -> None:
    """When the second reader agrees with the first, the first reading stands and tells of the doubt."""
    first = unrelated()
    second = conflict(certainty="possible", note="a second reading found no contradiction: other boats")
    assert settled(first, second).relation == "unrelated"
    assert "other boats" in (settled(first, second).note or "")
    confirmed = conflict(how="confirmed")
    assert settled(first, confirmed) == confirmed
    assert settled(conflict(), second) == second


def test_types_rule_out_before_a_second_reading() -> None:
    """An opinion is not read again: nothing could make it a contradiction."""
    assert ruled_out(conflict(), make("a", type="opinion"), make("b")).relation == "unrelated"
    assert ruled_out(conflict("time"), make("a"), make("b")) == conflict("time")
