"""Articles from the tables that newsrooms export, from the command line to the report."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from factcheck.cli.app import app
from tests.support.eastley_fire import reader
from tests.support.llm_server import LlmServer, llm_server

pytestmark = pytest.mark.usefixtures("alone")
WIRE = (
    "In the Eastley harbour fire on Friday 12 people died, the brigade said. The flames broke out in a warehouse at "
    "the old pier and spread to two ships before dawn. The harbour stays closed until further notice, so the ferries "
    "to the islands leave from the northern quay."
)
ROWS = (
    ("Il Faro", "Rogo nel porto: 12 vittime", "14/03/2026", WIRE),
    ("L’Eco", "Rogo nel porto: 16 vittime", "15/03/2026", WIRE.replace("12 people", "16 people")),
    (
        "La Città",
        "Il porto è chiuso, 12 vittime",
        "15/03/2026",
        "The Eastley harbour fire cost 12 lives on Friday, it is said.",
    ),
)
COLUMNS = [
    "--columns",
    "text=Pezzo,title=Titolo del pezzo",
    "--columns",
    "publisher=Giornale",
    "--columns",
    "date=Uscita",
]


@pytest.fixture
def server() -> Iterator[LlmServer]:
    """The newsroom over HTTP."""

    with llm_server(reader) as running:
        yield running


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Three articles in a table with Italian headings that nobody can know, in the encoding of a spreadsheet."""
    lines = ["Giornale;Titolo del pezzo;Uscita;Pezzo", *(";".join(row) for row in ROWS)]
    path = tmp_path / "rassegna.csv"
    path.write_bytes("\r\n".join(lines).encode("cp1252"))
    return path


def run(command: str, path: Path, server: LlmServer, *more: str) -> Result:
    """One run of the command line against the server."""
    where = ["--base-url", server.url, "--model", "test-model"]
    return CliRunner().invoke(app, [command, str(path), "-f", "json", *where, *more])


@pytest.mark.parametrize("command", ["check", "extract"])
def test_a_table_with_headings_of_its_own_is_read(command: str, table: Path, server: LlmServer) -> None:
    """With its columns and encoding named, each row is an article with its title, publisher and day."""
    done = run(command, table, server, *COLUMNS, "--encoding", "cp1252")
    assert done.exit_code == 0, done.stderr
    read = [(a["publisher"], a["title"], a["published_at"]) for a in json.loads(done.stdout)["articles"]]
    assert sorted(read) == sorted((who, title, f"2026-03-{day[:2]}") for who, title, day, _ in ROWS)


def test_a_table_with_headings_of_its_own_needs_its_columns(table: Path, server: LlmServer) -> None:
    """Without them nothing is read and nothing is asked; the message names the headings and the flag that helps."""
    done = run("check", table, server)
    assert done.exit_code == 4
    assert "Pezzo" in done.stderr
    assert "--columns" in done.stderr
    assert server.count == 0


def test_a_column_that_the_table_lacks_is_told(table: Path, server: LlmServer) -> None:
    """A misspelt heading loses the titles, not the articles, and each of them says so."""
    columns = [*COLUMNS[:1], "text=Pezzo,title=Titlo", *COLUMNS[2:]]
    done = run("extract", table, server, *columns)
    articles = json.loads(done.stdout)["articles"]
    assert len(articles) == len(ROWS)
    assert all("the table has no column Titlo" in article["notes"] for article in articles)


def test_a_file_that_is_not_in_the_named_encoding_is_told(table: Path, server: LlmServer) -> None:
    """The user's word goes before any guess, and a file that contradicts it is not read into nonsense."""
    done = run("check", table, server, *COLUMNS, "--encoding", "utf-8")
    assert done.exit_code == 4
    assert "is not utf-8" in done.stderr


@pytest.mark.parametrize("command", ["check", "extract"])
def test_copies_are_in_the_report_with_the_number_that_changed(command: str, table: Path, server: LlmServer) -> None:
    """Two rows that carry one text are told as such, the earlier one first, with the figure that one changed."""
    report = json.loads(run(command, table, server, *COLUMNS).stdout)
    publisher = {article["id"]: article["publisher"] for article in report["articles"]}
    (group,) = report["copies"]
    assert [publisher[id_] for id_ in group["articles"]] == ["Il Faro", "L’Eco"]
    assert ("12", "16") in {(change["original"], change["copy_words"]) for change in group["changes"]}
    assert group["shared"][group["articles"][1]] > 0.8
