"""Copied wording and agency copy: one origin, however many print it."""

from __future__ import annotations

from tests.stages.scene import LONG, Scene, fact, named


def test_shared_wording_is_one_origin() -> None:
    """Two outlets that name nobody but print the same sentence are one origin, and the reason says so."""
    found = fact(
        {"publisher": "Alpha", "day": "2024-05-02", "quote": f"{LONG}."},
        {"publisher": "Beta", "day": "2024-05-01", "quote": f"{LONG}, said nobody."},
        {"publisher": "Gamma", "quote": "The ferry was found."},
    )
    assert named(found.origins) == [("Beta", "shared_text"), ("Gamma", "own_report")]
    assert found.origins[0].reason == "Alpha and Beta share their wording, so that they count as one"


def test_an_uncredited_copy_joins_the_credited_one() -> None:
    """Who prints an agency's words without its credit has them from the agency."""
    found = fact(
        {"publisher": "Alpha", "quote": f"{LONG}.", "origin": "Reuters"}, {"publisher": "Beta", "quote": f"{LONG}."}
    )
    assert named(found.origins) == [("Reuters", "stated")]
    assert found.origins[0].reason == "Alpha names Reuters as its source; Beta repeats the wording"


def test_wording_joins_no_two_named_origins() -> None:
    """Shared wording does not make one of two origins that are both stated."""
    found = fact(
        {"publisher": "Alpha", "quote": f"{LONG}.", "origin": "Reuters"},
        {"publisher": "Beta", "quote": f"{LONG}.", "origin": "WSJ"},
    )
    assert [origin.name for origin in found.origins] == ["Reuters", "WSJ"]


def test_a_short_common_phrase_is_no_copy() -> None:
    """Six words in common, such as a name and an office, prove nothing."""
    found = fact(
        {"publisher": "Alpha", "quote": "The prime minister of New Zealand spoke in public."},
        {"publisher": "Beta", "quote": "Yesterday the prime minister of New Zealand was silent."},
    )
    assert len(found.origins) == 2


def test_an_agency_that_carries_a_disclosure_is_no_second_origin() -> None:
    """Agency copy that cites a paper rests on the paper; a claim that names both does not rest on two."""
    scene = Scene()
    wire = scene.article("wire.txt", "Gamma")
    quote = f"{LONG}, the Wall Street Journal writes. (ANSA)"
    first = scene.claim(wire, "They were in contact.", quote, origin="WSJ; ANSA")
    second = scene.said("Delta", "They had contacts.", origin="Wall Street Journal")
    scene.equal(first, second)
    (found,) = scene.report().facts
    assert named(found.origins) == [("Wall Street Journal", "stated")]


def test_a_copy_joins_what_it_copies_before_a_source_it_names_elsewhere() -> None:
    """A near-verbatim copy of agency text is the agency's, also when its last paragraph names a newspaper."""
    scene = Scene()
    wire, copy = scene.article("wire.txt", "Gamma"), scene.article("copy.txt", "Delta")
    first = scene.claim(wire, "Divers found the wreck.", f"{LONG}. (ANSA)", origin="ANSA")
    second = scene.claim(copy, "The wreck was found by divers.", f"{LONG}.")
    scene.claim(copy, "The captain was drunk.", "The captain was drunk, the Wall Street Journal writes.", origin="WSJ")
    third = scene.said("Alpha", "The captain had drunk.", origin="WSJ")
    scene.equal(first, second)
    found = next(fact for fact in scene.report().facts if third not in fact.claims and len(fact.claims) == 2)
    assert [origin.name for origin in found.origins] == ["ANSA"]
    assert found.verdict == "single_origin"
