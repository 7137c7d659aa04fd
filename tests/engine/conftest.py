"""A cluster for the tests of the engine that needs one."""

from __future__ import annotations

import importlib.util
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CLUSTER = """
import sys, tempfile, ray
with tempfile.TemporaryDirectory(prefix="fc-ray-") as folder:
    context = ray.init(
        address="local", num_cpus=2, include_dashboard=False, object_store_memory=100_000_000,
        log_to_driver=False, configure_logging=False, _temp_dir=folder,
    )
    print(context.address_info["address"], flush=True)
    sys.stdin.read()
    ray.shutdown()
"""
"""A process that has a cluster of two workers on this machine until its stdin is closed."""


@pytest.fixture(scope="session")
def cluster() -> Iterator[str]:
    """The address of a cluster of two worker processes on this machine; it ends with the tests."""
    if importlib.util.find_spec("ray") is None:
        pytest.skip("Ray is not installed: pip install 'factcheck-consistency[ray]'")
    told = {
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": secrets.token_hex(32),
        "PYTHONPATH": str(ROOT),
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in told.items():
            patch.setenv(name, value)
        with subprocess.Popen(
            [sys.executable, "-c", CLUSTER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as process:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
            process.communicate()
