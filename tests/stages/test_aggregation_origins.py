"""Copies are never counted as several origins, and every merge says why."""

from __future__ import annotations

from typing import Any

import pytest

from factcheck.models import KnownSources
from factcheck.stages.aggregation.naming import voices_in
from factcheck.stages.aggregation.sources import file_labels
from tests.stages.scene import Scene, fact, named


def test_own_reports_of_two_outlets_are_two_origins() -> None:
    """Two outlets that name nobody and share no text corroborate each other."""
    found = fact({"publisher": "Alpha"}, {"publisher": "Beta"})
    assert named(found.origins) == [("Alpha", "own_report"), ("Beta", "own_report")]
    assert found.verdict == "corroborated"
    assert found.origins[0].reason == "Alpha gives no source beyond itself"


def test_one_stated_origin_is_one_however_it_is_written() -> None:
    """WSJ and Wall Street Journal are one name, and the reason names who names it."""
    found = fact(
        {"publisher": "Alpha", "origin": "WSJ"},
        {"publisher": "Beta", "origin": "Wall Street Journal"},
        {"publisher": "Gamma", "origin": "the Wall Street Journal"},
    )
    assert named(found.origins) == [("Wall Street Journal", "stated")]
    assert found.origins[0].reason == "Alpha, Beta and Gamma name Wall Street Journal as their source"
    assert found.verdict == "single_origin"


def test_the_origin_itself_is_no_second_origin() -> None:
    """A paper's own article and the outlets that follow it have one origin."""
    found = fact({"publisher": "Wall Street Journal"}, {"publisher": "Beta", "origin": "WSJ"})
    assert named(found.origins) == [("Wall Street Journal", "stated")]
    assert found.origins[0].reason == (
        "Beta names Wall Street Journal as its source; Wall Street Journal reports it itself"
    )


def test_several_stated_origins_count_each() -> None:
    """A claim that states two origins stands behind both of them, but one outlet alone corroborates nothing."""
    both = {"publisher": "Alpha", "origin": "Reuters; WSJ"}
    assert [origin.name for origin in fact(both).origins] == ["Reuters", "WSJ"]
    assert fact(both).verdict == "single_report"
    assert fact(both, {"publisher": "Beta", "origin": "Reuters"}).verdict == "corroborated"


@pytest.mark.parametrize("speaker", ["Dmitry Peskov (Kremlin)", "Kremlin spokesman Dmitry Peskov", "Peskov", "Kremlin"])
def test_outlets_that_quote_one_speaker_have_one_origin(speaker: str) -> None:
    """The spokesman by name, with his office, or by his institution is one voice."""
    found = fact(
        {"publisher": "Alpha", "speaker": "Dmitry Peskov (Kremlin)"}, {"publisher": "Beta", "speaker": speaker}
    )
    assert named(found.origins) == [("Dmitry Peskov", "speaker")]
    if speaker == "Kremlin":
        voices = "Dmitry Peskov and Kremlin count as one voice"
        assert found.origins[0].reason == f"Alpha quotes Dmitry Peskov; Beta quotes Kremlin; {voices}"
    else:
        assert found.origins[0].reason == "Alpha and Beta quote Dmitry Peskov"


def test_nobody_is_said_to_quote_a_name_that_the_text_does_not_have() -> None:
    """A text that speaks of Russia is not said to quote the Kremlin's spokesman, though both are one voice."""
    scene = Scene()
    ids = [
        scene.said("Alpha", "They spoke once.", speaker="Dmitry Peskov (Cremlino)"),
        scene.said(
            "Beta", "There was a single call.", speaker="La Russia", quote="There was one call, says La Russia."
        ),
    ]
    scene.equal(*ids)
    against = scene.said("Gamma", "They spoke often.")
    for id_ in ids:
        scene.judge(id_, against, "contradicts")
    report = scene.report()
    found = next(fact for fact in report.facts if len(fact.claims) == 2)
    (origin,) = found.origins
    assert "Alpha quotes Dmitry Peskov" in origin.reason
    assert "Beta quotes La Russia" in origin.reason
    assert origin.reason.endswith("Dmitry Peskov and La Russia count as one voice")
    spoken = [side.speakers for side in report.disputes[0].points[0].sides if side.speakers]
    assert spoken == [("Dmitry Peskov (Cremlino)", "La Russia")]


@pytest.mark.parametrize("fields", [{"modality": "asserted"}, {"type": "statement", "stance": "declines"}])
def test_what_a_publisher_tells_of_a_person_does_not_come_from_the_person(fields: dict[str, Any]) -> None:
    """Who is told of in a paper's own voice, or declined to speak to it, is no origin."""
    found = fact(*({"publisher": name, "speaker": "Anna Berg"} | fields for name in ("Alpha", "Beta")))
    assert named(found.origins) == [("Alpha", "own_report"), ("Beta", "own_report")]
    assert found.origins[0].reason == "Alpha gives no source beyond itself"


