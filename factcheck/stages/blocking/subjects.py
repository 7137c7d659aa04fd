"""What is paired: a group of claims that say the same, as the rules see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from sys import intern

from factcheck.claim_types.registry import get
from factcheck.models import Claim


@dataclass(frozen=True, slots=True)
class Subject:
    """A group of claims that say the same, the lowest id first."""

    claims: tuple[Claim, ...]
    passages: frozenset[tuple[str, int]]
    """Article id and passage number of each claim."""
    keys: frozenset[str]
    """Blocking keys of names and numbers."""
    language: str | None

    @property
    def id(self) -> str:
        """Id of the claim that is paired for all."""
        return self.claims[0].id

    @property
    def text(self) -> str:
        """Text of the claim that is paired for all."""
        return self.claims[0].text


def subject(group: Sequence[Claim], language: str | None) -> Subject:
    """The group as the rules see it; `language` is the primary subtag."""
    keys = (intern(key) for claim in group for key in get(claim.type).keys(claim))
    return Subject(
        claims=tuple(group),
        passages=frozenset((claim.article_id, claim.passage) for claim in group),
        keys=frozenset(key for key in keys if key.startswith(("name:", "number:"))),
        language=language,
    )
