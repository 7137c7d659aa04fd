"""What is wanted of a batch, and the names of its runs."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from factcheck.batch.bounds import TooMany
from factcheck.batch.planning import Selection
from factcheck.index import GroupBy
from factcheck.ingestion.parsing import DEFAULT_OPTIONS, ReadOptions
from factcheck.models import Decision
from factcheck.reporting.base import Style


@dataclass(frozen=True)
class BatchOptions:
    """What the user wants of a batch, beside the settings of every check."""

    folder: Path
    """Where reports, index and state go."""
    group_by: GroupBy | None = None
    """None means by folder when the root has folders, else by event."""
    reading: ReadOptions = DEFAULT_OPTIONS
    selection: Selection = Selection()  # noqa: RUF009 -- a frozen value
    too_many: TooMany = field(default_factory=TooMany)
    retry_failed: bool = False
    by_mail: bool = False
    """Whether requests go by the provider's Batch API."""
    wait: bool = False
    """Whether to stay until its answers have come."""
    across_stories: bool = True
    """Whether claims are compared with those of neighbouring stories."""
    decisions: tuple[Decision, ...] = ()
    """What people decided about findings; each story honours those that are about it."""
    command: tuple[str, ...] = ()
    """What was typed, for the record."""
    style: Style = field(default_factory=Style)
    """Of the reports and the index; its language counts. Reports that are there already stay as they are."""


def new_id() -> str:
    """A name for a run or a pass; later ones sort behind."""
    return f"{time.time():.6f}-{uuid.uuid4().hex[:8]}"
