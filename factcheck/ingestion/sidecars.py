"""What the user says about files, in `articles.csv` or `name.meta.json` beside them; it wins over guesses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from factcheck.ingestion import fields, tables
from factcheck.ingestion.base import Refused
from factcheck.ingestion.decoding import decode
from factcheck.ingestion.registry import FORMATS
from factcheck.ingestion.walking import is_file, read_bounded

TABLE = "articles.csv"
META = ".meta.json"
FILE_COLUMNS = ("path", "file", "filename")
SAYS = ("title", "publisher", "author", "url", "published_at", "language")
BIGGEST = 10_000_000


@dataclass
class Sidecars:
    """The metadata of one folder, read once; `trouble` lists (row, reason) of what could not be used."""

    folder: Path
    said: dict[str, dict[str, str]] = field(default_factory=dict)
    is_table: bool = False
    """Whether `articles.csv` is a sidecar and not a table of articles itself."""
    trouble: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def of(cls, folder: Path) -> Sidecars:
        """Read `articles.csv` in `folder`, if it is there and has a column of paths and none of texts."""
        found = cls(folder)
        if is_file(folder / TABLE):
            try:
                found._read_table()
            except Refused as error:
                found.is_table = True
                found.trouble.append(("1", str(error)))
        return found

    def _read_table(self) -> None:
        text = decode(read_bounded(self.folder / TABLE, BIGGEST)).text
        header = tables.header_of(text)
        column = next((name for name in FILE_COLUMNS if name in header), None)
        if column is None or not set(header).isdisjoint(fields.NAMES["text"]):
            return
        self.is_table = True
        for number, row in tables.rows_of(text):
            name = row.get(column, "").strip()
            if not name or not is_file(self.folder / name):
                self.trouble.append((str(number), f"names a file that is not there: {name[:100] or '(blank)'}"))
                continue
            self.said[(self.folder / name).resolve().as_posix()] = _fields(row)

    def said_of(self, path: Path) -> dict[str, str]:
        """Fields that the table gives for `path`; empty when it does not name it."""
        return self.said.get(path.resolve().as_posix(), {})


def meta_of(path: Path) -> dict[str, str]:
    """Fields in the `.meta.json` of a file, empty without one. Raises Refused when that is broken."""
    for name in (path.name + META, path.stem + META):
        beside = path.with_name(name)
        if is_file(beside):
            return _meta(beside)
    return {}


def _meta(path: Path) -> dict[str, str]:
    try:
        value = json.loads(decode(read_bounded(path, BIGGEST)).text)
    except (ValueError, RecursionError):
        raise Refused(f"its metadata file {path.name} is not valid JSON; mend or remove it") from None
    if not isinstance(value, dict):
        raise Refused(f"its metadata file {path.name} is not a JSON object; mend or remove it")
    return _fields({str(key).lower(): text for key, item in value.items() if (text := fields.plain(item))})


def _fields(row: dict[str, str]) -> dict[str, str]:
    said = {}
    for name in SAYS:
        value = next((row[key] for key in fields.NAMES[name] if row.get(key, "").strip()), None)
        if value is not None:
            said[name] = value.strip()
    return said


def owner_of(meta: Path) -> Path | None:
    """The file that a `.meta.json` is about, or None when there is none beside it."""
    stem = meta.name[: -len(META)]
    return next((path for path in _candidates(meta, stem) if is_file(path)), None)


def _candidates(meta: Path, stem: str) -> Iterator[Path]:
    yield meta.with_name(stem)
    for suffix in FORMATS:
        yield meta.with_name(stem + suffix)
