"""A cluster of Ray on this machine, for the tests that need one."""

from __future__ import annotations

import importlib.util
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CLUSTER = """
import sys, tempfile, ray
from pathlib import Path
from tests.support.canary_watch import CANARY, SUITE_KEY, leaks
with tempfile.TemporaryDirectory(prefix="fc-ray-") as folder:
    context = ray.init(
        address="local", num_cpus=2, include_dashboard=False, object_store_memory=100_000_000,
        log_to_driver=False, configure_logging=False, _temp_dir=folder,
    )
    print(folder, context.address_info["address"], flush=True)
    sys.stdin.read()
    ray.shutdown()
    print("holding a key:", leaks(Path(folder), SUITE_KEY, CANARY))
"""
"""A process that has a cluster of two workers on this machine until its stdin is closed."""


@dataclass(frozen=True)
class Cluster:
    """A running one."""

    address: str
    folder: Path
    """Where Ray leaves its logs."""
    process: int
    """Of which all of it descends."""

    def cpu(self) -> dict[int, float]:
        """Process -> seconds of processor time that it has taken so far."""
        ticks = {pid: sum(map(int, _fields(pid)[11:13])) for pid in _below(self.process)}
        return {pid: count / os.sysconf("SC_CLK_TCK") for pid, count in ticks.items()}

    def head(self) -> int:
        """The process without which there is no cluster."""
        (found,) = (pid for pid in _below(self.process) if b"gcs_server" in _read(pid, "cmdline").split(b"\0")[0])
        return found

    def workers(self) -> list[int]:
        """Processes that work on units, or wait to."""
        return [pid for pid in _below(self.process) if b"ray::Worker" in _read(pid, "cmdline")]

    def worker_at(self, port: int) -> int:
        """The one that has a connection from this port of the machine."""
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        (inode,) = (row[9] for row in rows if int(row[1].rpartition(":")[2], 16) == port)
        (found,) = (pid for pid in self.workers() if f"socket:[{inode}]" in _opened(pid))
        return found


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Two worker processes on this machine; they end with the tests, and have kept no key then."""
    with running_cluster() as found:
        yield found


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """The same for whoever is no test."""
    if importlib.util.find_spec("ray") is None:
        pytest.skip("Ray is not installed: pip install 'ray>=2.60,<3'")
    told = {
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
        "RAY_AUTH_MODE": "token",
        # One for all clusters of a session: Ray reads it once.
        "RAY_AUTH_TOKEN": os.environ.get("RAY_AUTH_TOKEN") or secrets.token_hex(32),
        "PYTHONPATH": str(ROOT),
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in told.items():
            patch.setenv(name, value)
        command, pipe = [sys.executable, "-c", CLUSTER], subprocess.PIPE
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True) as process:
            assert process.stdout is not None
            folder, _, address = process.stdout.readline().strip().partition(" ")
            yield Cluster(address, Path(folder), process.pid)
            said, _ = process.communicate()
    assert said == "holding a key: []\n", "what Ray writes lies outside of what the watch of the session searches"


def _below(root: int) -> list[int]:
    parents = {int(path.name): _parent(int(path.name)) for path in Path("/proc").glob("[0-9]*")}
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found[1:]


def _parent(pid: int) -> int:
    fields = _fields(pid)
    return int(fields[1]) if fields else 0


def _fields(pid: int) -> list[bytes]:
    """Of its state, those behind the name, which stands in parentheses and may itself hold any."""
    return _read(pid, "stat").rpartition(b")")[2].split()


def _opened(pid: int) -> set[str]:
    """What it has open, but for what it has just closed."""
    found = set[str]()
    for path in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):
            found.add(str(path.readlink()))
    return found


def _read(pid: int, what: str) -> bytes:
    try:
        return (Path("/proc") / str(pid) / what).read_bytes()
    except OSError:  # it has just ended
        return b""
