"""What a model is to the rest of the house: the request, the reply, the store of answers already paid for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Generic, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from factcheck.errors import BudgetExceeded, ModelUnavailable
from factcheck.models import tagged_hash
from factcheck.prompts import Prompt


class StrictSchema(GenerateJsonSchema):
    """JSON schema that strict structured output accepts: `anyOf` without discriminator, no defaults or lengths.

    The rules are those OpenAI publishes for structured outputs; pydantic still validates with the discriminator.
    """

    def tagged_union_schema(self, schema: Any) -> JsonSchemaValue:
        """`anyOf` instead of `oneOf` with a discriminator."""
        js = super().tagged_union_schema(schema)
        js.pop("discriminator", None)
        if "oneOf" in js:
            js["anyOf"] = js.pop("oneOf")
        return js

    def default_schema(self, schema: Any) -> JsonSchemaValue:
        """No `default`: strict mode requires every property."""
        js = super().default_schema(schema)
        js.pop("default", None)
        return js

    def str_schema(self, schema: Any) -> JsonSchemaValue:
        """No length bounds: strict mode refuses them, pydantic checks them after."""
        js = super().str_schema(schema)
        js.pop("minLength", None)
        js.pop("maxLength", None)
        return js


class WireModel(BaseModel):
    """Base of what a model must answer; `wire_schema()` is what it is shown."""

    model_config = ConfigDict(extra="forbid")

    @classmethod
    def wire_schema(cls) -> dict[str, Any]:
        """The strict-clean JSON schema of this answer: all required, objects closed, no titles or descriptions."""
        return _wire_schema(cls)

    @classmethod
    def fingerprint(cls) -> str:
        """Of the schema: an answer of another shape is another answer."""
        return _fingerprint(cls)


@lru_cache(maxsize=64)
def _wire_schema(model: type[WireModel]) -> dict[str, Any]:
    schema = model.model_json_schema(schema_generator=StrictSchema)
    _close(schema)
    return schema


@lru_cache(maxsize=64)
def _fingerprint(model: type[WireModel]) -> str:
    return tagged_hash(model.wire_schema())


def _close(node: Any) -> None:
    if isinstance(node, list):
        for item in node:
            _close(item)
    elif isinstance(node, dict):
        for word in ("title", "description"):
            # What fields mean stands in the prompt, where every server shows it; here it would be paid for twice.
            if isinstance(node.get(word), str):
                node.pop(word)
        if node.get("type") == "object" and "properties" in node:
            node["required"] = list(node["properties"])
            node["additionalProperties"] = False
        for value in node.values():
            _close(value)


HOPELESS = (BudgetExceeded, ModelUnavailable)
"""What a smaller request would meet again."""
Answer = TypeVar("Answer", bound=WireModel)
Stored = TypeVar("Stored", bound=BaseModel)


@dataclass(frozen=True)
class ModelRequest(Generic[Answer]):
    """One question to a model, complete in itself."""

    task: str
    """Prompt task, such as `extract_claims`."""
    model: str
    system: str
    """The static instructions; byte-identical over a run so that providers can cache the prefix."""
    user: str
    """The article-dependent text, fenced by the caller."""
    answer: type[Answer]
    check: Callable[[Answer], str | None] | None = field(default=None, compare=False)
    """Says in one short line what is wrong with an answer that fits the schema; a complaint costs the one re-ask."""
    defects: Callable[[Answer], Iterable[str]] | None = field(default=None, compare=False)
    """What single items of an answer lack, by kind, one word each; counted in `Usage.faults`, costs nothing."""


@dataclass(frozen=True)
class ModelTask:
    """A released prompt, and the model that is to follow it."""

    prompt: Prompt
    model: str
    """Its name on the wire."""

    def request(
        self,
        user: str,
        answer: type[Answer],
        check: Callable[[Answer], str | None] | None = None,
        defects: Callable[[Answer], Iterable[str]] | None = None,
    ) -> ModelRequest[Answer]:
        """The question about `user`, see `ModelRequest`."""
        return ModelRequest(self.prompt.task, self.model, self.prompt.text, user, answer, check, defects)

    def key(self, answer: type[WireModel], subject: JsonValue) -> str:
        """The key of the answer about `subject`, see `answer_key`."""
        return answer_key(self.prompt.task, self.prompt.fingerprint, self.model, answer.fingerprint(), subject)


@dataclass(frozen=True)
class ModelReply(Generic[Answer]):
    """A valid answer; `complaint` is what the check still says of it after the re-ask, None when it is content."""

    value: Answer
    complaint: str | None = None


class Model(Protocol):
    """Anything that answers requests."""

    async def ask(self, request: ModelRequest[Answer]) -> ModelReply[Answer]:
        """Answer one request; at most one re-ask. Raises a subclass of ModelError, nothing else."""


class Embedder(Protocol):
    """Anything that turns texts into vectors."""

    async def embed(self, texts: Sequence[str], model: str) -> Sequence[tuple[float, ...]]:
        """One vector per text, in order, all of one length. Raises a subclass of ModelError, nothing else."""


class AnswerStore(Protocol):
    """Answers already paid for, by key."""

    def get(self, key: str) -> JsonValue | None:
        """The stored answer, or None; an unreadable entry is set aside and counts as None."""

    def get_all(self, keys: Iterable[str]) -> dict[str, JsonValue]:
        """Those of the answers that are stored; to be preferred to many `get`, which may each be a way to go."""

    async def put(self, key: str, value: JsonValue) -> None:
        """Keep an answer; failures are never put."""

    async def put_all(self, answers: Mapping[str, JsonValue]) -> None:
        """Keep answers that came together, all or none of them."""

    def flight(self, *keys: str) -> AbstractAsyncContextManager[None]:
        """Held by the one task (over processes too) that asks for these keys; others wait, then find them stored."""


def understood(model: type[Stored], value: JsonValue | None) -> Stored | None:
    """A stored answer as `model`, or None when there is none or it has another shape: then it is asked for anew.

    The key tells one wire schema from another; what is stored of it can still change from one version to the next.
    """
    try:
        return None if value is None else model.model_validate(value)
    except ValidationError:
        return None


def answer_key(task: str, prompt: str, model: str, schema: str, subject: JsonValue) -> str:
    """Key of an answer: everything that affects it, and nothing else.

    In the key: task, prompt fingerprint, model name, fingerprint of the answer's schema, subject (the exact article or
    pair as shown to the model). Left out on purpose: time-outs, concurrency, retries, the request that happened to
    carry it. The endpoint's address is added by the store, which belongs to one endpoint. Task and model stand behind
    the hash once more in clear, so that a store can say what it holds.
    """
    whole = tagged_hash({"task": task, "prompt": prompt, "model": model, "schema": schema, "subject": subject})
    return f"{whole} {task} {model}"
