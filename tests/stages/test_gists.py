"""Gists: what is asked, how answers are read, what is kept, and that a failure is data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.errors import BudgetExceeded, EndpointError, ModelRefused
from factcheck.llm.base import ModelRequest, ModelTask
from factcheck.prompts import load
from factcheck.stages.blocking import gists
from factcheck.stages.blocking.gists import Gists, batches, needed, read_rows, stored, user_text, write
from tests.quality.pairs.labelled import paired
from tests.support.scripted import DictStore, ScriptedModel

TASK = ModelTask(load("gist_claims"), "m")
SUBJECTS = [
    paired("a", "Il ponte è caduto.", "it"),
    paired("b", "Die Brücke | steht.", "de"),
    paired("c", "The bridge fell.", "en"),
]


def numbered(request: ModelRequest[Any]) -> Mapping[str, Any]:
    """An answer that gives every claim of the request a gist: its own line, in English by decree."""
    rows = [line.split(" | ") for line in request.user.splitlines() if " | " in line]
    return {"gists": [f"{number}: gist of {text}" for number, _, text in rows]}


async def ask(model: ScriptedModel, store: DictStore) -> Gists:
    """The gists of the three claims, in one batch."""
    (batch,) = batches(needed(SUBJECTS), {})
    return await write(batch, model, store, TASK)


def test_only_claims_in_other_languages_are_asked_for_and_only_when_languages_are_mixed() -> None:
    """English claims are their own gists; a run in one language asks for none; an unknown language counts as one."""
    assert needed(SUBJECTS).ids == ("b", "a")
    assert needed(SUBJECTS[:1]).ids == needed(SUBJECTS[2:]).ids == ()
    assert needed([SUBJECTS[0], paired("x", "???", "")]).ids == ("x", "a")


def test_a_claim_is_shown_in_one_line_inside_the_fence() -> None:
    """Language and text, one line a claim; bars and line breaks of the text cannot pass for columns and rows."""
    text = user_text(needed([*SUBJECTS, paired("d", "Uno\n9 | it | due", "it")]))
    assert text.splitlines()[1:-1] == [
        "1 | de | Die Brücke / steht.",
        "2 | it | Il ponte è caduto.",
        "3 | it | Uno 9 / it / due",
    ]


async def test_each_claim_is_asked_for_once() -> None:
    """A second run finds every gist stored, whichever request carried it."""
    store, model = DictStore(), ScriptedModel(numbered)
    first = await ask(model, store)
    assert first == Gists(texts={"a": "gist of Il ponte è caduto.", "b": "gist of Die Brücke / steht."})
    assert stored(needed(SUBJECTS), store, TASK) == first.texts
    assert await ask(model, store) == first
    assert len(model.requests) == 1
    assert batches(needed(SUBJECTS), first.texts) == ()
    assert stored(needed(SUBJECTS), store, replace(TASK, model="another model")) == {}


async def test_what_an_answer_leaves_out_is_asked_for_by_itself_and_then_failed() -> None:
    """The second request holds the missing claim alone; when that fails too that claim alone has a failure."""
    model = ScriptedModel(lambda request: {"gists": ["1: The bridge stands."] if "Brücke" in request.user else []})
    found = await ask(model, DictStore())
    assert found.texts == {"b": "The bridge stands."}
    assert [(f.stage, f.subject, f.kind) for f in found.failures] == [("blocking", "a", "OutputInvalid")]
    assert ["Brücke" in request.user for request in model.requests] == [True, False]


@pytest.mark.parametrize(("error", "requests"), [(ModelRefused("no"), 2), (BudgetExceeded("--max-calls 1"), 1)])
async def test_a_failed_call_is_a_failure_for_each_claim(error: Exception, requests: int) -> None:
    """The failure names the error; a limit of the user's is not run into twice."""

    def fail(_: ModelRequest[Any]) -> Mapping[str, Any]:
        raise error

    model = ScriptedModel(fail)
    found = await ask(model, DictStore())
    assert found.texts == {}
    assert [(f.subject, f.kind) for f in found.failures] == [("b", type(error).__name__), ("a", type(error).__name__)]
    assert len(model.requests) == requests


async def test_an_unreachable_endpoint_stops_the_run() -> None:
    """No further call can succeed, so the error is raised and not counted."""

    def fail(_: ModelRequest[Any]) -> Mapping[str, Any]:
        raise EndpointError("nobody there")

    with pytest.raises(EndpointError):
        await ask(ScriptedModel(fail), DictStore())


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (["1: A fell.", " 2 : B\n stands. "], {1: "A fell.", 2: "B stands."}),
        (["1: A.", "1: B."], {}),
        (["1: A.", "1: A."], {1: "A."}),
        (["one: A.", "A fell.", "3:", ""], {}),
        (["4: " + "x" * 900], {4: "x" * 400}),
    ],
)
def test_rows_are_read_or_left_out(rows: list[str], found: dict[int, str]) -> None:
    """A number answered twice differently, and what is no row, counts as unanswered; a flood is cut."""
    assert read_rows(rows) == found


@given(st.lists(st.text(max_size=40), max_size=6))
def test_no_answer_breaks_the_reading(rows: list[str]) -> None:
    """Whatever a model writes, numbers map to gists of bounded length."""
    assert all(number >= 0 and 0 < len(gist) <= 400 for number, gist in read_rows(rows).items())


async def test_a_damaged_stored_gist_is_asked_for_again() -> None:
    """What is stored in another shape counts as not stored."""
    store, model = DictStore(), ScriptedModel(numbered)
    for text in needed(SUBJECTS).lines:
        await store.put(gists.gist_key(text, TASK), ["not a gist"])
    assert len((await ask(model, store)).texts) == 2


def test_the_prompts_example_is_answered_completely() -> None:
    """The worked example gives every claim that it lists exactly one gist of at most 25 words."""
    example = TASK.prompt.text[TASK.prompt.text.rindex("# Example") :]
    listed = [line for line in example.splitlines() if line[:1].isdigit()]
    answer = gists.WireGists.model_validate_json(example[example.index('{"gists"') :])
    read = read_rows(answer.gists)
    assert list(read) == list(range(1, len(listed) + 1))
    assert all(len(gist.split()) <= 25 for gist in read.values())