def test_unnamed_people_who_decline_to_speak_are_no_common_origin() -> None:
    """Two papers that the police told nothing saw so themselves."""
    silent = {"speaker": "police", "type": "statement", "stance": "declines", "quote": "The police said nothing."}
    found = fact({"publisher": "Alpha"} | silent, {"publisher": "Beta"} | silent)
    assert named(found.origins) == [("Alpha", "own_report"), ("Beta", "own_report")]


def test_two_speakers_are_two_origins() -> None:
    """Different people who say the same are independent of each other."""
    found = fact({"publisher": "Alpha", "speaker": "Anna Berg"}, {"publisher": "Beta", "speaker": "Carl Dorn"})
    assert named(found.origins) == [("Anna Berg", "speaker"), ("Carl Dorn", "speaker")]


def test_one_speaker_by_two_papers_is_one_origin() -> None:
    """What one person told two papers goes back to that person."""
    found = fact(
        {"publisher": "Alpha", "speaker": "Anna Berg", "origin": "Reuters"},
        {"publisher": "Beta", "speaker": "Anna Berg", "origin": "WSJ"},
    )
    assert named(found.origins) == [("Anna Berg", "speaker")]


@pytest.mark.parametrize("speaker", ["two officials", "Two people briefed on the talks", "police"])
def test_unnamed_sources_in_the_same_words_are_one_origin(speaker: str) -> None:
    """Two papers that heard it from somebody without a name may have it from the same: nothing is corroborated."""
    scene = Scene()
    first, second = scene.article("a", "Alpha"), scene.article("b", "Beta")
    scene.claim(first, "It rained.", "Alpha asked two of them, and two people and the police said so.")
    scene.claim(second, "It snowed.", "Beta spoke to two people; two officials and the police agreed.")
    ids = [scene.claim(article, "It sank.", speaker=speaker) for article in (first, second)]
    scene.equal(*ids)
    found = next(fact for fact in scene.report().facts if len(fact.claims) == 2)
    assert named(found.origins) == [(speaker, "speaker")]
    assert found.origins[0].reason == "Alpha and Beta rest on sources they do not name, which may be the same"
    assert found.verdict == "single_origin"


def test_unnamed_sources_in_different_words_are_one_origin_beside_the_named_ones() -> None:
    """However the papers describe those whom they do not name, they count as one, and somebody with a name apart."""
    found = fact(
        {"publisher": "Alpha", "speaker": "two officials", "quote": "The two officials said it sank."},
        {"publisher": "Beta", "speaker": "the council", "quote": "It sank, the council said."},
        {"publisher": "Gamma", "speaker": "Anna Berg"},
    )
    assert named(found.origins) == [("unnamed sources", "speaker"), ("Anna Berg", "speaker")]
    assert found.verdict == "corroborated"


def test_an_unnamed_source_of_one_paper_only_is_that_papers_own() -> None:
    """One paper with sources it does not name, and another with none, are two origins."""
    found = fact(
        {"publisher": "Alpha", "speaker": "two officials", "quote": "The two officials said so."}, {"publisher": "Beta"}
    )
    assert named(found.origins) == [("Alpha", "own_report"), ("Beta", "own_report")]
    assert found.origins[0].reason == "Alpha rests on sources it does not name"


def test_unnamed_sources_join_the_one_origin_that_is_disclosed() -> None:
    """Where one paper says who spoke to the people without a name, the other's may be the same people."""
    quotes = {"speaker": "officials", "quote": "It sank, officials said."}
    found = fact({"publisher": "Alpha", "origin": "Reuters"} | quotes, {"publisher": "Beta"} | quotes)
    assert named(found.origins) == [("Reuters", "stated")]
    assert found.origins[0].reason == (
        "Alpha names Reuters as its source; Beta rests on sources it does not name, which may be the same"
    )


UNCUT = (
    "fonti di Roma, europee e di Mosca",
    "interlocutori negli Stati Uniti, in Europa e in Russia",
    "officials from Washington, Rome and Paris",
    "American, European and Russian officials",
    "current and former US and French officials",
    "Quellen aus Berlin und Paris",
    "fonti di Roma e degli Stati Uniti",
)


@pytest.mark.parametrize("speaker", UNCUT)
def test_places_of_unnamed_people_are_no_speakers(speaker: str) -> None:
    """Where unnamed people belong makes no voice of them: two outlets that cite such people are one origin, unnamed."""
    found = fact({"publisher": "Alpha", "speaker": speaker}, {"publisher": "Beta", "speaker": speaker})
    assert [origin.name for origin in found.origins] == [speaker]
    scene = Scene()
    said, denied = scene.said("Alpha", "It sank.", speaker=speaker), scene.said("Beta", "It did not sink.")
    scene.judge(said, denied, "contradicts", "existence")
    sides = scene.report().disputes[0].points[0].sides
    assert [side.speakers for side in sides if side.speakers] == []


