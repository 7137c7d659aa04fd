"""Cassettes: what is recorded replays without a server, says what changed when it does not, and keeps no secrets."""

from __future__ import annotations

import asyncio
import json
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.errors import CassetteError, ModelUnavailable
from factcheck.llm.base import ModelReply
from factcheck.llm.cache import AnswerCache
from factcheck.llm.cassette import CassetteHeader, cassette, read_header
from factcheck.llm.client import Client
from factcheck.llm.retries import without_waits
from factcheck.llm.tape_format import Exchange, dump, load
from tests.llm.asking import BAD, CANARY, GOOD, Findings, request, settings
from tests.support.llm_server import Reply, Script, answer, completion, error, llm_server, ok

HEADER = CassetteHeader(
    version="1.0", model="gpt-5.4-mini", prompts={"find/v1": "sha256:aa"}, note="answers written for this test"
)
NOWHERE = "http://127.0.0.1:9/other/v1"


async def ask_all(url: str, users: list[str], system: str = "Find what is said.") -> list[ModelReply[Findings]]:
    """The replies of one client to several requests at once."""
    async with Client(settings(url, concurrency=8)) as client:
        return await asyncio.gather(*(client.ask(request(user, system=system)) for user in users))


async def record(path: Path, script: Script, users: list[str], header: CassetteHeader = HEADER) -> list[Any]:
    """Record the replies to `users` at `path`."""
    with llm_server(script) as server, without_waits(), cassette(path, header) as tape:
        assert not tape.replaying
        replies = await ask_all(server.url, users)
        assert tape.exchanges == server.count
    return replies


def echo(body: dict[str, Any]) -> Reply:
    """A good answer that depends on the question, so that mixed-up replays are seen."""
    user = body["messages"][1]["content"]
    return answer({"items": [{"kind": "happened", "what": user, "place": None}]})


async def test_a_recording_replays_with_the_server_gone_and_another_address(tmp_path: Path) -> None:
    """Sixty requests, eight at once, each get their own answer again; nothing is left over."""
    path, users = tmp_path / "run.yaml", [f"Testo {n}: è già qui 🎉\n  {{{{ 7*7 }}}} \n" for n in range(60)]
    recorded = await record(path, echo, users)
    with cassette(path, HEADER) as tape:
        assert tape.replaying
        assert await ask_all(NOWHERE, users) == recorded
        assert tape.unplayed == 0
    assert read_header(path) == HEADER


async def test_the_file_is_the_same_whatever_order_the_answers_came_in(tmp_path: Path) -> None:
    """Exchanges are sorted by what was asked."""
    users = [f"Testo {n}" for n in range(12)]
    for name, order in (("a", users), ("b", users[::-1])):
        await record(tmp_path / name, echo, order)
    assert (tmp_path / "a").read_text() == (tmp_path / "b").read_text()


async def test_the_file_can_be_read_by_a_person(tmp_path: Path) -> None:
    """Prompts stand in lines, answers as trees, letters as themselves, and the header on top."""
    await record(tmp_path / "run.yaml", [answer(GOOD)], ["Prima riga: perché\nseconda riga"])
    text = (tmp_path / "run.yaml").read_text(encoding="utf-8")
    assert text.startswith("factcheck:\n  version: '1.0'\n  model: gpt-5.4-mini\n")
    assert "            Prima riga: perché\n            seconda riga\n" in text
    assert "what: persone\n" in text
    assert "127.0.0.1" not in text


async def test_faults_re_asks_and_retries_replay_as_they_happened(tmp_path: Path) -> None:
    """A rate limit, a garbled answer and a re-ask are part of the recording, and their waits are not."""
    script = [error(429, retry_after="30"), Reply(200, b"<html>"), answer(BAD), answer(GOOD)]
    recorded = await record(tmp_path / "run.yaml", script, ["x"])
    with cassette(tmp_path / "run.yaml", HEADER) as tape:
        async with asyncio.timeout(5):
            assert await ask_all(NOWHERE, ["x"]) == recorded
        assert (tape.exchanges, tape.unplayed) == (4, 0)


