"""The client against a server that answers, misunderstands and misbehaves; every test counts the HTTP requests."""

from __future__ import annotations

import asyncio
import json
import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from factcheck.errors import (
    EndpointError,
    ModelError,
    ModelRefused,
    OutputInvalid,
    RequestTooBig,
    SettingsError,
)
from factcheck.llm.base import ModelReply
from factcheck.llm.client import Client, require_endpoint
from factcheck.llm.endpoint import LOCAL_URLS
from factcheck.settings import ModelSettings
from tests.llm.asking import BAD, CANARY, GOOD, Findings, request, settings
from tests.support.llm_server import LlmServer, Reply, Script, answer, completion, error, llm_server, ok

pytestmark = pytest.mark.usefixtures("no_waits")


async def ask(server: LlmServer, **kwargs: object) -> ModelReply[Findings]:
    """One request through a fresh client."""
    async with Client(settings(server.url, **kwargs)) as client:
        return await client.ask(request())


async def test_a_good_answer_takes_one_request_and_comes_back_as_the_callers_own_class() -> None:
    """The value is of the requested class, equal to one made by hand, and survives pickling."""
    with llm_server([answer(GOOD)]) as server:
        reply = await ask(server)
    assert server.count == 1
    assert type(reply.value) is Findings
    assert reply == ModelReply(Findings.model_validate(GOOD))
    assert pickle.loads(pickle.dumps(reply.value)) == reply.value


async def test_the_request_carries_our_strict_schema_and_nothing_that_was_not_asked_for() -> None:
    """Strict json_schema with our schema; no temperature, no max_tokens, no tools, two messages."""
    with llm_server([answer(GOOD)]) as server:
        await ask(server)
    (body,) = server.bodies
    assert body["response_format"]["json_schema"] == {
        "name": "Findings",
        "strict": True,
        "schema": Findings.wire_schema(),
    }
    assert set(body) == {"model", "messages", "response_format"}
    assert [message["role"] for message in body["messages"]] == ["system", "user"]


async def test_article_text_reaches_the_model_unchanged_and_is_never_a_template() -> None:
    """Template marks, white space and braces of an article arrive byte for byte."""
    text = "  {{ 7*7 }} {% oops %} {# gone? #}\n\t{0} {{article}}\n  fine"
    with llm_server([answer(GOOD)]) as server:
        async with Client(settings(server.url)) as client:
            await client.ask(request(text))
    assert server.bodies[0]["messages"][1]["content"] == text


async def test_an_answer_that_does_not_fit_is_asked_for_once_more_with_a_short_error() -> None:
    """The re-ask is the same request plus where and what is wrong, without the wrong answer."""
    with llm_server([answer(BAD), answer(GOOD)]) as server:
        async with Client(settings(server.url)) as client:
            reply = await client.ask(request())
            assert client.usage.reasks == 1
    assert reply.value == Findings.model_validate(GOOD)
    first, second = (body["messages"] for body in server.bodies)
    assert second[0] == first[0]
    assert second[1]["content"].startswith(first[1]["content"])
    added = second[1]["content"][len(first[1]["content"]) :]
    assert "items.0.counted.value: Field required" in added
    assert "persone" not in added
    assert len(added) < 420


@pytest.mark.parametrize(
    "bad",
    [answer(BAD), answer("no idea"), answer(""), answer({"items": [], "more": 1}), ok(completion(None))],
    ids=["schema", "prose", "empty", "extra field", "null"],
)
async def test_an_answer_that_never_fits_is_invalid_after_two_requests(bad: Reply) -> None:
    """No more than one re-ask, and the error holds none of the answer."""
    with llm_server([bad]) as server, pytest.raises(OutputInvalid) as caught:
        await ask(server)
    assert server.count == 2
    assert caught.value.attempts == 2
    assert "no idea" not in str(caught.value)


async def test_a_complaint_of_the_check_costs_the_one_re_ask() -> None:
    """An answer with which the check is content after the re-ask carries no complaint."""
    with llm_server([answer({"items": []}), answer(GOOD)]) as server:
        async with Client(settings(server.url)) as client:
            reply = await client.ask(request(check=lambda found: None if found.items else "nothing found"))
    assert (server.count, reply.complaint, len(reply.value.items)) == (2, None, 1)
    assert "nothing found" in server.bodies[1]["messages"][1]["content"]


