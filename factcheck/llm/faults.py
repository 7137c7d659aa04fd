"""What went wrong with one HTTP attempt, decided once, by status and error code."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any, Literal

from factcheck.llm.pacing import duration

FaultClass = Literal[
    "retry", "garbage", "nobody", "slow_down", "too_big", "refused", "stop", "mode", "no_system", "bug"
]
"""What follows from a fault.

retry, garbage (a 200 that is no chat completion) and nobody (no connection): send it again ·
slow_down: the same, later and with fewer at once · too_big: split it · refused: this unit only · stop: the run ·
mode: the server does not know this way of asking for structured output · no_system: it takes no system message ·
bug: an exception nobody foresaw
"""

_TOO_BIG = re.compile(
    r"context[ _]?(length|window|size)|maximum context|too many (input )?tokens"
    r"|(prompt|request|input) (is )?too (long|large)|longer than the maximum model length"
    r"|max_tokens must be at least 1, got -"  # of vLLM, when the prompt leaves no room
)
_QUOTA = re.compile(
    r"insufficient[ _](quota|credits)|exceeded your current quota|billing|credit balance|payment required"
    r"|budget (has been )?exceeded|budget_exceeded|exceeded budget|crossed budget|api usage limits"
)
_MODE_WORDS = re.compile(
    r"response_?format|json_?schema|json_?object|structured output|grammar|tool_?choice|\btools?\b|function call"
    r"|\bstrict\b"
)
_NO_SYSTEM = re.compile(
    r"(system|developer) (role|message|prompt|instruction)s?\b.{0,40}(not |un)(support|allow|enabled)"
)
_FILTER = re.compile(r"content[ _]?(filter|policy|management)|safety system|moderation")
_MODEL = re.compile(
    r"model[ _]not[ _]found|(unknown|invalid|no such|unsupported) model|model .{0,120}(not found|does not exist)"
    r"|no models? (is |are )?loaded|does not support chat"
)
_MEMORY = re.compile(r"requires more system memory")
_LOADING = re.compile(r"loading model|model is (still )?loading|model is (still )?being loaded")
_COME_BACK = re.compile(r"try again in (?:((?:\d+(?:\.\d+)?(?:ms|[smh]))+)(?![a-z0-9])|(\d+) (second|minute)s?)")
_SECRET = re.compile(r"\b(sk|pk|key|Bearer)[-_ ][\w*.-]{4,}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+")


@dataclass
class Fault(Exception):
    """One failed attempt; `message` says in words for a person what came."""

    kind: FaultClass
    message: str
    status: int | None = None
    retry_after: float | None = None
    """Seconds the endpoint asked us to wait."""
    name: str = "unexpected"
    """What it is counted as, such as `http_503` or `timeout`; see `Usage.faults`."""
    quota: bool = False
    """Whether it is about money: a quota, a budget, credits."""
    crowded: bool = False
    """Whether it may come from too many requests at once: a time-out, an overloaded server."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[Any, ...]:
        """Without the headers, which are read where they came."""
        return Fault, (
            self.kind, self.message, self.status, self.retry_after, self.name, self.quota, self.crowded,
        )  # fmt: skip


