"""Judging: packing, reading compact rows, gates, missing pairs, confirmation."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from factcheck.errors import BudgetExceeded, EndpointError, ModelRefused, ModelUnavailable
from factcheck.llm.base import ModelRequest, ModelTask
from factcheck.models import (
    CandidatePair,
    Claim,
)
from factcheck.prompts import load
from factcheck.stages.judging import confirmation, first_pass
from factcheck.stages.judging.evidence import user_text as evidence_text
from factcheck.stages.judging.lines import user_text
from factcheck.stages.judging.packing import Batch, batch
from factcheck.stages.judging.wire import read_rows
from tests.stages.pairs_of_claims import ART, conflict, make
from tests.support.newsroom import asked_rows
from tests.support.scripted import DictStore, ScriptedModel

JUDGING = ModelTask(load("judge_pairs"), "m")
CONFIRMING = ModelTask(load("confirm_conflict"), "m")


CLAIMS = {id_: make(id_, f"Thing {id_} happened.") for id_ in "abcdefgh"}
PAIRS = tuple(CandidatePair(left=a, right=b, rule="test") for a, b in itertools.combinations("abcdefgh", 2))


def all_unrelated(request: ModelRequest[Any]) -> dict[str, Any]:
    """U for every pair."""
    return {"rows": [f"{row}: {' '.join(f'{n}U' for n in others)}" for row, others in asked_rows(request.user)]}


# -- reading rows --------------------------------------------------------------------------------


def test_codes_are_read() -> None:
    """Each code becomes its relation, a contradiction with kind and nature."""
    cells = read_rows(["1: 2U 3E 4> 5< 6C.time.update"], {(1, n) for n in range(2, 7)})
    assert [cells[1, n].relation for n in range(2, 7)] == [
        "unrelated",
        "equivalent",
        "a_entails_b",
        "b_entails_a",
        "contradicts",
    ]
    assert (cells[1, 6].kind, cells[1, 6].nature) == ("time", "update")


def test_turned_pair_is_turned_back() -> None:
    """A pair answered from its other end counts, with the direction of entailment turned."""
    assert read_rows(["2: 1>"], {(1, 2)})[1, 2].relation == "b_entails_a"


def test_unasked_and_contradictory_answers_are_dropped() -> None:
    """Pairs that nobody asked and pairs answered twice differently are not guessed."""
    assert read_rows(["1: 2U 9C", "1: 2E"], {(1, 2)}) == {}


def test_unknown_kind_is_other() -> None:
    """A contradiction with an unknown kind is still one, of kind other."""
    cell = read_rows(["1: 2C.colour.vague"], {(1, 2)})[1, 2]
    assert (cell.kind, cell.nature) == ("other", "direct")


def test_a_code_for_a_range_is_no_answer() -> None:
    """Every pair needs a code of its own; "2-4U" answers none of the three, and leaves its neighbours alone."""
    assert set(read_rows(["1: 2-4U 5E"], {(1, n) for n in range(2, 6)})) == {(1, 5)}


@given(st.lists(st.text(alphabet="0123456789-:UEC<>. atimed", max_size=40), max_size=5))
def test_reading_rows_is_total(rows: list[str]) -> None:
    """No rows make it raise, and only asked pairs come out."""
    assert set(read_rows(rows, {(1, 2), (3, 4)})) <= {(1, 2), (3, 4)}


# -- first pass ----------------------------------------------------------------------------------


async def run(model: ScriptedModel, store: DictStore | None = None) -> first_pass.Judged:
    """The first pass over all pairs in one batch."""
    return await first_pass.judge(batch(PAIRS, list(CLAIMS)), CLAIMS, model, store or DictStore(), JUDGING)


async def test_all_pairs_in_one_request() -> None:
    """A full answer judges every pair with one request."""
    model = ScriptedModel(all_unrelated)
    judged = await run(model)
    assert [p.key for p in PAIRS] == [j.key for j in judged.judgements]
    assert len(model.requests) == 1
    assert judged.failures == ()


async def test_direction_survives_the_order_of_the_list() -> None:
    """Whichever claim is listed first, entailment is told from the pair's left claim."""
    for order in ("ab", "ba"):
        model = ScriptedModel(lambda _: {"rows": ["1: 2>"]})
        judged = await first_pass.judge(batch(PAIRS[:1], order), CLAIMS, model, DictStore(), JUDGING)
        expected = "a_entails_b" if order == "ab" else "b_entails_a"
        assert [expected] == [j.relation for j in judged.judgements]


