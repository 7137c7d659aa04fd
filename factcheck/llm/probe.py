"""Single requests to an endpoint, as the doctor makes them: no retries, no pace, each with its seconds."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from factcheck.llm import modes
from factcheck.llm.faults import Fault, causes, of_exception

if TYPE_CHECKING:
    from openai import AsyncOpenAI
    from openai.types.chat import ChatCompletion


@dataclass
class Probe:
    """The endpoint under examination, and what its answers told besides."""

    sdk: AsyncOpenAI
    model: str
    seconds: float
    """For one request."""
    system: bool = True
    """Whether the server takes a system message."""
    headers: dict[str, str] = field(default_factory=dict)
    counted: bool | None = None
    """Whether answers say how many tokens they took."""

    async def ask(self, system: str, user: str, **shaping: Any) -> tuple[ChatCompletion, float]:
        """One chat request: the answer and its seconds. Raises Fault."""
        try:
            return await self._asked(system, user, shaping)
        except Fault as fault:
            if fault.kind != "no_system" or not self.system:
                raise
        self.system = False
        return await self._asked(system, user, shaping)

    async def _asked(self, system: str, user: str, shaping: Mapping[str, Any]) -> tuple[ChatCompletion, float]:
        from factcheck.llm import transport

        messages = modes.messages("tools", system, user, {}, apart=self.system)
        begun = time.monotonic()
        try:
            async with asyncio.timeout(self.seconds):
                answer, headers = await transport.send(self.sdk, {"model": self.model, "messages": messages, **shaping})
        except Exception as error:
            raise self._fault(error) from error
        self.headers.update(headers)
        self.counted = transport.tokens_of(answer, 1).measured
        return answer, time.monotonic() - begun

    async def models(self) -> list[dict[str, Any]]:
        """The server's list of models. Raises Fault."""
        try:
            async with asyncio.timeout(self.seconds):
                raw = await self.sdk.models.with_raw_response.list()
            listed = json.loads(raw.http_response.content)["data"]
            return [entry for entry in listed if isinstance(entry, dict)]
        except Exception as error:
            raise self._fault(error) from error

    def _fault(self, error: Exception) -> Fault:
        for cause in causes(error):
            if isinstance(cause, Fault):
                return cause
        return of_exception(error, self.seconds, time.time())
