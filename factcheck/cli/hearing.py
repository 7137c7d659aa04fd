"""The signals that ask the command to end: from its first line to its last, none is lost."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

BY_SIGNAL = 128
"""And the number of the signal, as shells have it: 129 for SIGHUP, 130 for SIGINT, 143 for SIGTERM."""
Code = TypeVar("Code")
_HANG_UP = getattr(signal, "SIGHUP", None)  # not on Windows


class Ending(KeyboardInterrupt):
    """That the command was asked to end.

    Not KeyboardInterrupt itself: when that has passed through `exec` of a text, as by which dataclasses are made,
    `python -m` kills itself by SIGINT in the end, whatever the exit code.
    """


class Hearing:
    """The signals that came, and what the next one does.

    An exception may be lost where it is raised, in a weak reference's callback (of which each import has one) or in a
    library that catches all. So every signal is noted too, and what is noted is asked for at the next step.
    """

    def __init__(self) -> None:
        self.signals: list[int] = []
        """As they came: the last gives the exit code."""
        self.noting = True
        """Whether the first is only noted: while modules come in, of which none is left half-made, before the command
        has begun."""
        self.told = False
        """Whether the exit code stands: the first to come now ends nothing that does not end anyway; a second kills."""
        self.listener: Callable[[], None] | None = None
        """Called instead of raising Ending."""

    def begin(self) -> None:
        """Hear from now on; what was switched off (`nohup`, a shell's background) or has a handler stays as it is."""
        sys.unraisablehook = _quietly
        for number in (signal.SIGINT, signal.SIGTERM, _HANG_UP):
            if number is not None and signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
                signal.signal(number, self.hear)

    def obey(self) -> None:
        """Raises Ending when a signal came; from now on each that comes does, at once."""
        self.noting = False
        if self.signals:
            raise Ending

    def exit_code(self, otherwise: Code) -> int | Code:
        """The command's: the last signal's, or `otherwise` when none came."""
        return BY_SIGNAL + self.signals[-1] if self.signals else otherwise

    def hear(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 -- the signature of a handler
        """Handle a signal. Raises Ending unless it is to wait, or is listened to."""
        if number == _HANG_UP and (self.signals or self.told):
            return  # a terminal that closes tells it more than once, and nobody there is impatient
        if self.told:
            signal.signal(number, signal.SIG_DFL)
            return
        self.signals.append(number)
        if self.listener is not None:
            self.listener()
        elif not self.noting or len(self.signals) > 1:
            raise Ending


def _quietly(lost: UnraisableHookArgs) -> None:
    if not issubclass(lost.exc_type, Ending):  # which was noted, and stderr may be for programs
        sys.__unraisablehook__(lost)


HEARING = Hearing()
"""The process has its signals once."""
