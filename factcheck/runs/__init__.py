"""The folder of a run: what it was made with, what it read and found, as files that are whole or not there."""

from __future__ import annotations

from factcheck.runs.reading import read_report

__all__ = ["read_report"]
