"""The provider's Batch API: files of requests out, files of answers back; half the price, within a day."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from factcheck.errors import BudgetExceeded, EndpointError
from factcheck.llm.endpoint import resolve
from factcheck.llm.faults import clean
from factcheck.llm.mailbox import ATTEMPTS, KIND, Lost, Mailbox, Mailing, Measured, Outcome
from factcheck.llm.usage import estimate_tokens, price
from factcheck.settings import ModelSettings

if TYPE_CHECKING:
    from openai import AsyncOpenAI
    from openai.types import Batch

LETTERS = 1_000
"""Requests of one file. Providers take 50,000; the answers of so many would not fit the memory of a small machine."""
BYTES = 90_000_000
"""Of one file; providers take 200 MB."""
WINDOW: Literal["24h"] = "24h"
PATH: Literal["/v1/chat/completions"] = "/v1/chat/completions"
RATE = 0.5
"""Of the live price; what OpenAI asks for a batch."""
ENDED = frozenset({"completed", "failed", "expired", "cancelled"})
MARK = "factcheck"
"""Name of the hash of the file in the provider's record of a batch."""


class Post:
    """Sends what a mailbox wants sent, and fetches what has come; raises EndpointError when the provider is no use."""

    def __init__(self, sdk: AsyncOpenAI, address: str, mailbox: Mailbox, settings: ModelSettings) -> None:
        self._sdk = sdk
        self._address = address
        self._mailbox = mailbox
        self._settings = settings

    async def collect(self, note: Callable[[str], None]) -> list[str]:
        """Fetch the answers of mailings that have ended; a line of words about each mailing that has not.

        `note` is told what of a mailing that has ended was not answered, why, and what becomes of it.
        """
        waiting = []
        for mailing in self._mailbox.under_way():
            remote = await self._found(mailing)
            if remote is None:
                _tell(note, "a batch", mailing, self._mailbox.ended(mailing.number, "it never went out"))
                continue
            with self._explained("asked for a batch"):
                batch = await self._sdk.batches.retrieve(remote)
            if batch.status not in ENDED:
                waiting.append(_state(mailing, batch))
                continue
            for file in (batch.output_file_id, batch.error_file_id):
                if file:
                    with self._explained("asked for the answers of a batch"):
                        content = await self._sdk.files.content(file)
                    self._mailbox.arrived(_read(content.content))
            lost = self._mailbox.ended(mailing.number, _why(batch))
            _tell(note, batch.id, mailing, lost if batch.status == "completed" else replace(lost, why=_why(batch)))
        return waiting

    async def submit(self) -> int:
        """Send what is wanted, in as many files as it takes; how many requests went out. Raises BudgetExceeded."""
        self._refuse_beyond_limits()
        sent = 0
        for names, lines in _files(self._mailbox.wanted()):
            data = b"".join(lines)
            content = hashlib.sha256(data).hexdigest()
            number = self._mailbox.begin(content, names)
            with self._explained("sent a batch"):
                file = await self._sdk.files.create(file=(f"{content[:16]}.jsonl", data), purpose="batch")
                batch = await self._sdk.batches.create(
                    input_file_id=file.id, endpoint=PATH, completion_window=WINDOW, metadata={MARK: content}
                )
            self._mailbox.posted(number, batch.id)
            sent += len(names)
        return sent

    def _refuse_beyond_limits(self) -> None:
        """`--max-calls` and `--max-cost` count for what is sent in all; nothing goes out that would cross them."""
        most, dollars = self._settings.max_calls, self._settings.max_cost
        count = self._mailbox.count_wanted()
        if most is not None and self._mailbox.sent_ever() + count > most:
            raise BudgetExceeded(
                f"--max-calls {most} would be crossed by {count} more; raise it and run again", attempts=0
            )
        if dollars is not None:
            known = {(lengths.model, lengths.task): lengths for lengths in self._mailbox.measured()}
            expected = sum(_price(json.loads(body), body, known) for _, body in self._mailbox.wanted())
            if expected > dollars:
                asked = "1 request of this round is" if count == 1 else f"{count:,} requests of this round are"
                raise BudgetExceeded(
                    f"--max-cost {dollars:g} would be crossed: the {asked} expected to cost {expected:.4f} USD;"
                    " raise it and run again",
                    attempts=0,
                )

    async def _found(self, mailing: Mailing) -> str | None:
        """The provider's name for a mailing; one that a killed process may have sent is looked for by its hash."""
        if mailing.remote is not None:
            return mailing.remote
        with self._explained("asked for its batches"):
            async for batch in self._sdk.batches.list(limit=100):
                if (batch.metadata or {}).get(MARK) == mailing.content:
                    self._mailbox.posted(mailing.number, batch.id)
                    return batch.id
        return None

    @contextlib.contextmanager
    def _explained(self, doing: str) -> Iterator[None]:
        """What the SDK raises as EndpointError, in words."""
        import openai

        try:
            yield
        except openai.APIStatusError as error:
            words = clean(str(error.message), 200)
            hint = ""
            if error.status_code in (404, 405, 501):
                hint = " It may not offer a Batch API; leave --via batch-api out."
            raise EndpointError(f"{self._address}, {doing}, said HTTP {error.status_code}: {words}.{hint}") from error
        except openai.APIError as error:
            raise EndpointError(f"{self._address}, {doing}, did not answer: {type(error).__name__}") from error


