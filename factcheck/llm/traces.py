"""What became of one request, for whoever wants to know: times, tokens, attempts, its end; never what it said."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from factcheck.llm.faults import Fault, causes
from factcheck.llm.usage import Tokens

OK = 200


@dataclass
class Trace:
    """One request to the endpoint with all its HTTP attempts; filled in while it runs, told once it is over."""

    answer: str
    """Name of the answer that was asked for."""
    model: str
    """On the wire."""
    mode: str
    """How structured output was asked for."""
    attempts: int = 0
    tokens: Tokens | None = None
    """Of the answer; None when none came."""
    seconds: float = 0.0
    """From the first attempt's turn to the end, waits included."""
    status: int | None = None
    """HTTP status of the last attempt; None when no response came."""
    end: str = "answered"
    """`answered` when a chat completion came, else the class of what ended it."""


Listener = Callable[[Trace], None]


@contextmanager
def traced(trace: Trace, listener: Listener | None) -> Iterator[None]:
    """Time the block, note how it ends, and tell `listener`."""
    began = time.monotonic()
    try:
        yield
        trace.status = OK
    except BaseException as error:
        faults = [cause for cause in causes(error) if isinstance(cause, Fault)]
        trace.status = faults[0].status if faults else None
        trace.end = "Interrupted" if isinstance(error, asyncio.CancelledError) else type(error).__name__
        raise
    finally:
        trace.seconds = time.monotonic() - began
        if listener is not None:
            listener(trace)
