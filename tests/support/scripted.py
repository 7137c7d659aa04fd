"""A model of the tests' own: answers by a function of the request, and remembers what it was asked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from pydantic import JsonValue

from factcheck.llm.base import Answer, ModelReply, ModelRequest
from factcheck.models import Article, Sentence, tagged_hash


class ScriptedModel:
    """Answers each request with what `answer` returns for it, checked like a real answer; raises what it raises."""

    def __init__(self, answer: Callable[[ModelRequest[Any]], Mapping[str, Any]]) -> None:
        self._answer = answer
        self.requests: list[ModelRequest[Any]] = []

    async def ask(self, request: ModelRequest[Answer]) -> ModelReply[Answer]:
        """One answer, and what the request's own check says of it."""
        self.requests.append(request)
        value = request.answer.model_validate(self._answer(request))
        return ModelReply(value, request.check(value) if request.check else None)


class DictStore:
    """An AnswerStore over a dict."""

    def __init__(self) -> None:
        self.answers: dict[str, JsonValue] = {}

    def get(self, key: str) -> JsonValue | None:
        """The stored answer, or None."""
        return self.answers.get(key)

    def get_all(self, keys: Iterable[str]) -> dict[str, JsonValue]:
        """Those of the answers that are stored."""
        return {key: value for key in keys if (value := self.get(key)) is not None}

    async def put(self, key: str, value: JsonValue) -> None:
        """Keep an answer."""
        self.answers[key] = value

    async def put_all(self, answers: Mapping[str, JsonValue]) -> None:
        """Keep answers."""
        self.answers.update(answers)

    @asynccontextmanager
    async def flight(self, *keys: str) -> AsyncIterator[None]:
        """No waiting: tests ask in turn."""
        assert all(keys)
        yield


def article(*paragraphs: list[str], language: str = "en", **fields: Any) -> Article:
    """An article of paragraphs of sentences; a sentence that begins with `# ` is a headline."""
    text, sentences = "", list[Sentence]()
    for number, paragraph in enumerate(paragraphs, 1):
        text += "\n\n" if text else ""
        for index, marked in enumerate(paragraph):
            text += " " if index else ""
            headline, words = marked.startswith("# "), marked.removeprefix("# ")
            sentences.append(
                Sentence(
                    number=len(sentences) + 1,
                    start=len(text),
                    end=len(text) + len(words),
                    paragraph=number,
                    headline=headline,
                )
            )
            text += words
    return Article(
        id=tagged_hash([text, fields.get("publisher")]),
        path=fields.pop("path", "a.txt"),
        language=language,
        text=text,
        sentences=tuple(sentences),
        **fields,
    )
