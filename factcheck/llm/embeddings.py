"""Texts to vectors by the endpoint's `/embeddings`: one HTTP request, and what it gave."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from factcheck.llm.faults import Fault, error_in_answer, what_came
from factcheck.llm.usage import Tokens

if TYPE_CHECKING:
    from openai import AsyncOpenAI

Vector = tuple[float, ...]


async def send_embeddings(
    sdk: AsyncOpenAI, model: str, texts: Sequence[str], estimate: int
) -> tuple[list[Vector], Tokens]:
    """The vectors of the texts, in their order, and the tokens counted, or `estimate` when the server counts none.

    Raises Fault for a 200 that does not hold one vector of finite numbers per text, all of one length, and the SDK's
    own errors.
    """
    raw = await sdk.embeddings.with_raw_response.create(model=model, input=list(texts), encoding_format="float")
    response = raw.http_response
    kind = response.headers.get("content-type", "")
    try:
        data = json.loads(response.content, strict=False)
    except (ValueError, RecursionError) as error:
        raise Fault("garbage", what_came(response.content, kind), response.status_code, name="unreadable") from error
    if isinstance(data, dict):
        fault = error_in_answer(data)
        if fault is not None:
            raise fault
        vectors = _vectors(data.get("data"), len(texts))
        if vectors is not None:
            return vectors, _tokens(data.get("usage"), estimate)
    raise Fault("garbage", "an answer without a vector for every text", response.status_code, name="unreadable")


def _vectors(rows: object, count: int) -> list[Vector] | None:
    """By their index, which servers need not keep in order; None when one is missing, doubled or no vector."""
    if not isinstance(rows, list) or len(rows) != count:
        return None
    found: dict[int, Vector] = {}
    for place, row in enumerate(rows):
        if not isinstance(row, dict):
            return None
        vector, index = row.get("embedding"), row.get("index", place)
        if not (isinstance(index, int) and isinstance(vector, list) and vector):
            return None
        if not all(isinstance(x, int | float) and math.isfinite(x) for x in vector):
            return None
        found[index] = tuple(float(x) for x in vector)
    lengths = {len(vector) for vector in found.values()}
    return [found[i] for i in range(count)] if set(found) == set(range(count)) and len(lengths) == 1 else None


def _tokens(usage: object, estimate: int) -> Tokens:
    counted = usage.get("prompt_tokens") if isinstance(usage, dict) else None
    if isinstance(counted, int) and counted > 0:
        return Tokens(counted, 0, 0)
    return Tokens(estimate, 0, 0, measured=False)
