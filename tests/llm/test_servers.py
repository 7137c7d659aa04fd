"""Servers that differ from the vendor's: their addresses, keys and quirks, each imitated by a local server."""

from __future__ import annotations

import asyncio
import json

import pytest

from factcheck.errors import EndpointError, ModelRefused
from factcheck.llm.client import Client
from factcheck.llm.endpoint import resolve
from factcheck.settings import ModelSettings
from tests.llm.asking import CANARY, GOOD, request, settings
from tests.support.llm_server import Reply, Script, answer, completion, error, llm_server, ok

pytestmark = pytest.mark.usefixtures("no_waits")


def refusing(
    *ways: str, status: int = 400, words: str = "'{}' is not a supported response_format or tools value"
) -> Script:
    """A server that refuses ways of asking for structured output by name."""

    def script(body: dict[str, object]) -> Reply:
        kind = body.get("response_format")
        name = str(kind["type"]) if isinstance(kind, dict) else "tools" if "tools" in body else "plain"
        if name in ways:
            return error(status, words.format(name))
        if name == "tools":
            return ok(completion(None, tool=("Findings", json.dumps(GOOD))))
        return answer(GOOD)

    return script


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "response_format.type must be one of 'text', 'json_object'"),
        (400, "Unrecognized request argument supplied: strict"),
        (400, "Failed to parse grammar"),
        (422, "response_format: input should be 'json_object'"),
        (500, "Unsupported response_format type json_schema"),
        (501, "structured output is not implemented"),
    ],
    ids=["vLLM", "no strict", "llama.cpp", "pydantic", "llama-cpp-python", "gateway"],
)
async def test_a_refused_schema_is_recognised_in_many_wordings(status: int, words: str) -> None:
    """The next way is asked, and nothing is counted as gone wrong."""
    with llm_server(refusing("json_schema", status=status, words=words)) as server:
        async with Client(settings(server.url)) as client:
            assert (await client.ask(request())).value.items
            assert client.usage.faults == {}
    assert ["tools" in body for body in server.bodies] == [False, True]


async def test_a_crowd_learns_from_one_refusal() -> None:
    """Of forty calls at once only those that were already on their way are refused the way that the server lacks."""
    with llm_server(refusing("json_schema")) as server:
        async with Client(settings(server.url, concurrency=32)) as client:
            replies = await asyncio.gather(*(client.ask(request(f"n{n}")) for n in range(40)))
    assert all(reply.value.items for reply in replies)
    assert server.count <= 41


async def test_a_server_without_system_messages_gets_the_instructions_before_the_text() -> None:
    """It is learnt once; the instructions stay first, the text follows unchanged."""

    def script(body: dict[str, object]) -> Reply:
        messages = body["messages"]
        assert isinstance(messages, list)
        apart = any(message["role"] == "system" for message in messages)
        return error(400, "System role not supported") if apart else answer(GOOD)

    with llm_server(script) as server:
        async with Client(settings(server.url)) as client:
            for user in ("one", "two"):
                assert (await client.ask(request(user))).value.items
    assert server.count == 3
    assert server.bodies[-1]["messages"] == [{"role": "user", "content": "Find what is said.\n\ntwo"}]


async def test_a_server_that_refuses_every_manner_is_told_by_name() -> None:
    """Neither an endless change of manners nor a silent failure."""
    with llm_server([error(400, "system message not supported, nor response_format, nor tools")]) as server:
        async with Client(settings(server.url)) as client:
            with pytest.raises(ModelRefused, match="cannot give structured output"):
                await client.ask(request())
    assert server.count <= 6


@pytest.mark.parametrize(
    ("given", "base", "query", "azure"),
    [
        ("http://h/v1", "http://h/v1", {}, False),
        ("http://h/v1/", "http://h/v1", {}, False),
        ("http://h/v1/chat/completions", "http://h/v1", {}, False),
        ("https://n.openai.azure.com/openai/v1/", "https://n.openai.azure.com/openai/v1", {}, True),
        (
            "https://n.openai.azure.com/openai/deployments/d/chat/completions?api-version=2024-10-21",
            "https://n.openai.azure.com/openai/deployments/d",
            {"api-version": "2024-10-21"},
            True,
        ),
        ("https://azure.com.example.org/v1", "https://azure.com.example.org/v1", {}, False),
    ],
)
def test_addresses_are_taken_as_people_copy_them(given: str, base: str, query: dict[str, str], azure: bool) -> None:
    """With or without a slash, the path of the call, or a version behind a question mark."""
    endpoint = resolve(ModelSettings(base_url=given))
    assert (endpoint.base_url, endpoint.query, endpoint.azure) == (base, query, azure)


async def test_a_deployment_of_azure_gets_its_version_and_its_own_key_header() -> None:
    """`api-version` goes with every request, the key into `api-key` and nowhere else."""
    with llm_server([answer(GOOD)]) as server:
        url = server.url.replace("/v1", "/openai/deployments/mine?api-version=2024-10-21")
        async with Client(settings(url)) as client:
            await client.ask(request())
    assert server.paths == ["/openai/deployments/mine/chat/completions?api-version=2024-10-21"]
    assert server.headers[0]["api-key"] == CANARY
    assert "authorization" not in server.headers[0]


async def test_a_login_in_the_address_stands_in_no_message() -> None:
    """The password of a proxy reaches the server and no error."""
    with llm_server([error(404, "no")]) as server:
        url = server.url.replace("http://", "http://user:s3cret@")
        async with Client(settings(url)) as client:
            with pytest.raises(EndpointError) as caught:
                await client.ask(request())
    assert "s3cret" not in str(caught.value)
    assert server.url in str(caught.value)
