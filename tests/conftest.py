"""What holds for every test: a key that must reach no file, and no property test fails because the machine is busy."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from tests.support.canary_watch import pytest_configure, pytest_sessionfinish, pytest_terminal_summary
from tests.support.ray_cluster import cluster

__all__ = ["cluster", "pytest_configure", "pytest_sessionfinish", "pytest_terminal_summary"]

# Speed is measured in benchmarks; a deadline of hypothesis is a wall clock in a test.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")
