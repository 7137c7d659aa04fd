"""The second pass: every contradiction read again with full evidence and the sides swapped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from pydantic import JsonValue

from factcheck.errors import AnswerDeferred, EndpointError, ModelError
from factcheck.llm.base import AnswerStore, Model, ModelTask, understood
from factcheck.llm.usage import estimate_tokens
from factcheck.models import Article, CandidatePair, Claim, Conflict, Failure, Judgement, Value
from factcheck.stages.judging.evidence import side, sides, user_text
from factcheck.stages.judging.gates import gated
from factcheck.stages.judging.packing import Batch, batch
from factcheck.stages.judging.wire import WireConfirmation, WireConfirmations

TOKENS_PER_PAIR = 90
"""Output tokens of one confirmation, for estimates."""


class Confirmed(Value):
    """Judgements after the second pass; a suspicion that could not be read again stays, as `possible`."""

    judgements: tuple[Judgement, ...] = ()
    failures: tuple[Failure, ...] = ()


async def confirm(
    group: Batch,
    suspected: Mapping[Pair, Judgement],
    claims: Mapping[str, Claim],
    articles: Mapping[str, Article],
    model: Model,
    store: AnswerStore,
    task: ModelTask,
    *,
    vote: int = 1,
) -> Confirmed:
    """Read the suspected contradictions of a group again; raises EndpointError and AnswerDeferred only.

    Both passes must say `contradicts` for a firm contradiction; otherwise it is `possible`. Pairs that the answer
    leaves out are asked again in smaller groups, then singly. `vote` is the number of the reading when a pair gets
    several; each has its own answers.
    """
    seen = _seen(group.pairs, claims, articles)
    keys = {pair: reading_key(texts, task, vote) for pair, texts in seen.items()}
    found: dict[Pair, WireConfirmation] = {}
    errors: dict[Pair, ModelError] = {}
    async with store.flight(*keys.values()):
        for size in (len(group.pairs), 4, 1):
            for pair, key in keys.items():
                answer = understood(WireConfirmation, store.get(key))
                if answer is not None:
                    found[pair] = answer
            missing = [pair for pair in group.pairs if pair.key not in found]
            for part in (batch(missing[i : i + size], group.listed) for i in range(0, len(missing), size)):
                try:
                    answers = await _ask(part, seen, claims, articles, model, task, vote)
                except (EndpointError, AnswerDeferred):
                    raise
                except ModelError as error:
                    errors |= dict.fromkeys((pair.key for pair in part.pairs), error)
                    continue
                found |= answers
                await store.put_all({keys[pair]: answer.model_dump(mode="json") for pair, answer in answers.items()})
    a_of = {pair: a for pair, (a, _) in sides(group.pairs, claims).items()}
    readings = [(suspected[pair.key], found.get(pair.key)) for pair in group.pairs]
    return Confirmed(
        judgements=tuple(_confirmed(first, answer, claims, articles, a_of[first.key]) for first, answer in readings),
        failures=tuple(_failure(first, errors.get(first.key)) for first, answer in readings if answer is None),
    )


Pair = tuple[str, str]
Sides = tuple[str, str]
"""Sides A and B of a pair, each with its evidence."""


def stored(
    suspected: Sequence[Judgement],
    claims: Mapping[str, Claim],
    articles: Mapping[str, Article],
    store: AnswerStore,
    task: ModelTask,
    *,
    vote: int = 1,
) -> dict[Pair, Judgement]:
    """The suspected contradictions whose second pass, in its reading number `vote`, is already paid for."""
    pairs = [as_pair(judgement) for judgement in suspected]
    seen, a_of = _seen(pairs, claims, articles), {pair: a for pair, (a, _) in sides(pairs, claims).items()}
    keys = {judgement.key: reading_key(seen[judgement.key], task, vote) for judgement in suspected}
    found, result = store.get_all(keys.values()), {}
    for judgement in suspected:
        answer = understood(WireConfirmation, found.get(keys[judgement.key]))
        if answer is not None:
            result[judgement.key] = _confirmed(judgement, answer, claims, articles, a_of[judgement.key])
    return result


def as_pair(judgement: Judgement) -> CandidatePair:
    """The pair that a judgement is about."""
    return CandidatePair(left=judgement.left, right=judgement.right, rule=judgement.rule)


def reading_key(texts: Sides, task: ModelTask, vote: int = 1) -> str:
    """The key of a second reading: both sides with their evidence, never the group in which they were shown."""
    subject: list[JsonValue] = [*texts, vote] if vote > 1 else [*texts]
    return task.key(WireConfirmations, subject)


def majority(readings: Sequence[Judgement], votes: int) -> Judgement:
    """What `votes` second readings of one pair come to, given those that were answered, in their order.

    Firm needs more than half of all votes that were asked for, so that a lost reading never makes a contradiction.
    The first reading of the majority speaks for it, and the note tells the count.
    """
    found = [j for j in readings if j.how == "confirmed" and j.relation == "contradicts" and j.certainty == "firm"]
    others = [j for j in readings if j not in found]
    note = f"{len(found)} of {votes} second readings found the contradiction"
    if 2 * len(found) > votes:
        chosen = found[0]
    elif others:
        chosen = others[0]
    else:
        chosen = found[0].model_copy(update={"certainty": "possible"})
    return chosen.model_copy(update={"note": f"{note}; {chosen.note}" if chosen.note else note})


def weights(
    pairs: Sequence[CandidatePair], claims: Mapping[str, Claim], articles: Mapping[str, Article]
) -> dict[str, int]:
    """Claim id -> prompt tokens of the claim with its evidence, on the high side: neighbours may share sentences."""
    ids = {id_ for pair in pairs for id_ in pair.key}
    return {id_: estimate_tokens(side(claims[id_], articles[claims[id_].article_id])) for id_ in ids}


def _seen(
    pairs: Sequence[CandidatePair], claims: Mapping[str, Claim], articles: Mapping[str, Article]
) -> dict[Pair, Sides]:
    shown = {id_: side(claims[id_], articles[claims[id_].article_id]) for pair in pairs for id_ in pair.key}
    return {pair: (shown[a], shown[b]) for pair, (a, b) in sides(pairs, claims).items()}


def expected_tokens(pairs: int) -> int:
    """Output tokens to expect of the second pass over so many pairs."""
    return TOKENS_PER_PAIR * pairs


async def _ask(
    part: Batch,
    seen: Mapping[Pair, Sides],
    claims: Mapping[str, Claim],
    articles: Mapping[str, Article],
    model: Model,
    task: ModelTask,
    vote: int,
) -> dict[Pair, WireConfirmation]:
    """The pairs that were answered once, with their answers."""
    texts = [seen[pair.key] for pair in part.pairs]
    reply = await model.ask(
        task.request(
            user_text(part, claims, articles, vote),
            WireConfirmations,
            check=partial(complaint, texts),
            defects=partial(_defects, len(texts)),
        )
    )
    numbers = [answer.p for answer in reply.value.pairs]
    return {
        part.pairs[a.p - 1].key: _without_invented_words(a, texts[a.p - 1]).model_copy(update={"p": 1})
        for a in reply.value.pairs
        if 1 <= a.p <= len(texts) and numbers.count(a.p) == 1
    }


def _defects(asked: int, answer: WireConfirmations) -> Iterator[str]:
    """What an answer lacks, by kind, once per pair."""
    times = Counter(item.p for item in answer.pairs)
    yield from ("pair_unknown" for number in times if not 1 <= number <= asked)
    yield from ("pair_twice" for number, count in times.items() if count > 1 and 1 <= number <= asked)
    yield from ("pair_missing" for number in range(1, asked + 1) if number not in times)


def _without_invented_words(answer: WireConfirmation, texts: Sides) -> WireConfirmation:
    """Clashing words that still do not stand in their side after the re-ask are not shown as its words."""
    return answer.model_copy(
        update={
            "aw": answer.aw if answer.aw and stands_in(answer.aw, texts[0]) else None,
            "bw": answer.bw if answer.bw and stands_in(answer.bw, texts[1]) else None,
        }
    )


def complaint(texts: Sequence[Sides], answer: WireConfirmations) -> str | None:
    """What is wrong with an answer: pairs missing, or clashing words that do not stand in the pair."""
    given = {item.p: item for item in answer.pairs}
    problems = [f"pair {n} is missing" for n in range(1, len(texts) + 1) if n not in given]
    for number, item in given.items():
        if item.r != "contradicts" or not 1 <= number <= len(texts):
            continue
        if item.k is None or item.n is None or not item.q:
            problems.append(f"pair {number}: contradicts needs k, n and q")
        for key, words, shown in zip(("aw", "bw"), (item.aw, item.bw), texts[number - 1], strict=True):
            if not words or not stands_in(words, shown):
                problems.append(f'pair {number}: {key} "{(words or "")[:40]}" does not stand so in its side')
    return "; ".join(problems[:4]) or None


def stands_in(words: str, side: str) -> bool:
    """Whether the words stand in the text, but for case, spacing and the kind of quotation marks."""
    return _folded(words) in _folded(side)


def _folded(text: str) -> str:
    return " ".join(text.casefold().translate(_QUOTES).split())


_QUOTES = str.maketrans({"“": '"', "”": '"', "«": '"', "»": '"', "„": '"', "’": "'", "‘": "'"})


def unconfirmed(judgement: Judgement) -> Judgement:
    """A suspicion whose second pass failed: possible, never firm."""
    return judgement.model_copy(update={"certainty": "possible", "note": "it could not be read a second time"})


def _confirmed(
    judgement: Judgement,
    answer: WireConfirmation | None,
    claims: Mapping[str, Claim],
    articles: Mapping[str, Article],
    side_a: str,
) -> Judgement:
    left, right = claims[judgement.left], claims[judgement.right]
    if answer is None:
        return gated(unconfirmed(judgement), left, right, articles)
    if answer.r != "contradicts":
        note = f"a second reading found no contradiction: {answer.why}"
        return gated(judgement.model_copy(update={"certainty": "possible", "note": note}), left, right, articles)
    first = judgement.conflict
    words = (answer.aw, answer.bw) if side_a == judgement.left else (answer.bw, answer.aw)
    conflict = Conflict(
        kind=answer.k or (first.kind if first else "other"),
        nature=answer.n or (first.nature if first else "direct"),
        question=answer.q,
        left_words=words[0],
        right_words=words[1],
        reason=answer.why,
    )
    update = {"conflict": conflict, "how": "confirmed", "certainty": "firm", "note": None}
    return gated(judgement.model_copy(update=update), left, right, articles)


def _failure(judgement: Judgement, error: ModelError | None) -> Failure:
    return Failure(
        stage="confirmation",
        subject=f"{judgement.left}|{judgement.right}",
        kind=type(error).__name__ if error else "OutputInvalid",
        message=str(error) if error else "the model gave no second reading for this pair",
        attempts=error.attempts if error else 2,
    )
