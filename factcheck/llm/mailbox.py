"""Requests that go to the provider's Batch API and the answers that come back, kept by the hash of the request.

A request is known by its body, which is that of a live call. So the code that asks is the same: it finds the answer
here, or is told that it has to wait for it.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

from factcheck.errors import AnswerDeferred, ModelError, ModelRefused, ModelUnavailable, RequestTooBig
from factcheck.llm.state_file import open_state

MAIL = "mail.sqlite"
"""File in the folder of a batch that holds what goes by the provider's Batch API."""
KIND = 200
"""Characters at the beginning of a request that tell what is asked in it: those of its instructions."""
ATTEMPTS = 3
"""How often a request goes out whose answer was lost, failed or expired."""
_TABLES = """
CREATE TABLE IF NOT EXISTS letters (
  name TEXT PRIMARY KEY, body TEXT NOT NULL, state TEXT NOT NULL, wanted INTEGER NOT NULL, attempts INTEGER NOT NULL,
  mailing INTEGER, answer TEXT, used INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS mailings (
  number INTEGER PRIMARY KEY, content TEXT NOT NULL, remote TEXT, state TEXT NOT NULL, letters INTEGER NOT NULL);
"""
_RETRIED = frozenset({408, 409, 425, 429})

Outcome = Literal["answered", "lost"]


@dataclass(frozen=True)
class Letter:
    """An answer that came: the chat completion as the provider worded it."""

    completion: Mapping[str, Any]
    fresh: bool
    """Whether nobody has taken it before, so that it is counted once."""


@dataclass(frozen=True)
class Mailing:
    """Letters that went out together."""

    number: int
    content: str
    """Hash of the file that was sent; also in the provider's record, so that a killed process finds it again."""
    remote: str | None
    """The provider's name for it; None while it is being sent."""
    letters: int


@dataclass(frozen=True)
class Lost:
    """What of a mailing has ended without an answer."""

    again: int
    """Letters that go out again, if they are still wanted."""
    tried: int
    """How often those went out so far."""
    given_up: int
    """Letters that have failed for good."""
    why: str
    """The reason that most of all these were given."""


@dataclass(frozen=True)
class Measured:
    """What was answered so far to requests of one kind: of one model, and with the same first instructions."""

    model: str
    task: str
    """How its requests begin."""
    characters: int
    """Of the bodies of all these requests."""
    articles: int
    """Of those, what stands behind the instructions, which an answer grows with."""
    prompt: int
    """Tokens of all these requests, as the provider counted them; so it did those of the answers."""
    completion: int


