"""One line of `requests.jsonl`: when a request began, how it went and what it cost; nothing of what was said."""

from __future__ import annotations

import datetime as dt
import json

from factcheck.llm.traces import Trace


def request_line(trace: Trace, ended: dt.datetime) -> str:
    """JSON and a newline; `ended` is the time of day (UTC) at which the request was over."""
    tokens = trace.tokens
    began = ended - dt.timedelta(seconds=trace.seconds)
    fields = {
        "at": began.isoformat(timespec="milliseconds"),
        "seconds": round(trace.seconds, 3),
        "answer": trace.answer,
        "model": trace.model,
        "mode": trace.mode,
        "attempts": trace.attempts,
        "status": trace.status,
        "end": trace.end,
        "prompt_tokens": tokens.prompt if tokens else None,
        "cached_tokens": tokens.cached if tokens else None,
        "completion_tokens": tokens.completion if tokens else None,
        "tokens_measured": tokens.measured if tokens else None,
    }
    return json.dumps(fields, ensure_ascii=True) + "\n"


def in_words(trace: Trace) -> str:
    """The same in short, for a person: `request: Judgements answered in 2.3 s, 4,000 + 50 tokens, json_schema`."""
    parts = [f"{trace.answer.removeprefix('Wire')} {trace.end} in {trace.seconds:.1f} s"]
    if trace.attempts != 1:
        parts.append(f"{trace.attempts} attempts")
    if trace.tokens is not None:
        cached = f" ({trace.tokens.cached:,} cached)" if trace.tokens.cached else ""
        parts.append(f"{trace.tokens.prompt:,}{cached} + {trace.tokens.completion:,} tokens")
    elif trace.status is not None:
        parts.append(f"HTTP {trace.status}")
    parts.append(trace.mode)
    return "request: " + ", ".join(parts)
