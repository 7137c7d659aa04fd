"""review.csv: what people decided about the findings of a report, read back."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

from pydantic import ValidationError

from factcheck.errors import SettingsError
from factcheck.models import Choice, Decision, Label

COLUMNS = (
    "target", "id", "decision", "label", "note", "reviewer", "decided_at", "left_text", "right_text",
)  # fmt: skip
REQUIRED = ("target", "id", "decision")
TARGETS = ("pair", "dispute", "fact")
MAX_BYTES = 50_000_000
COMPLAINTS = 5
"""Lines that are told before the rest is counted."""
_GUARDED = frozenset("=+-@＝＋－＠")


def read_review(path: Path) -> tuple[Decision, ...]:
    """The decisions of a file, in its order.

    UTF-8 with or without a byte order mark, parted by commas, semicolons or tabs, as spreadsheets save it; columns of
    other names are left alone. Raises SettingsError that names every line that cannot be used, or what to do with the
    file; nothing is taken from a file that is wrong in part.
    """
    rows = _rows(path)
    decisions, complaints = list[Decision](), list[str]()
    for line, row in rows:
        if not any(row.values()):
            continue
        wrong = _complaint(row)
        if wrong is None:
            try:
                decisions.append(_decision(line, row))
                continue
            except ValidationError as error:
                wrong = f"{error.errors()[0]['loc'][0]}: {error.errors()[0]['msg']}"
        complaints.append(f"{path}, line {line}: {wrong}")
    if complaints:
        more = [f"and {len(complaints) - COMPLAINTS} more lines"] if len(complaints) > COMPLAINTS else []
        raise SettingsError("\n".join([*complaints[:COMPLAINTS], *more]))
    return tuple(decisions)


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Line numbers and cells by column; raises SettingsError for what is no such table."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SettingsError(f"{path} is larger than {MAX_BYTES // 1_000_000} MB; no review is")
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path} is not UTF-8; save it as CSV in UTF-8") from None
    head = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count), strict=True)
    try:
        names = [name.strip().casefold() for name in reader.fieldnames or ()]
        missing = [name for name in REQUIRED if name not in names]
        if missing:
            raise SettingsError(
                f"{path}, line 1: the columns {', '.join(missing)} are missing; a review has {', '.join(COLUMNS)}"
            )
        if twice := [name for name in COLUMNS if names.count(name) > 1]:
            raise SettingsError(f"{path}, line 1: the column {twice[0]} stands there twice")
        reader.fieldnames = names
        return [(reader.line_num, _cells(row)) for row in reader]
    except csv.Error as error:
        raise SettingsError(f"{path}, line {reader.line_num}: no CSV: {error}") from None


def _cells(row: Mapping[str | None, object]) -> dict[str, str]:
    """The cells of our columns, without the mark that keeps a spreadsheet from running them as formulas."""
    cells = {name: str(row.get(name) or "").strip() for name in COLUMNS}
    return {name: text[1:] if text[:1] == "'" and text[1:2] in _GUARDED else text for name, text in cells.items()}


def _complaint(row: Mapping[str, str]) -> str | None:
    """What is wrong with a row, in words that name the remedy."""
    target, decision, label = row["target"].casefold(), row["decision"].casefold(), row["label"].casefold()
    if target not in TARGETS:
        return f"target must be pair, dispute or fact, not {_shown(row['target'])}"
    if not row["id"]:
        return "id is empty"
    if target == "pair" and len([part for part in row["id"].split("|") if part]) != 2:
        return f"the id of a pair is two claim ids with | between them, not {_shown(row['id'])}"
    if decision not in get_args(Choice):
        return f"decision must be accept, reject or relabel, not {_shown(row['decision'])}"
    if label and label not in get_args(Label):
        return f"label must be supports, contradicts or unrelated, not {_shown(row['label'])}"
    if decision == "relabel" and not label:
        return "relabel needs a label: supports, contradicts or unrelated"
    if decision == "relabel" and target == "fact":
        return "a fact is accepted or rejected; relabel its pairs instead"
    if row["decided_at"] and _time(row["decided_at"]) is None:
        return f"decided_at is no ISO 8601 time: {_shown(row['decided_at'])}"
    return None


def _shown(text: str) -> str:
    return repr(text[:40] + ("…" if len(text) > 40 else ""))


def _time(text: str) -> dt.datetime | None:
    """A time; one without a zone counts as UTC, so that all can be put in order."""
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.astimezone(dt.UTC) if found.tzinfo else found.replace(tzinfo=dt.UTC)


def _decision(line: int, row: Mapping[str, str]) -> Decision:
    values: dict[str, object] = {name: text or None for name, text in row.items()}
    target, decision = row["target"].casefold(), row["decision"].casefold()
    label = row["label"].casefold() if decision == "relabel" else None
    id_ = "|".join(sorted(row["id"].split("|"))) if target == "pair" else row["id"]
    known: dict[str, object] = {"target": target, "id": id_, "decision": decision, "label": label, "line": line}
    return Decision.model_validate({**values, **known, "decided_at": _time(row["decided_at"])})