async def test_a_check_that_stays_unhappy_gives_the_second_answer_with_its_complaint() -> None:
    """A complaint is a value, not an error."""
    with llm_server([answer(GOOD), answer({"items": []})]) as server:
        async with Client(settings(server.url)) as client:
            reply = await client.ask(request(check=lambda found: f"{len(found.items)} items"))
    assert (server.count, reply.complaint, reply.value.items) == (2, "0 items", [])


@pytest.mark.parametrize("second", [answer(BAD), answer("", refusal="no")], ids=["does not fit", "refused"])
async def test_a_first_answer_that_fits_is_kept_when_the_re_ask_gives_nothing(second: Reply) -> None:
    """What is paid for and fits the schema is not thrown away for a worse second answer."""
    with llm_server([answer(GOOD), second]) as server:
        async with Client(settings(server.url)) as client:
            reply = await client.ask(request(check=lambda _: "hm"))
    assert (server.count, reply.complaint, len(reply.value.items)) == (2, "hm", 1)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (ok(completion('{"items": [', finish="length")), RequestTooBig),
        (ok(completion(None, refusal="I cannot")), ModelRefused),
        (ok(completion("", finish="content_filter")), ModelRefused),
        (error(400, "maximum context length is 8192 tokens", "context_length_exceeded"), RequestTooBig),
        (error(413), RequestTooBig),
        (error(429, "Request too large for this tier", "rate_limit_exceeded"), RequestTooBig),
        (error(400, "blocked", "content_filter"), ModelRefused),
        (error(422, "odd"), ModelRefused),
    ],
    ids=["length", "refusal", "filter", "context", "413", "tokens at once", "filter 400", "422"],
)
async def test_what_concerns_this_request_only_fails_it_after_one_request(reply: Reply, kind: type[ModelError]) -> None:
    """Neither retried nor asked again, and the client goes on."""
    with llm_server([reply, answer(GOOD)]) as server:
        async with Client(settings(server.url)) as client:
            with pytest.raises(kind):
                await client.ask(request())
            assert server.count == 1
            assert (await client.ask(request())).value.items


@pytest.mark.parametrize(
    "text",
    [
        f"```json\n{json.dumps(GOOD)}\n```",
        f"<think>is it {{}} or not</think>\n{json.dumps(GOOD)}",
        f"Here it is: {json.dumps(GOOD)} I hope it helps.",
        json.dumps(GOOD).replace("persone", "per\tsone"),
    ],
    ids=["fence", "think", "prose", "control character"],
)
async def test_wrapped_json_is_read_without_a_re_ask(text: str) -> None:
    """Fences, thinking, prose around one object and raw control characters cost nothing."""
    with llm_server([answer(text)]) as server:
        assert (await ask(server)).value.items
    assert server.count == 1


async def test_of_two_objects_in_prose_none_is_chosen() -> None:
    """An article that smuggles in an answer of its own does not get to be the answer."""
    text = f'The article says {{"items": []}} but I say {json.dumps(GOOD)}'
    with llm_server([answer(text)]) as server, pytest.raises(OutputInvalid):
        await ask(server)


def _weak_server(*refused: str) -> Script:
    """A server that refuses parameters by name, as older ones do."""

    def script(body: dict[str, object]) -> Reply:
        kind = body.get("response_format")
        name = str(kind["type"]) if isinstance(kind, dict) else "tools" if "tools" in body else "plain"
        if name in refused:
            return error(400, f"'{name}' is not a supported response_format or tools value")
        if name == "tools":
            return ok(completion(None, tool=("Findings", json.dumps(GOOD))))
        return answer(f"```\n{json.dumps(GOOD)}\n```")

    return script


@pytest.mark.parametrize(
    ("refused", "tries"),
    [((), 1), (("json_schema",), 2), (("json_schema", "tools"), 3), (("json_schema", "tools", "json_object"), 4)],
)
async def test_structured_output_steps_down_once_and_remembers(refused: tuple[str, ...], tries: int) -> None:
    """Each refused way costs one request per client, and the schema is in the prompt where nothing else carries it."""
    with llm_server(_weak_server(*refused)) as server:
        async with Client(settings(server.url)) as client:
            for number in range(3):
                assert (await client.ask(request(f"text {number}"))).value.items
    assert server.count == tries + 2
    assert ("JSON schema" in server.bodies[-1]["messages"][0]["content"]) == (tries > 2)


