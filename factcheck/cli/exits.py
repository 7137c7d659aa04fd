"""What a run's end means to the shell, and how an error reaches a person."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from typer.exceptions import TyperException

DONE = 0
MATCHED = 1
USAGE = 2
INCOMPLETE = 3
NOTHING = 4
ENDPOINT = 5
INTERNAL = 70
INTERRUPTED = 130
BY_SIGNAL = 128
"""And the number of the signal, as shells have it: 129 for SIGHUP, 143 for SIGTERM."""

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
  130  interrupted, the report is partial; the same command resumes, unless it ran without the cache
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
    except BrokenPipeError:
        raise typer.Exit(DONE) from None
    except Exception as error:
        code, message = describe(error)
        if code == INTERNAL and (debug or os.environ.get("FACTCHECK_DEBUG")):
            import traceback

            traceback.print_exception(error, file=sys.stderr)
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
        return USAGE, f"error: {error.strerror or error}" + (f": {error.filename}" if error.filename else "")
    first = str(error).strip().splitlines()
    detail = f"{type(error).__name__}: {first[0]}" if first else type(error).__name__
    return INTERNAL, f"internal error: {detail} (please report; FACTCHECK_DEBUG=1 shows where)"


def say(message: str) -> None:
    """One message to a person, on stderr; whatever the message quotes cannot drive the terminal."""
    from factcheck.reporting.untrusted import clean

    lines = [(line[: len(line) - len(line.lstrip(" "))], line) for line in message.split("\n")]
    text = "\n".join(indent + clean(line.lstrip(" ")) for indent, line in lines)
    sys.stderr.write(text.encode(sys.stderr.encoding or "utf-8", "replace").decode(sys.stderr.encoding or "utf-8"))
    sys.stderr.write("\n")
    sys.stderr.flush()
