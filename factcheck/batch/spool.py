"""What a batch remembers from run to run, in one SQLite file: articles read, stories done, money spent.

Every change is one transaction, so a process killed at any moment leaves the last whole state.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from factcheck.batch.kept import Kept
from factcheck.batch.openings import Opening, opening_of
from factcheck.batch.respelling import respell
from factcheck.errors import SettingsError
from factcheck.findings import Usage
from factcheck.ingestion.walking import Refusal
from factcheck.llm.state_file import StateFile, open_state
from factcheck.locks import FileLocks
from factcheck.models import Article

NAME = "batch.sqlite"
LOCK = ".lock"
FORMAT = 2
"""Of the file; a file of another format is refused with the remedy."""
_TABLES = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS files (path TEXT PRIMARY KEY, stamp TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS documents (
  path TEXT NOT NULL, place INTEGER NOT NULL, article TEXT, digest TEXT NOT NULL, published TEXT, language TEXT,
  body BLOB NOT NULL, opening TEXT, PRIMARY KEY (path, place)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS articles ON documents (article);
CREATE TABLE IF NOT EXISTS stories (
  key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, members TEXT NOT NULL, row TEXT NOT NULL,
  pass TEXT NOT NULL, before TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS spending (run TEXT PRIMARY KEY, usage TEXT NOT NULL) WITHOUT ROWID;
"""


_DOCUMENTS = "SELECT path, place, article, digest, published FROM documents WHERE path = ? ORDER BY place"


@dataclass(frozen=True)
class Document:
    """One article or refusal of a file, without its body."""

    path: str
    """The file's, as it is shown."""
    place: int
    """Number within the file, from 0."""
    article: str | None
    """Id of the article; None for a refusal."""
    digest: str
    """Of the body: changes with anything that is known of the article."""
    published: str | None
    """ISO date, None when unknown."""


