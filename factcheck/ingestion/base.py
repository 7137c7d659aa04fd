"""What a file format is to ingestion: bytes in, raw documents out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from factcheck.errors import InputError
from factcheck.ingestion.limits import DEFAULT_LIMITS, Limits
from factcheck.models import Value


class Refused(InputError):
    """A file or record is not an article; `str(error)` says why and what to do."""

    def __init__(self, reason: str, *, on_purpose: bool = False, passing: bool = False) -> None:
        super().__init__(reason)
        self.on_purpose = on_purpose
        """True when it was left out by rule (skipped), False when it could not be read (failed)."""
        self.passing = passing
        """True when the same bytes may be read another time, as on a machine that is less busy."""


class RawDocument(Value):
    """One document as its format gives it; all fields as written, nothing guessed."""

    record: str | None = None
    """Which one of a file with many: row, line or entry number; None when the file holds one document."""
    text: str
    title: str | None = None
    title_in_text: bool = False
    """True when the first line of `text` may be the title."""
    publisher: str | None = None
    author: str | None = None
    url: str | None = None
    published_at: str | None = None
    language: str | None = None
    language_certain: bool = False
    """True when the user said so; what a page says of itself is often its template's language."""
    partial: bool = False
    notes: tuple[str, ...] = ()


class BadRecord(Value):
    """A record of a file with many that gave no document."""

    record: str
    reason: str


@dataclass(frozen=True)
class Source:
    """The bytes of one file and what the user said about it."""

    name: str
    data: bytes
    encoding: str | None = None
    """The user's word on the encoding; None means find out."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Field of an article (`text`, `title`, ...) -> column or key in the user's table."""
    limits: Limits = DEFAULT_LIMITS


class Format(Protocol):
    """A file format; heavy libraries are imported inside `documents`."""

    @property
    def isolated(self) -> bool:
        """Whether parsing runs in a child process under the time limit."""

    def documents(self, source: Source) -> Iterator[RawDocument | BadRecord]:
        """The documents of one file, in order. Raises Refused when the file as a whole cannot be used."""
