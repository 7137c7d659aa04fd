"""Finding out with a handful of small requests what an endpoint can do, and what to set for it."""

from __future__ import annotations

import asyncio
import difflib
import json
import math
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from factcheck.llm import modes
from factcheck.llm.base import WireModel
from factcheck.llm.endpoint import Endpoint, resolve, wire_model, without_login
from factcheck.llm.faults import Fault, clean
from factcheck.llm.libraries import import_sdk
from factcheck.llm.pacing import left_of
from factcheck.llm.probe import Probe
from factcheck.llm.usage import CUT_BELOW, estimate_tokens, price
from factcheck.models import Value
from factcheck.settings import ModelSettings

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletion

State = Literal["fine", "note", "problem"]
NEEDED_CONTEXT = 8_000
"""Tokens of prompt that the longest request of a usual story needs; an extraction window or a full judging request."""
LONGEST_ANSWER = 10_000
"""Tokens that the longest answer of a usual story takes; an extraction window of 160 sentences."""
LEAST_COUNTED = 40
"""Tokens of an answer below which its time says little about speed."""
PATIENCE = 60.0
"""Seconds for one request at most."""
_LENGTH_KEYS = ("max_model_len", "context_length", "context_window", "max_context_length", "max_input_tokens")
"""How servers spell the context length in their list of models: vLLM, OpenRouter, Groq, LM Studio, LiteLLM."""


class Finding(Value):
    """One thing that was looked at."""

    name: Literal["address", "key", "model", "output", "context", "usage", "speed", "limits", "price"]
    state: State
    text: str
    """What was found, in words; what a server said is cleaned and cut."""
    set: str | None = None
    """The flag to set, exactly as it is typed."""


class Diagnosis(Value):
    """All that was found about one endpoint and model."""

    base_url: str
    model: str
    findings: tuple[Finding, ...]

    @property
    def usable(self) -> bool:
        """Whether a check can run there."""
        return all(finding.state != "problem" for finding in self.findings)

    @property
    def flags(self) -> tuple[str, ...]:
        """The flags to set."""
        return tuple(finding.set for finding in self.findings if finding.set is not None)


class _Mark(WireModel):
    """An answer that only the schema can have brought about, because the prompt asks for something else."""

    bird: Literal["violet heron"]


_REFUSING = "Answer with the single word fine, in plain text. Give no JSON."
_COUNTING = "Write the numbers from 1 to 80 in words, one a line, and nothing else."


def _long_text() -> str:
    lines = (f"Entry {n}: the clerk of ward {n % 23} noted {n * 37 % 1009} crates." for n in range(10**6))
    text = ""
    while len(text) < 4 * NEEDED_CONTEXT:
        text += next(lines) + "\n"
    return text


def import_libraries() -> None:
    """Import what takes a second, so that it is not measured as the server's time."""
    import_sdk()
    import openai.resources.models  # noqa: F401


def plan(settings: ModelSettings) -> str:
    """What looking at the endpoint will cost at most, in words."""
    tokens_in = estimate_tokens(_long_text()) + 600
    tokens_out = 500
    words = f"up to 6 small requests, about {tokens_in:,} tokens in and {tokens_out:,} out"
    cost = None if resolve(settings).local else price(wire_model(settings.model), tokens_in, 0, tokens_out)
    return words if cost is None else f"{words}, about ${cost:.3f}"


async def diagnose(settings: ModelSettings) -> Diagnosis:
    """Look at the endpoint of `settings`; every fault is a finding. Raises SettingsError when it is no address."""
    from factcheck.llm import transport

    endpoint = resolve(settings)
    model = wire_model(settings.model)
    found: list[Finding] = []
    await asyncio.to_thread(import_libraries)
    seconds = min(settings.timeout, PATIENCE)
    async with transport.open_sdk(endpoint, seconds, 4) as sdk:
        probe = Probe(sdk, model, seconds)
        listed = await _address(probe, endpoint, found)
        if found[-1].state != "problem" and await _first_answer(probe, endpoint, listed, found):
            await _output(probe, found)
            await _context(probe, listed, found)
            await _speed(probe, settings.timeout, found)
            found += [_usage(probe), *_limits(probe)]
    found.append(_price(settings, endpoint))
    return Diagnosis(base_url=without_login(endpoint.base_url), model=settings.model, findings=tuple(found))


async def _address(probe: Probe, endpoint: Endpoint, found: list[Finding]) -> list[dict[str, Any]]:
    begun = time.monotonic()
    try:
        listed = await probe.models()
    except Fault as fault:
        if fault.kind == "nobody" or fault.name in ("timeout", "connection_broken"):
            where = without_login(endpoint.base_url)
            text = f"nobody answers at {where}: {fault.message}. Is the server up and --base-url right?"
            found.append(Finding(name="address", state="problem", text=text))
        elif fault.status is not None and 300 <= fault.status < 400:
            text = f"it redirects elsewhere (HTTP {fault.status}); give the final address as --base-url"
            found.append(Finding(name="address", state="problem", text=text))
        elif fault.status == 401:
            found.append(_no_key(endpoint, fault))
        else:
            found.append(Finding(name="address", state="fine", text=f"somebody answers ({fault.message})"))
        return []
    milliseconds = 1000 * (time.monotonic() - begun)
    found.append(Finding(name="address", state="fine", text=f"answers in {milliseconds:.0f} ms"))
    return listed


