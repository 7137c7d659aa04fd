"""Contradictions become disputes with points and sides; explained ones do not make a fact disputed."""

from __future__ import annotations

import pytest

from factcheck.findings import Report
from factcheck.models import ConflictKind, ConflictNature
from tests.stages.scene import Scene


def tolls(
    *values: int, days: tuple[str | None, ...] = (), nature: ConflictNature = "direct"
) -> tuple[Scene, list[str]]:
    """Every outlet reports another death toll, each contradicting each."""
    scene = Scene()
    ids = []
    for number, value in enumerate(values):
        day = days[number] if days else None
        ids.append(
            scene.said(
                f"Outlet {number}", f"The quake killed {value}.", day, type="quantity", counted="dead", value=value
            )
        )
    for index, first in enumerate(ids):
        for second in range(index + 1, len(ids)):
            scene.judge(
                first,
                ids[second],
                "contradicts",
                kind="number",
                nature=nature,
                words=(str(values[index]), str(values[second])),
                question="How many died?",
                reason=f"{values[index]} is not {values[second]}.",
            )
    return scene, ids


def verdicts(report: Report) -> dict[str, str]:
    """Representative claim -> verdict."""
    return {fact.representative: fact.verdict for fact in report.facts}


def test_three_death_tolls_are_three_sides_of_one_point() -> None:
    """16, 12 and 14 dead are one dispute with one point and three sides, in order of value."""
    scene, _ = tolls(16, 12, 14)
    report = scene.report()
    (dispute,) = report.disputes
    (point,) = dispute.points
    assert [side.words for side in point.sides] == [("12",), ("14",), ("16",)]
    assert (dispute.title, dispute.nature, point.kind) == ("How many died?", "direct", "number")
    assert set(verdicts(report).values()) == {"disputed"}
    assert len(point.reasons) == 3
    assert report.summary.headline == (
        "3 outlets, no fact that two of them report alike: 1 dispute with 1 open point; "
        "nothing is corroborated by two independent origins."
    )


def test_files_are_not_called_outlets_in_the_headline() -> None:
    """An article whose publisher nobody knows is counted, but as a file."""
    scene = Scene()
    scene.claim(scene.article("a.txt"), "Twelve died.")
    assert scene.report().summary.headline.startswith("1 file: ")
    scene.said("Alpha", "The fire broke out at night.")
    assert scene.report().summary.headline.startswith("2 outlets and files, ")


def test_equal_values_stand_on_one_side() -> None:
    """Facts that do not contradict each other share a side: two colours where two suffice."""
    scene, (low, high) = tolls(12, 16)
    also_high = scene.said("Outlet 9", "At least sixteen died.")
    scene.judge(low, also_high, "contradicts", kind="number", words=("12", "sixteen"))
    scene.judge(high, also_high, "unrelated")
    (point,) = scene.report().disputes[0].points
    assert [side.claims for side in point.sides] == [(low,), (high, also_high)]
    assert [side.publishers for side in point.sides] == [("Outlet 0",), ("Outlet 1", "Outlet 9")]


def test_an_update_supersedes_the_older_figure() -> None:
    """When a later article updates a figure, the older fact is superseded and nobody is disputed."""
    scene, (old, new) = tolls(12, 16, days=("2024-05-01", "2024-05-02"), nature="update")
    report = scene.report()
    assert verdicts(report) == {old: "superseded", new: "single_report"}
    assert report.disputes[0].nature == "update"
    assert ": no disputes, 1 difference explained by time, scope or rounding;" in report.summary.headline


def test_the_time_spoken_of_decides_before_the_day_of_publication() -> None:
    """A report of today about yesterday's figure is older than yesterday's report about later."""
    scene = Scene()
    early = scene.said(
        "Alpha", "Twelve had died by Monday.", "2024-05-09", when={"start": "2024-05-06", "end": "2024-05-06"}
    )
    late = scene.said(
        "Beta", "Sixteen had died by Tuesday.", "2024-05-07", when={"start": "2024-05-07", "end": "2024-05-07"}
    )
    scene.judge(early, late, "contradicts", kind="number", nature="update")
    assert verdicts(scene.report()) == {early: "superseded", late: "single_report"}


def test_an_event_brought_forward_is_the_newer_fact() -> None:
    """Of two dates for one event the one published first is superseded, even when the event now comes earlier."""
    scene = Scene()
    old = scene.said("Alpha", "The vote is on 12 May.", "2024-05-01", when={"start": "2024-05-12", "end": "2024-05-12"})
    new = scene.said("Beta", "The vote is on 9 May.", "2024-05-02", when={"start": "2024-05-09", "end": "2024-05-09"})
    scene.judge(old, new, "contradicts", kind="time", nature="update")
    assert verdicts(scene.report()) == {old: "superseded", new: "single_report"}


