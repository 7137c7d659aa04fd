"""JSON and JSON Lines, one article or many."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from factcheck.ingestion import fields
from factcheck.ingestion.base import BadRecord, RawDocument, Refused, Source
from factcheck.ingestion.decoding import decode
from factcheck.ingestion.page_metadata import is_article

LISTS = ("articles", "items", "@graph", "results", "docs", "documents", "stories", "entries", "data")
"""Keys under which exports keep their list of articles."""


class JsonFile:
    """`.json`: one article, a list of articles, or an object that holds such a list."""

    isolated = True

    def documents(self, source: Source) -> Iterator[RawDocument | BadRecord]:
        """One document per article. Raises Refused when the file is not JSON or holds no article."""
        decoded = decode(source.data, forced=source.encoding)
        notes = (decoded.note,) if decoded.note else ()
        try:
            value = json.loads(decoded.text)
        except RecursionError:
            raise Refused("JSON nested too deeply; export one object per article") from None
        except ValueError as error:
            lines = [line for line in decoded.text.splitlines() if line.strip()]
            if len(lines) > 1 and lines[0].lstrip().startswith("{") and lines[0].rstrip().endswith("}"):
                yield from _lines(decoded.text, source, notes)
                return
            raise Refused(f"not valid JSON ({error}); export it again") from None
        items = _articles(value)
        if not items:
            raise Refused("JSON without an article in it; one object per article, with its text under `text`")
        for number, item in enumerate(items, start=1):
            record = None if len(items) == 1 else str(number)
            yield _document(item, record, source, notes)


class JsonLines:
    """`.jsonl`, `.ndjson`: one article a line."""

    isolated = True

    def documents(self, source: Source) -> Iterator[RawDocument | BadRecord]:
        """One document per line that is not blank; a bad line is a bad record."""
        decoded = decode(source.data, forced=source.encoding)
        yield from _lines(decoded.text, source, (decoded.note,) if decoded.note else ())


def _lines(text: str, source: Source, notes: tuple[str, ...]) -> Iterator[RawDocument | BadRecord]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield BadRecord(
                record=str(number), reason=f"not valid JSON ({type(error).__name__}); export the line again"
            )
            continue
        yield _document(item, str(number), source, notes)


def _document(item: Any, record: str | None, source: Source, notes: tuple[str, ...]) -> RawDocument | BadRecord:
    if not isinstance(item, dict):
        return BadRecord(record=record or "1", reason="not an object; one object per article")
    try:
        return fields.document(item, record, source.columns, notes)
    except Refused as error:
        return BadRecord(record=record or "1", reason=str(error))


def _articles(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    if not isinstance(value, dict):
        return []
    for key in LISTS:
        inner = value.get(key)
        if isinstance(inner, list) and inner and all(isinstance(item, dict) for item in inner):
            typed = [item for item in inner if is_article(item)]
            return typed if key == "@graph" else inner
    return [value]
