"""The ranking of many claims: who is paired, what is passed over, and that the counts add up."""

from __future__ import annotations

import random
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factcheck.claim_types.registry import comparable
from factcheck.stages.blocking import Blocking, Known, Plan, candidate_pairs, own_passage, pair, prepare
from factcheck.stages.blocking.features import lexical
from factcheck.stages.blocking.fusion import choose
from factcheck.stages.blocking.index import population
from factcheck.stages.blocking.ranking import Population, Ranked, cosines, ranked, similar
from factcheck.stages.blocking.subjects import Subject
from tests.stages.scene import Scene

WORDS = (
    "bridge",
    "harbour",
    "fire",
    "mayor",
    "strike",
    "court",
    "storm",
    "Genoa",
    "Eastley",
    "12",
    "38",
    "900",
    "fell",
)
TYPES = ("event", "event", "opinion", "prediction", "statement")
WORDING = st.lists(st.sampled_from(WORDS), min_size=1, max_size=9)
CLAIMS = st.lists(st.tuples(WORDING, st.sampled_from(TYPES)), max_size=6)
STORIES = st.lists(st.tuples(CLAIMS, st.sampled_from(["en", "it", None])), max_size=7)
NEAREST = Plan(choice="nearest", neighbours=3)


def scene_of(articles: list[tuple[list[tuple[list[str], str]], str | None]]) -> Scene:
    """One article per entry: its claims by words and type, and its language."""
    scene = Scene()
    for number, (claims, language) in enumerate(articles):
        path = scene.article(f"{number}.txt", f"Outlet {number}", language=language)
        for words, kind in claims:
            scene.claim(path, " ".join(words), type=kind)
    return scene


def blocked(scene: Scene, plan: Plan, known: Known | None = None) -> Blocking:
    """The pairs of a scene."""
    articles = {article.id: article for article in scene.articles()}
    return candidate_pairs(scene.extractions(), articles, detail="full", plan=plan, known=known)


def subjects_of(scene: Scene) -> tuple[Subject, ...]:
    """The claims of a scene as they are paired."""
    return prepare(scene.extractions(), {a.id: a for a in scene.articles()}, detail="full").subjects


@settings(max_examples=15)
@given(STORIES, st.randoms(use_true_random=False))
def test_nearest_pairs_are_canonical_unique_in_scope_and_independent_of_order(
    articles: list[tuple[list[tuple[list[str], str]], str | None]], chance: random.Random
) -> None:
    """No self-pair, no pair twice, lower id left, a subset of all pairs, whatever the order of arrival."""
    scene = scene_of(articles)
    found = blocked(scene, NEAREST)
    keys = [pair.key for pair in found.pairs]
    assert keys == sorted(set(keys))
    assert all(left < right for left, right in keys)
    assert set(keys) <= {pair.key for pair in blocked(scene, Plan(choice="all")).pairs}
    assert all(pair.rules and pair.score is not None for pair in found.pairs)
    shuffled = list(scene.extractions())
    chance.shuffle(shuffled)
    arts = {a.id: a for a in scene.articles()}
    assert candidate_pairs(shuffled, arts, detail="full", plan=NEAREST) == found


@settings(max_examples=15)
@given(STORIES)
def test_every_pair_in_scope_is_chosen_or_counted_as_left_out(
    articles: list[tuple[list[tuple[list[str], str]], str | None]],
) -> None:
    """Chosen and left out together are the pairs that all pairs would look at, and counts by rule end in the sum."""
    scene = scene_of(articles)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            own_passage, "OWN", 1
        )  # or no story here is large enough for a pair of one passage to be left out
        everything, found = blocked(scene, Plan(choice="all")), blocked(scene, NEAREST)
    assert sum(found.rules.values()) == sum(everything.rules.values())
    assert all(count > 0 for count in found.rules.values())
    counts = found.counts()
    settled = len(found.pairs) + len(found.identical)
    assert (counts[-1].cumulative if counts else 0) == settled
    assert sum(count.marginal for count in counts) == settled


def test_claims_that_may_not_be_paired_take_no_place() -> None:
    """Rank before cap: fifty nearer claims of its own passage, or of a kind that cannot bear on it, hide no pair."""
    scene = Scene()
    scene.article("a", "Alpha")
    claim = scene.claim("a", "The old bridge in Genoa fell on Tuesday")
    for number in range(50):
        scene.claim("a", f"The old bridge in Genoa fell on Tuesday number{chr(97 + number % 26)}{number // 26}x")
        name = scene.article(f"o{number}", f"Opinion {number}")
        scene.claim(name, f"The old bridge in Genoa fell on Tuesday, view{number}y", type="opinion")
    far = scene.said("Beta", "Genoa: the bridge still stands")
    assert (claim, far) in {pair.key for pair in blocked(scene, Plan(choice="nearest", neighbours=1)).pairs} or (
        far,
        claim,
    ) in {pair.key for pair in blocked(scene, Plan(choice="nearest", neighbours=1)).pairs}


