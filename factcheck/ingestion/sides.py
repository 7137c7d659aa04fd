"""One side of a comparison: a file that holds one article, or words."""

from __future__ import annotations

from pathlib import Path

from factcheck.errors import InputError
from factcheck.ingestion.articles import of_words
from factcheck.ingestion.parsing import DEFAULT_OPTIONS, ReadOptions
from factcheck.ingestion.reading import read
from factcheck.ingestion.registry import FORMATS
from factcheck.models import Article

LONGEST_PATH = 4_096
"""Characters from which words are no path on any system."""


def read_side(given: str, label: str, options: ReadOptions = DEFAULT_OPTIONS) -> tuple[Article, bool]:
    """The article of one side, and whether it is one sentence of words, which is a claim as it stands.

    Raises InputError when a file does not hold exactly one article, is missing or is a folder, or words are none.
    """
    path = _file(given)
    if path is not None:
        return _only_article(path, options), False
    article = of_words(given, label)
    return article, len(article.sentences) == 1


def _file(given: str) -> Path | None:
    """The file that is meant, None for words; one word that ends like a file that can be read is a name."""
    if "\n" in given or len(given) >= LONGEST_PATH or not given.strip():
        return None
    path = Path(given)
    if path.is_dir():
        raise InputError(f"{given}: a folder; compare takes one article a side, check takes folders")
    if path.exists():
        return path
    if len(given.split()) == 1 and path.suffix.lower() in FORMATS:
        raise InputError(f"{given}: no such file")
    return None


def _only_article(path: Path, options: ReadOptions) -> Article:
    found = read([path], options=options)
    if len(found.articles) == 1:
        return found.articles[0]
    refused = next(iter((*found.failed, *found.skipped)), None)
    why = f": {refused.reason}" if refused and not found.articles else ""
    raise InputError(f"{path}: holds {len(found.articles)} articles, and one a side is compared{why}")
