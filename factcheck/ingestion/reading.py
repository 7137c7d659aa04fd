"""Paths in, articles out; every file ends as articles, as skipped, or as failed."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from factcheck.ingestion.articles import build
from factcheck.ingestion.base import BadRecord, RawDocument, Refused
from factcheck.ingestion.known_sources import is_list
from factcheck.ingestion.limits import DEFAULT_LIMITS, Limits
from factcheck.ingestion.parsing import DEFAULT_OPTIONS, Parsed, Parsing, ReadOptions
from factcheck.ingestion.sidecars import META, TABLE, Sidecars, meta_of, owner_of
from factcheck.ingestion.walking import FoundFile, Refusal, refuse, walk
from factcheck.models import Article, RefusedFile, Value

AHEAD = 12
"""Files whose parsing may have begun before their turn."""
FOLDERS_HELD = 64
"""Whose metadata tables are kept: those on the way down to a file, of which all are asked for each."""


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
    """As `read`, one at a time: memory grows with the number of articles only by their ids."""
    first_of: dict[str, str] = {}
    for _, outcome in iter_outcomes(walk([Path(path) for path in paths], limits), limits, options):
        yield first_only(outcome, first_of)


def iter_outcomes(
    files: Iterable[FoundFile | Refusal], limits: Limits = DEFAULT_LIMITS, options: ReadOptions = DEFAULT_OPTIONS
) -> Generator[tuple[FoundFile | Refusal, Article | Refusal], None, None]:
    """What each file gave, at least one outcome a file, in the order of `files`; duplicates are not looked for."""
    with Parsing(limits, options) as parsing:
        reader = _Reader(limits, parsing)
        window: deque[tuple[FoundFile | Refusal, Parsed]] = deque()
        for found in files:
            window.append((found, None if isinstance(found, Refusal) else reader.begin(found)))
            if len(window) > AHEAD:
                first, parsed = window.popleft()
                yield from ((first, outcome) for outcome in reader.outcomes(first, parsed))
        while window:
            first, parsed = window.popleft()
            yield from ((first, outcome) for outcome in reader.outcomes(first, parsed))


def first_only(outcome: Article | Refusal, first_of: dict[str, str]) -> Article | Refusal:
    """The outcome itself, or the refusal of an article whose words and publisher were read before.

    `first_of` maps article id to the path that had it first, and is added to.
    """
    if isinstance(outcome, Refusal):
        return outcome
    first = first_of.setdefault(outcome.id, outcome.path)
    if first == outcome.path:
        return outcome
    return refuse(outcome.path, f"exact duplicate of {first}: same words, same publisher", failed=False)


class _Reader:
    """Turns what the parsers found into articles, file by file; holds the metadata tables of folders."""

    def __init__(self, limits: Limits, parsing: Parsing) -> None:
        self._limits = limits
        self._parsing = parsing
        self._beside = lru_cache(FOLDERS_HELD)(Sidecars.of)

    def begin(self, found: FoundFile) -> Parsed:
        """Start parsing a file ahead of its turn where that pays."""
        if found.path.name.endswith(META) or found.path.name == TABLE or is_list(found.path):
            return None
        return self._parsing.begin(found)

    def outcomes(self, found: FoundFile | Refusal, parsed: Parsed) -> Iterator[Article | Refusal]:
        """What one file gave: at least one outcome; nothing in a file raises."""
        if isinstance(found, Refusal):
            yield found
            return
        try:
            if found.path.name.endswith(META):
                yield self._metadata(found)
            elif is_list(found.path):
                yield refuse(found.path, "a list of outlets, their other names and owners; no article", failed=False)
            elif found.path.name == TABLE and self._beside(found.path.parent).is_table:
                yield from self._metadata_table(found)
            else:
                yield from self._articles(found, parsed)
        except Refused as error:
            yield refuse(found.shown, str(error), failed=not error.on_purpose, passing=error.passing)
        except Exception as error:
            yield refuse(found.shown, f"could not be read ({type(error).__name__}); save it again as text", failed=True)

    def _articles(self, found: FoundFile, parsed: Parsed) -> Iterator[Article | Refusal]:
        said, notes = self._said(found)
        count = 0
        for raw in self._parsing.documents(found) if parsed is None else parsed.result():
            count += 1
            path = found.shown if raw.record is None else f"{found.shown}#{raw.record}"
            if isinstance(raw, BadRecord):
                yield refuse(path, raw.reason, failed=True)
                continue
            try:
                yield build(_as_said(raw, said, notes), path, self._limits)
            except Refused as error:
                yield refuse(path, str(error), failed=not error.on_purpose)
        if count == 0:
            raise Refused("no article in it; one article a row, line or file")

    def _said(self, found: FoundFile) -> tuple[dict[str, str], tuple[str, ...]]:
        """What the metadata files say of a file (the nearest wins), and a note when one of them is broken."""
        said: dict[str, str] = {}
        folders = [found.path.parent]
        while folders[-1] != found.root and found.root in folders[-1].resolve().parents:
            folders.append(folders[-1].parent)
        notes: tuple[str, ...] = ()
        for folder in reversed(folders):
            said |= self._beside(folder).said_of(found.path)
        try:
            said |= meta_of(found.path)
        except Refused as error:
            notes = (str(error),)
        return said, notes

    def _metadata(self, found: FoundFile) -> Refusal:
        owner = owner_of(found.path)
        if owner is None:
            return refuse(found.path, "metadata of a file that is not there; name both alike", failed=True)
        meta_of(owner)
        return refuse(found.path, f"metadata of {owner.name}", failed=False)

    def _metadata_table(self, found: FoundFile) -> Iterator[Refusal]:
        yield refuse(found.path, "metadata of the files beside it", failed=False)
        for row, reason in self._beside(found.path.parent).trouble:
            yield refuse(f"{found.path}#{row}", reason, failed=True)


def _as_said(raw: RawDocument, said: dict[str, str], notes: tuple[str, ...]) -> RawDocument:
    """The document with the user's metadata in place of its own."""
    certain = {"language_certain": True} if "language" in said else {}
    return raw.model_copy(update={**said, **certain, "notes": (*raw.notes, *notes)})