class Spool:
    """The open state of one batch; used from one thread. Raises SettingsError when the file cannot be used."""

    def __init__(self, folder: Path) -> None:
        path = folder / NAME
        try:
            self._lock = FileLocks(folder / LOCK)
        except OSError as error:
            raise SettingsError(
                f"{folder / LOCK} cannot be written: {error.strerror or error}; look at the permissions of {folder}, or"
                " name another folder (--run-dir DIR)"
            ) from error
        with contextlib.suppress(OSError):  # a file system without locks; then it is the user's to run one at a time
            if not self._lock.take(0):
                self._lock.close()
                raise SettingsError(f"another process is at work on the batch in {folder}; wait for it, or end it")
        try:
            self._db = open_state(path, _TABLES)
        except SettingsError:
            self._lock.close()
            raise
        try:
            if self.fact("format", str(FORMAT)) != str(FORMAT):
                raise SettingsError(f"{path} was written by another version; name another folder (--run-dir DIR)")
            self.state("format", str(FORMAT))
        except SettingsError:
            self._db.close()
            self._lock.close()
            raise

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let other processes at it."""
        self._db.close()
        self._lock.close()

    # -- facts ---------------------------------------------------------------------------------

    def fact(self, name: str, default: str = "") -> str:
        """A remembered line of text."""
        row = self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else default

    def state(self, name: str, value: str) -> None:
        """Remember a line of text."""
        self._db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    # -- files and documents -------------------------------------------------------------------

    def stamps(self) -> dict[str, str]:
        """Path of each file read -> the stamp it was read with."""
        return dict(self._db.execute("SELECT path, stamp FROM files"))

    def keep(self, path: str, stamp: str, outcomes: Sequence[Article | Refusal], *, opened: bool = False) -> None:
        """Replace what is known of a file by what it gave; `opened` says that the articles will be grouped by event."""
        rows = [_row(path, place, outcome, opened=opened) for place, outcome in enumerate(outcomes)]
        with self._transaction():
            self._db.execute("DELETE FROM documents WHERE path = ?", (path,))
            self._db.executemany("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
            self._db.execute("INSERT OR REPLACE INTO files VALUES (?, ?)", (path, stamp))

    def forget(self, paths: Iterable[str]) -> None:
        """Drop files that are gone."""
        gone = [(path,) for path in paths]
        if gone:
            with self._transaction():
                self._db.executemany("DELETE FROM documents WHERE path = ?", gone)
                self._db.executemany("DELETE FROM files WHERE path = ?", gone)

    def respell(self, spelled: Callable[[str], str], name: str, value: str) -> None:
        """Know each file by the path that `spelled` gives for its own, and remember the line of text `name` with it."""
        with self._transaction():
            respell(self._db, spelled)
            self.state(name, value)

    def documents_of(self, paths: Iterable[str]) -> list[Document]:
        """The documents of these files, in their order."""
        found = list[Document]()
        for path in paths:
            rows = self._db.execute(_DOCUMENTS, (path,))
            found.extend(Document(*row) for row in rows)
        return found

    def openings(self, documents: Iterable[Document]) -> Iterator[Opening]:
        """What grouping looks at of these documents, one at a time, refusals left out."""
        for document in documents:
            if document.article is not None:
                (text,) = self._db.execute(
                    "SELECT opening FROM documents WHERE path = ? AND place = ?", (document.path, document.place)
                ).fetchone()
                yield Opening.model_validate_json(text) if text else self._opened(document)

    def _opened(self, document: Document) -> Opening:
        """The opening of an article that was read when stories were found in another way; kept from now on."""
        body = self.outcome(document)
        assert isinstance(body, Article)
        opening = opening_of(body)
        values = (opening.model_dump_json(), document.path, document.place)
        self._db.execute("UPDATE documents SET opening = ? WHERE path = ? AND place = ?", values)
        return opening

    def outcome(self, document: Document) -> Article | Refusal:
        """The article or refusal itself."""
        (body,) = self._db.execute(
            "SELECT body FROM documents WHERE path = ? AND place = ?", (document.path, document.place)
        ).fetchone()
        text = zlib.decompress(body)
        return Refusal.model_validate_json(text) if document.article is None else Article.model_validate_json(text)

    def article(self, id_: str) -> Article:
        """An article by its id, of files that hold it the first. Raises KeyError."""
        found = self._db.execute("SELECT body FROM documents WHERE article = ? ORDER BY path, place LIMIT 1", (id_,))
        row = found.fetchone()
        if row is None:
            raise KeyError(id_)
        return Article.model_validate_json(zlib.decompress(row[0]))

    def files_of(self, id_: str) -> list[str]:
        """The paths of the files that hold an article."""
        found = self._db.execute("SELECT DISTINCT path FROM documents WHERE article = ? ORDER BY path", (id_,))
        return [path for (path,) in found.fetchall()]

    def has(self, id_: str) -> bool:
        """Whether there is such an article."""
        return self._db.execute("SELECT 1 FROM documents WHERE article = ? LIMIT 1", (id_,)).fetchone() is not None

    def stands(self, id_: str, path: str) -> bool:
        """Whether there is such an article, or another one in its file now."""
        found = self._db.execute("SELECT 1 FROM documents WHERE path = ? AND article IS NOT NULL LIMIT 1", (path,))
        return self.has(id_) or found.fetchone() is not None

    def unread(self, path: str, articles: int) -> bool:
        """Whether so many `articles` of a file may be in what of it cannot be read now, for an accident.

        A file of which none can be read says so once, one of many records for each.
        """
        found = self.documents_of([path])
        failed = sum(_failed(self.outcome(document)) for document in found if document.article is None)
        return failed >= articles or (failed > 0 and all(document.article is None for document in found))

    def language(self, id_: str) -> str | None:
        """The language of an article, of files that hold it as the last has it; None when it is not known."""
        found = self._db.execute(
            "SELECT language FROM documents WHERE article = ? ORDER BY path DESC, place DESC LIMIT 1", (id_,)
        )
        row = found.fetchone()
        return None if row is None else row[0]

    def mixed(self) -> bool:
        """Whether articles are in several languages; one that nobody knows counts as one more."""
        found = self._db.execute("SELECT DISTINCT language FROM documents WHERE article IS NOT NULL LIMIT 2")
        return len(found.fetchall()) > 1

    # -- stories -------------------------------------------------------------------------------

    def story_keys(self) -> list[str]:
        """Of all stories that a check left something of."""
        return [key for (key,) in self._db.execute("SELECT key FROM stories")]

    def kept(self) -> dict[str, Kept]:
        """All stories as their last checks left them, by key."""
        return {key: self.story(key) for key in self.story_keys()}

    def story(self, key: str) -> Kept:
        """One of them. Raises KeyError."""
        found = self._db.execute("SELECT fingerprint, members, row, pass, before FROM stories WHERE key = ?", (key,))
        if (known := found.fetchone()) is None:
            raise KeyError(key)
        fingerprint, members, row, pass_id, before = known
        return Kept(
            fingerprint,
            tuple((id_, path) for id_, path in json.loads(members)),
            zlib.compress(row.encode(), 1),
            pass_id,
            zlib.compress(before.encode(), 1) if before else None,
        )

    def finish(self, story: Kept) -> None:
        """Keep what a check left of a story."""
        before = None if story.packed_before is None else zlib.decompress(story.packed_before).decode()
        members, row = json.dumps(story.members), story.row
        values = (row.key, story.fingerprint, members, row.model_dump_json(), story.pass_id, before)
        self._db.execute("INSERT OR REPLACE INTO stories VALUES (?, ?, ?, ?, ?, ?)", values)

    def drop(self, keys: Iterable[str]) -> None:
        """Forget stories that have no article left."""
        with self._transaction():
            self._db.executemany("DELETE FROM stories WHERE key = ?", [(key,) for key in keys])

    # -- spending ------------------------------------------------------------------------------

    def spend(self, run: str, usage: Usage) -> None:
        """Remember what a run has asked of the model so far."""
        self._db.execute("INSERT OR REPLACE INTO spending VALUES (?, ?)", (run, usage.model_dump_json()))

    def spent(self) -> Usage:
        """What all runs have asked of the model."""
        rows = self._db.execute("SELECT usage FROM spending ORDER BY run")
        return total_usage(Usage.model_validate_json(text) for (text,) in rows)

    def _transaction(self) -> _Transaction:
        return _Transaction(self._db)


class _Transaction:
    def __init__(self, db: StateFile) -> None:
        self._db = db

    def __enter__(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._db.execute("COMMIT")
        elif self._db.in_transaction:  # a disk that is full has ended it already
            self._db.execute("ROLLBACK")


COUNTS = ("requests", "retries", "reasks", "cache_hits", "prompt_tokens", "cached_tokens", "completion_tokens")
"""Fields of `Usage` that are sums."""


def total_usage(usages: Iterable[Usage]) -> Usage:
    """The sum; the cost is None when any part of it is not known."""
    given = list(usages)
    costs = [usage.cost_usd for usage in given]
    faults = Counter[str]()
    for usage in given:
        faults.update(usage.faults)
    known = [cost for cost in costs if cost is not None]
    sums = {name: sum(getattr(usage, name) for usage in given) for name in COUNTS}
    cost = round(sum(known), 6) if len(known) == len(costs) else None
    return Usage.model_validate({**sums, "cost_usd": cost, "faults": dict(sorted(faults.items()))})


def _failed(outcome: Article | Refusal) -> bool:
    return isinstance(outcome, Refusal) and outcome.failed


def _row(path: str, place: int, outcome: Article | Refusal, *, opened: bool) -> tuple[object, ...]:
    text = outcome.model_dump_json().encode()
    digest = hashlib.sha256(text).hexdigest()[:16]
    body = zlib.compress(text, 1)
    if isinstance(outcome, Refusal):
        return path, place, None, digest, None, None, body, None
    published = outcome.published_at.isoformat() if outcome.published_at else None
    opening = opening_of(outcome).model_dump_json() if opened else None
    return path, place, outcome.id, digest, published, outcome.language, body, opening
