"""The net between stories in blocks: the same pairs as with all claims in memory, however they are parted."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factcheck.models import CLAIM, CandidatePair, Claim
from factcheck.stages.blocking import across, block_ranking, features, pool, ranking, stored_vectors
from factcheck.stages.blocking.across import NEIGHBOURS, SCORE, SCORE_OF_MANY, Net
from factcheck.stages.blocking.base import Known
from factcheck.stages.blocking.features import lexical
from factcheck.stages.blocking.fusion import choose
from factcheck.stages.blocking.gist_words import gist_keys
from factcheck.stages.blocking.index import population
from factcheck.stages.blocking.pool import GIST_WORDS, WORDS, Pool
from factcheck.stages.blocking.ranking import DECIMALS, NUMBER_BONUS, ranked
from factcheck.stages.blocking.registry import BLOCKERS
from factcheck.stages.blocking.rules import NEAREST_ACROSS_STORIES
from factcheck.stages.blocking.stored_vectors import matrix, stored_blocks
from factcheck.stages.blocking.subjects import Subject, subject

NAMES = ("Marlund", "Genoa", "Aurora Star", "Долгих", "Łódź")
WORDS_USED = ("ferry", "sank", "mayor", "resigned", "bridge", "off", "near", "été", "über", "12", "38", "1.5")
KINDS: tuple[dict[str, Any], ...] = (
    {"type": "event"},
    {"type": "quantity", "counted": "deaths", "value": 12.0, "comparator": "exactly", "unit": "km"},
    {"type": "quantity", "counted": "deaths", "value": 12.0, "comparator": "exactly", "unit": "kg"},
    {"type": "statement", "speaker": "Marlund", "stance": "affirms"},
    {"type": "opinion"},
    {"type": "prediction"},
)
LANGUAGES = {"one": "en", "two": "it", "three": None, "four": "en"}
"""Of the articles."""


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    """A claim of few words and one name, so that many are alike; no id stands for two texts."""
    words = draw(st.lists(st.sampled_from(WORDS_USED), min_size=1, max_size=5))
    text = " ".join([draw(st.sampled_from(NAMES)), *words])
    article, kind = draw(st.sampled_from(sorted(LANGUAGES))), draw(st.sampled_from(KINDS))
    told = hashlib.sha256(repr((text, article, sorted(kind.items()), draw(st.integers(0, 3)))).encode()).hexdigest()
    fields = {"id": f"sha256:{told[:16]}", "article_id": article, "text": text, "evidence": (), "passage": 1}
    doubt = draw(st.sampled_from([(), (), (), ("Genoa",)]))
    return CLAIM.validate_python({**fields, **kind, "ungrounded": doubt})


STORIES = st.dictionaries(st.sampled_from("abcdef"), st.lists(claims(), max_size=12), max_size=6)


def in_memory(
    stories: Mapping[str, Sequence[Claim]],
    languages: Mapping[str, str | None],
    gists: Mapping[str, str],
    least: float,
) -> list[CandidatePair]:
    """The net as the rules for one story find near claims, with all vectors in memory and no list of near ones cut."""
    homes, told = dict[str, set[str]](), dict[str, Claim]()
    for story, claims_of in stories.items():
        for claim in claims_of:
            if not claim.ungrounded:
                homes.setdefault(claim.id, set()).add(story)
                told[claim.id] = claim
    subjects = [subject([told[id_]], languages.get(told[id_].article_id)) for id_ in sorted(told)]
    if not subjects:
        return []
    people = population(subjects, [next(iter(homes[s.id])) if len(homes[s.id]) == 1 else None for s in subjects])
    mixed = len({s.language or "" for s in subjects}) > 1
    known = Known(gists=gists if mixed else {})
    rows = [found for blocker in BLOCKERS if (found := blocker.vectors(subjects, known)) is not None]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranking, "SPARE", 10_000)
        channels = [ranked(each, people, NEIGHBOURS, least - NUMBER_BONUS) for each in rows]
    chosen = choose(channels, people, NEIGHBOURS)
    pairs = []
    for left, right, score in zip(chosen.left, chosen.right, np.round(chosen.score, DECIMALS), strict=True):
        a, b = subjects[left], subjects[right]
        if score >= least and a.keys & b.keys and homes[a.id].isdisjoint(homes[b.id]):
            pairs.append(CandidatePair(left=a.id, right=b.id, rule=NEAREST_ACROSS_STORIES, score=float(score)))
    return pairs


@settings(max_examples=40, deadline=None)
@given(
    stories=STORIES,
    size=st.integers(1, 40),
    languages=st.sampled_from([LANGUAGES, {"one": "it", "two": "it", "three": "it", "four": "it"}, {}]),
    glossed=st.integers(0, 2),
    tight=st.booleans(),
    rare=st.booleans(),
)
def test_the_pairs_are_those_of_all_claims_in_memory(
    stories: dict[str, list[Claim]],
    size: int,
    languages: dict[str, str | None],
    glossed: int,
    tight: bool,
    rare: bool,
) -> None:
    """Same pairs and scores, in several languages and with gists, for claims of two stories, with lists of near claims
    that were cut too short and searched again, and whether or not document frequencies count."""
    everything = {claim.id: claim for told in stories.values() for claim in told}
    foreign = [id_ for id_ in sorted(everything) if languages.get(everything[id_].article_id) != "en"]
    gists = {id_: f"The {everything[id_].text} 38" for id_ in foreign[:: 3 - glossed]} if glossed else {}
    with pytest.MonkeyPatch.context() as patch:
        if rare:
            patch.setattr(features, "IDF_FROM", 1)
            patch.setattr(across, "IDF_FROM", 1)
            patch.setattr(features, "MAX_DF", 0.5)
        if tight:
            patch.setattr(block_ranking, "CELLS", 4)
            patch.setattr(block_ranking, "SPARE", -3)
            patch.setattr(stored_vectors, "PORTION", 3)
            patch.setattr(pool, "CLAIMS_HELD", 2)
            patch.setattr(pool, "PORTION", 2)
        net = Net(BytesIO(), size)
        for story, told in stories.items():
            net.add(story, told, languages, gists)
        caught = net.cast()
        assert list(caught.pairs) == in_memory(stories, languages, gists, SCORE_OF_MANY if rare else SCORE)
    homes = caught.homes(caught.pairs.ids)
    for id_, home in homes.items():
        assert home == min(story for story, told in stories.items() if id_ in {c.id for c in told if not c.ungrounded})


@settings(max_examples=20, deadline=None)
@given(st.lists(claims(), min_size=1, max_size=30), st.integers(1, 12), st.booleans())
def test_vectors_in_blocks_are_those_of_all_claims_to_the_last_bit(told: list[Claim], size: int, rare: bool) -> None:
    """Rows and columns, of the texts and of the gists, in the order in which products sum them up."""
    told = [claim for claim in {claim.id: claim for claim in told}.values() if not claim.ungrounded]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(features, "IDF_FROM", 1 if rare else 1_000)
        patch.setattr(stored_vectors, "PORTION", 4)
        held = Pool(BytesIO())
        gists = {claim.id: f"Genoa {claim.text}" for claim in told[::2]}
        held.add("story", told, {}, gists)
        sealed = held.seal()
        subjects: list[Subject] = sorted((subject([claim], None) for claim in told), key=lambda each: each.id)
        glosses = [gists.get(each.id, "") for each in subjects]
        for first, texts, keys in (
            (WORDS, [each.text for each in subjects], [each.keys for each in subjects]),
            (GIST_WORDS, glosses, [gist_keys(gist) if gist else frozenset[str]() for gist in glosses]),
        ):
            expected, places = lexical(texts, keys), list[int]()
            for block in stored_blocks(held, sealed, first, size):
                rows, columns = matrix(held, block.rows), matrix(held, block.columns)
                part = expected[block.places]
                for one, other in ((rows, part), (columns, part.T.tocsr())):
                    assert one.shape == other.shape
                    assert np.array_equal(one.indptr, other.indptr)
                    assert np.array_equal(one.indices, other.indices)
                    assert np.array_equal(one.data, other.data)
                assert len(block.places) <= size
                places += block.places.tolist()
            assert sorted(places) == list(range(len(subjects)))


def test_equally_near_claims_are_chosen_by_id_in_blocks_of_any_size() -> None:
    """Of sixty stories that say the same each claim chooses the five lowest ids, which no block of them knows."""
    fields = {"type": "event", "text": "The ferry Aurora Star sank off Marlund.", "evidence": (), "passage": 1}
    told = [CLAIM.validate_python({**fields, "id": f"c{n:03}", "article_id": f"a{n}"}) for n in range(60)]
    found = []
    for size in (7, 32, 1_000):
        net = Net(BytesIO(), size)
        for number in reversed(range(60)):
            net.add(f"s{number}", [told[number]], {})
        found.append([pair.key for pair in net.cast().pairs])
    lowest = [(f"c{one:03}", f"c{other:03}") for one in range(NEIGHBOURS) for other in range(one + 1, 60)]
    assert found == [lowest] * 3


def test_pairs_that_are_asked_for_are_told_when_both_claims_are_there() -> None:
    """Whatever else is near; with the story of each, and not when one of the claims is gone or not grounded."""
    fields = {"type": "event", "evidence": (), "passage": 1, "article_id": "a"}
    one, other, doubtful = (
        CLAIM.validate_python({**fields, "id": id_, "text": f"It is {id_}.", "ungrounded": doubt})
        for id_, doubt in (("c1", ()), ("c2", ()), ("c3", ("x",)))
    )
    net = Net(BytesIO())
    net.add("first", [one, doubtful], {})
    net.add("second", [other], {})
    caught = net.cast([("c1", "c2"), ("c1", "c3"), ("c0", "c2")])
    assert (list(caught.pairs), caught.also) == ([], (("c1", "c2"),))
    assert caught.homes(("c1", "c2")) == {"c1": "first", "c2": "second"}
    assert Net(BytesIO()).cast([("c1", "c2")]).also == ()