async def test_a_pinned_mode_does_not_step_down() -> None:
    """`mode` json_schema at a server that lacks it is refused with the server's reason."""
    with llm_server(_weak_server("json_schema")) as server, pytest.raises(ModelRefused, match="structured output"):
        await ask(server, mode="json_schema")
    assert server.count == 1


async def test_tools_mode_reads_an_answer_given_as_text() -> None:
    """Servers that ignore the forced tool still answer."""
    with llm_server([answer(GOOD)]) as server:
        assert (await ask(server, mode="tools")).value.items
    assert server.bodies[0]["tools"][0]["function"]["parameters"] == Findings.wire_schema()


async def test_an_answer_that_utf8_cannot_hold_reaches_everybody_who_waits_for_it() -> None:
    """A lone surrogate beside the answer costs neither the answer nor the patience of a second asker."""
    body = completion(json.dumps(GOOD))
    body["choices"][0]["message"]["reasoning_content"] = "\ud800"
    with llm_server([ok(body)]) as server:
        async with Client(settings(server.url)) as client, asyncio.timeout(30):
            replies = await asyncio.gather(client.ask(request()), client.ask(request()))
    assert [reply.value for reply in replies] == [Findings.model_validate(GOOD)] * 2
    assert server.count == 1


async def test_identical_requests_under_way_are_sent_once() -> None:
    """Ten tasks with one question cost one request, and each has its own value."""
    with llm_server(lambda _: Reply(200, answer(GOOD).body, seconds=0.2)) as server:
        async with Client(settings(server.url)) as client:
            replies = await asyncio.gather(*(client.ask(request()) for _ in range(10)))
    assert server.count == 1
    assert len({id(reply.value) for reply in replies}) == 10


async def test_a_cancelled_leader_hands_over_to_those_who_wait() -> None:
    """Cancelling the task that sent the shared request cancels nobody else."""
    with llm_server(lambda _: Reply(200, answer(GOOD).body, seconds=0.2)) as server:
        async with Client(settings(server.url)) as client:
            leader, follower = (asyncio.create_task(client.ask(request())) for _ in range(2))
            while not server.count:
                await asyncio.sleep(0.01)
            leader.cancel()
            assert (await follower).value.items
            with pytest.raises(asyncio.CancelledError):
                await leader
    assert server.count == 2


async def test_usage_adds_up_and_a_null_usage_is_estimated() -> None:
    """Tokens and price are summed over answers; an answer without counts is estimated, never zero."""
    with llm_server([answer(GOOD, usage=(1000, 100)), answer(GOOD, usage=None)]) as server:
        async with Client(settings(server.url)) as client:
            await client.ask(request("one"))
            measured = client.usage
            await client.ask(request("two"))
            estimated = client.usage
    assert (measured.requests, measured.prompt_tokens, measured.completion_tokens) == (1, 1000, 100)
    assert measured.cost_usd == pytest.approx(0.0012, rel=0.5)
    assert 1000 < estimated.prompt_tokens < 1100
    assert estimated.completion_tokens > 100


async def test_a_prompt_that_the_server_cut_fails_loudly() -> None:
    """A long prompt of which the server counted a fraction is an error that names the remedy; a null usage is not."""
    long = request("parole e altre parole " * 1000)
    with llm_server([answer(GOOD, usage=(2048, 5)), answer(GOOD, usage=None)]) as server:
        async with Client(settings(server.url)) as client:
            with pytest.raises(RequestTooBig, match="context window"):
                await client.ask(long)
            assert (await client.ask(long)).value.items
    assert server.count == 2


async def test_what_single_items_lack_is_counted_by_kind() -> None:
    """Defects of items cost no re-ask, and a complaint is counted as one answer that was refused."""
    asked = request(check=lambda found: None if found.items else "nothing found")
    lacking = replace(asked, defects=lambda found: ["item_odd"] * len(found.items))
    with llm_server([answer({"items": []}), answer({"items": [*GOOD["items"], *GOOD["items"]]})]) as server:
        async with Client(settings(server.url)) as client:
            await client.ask(lacking)
            assert client.usage.faults == {"check": 1, "item_odd": 2}
    assert server.count == 2


