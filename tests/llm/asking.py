"""What the tests of the model border ask for."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr

from factcheck.llm.base import Model, ModelRequest, WireModel
from factcheck.settings import ModelSettings
from tests.support.canary_watch import CANARY

__all__ = ["CANARY"]


class Counted(WireModel):
    """A number of something."""

    kind: Literal["counted"]
    what: str
    value: float


class Happened(WireModel):
    """An event."""

    kind: Literal["happened"]
    what: str
    place: str | None = None


class Findings(WireModel):
    """What an answer looks like in these tests: a discriminated union inside a list."""

    items: list[Annotated[Counted | Happened, Field(discriminator="kind")]]


GOOD: dict[str, Any] = {"items": [{"kind": "counted", "what": "persone", "value": 12}]}
BAD: dict[str, Any] = {"items": [{"kind": "counted", "what": "persone"}]}


def request(
    user: str = "Testo 1: il ponte è chiuso.",
    *,
    model: str = "gpt-5.4-mini",
    system: str = "Find what is said.",
    check: Callable[[Findings], str | None] | None = None,
) -> ModelRequest[Findings]:
    """One request for Findings."""
    return ModelRequest("find", model, system, user, Findings, check)


def settings(url: str | None, **kwargs: Any) -> ModelSettings:
    """Settings of a client for `url` with the canary key."""
    return ModelSettings(base_url=url, api_key=SecretStr(CANARY), **kwargs)


async def asked_apart(user: str, *, model: Model) -> int:
    """Ask in whichever process this runs, and say which that is; a function of a module, so that it can travel."""
    await model.ask(request(user))
    return os.getpid()