@settings(max_examples=15)
@given(st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6), min_size=2, max_size=30), st.integers(1, 5))
def test_the_ranking_is_that_of_comparing_all_with_all(texts: list[list[str]], k: int) -> None:
    """The nearest of each claim are those that a comparison of every two claims gives."""
    scene = Scene()
    for number, words in enumerate(texts):
        scene.said(f"Outlet {number}", " ".join(words))
    subjects = subjects_of(scene)
    people = population(subjects)
    vectors = lexical([s.text for s in subjects], [s.keys for s in subjects])
    cosine = (vectors @ vectors.T).toarray().astype(float)
    figures = people.number.astype(float)
    found = ranked(vectors, people, k)
    for row in range(len(subjects)):
        score = np.round(cosine[row] + 0.05 * figures[row] * figures, 6)
        near = [col for col in range(len(subjects)) if col != row and cosine[row, col] > 0.0201]
        best = sorted(-score[col] for col in near)[:k]
        assert [-s for s in found.score[found.row == row][: len(best)]] == pytest.approx(best, abs=2e-6)


def test_each_language_gets_its_share() -> None:
    """Twenty close claims in the claim's own language leave room for the one in another language."""
    scene = Scene()
    for number in range(20):
        path = scene.article(f"{number}.txt", f"Outlet {number}", language="it")
        scene.claim(path, f"Il sindaco Moretti di Norhaven chiude il porto vecchio {chr(97 + number)}x")
    one = scene.claim(scene.article("z.txt", "Zeta", language="it"), "Il sindaco Moretti di Norhaven chiude il porto")
    other = scene.claim(scene.article("e.txt", "Eta", language="en"), "Moretti shuts Norhaven harbour")
    found = {pair.key for pair in blocked(scene, Plan(choice="nearest", neighbours=4)).pairs}
    assert (min(one, other), max(one, other)) in found


def test_gists_find_what_words_do_not() -> None:
    """Claims without a word in common are paired by their gists, and the pair says so."""
    scene = Scene()
    one = scene.claim(scene.article("a", "Alpha", language="de"), "Der Streik wurde gerichtlich untersagt")
    other = scene.claim(scene.article("b", "Beta", language="fr"), "La grève reste licite, dit un juge")
    scene.claim(scene.article("c", "Gamma", language="en"), "Rain is late this year")
    known = Known(gists={one: "A court banned the strike", other: "The strike is legal, a court says"})
    assert (one, other) not in {pair.key for pair in blocked(scene, NEAREST).pairs}
    found = {pair.key: pair.rules for pair in blocked(scene, NEAREST, known).pairs}
    assert found[one, other] == ("nearest_gist",)


def test_embeddings_are_a_channel_beside_the_words() -> None:
    """Vectors of the user's model pair claims that share nothing else, and a pair that both find names both rules."""
    scene = Scene()
    texts = ("The strike was banned in Genoa", "The strike in Genoa is legal", "Nobody may stop working")
    ids = [scene.said(f"Outlet {number}", text) for number, text in enumerate(texts)]
    vectors = {ids[0]: (1.0, 0.0), ids[1]: (0.9, 0.1), ids[2]: (0.8, 0.3)}
    found = {pair.key: pair.rules for pair in blocked(scene, NEAREST, Known(embeddings=vectors)).pairs}
    assert found[ids[0], ids[1]] == ("nearest_words", "nearest_embedding")
    assert found[ids[0], ids[2]] == ("nearest_embedding",)


def test_a_small_story_is_not_ranked() -> None:
    """Up to the limit all pairs are judged, one more and the nearest are; a limit of none ranks everything."""
    scene = Scene()
    for number in range(10):
        scene.said(f"Outlet {number}", f"Claim {WORDS[number]} {WORDS[-number]}")
    subjects = subjects_of(scene)
    assert not Plan(all_pairs_up_to=45).ranks(subjects)
    assert Plan(all_pairs_up_to=44).ranks(subjects)
    assert not Plan(choice="all", all_pairs_up_to=0).ranks(subjects)


@pytest.mark.parametrize("texts", [[], [""], ["", "..."], ["a", "b"], ["\u202e\ud800", "🙂🙂🙂🙂", "語" * 9_000]])
def test_odd_texts_do_not_break_the_ranking(texts: list[str]) -> None:
    """Nothing, punctuation, lone surrogates and huge words give no pair and no error."""
    scene = Scene()
    for number, text in enumerate(texts):
        scene.said(f"Outlet {number}", text)
    found = blocked(scene, NEAREST)
    assert sum(found.rules.values()) == len(texts) * (len(texts) - 1) // 2


