"""What the doctor finds at servers that can much, little or nothing."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from factcheck.cli.app import app
from factcheck.llm.doctor import Diagnosis, diagnose, plan
from factcheck.settings import ModelSettings
from tests.llm.asking import CANARY
from tests.support.llm_server import Reply, Script, answer, completion, error, llm_server, ok

MARK = '{"bird": "violet heron"}'
LIST = ok({"object": "list", "data": [{"id": "good-model"}, {"id": "other"}]})


def tokens(body: dict[str, Any]) -> int:
    """A server's count of the prompt."""
    return sum(len(message["content"]) for message in body["messages"]) // 4


def able(body: dict[str, Any]) -> Reply:
    """A server that enforces what it is asked for."""
    if "tools" in body:
        return ok(completion(None, tool=("Mark", MARK), usage=(tokens(body), 9)))
    return answer(MARK if "response_format" in body else "yes", usage=(tokens(body), 9))


def deaf(body: dict[str, Any]) -> Reply:
    """A server that accepts every way of asking and enforces none."""
    return answer("fine", usage=(tokens(body), 1))


async def found(script: Script, models: Reply | None = LIST, **kwargs: Any) -> tuple[Diagnosis, dict[str, str]]:
    """The diagnosis of a server, and its findings by name as `state: text`."""
    with llm_server(script, models) as server:
        given = {"model": "good-model", "api_key": SecretStr(CANARY), "timeout": 5.0, **kwargs}
        diagnosis = await diagnose(ModelSettings(base_url=server.url, **given))
    return diagnosis, {finding.name: f"{finding.state}: {finding.text}" for finding in diagnosis.findings}


async def test_an_able_server_has_nothing_to_set() -> None:
    """Every question is answered, nothing is a problem, and no key is repeated."""
    diagnosis, told = await found(able)
    assert diagnosis.usable
    assert diagnosis.flags == ()
    assert list(told) == ["address", "key", "model", "output", "context", "speed", "usage", "price"]
    assert told["output"] == "fine: json_schema (strict) works, tools works, JSON works"
    assert "read whole" in told["context"]
    assert "--max-calls" in told["price"]
    assert CANARY not in diagnosis.model_dump_json()


async def test_it_sends_no_more_than_it_said() -> None:
    """Six requests, whose tokens the announced figure covers."""
    with llm_server(able, LIST) as server:
        given = ModelSettings(base_url=server.url, model="good-model")
        await diagnose(given)
    assert plan(given).startswith("up to 6 small requests, about 13,")
    assert server.count == 6
    assert sum(map(tokens, server.bodies)) < 13_000


@pytest.mark.parametrize(
    ("reply", "name", "words"),
    [
        (error(401, "bad key"), "key", "refuses the key"),
        (error(403, "not for you"), "key", "cannot be used"),
        (error(429, "You exceeded your current quota", "insufficient_quota"), "key", "quota"),
        (Reply(200, b"<html></html>", {"content-type": "text/html"}), "address", "--base-url usually ends in /v1"),
        (error(500, "boom"), "model", "boom"),
    ],
    ids=["401", "403", "quota", "html", "500"],
)
async def test_what_keeps_a_check_from_running_is_a_problem(reply: Reply, name: str, words: str) -> None:
    """One request, one problem with its remedy, and the price all the same."""
    diagnosis, told = await found([reply])
    assert not diagnosis.usable
    assert told[name].startswith("problem")
    assert words in told[name]
    assert "price" in told


async def test_an_unknown_model_comes_with_the_nearest_that_is_known() -> None:
    """The flag to set is spelled out."""
    diagnosis, told = await found([error(404, "no such model", "model_not_found")], model="god-model")
    assert "it offers good-model, other" in told["model"]
    assert diagnosis.flags == ("--model good-model",)


