"""When the libraries are imported that take a second: what a request needs first, what its answer needs behind it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

from factcheck.llm.unneeded import kept_out


def import_sdk() -> None:
    """Import what a request needs and takes half a second; for a thread beside the event loop, outside of deadlines."""
    with kept_out("aiohttp"):  # the SDK's other transport, tried with every import and used only when asked for
        import openai.types.chat  # noqa: F401 - requests are posted without the SDK's resources, which take a fifth more


def import_reader() -> None:
    """Import what an answer needs and no request does; for a thread, too."""
    with kept_out("aiohttp"):
        import instructor  # noqa: F401
        from instructor.v2.providers.openai import handlers  # noqa: F401


def load_ahead(*imports: Callable[[], None]) -> None:
    """Begin these imports, one after the other, in a thread beside what the caller does next.

    What cannot be imported says so to whoever needs it. A run that is over by then needs nothing, and some libraries
    cannot be imported while the interpreter ends.
    """

    def load() -> None:
        with suppress(Exception):
            for begin in imports:
                begin()

    threading.Thread(target=load, name="libraries", daemon=True).start()
