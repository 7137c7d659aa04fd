"""A report back from the disk."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from factcheck.errors import InputError
from factcheck.findings import Report
from factcheck.runs.manifest import read_manifest

REPORT = "report.json"
MAX_BYTES = 1_000_000_000

_STATES = {
    "running": "the run is still going, or was killed; the same command continues it",
    "failed": "the run failed",
    "partial": "the run was interrupted before a report could be written; the same command continues it",
    "complete": "the report is missing",
}


def read_report(path: Path) -> Report:
    """The report in a run folder, or in a JSON file that `check` wrote (`-o report.json`).

    Raises InputError that says what is wrong with `path` and what to do.
    """
    file = path / REPORT if path.is_dir() else path
    try:
        if file.stat().st_size > MAX_BYTES:
            raise InputError(f"{file} is larger than {MAX_BYTES // 1_000_000} MB; no report of factcheck's is")
        text = file.read_bytes()
    except FileNotFoundError:
        raise InputError(_missing(path)) from None
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror or error}") from None
    try:
        return Report.model_validate_json(text)
    except ValidationError as error:
        raise InputError(_complaint(file, error)) from None


def _missing(path: Path) -> str:
    if not path.exists():
        return f"{path} does not exist; name a run folder (such as those in runs/) or a report.json"
    manifest = read_manifest(path)
    if manifest is None:
        return f"{path} is no run folder: it holds neither {REPORT} nor a manifest; name one of those in runs/"
    return f"{path} holds no {REPORT}: {_STATES[manifest.status]}"


def _complaint(file: Path, error: ValidationError) -> str:
    """The first thing that is wrong, without the value: it may be as long as an article."""
    first = error.errors(include_url=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        return f"{file} is not JSON; name a report.json that `factcheck check` wrote"
    place = ".".join(map(str, first["loc"])) or "the whole"
    if place == "schema_version":
        return f"{file} is a report of another version of factcheck; read it with the version that wrote it"
    return f"{file} is no report of this version of factcheck ({place}: {first['msg']}); check the articles again"