async def test_a_bug_in_a_check_is_a_model_error_with_its_class_named() -> None:
    """Nothing but our errors leaves `ask`."""

    def broken(_: Findings) -> str | None:
        raise ZeroDivisionError

    with llm_server([answer(GOOD)]) as server:
        async with Client(settings(server.url)) as client:
            with pytest.raises(ModelError, match="ZeroDivisionError"):
                await client.ask(request(check=broken))


async def test_the_key_goes_to_the_endpoint_and_into_no_message() -> None:
    """An endpoint that echoes the key back does not get it printed."""
    with llm_server([error(403, f"key {CANARY} may not do this")]) as server, pytest.raises(ModelError) as caught:
        await ask(server)
    assert server.headers[0]["authorization"] == f"Bearer {CANARY}"
    assert CANARY not in str(caught.value)


def test_an_endpoint_is_required_with_three_ways_out(tmp_path: Path) -> None:
    """Without key, address, local name or existing cassette the message names all remedies; with any, no error."""
    with pytest.raises(EndpointError) as caught:
        require_endpoint(ModelSettings(), tmp_path / "new.yaml")
    assert "\n" not in str(caught.value)
    assert all(word in str(caught.value) for word in ("OPENAI_API_KEY", "--base-url", "ollama/"))
    assert "(factcheck check --cassette FILE)" in str(caught.value)  # no other command has the flag
    (tmp_path / "old.yaml").write_text("x")
    require_endpoint(ModelSettings(), tmp_path / "old.yaml")
    require_endpoint(ModelSettings(model="ollama/qwen3:8b"), None)
    require_endpoint(ModelSettings(base_url="http://localhost:9/v1"), None)
    require_endpoint(settings(None), None)


@pytest.mark.parametrize(
    "url",
    [
        "localhost:8000",
        "http://[::1",
        "http://localhost:99999/v1",
        "http://localhost:0/v1",
        "http://localhost:-1/v1",
        "http://localhost:port/v1",
        "http://local host/v1",
        "http://localhost/\nv1",
        "http:///v1",
    ],
)
def test_what_is_no_address_is_refused_before_any_work(url: str) -> None:
    """A base URL to which nothing can be sent is a mistake in the settings, not a call that fails."""
    with pytest.raises(SettingsError, match="is not an http"):
        require_endpoint(ModelSettings(base_url=url), None)


@pytest.mark.parametrize("key", ["canary\nsecond", "canary\u00e9", "canary\u2026", "canary\x7f", "can\0ary"])
def test_a_key_that_no_header_can_carry_is_refused_and_not_shown(key: str) -> None:
    """The message names the variables and nothing of the value; a server on this machine is sent no key at all."""
    with pytest.raises(SettingsError, match="OPENAI_API_KEY") as caught:
        require_endpoint(ModelSettings(api_key=SecretStr(key)), None)
    assert "can" not in str(caught.value)
    require_endpoint(ModelSettings(api_key=SecretStr(key), model="ollama/qwen3:8b"), None)


async def test_a_short_name_sets_the_address_and_the_name_on_the_wire(monkeypatch: pytest.MonkeyPatch) -> None:
    """`vllm/name` asks the local server for `name` and leaves the vendor's key at home."""
    with llm_server([answer(GOOD)]) as server:
        monkeypatch.setitem(LOCAL_URLS, "vllm", server.url)
        async with Client(settings(None, model="vllm/org/name")) as client:
            await client.ask(request(model="vllm/org/name"))
    assert server.bodies[0]["model"] == "org/name"
    assert CANARY not in server.headers[0]["authorization"]


def test_the_client_is_built_without_importing_the_sdk() -> None:
    """A run that finds everything in the cache never pays for openai, instructor or vcrpy."""
    code = (
        "import asyncio, sys\n"
        "from factcheck.llm import cache, cassette\n"
        "from factcheck.llm.client import Client\n"
        "from factcheck.settings import ModelSettings\n"
        "async def main():\n"
        "    async with Client(ModelSettings(model='ollama/x')) as client: client.usage\n"
        "asyncio.run(main())\n"
        "print([m for m in ('openai', 'instructor', 'vcr', 'genai_prices', 'httpx2', 'yaml') if m in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
