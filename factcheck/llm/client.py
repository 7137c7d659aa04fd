"""The client: one question in, one valid answer out, at most one re-ask between."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from factcheck.errors import (
    AnswerDeferred,
    CassetteError,
    EndpointError,
    FactcheckError,
    Interrupted,
    ModelError,
    ModelRefused,
    OutputInvalid,
    RequestTooBig,
    SettingsError,
)
from factcheck.findings import Usage
from factcheck.llm import modes
from factcheck.llm.allotment import Allotment, allotted
from factcheck.llm.base import Answer, ModelReply, ModelRequest, WireModel
from factcheck.llm.embeddings import Vector, send_embeddings
from factcheck.llm.endpoint import require_endpoint, resolve, wire_model, without_login
from factcheck.llm.faults import Fault, clean
from factcheck.llm.libraries import import_reader, import_sdk, load_ahead
from factcheck.llm.mailbox import Mailbox
from factcheck.llm.pacing import Turn
from factcheck.llm.retries import Retries
from factcheck.llm.traces import Listener, Trace, traced
from factcheck.llm.usage import CUT_BELOW, estimate_tokens, price
from factcheck.settings import ModelSettings

if TYPE_CHECKING:
    from openai import AsyncOpenAI
    from openai.types.chat import ChatCompletion

__all__ = ["Client", "require_endpoint"]

T = TypeVar("T")

CUT_FROM = 1_500
"""Tokens of a prompt from which it shows whether the server cut it."""
COMPLAINT_LENGTH = 300
SENT_WITHIN = 0.1
"""Seconds."""


@dataclass(frozen=True)
class _Question:
    """One HTTP request in the making."""

    model: str
    system: str
    user: str
    answer: type[WireModel]

    @property
    def name(self) -> str:
        return self.answer.__name__

    def body(self, way: modes.Way, *, apart: bool = True) -> dict[str, Any]:
        """What is sent; `apart` tells whether the instructions have a message of their own."""
        schema = self.answer.wire_schema()
        messages = modes.messages(way, self.system, self.user, schema, apart=apart)
        return {"model": self.model, "messages": messages, **modes.shaping(way, self.name, schema)}


@dataclass
class _Flight:
    """A request under way, and how many others wait for its answer."""

    answer: asyncio.Future[ChatCompletion]
    followers: int = 0


class _Unreadable(Exception):
    """The answer does not fit the schema; `args[0]` says where and why, for the model, `kind` what it is counted as."""

    def __init__(self, complaint: str, kind: str) -> None:
        super().__init__(complaint)
        self.kind = kind


class Client:
    """An OpenAI-compatible endpoint as a `Model`; built and closed inside the running event loop.

    `async with Client(settings) as client: reply = await client.ask(request)`. The SDK is imported with the first
    request that has to be sent. Raises SettingsError on entry when `max_cost` is set for a model without a price.
    `listener` is told of every request once it is over. With a `mailbox` nothing is sent from here: the answer is in
    it, or AnswerDeferred is raised. `allotment` is what it shares with other clients of the run. Once `stopping`, only
    what has been sent before is still answered, and the rest is Interrupted.
    """

    def __init__(
        self,
        settings: ModelSettings,
        listener: Listener | None = None,
        mailbox: Mailbox | None = None,
        allotment: Allotment | None = None,
        stopping: Callable[[], bool] = bool,
    ) -> None:
        self._settings = settings
        self._mailbox = mailbox
        self._listener = listener
        self._endpoint = resolve(settings)
        self._shown = without_login(self._endpoint.base_url)
        self.allotment = allotment or allotted(settings)
        self._tally, self._pace, self._budget = self.allotment.tally, self.allotment.pace, self.allotment.budget
        self._retries = Retries(
            timeout=settings.timeout,
            deadline=settings.deadline,
            limit=self.allotment.limit,
            pace=self._pace,
            standing=self.allotment.standing,
            fault=self._tally.fault,
            stopping=stopping,
        )
        self._ladder = modes.LADDERS[settings.mode]
        self._manners: dict[str, modes.Manner] = {}
        self._flights: dict[tuple[modes.Way, bool, _Question], _Flight] = {}
        self._stack = AsyncExitStack()
        self._opening = asyncio.Lock()
        self._sdk: AsyncOpenAI | None = None
        self._can_read = False

    async def __aenter__(self) -> Client:
        if self._settings.max_cost is not None:
            for model in {self._settings.model, self._settings.confirm_model or self._settings.model}:
                if self._billed(model) is None or price(model, 1, 0, 1) is None:
                    raise SettingsError(f"--max-cost needs a price, and none is known for {model!r}; use --max-calls")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._sdk = None
        await self._stack.aclose()

    @property
    def usage(self) -> Usage:
        """What this client has asked for so far."""
        return self._tally.snapshot()

    async def ask(self, request: ModelRequest[Answer]) -> ModelReply[Answer]:
        """Answer one request; see `Model.ask`. A CassetteError passes too, for it stops a replay."""
        try:
            return await self._ask(request)
        except (ModelError, CassetteError):
            raise
        except FactcheckError as error:
            raise EndpointError(str(error)) from error
        except Exception as error:
            raise ModelError(f"the call for {request.task} failed: unexpected {type(error).__name__}") from error

    async def embed(self, texts: Sequence[str], model: str) -> list[Vector]:
        """One vector per text, in order; see `Embedder.embed`. A CassetteError passes too."""
        name, billed = wire_model(model), self._billed(model)
        estimate = sum(estimate_tokens(text) for text in texts)

        async def attempt(turn: Turn) -> list[Vector]:
            async with self._budget.reserve(billed, estimate):
                vectors, tokens = await send_embeddings(await self._open(), name, texts, estimate)
                self._tally.add(billed, tokens)
            self._pace.used(turn, tokens.prompt)
            return vectors

        try:
            await asyncio.to_thread(import_sdk)
            return await self._retries.call(attempt, f"model {name!r}", estimate)
        except (ModelError, CassetteError):
            raise
        except Exception as error:
            raise ModelError(f"the call for vectors failed: unexpected {type(error).__name__}") from error

    async def _ask(self, request: ModelRequest[Answer]) -> ModelReply[Answer]:
        first: ModelReply[Answer] | None = None
        try:
            first = await self._reply(request, request.user)
        except _Unreadable as error:
            complaint = str(error)
            self._tally.fault(error.kind)
        else:
            if first.complaint is None:
                return first
            complaint = first.complaint
            self._tally.fault("check")
        self._tally.reasked()
        wrong = clean(complaint, COMPLAINT_LENGTH)
        note = f"Your previous answer to this was refused: {wrong}\nAnswer again, completely."
        try:
            second = await self._reply(request, f"{request.user}\n\n{note}")
            if second.complaint is not None:
                self._tally.fault("check")
            return second
        except _Unreadable as error:
            self._tally.fault(error.kind)
            if first is not None:
                return first
            wrong = clean(str(error), COMPLAINT_LENGTH)
            raise OutputInvalid(f"the answer does not fit: {wrong}", attempts=2) from error
        except (EndpointError, AnswerDeferred, Interrupted):
            raise
        except ModelError:
            # The first answer is paid for and fits the schema; its complaint tells what it lacks.
            if first is not None:
                return first
            raise

    async def _reply(self, request: ModelRequest[Answer], user: str) -> ModelReply[Answer]:
        question = _Question(wire_model(request.model), request.system, user, request.answer)
        value: Answer = await self._parsed(question, request.model)
        for kind in request.defects(value) if request.defects else ():
            self._tally.fault(kind)
        return ModelReply(value, request.check(value) if request.check else None)

    async def _parsed(self, question: _Question, model: str) -> Any:
        if self._sdk is None:
            await asyncio.to_thread(import_sdk)
        while True:
            manner = self._manners.get(question.model, modes.Manner())
            way = self._ladder[manner.step]
            try:
                completion = await self._completion(question, way, manner, self._billed(model))
                if not self._can_read:
                    await asyncio.to_thread(import_reader)
                    self._can_read = True
                return modes.read(completion, way, question.answer)
            except (ValidationError, json.JSONDecodeError) as error:
                raise _Unreadable(modes.complaint_about(error), modes.defect(error)) from error
            except Fault as fault:
                if self._manners.get(question.model, modes.Manner()) == manner:
                    self._learn(question.model, manner, fault)

    def _learn(self, model: str, manner: modes.Manner, fault: Fault) -> None:
        """Another manner of asking after one was refused; raises ModelRefused when there is none left."""
        if fault.kind == "no_system" and manner.system:
            self._manners[model] = replace(manner, system=False)
        elif fault.kind == "mode" and manner.step + 1 < len(self._ladder):
            self._manners[model] = replace(manner, step=manner.step + 1)
        else:
            text = f"{self._shown} cannot give structured output ({self._settings.mode}): {fault}"
            raise ModelRefused(text) from fault

    async def _completion(
        self, question: _Question, way: modes.Way, manner: modes.Manner, billed: str | None
    ) -> ChatCompletion:
        """The answer of the endpoint; identical requests under way at the same time are sent once."""
        if self._mailbox is not None:
            return self._checked(self._by_mail(self._mailbox, question, way, billed), way, question.name)
        key = (way, manner.system, question)
        while (flight := self._flights.get(key)) is not None:
            try:
                flight.followers += 1
                shared = await asyncio.shield(flight.answer)
            except asyncio.CancelledError:
                # Whoever led was cancelled, not we: one of those who wait takes over.
                if flight.answer.cancelled() and not _being_cancelled():
                    continue
                raise
            return self._checked(shared.model_copy(deep=True), way, question.name)
        flight = self._flights[key] = _Flight(asyncio.get_running_loop().create_future())
        body = question.body(way, apart=manner.system)
        prompt = sum(estimate_tokens(message["content"]) for message in body["messages"])
        trace = Trace(question.name, question.model, way)

        async def attempt(turn: Turn) -> ChatCompletion:
            if self._manners.get(question.model, modes.Manner()) != manner:
                # Learnt while this call waited for its place: not another request for the same refusal.
                raise Fault("mode", "the server does not know this way of asking")
            return await self._sent(body, turn, prompt, billed, trace)

        try:
            tokens = prompt + self._tally.mean_completion(unknown=prompt // 2)
            with traced(trace, self._listener):
                completion = await self._retries.call(attempt, f"model {question.model!r}", tokens)
            if flight.followers:
                # A copy, because the answer is tidied in place; not as JSON, which cannot hold all a server sends.
                flight.answer.set_result(completion.model_copy(deep=True))
        except BaseException as error:
            if isinstance(error, Exception):
                flight.answer.set_exception(error)
                flight.answer.exception()
            else:
                flight.answer.cancel()
            raise
        finally:
            del self._flights[key]
        return self._checked(completion, way, question.name)

    def _by_mail(self, mailbox: Mailbox, question: _Question, way: modes.Way, billed: str | None) -> ChatCompletion:
        """The answer that came by the provider's batch. Raises as `Mailbox.open`."""
        from openai.types.chat import ChatCompletion

        from factcheck.llm import transport
        from factcheck.llm.mailing import RATE

        body = question.body(way)
        letter = mailbox.open(body)
        completion = ChatCompletion.construct(**letter.completion)
        if letter.fresh:
            self._tally.asked(billed)
            prompt = sum(estimate_tokens(message["content"]) for message in body["messages"])
            self._tally.add(billed, transport.tokens_of(completion, prompt), RATE)
        return completion

    async def _sent(
        self, body: dict[str, Any], turn: Turn, prompt: int, billed: str | None, trace: Trace
    ) -> ChatCompletion:
        """One HTTP attempt, counted."""
        from factcheck.llm import transport

        trace.attempts += 1
        async with self._budget.reserve(billed, prompt):
            completion, headers = await transport.send(await self._open(), body)
            tokens = transport.tokens_of(completion, prompt)
            self._tally.add(billed, tokens)
            trace.tokens = tokens
        self._pace.learn(turn, headers)
        self._pace.used(turn, tokens.prompt + tokens.completion)
        # By characters, not bytes: scripts of three bytes a letter would look cut when they are not.
        expected = sum(len(message["content"]) for message in body["messages"]) / 4
        if tokens.measured and expected > CUT_FROM and tokens.prompt + tokens.cached < CUT_BELOW * expected:
            self._tally.fault("prompt_cut")
            raise RequestTooBig(
                f"{self._shown} read only {tokens.prompt} of about {expected:.0f} prompt tokens: it cut the"
                " request silently. Give the server a larger context window (for Ollama: OLLAMA_CONTEXT_LENGTH=32768)."
            )
        return completion

    def _checked(self, completion: ChatCompletion, way: modes.Way, name: str) -> ChatCompletion:
        """Refuse what asking again would not mend, and tidy the rest."""
        choice = completion.choices[0]
        if choice.finish_reason == "length":
            self._tally.fault("length")
            raise RequestTooBig("the answer did not fit the model's window (finish_reason length)")
        if choice.finish_reason == "content_filter":
            self._tally.fault("content_filter")
            raise ModelRefused("the endpoint's content filter stopped the answer")
        if getattr(choice.message, "refusal", None):
            self._tally.fault("refusal")
            raise ModelRefused(f"the model declined: {clean(str(choice.message.refusal), 120)}")
        try:
            modes.tidy(completion, way, name)
        except ValueError as error:
            raise _Unreadable(modes.complaint_about(error), "several_answers") from error
        return completion

    async def _open(self) -> AsyncOpenAI:
        async with self._opening:
            if self._sdk is None:
                from factcheck.llm import transport

                opened = transport.open_sdk(self._endpoint, self._settings.timeout, self._settings.concurrency)
                self._sdk = await self._stack.enter_async_context(opened)
                # When the request is on its way, whose answer takes longer.
                asyncio.get_running_loop().call_later(SENT_WITHIN, load_ahead, import_reader)
        return self._sdk

    def _billed(self, model: str) -> str | None:
        return None if self._endpoint.local else wire_model(model)


def _being_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
