"""What a blocker is: one way to say how alike claims are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from factcheck.stages.blocking.subjects import Subject

if TYPE_CHECKING:
    from factcheck.stages.blocking.ranking import Vectors


@dataclass(frozen=True)
class Known:
    """What was found out about the claims beyond their text, by claim id; empty where nothing was asked for."""

    gists: Mapping[str, str] = field(default_factory=dict)
    """One English sentence for each claim in another language."""
    embeddings: Mapping[str, Sequence[float]] = field(default_factory=dict)
    """A vector for each claim, all of one length."""


class Blocker(Protocol):
    """One way to say how alike claims are. Pure; adding one is a file here and a line in `registry`."""

    @property
    def rule(self) -> str:
        """The rule that its pairs carry."""
        ...

    def vectors(self, subjects: Sequence[Subject], known: Known) -> Vectors | None:
        """One row of length 1, or of zeros, per claim; None when there is nothing to go by in this run."""
        ...
