"""Name -> engine; a new engine is one file and one line here."""

from __future__ import annotations

from collections.abc import Callable

from factcheck.engine.base import Engine
from factcheck.engine.local import LocalEngine

ENGINES: dict[str, Callable[[int], Engine]] = {"local": LocalEngine}
"""Each takes the number of units that may run at a time."""