def test_counting_looks_at_every_pair() -> None:
    """Pairs with words in common are counted exactly, those of one group left out."""
    scene = Scene()
    for number in range(40):
        scene.said(f"Outlet {number}", f"The {WORDS[number % 12]} in {WORDS[(number * 5) % 12]} was late")
    subjects = subjects_of(scene)
    vectors = lexical([s.text for s in subjects], [s.keys for s in subjects])
    group = np.array([number % 3 - 1 for number in range(len(subjects))])
    dense = (vectors @ vectors.T).toarray()
    wanted = [
        (a, b)
        for a, b in combinations(range(len(subjects)), 2)
        if dense[a, b] > 0.02 and (group[a] != group[b] or group[a] < 0)
    ]
    assert similar(vectors, group) == len(wanted)
    left, right = (np.array(side) for side in zip(*wanted, strict=True))
    assert cosines(vectors, left, right) == pytest.approx(dense[left, right], abs=1e-6)


def test_fusion_prefers_what_two_channels_find() -> None:
    """With one place left, the claim that two channels rank second wins over the ones that one ranks first."""

    def people(**fields: Any) -> Population:
        return Population(**fields)

    dense = np.eye(4, dtype=np.float32)
    first, second = dense.copy(), dense.copy()
    first[0], second[0] = (0, 0.8, 0.6, 0), (0, 0, 0.6, 0.8)
    everyone = people(
        group=np.arange(4),
        block=np.zeros(4, np.int64),
        number=np.zeros(4, bool),
        allowed=lambda one, other: one == 0 or other == 0,
    )
    chosen = choose([ranked(rows, everyone, 2) for rows in (first, second)], everyone, 1)
    pairs = set(zip(chosen.left.tolist(), chosen.right.tolist(), chosen.channels.tolist(), strict=True))
    assert (0, 2, 3) in pairs


def test_comparable_claims_alone_are_paired() -> None:
    """An opinion is not paired with an event however alike they are, and the pair is counted."""
    scene = Scene()
    scene.said("Alpha", "The bridge of Genoa is a disgrace", type="opinion")
    scene.said("Beta", "The bridge of Genoa is a disgrace indeed")
    left, right = scene.claims().values()
    assert not comparable(left, right)
    assert blocked(scene, NEAREST).rules == {"not_comparable": 1}


def test_pairing_prepared_claims_is_the_same_as_pairing_at_once() -> None:
    """The two steps that a pipeline takes give what `candidate_pairs` gives."""
    scene = scene_of([([(["bridge", "fell"], "event")], "en"), ([(["bridge", "closed"], "event")], "it")])
    prepared = prepare(scene.extractions(), {a.id: a for a in scene.articles()}, detail="full")
    assert pair(prepared, NEAREST, Known()) == blocked(scene, NEAREST)


def _held(lists: dict[int, list[int]]) -> Ranked:
    """Each claim's candidates, the nearest first."""
    entries = [(row, col, 0.9 - place / 100) for row, cols in sorted(lists.items()) for place, col in enumerate(cols)]
    row, col, score = zip(*entries, strict=True)
    return Ranked(np.array(row), np.array(col), np.array(score), np.empty(0, np.int64))


def _people(blocks: list[int]) -> Population:
    """Claims of these languages, each in a passage of its own."""
    each = np.arange(len(blocks))
    return Population(each, np.array(blocks), np.zeros(len(blocks), bool), lambda one, other: one != other)


def test_what_both_sides_just_miss_is_chosen_among_many_languages() -> None:
    """Fifth of four places on both sides is in, on one side alone out; in one language the places are all there is."""
    mixed = _people([0] * 10 + [1] * 8)
    abroad = [10, 11, 12, 13], [14, 15, 16, 17]
    both = _held({0: [1, 2, 3, 4, 5, *abroad[0]], 5: [6, 7, 8, 9, 0, *abroad[1]]})
    found = choose([both], mixed, 8)
    assert (0, 5) in set(zip(found.left.tolist(), found.right.tolist(), strict=True))
    one_side = _held({0: [1, 2, 3, 4, 5, *abroad[0]], 5: [6, 7, 8, 9, *abroad[1]]})
    found = choose([one_side], mixed, 8)
    assert (0, 5) not in set(zip(found.left.tolist(), found.right.tolist(), strict=True))
    found = choose([_held({0: [1, 2, 3, 4, 5], 5: [6, 7, 8, 9, 0]})], _people([0] * 10), 4)
    assert (0, 5) not in set(zip(found.left.tolist(), found.right.tolist(), strict=True))


def test_what_one_channel_holds_nearest_goes_before_what_two_hold_last() -> None:
    """That a cut list does not hold a claim means that it comes later, not that it is infinitely far."""
    found = choose([_held({0: [1, 3]}), _held({0: [2, 3]})], _people([0] * 4), 2)
    assert found.right.tolist() == [1, 2]
    found = choose([_held({0: [1, 4, 3, 5]}), _held({0: [2, 6, 3, 7]})], _people([0] * 8), 4)
    assert 3 in found.right.tolist()
