"""The words in which servers refuse, as their issue trackers and pages show them, and what each of them means here."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from factcheck.errors import EndpointError
from factcheck.llm.client import Client
from factcheck.llm.doctor import diagnose
from factcheck.llm.faults import FaultClass, error_in_answer, of_status
from factcheck.llm.retries import without_waits
from factcheck.settings import ModelSettings
from tests.llm.asking import GOOD, request, settings
from tests.support.llm_server import Reply, answer, llm_server, ok

LIST = ok({"object": "list", "data": [{"id": "m"}]})


def said(message: str, **more: Any) -> dict[str, Any]:
    """An error body in the vendor's shape."""
    return {"error": {"message": message, "type": None, "param": None, "code": None, **more}}


WORDS: list[tuple[str, int, Any, FaultClass]] = [
    ("Ollama, unknown model", 404, said('model "x" not found, try pulling it first', type="api_error"), "stop"),
    ("Ollama, no tools", 400, said("registry/library/gemma3:1b does not support tools", type="api_error"), "mode"),
    ("Ollama, no chat", 400, said('"bge-m3:latest" does not support chat', type="api_error"), "stop"),
    ("Ollama, memory", 500, said("model requires more system memory (9 GiB) than is available (4 GiB)"), "stop"),
    ("LM Studio, no JSON mode", 400, {"error": "'response_format.type' must be 'json_schema' or 'text'"}, "mode"),
    ("LM Studio, nothing loaded", 400, said("No models loaded. Please load a model first.", param="model"), "stop"),
    (
        "LM Studio, window",
        400,
        {"error": "Trying to keep the first 5000 tokens when context overflows; context length of only 4096 tokens"},
        "too_big",
    ),
    ("llama.cpp, loading", 503, said("Loading model", type="unavailable_error", code=503), "slow_down"),
    (
        "llama.cpp, window",
        400,
        said("the request exceeds the available context size", type="exceed_context_size_error", n_ctx=256),
        "too_big",
    ),
    ("llama.cpp, window as 500", 500, said("exceeds the available context size, try increasing it"), "too_big"),
    ("llama.cpp, grammar", 400, said("failed to parse grammar", type="invalid_request_error"), "mode"),
    ("vLLM, unknown model", 404, {"object": "error", "message": "The model `x` does not exist.", "code": 404}, "stop"),
    ("vLLM, window", 400, {"object": "error", "message": "This model's maximum context length is 8192"}, "too_big"),
    ("vLLM, no room", 400, {"object": "error", "message": "max_tokens must be at least 1, got -186."}, "too_big"),
    (
        "vLLM, long prompt",
        400,
        said("The decoder prompt (length 9000) is longer than the maximum model length of 8192."),
        "too_big",
    ),
    ("vLLM, no tools", 400, said('"auto" tool choice requires --enable-auto-tool-choice'), "mode"),
    ("FastAPI, path", 404, {"detail": "Not Found"}, "stop"),
    ("OpenRouter, credits", 402, said("Insufficient credits", code=402), "stop"),
    ("OpenRouter, moderation", 403, said("requires moderation and your input was flagged", code=403), "refused"),
    ("OpenRouter, no tools", 404, said("No endpoints found that support tool use", code=404), "mode"),
    ("OpenRouter, no provider", 503, said("There is no available model provider", code=503), "retry"),
    (
        "OpenRouter, behind it",
        400,
        said("Provider returned error", code=400, metadata={"raw": "json_schema is not supported", "provider": "p"}),
        "mode",
    ),
    ("LiteLLM, budget", 400, said("Budget has been exceeded! Current cost: 2, Max budget: 1", code="400"), "stop"),
    ("LiteLLM, deployment's budget", 429, said("No deployments available - crossed budget: x", code="429"), "stop"),
    ("LiteLLM, cooling down", 429, said("No deployments available. Try again in 60 seconds.", code="429"), "slow_down"),
    ("LiteLLM, unknown model", 400, said("Invalid model name passed in model=x. Call `/v1/models`"), "stop"),
    ("LiteLLM, parameters", 400, said("UnsupportedParamsError: x does not support: ['response_format']"), "mode"),
    ("LiteLLM, window", 400, said("litellm.ContextWindowExceededError: BadRequestError"), "too_big"),
    ("LiteLLM, policy", 400, said("litellm.ContentPolicyViolationError: flagged"), "refused"),
    ("Azure, deployment", 404, said("The API deployment does not exist", code="DeploymentNotFound"), "stop"),
    ("Azure, filter", 400, said("filtered by the content management policy", code="content_filter"), "refused"),
    ("Azure, key", 401, said("Access denied due to invalid subscription key", code="401"), "stop"),
]