def _no_key(endpoint: Endpoint, fault: Fault) -> Finding:
    what = "refuses the key" if endpoint.has_key else "wants a key, and none is set"
    return Finding(name="key", state="problem", text=f"the server {what} ({fault.message}); set OPENAI_API_KEY")


async def _first_answer(probe: Probe, endpoint: Endpoint, listed: list[dict[str, Any]], found: list[Finding]) -> bool:
    """Whether the model answers at all."""
    try:
        await probe.ask("Answer in one word.", "Is ice cold?")
    except Fault as fault:
        found.append(_why_no_answer(probe, endpoint, listed, fault))
        return False
    if endpoint.has_key:
        found.append(Finding(name="key", state="fine", text="accepted"))
    else:
        found.append(Finding(name="key", state="fine", text="none sent, and the server answers without"))
    names = [str(entry.get("id")) for entry in listed]
    known = probe.model in names
    text = "answers" if known or not names else f"answers, though the server's list of {len(names)} does not name it"
    text += "" if probe.system else "; it takes no system message, so instructions go before the text"
    found.append(Finding(name="model", state="fine" if known or not names else "note", text=f"{probe.model} {text}"))
    return True


def _why_no_answer(probe: Probe, endpoint: Endpoint, listed: list[dict[str, Any]], fault: Fault) -> Finding:
    if fault.status == 401:
        return _no_key(endpoint, fault)
    names = [str(entry.get("id")) for entry in listed]
    if fault.kind == "garbage" or (fault.status in (404, 405, 501) and not names):
        text = f"no chat API there: {fault.message}. --base-url usually ends in /v1"
        return Finding(name="address", state="problem", text=text)
    if fault.status == 404 or (names and probe.model not in names and fault.kind in ("stop", "refused")):
        near = difflib.get_close_matches(probe.model, names, n=1, cutoff=0.3)
        offer = clean(", ".join(names[:8]), 300)
        return Finding(
            name="model",
            state="problem",
            text=f"the server does not know {probe.model} ({fault.message})"
            + (f"; it offers {offer}" if names else ""),
            set=f"--model {clean(near[0], 100)}" if near else None,
        )
    if fault.quota or fault.status == 403:
        return Finding(name="key", state="problem", text=f"the account cannot be used: {fault.message}")
    return Finding(name="model", state="problem", text=f"{probe.model} gives no answer: {fault.message}")


async def _output(probe: Probe, found: list[Finding]) -> None:
    """Which ways of asking for structured output the server refuses, ignores or enforces."""
    ways: dict[modes.Way, str] = {}
    for way in ("json_schema", "tools"):
        ways[way] = await _tried(probe, way, _REFUSING, "How are you?")
    in_words = modes.messages("json_object", "Name a bird.", "", _Mark.wire_schema())[0]["content"]
    ways["json_object"] = await _tried(probe, "json_object", in_words, "Which bird?")
    if "works" not in ways.values():
        ways["plain"] = await _tried(probe, "plain", in_words, "Which bird?")
    told = ", ".join(f"{_NAMES[way]} {outcome}" for way, outcome in ways.items())
    enforced = next((way for way in ("json_schema", "tools") if ways[way] == WORKS), None)
    first = next((way for way in ways if ways[way] not in (REFUSED, FAILS)), None)
    if enforced is not None:
        mode = None if enforced == first else f"--mode {enforced}"
        found.append(Finding(name="output", state="fine" if mode is None else "note", text=told, set=mode))
    elif {WORKS, LOOSE} & set(ways.values()):
        text = f"{told}; nothing is enforced, so answers are checked and asked for again more often"
        mode = "--mode json" if first in ("json_schema", "tools") and ways[first] == IGNORED else None
        found.append(Finding(name="output", state="note", text=text, set=mode))
    else:
        text = f"{told}; no way gave an answer of the right shape: try another model"
        found.append(Finding(name="output", state="problem", text=text))


_NAMES: Mapping[modes.Way, str] = {
    "json_schema": "json_schema (strict)",
    "tools": "tools",
    "json_object": "JSON",
    "plain": "schema in words",
}
WORKS = "works"
LOOSE = "is followed but not enforced"
IGNORED = "is accepted and ignored"
REFUSED = "is refused"
FAILS = "fails"


async def _tried(probe: Probe, way: modes.Way, system: str, user: str) -> str:
    try:
        answer, _ = await probe.ask(system, user, **modes.shaping(way, "Mark", _Mark.wire_schema()))
    except Fault as fault:
        return REFUSED if fault.kind in ("mode", "refused") else FAILS
    bare = _is_bare(answer, way)
    try:
        modes.tidy(answer, way, "Mark")
        modes.read(answer, way, _Mark)
    except ValueError:
        return IGNORED
    return WORKS if bare else LOOSE


