"""How a fact is said, on whose word, and what else its row tells a reader who wants to check it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pytest

from factcheck.findings import Fact, Origin, OriginBasis, Report
from factcheck.models import BaseClaim, Extraction, Modality, OpinionClaim, PredictionClaim
from factcheck.reporting.base import Style
from factcheck.reporting.facts import FactView
from factcheck.reporting.outline import outline
from factcheck.reporting.registry import REPORT_RENDERERS
from tests.support import reports
from tests.support.report_parts import article, claim, fact

LINES = ("Title", "They talked once, says Nora Veld.", "Ilo Brandt says so too.", "There were 12 calls.")
SOURCE = article("t", LINES, publisher="Daily Tide")


def origin(name: str, basis: OriginBasis = "speaker") -> Origin:
    """An origin that two papers repeat."""
    return Origin(name=name, basis=basis, reason="named", publishers=("Daily Tide", "Coast Radio"), claims=())


VELD, BRANDT, WIRE = origin("Nora Veld"), origin("Ilo Brandt"), origin("Wire", "stated")
OWN = origin("Daily Tide", "own_report")


def story(claims: Sequence[BaseClaim], *facts: Fact) -> Report:
    """A report of these facts and their claims."""
    extraction = Extraction.model_validate(
        {"article_id": "t", "passages": (), "claims": tuple(claims), "outside": (), "uncovered": ()}
    )
    update = {"articles": (SOURCE,), "extractions": (extraction,), "facts": facts, "judgements": (), "disputes": ()}
    return reports.veld_story().model_copy(update=update)


def said(modalities: Sequence[Modality], *origins: Origin, kind: type[BaseClaim] | None = None) -> FactView:
    """A corroborated fact whose claims are put in these ways."""
    claims: list[BaseClaim] = [
        claim(f"c{n}", SOURCE, 2, "They talked.", "Daily Tide", modality=m) for n, m in enumerate(modalities)
    ]
    if kind:
        claims = [kind.model_validate(c.model_dump(exclude={"type"})) for c in claims]
    told = fact("f", "They talked.", [c.id for c in claims], "corroborated", ["Daily Tide"], *origins)
    (view,) = outline(story(claims, told)).facts
    return view


@pytest.mark.parametrize(
    ("modalities", "origins", "how"),
    [
        (["asserted"], [WIRE], ""),
        (["reported", "asserted"], [VELD, BRANDT], ""),
        (["reported"], [VELD, BRANDT], "per Nora Veld and Ilo Brandt"),
        (["denied", "reported"], [BRANDT], "per Ilo Brandt"),
        (["reported"], [WIRE], "as reported by Wire"),
        (["alleged", "reported"], [WIRE], "as reported by Wire"),
        (["reported"], [WIRE, BRANDT], "per Wire and Ilo Brandt"),
        (["alleged"], [OWN], "alleged"),
        (["alleged"], [WIRE], "alleged, per Wire"),
        (["reported"], [OWN], "as reported, not as fact"),
    ],
)
def test_hearsay_is_not_shown_as_plain_fact(modalities: list[Modality], origins: list[Origin], how: str) -> None:
    """A fact that no claim asserts says on whose word it stands, or that it is alleged."""
    view = said(modalities, *origins)
    assert view.how == how


@pytest.mark.parametrize(("kind", "name"), [(PredictionClaim, "prediction"), (OpinionClaim, "opinion")])
@pytest.mark.parametrize(("modality", "rest"), [("asserted", ""), ("reported", ", per Nora Veld")])
def test_expectations_and_opinions_are_named_so(
    kind: type[BaseClaim], name: str, modality: Literal["asserted", "reported"], rest: str
) -> None:
    """A prediction or an opinion is marked as such, asserted or not."""
    assert said([modality], VELD, kind=kind).how == name + rest


def test_a_voice_without_a_name_is_named_as_it_is() -> None:
    """Where nobody but the outlet is an origin, hearsay goes to the speaker in the claim's own words."""
    told = claim("c", SOURCE, 2, "They talked.", "Daily Tide", modality="reported", speaker="two workers")
    view = fact("f", "They talked.", ["c"], "single_report", ["Daily Tide"], OWN)
    assert outline(story([told], view)).single[0].how == "per two workers"


