"""Files are parsed in the order they are asked for, risky and small ones ahead of time by child processes."""

from __future__ import annotations

import os
import queue
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

from pydantic import field_validator

from factcheck.ingestion.base import BadRecord, RawDocument, Refused, Source
from factcheck.ingestion.fields import NAMES
from factcheck.ingestion.isolation import Isolation
from factcheck.ingestion.limits import Limits
from factcheck.ingestion.registry import FORMATS, mismatch, suffix_of, unread
from factcheck.ingestion.walking import FoundFile, read_bounded
from factcheck.models import Value

PROCESSES = 1 if (os.cpu_count() or 1) <= 2 else 2
"""Children that parse; on two cores the other is the reader's, and a second child costs 75 MB and saves no time."""
SMALL = 2_000_000
"""Bytes up to which a file is parsed ahead and its documents held; larger ones stream in their turn."""

Parsed = Future[list[RawDocument | BadRecord]] | None


class ReadOptions(Value):
    """What the user says about the files."""

    encoding: str | None = None
    """None means find out, file by file."""
    columns: Mapping[str, str] = {}
    """Field of an article, as `fields.NAMES` has it -> column or key in the user's tables."""
    sources: Path | None = None
    """The user's list of outlets; None means those that lie beside the articles."""

    @field_validator("columns")
    @classmethod
    def _known_fields(cls, columns: Mapping[str, str]) -> Mapping[str, str]:
        unknown = sorted(set(columns) - set(NAMES))
        if unknown:
            raise ValueError(f"no such fields: {', '.join(unknown)}; there are {', '.join(NAMES)}")
        return columns


DEFAULT_OPTIONS = ReadOptions()


class Parsing:
    """Parses files; a context manager that ends its child processes."""

    def __init__(self, limits: Limits, options: ReadOptions) -> None:
        self._limits = limits
        self._options = options
        self._pool = ThreadPoolExecutor(PROCESSES, thread_name_prefix="parsing")
        self._isolations = [Isolation() for _ in range(PROCESSES)]
        self._idle: queue.LifoQueue[Isolation] = queue.LifoQueue()
        for isolation in self._isolations:
            self._idle.put(isolation)

    def __enter__(self) -> Parsing:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)
        for isolation in self._isolations:
            isolation.close()

    def begin(self, found: FoundFile) -> Parsed:
        """Parse ahead what is small and slow; None for what is better parsed in its turn."""
        suffix = suffix_of(found.path)
        if suffix is None or not FORMATS[suffix].isolated:
            return None
        try:
            if found.path.stat().st_size > SMALL:
                return None
        except OSError:
            return None
        return self._pool.submit(lambda: list(self.documents(found)))

    def documents(self, found: FoundFile) -> Iterator[RawDocument | BadRecord]:
        """The documents of one file as its format gives them. Raises Refused."""
        suffix = suffix_of(found.path)
        if suffix is None:
            raise Refused(unread(found.path), on_purpose=True)
        data = read_bounded(found.path.resolve(), self._limits.file_bytes)
        if not data.strip():
            raise Refused("empty; remove it or save the article again")
        wrong = mismatch(suffix, data)
        if wrong is not None:
            raise Refused(wrong)
        source = Source(
            name=Path(found.shown).name,
            data=data,
            encoding=self._options.encoding,
            columns=self._options.columns,
            limits=self._limits,
        )
        if not FORMATS[suffix].isolated:
            yield from FORMATS[suffix].documents(source)
            return
        isolation = self._idle.get()
        try:
            yield from isolation.documents(suffix, source)
        finally:
            self._idle.put(isolation)