@asynccontextmanager
async def open_post(settings: ModelSettings, mailbox: Mailbox) -> AsyncIterator[Post]:
    """The post to the endpoint of `settings`, closed in the loop that opened it."""
    from factcheck.llm import transport

    endpoint = resolve(settings)
    async with transport.open_sdk(endpoint, settings.timeout, 4) as sdk:
        yield Post(sdk, endpoint.base_url, mailbox, settings)


def _files(letters: Iterator[tuple[str, str]]) -> Iterator[tuple[list[str], list[bytes]]]:
    """Names and lines of each file: one model, and not too many or too large."""
    names, lines, size, model = list[str](), list[bytes](), 0, None
    for name, body in list(letters):
        asked = json.loads(body)
        line = {"custom_id": name, "method": "POST", "url": PATH, "body": asked}
        data = json.dumps(line, ensure_ascii=True).encode() + b"\n"
        if names and (len(names) >= LETTERS or size + len(data) > BYTES or asked["model"] != model):
            yield names, lines
            names, lines, size = [], [], 0
        names.append(name)
        lines.append(data)
        size += len(data)
        model = asked["model"]
    if names:
        yield names, lines


def _read(data: bytes) -> Iterator[tuple[str, Outcome, Mapping[str, Any]]]:
    """What the lines of an answer file hold; a line that cannot be read counts as no answer."""
    for line in data.splitlines():
        try:
            row = json.loads(line)
            name = row["custom_id"]
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
        if isinstance(name, str):
            yield name, *_outcome(row)


def _outcome(row: Mapping[str, Any]) -> tuple[Outcome, Mapping[str, Any]]:
    response = row.get("response")
    if isinstance(response, dict):
        status, body = response.get("status_code"), response.get("body")
        if status == 200 and isinstance(body, dict) and _has_message(body):
            return "answered", body
        error = body.get("error") if isinstance(body, dict) else None
        known = error if isinstance(error, dict) else {}
        good = isinstance(status, int) and status != 200
        return "lost", {
            "status": status if good else None,
            "code": str(known.get("code")),
            "message": clean(str(known.get("message", "no chat completion")), 300),
        }
    error = row.get("error")
    known = error if isinstance(error, dict) else {}
    return "lost", {"status": None, "code": str(known.get("code")), "message": clean(str(known.get("message")), 300)}


def _has_message(body: object) -> bool:
    choices = body.get("choices") if isinstance(body, dict) else None
    first = choices[0] if isinstance(choices, list) and choices else None
    return isinstance(first, dict) and isinstance(first.get("message"), dict)


def _state(mailing: Mailing, batch: Batch) -> str:
    counts = batch.request_counts
    done = f", {counts.completed + counts.failed:,} done" if counts is not None else ""
    return f"{batch.id}: {_asked(mailing.letters)} {clean(str(batch.status), 40)}{done}"


def _tell(note: Callable[[str], None], name: str, mailing: Mailing, lost: Lost) -> None:
    """One line about what of a mailing was not answered, when anything was not."""
    fates = [f"{lost.again:,} to be sent again (tried {lost.tried} of {ATTEMPTS} times)"] if lost.again else []
    fates += [f"{lost.given_up:,} given up"] if lost.given_up else []
    if fates:
        of = f"{lost.again + lost.given_up:,} of {_asked(mailing.letters)}"
        note(f"{name}: {lost.why}; {of} not answered: {', '.join(fates)}")


def _asked(letters: int) -> str:
    return f"{letters:,} {'request' if letters == 1 else 'requests'}"


def _why(batch: Batch) -> str:
    errors = getattr(batch.errors, "data", None)
    first: Sequence[Any] = errors if isinstance(errors, list) else ()
    said = f": {clean(str(getattr(first[0], 'message', '')), 200)}" if first else ""
    return f"the provider's batch ended as {clean(str(batch.status), 40)}{said}"


def _price(asked: Mapping[str, Any], body: str, known: Mapping[tuple[str, str], Measured]) -> float:
    """Dollars of one request by the lengths of those of its kind that were answered; 0 when nobody knows the price.

    Before the first of them the answer is taken as half as long as the question, which is more than any on record and
    leaves room for a model that reasons first.
    """
    lengths = known.get((asked["model"], asked["messages"][0]["content"][:KIND]))
    prompt = estimate_tokens(body)
    completion = prompt // 2
    if lengths is not None:
        prompt = round(len(body) / lengths.characters * lengths.prompt)
        completion = round(len(asked["messages"][-1]["content"]) / max(1, lengths.articles) * lengths.completion)
    return RATE * (price(asked["model"], prompt, 0, completion) or 0.0)