async def test_a_recording_through_a_slow_endpoint_that_sends_white_space_replays(tmp_path: Path) -> None:
    """Leading keep-alive spaces do not spoil the file."""
    slow = Reply(200, answer(GOOD).body, {"content-type": "application/json"}, how="keepalive", seconds=0.2)
    recorded = await record(tmp_path / "run.yaml", [slow], ["x"])
    with cassette(tmp_path / "run.yaml"):
        assert await ask_all(NOWHERE, ["x"]) == recorded


async def test_the_same_question_asked_again_in_a_replay_gets_the_same_answer(tmp_path: Path) -> None:
    """A replay that happens to ask twice what was asked once does not fail for it."""
    recorded = await record(tmp_path / "run.yaml", echo, ["x"])
    with cassette(tmp_path / "run.yaml"):
        assert [await ask_all(NOWHERE, ["x"]) for _ in range(2)] == [recorded] * 2


async def test_a_fault_that_was_recorded_last_is_not_repeated_for_ever(tmp_path: Path) -> None:
    """A call that failed when recorded fails alike, and asking more often is told as a miss."""
    with llm_server([error(500)]) as server, without_waits(), cassette(tmp_path / "run.yaml", HEADER):
        async with Client(settings(server.url, max_attempts=2)) as client:
            with pytest.raises(ModelUnavailable):
                await client.ask(request())
    with cassette(tmp_path / "run.yaml", HEADER):
        async with Client(settings(NOWHERE, max_attempts=2)) as client:
            with pytest.raises(ModelUnavailable):
                await client.ask(request())
            with pytest.raises(CassetteError, match="more often"):
                await client.ask(request())


async def test_a_changed_article_is_told_with_the_words_that_differ(tmp_path: Path) -> None:
    """The message shows old and new words, the remedy, and blames neither prompt nor model."""
    path = tmp_path / "run.yaml"
    await record(path, echo, ["Testo uno: il ponte è chiuso.", "Testo due: altro."])
    with cassette(path, HEADER), pytest.raises(CassetteError) as caught:
        await ask_all(NOWHERE, ["Testo uno: il ponte è aperto."])
    text = str(caught.value)
    assert "articles or claims differ" in text
    assert "chiuso" in text
    assert "aperto" in text
    assert "delete or move the file" in text
    assert "prompt differs" not in text
    assert "model differs" not in text


async def test_a_changed_prompt_model_or_version_is_told(tmp_path: Path) -> None:
    """Each cause is named, from the request and from the header."""
    path = tmp_path / "run.yaml"
    await record(path, echo, ["x"])
    now = HEADER.model_copy(update={"version": "2.0", "prompts": {"find/v1": "sha256:bb"}})
    with cassette(path, now), pytest.raises(CassetteError) as caught:
        await ask_all(NOWHERE, ["x"], system="Find what is written.")
    text = str(caught.value)
    assert "prompt differs" in text
    assert "find/v1" in text
    assert "Prompts changed since the recording: find/v1." in text
    assert "Recorded by factcheck 1.0; this is 2.0" in text
    later = HEADER.model_copy(update={"prompts": {"find/v2": "sha256:cc", "sum_up/v1": "sha256:dd"}})
    with cassette(path, later), pytest.raises(CassetteError) as caught:
        await ask_all(NOWHERE, ["y"])
    assert "Prompts changed since the recording: find/v1 (now find/v2).\n" in str(caught.value)
    assert "Prompts that are new since the recording: sum_up/v1.\n" in str(caught.value)
    with cassette(path, HEADER):
        async with Client(settings(NOWHERE)) as client:
            with pytest.raises(CassetteError, match=r"recorded gpt-5\.4-mini, now other"):
                await client.ask(request("x", model="other"))