def test_who_says_more_counts_for_how_it_is_said() -> None:
    """A claim that says this and more and is asserted makes a reported fact plain."""
    claims = [
        claim("a", SOURCE, 2, "They talked.", "Daily Tide", modality="reported"),
        claim("b", SOURCE, 4, "They talked 12 times.", "Daily Tide"),
    ]
    less = fact("f", "They talked.", ["a"], "single_origin", ["Daily Tide"], WIRE)
    more = fact("g", "They talked 12 times.", ["b"], "single_report", ["Daily Tide"], WIRE)
    assert outline(story(claims, less, more)).one_origin[0].how == "as reported by Wire"
    entailed = less.model_copy(update={"entailed_by": ("g",)})
    assert outline(story(claims, entailed, more)).one_origin[0].how == ""


@pytest.mark.parametrize("name", ["table", "markdown"])
@pytest.mark.parametrize("columns", [80, 200])
def test_a_corroborated_fact_can_be_checked(name: str, columns: int) -> None:
    """Beside it stands on whose word, and a sentence of an article, verbatim; no other verdict takes that room."""
    told = claim("c", SOURCE, 2, "They talked.", "Daily Tide", modality="reported")
    corroborated = fact("f", "They talked.", ["c"], "corroborated", ["Daily Tide"], VELD, BRANDT)
    text = REPORT_RENDERERS[name].render(story([told], corroborated), Style(columns))
    assert "per Nora Veld and Ilo Brandt: They talked." in text
    assert f"“{LINES[1]}”" in text
    single = corroborated.model_copy(update={"verdict": "single_origin"})
    assert LINES[1] not in REPORT_RENDERERS[name].render(story([told], single), Style(columns))


def test_a_disputed_fact_points_to_its_dispute() -> None:
    """The row of a disputed fact carries the number under which its dispute is shown."""
    view = outline(reports.veld_story())
    (dispute,) = view.disputes
    assert {fact.standing for fact in view.facts} == {"corroborated", f"disputed ({dispute.number})", "superseded"}


@pytest.mark.parametrize("name", ["table", "markdown"])
def test_what_is_not_grounded_is_listed_with_its_article(name: str) -> None:
    """A claim that was left out of the comparison is shown with what its sentences lack."""
    held = claim("a", SOURCE, 4, "There were 12 calls.", "Daily Tide")
    one = claim("b", SOURCE, 4, "There were 99 calls.", "Daily Tide").model_copy(update={"ungrounded": ("99",)})
    two = one.model_copy(update={"id": "d", "text": "In 2021, 98 calls.", "ungrounded": ("2021", "98")})
    report = story([held, one, two])
    (view,) = outline(report).articles
    assert view.ungrounded == (
        "not grounded, not compared: “There were 99 calls.” (99 is not in its sentences)",
        "not grounded, not compared: “In 2021, 98 calls.” (2021 and 98 are not in its sentences)",
    )
    text = REPORT_RENDERERS[name].render(report, Style(200))
    assert all(line in text for line in view.ungrounded)


def disputed(reasons: tuple[str, ...]) -> Report:
    """The story whose first dispute has these reasons in every point."""
    base = reports.veld_story()
    dispute = base.disputes[0]
    points = tuple(point.model_copy(update={"reasons": reasons}) for point in dispute.points)
    return base.model_copy(update={"disputes": (dispute.model_copy(update={"points": points}),)})


def test_reasons_are_the_models_and_not_said_twice() -> None:
    """Reasons stand in one line that says whose words they are, without those much like one before them."""
    once, again = "A single call excludes regular contact.", "One single call excludes contact that is regular."
    other = "Before 2022 means earlier than the first report."
    view = outline(disputed((once, again, other))).disputes[0].points[0]
    assert view.why == f"Why, in the model's words: {once} · {other}"
    assert outline(disputed(())).disputes[0].points[0].why == ""


@pytest.mark.parametrize("name", ["table", "markdown"])
def test_who_carries_both_sides_is_said_once(name: str) -> None:
    """An outlet that stands on both sides of a point is named under it; one that does not is not."""
    view = outline(reports.veld_story()).disputes[0]
    assert [point.both for point in view.points] == [
        "Daily Tide carries both sides",
        "Daily Tide carries both sides",
        "",
        "",
    ]
    assert REPORT_RENDERERS[name].render(reports.veld_story(), Style()).count("carries both sides") == 2


def test_the_counts_line_says_which_origins_it_counts() -> None:
    """The headline counts origins of the shared facts, the counts line all that are named."""
    assert "3 origins named in all" in outline(reports.veld_story()).counts[0]
