"""`--max-calls` and `--max-cost`: how much a run may send at all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from factcheck.errors import BudgetExceeded
from factcheck.llm.usage import Tally, price


class Budget:
    """The limits that the user set, checked before a request is sent, requests under way included."""

    def __init__(self, tally: Tally, max_calls: int | None, max_cost: float | None) -> None:
        self._tally = tally
        self._max_calls = max_calls
        self._max_cost = max_cost
        self._reserved = 0.0

    @asynccontextmanager
    async def reserve(self, model: str | None, prompt_tokens: int) -> AsyncIterator[None]:
        """Count one request for as long as it is under way. Raises BudgetExceeded instead of letting it start."""
        if self._max_calls is not None and self._tally.requests >= self._max_calls:
            raise BudgetExceeded(
                f"--max-calls {self._max_calls} is reached; raise it and run again to go on", attempts=0
            )
        expected = 0.0
        if self._max_cost is not None and model is not None:
            answer = self._tally.mean_completion(unknown=prompt_tokens // 2)
            expected = price(model, prompt_tokens, 0, answer) or 0.0
            spent = self._tally.cost or 0.0
            if spent + self._reserved + expected > self._max_cost:
                raise BudgetExceeded(
                    f"--max-cost {self._max_cost:g} would be crossed: {spent:.4f} USD are spent, {self._reserved:.4f}"
                    f" are under way, and the next request is expected to cost {expected:.4f}; raise it and run again"
                    " to go on",
                    attempts=0,
                )
        self._tally.asked(model)
        self._reserved += expected
        try:
            yield
        finally:
            self._reserved = max(0.0, self._reserved - expected)  # sums of fractions end beside 0
