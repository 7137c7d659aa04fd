"""What a run's end means to the shell, and how an error reaches a person, or a program.

stderr for programs (`--progress jsonl`) has a JSON object on every line, and the last one says how the command ended.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import pairwise, takewhile
from typing import Any

import typer
from typer.exceptions import TyperException

from factcheck.cli.hearing import HEARING

DONE = 0
MATCHED = 1
USAGE = 2
INCOMPLETE = 3
NOTHING = 4
ENDPOINT = 5
INTERNAL = 70
INTERRUPTED = 130
_END: ContextVar[dict[str, Any] | None] = ContextVar(
    "what the last line tells, where stderr is for programs", default=None
)
_PROGRESS = re.compile(r"--progress(=|$)")

EXIT_CODES = """\
\b
Exit codes:
  0    done, whatever was found
  1    a --fail-on rule matched
  2    usage or configuration
  3    done, but incomplete: some articles or pairs failed, and the report says which
  4    nothing to check
  5    endpoint or credentials
  70   internal error (please report it)
  129  the terminal was closed (SIGHUP); as 130
  130  interrupted, report partial unless all was done; the same command resumes (without the cache a batch alone)
  143  ended by SIGTERM; as 130
"""


@contextmanager
def reported(*, debug: bool) -> Iterator[None]:
    """Turn what escapes into words on stderr and `typer.Exit` with the code for it.

    `debug` (or FACTCHECK_DEBUG in the environment) adds the traceback.
    """
    try:
        yield
    except (typer.Exit, typer.Abort, TyperException):
        raise  # the parser's own ways out; it shows usage errors itself, with the usage line
    except KeyboardInterrupt:
        say("\ninterrupted.")
        raise typer.Exit(INTERRUPTED) from None
    except Exception as error:
        code, message = describe(error)
        if code == INTERNAL and (debug or os.environ.get("FACTCHECK_DEBUG")):
            import traceback

            say("".join(traceback.format_exception(error)).rstrip())
        if code == INTERNAL and HEARING.signals:  # pydantic, for one, makes an error of its own of a KeyboardInterrupt
            say("\ninterrupted.")
            raise typer.Exit(INTERRUPTED) from None
        if for_programs():
            tell_error(_harmless(message), HEARING.exit_code(code))
        else:
            say(message)
        raise typer.Exit(code) from None


def require_stdout() -> None:
    """Raises SettingsError when stdout is closed (`>&-`), so that nothing is paid for which nobody could read."""
    if sys.stdout is None:
        from factcheck.errors import SettingsError

        raise SettingsError(
            "stdout is closed; open it, if only to /dev/null, or have files written instead where the command can"
            " (-o FILE, --write DIR)"
        )


def describe(error: Exception) -> tuple[int, str]:
    """The exit code for an error and the words that go to stderr."""
    from factcheck import errors

    if isinstance(error, errors.BudgetExceeded):
        return INCOMPLETE, f"stopped: {error}"
    if isinstance(error, errors.ModelError):
        return ENDPOINT, f"error: {error}"
    if isinstance(error, errors.InputError):
        return NOTHING, f"error: {error}"
    if isinstance(error, errors.FactcheckError):
        return USAGE, f"error: {error}"
    if isinstance(error, OSError):  # the disk, the network folder, the permissions: the user's to mend
        return USAGE, f"error: {error.strerror or str(error) or type(error).__name__}" + (
            f": {error.filename}" if error.filename else ""
        )
    first = str(error).strip().splitlines()
    detail = f"{type(error).__name__}: {first[0]}" if first else type(error).__name__
    return INTERNAL, f"internal error: {detail} (please report; FACTCHECK_DEBUG=1 shows where)"


def say(message: str) -> None:
    """One message on stderr, to programs as a `note`; whatever it quotes cannot drive the terminal."""
    text = _harmless(message)
    if for_programs():
        tell("note", message=text.strip())
        return
    sys.stderr.write(text.encode(sys.stderr.encoding or "utf-8", "replace").decode(sys.stderr.encoding or "utf-8"))
    sys.stderr.write("\n")
    sys.stderr.flush()


def _harmless(message: str) -> str:
    from factcheck.reporting.untrusted import clean

    lines = [(line[: len(line) - len(line.lstrip(" "))], line) for line in message.split("\n")]
    return "\n".join(indent + clean(line.lstrip(" ")) for indent, line in lines)


def asks_for_objects(words: Sequence[str]) -> bool:
    """Whether a command line has `--progress jsonl`, understood or not in all else; the last of several counts."""
    flags = tuple(takewhile(lambda word: word != "--", words))
    kinds = [after if word == "--progress" else word for word, after in pairwise((*flags, "")) if _PROGRESS.match(word)]
    return kinds[-1:] in (["jsonl"], ["--progress=jsonl"])


def for_programs() -> bool:
    """Whether stderr holds objects alone now."""
    return _END.get() is not None


def tell(event: str, **fields: object) -> None:
    """One line: an object with its `event`."""
    sys.stderr.write(json.dumps({"event": event, **fields}, ensure_ascii=True) + "\n")
    sys.stderr.flush()


def end_with(**fields: object) -> None:
    """What the last line is to tell: `stopped`, `index`, `totals`. Nothing where stderr is for people."""
    end = _END.get()
    if end is not None:
        end.update(fields)


def tell_error(message: str, code: int) -> None:
    """That the command ends with an error, and why; also why it stopped, where nothing else is known of that."""
    why = message.removeprefix("error: ").removeprefix("stopped: ")
    tell("error", message=why, exit_code=code)
    end = _END.get()
    if end is not None and end["stopped"] is None:
        end["stopped"] = why


@contextmanager
def objects(*, wanted: bool) -> Iterator[None]:
    """While open, and when `wanted`, stderr holds objects alone; at its end the one that says how the command ended."""
    if not wanted:
        yield
        return
    end: dict[str, Any] = {"exit_code": INTERNAL, "stopped": None, "index": None, "totals": None}
    token = _END.set(end)
    try:
        yield
        end["exit_code"] = 0
    except TyperException as refused:  # what is wrong on the command line
        end["exit_code"] = refused.exit_code
        tell_error(refused.format_message(), refused.exit_code)
        raise typer.Exit(refused.exit_code) from None
    except typer.Exit as done:
        end["exit_code"] = done.exit_code
        raise
    except KeyboardInterrupt:
        end["exit_code"] = INTERRUPTED
        raise typer.Exit(INTERRUPTED) from None
    finally:
        HEARING.told = True  # by no call: at the start of one a signal would be heard, and there were no end
        if end["exit_code"] == INTERRUPTED or HEARING.signals:
            end["stopped"] = end["stopped"] or "interrupted"
        end["exit_code"] = HEARING.exit_code(end["exit_code"])
        tell("end", **end)
        _END.reset(token)
