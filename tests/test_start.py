"""What a run loads before it needs it, and what it does not load at all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

DEMO = Path(__file__).parents[1] / "cassettes" / "demo" / "contatti-musk-putin.yaml"
PROGRAM = """
import sys, threading
from pathlib import Path
from factcheck import api
from factcheck.settings import Settings
heavy = {'sklearn', 'scipy', 'trafilatura', 'pypdf', 'factcheck.batch.passes', 'openai'} & set(sys.modules)
api.prepare(Settings(cassette=Path(sys.argv[1]) if sys.argv[1:] else None))
print(sorted(heavy), sorted(thread.name for thread in threading.enumerate() if thread.name == 'SDK'))
"""


def started(*arguments: str) -> str:
    """What the program prints in a process of its own."""
    run = subprocess.run([sys.executable, "-c", PROGRAM, *arguments], capture_output=True, text=True, check=True)
    return run.stdout.strip()


def test_a_replay_begins_to_load_the_sdk_and_nothing_else_does() -> None:
    """A replay surely asks through the SDK; another run may find all its answers in the cache. Neither loads more."""
    assert started(str(DEMO)) == "[] ['SDK']"
    assert started() == "[] []"
    assert started(str(DEMO.with_name("new.yaml"))) == "[] []"
