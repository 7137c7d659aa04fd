"""How many articles a batch has under way, and how many may fail before it stops."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass


@dataclass(frozen=True)
class TooMany:
    """How much may fail before a batch stops: a share of its articles, or a number of them; neither is all."""

    share: float | None = None
    number: int | None = None

    def crossed(self, failed: int, articles: int, files: int) -> str | None:
        """That so many are too many, in words; None when they are not.

        They are of the `articles` found so far or, where these are more, of the `files` that a run reads: those hold
        what is yet to come and what is no article for all that can be told.
        """
        of, what = (files, "new or changed files") if files > articles else (articles, "articles")
        share = self.share is not None and failed > self.share * of
        if failed > self.number if self.number is not None else share:
            return f"{failed:,} of {of:,} {what} failed, more than --max-failures allows"
        return None


class Places:
    """Room for so many articles at a time; a story larger than all of it runs alone."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._taken = 0
        self._freed = asyncio.Event()

    async def take(self, articles: int) -> None:
        """Wait until there is room."""
        while self._taken and self._taken + articles > self._size:
            self._freed.clear()
            await self._freed.wait()
        self._taken += articles

    def give(self, articles: int) -> None:
        """Make room."""
        self._taken -= articles
        self._freed.set()
