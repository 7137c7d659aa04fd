"""File name suffix -> format; a new format is one file and one line here."""

from __future__ import annotations

from pathlib import Path

from factcheck.ingestion.base import Format
from factcheck.ingestion.plain import Markdown, PlainText

FORMATS: dict[str, Format] = {
    ".txt": PlainText(),
    ".text": PlainText(),
    ".md": Markdown(),
    ".markdown": Markdown(),
}


def format_of(path: Path) -> Format | None:
    """The format that reads files of this name, or None."""
    return FORMATS.get(path.suffix.lower())
