"""The user's list of outlets: read with its faults told, and never taken for an article."""

from __future__ import annotations

from pathlib import Path

import pytest

from factcheck import api
from factcheck.errors import SettingsError
from factcheck.ingestion.known_sources import read_sources
from factcheck.ingestion.parsing import ReadOptions

BODY = "The bridge over the river has been closed since Monday. The prefect says that it will reopen in May."


def listed(folder: Path, *rows: str, name: str = "sources.csv", header: str = "name,aliases,owner") -> Path:
    """A list of sources with these rows."""
    path = folder / name
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return path


def test_names_aliases_and_owners_are_read(tmp_path: Path) -> None:
    """Other names are parted by semicolons; an outlet may have only the one or only the other."""
    path = listed(tmp_path, "Il Tirreno,iltirreno.it; Tirreno ,Gruppo SAE", "La Nuova,,Gruppo SAE", "Corriere,Corsera,")
    found = read_sources([path])
    assert found.aliases == {"iltirreno.it": "Il Tirreno", "Tirreno": "Il Tirreno", "Corsera": "Corriere"}
    assert found.owners == {"Il Tirreno": "Gruppo SAE", "La Nuova": "Gruppo SAE"}


def test_a_spreadsheet_of_another_country_is_read(tmp_path: Path) -> None:
    """Semicolons between cells, cp1252 and Italian headings are what Excel writes."""
    path = tmp_path / "s.csv"
    path.write_bytes("Testata;Gruppo\r\nLibertà;Società Editrice\r\n".encode("cp1252"))
    assert read_sources([path]).owners == {"Libertà": "Società Editrice"}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([",x,y"], "row 2: no name"),
        (["A,,X", "A,,Y"], "row 3: A belongs to X already"),
        (["A,a.org,", "B,a.org,"], "row 3: a.org is another name of A already"),
        (["A,B,", "B,,X"], "row 2: B has a row of its own and cannot be another name of A"),
        (["A,,B", "B,,C", "C,,A"], "A: is in the end its own owner"),
    ],
)
def test_what_cannot_be_meant_is_told_with_its_row(tmp_path: Path, rows: list[str], said: str) -> None:
    """A list that contradicts itself is refused, before anything is paid for, and the row is named."""
    with pytest.raises(SettingsError) as caught:
        read_sources([listed(tmp_path, *rows)])
    assert said in str(caught.value)
    assert "sources.csv" in str(caught.value)


def test_a_list_without_the_columns_says_which(tmp_path: Path) -> None:
    """The remedy names the columns."""
    with pytest.raises(SettingsError, match="name, and aliases"):
        read_sources([listed(tmp_path, "A", header="outlet")])
    with pytest.raises(SettingsError, match="cannot be read"):
        read_sources([tmp_path])


def test_the_list_beside_the_articles_is_used_and_is_no_article(tmp_path: Path) -> None:
    """`sources.csv` in the folder is skipped with its reason; a list that is named instead takes its place."""
    (tmp_path / "a.txt").write_text(BODY, encoding="utf-8")
    listed(tmp_path, "A,,X")
    found = api.read(tmp_path)
    assert (len(found.articles), found.unreadable) == (1, ())
    assert [refused.reason for refused in found.skipped] == [
        "a list of outlets, their other names and owners; no article"
    ]
    assert found.known_sources.owners == {"A": "X"}
    other = listed(tmp_path.parent, "B,,Y", name="other.csv")
    named = api.read(tmp_path, ReadOptions(sources=other))
    assert named.known_sources.owners == {"B": "Y"}
    assert len(named.skipped) == 1


def test_a_table_of_articles_of_that_name_is_read_as_articles(tmp_path: Path) -> None:
    """Only a list of outlets is a list of outlets."""
    (tmp_path / "sources.csv").write_text(f'title,text\nBridge,"{BODY}"\n', encoding="utf-8")
    found = api.read(tmp_path)
    assert (len(found.articles), found.known_sources.owners) == (1, {})