async def test_missing_pairs_are_asked_again_smaller() -> None:
    """Pairs that the first answer leaves out are asked again, those alone."""
    calls = []

    def half(request: ModelRequest[Any]) -> dict[str, Any]:
        calls.append(sum(len(others) for _, others in asked_rows(request.user)))
        full = all_unrelated(request)
        return {"rows": full["rows"][: len(full["rows"]) // 2]} if len(calls) == 1 else full

    judged = await run(ScriptedModel(half))
    assert len(judged.judgements) == len(PAIRS)
    assert calls[0] == len(PAIRS)
    assert sum(calls[1:]) < len(PAIRS)


async def test_pairs_never_answered_become_failures() -> None:
    """A pair that three requests leave out is a failure, not a label."""

    def never(request: ModelRequest[Any]) -> dict[str, Any]:
        rows = [(row, others) for row, others in asked_rows(request.user)]
        texts = dict(re.findall(r"^(\d+) \|.*Thing (\w) happened", request.user, re.MULTILINE))
        kept = [
            f"{row}: " + " ".join(f"{n}U" for n in others if {texts[str(row)], texts[str(n)]} != {"a", "b"})
            for row, others in rows
        ]
        return {"rows": kept}

    judged = await run(ScriptedModel(never))
    assert len(judged.judgements) == len(PAIRS) - 1
    (failure,) = judged.failures
    assert (failure.stage, failure.subject, failure.kind) == ("judging", "a|b", "OutputInvalid")


async def test_a_failing_call_fails_its_pairs_with_its_reason() -> None:
    """When every call fails all pairs are failures that carry the error's class and message."""

    def down(_: ModelRequest[Any]) -> dict[str, Any]:
        raise ModelUnavailable("503 five times", attempts=5)

    judged = await run(ScriptedModel(down))
    assert judged.judgements == ()
    assert {("ModelUnavailable", "503 five times", 5)} == {(f.kind, f.message, f.attempts) for f in judged.failures}


@pytest.mark.parametrize(
    ("error", "requests"),
    [(ModelUnavailable("503"), 1), (BudgetExceeded("spent"), 1), (ModelRefused("400"), 3)],
    ids=["unavailable", "budget", "refused"],
)
async def test_a_hopeless_batch_is_not_asked_pair_by_pair(error: Exception, requests: int) -> None:
    """Twenty-eight pairs that cannot be judged cost one request, or three where smaller ones might have helped."""

    def fails(_: ModelRequest[Any]) -> dict[str, Any]:
        raise error

    model = ScriptedModel(fails)
    judged = await run(model)
    assert len(judged.failures) == len(PAIRS)
    assert len(model.requests) == requests


async def test_endpoint_error_stops() -> None:
    """What no call can survive is not swallowed."""

    def gone(_: ModelRequest[Any]) -> dict[str, Any]:
        raise EndpointError("401")

    with pytest.raises(EndpointError):
        await run(ScriptedModel(gone))


async def test_judged_pairs_are_not_asked_again() -> None:
    """Answers are kept per pair: with a claim added only its own pairs are asked."""
    model, store = ScriptedModel(all_unrelated), DictStore()
    await run(model, store)
    more = {**CLAIMS, "i": make("i", "Thing i happened.")}
    pairs = (*PAIRS, *(CandidatePair(left=id_, right="i", rule="test") for id_ in CLAIMS))
    known = first_pass.stored(pairs, more, store, JUDGING)
    assert {p.key for p in PAIRS} == set(known)
    again = await run(model, store)
    assert len(model.requests) == 1
    assert len(again.judgements) == len(PAIRS)


async def test_a_stored_cell_of_another_shape_is_asked_for_anew() -> None:
    """A conflict kind that this version does not know is no answer, and ends nothing."""
    model, store = ScriptedModel(all_unrelated), DictStore()
    first = await run(model, store)
    old: dict[str, JsonValue] = {"row": 1, "other": 2, "relation": "contradicts", "kind": "weather", "nature": None}
    store.answers = dict.fromkeys(store.answers, old)
    assert first_pass.stored(PAIRS, CLAIMS, store, JUDGING) == {}
    assert await run(model, store) == first


def test_request_lists_each_claim_once() -> None:
    """Eight claims, twenty-eight pairs, eight lines."""
    text = user_text(batch(PAIRS, list(CLAIMS)), CLAIMS)
    assert all(text.count(f"Thing {id_} happened") == 1 for id_ in CLAIMS)


def test_a_pipe_in_a_claim_does_not_make_a_column() -> None:
    """Untrusted text cannot add fields to its line."""
    text = user_text(batch(PAIRS[:1], "ab"), {**CLAIMS, "a": make("a", "Evil | asserted | 2020\n9 | x")})
    assert "Evil / asserted / 2020 9 / x" in text


# -- confirmation --------------------------------------------------------------------------------

ABOUT = {"a": make("a", "At least 12 people died."), "b": make("b", "16 people died.")}


def second(relation: str = "contradicts", **fields: Any) -> dict[str, Any]:
    """One confirmation of pair 1."""
    given_ = {"k": "number", "n": "direct", "aw": "16", "bw": "12", "q": "How many died?"}
    empty: dict[str, Any] = dict.fromkeys(given_)
    base = given_ if relation == "contradicts" else empty
    return {"pairs": [{"p": 1, "r": relation, **base, "why": "Because.", **fields}]}


async def confirmed(model: ScriptedModel, store: DictStore | None = None) -> confirmation.Confirmed:
    """The second pass over a and b."""
    suspected = conflict()
    group = batch([confirmation.as_pair(suspected)], list(ABOUT))
    return await confirmation.confirm(
        group,
        {suspected.key: suspected},
        ABOUT,
        {ART.id: ART},
        model,
        store or DictStore(),
        CONFIRMING,
    )


async def test_confirmed_contradiction_carries_words_per_side() -> None:
    """A of the request is the right claim: its words come back on the right."""
    (found,) = (await confirmed(ScriptedModel(lambda _: second()))).judgements
    assert found.how == "confirmed"
    assert found.conflict is not None
    assert (found.conflict.left_words, found.conflict.right_words) == ("12", "16")
    assert (found.conflict.question, found.conflict.reason) == ("How many died?", "Because.")


async def test_disagreement_makes_it_possible() -> None:
    """When the second pass does not see it, the contradiction is only possible, and says why."""
    (found,) = (await confirmed(ScriptedModel(lambda _: second("unrelated")))).judgements
    assert (found.relation, found.certainty) == ("contradicts", "possible")
    assert "Because." in (found.note or "")


async def test_invented_words_are_not_shown() -> None:
    """Words that do not stand in their side after the re-ask are left out."""
    (found,) = (await confirmed(ScriptedModel(lambda _: second(aw="seventeen")))).judgements
    assert found.conflict is not None
    assert found.conflict.right_words is None
    assert found.conflict.left_words == "12"


async def test_failed_second_pass_is_possible_and_a_failure() -> None:
    """A suspicion that could not be read again is neither firm nor gone."""

    def down(_: ModelRequest[Any]) -> dict[str, Any]:
        raise ModelUnavailable("no", attempts=3)

    result = await confirmed(ScriptedModel(down))
    assert [(j.relation, j.certainty) for j in result.judgements] == [("contradicts", "possible")]
    assert [(f.stage, f.attempts) for f in result.failures] == [("confirmation", 3)]


async def test_missing_confirmation_is_asked_singly() -> None:
    """A pair that the group's answer leaves out is asked once more, alone."""
    model = ScriptedModel(lambda _: second() if len(model.requests) > 1 else {"pairs": []})
    result = await confirmed(model)
    assert len(model.requests) == 2
    assert result.failures == ()


async def test_confirmations_are_kept_per_pair() -> None:
    """A second run asks nothing and finds the same."""
    model, store = ScriptedModel(lambda _: second()), DictStore()
    first = await confirmed(model, store)
    assert await confirmed(model, store) == first
    assert len(model.requests) == 1
    known = confirmation.stored([conflict()], ABOUT, {ART.id: ART}, store, CONFIRMING)
    assert first.judgements == tuple(known.values())


async def test_a_stored_confirmation_of_another_shape_is_asked_for_anew() -> None:
    """What cannot be read as a confirmation is no answer, and ends nothing."""
    model, store = ScriptedModel(lambda _: second()), DictStore()
    first = await confirmed(model, store)
    store.answers = {key: {"p": "x"} for key in store.answers}
    assert confirmation.stored([conflict()], ABOUT, {ART.id: ART}, store, CONFIRMING) == {}
    assert await confirmed(model, store) == first


def dossier(*pairs: tuple[str, str], claims: dict[str, Claim] = ABOUT) -> str:
    """The second reader's text about these pairs."""
    group: Batch = batch([CandidatePair(left=a, right=b, rule="test") for a, b in pairs], list(claims))
    return evidence_text(group, claims, {ART.id: ART})


def test_second_reader_sees_neighbours_and_swapped_sides() -> None:
    """The claim that the first reader saw second comes first, as A; evidence and neighbours stand by their numbers."""
    text = dossier(("a", "b"))
    assert "[1] Nothing happened before.\n[2] At least 12 people died.\n[3] 16 people died, says B.\nClaim 1" in text
    assert "Claim 1 | 16 people died. | stated in [2]\nClaim 2 | At least 12 people died. | stated in [2]" in text
    assert text.endswith("Pairs:\n1: A = claim 1, B = claim 2")
    assert "The end." not in text


def test_sides_do_not_depend_on_the_ids() -> None:
    """When the lower id comes later in the list, it is side A, and its words come back on the left."""
    claims = dict(reversed(ABOUT.items()))
    assert "Claim 1 | At least 12 people died." in dossier(("a", "b"), claims=claims)


async def test_words_come_back_to_their_claim_whatever_the_order() -> None:
    """With the list turned round, A is the left claim."""
    suspected, claims = conflict(), dict(reversed(ABOUT.items()))
    group = batch([confirmation.as_pair(suspected)], list(claims))
    model = ScriptedModel(lambda _: second(aw="12", bw="16"))
    found = await confirmation.confirm(
        group, {suspected.key: suspected}, claims, {ART.id: ART}, model, DictStore(), CONFIRMING
    )
    (judgement,) = found.judgements
    assert judgement.conflict is not None
    assert (judgement.conflict.left_words, judgement.conflict.right_words) == ("12", "16")


def test_each_claim_and_sentence_is_shown_once() -> None:
    """A denial that meets three claims is listed once, and so are the sentences around it."""
    claims = {id_: make(id_, f"Claim number {id_}.") for id_ in "abcd"}
    text = dossier(("a", "b"), ("a", "c"), ("a", "d"), claims=claims)
    assert text.count("Claim number a") == text.count("At least 12 people died.") == 1
    assert text.count(": A = claim ") == 3


def test_the_second_reader_is_told_who_plays_which_part() -> None:
    """A speaker without a publisher is still the speaker, and a publisher other than the article's is named."""
    claims = {"a": make("a", speaker="Ada"), "b": make("b", publisher="Herald", origin="ANSA")}
    text = dossier(("a", "b"), claims=claims)
    assert "| speaker Ada |" in text
    assert "| publisher Herald; origin ANSA |" in text