@pytest.mark.parametrize("days", [(None, None), ("2024-05-01", None), ("2024-05-01", "2024-05-01")])
def test_an_update_of_unknown_order_stays_a_dispute(days: tuple[str | None, ...]) -> None:
    """When no date tells which is older, nothing is superseded and the difference is shown as an update."""
    scene, _ = tolls(12, 16, days=days, nature="update")
    report = scene.report()
    assert set(verdicts(report).values()) == {"single_report"}
    assert [dispute.nature for dispute in report.disputes] == ["update"]


@pytest.mark.parametrize("nature", ["scope", "precision"])
def test_explained_differences_are_shown_but_dispute_nothing(nature: ConflictNature) -> None:
    """A rounding or another population is a point of its nature and leaves the verdicts alone."""
    scene, _ = tolls(100, 104, nature=nature)
    report = scene.report()
    assert [point.nature for point in report.disputes[0].points] == [nature]
    assert set(verdicts(report).values()) == {"single_report"}


def test_a_direct_point_makes_the_dispute_direct_and_comes_first() -> None:
    """A dispute is as bad as its worst point, which is shown first."""
    scene, (first, second) = tolls(100, 104, nature="precision")
    third = scene.said("Outlet 9", "The quake was yesterday.")
    scene.judge(second, third, "contradicts", kind="time")
    (dispute,) = scene.report().disputes
    assert dispute.nature == "direct"
    assert [(point.kind, point.nature) for point in dispute.points] == [("time", "direct"), ("number", "precision")]
    assert verdicts(scene.report()) == {first: "single_report", second: "disputed", third: "disputed"}


def test_unconnected_conflicts_are_two_disputes_the_wider_first() -> None:
    """Conflicts that share no fact are different matters; the one between more outlets comes first."""
    scene, _ = tolls(12, 14, 16)
    other = [scene.said(name, f"The mayor, says {name}.") for name in ("Alpha", "Beta")]
    scene.judge(other[0], other[1], "contradicts", kind="identity")
    disputes = scene.report().disputes
    assert [dispute.points[0].kind for dispute in disputes] == ["number", "identity"]


def test_a_pair_of_facts_clashes_about_one_thing() -> None:
    """Where the judge names several kinds for two facts, the most frequent is the point."""
    scene = Scene()
    yes = [scene.said(name, f"They met, says {name}.") for name in ("Alpha", "Beta", "Gamma")]
    no = scene.said("Delta", "They never met.")
    scene.equal(*yes)
    kinds: tuple[ConflictKind, ...] = ("existence", "content", "existence")
    for claim, kind in zip(yes, kinds, strict=True):
        scene.judge(claim, no, "contradicts", kind=kind)
    (point,) = scene.report().disputes[0].points
    assert (point.kind, len(point.pairs)) == ("existence", 3)


def test_two_speakers_who_disagree_are_the_sides() -> None:
    """One outlet that quotes two people has no conflict with itself: the sides are theirs."""
    scene = Scene()
    scene.article("a", "Alpha")
    yes = scene.claim("a", "They met.", speaker="Anna Berg")
    no = scene.claim("a", "They never met.", speaker="Carl Dorn", modality="denied")
    scene.judge(yes, no, "contradicts", kind="existence")
    (point,) = scene.report().disputes[0].points
    assert [side.speakers for side in point.sides] == [("Anna Berg",), ("Carl Dorn",)]
    assert [side.origins[0].name for side in point.sides] == ["Anna Berg", "Carl Dorn"]


def test_a_dispute_without_questions_is_called_by_its_widest_fact() -> None:
    """When the judge gave no question, the most repeated statement is the title."""
    scene = Scene()
    yes = [scene.said(name, "They met.") for name in ("Alpha", "Beta")]
    no = scene.said("Gamma", "They never met.")
    scene.equal(*yes)
    scene.judge(yes[0], no, "contradicts")
    assert scene.report().disputes[0].title == "They met."


def test_a_camp_keeps_its_place_at_every_point() -> None:
    """Who denies stands second at each point of a dispute, also where the smaller number is on that side."""
    scene = Scene()
    yes = scene.said("Alpha", "They talk regularly.")
    often = scene.said("Beta", "They had 20 calls.", type="quantity", counted="calls", value=20)
    no = scene.said("Gamma", "They do not talk.", modality="denied", speaker="Dmitry Peskov (Kremlin)")
    once = scene.said("Delta", "They had 1 call.", type="quantity", counted="calls", value=1)
    scene.judge(yes, no, "contradicts", "existence")
    scene.judge(often, once, "contradicts", "number")
    scene.judge(often, no, "contradicts", "existence")
    (dispute,) = scene.report().disputes
    assert [point.kind for point in dispute.points] == ["existence", "number"]
    assert [set(point.sides[1].publishers) for point in dispute.points] == [{"Gamma"}, {"Delta"}]