def _is_bare(answer: ChatCompletion, way: modes.Way) -> bool:
    """Whether the answer came where and as this way of asking wants it, without a fence, prose or thinking."""
    message = answer.choices[0].message
    if way == "tools":
        return len(message.tool_calls or []) == 1
    try:
        json.loads(message.content or "")
    except ValueError:
        return False
    return True


async def _context(probe: Probe, listed: list[dict[str, Any]], found: list[Finding]) -> None:
    """How much the server reads: from its list of models, or by sending it as much as a story needs."""
    entry = next((entry for entry in listed if entry.get("id") == probe.model), {})
    told = next((entry[key] for key in _LENGTH_KEYS if isinstance(entry.get(key), int)), None)
    if told is not None:
        enough = told >= NEEDED_CONTEXT + LONGEST_ANSWER // 4
        text = f"{told:,} tokens by the server's list of models"
        found.append(_context_finding(text, enough))
        return
    text = _long_text()
    try:
        answer, _ = await probe.ask("Answer in one word.", f"{text}\nWhich ward is named last?")
    except Fault as fault:
        if fault.kind == "too_big":
            found.append(_context_finding(f"less than {NEEDED_CONTEXT:,} tokens ({fault.message})", False))
        else:
            found.append(Finding(name="context", state="note", text=f"could not be tried: {fault.message}"))
        return
    read = answer.usage.prompt_tokens if answer.usage else 0
    if not read:
        found.append(Finding(name="context", state="note", text="unknown: the server does not count tokens"))
    elif read < CUT_BELOW * len(text) / 4:
        words = f"of about {len(text) // 4:,} tokens it read {read:,} and cut the rest without a word"
        found.append(_context_finding(words, False))
    else:
        found.append(_context_finding(f"a prompt of {read:,} tokens is read whole", True))


def _context_finding(text: str, enough: bool) -> Finding:
    remedy = (
        f"; give the server a window of {NEEDED_CONTEXT + LONGEST_ANSWER:,} tokens or more (Ollama:"
        " OLLAMA_CONTEXT_LENGTH=32768, llama.cpp: -c 32768, vLLM: --max-model-len 32768)"
    )
    return Finding(name="context", state="fine" if enough else "problem", text=text + ("" if enough else remedy))


async def _speed(probe: Probe, allowed: float, found: list[Finding]) -> None:
    from factcheck.llm import transport

    try:
        answer, seconds = await probe.ask("Do what you are told, exactly.", _COUNTING)
    except Fault as fault:
        found.append(Finding(name="speed", state="note", text=f"could not be measured: {fault.message}"))
        return
    tokens = transport.tokens_of(answer, 1).completion
    if tokens < LEAST_COUNTED:
        text = f"an answer of {tokens} tokens took {seconds:.1f} s, too short to tell the speed"
        found.append(Finding(name="speed", state="fine", text=text))
        return
    rate = tokens / max(seconds, 0.001)
    longest = LONGEST_ANSWER / rate
    text = f"{rate:,.0f} tokens a second; our longest answers ({LONGEST_ANSWER:,} tokens) would take {longest:,.0f} s"
    if longest <= 0.8 * allowed:
        found.append(Finding(name="speed", state="fine", text=text))
        return
    wanted = math.ceil(1.5 * longest / 60) * 60
    text += f", beyond the --timeout of {allowed:g} s"
    found.append(Finding(name="speed", state="note", text=text, set=f"--timeout {wanted} --deadline {3 * wanted}"))


def _usage(probe: Probe) -> Finding:
    if probe.counted:
        return Finding(name="usage", state="fine", text="answers say how many tokens they took")
    text = "answers do not say how many tokens they took: reports estimate, and a prompt that is cut is not noticed"
    return Finding(name="usage", state="note", text=text)


def _limits(probe: Probe) -> list[Finding]:
    told = {resource: left_of(probe.headers, resource) for resource in ("requests", "tokens")}
    words = [f"{left.limit:,.0f} {name}" for name, left in told.items() if left is not None and left.limit]
    if not words:
        return []
    return [Finding(name="limits", state="fine", text=f"the server tells its own ({', '.join(words)}); they are kept")]


def _price(settings: ModelSettings, endpoint: Endpoint) -> Finding:
    if endpoint.local:
        return Finding(name="price", state="fine", text="nobody sends a bill for a server of your own")
    million = 1_000_000
    model = wire_model(settings.model)
    cost_in, cost_out = price(model, million, 0, 0), price(model, 0, 0, million)
    if cost_in is None or cost_out is None:
        text = "not known: reports tell tokens only, and --max-cost cannot be kept; limit a run with --max-calls"
        return Finding(name="price", state="note", text=text)
    text = f"${cost_in:g} per million tokens in, ${cost_out:g} out, by the list that came with this version"
    return Finding(name="price", state="fine", text=text)
