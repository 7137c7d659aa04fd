"""The extraction of one article: ask, check, ask once more, build; answers already paid for are not asked again."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial

from factcheck.errors import RequestTooBig
from factcheck.llm.base import AnswerStore, Model, ModelReply, ModelTask, understood
from factcheck.models import Article, Extraction
from factcheck.stages.extraction.asking import Window, halves, user_text, windows, windows_of
from factcheck.stages.extraction.building import build
from factcheck.stages.extraction.checking import complaint, defects, worth_keeping
from factcheck.stages.extraction.sharing import Borrowed, borrow, outgrown, unshared
from factcheck.stages.extraction.wire import WireExtraction

TOKENS_PER_SENTENCE = 90
"""Output tokens that a sentence of the article costs on average, for estimates; a claim and a half of 60 tokens."""


async def extract(
    article: Article, model: Model, store: AnswerStore, task: ModelTask, original: Article | None = None
) -> Extraction:
    """The claims of one article, from one request per window.

    `original` is the article that this one is a copy of, when that has been asked: then only what this one does not
    share is asked. Raises ModelError when a window gave no usable answer: an article is extracted whole or not at all,
    because a claim missing from a report reads like silence of the article.
    """
    borrowed = None if original is None else _borrowed(article, original, store, task)
    if borrowed is not None:
        own = windows_of(article, borrowed.own(article))
        asked, answers, notes = await _answers(article, own, model, store, task)
        assert original is not None
        if not outgrown(article, original, answers):
            shared = borrowed.sentences
            whole = Window(first=shared[0], last=shared[-1], only=shared)
            extraction = build(article, [borrowed.answer, *answers], [whole, *asked])
            return extraction.model_copy(update={"notes": (*extraction.notes, *notes), "taken_over": shared})
    asked, answers, notes = await _answers(article, windows(article), model, store, task)
    extraction = build(article, answers, None if len(asked) == len(windows(article)) else asked)
    return extraction.model_copy(update={"notes": (*extraction.notes, *notes)})


async def _answers(
    article: Article, asked: Sequence[Window], model: Model, store: AnswerStore, task: ModelTask
) -> tuple[list[Window], list[WireExtraction], list[str]]:
    """The windows as they were asked, side by side, their answers, and a note for each that is kept with doubts."""
    outcomes = await asyncio.gather(
        *(_ask(article, window, model, store, task) for window in asked), return_exceptions=True
    )
    parts: list[Window] = []
    answers, notes = [], []
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
        for part, reply in outcome:
            parts.append(part)
            answers.append(reply.value)
            if reply.complaint:
                notes.append(f"kept with doubts after the re-ask: {reply.complaint}")
    return parts, answers, notes


def _borrowed(article: Article, original: Article, store: AnswerStore, task: ModelTask) -> Borrowed | None:
    """What the article takes over; None when it is nothing or the answers to the original are not there."""
    answers = _stored(original, windows(original), store, task)
    return None if answers is None else borrow(article, original, answers)


def _stored(
    article: Article, asked: Sequence[Window], store: AnswerStore, task: ModelTask
) -> list[WireExtraction] | None:
    """The answers to these windows, or to their halves, when all of them are paid for."""
    found = []
    for window in asked:
        answer = understood(WireExtraction, store.get(task.key(WireExtraction, user_text(article, window))))
        if answer is not None:
            found.append(answer)
            continue
        parts = halves(article, window)
        answers = _stored(article, parts, store, task) if parts else None
        if answers is None:
            return None
        found += answers
    return found


def is_stored(article: Article, store: AnswerStore, task: ModelTask, original: Article | None = None) -> bool:
    """Whether all that `extract` would ask, with the same `original`, is already paid for."""
    borrowed = None if original is None else _borrowed(article, original, store, task)
    if borrowed is not None:
        assert original is not None
        own = _stored(article, windows_of(article, borrowed.own(article)), store, task)
        if own is None:
            return False
        if not outgrown(article, original, own):
            return True
    return _stored(article, windows(article), store, task) is not None


def requests(article: Article, original: Article | None = None) -> tuple[str, ...]:
    """The user texts of the article's requests, one per window; of a copy those that are certain before it is read."""
    asked = windows(article)
    if original is not None and len(own := unshared(article, original)) < len(article.sentences):
        asked = windows_of(article, own)
    return tuple(user_text(article, window) for window in asked)


def expected_tokens(articles: Sequence[Article], originals: Mapping[str, Article] | None = None) -> int:
    """Output tokens to expect of the extraction of these articles; `originals`: id of a copy -> what it repeats."""
    known = originals or {}
    return TOKENS_PER_SENTENCE * sum(
        len(unshared(article, known[article.id])) if article.id in known else len(article.sentences)
        for article in articles
    )


async def _ask(
    article: Article, window: Window, model: Model, store: AnswerStore, task: ModelTask
) -> list[tuple[Window, ModelReply[WireExtraction]]]:
    """The reply to a window; to its halves, one after the other, when the whole is too long for the model.

    Halves that are paid for are used without asking for the whole again.
    """
    user = user_text(article, window)
    key = task.key(WireExtraction, user)
    parts = halves(article, window)
    async with store.flight(key):
        answer = understood(WireExtraction, store.get(key))
        if answer is not None:
            return [(window, ModelReply(answer, complaint(article, window, answer)))]
        if not parts or _stored(article, parts, store, task) is None:
            try:
                checks = partial(complaint, article, window), partial(defects, article, window)
                reply = await model.ask(task.request(user, WireExtraction, *checks))
            except RequestTooBig:
                if not parts:
                    raise
            else:
                if worth_keeping(article, window, reply.value):
                    await store.put(key, reply.value.model_dump(mode="json", by_alias=True))
                return [(window, reply)]
    found = []
    for part in parts:
        found += await _ask(article, part, model, store, task)
    return found
