"""The user's list of outlets: other names they go by, and whose they are; `sources.csv` beside articles, or named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from factcheck.errors import SettingsError
from factcheck.ingestion import tables
from factcheck.ingestion.base import Refused
from factcheck.ingestion.cleaning import one_line
from factcheck.ingestion.decoding import decode
from factcheck.ingestion.walking import is_file, read_bounded
from factcheck.models import KnownSources

LIST = "sources.csv"
_COLUMNS = {
    "name": ("name", "outlet", "source", "publisher", "testata", "fonte", "medium", "média", "medio"),
    "aliases": ("aliases", "alias", "other names", "also", "domain", "domains", "dominio"),
    "owner": ("owner", "belongs to", "belongs_to", "group", "gruppo", "groupe", "grupo", "proprietario", "editore"),
}
"""What a column holds -> names it may have, lower case."""
_BIGGEST = 10_000_000
_TOLD = 5
"""Faults that are told of one list; the rest are counted."""


def beside(paths: Sequence[Path]) -> tuple[Path, ...]:
    """The lists that lie directly in the folders among `paths`."""
    return tuple(path / LIST for path in dict.fromkeys(paths) if is_list(path / LIST))


def is_list(path: Path) -> bool:
    """Whether a file is named and built like a list of sources; a table of articles of that name is none."""
    if path.name != LIST or not is_file(path):
        return False
    try:
        header = tables.header_of(_text(path))
    except Refused:
        return False
    columns = _columns(header)
    return "name" in columns and len(columns) > 1


def read_sources(paths: Sequence[Path]) -> KnownSources:
    """What the lists say together. Raises SettingsError that names every row which cannot be meant so."""
    aliases: dict[str, str] = {}
    owners: dict[str, str] = {}
    for path in paths:
        _Reading(path, aliases, owners).all_rows()
    return KnownSources(aliases=aliases, owners=owners)


def _text(path: Path) -> str:
    try:
        return decode(read_bounded(path.resolve(), _BIGGEST)).text
    except OSError as error:
        raise Refused(error.strerror or str(error)) from None


def _columns(header: Sequence[str]) -> dict[str, str]:
    """What is held -> the column that holds it."""
    return {
        held: next(name for name in names if name in header)
        for held, names in _COLUMNS.items()
        if any(name in header for name in names)
    }


class _Reading:
    """One list, row by row, into what the lists before it said."""

    def __init__(self, path: Path, aliases: dict[str, str], owners: dict[str, str]) -> None:
        self._path = path
        self._aliases = aliases
        self._owners = owners
        self._faults: list[str] = []

    def all_rows(self) -> None:
        """Raises SettingsError when there is anything wrong with the list."""
        try:
            text = _text(self._path)
        except Refused as error:
            raise SettingsError(f"{self._path}: cannot be read: {error}") from None
        columns = _columns(tables.header_of(text))
        if "name" not in columns or len(columns) < 2:
            raise SettingsError(
                f"{self._path}: the first row must name the columns: name, and aliases (parted by ;) or owner or both"
            )
        rows = list(tables.rows_of(text))
        names = {self._cell(row, columns, "name") for _, row in rows}
        for number, row in rows:
            self._row(number, row, columns, names)
        for name in sorted(self._owners):
            if self._circle(name):
                self._faults.append(f"{name}: is in the end its own owner")
        if self._faults:
            more = f"; and {len(self._faults) - _TOLD} more" if len(self._faults) > _TOLD else ""
            raise SettingsError(f"{self._path}: {'; '.join(self._faults[:_TOLD])}{more}")

    def _cell(self, row: Mapping[str, str], columns: Mapping[str, str], held: str) -> str:
        return one_line(row.get(columns[held], "")) or "" if held in columns else ""

    def _row(self, number: int, row: Mapping[str, str], columns: Mapping[str, str], names: set[str]) -> None:
        name, owner = self._cell(row, columns, "name"), self._cell(row, columns, "owner")
        others = [part for part in map(one_line, self._cell(row, columns, "aliases").split(";")) if part]
        if not name:
            self._faults.append(f"row {number}: no name")
            return
        for other in others:
            known = self._aliases.get(other, name)
            if other != name and other in names:
                self._faults.append(f"row {number}: {other} has a row of its own and cannot be another name of {name}")
            elif known != name:
                self._faults.append(f"row {number}: {other} is another name of {known} already")
            elif other != name:
                self._aliases[other] = name
        if owner and owner != name:
            known = self._owners.setdefault(name, owner)
            if known != owner:
                self._faults.append(f"row {number}: {name} belongs to {known} already")

    def _circle(self, name: str) -> bool:
        seen, current = {name}, self._owners.get(name)
        while current is not None and current not in seen:
            seen.add(current)
            current = self._owners.get(current)
        return current == name
