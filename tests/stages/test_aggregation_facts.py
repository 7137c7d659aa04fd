"""Equivalent claims form facts, contradictions split them, and verdicts follow from outlets and origins."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factcheck.findings import Inference
from factcheck.models import ConflictKind, ConflictNature, Failure, Judgement, Relation
from factcheck.stages.aggregation.facts import Grouping, group_facts
from factcheck.stages.aggregation.verdicts import verdict_of
from tests.stages.scene import Scene
from tests.support.means import RUN


def scene_of(*publishers: str) -> tuple[Scene, list[str]]:
    """A scene in which every publisher makes one claim, and the claim ids."""
    scene = Scene()
    return scene, [scene.said(name, f"The bridge fell, writes {name.lower()}.") for name in publishers]


def grouped(scene: Scene) -> Grouping:
    """The facts of a scene before verdicts."""
    return group_facts(scene.claims(), scene.judgements)


def test_equivalence_reaches_through_a_common_claim() -> None:
    """Claims equivalent to one claim are one fact, also where their own pair was not judged so."""
    scene, (a, b, c, d) = scene_of("Alpha", "Beta", "Gamma", "Delta")
    scene.judge(a, b, "equivalent")
    scene.judge(b, c, "equivalent")
    scene.judge(a, d, "unrelated")
    assert sorted(group.claims for group in grouped(scene).groups) == [(a, b, c), (d,)]


def test_the_representative_is_the_claim_most_others_agree_with() -> None:
    """The claim with the most equivalents stands for the fact, whatever its id."""
    scene, (a, b, c, d) = scene_of("Alpha", "Beta", "Gamma", "Delta")
    for other in (a, b, d):
        scene.judge(c, other, "equivalent")
    assert [group.representative for group in grouped(scene).groups] == [c]


def test_a_contradiction_splits_a_group_at_its_weakest_bridge() -> None:
    """Two well supported groups joined by one equivalence come apart at it, and the equivalence is reported."""
    scene, claims = scene_of("Alpha", "Beta", "Gamma", "Delta", "Epsilon", "Zeta")
    left, right = claims[:3], claims[3:]
    scene.equal(*left)
    scene.equal(*right)
    scene.judge(left[2], right[0], "equivalent")
    scene.judge(left[0], right[1], "contradicts")
    grouping = grouped(scene)
    assert sorted(group.claims for group in grouping.groups) == sorted([tuple(sorted(left)), tuple(sorted(right))])
    assert [set(j.key) for j in grouping.set_aside] == [{left[2], right[0]}]
    report = scene.report()
    assert len(report.disputes) == 1
    assert (
        "1 agreement between claims was set aside because it clashes with a contradiction."
        in report.summary.not_checked
    )


def test_equality_in_words_outweighs_the_judge() -> None:
    """Where something must give way, claims that are equal in words stay together."""
    scene, (a, b, c) = scene_of("Alpha", "Beta", "Gamma")
    scene.judge(a, b, "equivalent", how="identical")
    scene.judge(b, c, "equivalent")
    scene.judge(a, c, "contradicts")
    assert sorted(group.claims for group in grouped(scene).groups) == [(a, b), (c,)]


def test_possible_contradictions_split_nothing_and_make_no_dispute() -> None:
    """An unconfirmed contradiction is counted and otherwise without effect."""
    scene, (a, b, c) = scene_of("Alpha", "Beta", "Gamma")
    scene.equal(a, b, c)
    scene.judgements[0] = scene.judgements[0].model_copy(update={"relation": "contradicts", "certainty": "possible"})
    report = scene.report()
    assert report.disputes == ()
    assert [fact.claims for fact in report.facts] == [(a, b, c)]
    assert report.summary.possible == 1
    assert "1 possible contradiction was not confirmed and counts for nothing." in report.summary.not_checked


def test_a_stronger_claim_lends_its_origin_to_the_weaker() -> None:
    """Who says more also says less: the entailed fact has the origins of both, the entailing one only its own."""
    scene = Scene()
    strong = scene.said("Alpha", "The old bridge fell at noon.")
    weak = scene.said("Beta", "A bridge fell.")
    scene.judge(strong, weak, "a_entails_b")
    facts = {fact.representative: fact for fact in scene.report().facts}
    assert facts[weak].entailed_by == (facts[strong].id,)
    assert [origin.name for origin in facts[weak].origins] == ["Alpha", "Beta"]
    assert (facts[weak].verdict, facts[strong].verdict) == ("corroborated", "single_report")


@pytest.mark.parametrize(("nature", "verdict"), [("direct", "single_report"), ("update", "corroborated")])
def test_a_disputed_claim_corroborates_nothing(nature: ConflictNature, verdict: str) -> None:
    """A fact that is contested lends its origin to none that it entails; one whose clash time explains does."""
    scene = Scene()
    weak = scene.said("Alpha", "Up to October they had spoken once.", speaker="Elon Musk")
    strong = scene.said("Beta", "The only call was before 2022.", speaker="Dmitry Peskov")
    against = scene.said("Gamma", "They spoke in 2023.")
    scene.judge(strong, weak, "a_entails_b")
    scene.judge(strong, against, "contradicts", nature=nature)
    found = next(fact for fact in scene.report().facts if fact.representative == weak)
    assert found.verdict == verdict
    assert len(found.entailed_by) == 1
    assert [origin.name for origin in found.origins] == ["Dmitry Peskov", "Elon Musk"][nature == "direct" :]


def test_an_entailment_between_contradicting_facts_is_set_aside() -> None:
    """No fact supports one that it contradicts."""
    scene, (a, b, c) = scene_of("Alpha", "Beta", "Gamma")
    scene.judge(a, b, "equivalent")
    scene.judge(a, c, "contradicts")
    scene.judge(b, c, "a_entails_b")
    grouping = grouped(scene)
    assert all(group.entailed_by == () for group in grouping.groups)
    assert len(grouping.set_aside) == 1


def test_ungrounded_claims_form_no_facts() -> None:
    """A claim whose figures its evidence does not hold is shown, counted, and evidence of nothing."""
    scene = Scene()
    kept = scene.said("Alpha", "Twelve died.")
    dropped = scene.said("Beta", "Fourteen died.", ungrounded=("Fourteen",))
    scene.judge(kept, dropped, "contradicts")
    report = scene.report()
    assert [fact.claims for fact in report.facts] == [(kept,)]
    assert report.disputes == ()
    assert report.summary.claims == 2
    assert any("1 claim says something that its sentences do not hold" in line for line in report.summary.not_checked)


@pytest.mark.parametrize(
    ("disputed", "superseded", "publishers", "origins", "verdict"),
    [
        (True, True, 3, 3, "disputed"),
        (False, True, 3, 3, "superseded"),
        (False, False, 3, 2, "corroborated"),
        (False, False, 3, 1, "single_origin"),
        (False, False, 1, 1, "single_report"),
        (False, False, 1, 2, "single_report"),
    ],
)
def test_the_first_verdict_that_holds_is_given(
    disputed: bool, superseded: bool, publishers: int, origins: int, verdict: str
) -> None:
    """Disputed before superseded before the count of outlets and origins."""
    found = verdict_of(disputed=disputed, superseded=superseded, publishers=publishers, origins=origins)
    assert found == verdict


def test_failed_pairs_and_articles_are_told() -> None:
    """What failed is in the counts and in the sentences, and the sum of the pairs adds up."""
    scene, (a, b, c) = scene_of("Alpha", "Beta", "Gamma")
    scene.judge(a, b, "equivalent")
    scene.judge(b, c, "equivalent", how="inferred")
    scene.failures.append(Failure(stage="judging", subject=f"{a}|{c}", kind="OutputInvalid", message="no answer"))
    summary = scene.report().summary
    assert (summary.pairs, summary.judged, summary.inferred, summary.failed_pairs) == (3, 1, 1, 1)
    assert summary.not_checked == ("1 pair of claims could not be judged.",)


def test_what_failed_is_told_before_anything_else() -> None:
    """A run with gaps begins with them, and its silence about disputes is one about what was compared."""
    scene, (a, b, c) = scene_of("Alpha", "Beta", "Gamma")
    scene.judge(a, b, "equivalent")
    scene.failures.append(Failure(stage="judging", subject=f"{a}|{c}", kind="OutputInvalid", message="no answer"))
    scene.failures.append(Failure(stage="extraction", subject="x", kind="Refused", message="no answer"))
    assert scene.report().summary.headline.startswith(
        "Incomplete: 1 of 2 pairs was not judged, 1 article was not extracted. 3 outlets, "
    )
    assert ": no disputes in what was compared; " in scene.report().summary.headline


def test_where_nothing_was_compared_the_headline_says_only_that() -> None:
    """A run of which all failed says nothing of disputes or origins."""
    scene, (a, b) = scene_of("Alpha", "Beta")
    scene.failures.append(Failure(stage="judging", subject=f"{a}|{b}", kind="Refused", message="no answer"))
    told = "Incomplete: 1 of 1 pair was not judged; nothing was compared."
    assert scene.report().summary.headline == told
    empty = Scene()
    for subject in ("x", "y"):
        empty.failures.append(Failure(stage="extraction", subject=subject, kind="Refused", message="no answer"))
    assert empty.report().summary.headline == "Incomplete: 2 articles were not extracted; nothing was compared."


@pytest.mark.parametrize(("number", "begin"), [(1, "1 pair of claims was left out"), (7, "7 pairs of claims were")])
def test_pairs_that_blocking_left_out_are_counted(number: int, begin: str) -> None:
    """Pairs that are not comparable by type are told with their number, and not told when there are none."""
    scene, (a, b) = scene_of("Alpha", "Beta")
    scene.judge(a, b, "unrelated")
    run = RUN.model_copy(update={"rules": {"different_passages": 1, "not_comparable": number}})
    assert any(line.startswith(begin) for line in scene.report(run=run).summary.not_checked)
    assert not any("left out" in line for line in scene.report().summary.not_checked)


@pytest.mark.parametrize("reason", ["not_similar", "not_nearest"])
def test_pairs_that_were_not_compared_are_not_called_unrelated(reason: str) -> None:
    """What blocking ruled out is told as not compared, with its number, and is no judgement."""
    scene, (a, b) = scene_of("Alpha", "Beta")
    scene.judge(a, b, "unrelated")
    report = scene.report(run=RUN.model_copy(update={"rules": {"nearest_words": 1, reason: 12}}))
    assert any(line.startswith("12 pairs of claims were not compared") for line in report.summary.not_checked)
    assert report.summary.pairs == 1


def test_pairs_whose_label_follows_are_not_told_as_not_compared() -> None:
    """Of the pairs that no rule chose those that were inferred are taken off, each once, down to zero."""
    scene, (a, b) = scene_of("Alpha", "Beta")
    scene.judge(a, b, "unrelated")

    def told(closed: int) -> list[int]:
        run = RUN.model_copy(
            update={
                "rules": {"nearest_words": 1, "not_similar": 5, "not_nearest": 12},
                "inference": Inference(closed=closed),
            }
        )
        unchecked = scene.report(run=run).summary.unchecked
        return [unchecked.get("not_similar", 0), unchecked.get("not_nearest", 0)]

    assert told(0) == [5, 12]
    assert told(10) == [5, 2]
    assert told(14) == [3, 0]
    assert told(40) == [0, 0]


def test_an_empty_story_says_so() -> None:
    """Without claims there is nothing to compare, and the report is still whole."""
    report = Scene().report()
    assert report.summary.headline == "Nothing to compare: no checkable claims were found."
    assert report.summary.pairs == 0


def test_each_article_is_summed_up_by_the_verdicts_of_its_claims() -> None:
    """Every grounded claim of an article counts once, under the verdict of its fact."""
    scene = Scene()
    scene.article("a", "Alpha")
    shared, alone = scene.claim("a", "The bridge fell."), scene.claim("a", "It rained.")
    other = scene.said("Beta", "The bridge came down.")
    scene.judge(shared, other, "equivalent")
    scene.judge(alone, other, "unrelated")
    summary = next(s for s in scene.report().article_summaries if s.article_id == "a")
    assert (summary.claims, summary.verdicts) == (2, {"corroborated": 1, "single_report": 1})


RELATIONS: st.SearchStrategy[Relation] = st.sampled_from(
    ["equivalent", "equivalent", "a_entails_b", "b_entails_a", "contradicts", "unrelated"]
)
KINDS: st.SearchStrategy[ConflictKind] = st.sampled_from(["existence", "number", "time", "content"])
NATURES: st.SearchStrategy[ConflictNature] = st.sampled_from(["direct", "direct", "update", "scope", "precision"])
SPEAKERS = st.sampled_from([None, None, "Dmitry Peskov (Kremlin)", "two officials"])
ORIGINS = st.sampled_from([None, None, "Reuters", "WSJ; Reuters"])
DAYS = st.sampled_from([None, "2024-01-01", "2024-01-02"])


@st.composite
def stories(draw: st.DrawFn) -> Scene:
    """Up to eight claims of up to four publishers, with any judgements between them."""
    scene = Scene()
    ids = []
    for number in range(draw(st.integers(0, 8))):
        path = scene.article(f"{number}.txt", draw(st.sampled_from(["Alpha", "Beta", "Gamma", None])), draw(DAYS))
        ids.append(
            scene.claim(
                path,
                f"Claim number {number}.",
                speaker=draw(SPEAKERS),
                origin=draw(ORIGINS),
                ungrounded=draw(st.sampled_from([(), (), (), ("12",)])),
            )
        )
    for index, first in enumerate(ids):
        for second in ids[index + 1 :]:
            if draw(st.booleans()):
                scene.judge(first, second, draw(RELATIONS), kind=draw(KINDS), nature=draw(NATURES))
    return scene


def firm(judgements: list[Judgement], grounded: set[str]) -> set[tuple[str, str]]:
    """The contradictions that count."""
    return {j.key for j in judgements if j.relation == "contradicts" and set(j.key) <= grounded}


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(stories(), st.integers(0, 1000))
def test_every_story_adds_up(scene: Scene, seed: int) -> None:
    """Facts partition the grounded claims, none holds a contradiction, every contradiction is in exactly one point,
    no claim is on two sides of a point, every fact's claims have an origin, and the order of arrival is all one."""
    report = scene.report()
    grounded = {id_ for id_, claim in scene.claims().items() if not claim.ungrounded}
    assert sorted(id_ for fact in report.facts for id_ in fact.claims) == sorted(grounded)
    contradictions = firm(scene.judgements, grounded)
    for fact in report.facts:
        assert not any(set(key) <= set(fact.claims) for key in contradictions)
        assert {id_ for origin in fact.origins for id_ in origin.claims} >= set(fact.claims)
    points = [point for dispute in report.disputes for point in dispute.points]
    assert sorted(key for point in points for key in point.pairs) == sorted(contradictions)
    for point in points:
        on_sides = [id_ for side in point.sides for id_ in side.claims]
        assert len(on_sides) == len(set(on_sides))
        side_of = {id_: number for number, side in enumerate(point.sides) for id_ in side.claims}
        assert all(side_of[left] != side_of[right] for left, right in point.pairs)
    disputed = [fact for dispute in report.disputes for fact in dispute.facts]
    assert len(disputed) == len(set(disputed))
    assert scene.report(seed) == report
