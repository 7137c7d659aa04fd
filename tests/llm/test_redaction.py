"""Secrets in what an endpoint sends back: found in every spelling, and nothing else is touched."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.errors import CassetteError, EndpointError, ModelError
from factcheck.llm.cassette import cassette
from factcheck.llm.client import Client
from factcheck.llm.redaction import LONG, SHORTEST, Redaction, in_address, in_request
from factcheck.settings import ModelSettings
from tests.llm.asking import request
from tests.support.canary_watch import SUITE_KEY
from tests.support.llm_server import Reply, answer, error, llm_server

KEYS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=LONG, max_size=80)


@given(KEYS, st.text(max_size=20), st.booleans())
def test_a_key_inside_any_answer_is_taken_out(key: str, around: str, ascii_only: bool) -> None:
    """As JSON spells it; the answer stays JSON, and what stands around the key stays as it was."""
    body = json.dumps({"said": f"{around} {key} {around}"}, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    if key in around:
        return
    left = Redaction([key]).of(body)
    assert json.loads(left) == {"said": f"{around} [removed] {around}"}


@pytest.mark.parametrize("spell", [str, quote, lambda key: quote(key, safe=""), lambda key: key.replace("/", "\\/")])
def test_a_key_is_found_as_programs_spell_it(spell: object) -> None:
    """In an address, percent-encoded or not, and with escaped slashes."""
    assert callable(spell)
    content = f"GET /v1?api-key={spell(SUITE_KEY)}&x=1".encode()
    assert Redaction([SUITE_KEY]).finds(content)
    assert Redaction([SUITE_KEY]).of(content) == b"GET /v1?api-key=[removed]&x=1"


@pytest.mark.parametrize(
    "dummy", ["", "x", "EMPTY", "ollama", "lm-studio", "not-needed", "Anything", "sk-no-key-required"]
)
def test_what_is_no_secret_is_left_in_answers(dummy: str) -> None:
    """Placeholders that servers without keys are given are words that an article may hold."""
    assert len(dummy) < LONG
    assert Redaction([dummy]).of(f"about {dummy} and more".encode()) == f"about {dummy} and more".encode()


def test_the_secrets_of_a_request_are_found_by_where_they_stand() -> None:
    """Bearer, Basic (both as sent and the password in it), vendor headers, cookies, parameters; nothing else."""
    login = base64.b64encode(b"user:pass-word-1").decode()
    headers = {"Authorization": f"Basic {login}", "X-Api-Key": "key-1", "Cookie": "c=1", "Accept": "application/json"}
    url = "https://u:p%40ss@host/v1?api-version=2024-10-21&api-key=k%2F1&access_token=t"
    header = base64.b64encode(b"u:p@ss").decode()
    assert in_request(url, headers) == ["key-1", "c=1", login, "pass-word-1", "p@ss", header, "k/1", "t"]
    assert in_request("http://h/v1", {"authorization": "Bearer abc"}) == ["abc", "", ""]
    assert in_address("http://h:1/v1") == ["", ""]
    assert in_address("http://t0ken@h:1/v1") == ["t0ken", base64.b64encode(b"t0ken:").decode()]
    assert SHORTEST > 1


def echoing(status: int) -> Reply:
    """An answer, or an error, that says the key back in two spellings."""
    words = f"you sent {SUITE_KEY} as {quote(SUITE_KEY, safe='')}"
    return (
        answer({"items": [{"kind": "happened", "what": words, "place": None}]})
        if status == 200
        else error(status, words)
    )


@pytest.mark.parametrize("way", ["bearer", "azure", "query"])
@pytest.mark.parametrize("status", [200, 403])
async def test_an_endpoint_that_says_the_key_back_tells_it_nobody(tmp_path: Path, way: str, status: int) -> None:
    """Not in what was answered, not in the error, not in the recording; wherever the key was sent."""
    with llm_server([echoing(status)]) as server, cassette(tmp_path / "tape.yaml"):
        query = {"bearer": "", "azure": "?api-version=2024-10-21", "query": f"?api-key={quote(SUITE_KEY, safe='')}"}[
            way
        ]
        key = None if way == "query" else SUITE_KEY
        shown = ""
        async with Client(ModelSettings(base_url=server.url + query, api_key=key)) as client:
            try:
                shown = (await client.ask(request())).value.model_dump_json()
            except EndpointError as error:
                shown = str(error)
    sent = str(server.headers) + str(server.paths)
    assert SUITE_KEY in sent or quote(SUITE_KEY, safe="") in sent
    tape = (tmp_path / "tape.yaml").read_text(encoding="utf-8")
    assert shown.count("[removed]") == 2
    assert tape.count("[removed]") == 2
    for text in (shown, tape):
        assert SUITE_KEY[-12:] not in text
        assert quote(SUITE_KEY[-12:], safe="") not in text


async def test_an_article_that_holds_the_key_is_not_recorded(tmp_path: Path) -> None:
    """Nothing is sent and no file made: taken out of the request, the key would be missed by every replay."""
    with llm_server([echoing(200)]) as server, cassette(tmp_path / "tape.yaml"):
        async with Client(ModelSettings(base_url=server.url, api_key=SUITE_KEY)) as client:
            with pytest.raises((CassetteError, ModelError), match="An article holds the very key") as caught:
                await client.ask(request(f"My key is {SUITE_KEY}."))
    assert SUITE_KEY[-12:] not in str(caught.value)
    assert server.count == 0
    assert list(tmp_path.iterdir()) == []
