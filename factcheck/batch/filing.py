"""Where a batch puts what it found: a folder per story, the index beside them; every file whole or not there."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from factcheck.errors import SettingsError
from factcheck.findings import Report
from factcheck.index import BatchIndex
from factcheck.reporting.base import Style
from factcheck.reporting.batch_index import IndexPage
from factcheck.reporting.json_document import JsonDocument
from factcheck.reporting.registry import REPORT_RENDERERS

STORIES = "stories"
INDEX = "index.json"
REPORTS: Mapping[str, str] = {"json": "report.json", "html": "report.html"}
"""Renderer -> file, for each of these formats that there is."""
STYLE = Style()


def make_folder(batch: Path, root: Path) -> None:
    """Make the folder of a batch. Raises SettingsError when it cannot be, or would stand among the articles."""
    if batch.resolve().is_relative_to(root.resolve()):
        raise SettingsError(
            f"{batch} would stand among the articles of {root}, and the next run would take its reports for articles;"
            " name another place with --run-dir DIR"
        )
    try:
        batch.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"{batch} cannot be made: {error.strerror or error}; name another --run-dir DIR") from error


def story_folder(key: str, earlier: str | None, title: str) -> str:
    """Where a story's report goes, relative to the index: where it was, else a readable name with the key's hash."""
    if earlier is not None:
        return earlier
    letters = "".join(c if c.isalnum() else " " for c in title.lower())
    words = "-".join(letters.split())[:40].encode("utf-8", "ignore")[:80].decode("utf-8", "ignore").strip("-")
    own = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{STORIES}/{words or 'story'}-{own}"


def has_report(batch: Path, folder: str) -> bool:
    """Whether the report that a row names is there."""
    return (batch / folder / REPORTS["json"]).is_file()


def file_report(batch: Path, folder: str, report: Report) -> None:
    """Write the report of a story into its folder. Raises OSError."""
    place = batch / folder
    place.mkdir(parents=True, exist_ok=True)
    for name, file in REPORTS.items():
        if name in REPORT_RENDERERS:
            write_whole(place / file, REPORT_RENDERERS[name].render(report, STYLE))


def file_index(batch: Path, index: BatchIndex) -> None:
    """Write the index for programs and for people. Raises OSError."""
    page = IndexPage(REPORTS["html"] if "html" in REPORT_RENDERERS else REPORTS["json"])
    write_whole(batch / INDEX, JsonDocument().render(index, STYLE))
    write_whole(batch / "index.html", page.render(index, STYLE))


def drop_reports(batch: Path, folders: Iterable[str]) -> None:
    """Remove the folders of stories that are no more, and nothing that we did not write there."""
    for folder in folders:
        place = batch / folder
        for file in REPORTS.values():
            (place / file).unlink(missing_ok=True)
        if place.is_dir() and not any(place.iterdir()):
            place.rmdir()


def write_whole(path: Path, text: str) -> None:
    """Replace `path` by `text` at once: written beside, then renamed."""
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", newline="\n", dir=path.parent, prefix=f".{path.name}.", delete=False
    ) as beside:
        beside.write(text)
        beside.flush()
        os.fsync(beside.fileno())
    Path(beside.name).replace(path)
