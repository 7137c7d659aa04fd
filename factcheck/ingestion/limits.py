"""How much of a file is read and for how long."""

from __future__ import annotations

from pydantic import Field

from factcheck.models import Value


class Limits(Value):
    """Bounds that keep one hostile or mistaken file from stopping the rest."""

    file_bytes: int = Field(default=50_000_000, ge=1)
    article_characters: int = Field(default=300_000, ge=1_000)
    """A short book; an article has 500 to 20,000."""
    shortest_article: int = Field(default=40, ge=1)
    """Characters after cleaning; two words are not an article."""
    fewest_letters: int = Field(default=15, ge=1)
    """Chinese says something in 15; figures and marks alone are no article."""
    suspicious_article: int = Field(default=200, ge=1)
    """Shorter articles are read and noted."""
    seconds_per_file: float = Field(default=20.0, gt=0)
    folder_depth: int = Field(default=40, ge=1)


DEFAULT_LIMITS = Limits()
