"""Commands whose reader has stopped reading."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.support.environment import COMMAND, without_settings


def unread(*args: object, cwd: Path, settings: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """What a command comes to, and says on stderr, whose stdout is a pipe that nobody reads any more."""
    reading, writing = os.pipe()
    os.close(reading)
    environment = without_settings() | {"XDG_CONFIG_HOME": str(cwd / "none"), **(settings or {})}
    command = [sys.executable, "-c", COMMAND, *map(str, args)]
    try:
        return subprocess.run(
            command, stdout=writing, stderr=subprocess.PIPE, text=True, env=environment, cwd=cwd, check=False
        )
    finally:
        os.close(writing)
