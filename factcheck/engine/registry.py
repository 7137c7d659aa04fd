"""Name -> engine; a new engine is one file and one line here."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from factcheck.engine.base import Engine, Placing
from factcheck.engine.local import open_local
from factcheck.engine.ray import open_ray

ENGINES: dict[str, Callable[[Placing], AbstractAsyncContextManager[Engine]]] = {"local": open_local, "ray": open_ray}
"""Each opens an engine for as long as the block lasts, in the running event loop."""