async def test_what_was_not_asked_for_in_a_replay_is_counted(tmp_path: Path) -> None:
    """Exchanges that no request wanted are left over."""
    await record(tmp_path / "run.yaml", echo, ["x", "y", "z"])
    with cassette(tmp_path / "run.yaml") as tape:
        await ask_all(NOWHERE, ["y"])
        assert tape.unplayed == 2


async def test_no_secret_is_found_in_cassette_or_cache(tmp_path: Path) -> None:
    """Key, organisation, cookies and request ids stay out of every file of a run, echoed ones too."""
    secrets = {"set-cookie": "session=1234", "openai-organization": "org-acme1234", "x-request-id": "req_5678"}
    good = answer({"items": [{"kind": "happened", "what": f"Bearer {CANARY}", "place": None}]})
    script = [error(500, f"key {CANARY} of org-abcdefgh12"), Reply(200, good.body, {**good.headers, **secrets})]
    with (
        llm_server(script) as server,
        without_waits(),
        AnswerCache(tmp_path / "cache", server.url) as store,
        cassette(tmp_path / "run.yaml", HEADER),
    ):
        (reply,) = await ask_all(server.url, ["x"])
        await store.put("key", {"items": []})
    assert reply.value.items
    for file in tmp_path.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            for secret in (CANARY, "org-a", "session=", "req_5678", "Bearer sk"):
                assert secret.encode() not in content, f"{secret} in {file.name}"


async def broken_off(path: Path, users: list[str], header: CassetteHeader = HEADER) -> None:
    """A recording that ends in an exception after all requests were answered."""
    with llm_server(echo) as server, cassette(path, header):
        await ask_all(server.url, users)
        raise InterruptedError


async def test_a_run_that_ends_in_an_exception_leaves_a_partial_recording_only(tmp_path: Path) -> None:
    """The path itself stays free, and nobody else may read what is there."""
    path = tmp_path / "run.yaml"
    with pytest.raises(InterruptedError):
        await broken_off(path, ["x"])
    assert [file.name for file in tmp_path.iterdir()] == ["run.yaml.partial"]
    assert stat.S_IMODE((tmp_path / "run.yaml.partial").stat().st_mode) == 0o600


async def test_a_recording_that_was_broken_off_goes_on(tmp_path: Path) -> None:
    """Only what is new is asked; the whole recording is the same as one in a single go, without what nobody wanted."""
    path, single = tmp_path / "run.yaml", tmp_path / "single.yaml"
    with pytest.raises(InterruptedError):
        await broken_off(path, ["x", "y", "not asked again"])
    with llm_server(echo) as server, cassette(path, HEADER) as tape:
        assert (tape.begun, tape.replaying) == (3, False)
        await ask_all(server.url, ["x", "y", "z"])
        assert server.count == 1
    await record(single, echo, ["x", "y", "z"])
    assert path.read_bytes() == single.read_bytes()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["run.yaml", "single.yaml"]


async def test_a_disk_that_is_full_costs_the_recording_and_not_the_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the journal nor the cassette can be written: the replies come, and the trouble is told."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("factcheck.llm.tape_journal.Journal.add", full)
    monkeypatch.setattr("factcheck.llm.cassette._write", full)
    path = tmp_path / "run.yaml"
    with llm_server(echo) as server, cassette(path, HEADER) as tape:
        replies = await ask_all(server.url, ["x", "y"])
    assert [reply.value.items[0].what for reply in replies] == ["x", "y"]
    assert tape.trouble == f"the cassette {path} was not written: No space left on device"
    assert not path.exists()


