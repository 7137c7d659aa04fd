"""Gists: one short English sentence for a claim in another language, so that words can find pairs across languages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pydantic import JsonValue, TypeAdapter, ValidationError

from factcheck.errors import AnswerDeferred, EndpointError, ModelError
from factcheck.llm.base import HOPELESS, AnswerStore, Model, ModelTask, WireModel
from factcheck.models import Failure, Value
from factcheck.prompts import fence
from factcheck.stages.blocking.subjects import Subject

GIST_LANGUAGE = "en"
CLAIMS_PER_REQUEST = 60
"""At some 25 tokens a claim and a gist, such a request and its answer stay below 2,000 tokens each."""
TOKENS_PER_GIST = 30
"""Output tokens of one gist, for estimates."""
LONGEST_GIST = 400
"""Characters; what is longer is no gist, and is cut."""
_ROW = re.compile(r"\s*(\d{1,6})\s*[:.|]\s*(.*\S)\s*", re.DOTALL)
_TEXT = TypeAdapter(str)


class WireGists(WireModel):
    """One string per claim, such as `3: The ferry Aurora Star sank off Marlund.`"""

    gists: list[str]


class GistBatch(Value):
    """The claims of one request: id and the line that the model is shown, without its number."""

    ids: tuple[str, ...]
    lines: tuple[str, ...]


class Gists(Value):
    """What became of the claims of one or more requests: each has a gist or a failure."""

    texts: dict[str, str]
    """Claim id -> gist."""
    failures: tuple[Failure, ...] = ()
    cached: int = 0
    """Gists that were already paid for."""


def mixed(subjects: Sequence[Subject]) -> bool:
    """Whether the claims are in several languages; a language that nobody knows counts as one more."""
    return len({subject.language for subject in subjects}) > 1


def needed(subjects: Sequence[Subject]) -> GistBatch:
    """The claims that need a gist: those that are not in English, when the languages are mixed.

    In an order that depends on languages and ids alone, so that the same claims make the same requests.
    """
    return foreign(subjects) if mixed(subjects) else GistBatch(ids=(), lines=())


def foreign(subjects: Sequence[Subject]) -> GistBatch:
    """The claims that are not in English, in such an order."""
    asked = sorted(
        (subject.language or "?", subject.id, line(subject)) for subject in subjects if not own_gist(subject)
    )
    return GistBatch(ids=tuple(id_ for _, id_, _ in asked), lines=tuple(text for _, _, text in asked))


def own_gist(subject: Subject) -> str | None:
    """The text of a claim that is its own gist because it is in English; None for others."""
    return subject.claims[0].text if subject.language == GIST_LANGUAGE else None


def line(subject: Subject) -> str:
    """A claim as the model sees it: language and text, in one line."""
    text = " ".join(subject.claims[0].text.replace("|", "/").split())
    return f"{subject.language or 'unknown'} | {text}"


def batches(asked: GistBatch, known: Mapping[str, str]) -> tuple[GistBatch, ...]:
    """The requests for the claims that are not in `known`, each text once."""
    first: dict[str, str] = {}
    for id_, text in zip(asked.ids, asked.lines, strict=True):
        if id_ not in known:
            first.setdefault(text, id_)
    rows = [(id_, text) for text, id_ in first.items()]
    parts = (rows[i : i + CLAIMS_PER_REQUEST] for i in range(0, len(rows), CLAIMS_PER_REQUEST))
    return tuple(GistBatch(ids=tuple(i for i, _ in part), lines=tuple(t for _, t in part)) for part in parts)


def user_text(batch: GistBatch) -> str:
    """The request as the model sees it: the claims by number, fenced."""
    return fence("\n".join(f"{number} | {text}" for number, text in enumerate(batch.lines, 1)))


def expected_tokens(claims: int) -> int:
    """Output tokens to expect of so many gists."""
    return TOKENS_PER_GIST * claims


def stored(asked: GistBatch, store: AnswerStore, task: ModelTask) -> dict[str, str]:
    """Claim id -> gist, for the claims whose gist is already paid for."""
    keys = {id_: gist_key(text, task) for id_, text in zip(asked.ids, asked.lines, strict=True)}
    answers, found = store.get_all(keys.values()), {}
    for id_, key in keys.items():
        gist = _understood(answers.get(key))
        if gist is not None:
            found[id_] = gist
    return found


def gist_key(text: str, task: ModelTask) -> str:
    """The key of a claim's gist: the line as the model sees it, never the request that carries it."""
    return task.key(WireGists, text)


async def write(batch: GistBatch, model: Model, store: AnswerStore, task: ModelTask) -> Gists:
    """The gists of one batch; claims that the answer leaves out are asked for once more by themselves.

    A claim that still has none becomes a Failure. Raises EndpointError and AnswerDeferred only.
    """
    error: ModelError | None = None
    async with store.flight(*(gist_key(text, task) for text in batch.lines)):
        found = stored(batch, store, task)
        for _ in range(2):
            rows = [(i, t) for i, t in zip(batch.ids, batch.lines, strict=True) if i not in found]
            if not rows:
                break
            part = GistBatch(ids=tuple(i for i, _ in rows), lines=tuple(t for _, t in rows))
            try:
                found |= await _ask(part, model, store, task)
                error = None
            except (EndpointError, AnswerDeferred):
                raise
            except ModelError as raised:
                error = raised
                if isinstance(raised, HOPELESS):
                    break
    return Gists(texts=found, failures=tuple(_failure(id_, error) for id_ in batch.ids if id_ not in found))


async def _ask(part: GistBatch, model: Model, store: AnswerStore, task: ModelTask) -> dict[str, str]:
    reply = await model.ask(task.request(user_text(part), WireGists))
    rows = read_rows(reply.value.gists)
    answered = {number: id_ for number, id_ in enumerate(part.ids, 1) if number in rows}
    await store.put_all({gist_key(part.lines[number - 1], task): rows[number] for number in answered})
    return {id_: rows[number] for number, id_ in answered.items()}


def read_rows(rows: Sequence[str]) -> dict[int, str]:
    """Number -> gist; a number that was answered twice differently is left out, as is what is no row."""
    found: dict[int, str | None] = {}
    for row in rows:
        match = _ROW.fullmatch(row)
        if match:
            number, gist = int(match[1]), " ".join(match[2].split())[:LONGEST_GIST]
            found[number] = gist if found.get(number, gist) == gist else None
    return {number: gist for number, gist in found.items() if gist}


def _understood(value: JsonValue | None) -> str | None:
    try:
        return _TEXT.validate_python(value, strict=True) or None
    except ValidationError:
        return None


def _failure(id_: str, error: ModelError | None) -> Failure:
    return Failure(
        stage="blocking",
        subject=id_,
        kind=type(error).__name__ if error else "OutputInvalid",
        message=str(error) if error else "the model gave no gist for this claim in two requests",
        attempts=error.attempts if error else 2,
    )