@pytest.mark.parametrize(
    ("speaker", "voices"),
    [
        ("Anna Berg and officials from Rome", ["Anna Berg"]),
        ("officials from Rome and Paris, Anna Berg (fire service)", ["Anna Berg"]),
        ("Anna Berg and Carl Dorn", ["Anna Berg", "Carl Dorn"]),
        ("Anna Berg, Carl Dorn e fonti di Roma", ["Anna Berg", "Carl Dorn"]),
        ("harbour authority (Tarnmouth)", ["harbour authority (Tarnmouth)"]),
        ("spokesman (Harbour Board)", ["Harbour Board"]),
        ("two officials (Harbour Board)", ["Harbour Board"]),
    ],
)
def test_named_speakers_part_from_each_other_and_from_unnamed_ones(speaker: str, voices: list[str]) -> None:
    """Each person or body that is named is a voice, a body never by its town; unnamed people beside them are none."""
    scene = Scene()
    article = scene.article("a", "Alpha")
    scene.claim(article, "It sank.", speaker=speaker)
    (source,) = scene.report().articles
    assert sorted(voice[0] for voice in voices_in(speaker, source)) == voices


@pytest.mark.parametrize("speaker", ["GdE", "Gewerkschaft GdE", "sindacato GdE", "syndicat GdE", "GdE union"])
def test_a_union_quoted_in_several_languages_is_one_origin(speaker: str) -> None:
    """Papers that quote one union by its name, its acronym, or both with a noun corroborate nothing."""
    found = fact(
        {"publisher": "Alpha", "speaker": "Gewerkschaft der Eisenbahner (GdE)"},
        {"publisher": "Beta", "speaker": speaker},
    )
    assert [origin.basis for origin in found.origins] == ["speaker"]
    assert found.verdict == "single_origin"


def test_ministries_are_different_origins() -> None:
    """A noun in common makes no two bodies one."""
    found = fact(
        {"publisher": "Alpha", "speaker": "Ministry of Defence"}, {"publisher": "Beta", "speaker": "Ministry of Health"}
    )
    assert found.verdict == "corroborated"


def test_an_agency_credit_in_brackets_or_byline_is_the_origin() -> None:
    """Copy credited to an agency is the agency's, whoever prints it."""
    scene = Scene()
    scene.article("a", "Alpha", author="Reuters staff")
    scene.article("b", "Beta")
    first = scene.claim("a", "The ferry sank.")
    second = scene.claim("b", "The ferry went down.", "(Reuters) The ferry went down.")
    scene.equal(first, second)
    (found,) = scene.report().facts
    assert named(found.origins) == [("Reuters", "credit")]
    assert found.origins[0].reason == "Alpha and Beta carry the credit of Reuters"


def test_the_byline_of_a_page_is_not_that_of_its_passages() -> None:
    """An aggregator's byline says nothing about the passages of other outlets on its page."""
    scene = Scene()
    scene.article("page", "Collector", author="Reuters")
    ids = [
        scene.claim("page", f"The ferry sank, wrote {name}.", passage=scene.passage("page", name))
        for name in ("Alpha", "Beta")
    ]
    scene.equal(*ids)
    (found,) = scene.report().facts
    assert named(found.origins) == [("Alpha", "own_report"), ("Beta", "own_report")]


def test_an_outlet_that_names_its_source_elsewhere_is_not_independent_of_it() -> None:
    """A claim without a source is counted with the origin that its own passage names for another claim."""
    scene = Scene()
    scene.article("a", "Alpha")
    told = scene.claim("a", "The ferry sank.")
    scene.claim("a", "The captain had been warned.", origin="Reuters")
    other = scene.said("Beta", "The ferry went down.", origin="Reuters")
    scene.equal(told, other)
    found = next(f for f in scene.report().facts if told in f.claims)
    assert named(found.origins) == [("Reuters", "stated")]
    assert found.origins[0].reason == ("Beta names Reuters as its source; Alpha draws on Reuters elsewhere on its page")


def test_an_outlet_that_draws_on_two_origins_does_not_join_them() -> None:
    """A claim that could come from either of two origins is counted with one, and the two stay two."""
    scene = Scene()
    scene.article("a", "Alpha")
    told = scene.claim("a", "The ferry sank.")
    scene.claim("a", "The captain had been warned.", origin="Reuters; WSJ")
    others = [scene.said(name, "It sank.", origin=origin) for name, origin in (("Beta", "Reuters"), ("Gamma", "WSJ"))]
    scene.equal(told, *others)
    found = next(f for f in scene.report().facts if told in f.claims)
    assert [origin.name for origin in found.origins] == ["Reuters", "WSJ"]


