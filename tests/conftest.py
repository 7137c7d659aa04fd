"""What holds for every test: no property test fails because the machine is busy."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# Speed is measured in benchmarks; a deadline of hypothesis is a wall clock in a test.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")