@pytest.mark.parametrize(("name", "status", "body", "kind"), WORDS, ids=[name for name, *_ in WORDS])
def test_a_servers_words_mean_what_they_mean(name: str, status: int, body: Any, kind: FaultClass) -> None:
    """The same over HTTP, inside a 200 with a code, and with the code as text; and the words are passed on."""
    fault = of_status(status, body)
    assert (name, fault.kind) == (name, kind)
    wrapped = body.get("error", body)
    if isinstance(wrapped, dict):
        for code in (status, str(status)):
            inside = error_in_answer({"error": {**wrapped, "code": code}})
            assert inside is not None
            assert (inside.kind, inside.status) == (kind, status)
    assert len(fault.message) > len(f"HTTP {status}: ")


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("Rate limit reached. Please try again in 1.5s. Visit the page", 1.5),
        ("try again in 250ms.", 0.25),
        ("Try again in 60 seconds. Passed model=m", 60),
        ("try again in 2 minutes", 120),
        ("try again in 1m26.5s.", 86.5),
        ("try again in a moment", None),
    ],
)
def test_a_wait_that_is_only_said_in_words_is_kept(words: str, seconds: float | None) -> None:
    """A rate limit without the header; where the header is, it counts."""
    assert of_status(429, said(words)).retry_after == seconds
    assert of_status(429, said(words), wait=3.0).retry_after == 3.0
    assert of_status(500, said(words)).retry_after is None


async def test_an_error_in_the_choice_of_an_answer_is_treated_as_its_code() -> None:
    """A gateway whose provider failed in the middle sends a 200 with an empty answer; it is no empty answer."""
    failed = {"index": 0, "message": {"role": "assistant", "content": ""}, "finish_reason": "error"}
    broken = ok({"choices": [{**failed, "error": {"code": 502, "message": "Provider disconnected"}}]})
    with llm_server([broken, answer(GOOD)]) as server, without_waits():
        async with Client(settings(server.url)) as client:
            assert (await client.ask(request())).value.items
            assert client.usage.faults == {"http_502": 1}
            assert client.usage.reasks == 0


async def test_a_model_that_is_still_being_loaded_is_waited_for() -> None:
    """More often than a fault is tried again: a large model takes its time."""
    loading = Reply(503, b'{"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}}')
    with llm_server([*[loading] * 10, answer(GOOD)]) as server, without_waits():
        async with Client(settings(server.url)) as client:
            assert (await client.ask(request())).value.items
    assert server.count == 11


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("LM Studio, nothing loaded", "No models loaded"),
        ("LiteLLM, budget", "quota, budget and billing"),
        ("Ollama, memory", "cannot serve model"),
        ("Ollama, no chat", "does not support chat"),
    ],
)
async def test_what_lasts_ends_the_run_after_one_request(name: str, words: str) -> None:
    """Instead of failing every article for itself."""
    _, status, body, _ = next(entry for entry in WORDS if entry[0] == name)
    refusal = ok(body)
    with llm_server([Reply(status, refusal.body, refusal.headers)]) as server, without_waits():
        async with Client(settings(server.url)) as client:
            for user in ("one", "two"):
                with pytest.raises(EndpointError, match=words):
                    await client.ask(request(user))
    assert server.count == 1


@pytest.mark.parametrize(
    ("name", "finding", "words"),
    [
        ("LM Studio, nothing loaded", "model", "No models loaded"),
        ("llama.cpp, loading", "model", "Loading model"),
        ("LiteLLM, budget", "key", "Budget has been exceeded"),
        ("OpenRouter, credits", "key", "Insufficient credits"),
        ("Ollama, memory", "model", "requires more system memory"),
    ],
)
async def test_the_doctor_passes_on_what_a_server_lacks(name: str, finding: str, words: str) -> None:
    """As a problem of what it is a problem of, in the server's words."""
    _, status, body, _ = next(entry for entry in WORDS if entry[0] == name)
    refusal = ok(body)
    with llm_server([Reply(status, refusal.body, refusal.headers)], LIST) as server:
        given = ModelSettings(base_url=server.url, model="m", api_key=SecretStr("k" * 12))
        diagnosis = await diagnose(given)
    (problem,) = (found for found in diagnosis.findings if found.state == "problem")
    assert problem.name == finding
    assert words in problem.text
