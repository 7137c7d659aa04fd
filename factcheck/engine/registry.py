"""Name -> engine; a new engine is one file and one line here."""

from __future__ import annotations

from collections.abc import Callable

from factcheck.engine.base import Engine, Stop
from factcheck.engine.local import LocalEngine

ENGINES: dict[str, Callable[[int, Stop], Engine]] = {"local": LocalEngine}
"""Each takes the number of units that may run at a time, and the wish to stop that it listens to."""
