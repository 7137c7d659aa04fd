"""Keeping libraries that nothing will use out of an import that tries them all."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

_ONE_AT_A_TIME = threading.RLock()
"""What one block keeps out, another thread's block may need."""


@contextmanager
def kept_out(*names: str) -> Iterator[None]:
    """Let `import name` fail inside the block for modules that are not loaded yet; afterwards it works again.

    The import system treats None in `sys.modules` as a module that does not exist (Python reference, 5.3.1). Loaded
    modules stay untouched. Blocks of different threads wait for each other.
    """
    modules = cast("dict[str, Any]", sys.modules)
    with _ONE_AT_A_TIME:
        absent = [name for name in names if name not in modules]
        modules.update(dict.fromkeys(absent))
        try:
            yield
        finally:
            for name in absent:
                if modules.get(name) is None:
                    modules.pop(name, None)
