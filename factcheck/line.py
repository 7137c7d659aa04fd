"""What a unit of work that runs in another process can ask of the process that started the run."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol


class Line(Protocol):
    """The worker's end. What is asked and told are picklable values, `subject` says what they are.

    Everything raises what the other end raised. Who waits is cancelled as ever, and the other end hears of it.
    """

    async def ask(self, subject: str, value: object) -> Any:
        """The answer."""

    def ask_now(self, subject: str, value: object) -> Any:
        """The answer, with the event loop standing still until it comes: for what the other end has at hand."""

    def held(self, subject: str, value: object) -> AbstractAsyncContextManager[Any]:
        """Something that is had until the block ends, or until the worker dies."""

    def tell(self, subject: str, value: object) -> None:
        """Say it; it is heard after whatever was said before, and before the end of whatever is held."""


class Desk(Protocol):
    """The end of the process that started the run; in the context of the unit that asks."""

    async def attend(
        self, subject: str, value: Any, reply: Callable[[object], None], ended: Callable[[], Awaitable[object]]
    ) -> None:
        """Reply once; what is held is held until `ended` returns. Cancelled when the worker dies or gives up."""

    def told(self, subject: str, value: Any) -> None:
        """Hear it."""

    def lost(self) -> None:
        """The worker that was on the unit died; another one begins it anew."""
