"""Why a replay found no recorded answer, in words of a person who changed something and may not know what."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from factcheck.errors import CassetteError
from factcheck.llm.faults import clean
from factcheck.llm.tape_format import CassetteHeader, Exchange, canonical

_SHOWN = 60


@dataclass(frozen=True)
class _Parts:
    """What a chat request consists of, for comparison."""

    model: str
    kind: str
    """Name of the answer that is asked for; empty when the way of asking carries none."""
    system: str
    user: str
    schema: str


def _parts(body: bytes) -> _Parts | None:
    try:
        data = json.loads(body)
        messages = {message["role"]: message["content"] for message in data["messages"]}
        shape: dict[str, Any] = (data.get("response_format") or {}).get("json_schema") or {}
        if data.get("tools"):
            shape = data["tools"][0]["function"]
        schema = json.dumps([data.get("response_format"), data.get("tools")], sort_keys=True)
        return _Parts(
            str(data["model"]), str(shape.get("name", "")), str(messages.get("system")), str(messages["user"]), schema
        )
    except (ValueError, LookupError, TypeError, AttributeError):
        return None


def _common(one: str, two: str) -> int:
    """Length of the common start."""
    for at, (a, b) in enumerate(zip_longest(one, two)):
        if a != b:
            return at
    return len(one)


def _difference(recorded: str, asked: str) -> str:
    at = _common(recorded, asked)
    start = max(0, at - 20)

    def part(text: str) -> str:
        return clean(text[start : start + _SHOWN], _SHOWN) or "(nothing)"

    return f"recorded “{part(recorded)}”, now “{part(asked)}”"


def _lines(text: str) -> list[str]:
    """The lines of a request without the marks of its fences, which differ whenever anything does."""
    return [line for line in text.splitlines() if not line.startswith("<<<") and not line.endswith(">>>")]


def _first_other_line(recorded: str, asked: str) -> str:
    """The first line that only one of the two has, of each, from a little before the place where they part."""
    before, now = _lines(recorded), _lines(asked)
    gone = next((line for line in before if line not in set(now)), "")
    new = next((line for line in now if line not in set(before)), "")
    return _difference(gone, new)


def _closest(asked: _Parts, recorded: list[_Parts]) -> _Parts:
    wanted = set(_lines(asked.user))

    def nearness(other: _Parts) -> tuple[bool, bool, bool, bool, int, int]:
        same_user = other.user == asked.user
        shared = len(wanted.intersection(_lines(other.user)))
        ends = 0 if same_user else _common(other.user, asked.user) + _common(other.user[::-1], asked.user[::-1])
        alike = other.system == asked.system, other.model == asked.model
        return other.kind == asked.kind, same_user, *alike, shared, ends

    return max(recorded, key=nearness)


def miss(path: str, now: CassetteHeader, then: CassetteHeader, exchanges: list[Exchange], body: bytes) -> CassetteError:
    """The error for a request whose `body` is not among the recorded `exchanges`."""
    lines = [f"The cassette {path} holds no answer to a request of this run."]
    asked = _parts(body)
    recorded = [parts for parts in (_parts(exchange.body) for exchange in exchanges) if parts is not None]
    if asked is not None and recorded:
        lines += _reasons(
            asked, _closest(asked, recorded), any(canonical(e.body) == canonical(body) for e in exchanges)
        )
    lines += _header_changes(now, then)
    lines.append(
        "A replay needs the same articles, prompts, settings, model and version as the recording. To record again,"
        " delete or move the file and run with a key (OPENAI_API_KEY) or a model of your own (--base-url)."
    )
    return CassetteError("\n".join(lines))


def _reasons(asked: _Parts, nearest: _Parts, known: bool) -> list[str]:
    if known:
        return ["  It was recorded with a fault of the endpoint, and is asked more often now than then."]
    kind = asked.kind.removeprefix("Wire").lower() or "an answer"
    what = f"  The request asks for {kind}; compared with the closest recorded one,"
    lines = []
    if asked.kind != nearest.kind:
        lines.append(
            "  Nothing of this kind was recorded: other steps of the check ran then, or the way of asking differs."
        )
        return [what.replace("; compared with the closest recorded one,", "."), *lines]
    if asked.model != nearest.model:
        lines.append(
            f"  - the model differs: recorded {clean(nearest.model, 80)}, now {clean(asked.model, 80)} (--model)"
        )
    if asked.system != nearest.system:
        lines.append(f"  - the prompt differs: {_difference(nearest.system, asked.system)}")
    if asked.schema != nearest.schema:
        lines.append("  - what the answer must look like differs: another version of factcheck")
    if asked.user != nearest.user:
        lines.append(f"  - the articles or claims differ: {_first_other_line(nearest.user, asked.user)}")
    return [what, *lines]


def _header_changes(now: CassetteHeader, then: CassetteHeader) -> list[str]:
    lines = []
    if now.version != then.version:
        lines.append(f"  Recorded by factcheck {then.version}; this is {now.version}.")
    before, current = ({id_.partition("/")[0]: id_ for id_ in header.prompts} for header in (then, now))
    changed = [
        before[task] + (f" (now {current[task]})" if before[task] != current[task] else "")
        for task in sorted(before.keys() & current.keys())
        if (before[task], then.prompts[before[task]]) != (current[task], now.prompts[current[task]])
    ]
    new = [current[task] for task in sorted(current.keys() - before.keys()) if before]
    if changed:
        lines.append(f"  Prompts changed since the recording: {clean(', '.join(changed))}.")
    if new:
        lines.append(f"  Prompts that are new since the recording: {clean(', '.join(new))}.")
    return lines