async def test_a_dead_address_is_named() -> None:
    """Nothing else is asked."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"
    diagnosis = await diagnose(ModelSettings(base_url=url))
    assert [finding.name for finding in diagnosis.findings] == ["address", "price"]
    assert url in diagnosis.findings[0].text
    assert not diagnosis.usable


async def test_tools_are_recommended_where_only_they_are_enforced() -> None:
    """A server that ignores response_format but honours tools."""
    diagnosis, told = await found(lambda body: able(body) if "tools" in body else deaf(body))
    assert diagnosis.flags == ("--mode tools",)
    assert "json_schema (strict) is accepted and ignored, tools works" in told["output"]


async def test_a_server_that_follows_words_only_is_usable_with_a_warning() -> None:
    """Fenced answers to a schema in the prompt: JSON mode, and a word on what that costs."""

    def script(body: dict[str, Any]) -> Reply:
        asked = "JSON schema" in body["messages"][0]["content"]
        return answer(f"```json\n{MARK}\n```", usage=(tokens(body), 9)) if asked else deaf(body)

    diagnosis, told = await found(script)
    assert diagnosis.usable
    assert diagnosis.flags == ("--mode json",)
    assert "nothing is enforced" in told["output"]


async def test_a_server_that_never_gives_the_shape_is_a_problem() -> None:
    """There is no flag for that."""
    diagnosis, told = await found(deaf)
    assert not diagnosis.usable
    assert "try another model" in told["output"]


async def test_a_prompt_that_is_cut_is_a_problem_with_its_remedies() -> None:
    """The server counts 2,048 tokens of 8,000."""
    diagnosis, told = await found(lambda body: answer(MARK, usage=(min(tokens(body), 2048), 9)), models=Reply(404))
    assert "it read 2,048 and cut the rest" in told["context"]
    assert "OLLAMA_CONTEXT_LENGTH" in told["context"]
    assert not diagnosis.usable


@pytest.mark.parametrize("key", ["max_model_len", "context_length"])
async def test_a_context_length_that_the_server_lists_is_taken_from_there(key: str) -> None:
    """The long request is not sent then."""
    models = ok({"data": [{"id": "good-model", key: 131072}]})
    with llm_server(able, models) as server:
        diagnosis = await diagnose(ModelSettings(base_url=server.url, model="good-model"))
    assert any("131,072 tokens by the server's list" in finding.text for finding in diagnosis.findings)
    assert max(map(tokens, server.bodies)) < 1000


async def test_a_slow_server_is_given_time() -> None:
    """The longest answers would not fit into the time-out: both flags are named."""

    def script(body: dict[str, Any]) -> Reply:
        if "Write the numbers" not in body["messages"][-1]["content"]:
            return able(body)
        slow = answer("one", usage=(20, 50))
        return Reply(200, slow.body, slow.headers, seconds=0.5)

    diagnosis, told = await found(script, timeout=5.0)
    assert told["speed"].startswith("note")
    assert diagnosis.flags[0].startswith("--timeout ")
    assert "--deadline" in diagnosis.flags[0]


async def test_what_a_server_writes_cannot_drive_a_terminal() -> None:
    """Escape sequences in errors and model names are gone."""
    models = ok({"data": [{"id": "evil\x1b[31m"}]})
    diagnosis, _ = await found([error(404, "no \x1b]0;pwned\x07 model", "model_not_found")], models=models)
    assert "\x1b" not in "".join(finding.text + (finding.set or "") for finding in diagnosis.findings)


def test_the_command_says_what_it_will_send_and_ends_with_the_flags(monkeypatch: pytest.MonkeyPatch) -> None:
    """Findings on stdout, the plan on stderr, and 0, or 5 when no check can run there; JSON holds the same."""
    monkeypatch.setenv("OPENAI_API_KEY", CANARY)
    with llm_server(able, LIST) as server:
        where = ["doctor", "--base-url", server.url, "-m", "good-model"]
        text, data = (CliRunner().invoke(app, [*where, "-f", form]) for form in ("text", "json"))
    dead = CliRunner().invoke(app, where)
    assert (text.exit_code, data.exit_code, dead.exit_code) == (0, 0, 5)
    assert text.stderr.startswith("good-model: up to 6 small requests")
    assert text.stdout.splitlines()[1].startswith("ok       address")
    assert text.stdout.endswith("nothing to set\n")
    assert json.loads(data.stdout)["usable"] is True
    assert "PROBLEM  address" in dead.stdout
    assert CANARY not in text.output + data.output + dead.output
