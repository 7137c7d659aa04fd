"""The second pass: every contradiction read again with full evidence and the sides swapped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from factcheck.errors import AnswerDeferred, EndpointError, ModelError
from factcheck.llm.base import AnswerStore, Model, ModelRequest, answer_key, understood
from factcheck.models import Article, Claim, Conflict, Failure, Judgement, Value
from factcheck.prompts import Prompt, fence
from factcheck.stages.judging.gates import gated
from factcheck.stages.judging.packing import describe
from factcheck.stages.judging.wire import WireConfirmation, WireConfirmations

NEIGHBOURS = 1
"""Sentences shown on each side of an evidence sentence."""
TOKENS_PER_PAIR = 90
"""Output tokens of one confirmation, for estimates."""


class Confirmed(Value):
    """Judgements after the second pass; a suspicion that could not be read again stays, as `possible`."""

    judgements: tuple[Judgement, ...] = ()
    failures: tuple[Failure, ...] = ()


async def confirm(
    suspected: Sequence[Judgement],
    claims: Mapping[str, Claim],
    articles: Mapping[str, Article],
    model: Model,
    store: AnswerStore,
    prompt: Prompt,
    name: str,
) -> Confirmed:
    """Read a small group of suspected contradictions again; raises EndpointError and AnswerDeferred only.

    Both passes must say `contradicts` for a firm contradiction; otherwise it is `possible`. Pairs that the answer
    leaves out are asked again singly.
    """
    shown = {judgement.key: side_by_side(judgement, claims, articles) for judgement in suspected}
    keys = {key: answer_key(prompt.task, prompt.fingerprint, name, _SCHEMA, text) for key, text in shown.items()}
    found: dict[tuple[str, str], WireConfirmation] = {}
    errors: dict[tuple[str, str], ModelError] = {}
    async with store.flight(*keys.values()):
        for size in (len(suspected), 1):
            for judgement in suspected:
                answer = understood(WireConfirmation, store.get(keys[judgement.key]))
                if answer is not None:
                    found[judgement.key] = answer
            missing = [judgement.key for judgement in suspected if judgement.key not in found]
            for group in (missing[i : i + size] for i in range(0, len(missing), size)):
                try:
                    answers = await _ask([shown[key] for key in group], model, prompt, name)
                except (EndpointError, AnswerDeferred):
                    raise
                except ModelError as error:
                    errors |= dict.fromkeys(group, error)
                    continue
                came = {group[number - 1]: confirmation for number, confirmation in answers.items()}
                found |= came
                await store.put_all(
                    {keys[key]: confirmation.model_dump(mode="json") for key, confirmation in came.items()}
                )
    return Confirmed(
        judgements=tuple(_confirmed(j, found.get(j.key), claims) for j in suspected),
        failures=tuple(_failure(j, errors.get(j.key)) for j in suspected if j.key not in found),
    )


_SCHEMA = WireConfirmations.fingerprint()


def stored(
    suspected: Sequence[Judgement],
    claims: Mapping[str, Claim],
    articles: Mapping[str, Article],
    store: AnswerStore,
    prompt: Prompt,
    name: str,
) -> dict[tuple[str, str], Judgement]:
    """The suspected contradictions whose second pass is already paid for."""
    result = {}
    for judgement in suspected:
        text = side_by_side(judgement, claims, articles)
        key = answer_key(prompt.task, prompt.fingerprint, name, _SCHEMA, text)
        answer = understood(WireConfirmation, store.get(key))
        if answer is not None:
            result[judgement.key] = _confirmed(judgement, answer, claims)
    return result


def side_by_side(judgement: Judgement, claims: Mapping[str, Claim], articles: Mapping[str, Article]) -> str:
    """One pair as the second reader sees it; the right claim is A, so that neither pass favours a side."""
    sides = zip("AB", (judgement.right, judgement.left), strict=True)
    return "\n".join(_side(letter, claims[id_], articles[claims[id_].article_id]) for letter, id_ in sides)


def _side(letter: str, claim: Claim, article: Article) -> str:
    published = article.published_at.isoformat() if article.published_at else "unknown"
    lines = [f"{letter} | {describe(claim)}", f"{letter} article published: {published}"]
    evidence = {e.sentence for e in claim.evidence}
    near = {n + step for n in evidence for step in range(-NEIGHBOURS, NEIGHBOURS + 1)}
    for number in sorted(n for n in near if 1 <= n <= len(article.sentences)):
        mark = "*" if number in evidence else " "
        lines.append(f"{letter}{mark} {' '.join(article.quote(number).split())}")
    return "\n".join(lines)


def user_text(suspected: Sequence[Judgement], claims: Mapping[str, Claim], articles: Mapping[str, Article]) -> str:
    """The second pass over a group as the model sees it."""
    return _numbered([side_by_side(judgement, claims, articles) for judgement in suspected])


def expected_tokens(pairs: int) -> int:
    """Output tokens to expect of the second pass over so many pairs."""
    return TOKENS_PER_PAIR * pairs


def _numbered(texts: Sequence[str]) -> str:
    return "\n\n".join(f"Pair {number}\n{fence(text)}" for number, text in enumerate(texts, 1))


async def _ask(texts: Sequence[str], model: Model, prompt: Prompt, name: str) -> dict[int, WireConfirmation]:
    """Number of the text -> answer; numbers that were not asked, or answered twice, are left out."""
    reply = await model.ask(
        ModelRequest(
            task=prompt.task,
            model=name,
            system=prompt.text,
            user=_numbered(texts),
            answer=WireConfirmations,
            check=partial(complaint, texts),
        )
    )
    numbers = [answer.p for answer in reply.value.pairs]
    return {
        a.p: _without_invented_words(a, texts[a.p - 1])
        for a in reply.value.pairs
        if 1 <= a.p <= len(texts) and numbers.count(a.p) == 1
    }


def _without_invented_words(answer: WireConfirmation, text: str) -> WireConfirmation:
    """Clashing words that still do not stand in their side after the re-ask are not shown as its words."""
    side_a, _, side_b = text.partition("\nB | ")
    return answer.model_copy(
        update={
            "aw": answer.aw if answer.aw and stands_in(answer.aw, side_a) else None,
            "bw": answer.bw if answer.bw and stands_in(answer.bw, side_b) else None,
        }
    )


def complaint(texts: Sequence[str], answer: WireConfirmations) -> str | None:
    """What is wrong with an answer: pairs missing, or clashing words that do not stand in the pair."""
    given = {item.p: item for item in answer.pairs}
    problems = [f"pair {n} is missing" for n in range(1, len(texts) + 1) if n not in given]
    for number, item in given.items():
        if item.r != "contradicts" or not 1 <= number <= len(texts):
            continue
        if item.k is None or item.n is None or not item.q:
            problems.append(f"pair {number}: contradicts needs k, n and q")
        side_a, _, side_b = texts[number - 1].partition("\nB | ")
        for key, words, side in (("aw", item.aw, side_a), ("bw", item.bw, side_b)):
            if not words or not stands_in(words, side):
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


def _confirmed(judgement: Judgement, answer: WireConfirmation | None, claims: Mapping[str, Claim]) -> Judgement:
    if answer is None:
        return unconfirmed(judgement)
    if answer.r != "contradicts":
        note = f"a second reading found no contradiction: {answer.why}"
        return judgement.model_copy(update={"certainty": "possible", "note": note})
    first = judgement.conflict
    conflict = Conflict(
        kind=answer.k or (first.kind if first else "other"),
        nature=answer.n or (first.nature if first else "direct"),
        question=answer.q,
        left_words=answer.bw,
        right_words=answer.aw,
        reason=answer.why,
    )
    confirmed = judgement.model_copy(update={"conflict": conflict, "how": "confirmed"})
    return gated(confirmed, claims[judgement.left], claims[judgement.right])


def _failure(judgement: Judgement, error: ModelError | None) -> Failure:
    return Failure(
        stage="confirmation",
        subject=f"{judgement.left}|{judgement.right}",
        kind=type(error).__name__ if error else "OutputInvalid",
        message=str(error) if error else "the model gave no second reading for this pair",
        attempts=error.attempts if error else 2,
    )
