"""What requests cost: token estimates without network, prices, and the tally of a run."""

from __future__ import annotations

import logging
import math
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache

from factcheck.findings import Usage

_LOG = logging.getLogger(__name__)
CUT_BELOW = 0.4
"""Share of the tokens that a prompt should have; a server that counts fewer has cut it."""


def estimate_tokens(text: str) -> int:
    """Tokens of `text`, estimated on the high side: UTF-8 bytes / 3.5 + 0.7 per ASCII digit.

    Against one vocabulary: 1.33 x for English, 1.10 Italian, 1.16 JSON, 0.78 for dense numbers.
    """
    digits = sum(map(text.count, "0123456789"))
    return math.ceil(len(text.encode("utf-8", "surrogatepass")) / 3.5 + 0.7 * digits)


@lru_cache(maxsize=4096)
def price(model: str, prompt_tokens: int, cached_tokens: int, completion_tokens: int) -> float | None:
    """US dollars for one request by the price list shipped with genai-prices; None when the model is not in it.

    `cached_tokens` are part of `prompt_tokens`. Never asks the network.
    """
    try:
        from genai_prices import Usage as Tokens
        from genai_prices import calc_price

        tokens = Tokens(
            input_tokens=prompt_tokens,
            cache_read_tokens=min(cached_tokens, prompt_tokens) or None,
            output_tokens=completion_tokens,
        )
        return float(calc_price(tokens, model).total_price)
    except LookupError:
        return None
    except Exception as error:
        # A price list that cannot digest a name must not cost a paid answer.
        _LOG.debug("no price for %s: %s", model, type(error).__name__)
        return None


@dataclass(frozen=True)
class Tokens:
    """Tokens of one answer; `measured` is False when the server gave none and they are our estimate."""

    prompt: int
    cached: int
    completion: int
    measured: bool = True


_SHARE: ContextVar[Tally | None] = ContextVar("the tally of one story among many", default=None)


@contextmanager
def counted_apart() -> Iterator[Tally]:
    """A tally of the answers that this task and those it starts get, beside that of the whole run."""
    share = Tally()
    token = _SHARE.set(share)
    try:
        yield share
    finally:
        _SHARE.reset(token)


class Tally:
    """What a run has asked for so far; the clients of the run add to it."""

    def __init__(self) -> None:
        self.requests = 0
        self.retries = 0
        self.reasks = 0
        self.faults: Counter[str] = Counter()
        """Failed attempts and refused answers by kind."""
        self._prompt = self._cached = self._completion = 0
        self._answers = 0
        self._cost: float | None = 0.0
        self._models = set[str | None]()

    def asked(self, model: str | None) -> None:
        """Count one request that is sent; `model` as in `add`."""
        self.requests += 1
        self._models.add(model)

    def add(self, model: str | None, tokens: Tokens, rate: float = 1.0) -> None:
        """Count one answer; `model` None means that nobody sends a bill, `rate` is the share of the price asked."""
        share = _SHARE.get()
        if share is not None and share is not self:
            share.requests += 1
            share.add(model, tokens, rate)
        self._answers += 1
        self._prompt += tokens.prompt
        self._cached += tokens.cached
        self._completion += tokens.completion
        cost = None if model is None else price(model, tokens.prompt, tokens.cached, tokens.completion)
        self._cost = None if cost is None or self._cost is None else self._cost + rate * cost

    def fault(self, kind: str) -> None:
        """Count a failed attempt or a refused answer."""
        self.faults[kind] += 1
        share = _SHARE.get()
        if share is not None and share is not self:
            share.fault(kind)

    def reasked(self) -> None:
        """Count an answer that was asked for once more."""
        self.reasks += 1

    def retried(self) -> None:
        """Count an attempt beyond the first of its call."""
        self.retries += 1

    def mean_completion(self, unknown: int) -> int:
        """Mean completion tokens of the answers so far, or `unknown` before the first."""
        return math.ceil(self._completion / self._answers) if self._answers else unknown

    @property
    def cost(self) -> float | None:
        """US dollars so far, None when a price is not known, also where no answer has come that would cost it."""
        if not self._answers and not all(model and price(model, 1, 0, 1) is not None for model in self._models):
            return None
        return self._cost

    def snapshot(self) -> Usage:
        """The counts as a frozen value; `cache_hits` belong to the store and stay 0 here."""
        cost = self.cost
        return Usage(
            requests=self.requests,
            retries=self.retries,
            reasks=self.reasks,
            prompt_tokens=self._prompt,
            cached_tokens=self._cached,
            completion_tokens=self._completion,
            cost_usd=None if cost is None else round(cost, 6),
            faults=dict(sorted(self.faults.items())),
        )
