"""The one exception tree.

FactcheckError              anything we raise on purpose; the message is for a person, names the subject and the remedy
├── InputError              your files: missing, empty, unreadable
├── SettingsError           your settings: an unknown key, a bad value, no model within reach, a folder closed to us
├── PromptError             a prompt file of ours is missing or malformed
├── CassetteError           the cassette is unreadable, or was recorded with other prompts, articles or model
└── ModelError              a call to a model gave nothing usable; carries how often it was tried
    ├── ModelUnavailable    worth retrying, and was retried: time-outs, resets, 5xx, rate limits, unreadable answers
    ├── RequestTooBig       split it or give it up; never send it again as it is
    ├── ModelRefused        this unit only: refusal, content filter, other 4xx
    ├── OutputInvalid       an answer came, but not one that fits the schema, even after the re-ask
    ├── Interrupted         the user ended the run before the answer came
    ├── WorkerLost          the processes that worked on this unit died, one after the other
    ├── BudgetExceeded      the next call would cross --max-calls or --max-cost
    ├── AnswerDeferred      it comes later, with a batch of the provider's; then the same question is answered
    └── EndpointError       stop the run: credentials, unknown model, quota gone, nobody answers at the address

Third-party exceptions are translated at the border of `llm/` and nowhere else.
"""

from __future__ import annotations


class FactcheckError(Exception):
    """Base of all errors raised on purpose; `str(error)` is one or more lines for a person."""


class InputError(FactcheckError):
    """The user's files cannot be used."""


class SettingsError(FactcheckError):
    """A flag, environment variable or configuration key cannot be used."""


class PromptError(FactcheckError):
    """A prompt file is missing or malformed."""


class CassetteError(FactcheckError):
    """A cassette cannot be read, or does not hold the answer to the request that was made."""


class ModelError(FactcheckError):
    """A call to a model gave nothing usable."""

    def __init__(self, message: str, *, attempts: int = 1) -> None:
        super().__init__(message)
        self.attempts = attempts


class ModelUnavailable(ModelError):
    """The endpoint did not give a readable answer within the retry policy."""


class RequestTooBig(ModelError):
    """The request or its answer does not fit the model's window."""


class ModelRefused(ModelError):
    """The endpoint answered that it will not do this one."""


class OutputInvalid(ModelError):
    """The answer does not fit the schema, even after the re-ask."""


class Interrupted(ModelError):
    """The user ended the run before this was asked or answered."""

    @classmethod
    def unasked(cls) -> Interrupted:
        """Of what had not been asked; nothing was paid for it."""
        return cls("the run was interrupted before this was asked; the same command goes on", attempts=0)


class WorkerLost(ModelError):
    """The processes that worked on this unit died, one after the other."""


class BudgetExceeded(ModelError):
    """The next call would cross a limit that the user set."""


class AnswerDeferred(ModelError):
    """The request goes with the provider's next batch, or is with it already; no result, and no failure either."""


class EndpointError(ModelError):
    """No call can succeed: credentials, unknown model, quota, nobody at the address."""
