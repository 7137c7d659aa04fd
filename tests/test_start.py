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
print(sorted(heavy), sorted(thread.name for thread in threading.enumerate() if thread.name == 'libraries'))
"""


def started(*arguments: str) -> str:
    """What the program prints in a process of its own."""
    run = subprocess.run([sys.executable, "-c", PROGRAM, *arguments], capture_output=True, text=True, check=True)
    return run.stdout.strip()


ENDING = """
import atexit, threading
import factcheck.llm.libraries as libraries
import factcheck.ingestion.language as language

ending = threading.Event()

def late():
    ending.wait(60)
    threading._register_atexit(print)  # as an import of concurrent.futures does
    print("registered")

@atexit.register
def end():
    ending.set()
    for thread in threading.enumerate():
        if thread.name in ("libraries", "language model"):
            print(thread.name)
            thread.join(60)

language._detector = late
libraries.load_ahead(late)
language.prepare()
"""


def test_what_is_still_loading_when_a_run_ends_is_not_heard_of() -> None:
    """A run that is over before its libraries were loaded (nothing to check, a wrong cassette) ends without a word."""
    run = subprocess.run([sys.executable, "-c", ENDING], capture_output=True, text=True, check=True)
    assert sorted(run.stdout.splitlines()) == ["language model", "libraries"]
    assert run.stderr == ""


BEFORE_ASKING = """
import sys
import factcheck.cli.batch_calls
import factcheck.llm.libraries as libraries
libraries.import_sdk()
later = {'jinja2', 'instructor', 'factcheck.reporting.registry', 'factcheck.reporting.batch_index'}
print(sorted(later & set(sys.modules)))
libraries.import_reader()
print('instructor' in sys.modules)
"""


def test_a_batch_asks_before_it_loads_what_only_answers_and_reports_need() -> None:
    """Reading an answer and writing a report take libraries of their own; the first request does not wait for them."""
    run = subprocess.run([sys.executable, "-c", BEFORE_ASKING], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["[]", "True"]


def test_a_replay_begins_to_load_the_sdk_and_nothing_else_does() -> None:
    """A replay surely asks through the SDK; another run may find all its answers in the cache. Neither loads more."""
    assert started(str(DEMO)) == "[] ['libraries']"
    assert started() == "[] []"
    assert started(str(DEMO.with_name("new.yaml"))) == "[] []"
