"""What progress is shown on in tests: a terminal, and a clock."""

from __future__ import annotations

import io


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


class Clock:
    """Seconds that pass when told."""

    now = 100.0

    def __call__(self) -> float:
        """The time."""
        return self.now
