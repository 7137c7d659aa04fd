"""What the genre articles of this folder should give, and what must not be taken from them.

The articles are written for this repository (Apache-2.0); their people, companies, outlets and events are invented.
The lists were made and read over by one annotator, a language model; no person has checked them yet.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, TypeAdapter

from factcheck.models import Modality, Value

FOLDER = Path(__file__).resolve().parent


class ExpectedClaim(Value):
    """A core claim of the article; `quote` stands exactly once in the file."""

    quote: str = Field(min_length=1)
    gist: str = Field(min_length=1)
    """The proposition in English, dates and pronouns resolved; of a denial, the negated proposition."""
    publisher: str | None
    speaker: str | None
    origin: str | None
    modality: Modality


class ExpectedArticle(Value):
    """A genre article with its core claims."""

    file: str
    language: str
    genre: str
    publishers: tuple[str, ...]
    """Empty when the file names nobody; several for an aggregator page."""
    claims: tuple[ExpectedClaim, ...] = Field(min_length=1)
    not_extracted: tuple[str, ...]
    """Words of the file that are no part of the story: teasers, navigation, appeals to the reader."""
    wrong: tuple[str, ...]
    """Statements in English that a careless reading would yield, and that the article does not make."""


EXPECTED = TypeAdapter(tuple[ExpectedArticle, ...])


def load() -> tuple[ExpectedArticle, ...]:
    """The expectations for all genre articles, by file name."""
    return EXPECTED.validate_json((FOLDER / "expected.json").read_text(encoding="utf-8"))
