"""Paths in, articles out; every file ends as articles, as skipped, or as failed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from factcheck.ingestion.articles import build
from factcheck.ingestion.base import BadRecord, RawDocument, Refused, Source
from factcheck.ingestion.limits import DEFAULT_LIMITS, Limits
from factcheck.ingestion.registry import FORMATS, format_of
from factcheck.ingestion.walking import FoundFile, Refusal, read_bounded, refuse, walk
from factcheck.models import Article, RefusedFile, Value


class ReadOptions(Value):
    """What the user says about the files."""

    encoding: str | None = None
    """None means find out, file by file."""
    columns: Mapping[str, str] = {}
    """Field of an article -> column or key in the user's tables."""


DEFAULT_OPTIONS = ReadOptions()


class ReadResult(Value):
    """What became of every file."""

    articles: tuple[Article, ...]
    skipped: tuple[RefusedFile, ...]
    """Left out by rule: hidden, ignored, not a format of ours, an exact duplicate."""
    failed: tuple[RefusedFile, ...]
    """Meant to be read, and could not be."""


def read(paths: Sequence[Path], limits: Limits = DEFAULT_LIMITS, options: ReadOptions = DEFAULT_OPTIONS) -> ReadResult:
    """Read files and folders (recursively, sorted) into articles.

    Raises InputError when a path does not exist or a folder is empty; everything else that goes wrong is in the result.
    """
    articles: list[Article] = []
    skipped: list[RefusedFile] = []
    failed: list[RefusedFile] = []
    for found in iter_articles(paths, limits, options):
        if isinstance(found, Article):
            articles.append(found)
        else:
            (failed if found.failed else skipped).append(found.file)
    return ReadResult(articles=tuple(articles), skipped=tuple(skipped), failed=tuple(failed))


def iter_articles(
    paths: Sequence[Path], limits: Limits = DEFAULT_LIMITS, options: ReadOptions = DEFAULT_OPTIONS
) -> Iterator[Article | Refusal]:
    """As `read`, one at a time and in bounded memory."""
    first_of: dict[str, str] = {}
    for found in walk([Path(path) for path in paths], limits):
        if isinstance(found, Refusal):
            yield found
            continue
        for outcome in _read_file(found, limits, options):
            yield _first_only(outcome, first_of)


def _first_only(outcome: Article | Refusal, first_of: dict[str, str]) -> Article | Refusal:
    """The outcome itself, or the refusal of an article whose words and publisher were read before."""
    if isinstance(outcome, Refusal):
        return outcome
    first = first_of.setdefault(outcome.id, outcome.path)
    if first == outcome.path:
        return outcome
    return refuse(outcome.path, f"exact duplicate of {first}: same words, same publisher", failed=False)


def _read_file(found: FoundFile, limits: Limits, options: ReadOptions) -> Iterator[Article | Refusal]:
    file_format = format_of(found.path)
    if file_format is None:
        known = " ".join(sorted(FORMATS))
        yield refuse(found.shown, f"not a format that can be read ({known}); save it as one of them", failed=False)
        return
    try:
        data = read_bounded(found.path.resolve(), limits.file_bytes)
        source = Source(
            name=Path(found.shown).name,
            data=data,
            encoding=options.encoding,
            columns=options.columns,
            limits=limits,
        )
        for raw in file_format.documents(source):
            yield _built(raw, found.shown, limits)
    except Refused as error:
        yield refuse(found.shown, str(error), failed=not error.on_purpose)
    except Exception as error:
        yield refuse(found.shown, f"could not be parsed ({type(error).__name__}); save it again as text", failed=True)


def _built(raw: RawDocument | BadRecord, shown: str, limits: Limits) -> Article | Refusal:
    path = shown if raw.record is None else f"{shown}#{raw.record}"
    if isinstance(raw, BadRecord):
        return refuse(path, raw.reason, failed=True)
    try:
        return build(raw, path, limits)
    except Refused as error:
        return refuse(path, str(error), failed=not error.on_purpose)
