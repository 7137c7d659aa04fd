"""What a run may see of this machine: nothing that sets it up or pays for it."""

from __future__ import annotations

import os


def without_settings() -> dict[str, str]:
    """The environment, less every setting of the program and every key."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("FACTCHECK_", "OPENAI_"))}
