"""The first pass: relation codes for many pairs a request; what the answer leaves out is asked again, smaller."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import JsonValue

from factcheck.errors import AnswerDeferred, BudgetExceeded, EndpointError, ModelError, ModelUnavailable
from factcheck.llm.base import AnswerStore, Model, ModelRequest, answer_key, understood
from factcheck.models import CandidatePair, Claim, Conflict, Failure, Judgement, Value
from factcheck.prompts import Prompt
from factcheck.stages.judging.gates import gated
from factcheck.stages.judging.packing import Batch, batch, describe, user_text
from factcheck.stages.judging.wire import Cell, WireJudgements, read_rows, turned

TOKENS_PER_PAIR = 4
"""Output tokens of one relation code, for estimates."""


def expected_tokens(pairs: int) -> int:
    """Output tokens to expect of the first pass over so many pairs."""
    return TOKENS_PER_PAIR * pairs


class Judged(Value):
    """What became of the pairs of one batch: each is judged or failed."""

    judgements: tuple[Judgement, ...] = ()
    failures: tuple[Failure, ...] = ()


async def judge(
    asked: Batch, claims: Mapping[str, Claim], model: Model, store: AnswerStore, prompt: Prompt, name: str
) -> Judged:
    """Judge every pair of a batch: together, the unanswered ones again in a smaller request, then each singly.

    The rounds end early when a smaller request cannot help: the endpoint was unavailable through all retries, a limit
    of the user's was reached, or a whole round brought nothing but errors. A pair that is still unanswered becomes a
    Failure. Raises EndpointError and AnswerDeferred only.
    """
    errors: dict[tuple[str, str], ModelError] = {}
    async with store.flight(*(pair_key(pair, claims, prompt, name) for pair in asked.pairs)):
        answered = _stored_cells(asked.pairs, claims, store, prompt, name)
        for round_ in _rounds:
            missing = [pair for pair in asked.pairs if pair.key not in answered]
            raised: list[ModelError] = []
            parts = round_(missing)
            for part in parts:
                try:
                    answered |= await _ask(batch(part, asked.listed), claims, model, store, prompt, name)
                except (EndpointError, AnswerDeferred):
                    raise
                except ModelError as error:
                    raised.append(error)
                    errors |= {pair.key: error for pair in part}
                    if isinstance(error, _HOPELESS):
                        break
            if any(isinstance(error, _HOPELESS) for error in raised) or (
                round_ is _smaller and len(raised) == len(parts)
            ):
                break
    return Judged(
        judgements=tuple(
            gated(_judgement(pair, answered[pair.key]), claims[pair.left], claims[pair.right])
            for pair in asked.pairs
            if pair.key in answered
        ),
        failures=tuple(_failure(pair, errors.get(pair.key)) for pair in asked.pairs if pair.key not in answered),
    )


def stored(
    pairs: Sequence[CandidatePair], claims: Mapping[str, Claim], store: AnswerStore, prompt: Prompt, name: str
) -> dict[tuple[str, str], Judgement]:
    """The pairs whose first pass is already paid for."""
    cells = _stored_cells(pairs, claims, store, prompt, name)
    return {
        pair.key: gated(_judgement(pair, cells[pair.key]), claims[pair.left], claims[pair.right])
        for pair in pairs
        if pair.key in cells
    }


def _stored_cells(
    pairs: Sequence[CandidatePair], claims: Mapping[str, Claim], store: AnswerStore, prompt: Prompt, name: str
) -> dict[tuple[str, str], Cell]:
    cells = {pair.key: understood(Cell, store.get(pair_key(pair, claims, prompt, name))) for pair in pairs}
    return {key: cell for key, cell in cells.items() if cell is not None}


def pair_key(pair: CandidatePair, claims: Mapping[str, Claim], prompt: Prompt, name: str) -> str:
    """The key of a pair's answer: both claims as the judge sees them, never the request that carries them."""
    subject: JsonValue = [describe(claims[pair.left]), describe(claims[pair.right])]
    return answer_key(prompt.task, prompt.fingerprint, name, WireJudgements.fingerprint(), subject)


def _together(pairs: Sequence[CandidatePair]) -> list[Sequence[CandidatePair]]:
    return [pairs] if pairs else []


def _smaller(pairs: Sequence[CandidatePair]) -> list[Sequence[CandidatePair]]:
    size = max(1, min(20, -(-len(pairs) // 2)))
    return [pairs[i : i + size] for i in range(0, len(pairs), size)]


def _singly(pairs: Sequence[CandidatePair]) -> list[Sequence[CandidatePair]]:
    return [[pair] for pair in pairs]


_HOPELESS = (BudgetExceeded, ModelUnavailable)
"""What a smaller request would meet again."""
_rounds = (_together, _smaller, _singly)


async def _ask(
    part: Batch, claims: Mapping[str, Claim], model: Model, store: AnswerStore, prompt: Prompt, name: str
) -> dict[tuple[str, str], Cell]:
    """The answered pairs; a cell tells the relation of the pair's left claim to its right one."""
    numbers = part.numbers()
    reply = await model.ask(
        ModelRequest(
            task=prompt.task,
            model=name,
            system=prompt.text,
            user=user_text(part, claims),
            answer=WireJudgements,
        )
    )
    asked = {(min(numbers[p.left], numbers[p.right]), max(numbers[p.left], numbers[p.right])) for p in part.pairs}
    rows = read_rows(reply.value.rows, asked)
    found = {}
    for pair in part.pairs:
        left, right = numbers[pair.left], numbers[pair.right]
        cell = rows.get((left, right)) or (turned(rows[right, left]) if (right, left) in rows else None)
        if cell is not None:
            found[pair.key] = cell
    keys = {pair.key: pair_key(pair, claims, prompt, name) for pair in part.pairs}
    await store.put_all({keys[key]: _stored_form(cell) for key, cell in found.items()})
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


def _failure(pair: CandidatePair, error: ModelError | None) -> Failure:
    return Failure(
        stage="judging",
        subject=f"{pair.left}|{pair.right}",
        kind=type(error).__name__ if error else "OutputInvalid",
        message=str(error) if error else "the model gave no relation for this pair in three requests",
        attempts=error.attempts if error else len(_rounds),
    )
