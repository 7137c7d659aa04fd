"""What `--columns` and `--encoding` are taken to mean, and what is said of a mistake in them."""

from __future__ import annotations

import re
from typing import get_args

import pytest
import typer
from pydantic import ValidationError

from factcheck.cli import options
from factcheck.cli.reading import FIELDS, read_options
from factcheck.ingestion.fields import NAMES
from factcheck.ingestion.parsing import ReadOptions


def test_columns_may_be_repeated_or_listed() -> None:
    """Both ways of naming several columns add up; `date` is the day of publication, case and blanks do not count."""
    found = read_options(["text=Testo,title=Titolo", " Publisher = Nome testata "], None)
    assert found.columns == {"text": "Testo", "title": "Titolo", "publisher": "Nome testata"}
    assert read_options(["date=Data"], None).columns == {"published_at": "Data"}


def test_a_column_may_have_a_comma_in_its_name() -> None:
    """Only a comma before another FIELD=COLUMN parts two of them."""
    found = read_options(["date=Data, ora,text=Testo"], None)
    assert found.columns == {"published_at": "Data, ora", "text": "Testo"}


@pytest.mark.parametrize(
    ("given", "remedy"),
    [
        ("txet=Corpo", "did you mean text=Corpo?"),
        ("testo=Corpo", "did you mean text=Corpo?"),
        ("Corpo=text", "did you mean text=Corpo?"),
        ("colour=Blu", "the fields are text, title"),
        ("text", "write FIELD=COLUMN"),
        ("text=", "write FIELD=COLUMN"),
        ("", "write FIELD=COLUMN"),
        ("text=A,text=B", "given twice"),
        ("date=A,published_at=B", "given twice"),
    ],
)
def test_a_wrong_column_is_told_with_its_remedy(given: str, remedy: str) -> None:
    """A misspelt field, a foreign name, sides turned round, no column, or two: each is refused with what to do."""
    with pytest.raises(typer.BadParameter, match=re.escape(remedy)):
        read_options([given], None)


@pytest.mark.parametrize(
    "name", ["utf-8", "UTF8", "cp1252", "latin-1", "ISO-8859-15", "Shift_JIS", "utf-16", "gb18030"]
)
def test_encodings_of_files_are_taken_under_any_of_their_names(name: str) -> None:
    """What comes out decodes the same bytes as what was given."""
    found = read_options([], name).encoding
    assert found is not None
    assert "perché no".encode(name, "replace").decode(found) == "perché no".encode(name, "replace").decode(name)


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("uft-8", "did you mean utf-8?"),
        ("win-1252", "did you mean windows-1252?"),
        ("klingon", "such as utf-8"),
        ("base64", "such as utf-8"),
        ("unicode_escape", "such as utf-8"),
        ("", "such as utf-8"),
    ],
)
def test_a_wrong_encoding_is_told_with_its_remedy(name: str, remedy: str) -> None:
    """Misspelt names are corrected, and codecs in which nobody saves a file are refused."""
    with pytest.raises(typer.BadParameter, match=f"no encoding .*{re.escape(remedy)}"):
        read_options([], name)


def test_nothing_said_is_nothing_meant() -> None:
    """Without the two options files are read as they come."""
    found = read_options([], None)
    assert (found.encoding, found.columns) == (None, {})


def test_ingestion_takes_no_field_that_it_would_pass_over() -> None:
    """Options made in code are held to the same fields, so that a misspelt one is not silently without effect."""
    with pytest.raises(ValidationError, match="no such fields: date; there are text, title"):
        ReadOptions(columns={"date": "Uscita", "text": "Pezzo"})


def test_the_help_names_all_fields() -> None:
    """The fields that --help lists are those that can be named, and ingestion knows them all."""
    _, option = get_args(options.Columns)
    assert all(field in option.help for field in FIELDS)
    assert set(FIELDS.values()) == set(NAMES)
