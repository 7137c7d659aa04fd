"""What a run may see of this machine: nothing that sets it up or pays for it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

HEARING = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
"""
"""Begins a program that hears Ctrl-C, which a shell may have switched off for the tests."""
COMMAND = (
    HEARING
    + """
from factcheck.__main__ import main
main()
"""
)
"""The real command, which hears Ctrl-C."""


def without_settings() -> dict[str, str]:
    """The environment, less every setting of the program and every key."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("FACTCHECK_", "OPENAI_"))}


@contextmanager
def without_ctrl_c() -> Iterator[None]:
    """What is started meanwhile inherits a Ctrl-C that is switched off."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