async def test_a_recording_goes_on_only_after_one_of_its_own_kind(tmp_path: Path) -> None:
    """Another prompt, another model or a line that a kill cut off: what does not fit is asked anew."""
    path = tmp_path / "run.yaml"
    partial = tmp_path / "run.yaml.partial"
    with pytest.raises(InterruptedError):
        await broken_off(path, ["x"], HEADER.model_copy(update={"prompts": {"find/v1": "sha256:bb"}}))
    with llm_server(echo) as server, cassette(path, HEADER) as tape:
        assert tape.begun == 0
        await ask_all(server.url, ["x"])
        assert server.count == 1
    path.unlink()
    with pytest.raises(InterruptedError):
        await broken_off(path, ["x", "y"])
    partial.write_bytes(partial.read_bytes()[:-30])
    with llm_server(echo) as server, cassette(path, HEADER) as tape:
        assert tape.begun == 1
        await ask_all(server.url, ["x", "y"])
        assert server.count == 1
    assert len(load(path)[1]) == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "empty"),
        ("just text", "not a cassette"),
        ("a: [1", "not YAML"),
        ("version: 1\ninteractions: []\n", "not a cassette"),
        ("factcheck: {version: '1', model: m}\nformat: 1\ninteractions: []\n", "no recorded requests"),
        ("factcheck: {version: '1', model: m}\nformat: 9\ninteractions: []\n", "format 9"),
        ("factcheck: {version: '1', model: m}\nformat: 1\ninteractions: [{}]\n", "damaged"),
        ("factcheck: {version: 99.0, model: m}\nformat: 1\ninteractions: [{}]\n", "factcheck.version: .* needs quotes"),
        ("factcheck: {version: '1'}\nformat: 1\ninteractions: [{}]\n", "factcheck.model: field required"),
        ("factcheck: {sort: 1}\nformat: 1\ninteractions: [{}]\n", "damaged"),
        ("factcheck: &a {version: '1', model: m}\nformat: 1\ninteractions: [*a]\n", "references"),
        ("!!python/object/apply:os.getcwd []", "not YAML"),
    ],
)
def test_a_file_that_is_no_cassette_is_told_with_the_remedy(tmp_path: Path, content: str, words: str) -> None:
    """Nothing is recorded over it, and nothing in it is run."""
    path = tmp_path / "run.yaml"
    path.write_text(content)
    with pytest.raises(CassetteError, match=words) as caught, cassette(path):
        pass
    assert "--cassette" in str(caught.value)
    assert path.read_text() == content


def test_a_folder_is_no_cassette_and_two_cannot_be_open_at_once(tmp_path: Path) -> None:
    """Both are told in words."""
    with pytest.raises(CassetteError, match="folder"), cassette(tmp_path):
        pass
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    with cassette(one), pytest.raises(CassetteError, match="still open"), cassette(two):
        pass
    with cassette(tmp_path / "two.yaml"):
        pass
    assert list(tmp_path.iterdir()) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=60) | st.sampled_from(
    ["a\u2028b\n", "\x85\n", " \n x\n", "a\r\n"]
)


@given(user=TEXTS, content=TEXTS | JSON.map(json.dumps), raw=st.binary(max_size=30))
def test_any_exchange_comes_back_from_the_file_with_the_same_meaning(
    tmp_path_factory: pytest.TempPathFactory, user: str, content: str, raw: bytes
) -> None:
    """Bodies survive the trip through YAML: JSON with equal content, anything else byte for byte."""
    body = json.dumps({"model": "m", "messages": [{"role": "user", "content": user}]}).encode()
    tool = completion(None, tool=("f", content))
    exchanges = [
        Exchange("POST", "/chat/completions", body, 200, {}, sent)
        for sent in (ok(completion(content)).body, ok(tool).body, raw)
    ]
    path = tmp_path_factory.mktemp("trip") / "run.yaml"
    path.write_text(dump(HEADER, exchanges), encoding="utf-8", newline="")
    header, back = load(path)
    assert header == HEADER
    assert [json.loads(e.body) for e in back] == [json.loads(body)] * 3
    said = json.loads(back[0].answer)["choices"][0]["message"]["content"]
    called = json.loads(back[1].answer)["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"]
    for text in (said, called):
        assert text == content or json.loads(text) == json.loads(content)
    try:
        assert json.loads(back[2].answer) == json.loads(raw)
    except ValueError:
        assert back[2].answer == raw
