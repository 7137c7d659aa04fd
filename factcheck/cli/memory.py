"""What a long run gives back of the memory that it needs for a moment only."""

from __future__ import annotations

import ctypes
import gc
import sys
from contextlib import suppress

OBJECTS_BETWEEN_COLLECTIONS = 5_000
"""What a story leaves behind in cycles is otherwise held until ten times as much has come together."""
LARGE = 128 * 1024
"""Bytes from which a block is given back to the system when it is freed."""
_MMAP_THRESHOLD = -3
"""`M_MMAP_THRESHOLD` of glibc's malloc.h."""


def settle() -> None:
    """Let go of what is not in use, now that what had to be imported is there.

    glibc raises the size from which blocks are given back with every large block that is freed, up to 32 MB, unless it
    is told one (mallopt(3)); then reports that were written leave holes that later ones do not fit into. Other C
    libraries have nothing like it.
    """
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS, *gc.get_threshold()[1:])
    if sys.platform == "linux":
        with suppress(AttributeError):
            ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, LARGE)