class Mailbox:
    """All requests and answers of one batch, in one SQLite file; used from one thread."""

    def __init__(self, path: Path) -> None:
        self._db = open_state(path, _TABLES, lasting=True)  # a mailing that was forgotten would be paid for again

    def __enter__(self) -> Mailbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    # -- for whoever asks ----------------------------------------------------------------------

    def open(self, body: Mapping[str, Any]) -> Letter:
        """The answer to a request.

        Raises AnswerDeferred when it has not come yet; the request then goes with the next mailing. Raises the
        ModelError that a live call would when the provider failed it for good.
        """
        text = json.dumps(body, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
        name = hashlib.sha256(text.encode()).hexdigest()
        row = self._db.execute("SELECT state, answer, used, attempts FROM letters WHERE name = ?", (name,)).fetchone()
        if row is None:
            self._db.execute("INSERT INTO letters VALUES (?, ?, 'new', 1, 0, NULL, NULL, 0)", (name, text))
            raise AnswerDeferred("it goes with the provider's next batch")
        state, answer, used, attempts = row
        if state == "answered":
            self._db.execute("UPDATE letters SET used = 1 WHERE name = ?", (name,))
            return Letter(json.loads(answer), fresh=not used)
        if state == "failed":
            raise _failure(json.loads(answer), attempts)
        self._db.execute("UPDATE letters SET wanted = 1 WHERE name = ?", (name,))
        raise AnswerDeferred("it is with the provider, or goes with its next batch")

    # -- for the mailing -----------------------------------------------------------------------

    def nothing_wanted(self) -> None:
        """Before a pass: what is not asked for again is not sent, for a story may have changed since."""
        self._db.execute("UPDATE letters SET wanted = 0 WHERE state = 'new'")

    def wanted(self) -> Iterator[tuple[str, str]]:
        """Name and body of each request that is to be sent, those of one model together."""
        yield from self._db.execute(
            "SELECT name, body FROM letters WHERE state = 'new' AND wanted = 1"
            " ORDER BY json_extract(body, '$.model'), name"
        )

    def count_wanted(self) -> int:
        """How many are to be sent."""
        (count,) = self._db.execute("SELECT count(*) FROM letters WHERE state = 'new' AND wanted = 1").fetchone()
        return int(count)

    def sent_ever(self) -> int:
        """How many requests went out so far, each attempt counted."""
        (count,) = self._db.execute("SELECT coalesce(sum(attempts), 0) FROM letters").fetchone()
        return int(count)

    def measured(self) -> list[Measured]:
        """The lengths of what was answered so far, a kind of request each; none whose provider counts no tokens."""
        rows = self._db.execute(
            "SELECT json_extract(body, '$.model'), substr(json_extract(body, '$.messages[0].content'), 1, ?),"
            " sum(length(body)), sum(length(json_extract(body, '$.messages[#-1].content'))),"
            " sum(json_extract(answer, '$.usage.prompt_tokens')),"
            " sum(json_extract(answer, '$.usage.completion_tokens'))"
            " FROM letters WHERE state = 'answered' AND json_valid(answer)"
            " AND json_extract(answer, '$.usage.prompt_tokens') > 0"
            " AND json_extract(answer, '$.usage.completion_tokens') > 0 GROUP BY 1, 2",
            (KIND,),
        )
        return [Measured(model, task, *map(int, counts)) for model, task, *counts in rows]

    def begin(self, content: str, names: Iterable[str]) -> int:
        """Remember that these letters are about to be sent together; the number of the mailing."""
        listed = list(names)
        self._db.execute("BEGIN IMMEDIATE")
        cursor = self._db.execute(
            "INSERT INTO mailings (content, remote, state, letters) VALUES (?, NULL, 'sending', ?)",
            (content, len(listed)),
        )
        number = int(cursor.lastrowid or 0)
        self._db.executemany(
            "UPDATE letters SET state = 'sent', attempts = attempts + 1, mailing = ? WHERE name = ?",
            [(number, name) for name in listed],
        )
        self._db.execute("COMMIT")
        return number

    def posted(self, number: int, remote: str) -> None:
        """The provider has taken a mailing under this name."""
        self._db.execute("UPDATE mailings SET remote = ?, state = 'open' WHERE number = ?", (remote, number))

    def under_way(self) -> list[Mailing]:
        """Mailings that have not ended, those included of which nobody knows whether they went out."""
        rows = self._db.execute("SELECT number, content, remote, letters FROM mailings WHERE state != 'ended'")
        return [Mailing(*row) for row in rows]

    def arrived(self, answers: Iterable[tuple[str, Outcome, Mapping[str, Any]]]) -> None:
        """Keep what came: (name, `answered`, completion), or (name, `lost`, status and message)."""
        self._db.execute("BEGIN IMMEDIATE")
        for name, outcome, value in answers:
            state = "answered" if outcome == "answered" else _after(value, self._attempts(name))
            self._db.execute(
                "UPDATE letters SET state = ?, answer = ? WHERE name = ? AND state = 'sent'",
                (state, json.dumps(value, ensure_ascii=True), name),
            )
        self._db.execute("COMMIT")

    def ended(self, number: int, why: str) -> Lost:
        """A mailing is over; what of it has no answer goes out again, or has failed when it went out too often."""
        rows = self._db.execute("SELECT name FROM letters WHERE mailing = ? AND state = 'sent'", (number,)).fetchall()
        self.arrived((name, "lost", {"status": None, "message": why}) for (name,) in rows)
        self._db.execute("UPDATE mailings SET state = 'ended' WHERE number = ?", (number,))
        sql = "SELECT state, attempts, answer FROM letters WHERE mailing = ? AND state IN ('new', 'failed')"
        lost = self._db.execute(sql, (number,)).fetchall()
        again = [attempts for state, attempts, _ in lost if state == "new"]
        reasons = Counter(_reason(json.loads(answer)) for _, _, answer in lost)
        most = max(reasons, key=lambda reason: reasons[reason], default="")
        return Lost(len(again), max(again, default=0), len(lost) - len(again), most)

    def count_under_way(self, models: Collection[str]) -> int:
        """How many requests to these models are with the provider."""
        if not self.under_way():
            return 0
        (count,) = self._db.execute(
            "SELECT count(*) FROM letters WHERE state = 'sent'"
            " AND json_extract(body, '$.model') IN (SELECT value FROM json_each(?))",
            (json.dumps(list(models)),),
        ).fetchone()
        return int(count)

    def _attempts(self, name: str) -> int:
        row = self._db.execute("SELECT attempts FROM letters WHERE name = ?", (name,)).fetchone()
        return int(row[0]) if row else ATTEMPTS


def _after(value: Mapping[str, Any], attempts: int) -> str:
    """State of a letter without an answer: sent again, or failed for good."""
    status = value.get("status")
    again = status is None or status in _RETRIED or status >= 500
    return "new" if again and attempts < ATTEMPTS else "failed"


def _reason(value: Mapping[str, Any]) -> str:
    status, message = value.get("status"), str(value.get("message", ""))[:300]
    return message if status is None else f"HTTP {status}: {message}"


def _failure(value: Mapping[str, Any], attempts: int) -> ModelError:
    status, message = value.get("status"), str(value.get("message", ""))[:300]
    if status is None or status in _RETRIED or status >= 500:
        return ModelUnavailable(f"no usable answer in {attempts} provider batches: {message}", attempts=attempts)
    if status == 413 or "context_length" in str(value.get("code", "")):
        return RequestTooBig(f"the request does not fit the model's window: {message}", attempts=attempts)
    return ModelRefused(f"the provider will not answer this one: {message}", attempts=attempts)