def test_the_users_list_joins_what_belongs_together() -> None:
    """Two outlets of one owner are one origin when the user's own list says so."""
    found = fact({"publisher": "Alpha"}, {"publisher": "Beta"}, known={"Alpha": "Big Group", "Beta": "Big Group"})
    assert named(found.origins) == [("Big Group", "own_report")]
    assert found.origins[0].reason == "Alpha and Beta belong to Big Group, by your list of sources"
    assert found.verdict == "single_origin"


def test_a_circle_in_the_users_list_is_harmless() -> None:
    """A list in which two names belong to each other still gives one origin."""
    found = fact({"publisher": "Alpha"}, {"publisher": "Beta"}, known={"Alpha": "Beta", "Beta": "Alpha"})
    assert len(found.origins) in (1, 2)


def test_an_article_without_publisher_goes_by_its_path() -> None:
    """Nameless files are told apart by their paths, and a path is never taken for a name."""
    scene = Scene()
    first = scene.claim(scene.article("musk.txt"), "They met.")
    second = scene.claim(scene.article("b.txt"), "They came together.", speaker="Elon Musk")
    scene.equal(first, second)
    (found,) = scene.report().facts
    assert named(found.origins) == [("Elon Musk", "speaker"), ("musk.txt", "own_report")]


def test_the_origins_of_a_story_are_listed_once_each() -> None:
    """Over all facts every origin stands once, with all its claims and publishers, the widest first."""
    scene = Scene()
    ids = [scene.said(name, f"Fact of {name}.", origin="Reuters") for name in ("Alpha", "Beta")]
    own = scene.said("Gamma", "Another fact.")
    scene.judge(ids[0], ids[1], "unrelated")
    report = scene.report()
    assert [(origin.name, origin.publishers) for origin in report.origins] == [
        ("Reuters", ("Alpha", "Beta")),
        ("Gamma", ("Gamma",)),
    ]
    assert report.origins[0].claims == tuple(ids)
    assert report.origins[1].claims == (own,)
    assert report.summary.origins == 2


def test_an_author_is_no_speaker() -> None:
    """What a columnist asserts in their own column is the paper's report, not that of a source."""
    found = fact({"publisher": "Alpha", "speaker": "Agnes Corrie"}, {"publisher": "Beta"})
    assert ("Agnes Corrie", "speaker") in named(found.origins)
    scene = Scene()
    column = scene.article("column.txt", "Alpha", author="Agnes Corrie")
    scene.claim(column, "The harbour is badly run.", speaker="Agnes Corrie")
    (own,) = scene.report().facts
    assert named(own.origins) == [("Alpha", "own_report")]


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("By Agnes Corrie", True),
        ("di Agnes Corrie", True),
        ("Von Agnes Corrie und Tom Low", True),
        ("par Agnes Corrie | Nantes", True),
        ("By Agnes Corrie's own count it is badly run.", False),
        ("By Tom Low", False),
    ],
)
def test_who_signs_the_text_is_no_speaker(line: str, author: bool) -> None:
    """A byline in the text makes its name the author, whose words are the paper's; a sentence about her does not."""
    scene = Scene()
    column = scene.article("column.txt", "Alpha", title="The harbour")
    scene.claim(column, "It rained.", line)
    id_ = scene.claim(column, "The harbour is badly run.", speaker="Agnes Corrie")
    own = next(fact for fact in scene.report().facts if id_ in fact.claims)
    assert named(own.origins) == ([("Alpha", "own_report")] if author else [("Agnes Corrie", "speaker")])


def test_files_without_publisher_go_by_as_few_parts_as_tell_them_apart() -> None:
    """A file name alone where it is unique, with its folder where it is not."""
    assert file_labels(["/x/a/one.txt", "/x/a/two.txt", "/x/b/two.txt"]) == {
        "/x/a/one.txt": "one.txt",
        "/x/a/two.txt": "a/two.txt",
        "/x/b/two.txt": "b/two.txt",
    }


def test_another_name_of_an_outlet_is_that_outlet() -> None:
    """By the user's list a domain and a paper are one outlet, which is one report and no corroboration."""
    scene = Scene()
    ids = [scene.said(publisher, f"Version {publisher}.") for publisher in ("quellocal.it", "Il Quotidiano Locale")]
    scene.equal(*ids)
    known = KnownSources(aliases={"quellocal.it": "Il Quotidiano Locale"})
    (found,) = scene.report(known_sources=known).facts
    assert (found.publishers, found.verdict) == (("Il Quotidiano Locale",), "single_report")
