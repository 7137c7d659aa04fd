"""What a careful reader found in a seed story: claims, relations, disputes, and what must not be found."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from factcheck.models import ConflictKind, ConflictNature, Modality, Relation, Value

SEEDS = Path(__file__).resolve().parents[2] / "seeds"


class LabelledArticle(Value):
    """A file of the story, who published it as far as the file says, and its language (BCP 47)."""

    file: str
    publishers: tuple[str, ...]
    """Empty when the file names nobody; several for an aggregator page."""
    language: str


class KeyClaim(Value):
    """A statement that a check has to find; `quote` stands exactly once in `file`."""

    id: str
    file: str
    quote: str = Field(min_length=1)
    gist: str = Field(min_length=1)
    """The proposition in English, dates and pronouns resolved; of a denial, the negated proposition."""
    publisher: str | None
    """Publisher of the passage; None when the file does not name one."""
    speaker: str | None
    origin: str | None
    """The published source that the passage or its page credits."""
    modality: Modality
    core: bool


class LabelledPair(Value):
    """The relation between two key claims, the lower id first."""

    a: str
    b: str
    relation: Relation
    kind: ConflictKind | None = None
    nature: ConflictNature | None = None
    why: str = Field(min_length=1)

    @model_validator(mode="after")
    def _canonical(self) -> Self:
        if self.a >= self.b:
            raise ValueError(f"{self.a}, {self.b}: the lower id comes first")
        if (self.relation == "contradicts") != (self.kind is not None and self.nature is not None):
            raise ValueError(f"{self.a}, {self.b}: kind and nature belong to contradictions, and to all of them")
        return self


class LabelledOrigin(Value):
    """One independent origin and the key claims that rest on it."""

    name: str
    claims: tuple[str, ...] = Field(min_length=1)


class LabelledDispute(Value):
    """One matter on which the articles conflict; each side is a list of key claims."""

    question: str
    kinds: tuple[ConflictKind, ...] = Field(min_length=1)
    sides: tuple[tuple[str, ...], ...] = Field(min_length=2)


class Outside(Value):
    """Words of a file that belong to other stories or to the page: teasers, navigation."""

    file: str
    quote: str = Field(min_length=1)


class NeverPair(Value):
    """Two things that never conflict directly; each is a key claim's id or the words of an `Outside`."""

    a: str
    b: str
    why: str = Field(min_length=1)


class StoryLabels(Value):
    """The labels of one story."""

    articles: tuple[LabelledArticle, ...]
    key_claims: tuple[KeyClaim, ...]
    pairs: tuple[LabelledPair, ...]
    origins: tuple[LabelledOrigin, ...]
    disputes: tuple[LabelledDispute, ...]
    outside: tuple[Outside, ...]
    never: tuple[NeverPair, ...]

    def claim(self, claim_id: str) -> KeyClaim:
        """The key claim of that id; KeyError when there is none."""
        for claim in self.key_claims:
            if claim.id == claim_id:
                return claim
        raise KeyError(claim_id)


def stories() -> tuple[Path, ...]:
    """The folders of all seed stories, by name."""
    return tuple(sorted(path.parent for path in SEEDS.glob("*/labels.json")))


def load(folder: Path) -> StoryLabels:
    """The labels of the story in `folder`; pydantic.ValidationError when they do not fit the schema."""
    return StoryLabels.model_validate_json((folder / "labels.json").read_text(encoding="utf-8"))
