"""Labels that nobody was asked for: what follows, from which chain, and what must not be said."""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st

from factcheck.models import CandidatePair, Claim, Conflict, Judgement, Relation
from factcheck.stages.judging.closure import closure, labels_for
from factcheck.stages.judging.inference import INFERRED, LONGEST_CHAIN, label_of
from tests.stages.pairs_of_claims import RELATIONS, WORLDS, judged, make, relation_of

IDS = [f"c{n}" for n in range(7)]
CLAIMS: dict[str, Claim] = {id_: make(id_, f"Thing {id_} happened.", article_id=f"article-{id_}") for id_ in IDS}


def stated(left: str, right: str, relation: Relation, **fields: object) -> Judgement:
    """A label as it stands after both passes: contradictions are confirmed."""
    how = "confirmed" if relation == "contradicts" else "model"
    return judged(left, right, relation).model_copy(update={"how": how, **fields})


def only(judgements: Sequence[Judgement], claims: Mapping[str, Claim] = CLAIMS) -> Judgement:
    """The one label that follows."""
    (found,) = closure(judgements, claims)
    return found


def test_equivalent_claims_share_their_contradictions() -> None:
    """c0 says what c1 says, c1 contradicts c2: so c0 does, firmly, for its fact is at odds with c2 anyway."""
    found = only([stated("c0", "c1", "equivalent"), stated("c1", "c2", "contradicts")])
    assert (found.key, found.relation, found.how, found.rule) == (("c0", "c2"), "contradicts", "inferred", INFERRED)
    assert found.chain == (("c0", "c1"), ("c1", "c2"))
    assert found.certainty == "firm"
    assert found.note == (
        "follows from “Thing c0 happened.” says the same as “Thing c1 happened.”; "
        "“Thing c1 happened.” contradicts “Thing c2 happened.”"
    )


def test_a_contradiction_that_an_entailment_carries_is_only_possible() -> None:
    """It would put a third fact into the dispute on the strength of one reading."""
    found = only([stated("c0", "c1", "a_entails_b"), stated("c1", "c2", "contradicts")])
    assert (found.relation, found.certainty) == ("contradicts", "possible")


def test_an_unconfirmed_contradiction_carries_nothing() -> None:
    """What two readings disagree about is no ground for more of it."""
    doubted = stated("c1", "c2", "contradicts", certainty="possible")
    assert closure([stated("c0", "c1", "equivalent"), doubted], CLAIMS) == ()


def test_words_stay_with_their_claim() -> None:
    """The clashing words of the pair in between are no words of the others."""
    conflict = Conflict(kind="number", left_words="12", right_words="16", reason="They differ.", question="How many?")
    found = only([stated("c0", "c1", "equivalent"), stated("c1", "c2", "contradicts", conflict=conflict)])
    assert found.conflict == Conflict(kind="number", right_words="16", question="How many?")


def test_pairs_that_must_not_be_inferred() -> None:
    """Of one passage, of a claim that its evidence does not bear, of an opinion, and pairs that are taken."""
    chain = [stated("c0", "c1", "equivalent"), stated("c1", "c2", "contradicts")]
    same = {**CLAIMS, "c2": CLAIMS["c2"].model_copy(update={"article_id": CLAIMS["c0"].article_id})}
    assert closure(chain, same) == ()
    assert closure(chain, {**CLAIMS, "c1": CLAIMS["c1"].model_copy(update={"ungrounded": ("1938",)})}) == ()
    assert closure(chain, {**CLAIMS, "c0": make("c0", type="opinion", article_id="article-c0")}) == ()
    assert closure(chain, CLAIMS, {("c0", "c2")}) == ()
    assert labels_for([pair("c0", "c2")], chain, {**CLAIMS, "c0": make("c0", type="opinion")}) == ()


def test_chains_that_disagree_give_no_label() -> None:
    """c0 is c1 and c2; c1 contradicts c3 and c2 says the same: somebody is wrong, and nobody knows who."""
    torn = [
        stated("c0", "c1", "equivalent"),
        stated("c0", "c2", "equivalent"),
        stated("c1", "c3", "contradicts"),
        stated("c2", "c3", "equivalent"),
        stated("c1", "c2", "equivalent"),
    ]
    assert closure(torn, CLAIMS) == ()


def pair(left: str, right: str) -> CandidatePair:
    """A pair that blocking chose."""
    return CandidatePair(left=left, right=right, rule="nearest_words", also=("other",))


def test_a_failed_or_spared_pair_gets_its_label_and_keeps_its_rules() -> None:
    """Also `unrelated` follows by equivalence, and the pair is still one that blocking chose."""
    chain = [stated("c0", "c1", "equivalent"), stated("c1", "c2", "unrelated")]
    (found,) = labels_for([pair("c0", "c2"), pair("c0", "c3")], chain, CLAIMS)
    assert (found.relation, found.rule, found.also, found.how) == (
        "unrelated",
        "nearest_words",
        ("other",),
        "inferred",
    )
    assert closure(chain, CLAIMS) == ()


def test_what_follows_from_a_possible_contradiction_is_possible() -> None:
    """A spared pair takes over the doubt; a firm chain is preferred."""
    doubted = stated("c1", "c2", "contradicts", certainty="possible")
    (found,) = labels_for([pair("c0", "c2")], [stated("c0", "c1", "equivalent"), doubted], CLAIMS)
    assert (found.relation, found.certainty) == ("contradicts", "possible")


LABELS = st.dictionaries(
    st.sampled_from(list(itertools.combinations(IDS, 2))), st.sampled_from(RELATIONS), min_size=1, max_size=14
)


@given(LABELS, st.randoms(use_true_random=False))
def test_inference_never_touches_a_stated_label(labels: dict[tuple[str, str], Relation], order: random.Random) -> None:
    """Whatever the labels, right or wrong: no stated pair, no pair twice, short chains of stated pairs, any order."""
    known = [stated(left, right, relation) for (left, right), relation in labels.items()]
    found = closure(known, CLAIMS)
    keys = [j.key for j in found]
    assert keys == sorted(set(keys) - labels.keys())
    assert all(set(j.chain) <= labels.keys() and 2 <= len(j.chain) <= LONGEST_CHAIN for j in found)
    order.shuffle(known)
    assert closure(known, CLAIMS) == found


@given(st.lists(WORLDS, min_size=len(IDS), max_size=len(IDS)), st.data())
def test_inferred_labels_are_true(worlds: list[frozenset[int]], data: st.DataObject) -> None:
    """Claims as sets of worlds, some pairs judged rightly: every label that follows is the true one."""
    truth = {(a, b): relation_of(x, y) for (a, x), (b, y) in itertools.combinations(zip(IDS, worlds, strict=True), 2)}
    asked = data.draw(st.lists(st.sampled_from(sorted(truth)), unique=True, max_size=14))
    known = [stated(*key, truth[key]) for key in asked]
    open_ = [pair(*key) for key in sorted(truth.keys() - set(asked))]
    for found in (*closure(known, CLAIMS), *labels_for(open_, known, CLAIMS)):
        assert found.label == label_of(truth[found.key])
