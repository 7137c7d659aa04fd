"""An article that is too long for the model's window: asked again in halves, whole or not at all."""

from __future__ import annotations

import re
from typing import Any

import pytest

from factcheck.errors import RequestTooBig
from factcheck.llm.base import ModelRequest, ModelTask
from factcheck.models import Article
from factcheck.prompts import load
from factcheck.stages.extraction.asking import SMALLEST_HALF, Window, halves, windows, windows_of
from factcheck.stages.extraction.stage import extract, is_stored
from tests.support.scripted import DictStore, ScriptedModel, article

TASK = ModelTask(load("extract_claims"), "m")


def long_article(count: int) -> Article:
    """An article of `count` sentences, each with something to claim."""
    return article([f"Station {number} reported {number} litres of rain." for number in range(1, count + 1)])


def asked_of(request: ModelRequest[Any]) -> list[int]:
    """The sentences that a request asks for."""
    shown = [int(number) for number in re.findall(r"^\[(\d+)\]", request.user, re.M)]
    limits = re.search(r"sentences (\d+) to (\d+) only", request.user)
    return [n for n in shown if int(limits[1]) <= n <= int(limits[2])] if limits else shown


def model_of(window: int) -> ScriptedModel:
    """A model whose answer fits when at most so many sentences are asked for; one claim a sentence."""

    def answer(request: ModelRequest[Any]) -> dict[str, Any]:
        asked = asked_of(request)
        if len(asked) > window:
            raise RequestTooBig("the answer did not fit the model's window (finish_reason length)")
        said = ((n, f"Station {n} reported {n} litres of rain.") for n in asked)
        claims = [{"t": "event", "x": text, "s": [n], "k": True, "d": None} for n, text in said]
        group = {"sp": None, "or": None, "m": "asserted", "claims": claims}
        return {"passages": [], "outside": [], "groups": [group]}

    return ScriptedModel(answer)


@pytest.mark.parametrize("count", [2, 15, 16, 17, 160, 161])
def test_halves_cover_what_the_window_covers(count: int) -> None:
    """Each sentence in exactly one half; a window that is short already has none."""
    art = long_article(count)
    for whole in (*windows(art), *windows_of(art, range(1, count + 1, 2))):
        parts = halves(art, whole)
        if len(whole.numbers) // 2 < SMALLEST_HALF:
            assert parts == ()
        else:
            assert [n for part in parts for n in part.numbers] == list(whole.numbers)
            assert all(set(part.context).isdisjoint(part.numbers) for part in parts)


def test_a_later_half_sees_the_lead_and_what_stands_before_it() -> None:
    """So that pronouns and attributions reach over the seam."""
    assert halves(long_article(40), Window(first=1, last=40))[1].context == (1, 2, 17, 18, 19, 20)


async def test_an_answer_that_is_cut_off_is_asked_for_in_halves() -> None:
    """Of 40 sentences with room for 10: every sentence gives its claim, in the article's order."""
    art, model, store = long_article(40), model_of(10), DictStore()
    found = await extract(art, model, store, TASK)
    assert [claim.evidence[0].sentence for claim in found.claims] == list(range(1, 41))
    assert [len(asked_of(request)) for request in model.requests] == [40, 20, 10, 10, 20, 10, 10]


async def test_halves_that_are_paid_for_are_not_asked_again() -> None:
    """Neither they nor the whole that did not fit: the second run asks nothing and finds the same."""
    art, store = long_article(40), DictStore()
    first = await extract(art, model_of(10), store, TASK)
    assert is_stored(art, store, TASK)
    again = model_of(10)
    assert await extract(art, again, store, TASK) == first
    assert again.requests == []


async def test_an_article_whose_smallest_half_does_not_fit_fails_soon() -> None:
    """A window too short for the instructions alone costs a few requests, not one per sentence."""
    art, model = long_article(150), model_of(3)
    with pytest.raises(RequestTooBig):
        await extract(art, model, DictStore(), TASK)
    assert [len(asked_of(request)) for request in model.requests] == [150, 75, 37, 18, 9]
