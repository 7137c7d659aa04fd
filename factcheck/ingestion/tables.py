"""CSV and TSV with one article a row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from factcheck.ingestion import fields
from factcheck.ingestion.base import BadRecord, RawDocument, Refused, Source
from factcheck.ingestion.cleaning import one_line
from factcheck.ingestion.decoding import decode

DELIMITERS = ",;\t|"


class Table:
    """`.csv`, `.tsv`: a header row, then one article a row."""

    isolated = True

    def documents(self, source: Source) -> Iterator[RawDocument | BadRecord]:
        """One document per row that is not blank. Raises Refused when no column holds the text."""
        decoded = decode(source.data, forced=source.encoding)
        notes: tuple[str, ...] = (decoded.note,) if decoded.note else ()
        csv.field_size_limit(max(131_072, len(decoded.text)))
        rows = _rows(decoded.text)
        header = [one_line(name) or "" for name in next(rows, [])]
        _require_text(header, source)
        notes += _missing(header, source)
        number = 1
        try:
            for number, row in enumerate(rows, start=2):
                if not any(cell.strip() for cell in row):
                    continue
                if len(row) > len(header):
                    reason = f"{len(row)} cells under {len(header)} headings; quote the cells that hold the delimiter"
                    yield BadRecord(record=str(number), reason=reason)
                    continue
                try:
                    yield fields.document(dict(zip(header, row, strict=False)), str(number), source.columns, notes)
                except Refused as error:
                    yield BadRecord(record=str(number), reason=str(error))
        except csv.Error as error:
            yield BadRecord(record=str(number), reason=f"not a table from here on ({error}); export it again")


def _rows(text: str) -> Iterator[list[str]]:
    head = text[: text.find("\n")] if "\n" in text else text
    delimiter = max(DELIMITERS, key=head.count)
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def header_of(text: str) -> list[str]:
    """The column names of a table, lower case."""
    return [name.strip().lower() for name in next(_rows(text), [])]


def rows_of(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Row number (the header is 1) and cells by lower-case column name."""
    header = header_of(text)
    for number, row in enumerate(_rows(text), start=1):
        if number > 1 and any(cell.strip() for cell in row):
            yield number, dict(zip(header, row, strict=False))


def _missing(header: list[str], source: Source) -> tuple[str, ...]:
    """A note for each column that the user named and this table lacks; another table of the run may have it."""
    lowered = {name.lower() for name in header}
    names = [name.strip() for name in source.columns.values() if name.strip().lower() not in lowered]
    return tuple(f"the table has no column {name}" for name in names)


def _require_text(header: list[str], source: Source) -> None:
    lowered = {name.lower() for name in header}
    own = source.columns.get("text")
    wanted = [own.strip().lower()] if own else [*fields.NAMES["text"], *fields.PARTS]
    if lowered.isdisjoint(wanted):
        shown = ", ".join(name for name in header[:8] if name)[:200] or "none"
        raise Refused(
            f"no column holds the text (columns: {shown}); an export of addresses only? export the full text, or name "
            "the column with --columns text=NAME"
        )
