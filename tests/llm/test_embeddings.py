"""Vectors from a local endpoint: sent, read, retried, limited, and asked for once per text."""

from __future__ import annotations

import json
from typing import Any

import pytest

from factcheck.errors import BudgetExceeded, ModelError
from factcheck.llm.client import Client
from factcheck.llm.retries import without_waits
from factcheck.stages.blocking.vectors import embed, stored_vectors, vector_batches
from tests.llm.asking import settings
from tests.quality.pairs.labelled import paired
from tests.support.llm_server import Reply, error, llm_server, ok
from tests.support.scripted import DictStore

SUBJECTS = [paired("a", "The bridge fell.", "en"), paired("b", "Il ponte\nè caduto.", "it")]


def vectors_for(body: dict[str, Any]) -> Reply:
    """One vector per text, told from the back as servers may."""
    rows = [{"index": i, "embedding": [len(text), 1.0]} for i, text in enumerate(body["input"])]
    return ok({"object": "list", "data": rows[::-1], "usage": {"prompt_tokens": 7, "total_tokens": 7}})


async def test_texts_become_vectors_in_their_order() -> None:
    """The body names the model and the texts; the answer's index decides the order; tokens are counted."""
    with llm_server(vectors_for) as server:
        async with Client(settings(server.url)) as client:
            assert await client.embed(["abc", "ab"], "e5") == [(3.0, 1.0), (2.0, 1.0)]
            assert (client.usage.requests, client.usage.prompt_tokens) == (1, 7)
    assert (server.bodies[0]["model"], server.bodies[0]["input"]) == ("e5", ["abc", "ab"])


@pytest.mark.parametrize(
    "data",
    [
        [],
        [{"index": 0, "embedding": [1.0]}],
        [{"index": 0, "embedding": [1.0]}, {"index": 0, "embedding": [1.0]}],
        [{"index": 0, "embedding": [1.0]}, {"index": 1, "embedding": [1.0, 2.0]}],
        [{"index": 0, "embedding": [1.0]}, {"index": 1, "embedding": ["x"]}],
        [{"index": 0, "embedding": [1.0]}, {"index": 1, "embedding": []}],
        [{"index": 0, "embedding": [1.0]}, {"index": 1, "embedding": [float("nan")]}],
        "vectors",
        None,
    ],
)
async def test_an_answer_without_a_vector_for_every_text_is_refused(data: object) -> None:
    """Missing, doubled, uneven, empty and impossible vectors are never guessed."""
    with llm_server(lambda _: ok({"data": data})) as server, without_waits():
        async with Client(settings(server.url, max_attempts=2)) as client:
            with pytest.raises(ModelError, match="a vector for every text"):
                await client.embed(["a", "b"], "e5")


async def test_faults_are_retried_under_the_one_policy() -> None:
    """A 500 and a broken answer are followed by a good one."""
    replies = [error(500), Reply(body=b"<html>"), vectors_for({"input": ["a"]})]
    with llm_server(replies) as server, without_waits():
        async with Client(settings(server.url)) as client:
            assert await client.embed(["a"], "e5") == [(1.0, 1.0)]
            assert client.usage.retries == 2


async def test_limits_hold_for_vectors_too() -> None:
    """--max-calls counts these requests."""
    with llm_server(vectors_for) as server:
        async with Client(settings(server.url, max_calls=1)) as client:
            await client.embed(["a"], "e5")
            with pytest.raises(BudgetExceeded):
                await client.embed(["b"], "e5")
    assert server.count == 1


async def test_each_text_is_asked_for_once() -> None:
    """Vectors are kept by text and model, and a claim whose vector is kept is in no further batch."""
    store = DictStore()
    with llm_server(vectors_for) as server:
        async with Client(settings(server.url)) as client:
            (batch,) = vector_batches(SUBJECTS, {})
            first = await embed(batch, client, store, "e5")
    known = stored_vectors(SUBJECTS, store, "e5")
    assert known == first.by_claim == {"a": (16.0, 1.0), "b": (18.0, 1.0)}
    assert vector_batches(SUBJECTS, known) == ()
    assert stored_vectors(SUBJECTS, store, "another") == {}
    assert server.count == 1


async def test_a_refused_text_costs_its_half_only() -> None:
    """When the server refuses a batch its halves are tried; the claims of the refused half are failures."""

    def picky(body: dict[str, Any]) -> Reply:
        return error(400, "bad text") if "Il ponte è caduto." in body["input"] else vectors_for(body)

    (batch,) = vector_batches(SUBJECTS, {})
    with llm_server(picky) as server:
        async with Client(settings(server.url)) as client:
            found = await embed(batch, client, DictStore(), "e5")
    assert set(found.by_claim) == {"a"}
    assert [(f.stage, f.subject) for f in found.failures] == [("blocking", "b")]
    assert server.count == 3


async def test_a_key_never_reaches_a_message() -> None:
    """What an endpoint says of a refused request is cleaned like every other fault."""
    with llm_server(lambda _: error(400, json.dumps({"echo": "sk-canary-0123456789abcdefghij"}))) as server:
        async with Client(settings(server.url)) as client:
            with pytest.raises(ModelError) as caught:
                await client.embed(["a"], "e5")
    assert "canary" not in str(caught.value)
