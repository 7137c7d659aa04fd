"""The extraction of one article: ask, check, ask once more, build; answers already paid for are not asked again."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from factcheck.llm.base import AnswerStore, Model, ModelReply, ModelRequest, answer_key, understood
from factcheck.models import Article, Extraction
from factcheck.prompts import Prompt
from factcheck.stages.extraction.asking import Window, user_text, windows
from factcheck.stages.extraction.building import build
from factcheck.stages.extraction.checking import complaint
from factcheck.stages.extraction.wire import WireExtraction

TOKENS_PER_SENTENCE = 90
"""Output tokens that a sentence of the article costs on average, for estimates; a claim and a half of 60 tokens."""


async def extract(article: Article, model: Model, store: AnswerStore, prompt: Prompt, name: str) -> Extraction:
    """The claims of one article, from one request per window.

    `name` is the model's name on the wire. Raises ModelError when a window gave no usable answer: an article is
    extracted whole or not at all, because a claim missing from a report reads like silence of the article.
    """
    answers, notes = [], []
    for window in windows(article):
        reply = await _ask(article, window, model, store, prompt, name)
        answers.append(reply.value)
        if reply.complaint:
            notes.append(f"kept with doubts after the re-ask: {reply.complaint}")
    extraction = build(article, answers)
    return extraction.model_copy(update={"notes": (*extraction.notes, *notes)})


def is_stored(article: Article, store: AnswerStore, prompt: Prompt, name: str) -> bool:
    """Whether every window of the article is already paid for."""
    keys = (_key(user_text(article, window), prompt, name) for window in windows(article))
    return all(understood(WireExtraction, store.get(key)) is not None for key in keys)


def requests(article: Article) -> tuple[str, ...]:
    """The user texts of the article's requests, one per window."""
    return tuple(user_text(article, window) for window in windows(article))


def expected_tokens(articles: Sequence[Article]) -> int:
    """Output tokens to expect of the extraction of these articles."""
    return TOKENS_PER_SENTENCE * sum(len(article.sentences) for article in articles)


async def _ask(
    article: Article, window: Window, model: Model, store: AnswerStore, prompt: Prompt, name: str
) -> ModelReply[WireExtraction]:
    user = user_text(article, window)
    key = _key(user, prompt, name)
    async with store.flight(key):
        answer = understood(WireExtraction, store.get(key))
        if answer is not None:
            return ModelReply(answer, complaint(article, window, answer))
        reply = await model.ask(
            ModelRequest(
                task=prompt.task,
                model=name,
                system=prompt.text,
                user=user,
                answer=WireExtraction,
                check=partial(complaint, article, window),
            )
        )
        await store.put(key, reply.value.model_dump(mode="json", by_alias=True))
        return reply


def _key(user: str, prompt: Prompt, name: str) -> str:
    return answer_key(prompt.task, prompt.fingerprint, name, WireExtraction.fingerprint(), user)