def causes(error: BaseException) -> Iterator[BaseException]:
    """`error` and what it was raised from, outermost first."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


def clean(text: str, limit: int = 200) -> str:
    """`text` from a server, fit for a message: one line, no control characters, nothing that looks like a key."""
    line = " ".join(_CONTROL.sub(" ", _SECRET.sub("[key]", text)).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def retry_after(headers: Mapping[str, str], wall_clock: float) -> float | None:
    """Seconds from `retry-after-ms` or `retry-after` (seconds or an HTTP date, RFC 9110); None without a sound one.

    A time that has passed and a negative number are 0.
    """
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    value = headers.get("retry-after")
    if value is None:
        return None
    seconds = _number(value)
    if seconds is not None:
        return seconds
    if (seconds := duration(value)) is not None:
        return seconds
    try:
        date = parsedate_to_datetime(value)
        return max(0.0, (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() - wall_clock)
    except (ValueError, TypeError, OverflowError):
        return None


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "nan")
    except ValueError:
        return None
    return max(0.0, value) if math.isfinite(value) else None


def error_text(body: object) -> tuple[str, str]:
    """(code and type, message) of an error body in the shapes that servers use."""
    if isinstance(body, Mapping):
        inner = body.get("error", body)
        if isinstance(inner, Mapping):
            code = " ".join(str(inner[k]) for k in ("code", "type") if inner.get(k) is not None)
            message = inner.get("message") or inner.get("detail") or ""
            metadata = inner.get("metadata")
            # What the provider behind a gateway said: the gateway itself only says that one returned an error.
            raw = metadata.get("raw") if isinstance(metadata, Mapping) else None
            return code, f"{message}" + (f": {raw}" if isinstance(raw, str) else "")
        return "", str(inner)
    return "", body if isinstance(body, str) else ""


def of_status(
    status: int, body: object, *, wait: float | None = None, headers: Mapping[str, str] | None = None
) -> Fault:
    """The fault that an HTTP status and its error body mean; with `headers` those of the answer."""
    code, message = error_text(body)
    text = f"{code} {message}".lower()
    said = "an HTML page" if message.lstrip().startswith("<") else clean(message)
    if said.endswith(".") and not said.endswith(".."):  # it goes into a sentence of ours
        said = said[:-1]
    kind = _class_of(status, text)
    if wait is None and kind == "slow_down":
        wait = _asked_in_words(text)
    if kind in ("retry", "slow_down") and (headers or {}).get("x-should-retry", "").lower() == "false":
        kind = "refused"
    return Fault(
        kind,
        f"HTTP {status}" + (f": {said}" if said else ""),
        status,
        wait,
        name=f"http_{status}",
        quota=_is_quota(status, text),
        crowded=status in (503, 504, 529),
        headers=headers or {},
    )


def _asked_in_words(text: str) -> float | None:
    """Seconds after which a server without the header says to come back."""
    found = _COME_BACK.search(text)
    if found is None:
        return None
    return duration(found[1]) if found[1] else float(found[2]) * (60 if found[3] == "minute" else 1)


def _is_quota(status: int, text: str) -> bool:
    return status == 402 or _QUOTA.search(text) is not None


def _class_of(status: int, text: str) -> FaultClass:
    if _is_quota(status, text):
        return "stop"
    if status == 413 or (status in (400, 422, 429, 500) and (_TOO_BIG.search(text) or "request too large" in text)):
        return "too_big"
    if status == 429 or (status == 503 and _LOADING.search(text)):
        return "slow_down"
    if status in (401, 407) or 300 <= status < 400:
        return "stop"
    if status in (400, 422, 500) and _NO_SYSTEM.search(text):
        return "no_system"
    if status in (400, 404, 422, 500, 501) and _MODE_WORDS.search(text):
        return "mode"
    if status in (400, 403, 422) and _FILTER.search(text):
        return "refused"
    if status in (403, 404) or (status == 400 and _MODEL.search(text)) or (status == 500 and _MEMORY.search(text)):
        return "stop"
    if status in (408, 409, 425) or status >= 500:
        return "retry"
    return "refused"


def of_exception(error: Exception, timeout: float, wall_clock: float) -> Fault:
    """The fault that an exception out of the SDK means; `timeout` is the deadline that stood, in seconds."""
    import httpx2
    import openai

    if isinstance(error, openai.APIStatusError):
        wait = retry_after(error.response.headers, wall_clock)
        return of_status(error.status_code, error.body, wait=wait, headers=error.response.headers)
    chain = list(causes(error))
    if any(isinstance(e, TimeoutError | openai.APITimeoutError | httpx2.TimeoutException) for e in chain):
        text = f"no complete answer within {timeout:g} s (--timeout)"
        return Fault("retry", text, name="timeout", crowded=True)
    if any(isinstance(e, httpx2.ConnectError) for e in chain):
        said = clean(str(chain[-1]), 120) or type(chain[-1]).__name__
        return Fault("nobody", f"no connection ({said})", name="no_connection")
    if any(isinstance(e, openai.APIConnectionError | httpx2.TransportError | OSError) for e in chain):
        return Fault("retry", f"the connection broke ({type(chain[-1]).__name__})", name="connection_broken")
    if isinstance(error, ValueError | TypeError | AttributeError | LookupError | openai.OpenAIError):
        text = f"an answer that is not a chat completion ({type(error).__name__})"
        return Fault("garbage", text, name="unreadable")
    return Fault("bug", f"unexpected {type(error).__name__}")


def what_came(content: bytes, content_type: str) -> str:
    """A 200 that is no chat completion, described without repeating it."""
    start = content.lstrip()[:200].lower()
    if not start:
        return "an empty answer"
    if start.startswith(b"<") or "html" in content_type:
        return "an HTML page"
    return "something that is not JSON" if start[:1] not in b"{[" else "JSON that is not a chat completion"


def error_in_answer(data: Mapping[str, Any]) -> Fault | None:
    """The fault inside a 200 whose body is an error, as gateways send it; None when there is none."""
    error = data.get("error")
    choices = data.get("choices")
    if not error and isinstance(choices, list) and choices and isinstance(choices[0], Mapping):
        error = choices[0].get("error")
    if not error:
        return None
    code = str(error.get("code")) if isinstance(error, Mapping) else ""
    status = int(code) if len(code) == 3 and code.isdecimal() and code >= "400" else 502
    return of_status(status, {"error": error})
