"""A check that is killed with kill -9 at random moments and resumed each time: what is lost, what is paid twice.

Run as `python -m tests.benchmarks.kills [KILLS] [SEED]` (default 100 kills, seed 1); prints one line. About three
seconds a kill on a quiet machine.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from tests.support.killing import SlowNewsroom, kill_often, write_story
from tests.support.llm_server import llm_server


def main() -> None:
    """Kill, resume, account; exit code 1 when anything was lost or paid twice."""
    kills, seed = (int(text) for text in (*sys.argv[1:3], *("100", "1")[len(sys.argv[1:3]) :]))
    script = SlowNewsroom(0.3)
    with tempfile.TemporaryDirectory() as name, llm_server(script) as server:
        work = Path(name)
        write_story(work / "story", min(68, 12 + kills * 3 // 4))
        began = time.monotonic()
        account = kill_often(work, server, script, kills, seed)
        print(f"{account.told()}; {time.monotonic() - began:.0f} s")
    wrong = account.paid_twice or account.lost or account.litter
    sound = account.same_report and account.folders == 1 and not wrong
    sys.exit(0 if sound else 1)


if __name__ == "__main__":
    main()
