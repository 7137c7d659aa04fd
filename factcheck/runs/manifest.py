"""What a run folder says of its run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import ConfigDict, ValidationError

from factcheck.findings import RunInfo
from factcheck.models import Article, Value, tagged_hash

MANIFEST = "manifest.json"

Status = Literal["running", "complete", "partial", "failed"]
"""`running` in a folder whose lock nobody holds means that the run was killed; `partial` that it was interrupted."""


class InputFile(Value):
    """One article as it was read, by content: a renamed file keeps its hash."""

    path: str
    article: str
    """Its id, a hash of its text and metadata."""


class Manifest(Value):
    """What a run was made with and how it ended; the content of `manifest.json`."""

    model_config = ConfigDict(frozen=True, extra="ignore")  # one that a later version wrote is still to be read

    format: Literal[1] = 1
    status: Status
    command: tuple[str, ...]
    """What was typed after `factcheck`, so that the same can be run again; empty for a call from Python."""
    folder: str
    """The working folder of the command."""
    started_at: dt.datetime
    ended_at: dt.datetime | None = None
    sessions: int = 1
    """How often the run was begun: once, and once more for each time that it was continued."""
    identity: str
    """Hash of what the result depends on: inputs, models, prompts, settings, version."""
    run: RunInfo
    inputs: tuple[InputFile, ...]
    error: str | None = None
    """What ended a failed run, by the name of its class."""


def inputs_of(articles: Iterable[Article]) -> tuple[InputFile, ...]:
    """The inputs of a run in their order."""
    return tuple(InputFile(path=article.path, article=article.id) for article in articles)


def identity_of(run: RunInfo, inputs: Iterable[InputFile]) -> str:
    """What makes two runs the same question: everything that affects the report, and neither place nor time."""
    return tagged_hash(
        {
            "inputs": sorted((file.path, file.article) for file in inputs),
            **run.model_dump(mode="json", exclude={"usage", "rules", "cassette_note"}),
        }
    )


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a run folder; None when there is none that can be read."""
    try:
        return Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValidationError):
        return None
