"""The demo cassettes: every seed story is checked whole, from the recording alone, with the network blocked."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from factcheck import api
from factcheck.errors import CassetteError
from factcheck.findings import Report
from factcheck.llm.cassette import read_header
from factcheck.prompts import CURRENT, load
from factcheck.reporting.base import Style
from factcheck.reporting.registry import REPORT_RENDERERS
from factcheck.settings import ModelSettings, Settings
from tests.seeds.labels import SEEDS
from tests.seeds.recordings import DEMO, STORIES, replay, tape


def test_every_story_has_a_cassette_and_every_cassette_a_story() -> None:
    """No seed story is left without a recording, and no recording without its story."""
    assert sorted(path.stem for path in DEMO.glob("*.yaml")) == STORIES


@pytest.mark.parametrize("story", STORIES)
def test_recordings_name_the_prompts_in_use(story: str) -> None:
    """A released prompt that changed would leave the recording stale; the header says so before any request.

    Gists are not asked for in stories as small as these.
    """
    header = read_header(tape(story))
    asked = {load(task).id: load(task).fingerprint for task in CURRENT if task != "gist_claims"}
    assert asked.items() <= header.prompts.items()
    assert header.note


@pytest.mark.parametrize("story", STORIES)
def test_replay_is_complete_and_repeatable(story: str) -> None:
    """Nothing failed, every article and pair is accounted for, and a second replay gives the same bytes."""
    first, second = (replay(story) for _ in range(2))
    assert first.failures == ()
    assert len(first.extractions) == len(first.articles)
    assert first.summary.failed_pairs == 0
    assert first == second
    for name, renderer in REPORT_RENDERERS.items():
        assert renderer.render(first, Style()) == renderer.render(second, Style()), name


def test_the_model_is_taken_from_the_recording() -> None:
    """A reader names no model; another model than the recorded one is a clear error, not a request."""
    recording = tape("harbour-fire")
    assert replay("harbour-fire").run.model == read_header(recording).model
    other = Settings(cassette=recording, model=ModelSettings(model="another-model"))
    with pytest.raises(CassetteError, match="another-model"):
        api.check(api.read([SEEDS / "harbour-fire"]), other)


def test_a_renamed_file_still_replays(tmp_path: Path) -> None:
    """Neither the names of files nor their order are part of what is asked."""
    story = tmp_path / "renamed"
    story.mkdir()
    for number, path in enumerate(sorted((SEEDS / "harbour-fire").glob("0*"))):
        shutil.copy(path, story / f"{9 - number}-other{path.suffix}")
    texts = {fact.text for fact in replay("harbour-fire").facts}
    found = replay("harbour-fire", story)
    assert len(found.articles) == 6
    assert {fact.text for fact in found.facts} == texts


def test_a_changed_article_is_stale_in_words(tmp_path: Path) -> None:
    """One changed figure does not match the recording, and the error says what to do."""
    story = tmp_path / "changed"
    shutil.copytree(SEEDS / "harbour-fire", story)
    path = story / "01-coast-herald-early.md"
    path.write_text(path.read_text(encoding="utf-8").replace("Three people", "Four people"), encoding="utf-8")
    with pytest.raises(CassetteError) as caught:
        replay("harbour-fire", story)
    message = str(caught.value)
    assert "recorded “[2] Three people had died" in message
    assert "now “[2] Four people had died" in message
    assert "record" in message


# -- what the report of the first story must tell ------------------------------------------------------


@pytest.fixture(scope="module")
def contacts() -> Report:
    """The story that retells the user's two articles."""
    return replay("contatti-musk-putin")


def test_the_contacts_are_one_dispute_in_four_dimensions(contacts: Report) -> None:
    """Whether, how many, when and about what; each with both sides' words."""
    points = {point.kind: point for point in contacts.disputes[0].points}
    assert {"existence", "number", "time", "content"} <= set(points)
    for point in points.values():
        assert len(point.sides) == 2
        assert all(side.words for side in point.sides)


def test_seven_outlets_rest_on_one_origin(contacts: Report) -> None:
    """However many outlets repeat the disclosure, its side rests on the Wall Street Journal alone."""
    disclosed, denied = next(p for p in contacts.disputes[0].points if p.kind == "existence").sides
    assert len(disclosed.publishers) >= 4
    assert [origin.name for origin in disclosed.origins] == ["Wall Street Journal"]
    assert any("Peskov" in speaker for speaker in denied.speakers)


def test_teasers_are_another_story(contacts: Report) -> None:
    """No claim has a teaser as evidence, and the teasers are named as outside."""
    first = next(a for a in contacts.articles if a.path.endswith("01-quotidiano.txt"))
    outside = next(e.outside for e in contacts.extractions if e.article_id == first.id)
    set_aside = " ".join(first.quote(number) for number in outside)
    assert all(word in set_aside for word in ("Starbase", "Kuiper", "Marte"))
    used = {e.sentence for c in contacts.claims().values() if c.article_id == first.id for e in c.evidence}
    assert used.isdisjoint(outside)


def test_agency_copy_is_no_second_origin(contacts: Report) -> None:
    """Two papers that carry the same ANSA text are never two origins of one fact."""
    copies = {"Gazzetta del Levante", "Corriere dei Laghi"}
    shared = [fact for fact in contacts.facts if copies <= set(fact.publishers)]
    assert len(shared) >= 5
    for fact in shared:
        assert len([origin for origin in fact.origins if set(origin.publishers) <= copies]) <= 1, fact.text
