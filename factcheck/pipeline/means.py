"""What the stages of a story are given to work with, who watches, and what becomes of an error."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from pydantic import model_validator

from factcheck.engine.base import Engine, Raised
from factcheck.errors import AnswerDeferred, CassetteError, EndpointError, ModelError
from factcheck.findings import Usage
from factcheck.llm.base import AnswerStore, Embedder, Model, ModelTask
from factcheck.models import Article, CopyGroup, Decision, Failure, KnownSources, RefusedFile, Stage, Value
from factcheck.prompts import load
from factcheck.settings import CheckSettings

STOP = (EndpointError, CassetteError)
"""What ends a stage: no further call can succeed."""


class Progress(Protocol):
    """Who watches a run; every method is called from the thread that runs it."""

    def stage(self, name: Stage, total: int, cached: int) -> None:
        """A stage begins: `total` units, of which `cached` are already paid for and count as done."""

    def advance(self, name: Stage, units: int = 1) -> None:
        """So many units of the stage are done together, with results or failures."""

    def spent(self, usage: Usage) -> None:
        """What the run has asked of the model so far; told before the units it was spent on."""

    def note(self, message: str) -> None:
        """Something to tell the user, such as what the next stage will cost."""


class Unwatched:
    """A Progress that tells nobody."""

    def stage(self, name: Stage, total: int, cached: int) -> None:
        """Nothing."""

    def advance(self, name: Stage, units: int = 1) -> None:
        """Nothing."""

    def spent(self, usage: Usage) -> None:
        """Nothing."""

    def note(self, message: str) -> None:
        """Nothing."""


class Input(Value):
    """What ingestion gave: every file is in exactly one of the three."""

    articles: tuple[Article, ...]
    skipped: tuple[RefusedFile, ...] = ()
    unreadable: tuple[RefusedFile, ...] = ()
    copies: tuple[CopyGroup, ...] = ()
    """Of the articles, those that share their text; said in the report; what they share is asked once."""
    stated: frozenset[str] = frozenset()
    """Ids of articles that are one claim as they stand; they are taken as such instead of being extracted."""
    failed: tuple[Failure, ...] = ()
    """Of articles that an earlier check asked in vain; they are told again instead of being asked again."""
    decisions: tuple[Decision, ...] = ()
    """What people decided about findings of an earlier report; they change nothing that is asked either."""
    known_sources: KnownSources = KnownSources()
    """What the user says about outlets."""

    def shared(self, settings: CheckSettings) -> tuple[CopyGroup, ...]:
        """The copies whose shared passages are asked once: all, unless the user wants each asked for itself."""
        return self.copies if settings.copies == "once" else ()

    @model_validator(mode="after")
    def _what_is_said_is_about_articles(self) -> Input:
        given = {article.id for article in self.articles}
        for what, ids in (
            ("copies", [id_ for group in self.copies for id_ in group.articles]),
            ("failures", [failure.subject for failure in self.failed]),
        ):
            if unknown := set(ids) - given:
                raise ValueError(f"{what} of articles that are not given: {sorted(unknown)}")
        return self


@dataclass(frozen=True)
class Means:
    """What the stages are given to work with; built by the caller, never stored below."""

    model: Model
    store: AnswerStore
    engine: Engine
    usage: Callable[[], Usage]
    """The usage so far."""
    estimate: Callable[[str, Sequence[tuple[str, str]], int], str]
    """Model name, (system, user) of the requests to come, output tokens to expect -> a line for the user."""
    name: str
    """The model's name on the wire."""
    confirm_name: str
    limited: bool = False
    """Whether the user set a limit on calls or cost, or a recording answers; then a large story just runs."""
    lasting: bool = False
    """Whether the store outlasts the run."""
    stopping: Callable[[], bool] = lambda: False
    """Whether the user wants the run to end; then no stage is announced that will not be run."""
    embedder: Embedder | None = None
    """Asked for vectors when the settings name an embedding model."""

    def task(self, name: str) -> ModelTask:
        """What the prompt in use of that name asks, and of which model."""
        return ModelTask(load(name), self.confirm_name if name == "confirm_conflict" else self.name)


def advance(watch: Progress, means: Means, name: Stage, units: int) -> None:
    """Tell that so many units of a stage are done, after what they cost."""
    if units:
        watch.spent(means.usage())
        watch.advance(name, units)


def failure(stage: Stage, subject: str, error: Exception) -> Failure:
    """What became of a unit that raised; raises on what no report can come of."""
    raise_if_final(error)
    if isinstance(error, ModelError):
        return Failure(
            stage=stage, subject=subject, kind=type(error).__name__, message=str(error), attempts=error.attempts
        )
    return Failure(
        stage=stage,
        subject=subject,
        kind=type(error).__name__,
        message=f"unexpected {type(error).__name__}; please report it",
    )


def raise_if_final(error: Exception) -> None:
    """Raise the error on when no report can come of this run: a recording lacks the answer, or it is still to come."""
    if isinstance(error, CassetteError | AnswerDeferred):
        raise error


def raise_if_endpoint(outcomes: Sequence[object]) -> None:
    """Raise on the first error of the endpoint among the outcomes."""
    for outcome in outcomes:
        if isinstance(outcome, Raised) and isinstance(outcome.error, EndpointError):
            raise outcome.error
