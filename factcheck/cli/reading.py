"""What the user says about the files: `--columns`, `--encoding` and `--sources`, read before any of them is."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from encodings.aliases import aliases
from pathlib import Path

import regex
import typer

from factcheck.ingestion.fields import NAMES
from factcheck.ingestion.parsing import ReadOptions

FIELDS = {"date" if field == "published_at" else field: field for field in NAMES}
"""Field as the user names it -> as ingestion does."""
NOT_OF_FILES = frozenset({"idna", "punycode", "raw_unicode_escape", "undefined", "unicode_escape"})
"""Codecs from bytes to text in which nobody saves a file."""
_COLUMNS = "--columns"
_NEXT = regex.compile(r",(?=[^,=]*=)")
"""A comma that parts two FIELD=COLUMN; one inside the name of a column has no further `=` before the next comma."""


def read_options(columns: Sequence[str], encoding: str | None, sources: Path | None = None) -> ReadOptions:
    """The options that ingestion takes; `columns` are FIELD=COLUMN, or several of them with commas between.

    Raises `typer.BadParameter`, with a suggestion, for a field or an encoding that does not exist, a field without a
    column and a field that is given twice.
    """
    named: dict[str, str] = {}
    for pair in (pair for given in columns for pair in _NEXT.split(given)):
        field, column = _named(pair)
        if field in named:
            raise typer.BadParameter(f"{pair.strip()}: the column of this field is given twice.", param_hint=_COLUMNS)
        named[field] = column
    known = None if encoding is None else _known_encoding(encoding)
    return ReadOptions(encoding=known, columns=named, sources=sources)


def _named(pair: str) -> tuple[str, str]:
    """The field, as ingestion names it, and the column of one FIELD=COLUMN."""
    field, _, column = (part.strip() for part in pair.partition("="))
    if not field or not column:
        raise typer.BadParameter(
            f"{pair.strip() or 'nothing'}: write FIELD=COLUMN, such as text=Body; the fields are {', '.join(FIELDS)}.",
            param_hint=_COLUMNS,
        )
    key = field.lower()
    if key in NAMES or key in FIELDS:
        return FIELDS.get(key, key), column
    raise typer.BadParameter(f"no field {field!r}; {_remedy(key, field, column)}", param_hint=_COLUMNS)


def _remedy(key: str, field: str, column: str) -> str:
    """The field that was meant: the two sides turned round, another name of a field, or a misspelt one."""
    if column.lower() in FIELDS:
        return f"the field comes first: did you mean {column.lower()}={field}?"
    meant = next((ours for ours, inner in FIELDS.items() if key in NAMES[inner]), None)
    near = [meant] if meant else difflib.get_close_matches(key, FIELDS, n=1)
    return f"did you mean {near[0]}={column}?" if near else f"the fields are {', '.join(FIELDS)}."


def _known_encoding(name: str) -> str:
    """The name, when bytes of a file can be in it."""
    key = regex.sub(r"[^a-z0-9]+", "_", name.strip().lower())
    if key not in NOT_OF_FILES and _is_encoding(key):
        return key.replace("_", "-")
    known = sorted({alias for pair in aliases.items() for alias in pair} - NOT_OF_FILES)
    near = [other for other in difflib.get_close_matches(key, known) if _is_encoding(other)]
    remedy = f"did you mean {near[0].replace('_', '-')}?" if near else "use a name such as utf-8, cp1252 or gb18030."
    raise typer.BadParameter(f"no encoding {name!r}; {remedy}", param_hint="--encoding")


def _is_encoding(key: str) -> bool:
    try:
        b"a".decode(key)
    except UnicodeDecodeError:  # one byte is too few for it
        return True
    except (LookupError, ValueError):  # unknown, or from bytes to bytes
        return False
    return True
