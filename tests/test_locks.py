"""Locks that die with their holder."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from factcheck.locks import FileLocks

HOLDER = """
import sys, time
from pathlib import Path
from factcheck.locks import FileLocks
locks = FileLocks(Path(sys.argv[1]))
print(locks.take(7), flush=True)
time.sleep(60)
"""


def test_a_lock_has_one_holder_also_inside_a_process(tmp_path: Path) -> None:
    """Numbers are independent of each other; what is given back is free."""
    with FileLocks(tmp_path / "locks") as one, FileLocks(tmp_path / "locks") as two:
        assert [one.take(1), two.take(1), two.take(2), one.take(2)] == [True, False, True, False]
        one.drop(1)
        assert two.take(1)
    assert (tmp_path / "locks").stat().st_size == 0


def test_closing_gives_everything_back(tmp_path: Path) -> None:
    """Numbers as large as a hash are locks too, and closing twice is no harm."""
    one, two = FileLocks(tmp_path / "locks"), FileLocks(tmp_path / "locks")
    assert one.take(2**62 - 1)
    assert not two.take(2**62 - 1)
    one.close()
    one.close()
    assert two.take(2**62 - 1)
    two.close()


def test_a_killed_holder_holds_nothing(tmp_path: Path) -> None:
    """While another process lives its lock is taken; after kill -9 it is free at once, with nothing to clean up."""
    path = tmp_path / "locks"
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        with FileLocks(path) as ours:
            assert not ours.take(7)
            holder.send_signal(signal.SIGKILL)
            holder.wait(10)
            assert ours.take(7)
