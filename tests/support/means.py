"""What the stages are given in tests: a scripted model, a store in memory, and what else a run needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from factcheck.engine.local import LocalEngine
from factcheck.findings import RunInfo, Usage
from factcheck.llm.base import ModelRequest
from factcheck.pipeline.means import Means
from tests.support.newsroom import newsroom
from tests.support.scripted import DictStore, ScriptedModel

RUN = RunInfo(version="0", model="m", confirm_model="m", base_url=None, prompts={}, settings={})


def reader(request: ModelRequest[Any]) -> Mapping[str, Any]:
    """The newsroom's answer to a request, for a `ScriptedModel`."""
    return newsroom(request.system, request.user)


def price_tag(model: str, requests: Sequence[tuple[str, str]], output: int) -> str:
    """The estimate that runs in tests are told."""
    return f"{model}: {len(requests)} requests, {output} out"


def means_of(model: ScriptedModel, store: DictStore, **fields: Any) -> Means:
    """Means with this model and store; `fields` are fields of Means that a test is about."""
    plain: dict[str, Any] = {
        "engine": LocalEngine(3),
        "usage": lambda: Usage(requests=len(model.requests)),
        "estimate": price_tag,
        "name": "m",
        "confirm_name": "m",
    }
    return Means(model=model, store=store, **plain | fields)
