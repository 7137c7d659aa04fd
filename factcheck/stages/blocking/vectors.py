"""Vectors of claims by the user's embedding model: asked for once per text, and what failed is data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import FiniteFloat, JsonValue, TypeAdapter, ValidationError

from factcheck.errors import EndpointError, ModelError
from factcheck.llm.base import HOPELESS, AnswerStore, Embedder, answer_key
from factcheck.models import Failure, Value, tagged_hash
from factcheck.stages.blocking.subjects import Subject

TEXTS_PER_REQUEST = 128
"""Servers take from 64 to 2,048 texts a request."""
DECIMALS = 5
"""To which components are kept: more changes no ranking and doubles what the cache holds."""
_VECTOR = TypeAdapter(tuple[FiniteFloat, ...])


class VectorBatch(Value):
    """The claims of one request: ids and texts."""

    ids: tuple[str, ...]
    texts: tuple[str, ...]


class Vectors(Value):
    """What became of the claims: each has a vector or a failure."""

    by_claim: dict[str, tuple[float, ...]]
    failures: tuple[Failure, ...] = ()
    cached: int = 0
    """Vectors that were already paid for."""


def vector_batches(subjects: Sequence[Subject], known: Mapping[str, object]) -> tuple[VectorBatch, ...]:
    """The requests for the claims that are not in `known`."""
    rows = [(s.id, _shown(s)) for s in subjects if s.id not in known]
    parts = (rows[i : i + TEXTS_PER_REQUEST] for i in range(0, len(rows), TEXTS_PER_REQUEST))
    return tuple(VectorBatch(ids=tuple(i for i, _ in part), texts=tuple(t for _, t in part)) for part in parts)


def stored_vectors(subjects: Sequence[Subject], store: AnswerStore, name: str) -> dict[str, tuple[float, ...]]:
    """Claim id -> vector, for the claims whose vector is already paid for."""
    keys = {subject.id: vector_key(_shown(subject), name) for subject in subjects}
    answers = store.get_all(keys.values())
    found = {id_: _understood(answers.get(key)) for id_, key in keys.items()}
    return {id_: vector for id_, vector in found.items() if vector is not None}


def vector_key(text: str, name: str) -> str:
    """The key of a text's vector: the text and the model's name."""
    return answer_key("embed", "", name, "vector/1", text)


async def embed(batch: VectorBatch, embedder: Embedder, store: AnswerStore, name: str) -> Vectors:
    """The vectors of one batch; when it fails for its own sake its halves are tried once.

    Raises EndpointError only, which stops the run.
    """
    async with store.flight(tagged_hash([vector_key(text, name) for text in batch.texts])):
        try:
            return await _ask(batch, embedder, store, name)
        except EndpointError:
            raise
        except ModelError as error:
            if isinstance(error, HOPELESS) or len(batch.ids) == 1:
                return Vectors(by_claim={}, failures=_failures(batch, error))
        found, failures, middle = dict[str, tuple[float, ...]](), list[Failure](), len(batch.ids) // 2
        for part in (slice(None, middle), slice(middle, None)):
            half = VectorBatch(ids=batch.ids[part], texts=batch.texts[part])
            try:
                found |= (await _ask(half, embedder, store, name)).by_claim
            except EndpointError:
                raise
            except ModelError as error:
                failures += _failures(half, error)
        return Vectors(by_claim=found, failures=tuple(failures))


async def _ask(batch: VectorBatch, embedder: Embedder, store: AnswerStore, name: str) -> Vectors:
    vectors = await embedder.embed(batch.texts, name)
    found = {}
    for id_, text, vector in zip(batch.ids, batch.texts, vectors, strict=True):
        found[id_] = tuple(round(x, DECIMALS) for x in vector)
        await store.put(vector_key(text, name), list(found[id_]))
    return Vectors(by_claim=found)


def _shown(subject: Subject) -> str:
    return " ".join(subject.text.split()) or "."


def _understood(value: JsonValue | None) -> tuple[float, ...] | None:
    try:
        return None if value is None else _VECTOR.validate_python(value) or None
    except ValidationError:
        return None


def _failures(batch: VectorBatch, error: ModelError) -> tuple[Failure, ...]:
    fields = {"kind": type(error).__name__, "message": str(error), "attempts": error.attempts}
    return tuple(Failure(stage="blocking", subject=id_, **fields) for id_ in batch.ids)
