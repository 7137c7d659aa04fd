"""One run's folder: begun before anything is spent, filled at the end, and known as killed when it never ended."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

from factcheck.errors import SettingsError
from factcheck.findings import Report, RunInfo
from factcheck.llm.traces import Trace
from factcheck.locks import FileLocks
from factcheck.models import Article
from factcheck.reporting.base import Style, pages_of
from factcheck.runs.files import append, lines_of, make_private, slug, sweep, write_whole
from factcheck.runs.manifest import MANIFEST, Manifest, Status, identity_of, inputs_of, read_manifest
from factcheck.runs.pages import write_pages
from factcheck.runs.requests import request_line

LOCK = ".lock"
PAGES: Mapping[str, str] = {"json": "report.json", "html": "report.html"}
"""Renderer -> file, for each renderer of that name that there is."""
LEFT_ALONE: Mapping[str, str] = {
    ".factcheckignore": "# runs are no articles\n*\n",
    ".gitignore": "# runs hold the articles in full\n*\n",
}
"""Put beside the run folders, so that neither the next run nor a commit takes them along."""


class RunFolder:
    """An open run folder; use it with `with`, and `finish` it when there is a report.

    A block that ends with an exception leaves the status `failed`, with an interrupt `running`: as a killed run.
    """

    def __init__(self, path: Path, manifest: Manifest, lock: FileLocks) -> None:
        self.path = path
        self._manifest = manifest
        self._lock = lock

    def __enter__(self) -> RunFolder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if isinstance(error, Exception) and self._manifest.status == "running":
                self._end("failed", error=type(error).__name__)
        except OSError:
            pass  # what ended the run is the better news
        finally:
            self._lock.close()

    @property
    def continued(self) -> bool:
        """Whether this run was begun before and ended without a report."""
        return self._manifest.sessions > 1

    def announce(self, articles: Sequence[Article]) -> None:
        """Write what is read and that the run goes on. Raises OSError."""
        write_whole(self.path / "articles.jsonl", lines_of(articles))
        write_whole(self.path / MANIFEST, _text(self._manifest))

    def record(self, trace: Trace) -> None:
        """Add a line about one request, which has just ended; a disk that is full costs the line and no more."""
        ended = dt.datetime.now(dt.UTC)
        with contextlib.suppress(OSError):
            append(self.path / "requests.jsonl", request_line(trace, ended))

    def finish(self, report: Report, style: Style = Style(), *, page: bool = True) -> None:  # noqa: B008 -- frozen
        """Write claims, pairs, failures and the report, then that the run is over. Raises OSError.

        With `page` off the report is kept as JSON only.
        """
        from factcheck.reporting.registry import REPORT_RENDERERS  # not before a request waits for its answer

        write_whole(
            self.path / "claims.jsonl", lines_of(claim for found in report.extractions for claim in found.claims)
        )
        write_whole(self.path / "pairs.jsonl", lines_of(report.judgements))
        write_whole(self.path / "failures.jsonl", lines_of((*report.failures, *report.unreadable)))
        for name, file in PAGES.items():
            if name in REPORT_RENDERERS and (page or name == "json"):
                front = self.path / file
                write_pages(front, pages_of(REPORT_RENDERERS[name], report, style, front.stem), write_whole)
        self._end("partial" if report.partial else "complete", run=report.run)

    def _end(self, status: Status, *, run: RunInfo | None = None, error: str | None = None) -> None:
        ended = dt.datetime.now(dt.UTC)
        changed = {"status": status, "ended_at": ended, "error": error, "run": run or self._manifest.run}
        self._manifest = self._manifest.model_copy(update=changed)
        write_whole(self.path / MANIFEST, _text(self._manifest))


def begin(
    root: Path, name: str, articles: Sequence[Article], run: RunInfo, command: Sequence[str], folder: Path
) -> RunFolder:
    """Open the folder of a run below `root`: a new one, or that of the same run when it was begun and never ended.

    `name` is what the user calls the story. `command` and `folder` are what was typed and where. Raises SettingsError
    when nothing can be written there, so that this is known before anything is spent.
    """
    inputs = inputs_of(articles)
    identity = identity_of(run, inputs)
    try:
        make_root(root)
        opened = _unfinished(root, slug(name), identity)
        if opened is None:
            manifest = Manifest(
                status="running",
                command=tuple(command),
                folder=os.fspath(folder),
                started_at=dt.datetime.now(dt.UTC),
                identity=identity,
                run=run,
                inputs=inputs,
            )
            opened = _new(root, slug(name), manifest)
        opened.announce(articles)
    except OSError as error:
        raise SettingsError(
            f"the run folder in {root} cannot be written: {error.strerror or error}."
            " Name another place (--run-dir DIR), or keep none (--no-run)."
        ) from error
    return opened


def make_root(root: Path) -> None:
    """Make the folder that run folders stand in, left alone by checks and commits. Raises OSError."""
    if root.is_dir():
        return
    root.mkdir(mode=0o700, parents=True)
    for name, text in LEFT_ALONE.items():
        write_whole(root / name, text)


def _new(root: Path, name: str, manifest: Manifest) -> RunFolder:
    stamp = manifest.started_at.strftime("%Y%m%dT%H%M%SZ")
    number = 1
    while True:
        path = root / (f"{stamp}-{name}" + (f"-{number}" if number > 1 else ""))
        try:
            make_private(path)
        except FileExistsError:
            number += 1
            continue
        lock = FileLocks(path / LOCK)
        _hold(lock)
        return RunFolder(path, manifest, lock)


def _unfinished(root: Path, name: str, identity: str) -> RunFolder | None:
    """The newest folder of the same run that has no end and that no living process holds, now held by us."""
    for path in sorted((path for path in root.iterdir() if f"Z-{name}" in path.name), reverse=True):
        manifest = read_manifest(path)
        if manifest is None or manifest.identity != identity or manifest.status not in ("running", "partial"):
            continue
        lock = FileLocks(path / LOCK)
        found = read_manifest(path) if _hold(lock) else None
        if found is not None and found.status in ("running", "partial"):
            sweep(path)
            again = {"status": "running", "ended_at": None, "sessions": found.sessions + 1}
            return RunFolder(path, found.model_copy(update=again), lock)
        lock.close()
    return None


def _hold(lock: FileLocks) -> bool:
    """Whether the folder is ours now; where the file system keeps no locks, nobody can say whose it is."""
    try:
        return lock.take(0)
    except OSError:
        return False


def _text(manifest: Manifest) -> str:
    return manifest.model_dump_json(indent=2, ensure_ascii=True) + "\n"
