"""The command line in this process."""

from __future__ import annotations

from collections.abc import Callable

from typer.testing import CliRunner, Result

from factcheck.cli.app import app
from factcheck.findings import Report

Give = Callable[[Report | BaseException], None]
"""Sets how a run ends."""


def invoke(*args: object) -> Result:
    """Run the command line in this process."""
    return CliRunner().invoke(app, [str(arg) for arg in args])
