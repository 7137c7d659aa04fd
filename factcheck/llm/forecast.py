"""What requests will cost, in a line for the user, before they are sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from factcheck.llm.endpoint import resolve, wire_model
from factcheck.llm.usage import estimate_tokens, price
from factcheck.settings import ModelSettings


def estimate_line(model: str, requests: Sequence[tuple[str, str]], output: int) -> str:
    """What requests will cost at most, in words; a provider that caches the static prompt charges less."""
    prompt = sum(estimate_tokens(system) + estimate_tokens(user) for system, user in requests)
    cost = price(wire_model(model), prompt, 0, output)
    money = at_most(cost) if cost is not None else f"the price of {model} is not known"
    return f"{tokens_line(model, requests, output)}, {money}"


def tariff(settings: ModelSettings) -> Callable[[str, int, int], float | None]:
    """Model, tokens in, tokens out -> US dollars at the endpoint of `settings`; None where nobody knows or asks any."""
    local = resolve(settings).local

    def cost(model: str, prompt: int, completion: int) -> float | None:
        return None if local else price(wire_model(model), prompt, 0, completion)

    return cost


def at_most(cost: float) -> str:
    """An estimate in US dollars that is not exceeded, in words."""
    return f"about ${cost:.2f} or less" if cost >= 0.01 else "less than $0.01"


def tokens_line(_: str, requests: Sequence[tuple[str, str]], output: int) -> str:
    """The requests and their tokens alone, for an endpoint that nobody pays by the token."""
    prompt = sum(estimate_tokens(system) + estimate_tokens(user) for system, user in requests)
    count = f"{len(requests)} request" + ("" if len(requests) == 1 else "s")
    return f"next: {count}, about {prompt:,} tokens in and {output:,} out"
