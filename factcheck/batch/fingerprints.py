"""What a story's report depends on, as a hash: when it is the same, the report still stands."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from factcheck.batch.planning import Story
from factcheck.findings import RunInfo
from factcheck.models import Decision, tagged_hash


class Fingerprints:
    """Of the stories of one pass; each list of outlets is read once. `answered` is what `answered_with` gives."""

    def __init__(self, answered: str) -> None:
        self._answered = answered
        self._digests = cache(_digest)

    def of(self, story: Story) -> str:
        """Of everything that a story's report depends on."""
        # Where each is, its digest tells, as it was when it was read: not how the way there is written now.
        documents = sorted((document.digest, document.place) for document in story.documents)
        lists = [self._digests(path) for path in story.sources]
        return hashlib.sha256(json.dumps([self._answered, documents, lists]).encode()).hexdigest()[:32]


def _digest(path: Path) -> str:
    """Of a file as it is now; empty when it cannot be read, which whoever uses it will say."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def made_with(run: RunInfo) -> str:
    """What a report depends on beside its articles; the same settings give the same report."""
    chosen = {"model", "confirm_model", "base_url", "prompts", "settings", "version"}
    return json.dumps(run.model_dump(mode="json", include=chosen), sort_keys=True)


def answered_with(run: RunInfo, decisions: Sequence[Decision]) -> str:
    """The same, with what people decided."""
    return made_with(run) + tagged_hash([decision.model_dump() for decision in decisions])
