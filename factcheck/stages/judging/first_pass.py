"""The first pass: relation codes for many pairs a request; what the answer leaves out is asked again, smaller."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import JsonValue

from factcheck.errors import AnswerDeferred, EndpointError, ModelError
from factcheck.llm.base import HOPELESS, AnswerStore, Model, ModelTask, understood
from factcheck.models import CandidatePair, Claim, Conflict, Failure, Judgement, Value
from factcheck.stages.judging.gates import ruled_out
from factcheck.stages.judging.lines import describe, user_text
from factcheck.stages.judging.packing import Batch, batch
from factcheck.stages.judging.wire import Cell, WireJudgements, defects, read_rows, turned

TOKENS_PER_PAIR = 4
"""Output tokens of one relation code, for estimates."""
TOKENS_TO_NAME = 3
"""Prompt tokens that name one pair in a row, on the high side; a full range costs far less."""
ROUNDS = (500, 60, 12, 1)
"""Pairs of a request, round by round: all of the batch, then the unanswered ones in smaller requests, then singly."""
Reading = Literal["first", "again", "audit"]
"""Why a pair is asked: for its label, because its label does not fit, or to audit a label that was inferred."""


def expected_tokens(pairs: int) -> int:
    """Output tokens to expect of the first pass over so many pairs."""
    return TOKENS_PER_PAIR * pairs


class Judged(Value):
    """What became of the pairs of one batch: each is judged or failed."""

    judgements: tuple[Judgement, ...] = ()
    failures: tuple[Failure, ...] = ()


async def judge(
    asked: Batch,
    claims: Mapping[str, Claim],
    model: Model,
    store: AnswerStore,
    task: ModelTask,
    *,
    reading: Reading = "first",
) -> Judged:
    """Judge every pair of a batch: together, the unanswered ones again in smaller requests, then each singly.

    The rounds end early when a smaller request cannot help: the endpoint was unavailable through all retries, a limit
    of the user's was reached, or a whole round of smaller requests brought nothing but errors. A pair that is still
    unanswered becomes a Failure. A further `reading` asks anew; its answer is kept beside the first. Raises
    EndpointError and AnswerDeferred only.
    """
    keys = {pair.key: pair_key(pair, claims, task, reading) for pair in asked.pairs}
    errors: dict[tuple[str, str], ModelError] = {}
    rounds = 0
    async with store.flight(*keys.values()):
        answered = _stored_cells(keys, store)
        for number, most in enumerate(ROUNDS):
            missing = [pair for pair in asked.pairs if pair.key not in answered]
            size = min(most, -(-len(missing) // 2)) if number else most
            if not missing:
                break
            rounds = number + 1
            parts = [missing[i : i + size] for i in range(0, len(missing), size)]
            raised: list[ModelError] = []
            for part in parts:
                try:
                    # Written out, a smaller request is a list to copy; ranges are for the first, where they save most.
                    request = batch(part, asked.listed), number == 0
                    came = await _ask(*request, claims, model, task)
                    answered |= came
                    await store.put_all({keys[key]: _stored_form(cell) for key, cell in came.items()})
                except (EndpointError, AnswerDeferred):
                    raise
                except ModelError as error:
                    raised.append(error)
                    errors |= {pair.key: error for pair in part}
                    if isinstance(error, HOPELESS):
                        break
            hopeless = any(isinstance(error, HOPELESS) for error in raised)
            if hopeless or size == 1 or (number and len(raised) == len(parts)):
                break
    return Judged(
        judgements=tuple(
            ruled_out(_judgement(pair, answered[pair.key]), claims[pair.left], claims[pair.right])
            for pair in asked.pairs
            if pair.key in answered
        ),
        failures=tuple(
            _failure(pair, errors.get(pair.key), rounds) for pair in asked.pairs if pair.key not in answered
        ),
    )


def stored(
    pairs: Sequence[CandidatePair],
    claims: Mapping[str, Claim],
    store: AnswerStore,
    task: ModelTask,
    *,
    reading: Reading = "first",
) -> dict[tuple[str, str], Judgement]:
    """The pairs whose first pass, or whose further `reading`, is already paid for."""
    cells = _stored_cells({pair.key: pair_key(pair, claims, task, reading) for pair in pairs}, store)
    return {
        pair.key: ruled_out(_judgement(pair, cells[pair.key]), claims[pair.left], claims[pair.right])
        for pair in pairs
        if pair.key in cells
    }


def _stored_cells(keys: Mapping[tuple[str, str], str], store: AnswerStore) -> dict[tuple[str, str], Cell]:
    found = store.get_all(keys.values())
    cells = {pair: understood(Cell, found.get(key)) for pair, key in keys.items()}
    return {pair: cell for pair, cell in cells.items() if cell is not None}


def pair_key(pair: CandidatePair, claims: Mapping[str, Claim], task: ModelTask, reading: Reading = "first") -> str:
    """The key of a pair's answer: both claims as the judge sees them, never the request that carries them."""
    subject: list[JsonValue] = [describe(claims[pair.left]), describe(claims[pair.right])]
    if reading != "first":
        subject.append(reading)
    return task.key(WireJudgements, subject)


async def _ask(
    part: Batch, ranges: bool, claims: Mapping[str, Claim], model: Model, task: ModelTask
) -> dict[tuple[str, str], Cell]:
    """The answered pairs; a cell tells the relation of the pair's left claim to its right one."""
    numbers = part.numbers()
    asked = {(min(numbers[p.left], numbers[p.right]), max(numbers[p.left], numbers[p.right])) for p in part.pairs}
    reply = await model.ask(
        task.request(
            user_text(part, claims, ranges=ranges),
            WireJudgements,
            defects=lambda answer: defects(answer.rows, asked),
        )
    )
    rows = read_rows(reply.value.rows, asked)
    found = {}
    for pair in part.pairs:
        left, right = numbers[pair.left], numbers[pair.right]
        cell = rows.get((left, right)) or (turned(rows[right, left]) if (right, left) in rows else None)
        if cell is not None:
            found[pair.key] = cell
    return found


def _stored_form(cell: Cell) -> JsonValue:
    """The answer without the numbers of the request that happened to carry it."""
    return cell.model_copy(update={"row": 1, "other": 2}).model_dump(mode="json")


def _judgement(pair: CandidatePair, cell: Cell) -> Judgement:
    conflict = Conflict(kind=cell.kind or "other", nature=cell.nature or "direct")
    return Judgement(
        left=pair.left,
        right=pair.right,
        rule=pair.rule,
        also=pair.also,
        relation=cell.relation,
        conflict=conflict if cell.relation == "contradicts" else None,
    )


def _failure(pair: CandidatePair, error: ModelError | None, rounds: int) -> Failure:
    return Failure(
        stage="judging",
        subject=f"{pair.left}|{pair.right}",
        kind=type(error).__name__ if error else "OutputInvalid",
        message=str(error) if error else f"the model gave no relation for this pair in {rounds} requests",
        attempts=error.attempts if error else rounds,
    )
