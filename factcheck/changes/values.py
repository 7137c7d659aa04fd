"""What a comparison of two reports ends with."""

from __future__ import annotations

from typing import Literal

from factcheck.findings import Verdict
from factcheck.models import ConflictKind, ConflictNature, Value

Kind = Literal["new", "gone", "changed"]
Matched = Literal["claims", "words"]
"""How two things were taken for the same: `claims`, they share a claim; `words`, a guess from alike words."""
RunPart = Literal["version", "model", "prompts", "settings", "decisions"]


class ArticleChange(Value):
    """An article that only one of the runs read, or whose text changed."""

    kind: Kind
    name: str
    """The title; without one, the path."""
    publisher: str | None
    id: str
    """In the later run; of a gone one, in the earlier."""
    earlier_id: str | None = None


class FactChange(Value):
    """A fact that only one of the runs found, or that stands otherwise now."""

    kind: Kind
    id: str
    text: str
    verdict: Verdict
    """In the later run; of a gone one, in the earlier."""
    origins: int
    publishers: tuple[str, ...]
    matched: Matched | None = None
    """None of a new or gone one."""
    earlier_id: str | None = None
    earlier_text: str | None = None
    earlier_verdict: Verdict | None = None
    earlier_origins: int | None = None
    joined: tuple[str, ...] = ()
    """Outlets that say it only now."""
    left: tuple[str, ...] = ()
    """Outlets that said it before and do not now."""


class DisputeChange(Value):
    """A dispute that only one of the runs found, or that stands otherwise now."""

    kind: Kind
    id: str
    title: str
    nature: ConflictNature
    points: tuple[ConflictKind, ...]
    publishers: tuple[str, ...]
    matched: Matched | None = None
    earlier_id: str | None = None
    earlier_title: str | None = None
    earlier_nature: ConflictNature | None = None
    points_new: tuple[ConflictKind, ...] = ()
    points_gone: tuple[ConflictKind, ...] = ()
    joined: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


class ReportDiff(Value):
    """What moved from an earlier report to a later one; what did not move is only counted."""

    schema_version: Literal[1] = 1
    earlier: str
    """Name of the earlier run, as it was given."""
    later: str
    run_changed: tuple[RunPart, ...]
    """What else differs between the runs, so that not every change need come from the articles."""
    incomplete: tuple[Literal["earlier", "later"], ...]
    """Runs in which something failed: what is new or gone may only have been missed."""
    disputes: tuple[DisputeChange, ...]
    facts: tuple[FactChange, ...]
    articles: tuple[ArticleChange, ...]
    disputes_unchanged: int
    facts_unchanged: int
    articles_unchanged: int

    @property
    def guessed(self) -> int:
        """Changes that rest on alike words alone."""
        return sum(c.matched == "words" for c in self.disputes) + sum(c.matched == "words" for c in self.facts)
